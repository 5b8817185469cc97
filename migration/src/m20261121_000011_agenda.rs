//! Appointments, what they need, and when it can be had.

use sea_orm_migration::prelude::*;

use crate::tenancy::{Table, drop_tables};
use crate::types::{big, flag, id, int, json, text, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        appointments(m).await?;
        Table::new("resource")
            .column("tenant_id", id)
            .column("id", id)
            .column("name", text)
            .column("kind", text)
            .column("colour", int)
            .column("created_at", time)
            .optional("archived_at", time)
            .key(&["tenant_id", "id"])
            .create(m)
            .await?;
        Table::new("service")
            .column("tenant_id", id)
            .column("id", id)
            .column("name", text)
            .column("minutes", int)
            .column("buffer_minutes", int)
            .column("people", json)
            .column("resources", json)
            .column("public", flag)
            .optional("price_minor", big)
            .optional("currency", text)
            .column("created_at", time)
            .optional("archived_at", time)
            .key(&["tenant_id", "id"])
            .create(m)
            .await?;
        Table::new("hours")
            .column("tenant_id", id)
            .column("of", text)
            .column("week", json)
            .column("updated_at", time)
            .key(&["tenant_id", "of"])
            .create(m)
            .await?;
        Table::new("time_off")
            .column("tenant_id", id)
            .column("id", id)
            .column("of", text)
            .column("starts_at", time)
            .column("ends_at", time)
            .optional("reason", text)
            .column("created_at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "ends_at"])
            .create(m)
            .await?;
        Table::new("agenda_settings")
            .column("tenant_id", id)
            .column("settings", json)
            .column("updated_at", time)
            .key(&["tenant_id"])
            .create(m)
            .await?;
        Table::new("calendar_feed")
            .column("tenant_id", id)
            .column("user_id", id)
            .column("generation", int)
            .column("updated_at", time)
            .key(&["tenant_id", "user_id"])
            .create(m)
            .await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "calendar_feed",
            "agenda_settings",
            "time_off",
            "hours",
            "service",
            "resource",
            "appointment_seat",
            "appointment",
        ];
        drop_tables(m, &tables).await
    }
}

async fn appointments(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    Table::new("appointment")
        .column("tenant_id", id)
        .column("id", id)
        .optional("customer_id", id)
        .optional("card_id", id)
        .optional("title", text)
        .optional("service_id", id)
        .column("starts_at", time)
        .column("ends_at", time)
        .column("buffer_minutes", int)
        .column("people", json)
        .column("resources", json)
        .optional("place", text)
        .optional("note", text)
        .column("state", text)
        .optional("reason", text)
        .optional("series_id", id)
        .optional("guest", json)
        .column("source", text)
        .column("version", big)
        .column("created_by", text)
        .column("created_at", time)
        .column("updated_at", time)
        .key(&["tenant_id", "id"])
        .index(&["tenant_id", "starts_at"])
        .index(&["tenant_id", "customer_id", "starts_at"])
        .index(&["tenant_id", "series_id"])
        .references("customer_id", "customer")
        .create(m)
        .await?;
    Table::new("appointment_seat")
        .column("tenant_id", id)
        .column("appointment_id", id)
        .column("of", text)
        .column("starts_at", time)
        .column("ends_at", time)
        .column("held", flag)
        .key(&["tenant_id", "appointment_id", "of"])
        .index(&["tenant_id", "of", "starts_at"])
        .references("appointment_id", "appointment")
        .create(m)
        .await?;
    // the last word on two bookings of one moment, whatever the rules above it overlook
    m.get_connection()
        .execute_unprepared(
            "CREATE UNIQUE INDEX appointment_seat_held ON appointment_seat \
             (tenant_id, \"of\", starts_at) WHERE held",
        )
        .await?;
    Ok(())
}

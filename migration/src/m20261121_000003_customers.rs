//! Customers and what belongs to them.

use sea_orm_migration::prelude::*;

use sea_orm_migration::sea_orm::DbBackend;

use crate::tenancy::{Table, drop_tables};
use crate::types::{big, id, int, json, text, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Table::new("customer")
            .column("tenant_id", id)
            .column("id", id)
            .column("name", text)
            .column("name_key", text)
            .optional("company", text)
            .optional("quality", text)
            .optional("score_emotional", int)
            .optional("score_logical", int)
            .column("owners", json)
            .column("tags", json)
            .column("custom", json)
            .optional("source", json)
            .optional("source_channel", text)
            .optional("utm", json)
            .optional("first_touch_at", time)
            .optional("last_touch_at", time)
            .optional("last_contact_at", time)
            .column("version", big)
            .column("created_at", time)
            .column("updated_at", time)
            .optional("archived_at", time)
            .optional("merged_into", id)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "name_key"])
            .index(&["tenant_id", "created_at"])
            .index(&["tenant_id", "updated_at"])
            .index(&["tenant_id", "last_contact_at"])
            .create(m)
            .await?;
        Table::new("identity")
            .column("tenant_id", id)
            .column("id", id)
            .column("customer_id", id)
            .column("kind", text)
            .column("value", text)
            .column("display", text)
            .column("position", int)
            .column("created_at", time)
            .key(&["tenant_id", "id"])
            .unique(&["tenant_id", "kind", "value"])
            .index(&["tenant_id", "customer_id"])
            .references("customer_id", "customer")
            .create(m)
            .await?;
        Table::new("customer_owner")
            .column("tenant_id", id)
            .column("customer_id", id)
            .column("user_id", id)
            .key(&["tenant_id", "customer_id", "user_id"])
            .index(&["tenant_id", "user_id", "customer_id"])
            .references("customer_id", "customer")
            .create(m)
            .await?;
        Table::new("customer_tag")
            .column("tenant_id", id)
            .column("customer_id", id)
            .column("tag", text)
            .key(&["tenant_id", "customer_id", "tag"])
            .index(&["tenant_id", "tag", "customer_id"])
            .references("customer_id", "customer")
            .create(m)
            .await?;
        Table::new("search_token")
            .column("tenant_id", id)
            .column("token", text)
            .column("customer_id", id)
            .key(&["tenant_id", "token", "customer_id"])
            .index(&["tenant_id", "customer_id", "token"])
            .references("customer_id", "customer")
            .create(m)
            .await?;
        Table::new("custom_field")
            .column("tenant_id", id)
            .column("id", id)
            .column("key", text)
            .column("label", text)
            .column("kind", text)
            .column("options", json)
            .column("position", int)
            .column("created_at", time)
            .optional("archived_at", time)
            .key(&["tenant_id", "id"])
            .unique(&["tenant_id", "key"])
            .create(m)
            .await?;
        Table::new("note")
            .column("tenant_id", id)
            .column("id", id)
            .column("customer_id", id)
            .column("body", text)
            .column("by", text)
            .column("created_at", time)
            .optional("edited_at", time)
            .optional("removed_at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "customer_id", "created_at"])
            .references("customer_id", "customer")
            .create(m)
            .await?;
        Table::new("merge")
            .column("tenant_id", id)
            .column("id", id)
            .column("winner_id", id)
            .column("loser_id", id)
            .column("before", json)
            .column("at", time)
            .column("by", text)
            .optional("undone_at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "winner_id"])
            .index(&["tenant_id", "loser_id"])
            .create(m)
            .await?;
        // Byte order, so that a prefix is a range whatever the database's locale.
        if m.get_database_backend() == DbBackend::Postgres {
            for sql in [
                "ALTER TABLE search_token ALTER COLUMN token TYPE text COLLATE \"C\"",
                "ALTER TABLE customer ALTER COLUMN name_key TYPE text COLLATE \"C\"",
            ] {
                m.get_connection().execute_unprepared(sql).await?;
            }
        }

        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            m,
            &[
                "merge",
                "note",
                "custom_field",
                "search_token",
                "customer_tag",
                "customer_owner",
                "identity",
                "customer",
            ],
        )
        .await
    }
}

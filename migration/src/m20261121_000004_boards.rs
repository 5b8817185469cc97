//! Boards, stages, cards.

use sea_orm_migration::prelude::*;

use crate::tenancy::{Table, drop_tables};
use crate::types::{big, id, int, text, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Table::new("board")
            .column("tenant_id", id)
            .column("id", id)
            .column("name", text)
            .column("position", int)
            .column("created_at", time)
            .optional("archived_at", time)
            .key(&["tenant_id", "id"])
            .create(m)
            .await?;
        Table::new("stage")
            .column("tenant_id", id)
            .column("id", id)
            .column("board_id", id)
            .column("name", text)
            .column("kind", text)
            .column("position", int)
            .optional("wip_limit", int)
            .column("colour", int)
            .column("created_at", time)
            .optional("archived_at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "board_id", "position"])
            .references("board_id", "board")
            .create(m)
            .await?;
        Table::new("card")
            .column("tenant_id", id)
            .column("id", id)
            .column("board_id", id)
            .column("stage_id", id)
            .column("customer_id", id)
            .column("rank", big)
            .column("version", big)
            .optional("need", text)
            .optional("amount_minor", big)
            .optional("currency", text)
            .optional("next_due_at", time)
            .column("unread", int)
            .column("entered_stage_at", time)
            .column("created_at", time)
            .optional("archived_at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "board_id"])
            .index(&["tenant_id", "customer_id"])
            .references("board_id", "board")
            .references("stage_id", "stage")
            .references("customer_id", "customer")
            .create(m)
            .await?;
        // Live cards only: an archived card keeps its rank without holding the place.
        m.get_connection()
            .execute_unprepared(
                "CREATE UNIQUE INDEX card_place ON card (tenant_id, stage_id, rank) WHERE archived_at IS NULL",
            )
            .await?;

        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["card", "stage", "board"]).await
    }
}

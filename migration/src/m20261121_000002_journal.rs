//! Topics, the journal, command results, jobs.

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
        Table::new("topic")
            .column("tenant_id", id)
            .column("key", text)
            .column("epoch", text)
            .column("seq", big)
            .key(&["tenant_id", "key"])
            .create(m)
            .await?;
        Table::new("event")
            .column("tenant_id", id)
            .column("topic", text)
            .column("seq", big)
            .column("at", time)
            .column("by", text)
            .column("op", text)
            .optional("customer_id", id)
            .optional("audience", text)
            .column("payload", text)
            .optional("cmd", text)
            .key(&["tenant_id", "topic", "seq"])
            .index(&["tenant_id", "customer_id", "at"])
            .create(m)
            .await?;
        Table::new("command_result")
            .column("tenant_id", id)
            .column("id", text)
            .column("body_hash", text)
            .column("topic", text)
            .column("seq", big)
            .optional("result", text)
            .column("at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "at"])
            .create(m)
            .await?;
        Table::new("job")
            .column("tenant_id", id)
            .column("id", id)
            .column("kind", text)
            .column("payload", text)
            .column("created_at", time)
            .column("attempts", int)
            .optional("last_error", text)
            .optional("done_at", time)
            .optional("failed_at", time)
            .key(&["tenant_id", "id"])
            .create(m)
            .await?;
        Table::new("job_due")
            .column("job_id", id)
            .column("tenant_id", id)
            .column("run_at", time)
            .optional("locked_until", time)
            .key(&["job_id"])
            .index(&["run_at"])
            .shared()
            .create(m)
            .await?;
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["job_due", "job", "command_result", "event", "topic"]).await
    }
}

//! Who waits for which events, rules and what they did, webhooks and what they were told.

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
        // asked by every commit that wrote something of interest: its key begins with the op
        Table::new("watch")
            .column("tenant_id", id)
            .column("op", text)
            .column("watcher", text)
            .column("subject", id)
            .optional("detail", json)
            .key(&["tenant_id", "op", "watcher", "subject"])
            .create(m)
            .await?;
        rules(m).await?;
        webhooks(m).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["webhook_delivery", "webhook", "rule_turn", "rule_run", "rule", "watch"])
            .await
    }
}

async fn rules(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    Table::new("rule")
        .column("tenant_id", id)
        .column("id", id)
        .column("name", text)
        .column("enabled", flag)
        .column("trigger", json)
        .column("conditions", json)
        .column("actions", json)
        .column("delay_minutes", int)
        .column("hours", text)
        .column("position", int)
        .column("version", big)
        .optional("builtin", text)
        .column("created_by", text)
        .column("created_at", time)
        .column("updated_at", time)
        .optional("removed_at", time)
        .key(&["tenant_id", "id"])
        .create(m)
        .await?;
    Table::new("rule_run")
        .column("tenant_id", id)
        .column("id", id)
        .column("rule_id", id)
        .column("customer_id", id)
        .column("topic", text)
        .column("seq", big)
        .column("op", text)
        .column("state", text)
        .optional("reason", text)
        .column("results", json)
        .column("chain", json)
        .column("begun_at", time)
        .optional("waits_until", time)
        .optional("finished_at", time)
        .key(&["tenant_id", "id"])
        .index(&["tenant_id", "rule_id", "begun_at"])
        .index(&["tenant_id", "customer_id", "rule_id", "begun_at"])
        .references("rule_id", "rule")
        .create(m)
        .await?;
    Table::new("rule_turn")
        .column("tenant_id", id)
        .column("pool", text)
        .column("last", id)
        .column("given", big)
        .key(&["tenant_id", "pool"])
        .create(m)
        .await
}

async fn webhooks(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    Table::new("webhook")
        .column("tenant_id", id)
        .column("id", id)
        .column("url", text)
        .column("ops", json)
        .column("enabled", flag)
        .column("key_version", int)
        .optional("rotated_at", time)
        .optional("off_because", text)
        .optional("failing_since", time)
        .column("version", big)
        .column("created_by", text)
        .column("created_at", time)
        .column("updated_at", time)
        .optional("removed_at", time)
        .key(&["tenant_id", "id"])
        .create(m)
        .await?;
    Table::new("webhook_delivery")
        .column("tenant_id", id)
        .column("id", id)
        .column("webhook_id", id)
        .column("op", text)
        .column("topic", text)
        .column("seq", big)
        .column("body", text)
        .column("state", text)
        .column("attempts", int)
        .optional("status", int)
        .optional("excerpt", text)
        .optional("error", text)
        .optional("took_ms", int)
        .column("created_at", time)
        .optional("tried_at", time)
        .optional("next_at", time)
        .optional("replay_of", id)
        .key(&["tenant_id", "id"])
        .index(&["tenant_id", "webhook_id", "created_at"])
        .references("webhook_id", "webhook")
        .create(m)
        .await
}

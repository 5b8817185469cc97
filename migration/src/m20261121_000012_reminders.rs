//! Reminders, notifications, how people want to be told, and their browsers.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

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
        Table::new("reminder")
            .column("tenant_id", id)
            .column("id", id)
            .optional("customer_id", id)
            .optional("card_id", id)
            .optional("appointment_id", id)
            .optional("activity_id", id)
            .column("assignee", id)
            .column("kind", text)
            .column("text", text)
            .column("due_at", time)
            .optional("repeat", json)
            .optional("anchor", text)
            .column("state", text)
            .optional("fire_at", time)
            .optional("fired_at", time)
            .optional("fired_due", time)
            .column("snoozed", int)
            .column("version", big)
            .column("created_by", text)
            .column("created_at", time)
            .optional("done_at", time)
            .optional("done_by", text)
            .optional("next_id", id)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "customer_id", "state"])
            .index(&["tenant_id", "assignee", "state", "due_at"])
            .index(&["tenant_id", "state", "due_at"])
            .references("customer_id", "customer")
            .create(m)
            .await?;
        Table::new("notification")
            .column("tenant_id", id)
            .column("id", id)
            .column("user_id", id)
            .column("kind", text)
            .column("key", text)
            .column("at", time)
            .optional("customer_id", id)
            .column("d", json)
            .column("app", flag)
            .optional("read_at", time)
            .optional("mail_at", time)
            .optional("push_at", time)
            .key(&["tenant_id", "id"])
            .unique(&["tenant_id", "user_id", "key"])
            .index(&["tenant_id", "user_id", "at"])
            .create(m)
            .await?;
        Table::new("notification_settings")
            .column("tenant_id", id)
            .column("user_id", id)
            .column("settings", json)
            .key(&["tenant_id", "user_id"])
            .create(m)
            .await?;
        Table::new("push_subscription")
            .column("tenant_id", id)
            .column("id", id)
            .column("user_id", id)
            .column("session_id", id)
            .column("endpoint", text)
            .column("p256dh", text)
            .column("auth", text)
            .column("created_at", time)
            .key(&["tenant_id", "id"])
            .unique(&["tenant_id", "endpoint"])
            .index(&["tenant_id", "user_id"])
            .create(m)
            .await?;
        let mut own = ColumnDef::new(Alias::new("own_due_at"));
        time(&mut own).null();
        let mut alter = sea_orm_migration::prelude::Table::alter();
        m.alter_table(alter.table(Alias::new("card")).add_column(&mut own).to_owned()).await?;
        let db = m.get_connection();
        for sql in [
            // only what waits: most rows of both have fired, been read, or gone out
            "CREATE INDEX reminder_fire ON reminder (tenant_id, fire_at) WHERE fire_at IS NOT NULL",
            "CREATE INDEX notification_unread ON notification (tenant_id, user_id) \
             WHERE read_at IS NULL",
            "CREATE INDEX notification_mail ON notification (tenant_id, user_id, mail_at) \
             WHERE mail_at IS NOT NULL",
            "CREATE INDEX notification_push ON notification (tenant_id, user_id, push_at) \
             WHERE push_at IS NOT NULL",
        ] {
            db.execute_unprepared(sql).await?;
        }
        // until now every date on a card was set by hand; row security would hide all rows
        let is_forced = m.get_database_backend() == DbBackend::Postgres;
        if is_forced {
            db.execute_unprepared("ALTER TABLE card NO FORCE ROW LEVEL SECURITY").await?;
        }
        db.execute_unprepared("UPDATE card SET own_due_at = next_due_at").await?;
        if is_forced {
            db.execute_unprepared("ALTER TABLE card FORCE ROW LEVEL SECURITY").await?;
        }
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.get_connection().execute_unprepared("ALTER TABLE card DROP COLUMN own_due_at").await?;
        drop_tables(m, &["push_subscription", "notification_settings", "notification", "reminder"])
            .await
    }
}

//! Activities with their types and outcomes; what stages demand of a card; why a card was lost.

use std::time::SystemTime;

use sea_orm::prelude::{DateTimeUtc, Uuid};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
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
        Table::new("activity_type")
            .column("tenant_id", id)
            .column("id", id)
            .column("key", text)
            .column("name", text)
            .column("icon", text)
            .column("colour", int)
            .column("position", int)
            .column("builtin", flag)
            .column("created_at", time)
            .optional("archived_at", time)
            .key(&["tenant_id", "id"])
            .unique(&["tenant_id", "key"])
            .create(m)
            .await?;
        Table::new("activity_outcome")
            .column("tenant_id", id)
            .column("id", id)
            .column("type_id", id)
            .column("key", text)
            .column("name", text)
            .column("kind", text)
            .column("asks", json)
            .column("effects", json)
            .column("position", int)
            .column("created_at", time)
            .optional("archived_at", time)
            .key(&["tenant_id", "id"])
            .unique(&["tenant_id", "type_id", "key"])
            .references("type_id", "activity_type")
            .create(m)
            .await?;
        Table::new("activity")
            .column("tenant_id", id)
            .column("id", id)
            .column("customer_id", id)
            .optional("card_id", id)
            .column("type_id", id)
            .column("title", text)
            .optional("body", text)
            .optional("assignee", id)
            .optional("due_at", time)
            .column("state", text)
            .optional("outcome_id", id)
            .optional("answer", json)
            .optional("trace", json)
            .column("opened_by", text)
            .column("opened_at", time)
            .optional("closed_by", text)
            .optional("closed_at", time)
            .column("version", big)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "customer_id", "id"])
            .index(&["tenant_id", "assignee", "state", "due_at"])
            .index(&["tenant_id", "state", "due_at"])
            .references("customer_id", "customer")
            .references("type_id", "activity_type")
            .create(m)
            .await?;
        let db = m.get_connection();
        let (requires, reason) = match db.get_database_backend() {
            DbBackend::Postgres => ("jsonb NOT NULL DEFAULT '[]'::jsonb", "text"),
            _ => ("jsonb_text NOT NULL DEFAULT '[]'", "text"),
        };
        for sql in [
            format!("ALTER TABLE stage ADD COLUMN requires {requires}"),
            format!("ALTER TABLE card ADD COLUMN lost_reason {reason}"),
            "CREATE INDEX card_lost_reason ON card (tenant_id, lost_reason) \
             WHERE lost_reason IS NOT NULL"
                .to_owned(),
            // a timeline's own order, so that a page of ten thousand entries is read and no more
            "CREATE INDEX event_timeline ON event (tenant_id, customer_id, at, topic, seq) \
             WHERE customer_id IS NOT NULL"
                .to_owned(),
            "DROP INDEX event_tenant_id_customer_id_at".to_owned(),
        ] {
            db.execute_unprepared(&sql).await?;
        }
        ask_for_defaults(db).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        for sql in [
            "CREATE INDEX event_tenant_id_customer_id_at ON event (tenant_id, customer_id, at)",
            "DROP INDEX event_timeline",
            "DROP INDEX card_lost_reason",
            "ALTER TABLE card DROP COLUMN lost_reason",
            "ALTER TABLE stage DROP COLUMN requires",
        ] {
            m.get_connection().execute_unprepared(sql).await?;
        }
        drop_tables(m, &["activity", "activity_outcome", "activity_type"]).await
    }
}

/// Tenants that are here already get the usual types by a job of theirs, which knows the texts. A
/// tenant's id is also that job's: it is asked for once.
async fn ask_for_defaults(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    const JOB: &str = "INSERT INTO job (tenant_id, id, kind, payload, created_at, attempts) \
        VALUES ($1, $1, 'activities.defaults', '{}', $2, 0) ON CONFLICT DO NOTHING";
    const DUE: &str = "INSERT INTO job_due (job_id, tenant_id, run_at) VALUES ($1, $1, $2) \
        ON CONFLICT DO NOTHING";
    const BE: &str = "SELECT set_config('app.tenant_id', $1, true)";
    let backend = db.get_database_backend();
    let now: DateTimeUtc = SystemTime::now().into();
    let all = "SELECT DISTINCT tenant_id FROM directory WHERE kind = 'slug'";
    let rows = db.query_all_raw(Statement::from_string(backend, all)).await?;
    for row in &rows {
        let tenant: Uuid = row.try_get_by_index(0)?;
        enter(db, BE, &tenant.to_string()).await?;
        for sql in [JOB, DUE] {
            let values: [Value; 2] = [tenant.into(), now.into()];
            db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        }
    }
    enter(db, BE, "").await
}

async fn enter(db: &SchemaManagerConnection<'_>, sql: &str, tenant: &str) -> Result<(), DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        let values: [Value; 1] = [tenant.into()];
        db.query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    }
    Ok(())
}

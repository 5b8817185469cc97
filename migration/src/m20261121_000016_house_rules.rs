//! Tenants that are here already get the product's own rules, as new ones do.

use std::time::SystemTime;

use sea_orm::prelude::{DateTimeUtc, Uuid};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    /// By a job of each tenant, which knows the texts and does nothing where there were rules before.
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        const JOB: &str = "INSERT INTO job (tenant_id, id, kind, payload, created_at, attempts) \
            VALUES ($1, $2, 'rules.defaults', '{}', $3, 0) ON CONFLICT DO NOTHING";
        const DUE: &str = "INSERT INTO job_due (job_id, tenant_id, run_at) VALUES ($2, $1, $3) \
            ON CONFLICT DO NOTHING";
        let db = m.get_connection();
        let backend = db.get_database_backend();
        let now: DateTimeUtc = SystemTime::now().into();
        let all = "SELECT DISTINCT tenant_id FROM directory WHERE kind = 'slug'";
        for row in db.query_all_raw(Statement::from_string(backend, all)).await? {
            let tenant: Uuid = row.try_get_by_index(0)?;
            enter(db, &tenant.to_string()).await?;
            // the tenant's own id is that of its job for activities: this one is its neighbour
            let job = Uuid::from_u128(tenant.as_u128() ^ 1);
            for sql in [JOB, DUE] {
                let values: [Value; 3] = [tenant.into(), job.into(), now.into()];
                db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
            }
        }
        enter(db, "").await
    }

    /// Rules stay: they are the tenant's.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}

async fn enter(db: &SchemaManagerConnection<'_>, tenant: &str) -> Result<(), DbErr> {
    const BE: &str = "SELECT set_config('app.tenant_id', $1, true)";
    if db.get_database_backend() == DbBackend::Postgres {
        let values: [Value; 1] = [tenant.into()];
        db.query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, BE, values)).await?;
    }
    Ok(())
}

//! A transaction that knows its tenant. The only connection that features ever see.

use std::sync::atomic::{AtomicU64, Ordering};

use entities::ids::TenantId;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    TransactionTrait,
};

use crate::kernel::problem::Problem;

/// One tenant's view of one transaction. Counts what is written, so that the committer knows
/// whether a refused command left anything behind.
pub struct Tx<'a> {
    inner: &'a DatabaseTransaction,
    tenant: TenantId,
    writes: AtomicU64,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(inner: &'a DatabaseTransaction, tenant: TenantId) -> Self {
        Self { inner, tenant, writes: AtomicU64::new(0) }
    }

    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Statements so far that were no reads.
    pub(crate) fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    /// Tells PostgreSQL whose transaction this is, until it ends; row security does the rest.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn enter(&self) -> Result<(), Problem> {
        if self.inner.get_database_backend() == DbBackend::Postgres {
            self.inner
                .execute_raw(Statement::from_sql_and_values(
                    DbBackend::Postgres,
                    "SELECT set_config('app.tenant_id', $1, true)",
                    [self.tenant.to_string().into()],
                ))
                .await?;
        }
        Ok(())
    }

    pub(crate) async fn savepoint(&self) -> Result<DatabaseTransaction, Problem> {
        Ok(self.inner.begin().await?)
    }

    fn count(&self, sql: &str) {
        let is_read = sql.trim_start().get(..6).is_some_and(|s| s.eq_ignore_ascii_case("select"));
        if !is_read {
            self.writes.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.count(&statement.sql);
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.count(sql);
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.count(&statement.sql);
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.count(&statement.sql);
        self.inner.query_all_raw(statement).await
    }
}

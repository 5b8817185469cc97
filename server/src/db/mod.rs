//! The database: one embedded SQLite file with a single writer, or PostgreSQL with row-level
//! security. Nothing is read or written without naming a tenant, except the two tables of the
//! [`lobby`](Db::lobby).
//!
//! All calls run on one dedicated runtime: a pooled connection stays bound to the runtime that
//! opened it, and actix's workers come and go.

mod connect;
mod guard;
pub mod queue;
pub mod statistics;
mod turn;
mod tx;

use std::future::Future;
use std::sync::Arc;

use entities::ids::TenantId;
use futures_util::future::BoxFuture;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex, MutexGuard};

pub use self::connect::{Options, migrate, open_bare};
pub use self::turn::take_topic;
pub use self::tx::Tx;
use crate::kernel::problem::{Fault, Problem};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Handle to the database; clones share everything.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    engine: Engine,
    /// Many connections; on SQLite they never write.
    readers: DatabaseConnection,
    /// On SQLite one connection; on PostgreSQL the same pool as `readers`.
    writer: DatabaseConnection,
    /// SQLite has one writer: who waits, waits here, not in `SQLITE_BUSY`.
    turn: Mutex<()>,
    runtime: tokio::runtime::Handle,
    /// SQLite only.
    writing: Option<WritingThread>,
    pool_size: usize,
    options: Options,
}

/// A thread of its own for the one writer: its statements would otherwise wait in one queue with
/// everybody's reading, and all writers wait for it.
struct WritingThread(Option<tokio::runtime::Runtime>);

impl WritingThread {
    fn start() -> std::io::Result<Self> {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("writing")
            .enable_all()
            .build()
            .map(|runtime| Self(Some(runtime)))
    }
}

impl Drop for WritingThread {
    fn drop(&mut self) {
        // a runtime panics when it is dropped inside another one
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// The turn of SQLite's one writer; nothing on PostgreSQL.
pub struct Turn<'a>(#[expect(dead_code, reason = "held, not read")] Option<MutexGuard<'a, ()>>);

impl Db {
    pub fn engine(&self) -> Engine {
        self.0.engine
    }

    /// Most transactions that may be in flight.
    pub fn pool_size(&self) -> usize {
        self.0.pool_size
    }

    /// Runs a future on the database's runtime and waits for it. A dropped waiter does not stop it.
    ///
    /// # Errors
    /// Those of the future; `internal` when it panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Problem>> + Send + 'static,
    ) -> Result<T, Problem> {
        match self.0.runtime.spawn(work).await {
            Ok(done) => done,
            Err(error) => {
                tracing::error!(%error, "database work died");
                Err(Problem::internal())
            }
        }
    }

    /// Starts work on the database's runtime without waiting.
    pub fn detach(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.runtime.spawn(work);
    }

    /// Starts the work of SQLite's one writer; elsewhere as [`detach`](Self::detach).
    pub(crate) fn detach_writer(&self, work: impl Future<Output = ()> + Send + 'static) {
        match self.0.writing.as_ref().and_then(|thread| thread.0.as_ref()) {
            Some(runtime) => drop(runtime.spawn(work)),
            None => self.detach(work),
        }
    }

    /// Reads in one transaction: everything read is of one moment.
    ///
    /// # Errors
    /// Those of the closure, and `busy` when the database is away.
    pub async fn read<T, F>(&self, tenant: TenantId, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Tx<'a>) -> BoxFuture<'a, Result<T, Problem>> + Send + 'static,
    {
        let db = self.clone();
        self.run(async move {
            let inner = db.begin_read().await?;
            let tx = Tx::new(&inner, tenant);
            tx.enter().await?;
            let done = work(&tx).await;
            // Nothing was written. The rollback goes out with the pool's own question when the
            // connection comes back: nobody waits for it.
            drop(inner);
            done
        })
        .await
    }

    /// Writes rows that no topic owns (devices, jobs, import rows), in one transaction. What
    /// people see on screens is written by commands, not here. May run again after a lost race.
    ///
    /// # Errors
    /// Those of the closure (nothing is kept then), and `busy` when the database is away.
    pub async fn write<T, F>(&self, tenant: TenantId, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'a> Fn(&'a Tx<'a>) -> BoxFuture<'a, Result<T, Problem>> + Send + 'static,
    {
        let db = self.clone();
        self.run(async move {
            let mut tries = 0;
            loop {
                let _turn = db.turn().await;
                let inner = db.begin_write().await?;
                let tx = Tx::new(&inner, tenant);
                tx.enter().await?;
                let done = work(&tx).await;
                let done = match done {
                    Ok(value) => inner.commit().await.map(|()| value).map_err(Problem::from),
                    Err(problem) => {
                        let _ = inner.rollback().await; // dropping it would do the same, later
                        Err(problem)
                    }
                };
                match done {
                    Err(Problem { fault: Some(Fault::Race | Fault::Held), .. }) if tries < 5 => {
                        tries += 1
                    }
                    done => return done,
                }
            }
        })
        .await
    }

    /// Reads or writes the tables that no tenant owns: `directory` and `job_due`.
    ///
    /// # Errors
    /// Those of the closure.
    pub async fn lobby<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a DatabaseConnection) -> BoxFuture<'a, Result<T, Problem>>
            + Send
            + 'static,
    {
        let db = self.clone();
        self.run(async move {
            let _turn = db.turn().await;
            work(&db.0.writer).await
        })
        .await
    }

    /// As [`lobby`](Self::lobby), where nothing is written: waits for no writer.
    ///
    /// # Errors
    /// Those of the closure.
    pub async fn glance<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a DatabaseConnection) -> BoxFuture<'a, Result<T, Problem>>
            + Send
            + 'static,
    {
        let db = self.clone();
        self.run(async move { work(&db.0.readers).await }).await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// `busy` when it does not.
    pub async fn ping(&self) -> Result<(), Problem> {
        let db = self.clone();
        self.run(async move {
            db.0.readers.execute_unprepared("SELECT 1").await?;
            Ok(())
        })
        .await
    }

    /// Waits for the single writer's turn on SQLite.
    pub async fn turn(&self) -> Turn<'_> {
        Turn(match self.0.engine {
            Engine::Sqlite => Some(self.0.turn.lock().await),
            Engine::Postgres => None,
        })
    }

    /// # Errors
    /// `busy` when no connection is to be had.
    pub async fn begin_write(&self) -> Result<DatabaseTransaction, Problem> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(self.0.writer.begin_with_options(options).await?)
    }

    async fn begin_read(&self) -> Result<DatabaseTransaction, Problem> {
        let options = match self.0.engine {
            Engine::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
                ..Default::default()
            },
            Engine::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
        };
        Ok(self.0.readers.begin_with_options(options).await?)
    }

    /// Copies the embedded database into a new file while it is in use.
    ///
    /// # Errors
    /// `invalid` on PostgreSQL, whose own tools do this; `internal` when the copy fails.
    pub async fn backup_to(&self, path: &std::path::Path) -> Result<(), Problem> {
        if self.0.engine != Engine::Sqlite {
            return Err(Problem::invalid("database", "bad_value"));
        }
        let quoted = path.display().to_string().replace('\'', "''");
        let db = self.clone();
        self.run(async move {
            db.0.readers.execute_unprepared(&format!("VACUUM INTO '{quoted}'")).await?;
            Ok(())
        })
        .await
    }

    /// Closes all connections; on SQLite this also folds the log into the file.
    pub async fn close(&self) {
        let db = self.clone();
        let _ = self // a failed close leaves a log that the next start folds in
            .run(async move {
                let _turn = db.turn().await;
                db.0.writer.clone().close().await?;
                db.0.readers.clone().close().await?;
                Ok(())
            })
            .await;
    }
}

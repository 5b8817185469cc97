//! The worker: takes due jobs, runs a bounded number at once, tries again with growing waits, and
//! gives up visibly. At least once: a node that dies in the middle leaves its jobs to the next.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::ids::{JobId, TenantId};
use entities::tenancy::OfTenant;
use entities::{job, job_due};
use futures_util::FutureExt;
use sea_orm::sea_query::{Expr, LockBehavior, LockType, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use tokio::sync::{Notify, Semaphore};

use crate::db::{Db, Engine, Tx};
use crate::kernel::clock::Clock;
use crate::kernel::problem::{Class, Problem};

/// How long a job belongs to who took it; renewed while it runs.
const LEASE: chrono::Duration = chrono::Duration::seconds(30);
const RENEW: Duration = Duration::from_secs(10);
/// How often to look without being woken: other nodes write jobs too, and waits end.
const LOOK: Duration = Duration::from_secs(1);
/// After so many tries a job is given up: about nine hours later.
const TRIES_MAX: i32 = 16;

/// Why a job did not succeed. The word is kept with the job: no personal data in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobError {
    /// Worth trying again.
    Later(&'static str),
    /// Never going to work.
    Never(&'static str),
    /// No failure: long work that has done a piece and gives its slot to others before it goes on.
    /// So a stop waits for a piece only, and any node may do the next one.
    Again,
    /// No failure: there is nothing to do before then, and the same job looks again.
    Until(DateTime<Utc>),
}

impl From<Problem> for JobError {
    fn from(problem: Problem) -> Self {
        match problem.class {
            Class::Busy | Class::Rate | Class::Internal => Self::Later(problem.code),
            _ => Self::Never(problem.code),
        }
    }
}

/// One kind of job.
#[async_trait::async_trait]
pub trait Job: Send + Sync {
    /// As written into the row.
    fn kind(&self) -> &'static str;

    /// Must bear being run twice.
    ///
    /// # Errors
    /// Whether to try again.
    async fn run(&self, tenant: TenantId, id: JobId, payload: &str) -> Result<(), JobError>;
}

/// Cheap to clone. Exists before it is started, so that the committer can be given its bell.
#[derive(Clone, Default)]
pub struct JobWorker(Arc<Bell>);

#[derive(Default)]
struct Bell {
    due: Notify,
    stopping: AtomicBool,
    /// Told when the last running job has ended after a stop.
    idle: Notify,
}

struct Runner {
    bell: Arc<Bell>,
    db: Db,
    clock: Clock,
    kinds: HashMap<&'static str, Arc<dyn Job>>,
    slots: Arc<Semaphore>,
    slots_max: usize,
}

impl JobWorker {
    /// Jobs were written; look at once.
    pub fn wake(&self) {
        self.0.due.notify_one();
    }

    /// Begins to run jobs, at most `slots` at once, on the database's runtime.
    pub fn start(&self, db: &Db, clock: &Clock, kinds: Vec<Arc<dyn Job>>, slots: usize) {
        let runner = Arc::new(Runner {
            bell: self.0.clone(),
            db: db.clone(),
            clock: clock.clone(),
            kinds: kinds.into_iter().map(|kind| (kind.kind(), kind)).collect(),
            slots: Arc::new(Semaphore::new(slots.max(1))),
            slots_max: slots.max(1),
        });
        db.detach(async move { runner.serve().await });
    }

    /// Takes no more jobs and waits for those that run, but not longer than this.
    pub async fn stop(&self, patience: Duration) {
        self.0.stopping.store(true, Ordering::Relaxed);
        self.0.due.notify_one();
        // what still runs then is found by the next start when its lease has ended
        let _ = tokio::time::timeout(patience, self.0.idle.notified()).await;
    }
}

impl Runner {
    async fn serve(self: Arc<Self>) {
        while !self.bell.stopping.load(Ordering::Relaxed) {
            let Ok(slot) = self.slots.clone().acquire_owned().await else { break };
            match self.take().await {
                Ok(Some((tenant, id))) => {
                    let runner = self.clone();
                    self.db.detach(async move {
                        runner.run(tenant, id).await;
                        drop(slot);
                    });
                    continue;
                }
                Ok(None) => {}
                // said by whoever needs the database for an answer
                Err(problem) => tracing::debug!(%problem, "jobs cannot be looked for"),
            }
            drop(slot);
            // nothing due: until the bell rings or it is time to look again
            let _ = tokio::time::timeout(LOOK, self.bell.due.notified()).await;
        }
        let all = u32::try_from(self.slots_max).unwrap_or(u32::MAX);
        // closed only by us, never
        let _ = self.slots.acquire_many(all).await;
        self.bell.idle.notify_one();
    }

    /// Takes the job that is due longest, so that no other worker does.
    async fn take(&self) -> Result<Option<(TenantId, JobId)>, Problem> {
        let (now, engine) = (self.clock.now(), self.db.engine());
        self.db
            .lobby(move |db| {
                async move {
                    let is_free = || {
                        job_due::Column::LockedUntil
                            .is_null()
                            .or(job_due::Column::LockedUntil.lt(now))
                    };
                    let due = job_due::Entity::find()
                        .filter(job_due::Column::RunAt.lte(now))
                        .filter(is_free())
                        .order_by_asc(job_due::Column::RunAt)
                        .one(db)
                        .await?;
                    let Some(due) = due else { return Ok(None) };
                    let mut first = Query::select();
                    first
                        .column(job_due::Column::JobId)
                        .from(job_due::Entity)
                        .and_where(job_due::Column::JobId.eq(due.job_id))
                        .and_where(is_free());
                    if engine == Engine::Postgres {
                        first.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
                    }
                    let mut take = Query::update();
                    take.table(job_due::Entity)
                        .value(job_due::Column::LockedUntil, now + LEASE)
                        .and_where(job_due::Column::JobId.in_subquery(first));
                    let taken = db.execute(&take).await?.rows_affected() == 1;
                    // another worker was faster: its bell, or ours, rings again
                    Ok(taken.then_some((due.tenant_id, due.job_id)))
                }
                .boxed()
            })
            .await
    }

    async fn run(&self, tenant: TenantId, id: JobId) {
        let row = self
            .db
            .read(tenant, move |tx| {
                async move {
                    let row = job::Entity::of(tx.tenant()).filter(job::Column::Id.eq(id));
                    Ok(row.one(tx).await?)
                }
                .boxed()
            })
            .await;
        let row = match row {
            Ok(Some(row)) => row,
            Ok(None) => return self.finish(tenant, id, 0, Err(JobError::Never("gone"))).await,
            Err(_) => return, // found again when the lease has ended
        };
        let Some(kind) = self.kinds.get(row.kind.as_str()) else {
            tracing::error!(job.kind = %row.kind, "no such kind of job");
            let error = JobError::Later("unknown_kind");
            return self.finish(tenant, id, row.attempts, Err(error)).await;
        };
        let mut working =
            std::panic::AssertUnwindSafe(kind.run(tenant, id, &row.payload)).catch_unwind();
        let done = loop {
            match tokio::time::timeout(RENEW, &mut working).await {
                Ok(done) => break done.unwrap_or(Err(JobError::Later("panicked"))),
                Err(_) => self.renew(id).await,
            }
        };
        let result = match done {
            Ok(()) => "done",
            Err(JobError::Again | JobError::Until(_)) => "goes_on",
            Err(_) => "failed",
        };
        metrics::counter!("nabiz_jobs", "kind" => kind.kind(), "result" => result).increment(1);
        self.finish(tenant, id, row.attempts, done).await;
    }

    async fn renew(&self, id: JobId) {
        let until = self.clock.now() + LEASE;
        let renewed = self
            .db
            .lobby(move |db| {
                async move {
                    job_due::Entity::update_many()
                        .col_expr(job_due::Column::LockedUntil, Expr::value(until))
                        .filter(job_due::Column::JobId.eq(id))
                        .exec(db)
                        .await?;
                    Ok(())
                }
                .boxed()
            })
            .await;
        if let Err(problem) = renewed {
            tracing::warn!(%problem, "a job's lease could not be renewed");
        }
    }

    /// Success removes both rows. What failed gets its next time; what failed too often stays in
    /// `job`, with the reason, and is due no more.
    async fn finish(&self, tenant: TenantId, id: JobId, tries: i32, done: Result<(), JobError>) {
        let (now, tries) = (self.clock.now(), tries + 1);
        let next = match done {
            Ok(()) => Next::Gone,
            // a piece that went well forgets what failed before it
            Err(JobError::Again) => Next::At { why: None, tries: 0, run_at: now },
            Err(JobError::Until(run_at)) => Next::At { why: None, tries: 0, run_at },
            Err(JobError::Later(why)) if tries < TRIES_MAX => {
                Next::At { why: Some(why), tries, run_at: now + wait(tries) }
            }
            Err(JobError::Later(why) | JobError::Never(why)) => {
                tracing::error!(job.id = %id, job.tries = tries, why, "job given up");
                metrics::counter!("nabiz_jobs_given_up").increment(1);
                Next::GivenUp { why, tries, at: now }
            }
        };
        let written = self.db.write(tenant, move |tx| next.write(tx, id).boxed()).await;
        if let Err(problem) = written {
            // it runs again when the lease has ended
            tracing::warn!(%problem, "a job's end could not be written");
        }
    }
}

/// What becomes of a job after a run.
#[derive(Clone, Copy)]
enum Next {
    Gone,
    At { why: Option<&'static str>, tries: i32, run_at: DateTime<Utc> },
    GivenUp { why: &'static str, tries: i32, at: DateTime<Utc> },
}

impl Next {
    async fn write(self, tx: &Tx<'_>, id: JobId) -> Result<(), Problem> {
        let own = || job::Column::Id.eq(id);
        let due = job_due::Column::JobId.eq(id);
        let noted = |why: Option<&str>, tries: i32| {
            job::Entity::change(tx.tenant())
                .col_expr(job::Column::Attempts, Expr::value(tries))
                .col_expr(job::Column::LastError, Expr::value(why.map(str::to_owned)))
                .filter(own())
        };
        match self {
            Self::Gone => {
                job::Entity::forget(tx.tenant()).filter(own()).exec(tx).await?;
                job_due::Entity::delete_many().filter(due).exec(tx).await?;
            }
            Self::At { why, tries, run_at } => {
                noted(why, tries).exec(tx).await?;
                let free = Expr::value(None::<DateTime<Utc>>);
                job_due::Entity::update_many()
                    .col_expr(job_due::Column::RunAt, Expr::value(run_at))
                    .col_expr(job_due::Column::LockedUntil, free)
                    .filter(due)
                    .exec(tx)
                    .await?;
            }
            Self::GivenUp { why, tries, at } => {
                noted(Some(why), tries)
                    .col_expr(job::Column::FailedAt, Expr::value(at))
                    .exec(tx)
                    .await?;
                job_due::Entity::delete_many().filter(due).exec(tx).await?;
            }
        }
        Ok(())
    }
}

/// 2 s, 4 s, … up to more than two hours.
fn wait(tries: i32) -> chrono::Duration {
    let exponent = u32::try_from(tries.clamp(0, 13)).unwrap_or_default();
    chrono::Duration::seconds(1_i64 << exponent)
}

#[cfg(test)]
mod tests {
    use super::{JobError, wait};
    use crate::kernel::problem::Problem;

    #[test]
    fn waits_grow_and_end() {
        assert_eq!((wait(1).num_seconds(), wait(2).num_seconds()), (2, 4));
        assert_eq!(wait(40).num_seconds(), 8_192);
    }

    #[test]
    fn only_passing_problems_are_tried_again() {
        assert_eq!(JobError::from(Problem::busy()), JobError::Later("busy"));
        assert_eq!(JobError::from(Problem::not_found()), JobError::Never("not_found"));
    }
}

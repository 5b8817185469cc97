//! Works an act off, chunk by chunk, beside everything else. A durable job: when its node dies
//! another goes on, and a chunk that was done before is not done again.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use entities::bulk;
use entities::ids::{BulkId, JobId, TenantId};
use futures_util::FutureExt;

use super::CHUNK;
use super::commands::{StopBulk, WorkBulk};
use super::records::{self, RUNNING, UNDOING};
use super::rules;
use crate::db::Db;
use crate::kernel::command::NewJob;
use crate::kernel::principal::Principal;
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::Topic;
use crate::realtime::hub::Hub;
use crate::workers::jobs::{Job, JobError};
use crate::workers::patience;

const KIND: &str = "bulk.work";
/// How long one run works before others get its slot.
const PIECE: Duration = Duration::from_secs(1);

/// The job that does it, or takes it back.
pub(super) fn work(id: BulkId, at: DateTime<Utc>) -> NewJob {
    NewJob { kind: KIND, payload: id.to_string(), run_at: at }
}

pub(super) struct Work {
    pub(super) db: Db,
    pub(super) hub: Hub,
}

#[async_trait::async_trait]
impl Job for Work {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, tenant: TenantId, _: JobId, payload: &str) -> Result<(), JobError> {
        let id: BulkId = payload.parse().map_err(|_| JobError::Never("bad_payload"))?;
        match self.piece(tenant, id).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(JobError::Again),
            Err(problem) if matches!(problem.class, Class::Busy | Class::Rate) => {
                Err(JobError::Later(problem.code))
            }
            Err(problem) => {
                tracing::error!(bulk.id = %id, code = problem.code, "work on many cannot go on");
                self.stop(tenant, id).await.map_err(JobError::from)
            }
        }
    }
}

impl Work {
    async fn row(&self, tenant: TenantId, id: BulkId) -> Result<bulk::Model, Problem> {
        self.db.read(tenant, move |tx| async move { rules::load(tx, id).await }.boxed()).await
    }

    /// Some chunks; whether nothing is left to do.
    async fn piece(&self, tenant: TenantId, id: BulkId) -> Result<bool, Problem> {
        let began = Instant::now();
        loop {
            let row = self.row(tenant, id).await?;
            let chunk_of = |done: i64| i32::try_from(done / CHUNK as i64).unwrap_or(i32::MAX);
            let (chunk, back) = match row.state.as_str() {
                RUNNING => (chunk_of(row.done), false),
                UNDOING => (chunk_of((row.done - 1).max(0)), true),
                _ => return Ok(true),
            };
            if began.elapsed() >= PIECE {
                return Ok(false);
            }
            let board = records::action(&row)?.board();
            let work = WorkBulk { bulk: id, chunk, back, board };
            let way = if back { "u" } else { "c" };
            let cmd = format!("bulk:{id}:{way}{chunk}");
            // the command itself says whose turn it is
            let by = in_the_name_of(&row, back);
            patience::submit(&self.hub, &by, Topic::tenant(), "bulk.work", &work, &cmd).await?;
        }
    }

    async fn stop(&self, tenant: TenantId, id: BulkId) -> Result<(), Problem> {
        let row = self.row(tenant, id).await?;
        let by = in_the_name_of(&row, row.state == UNDOING);
        let stop = StopBulk { bulk: id };
        self.hub.command(&by, Topic::tenant(), "bulk.stop", &stop, None, None).await?;
        Ok(())
    }
}

/// The server, writing in the name of whoever began it; what they may and see is looked up by each
/// chunk.
fn in_the_name_of(row: &bulk::Model, back: bool) -> Principal {
    let person = if back { row.undone_by.unwrap_or(row.created_by) } else { row.created_by };
    Principal::in_the_name_of(row.tenant_id, person)
}

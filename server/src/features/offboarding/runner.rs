//! The job that works an offboarding off: each chunk is a command like anybody's, in the name of the
//! administrator, so other writers get their turn between two of them. Any node may go on with it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::ids::{JobId, OffboardingId, TenantId};
use futures_util::FutureExt;

use super::commands::{Work, topic};
use super::views::{self, REVERTING, RUNNING};
use crate::db::Db;
use crate::kernel::command::NewJob;
use crate::kernel::principal::Principal;
use crate::kernel::problem::{Class, Problem};
use crate::realtime::Hub;
use crate::workers::jobs::{Job, JobError};

const KIND: &str = "offboarding.work";
/// Tries of one chunk before the job is put back for later.
const TRIES_MAX: u32 = 20;

pub(super) fn job(id: OffboardingId, at: DateTime<Utc>) -> NewJob {
    NewJob { kind: KIND, payload: id.to_string(), run_at: at }
}

pub(super) struct HandOver {
    pub(super) db: Db,
    pub(super) hub: Hub,
}

#[async_trait::async_trait]
impl Job for HandOver {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, tenant: TenantId, _: JobId, payload: &str) -> Result<(), JobError> {
        let id: OffboardingId = payload.parse().map_err(|_| JobError::Never("bad_payload"))?;
        let mut tries = 0;
        loop {
            let row = self.db.read(tenant, move |tx| views::find(tx, id).boxed()).await?;
            let back = match row.state.as_str() {
                RUNNING => false,
                REVERTING => true,
                _ => return Ok(()),
            };
            let by = Principal::in_the_name_of(tenant, row.by);
            let work = Work { offboarding: id, done: row.done, back };
            // the same chunk has the same id: run twice, it acts once
            let way = if back { "back" } else { "on" };
            let command = Some(format!("offb:{}:{way}:{}", id.0.simple(), row.done));
            let done = self.hub.command(&by, topic(id), "offboarding.work", &work, command, None);
            match done.await {
                Ok(_) => tries = 0,
                Err(problem) if worth_another_try(&problem) && tries < TRIES_MAX => {
                    tries += 1;
                    let pause = Duration::from_millis((50 << tries.min(6)).min(3_000));
                    tokio::time::sleep(pause).await;
                }
                Err(problem) if worth_another_try(&problem) => {
                    return Err(JobError::Later(problem.code));
                }
                Err(problem) => return Err(problem.into()),
            }
        }
    }
}

/// Temporary, or a race that was lost too often in a row.
fn worth_another_try(problem: &Problem) -> bool {
    matches!(problem.class, Class::Busy | Class::Rate)
        || (problem.class == Class::Conflict && problem.code == Class::Conflict.name())
}

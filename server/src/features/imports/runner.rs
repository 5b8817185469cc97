//! Works an import off, chunk by chunk, beside everything else: each chunk is a command like
//! anybody's, so other writers get their turn between two of them. It is a durable job: when its
//! node dies another goes on, and a chunk that was written before is not written again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use entities::ids::{ImportId, JobId, SessionId, TenantId};
use entities::import;
use futures_util::FutureExt;

use super::commands::{NO_DEVICE, TellImport, WorkImport, topic};
use super::read::CHUNK_ROWS;
use super::rules;
use super::views::{self, RUNNING, Sees, UNDOING};
use crate::db::Db;
use crate::kernel::command::NewJob;
use crate::kernel::principal::{Principal, Visibility, Who};
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::Topic;
use crate::realtime::hub::Hub;
use crate::workers::jobs::{Job, JobError};
use crate::workers::patience;

const KIND: &str = "imports.work";
/// How long one run works before others get its slot.
const PIECE: Duration = Duration::from_secs(1);

/// The job that works an import off, or takes it back.
pub(super) fn work(id: ImportId, at: DateTime<Utc>) -> NewJob {
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
        let id: ImportId = payload.parse().map_err(|_| JobError::Never("bad_payload"))?;
        let run = Run { db: self.db.clone(), hub: self.hub.clone(), tenant, id };
        match run.piece().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(JobError::Again),
            // the database is away, or everything is very busy: the import waits
            Err(problem) if matches!(problem.class, Class::Busy | Class::Rate) => {
                Err(JobError::Later(problem.code))
            }
            Err(problem) => {
                tracing::error!(import.id = %id, code = problem.code, "import cannot go on");
                run.give_up().await.map_err(JobError::from)
            }
        }
    }
}

struct Run {
    db: Db,
    hub: Hub,
    tenant: TenantId,
    id: ImportId,
}

impl Run {
    async fn row(&self) -> Result<import::Model, Problem> {
        let id = self.id;
        self.db.read(self.tenant, move |tx| async move { rules::load(tx, id).await }.boxed()).await
    }

    /// Some chunks; whether nothing is left to do.
    async fn piece(&self) -> Result<bool, Problem> {
        let began = Instant::now();
        loop {
            let row = self.row().await?;
            let chunk_of = |rows: i64| i32::try_from(rows / CHUNK_ROWS as i64).unwrap_or(i32::MAX);
            let (chunk, back) = match row.state.as_str() {
                RUNNING => (chunk_of(row.done), false),
                UNDOING => (chunk_of((row.done - 1).max(0)), true),
                _ => return Ok(true),
            };
            let by = principal(&row);
            if began.elapsed() >= PIECE {
                self.tell(&by, false).await?;
                return Ok(false);
            }
            let work = WorkImport { import: self.id, chunk, back };
            let way = if back { "u" } else { "c" };
            let id = format!("import:{}:{way}{chunk}", self.id);
            patience::submit(&self.hub, &by, topic(self.id), "import.work", &work, &id).await?;
        }
    }

    async fn tell(&self, by: &Principal, failed: bool) -> Result<(), Problem> {
        let tell = TellImport { import: self.id, failed };
        self.hub.command(by, Topic::tenant(), "import.tell", &tell, None, None).await?;
        Ok(())
    }

    async fn give_up(&self) -> Result<(), Problem> {
        let row = self.row().await?;
        self.tell(&principal(&row), true).await
    }
}

/// Whoever started the import, with their eyes, on no device.
fn principal(row: &import::Model) -> Principal {
    let session: SessionId = NO_DEVICE;
    let sees = views::sees(row).unwrap_or(Sees { visibility: Visibility::Own, circle: Vec::new() });
    Principal {
        who: Who::User { id: row.created_by, session },
        visibility: sees.visibility,
        circle: Arc::from(sees.circle),
        ..Principal::system(row.tenant_id)
    }
}

//! Works an import off, chunk by chunk, beside everything else: each chunk is a command like
//! anybody's, so other writers get their turn between two of them. Any node may go on with it at
//! any time: a chunk that was written before is not written again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use entities::directory;
use entities::ids::{ImportId, SessionId, TenantId};
use entities::import;
use entities::tenancy::OfTenant;
use futures_util::FutureExt;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::commands::{NO_DEVICE, TellImport, WorkImport, topic};
use super::read::CHUNK_ROWS;
use super::rules;
use super::views::{self, RUNNING, Sees, UNDOING};
use crate::db::Db;
use crate::kernel::principal::{Principal, Visibility, Who};
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::Topic;
use crate::realtime::hub::Hub;

/// Time between two words about progress.
const TELL_EVERY: Duration = Duration::from_millis(300);
/// Tries of one chunk before the import is given up; the pause grows to a few seconds.
const TRIES_MAX: u32 = 40;

/// Goes on with every import that a stop of the server left in the middle.
///
/// # Errors
/// `busy` when the database is away.
pub async fn resume(db: &Db, hub: &Hub) -> Result<(), Problem> {
    let tenants: Vec<TenantId> = db
        .lobby(|lobby| {
            async move {
                Ok(directory::Entity::find()
                    .filter(directory::Column::Kind.eq("slug"))
                    .select_only()
                    .column(directory::Column::TenantId)
                    .into_tuple()
                    .all(lobby)
                    .await?)
            }
            .boxed()
        })
        .await?;
    for tenant in tenants {
        let open: Vec<ImportId> = db
            .read(tenant, |tx| {
                async move {
                    Ok(import::Entity::of(tx.tenant())
                        .filter(import::Column::State.is_in([RUNNING, UNDOING]))
                        .select_only()
                        .column(import::Column::Id)
                        .into_tuple()
                        .all(tx)
                        .await?)
                }
                .boxed()
            })
            .await?;
        for id in open {
            start(db, hub, tenant, id);
        }
    }
    Ok(())
}

/// Begins or goes on in the background.
pub(super) fn start(db: &Db, hub: &Hub, tenant: TenantId, id: ImportId) {
    let (db, hub) = (db.clone(), hub.clone());
    let runs = db.clone();
    db.detach(async move {
        let run = Run { db: runs, hub, tenant, id };
        if let Err(problem) = run.to_the_end().await {
            tracing::error!(import.id = %id, code = problem.code, "import cannot go on");
            run.give_up().await;
        }
    });
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

    async fn to_the_end(&self) -> Result<(), Problem> {
        let mut told = Instant::now();
        let mut tries = 0;
        loop {
            let row = match self.row().await {
                Err(problem) if problem.class == Class::Busy && tries < TRIES_MAX => {
                    tries += 1;
                    pause(tries).await;
                    continue;
                }
                row => row?,
            };
            let chunk_of = |rows: i64| i32::try_from(rows / CHUNK_ROWS as i64).unwrap_or(i32::MAX);
            let (chunk, back) = match row.state.as_str() {
                RUNNING => (chunk_of(row.done), false),
                UNDOING => (chunk_of((row.done - 1).max(0)), true),
                _ => return Ok(()),
            };
            let by = principal(&row);
            let work = WorkImport { import: self.id, chunk, back };
            let way = if back { "u" } else { "c" };
            let id = format!("import:{}:{way}{chunk}", self.id);
            let done = self.hub.command(&by, topic(self.id), "import.work", &work, Some(id), None);
            match done.await {
                Ok(_) => tries = 0,
                Err(problem) if worth_another_try(&problem) && tries < TRIES_MAX => {
                    tries += 1;
                    pause(tries).await;
                    continue;
                }
                Err(problem) => return Err(problem),
            }
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                let tell = TellImport { import: self.id, failed: false };
                // the next one says more
                let _ =
                    self.hub.command(&by, Topic::tenant(), "import.tell", &tell, None, None).await;
            }
        }
    }

    async fn give_up(&self) {
        let by = match self.row().await {
            Ok(row) => principal(&row),
            Err(_) => return,
        };
        let tell = TellImport { import: self.id, failed: true };
        if let Err(problem) =
            self.hub.command(&by, Topic::tenant(), "import.tell", &tell, None, None).await
        {
            tracing::error!(import.id = %self.id, code = problem.code, "import left running");
        }
    }
}

/// Temporary, or a race that was lost too often in a row.
fn worth_another_try(problem: &Problem) -> bool {
    matches!(problem.class, Class::Busy | Class::Rate)
        || (problem.class == Class::Conflict && problem.code == Class::Conflict.name())
}

async fn pause(tries: u32) {
    tokio::time::sleep(Duration::from_millis((50 << tries.min(6)).min(3_000))).await;
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

//! What happens behind the answers: payloads are split in their order, and silence is listened for.

use chrono::{DateTime, Duration, Utc};
use entities::channel;
use entities::ids::{ChannelId, ConnectionId, JobId, TenantId};
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};

use super::commands::{SplitHook, TellSilence};
use super::rules::channels::ACTIVE;
use super::rules::silence::overdue;
use super::{ledger, views};
use crate::db::{Db, queue};
use crate::kernel::clock::Clock;
use crate::kernel::command::NewJob;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Class;
use crate::kernel::topic::Topic;
use crate::realtime::Hub;
use crate::workers::jobs::{Job, JobError};

const SPLIT: &str = "channels.split";
const LISTEN: &str = "channels.listen";
/// Rounds after which a flood gives its slot to others.
const ROUNDS_MAX: usize = 32;

/// A job that splits what waits at a connection.
pub(super) fn split(connection: ConnectionId, at: DateTime<Utc>) -> Option<NewJob> {
    order(SPLIT, &SplitHook { connection, claim: false }, at)
}

/// The same, which also gives what nobody claimed to those who do now.
pub(super) fn claim(connection: ConnectionId, at: DateTime<Utc>) -> Option<NewJob> {
    order(SPLIT, &SplitHook { connection, claim: true }, at)
}

/// A job that listens to a channel, as long as it is the same version and has somebody to tell.
pub(super) fn listen(row: &channel::Model, at: DateTime<Utc>) -> Option<NewJob> {
    let patience = Duration::hours(i64::from(row.silent_hours));
    let listens = row.silent_hours > 0 && row.state == ACTIVE && row.removed_at.is_none();
    let heard = row.last_inbound_at.filter(|_| row.silent_told_at.is_none());
    let due = heard.map_or(at + patience, |last| at.max(last + patience));
    let payload = Watched { channel: row.id, version: row.version };
    listens.then(|| order(LISTEN, &payload, due)).flatten()
}

fn order(kind: &'static str, payload: &impl Serialize, run_at: DateTime<Utc>) -> Option<NewJob> {
    Some(NewJob { kind, payload: serde_json::to_string(payload).ok()?, run_at })
}

pub(super) struct SplitHooks {
    pub(super) hub: Hub,
}

#[async_trait::async_trait]
impl Job for SplitHooks {
    fn kind(&self) -> &'static str {
        SPLIT
    }

    async fn run(&self, tenant: TenantId, _: JobId, payload: &str) -> Result<(), JobError> {
        #[derive(Deserialize)]
        struct Left {
            more: bool,
        }
        let order: SplitHook =
            serde_json::from_str(payload).map_err(|_| JobError::Never("bad_payload"))?;
        let by = Principal::system(tenant);
        for _ in 0..ROUNDS_MAX {
            let topic = ledger(order.connection);
            let done = self.hub.command(&by, topic, "hook.split", &order, None, None).await?;
            let left = done.d.and_then(|d| serde_json::from_str::<Left>(d.get()).ok());
            if !left.is_some_and(|left| left.more) {
                return Ok(());
            }
        }
        Err(JobError::Again)
    }
}

/// What is listened to.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Watched {
    channel: ChannelId,
    version: i64,
}

pub(super) struct Listen {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) hub: Hub,
}

#[async_trait::async_trait]
impl Job for Listen {
    fn kind(&self) -> &'static str {
        LISTEN
    }

    async fn run(&self, tenant: TenantId, _: JobId, payload: &str) -> Result<(), JobError> {
        let watched: Watched =
            serde_json::from_str(payload).map_err(|_| JobError::Never("bad_payload"))?;
        let Some(row) = self.find(tenant, watched).await? else { return Ok(()) };
        if overdue(&row, self.clock.now()).is_some() {
            let (by, d) = (Principal::system(tenant), TellSilence { channel: row.id });
            self.hub.command(&by, Topic::tenant(), "channel.silence", &d, None, None).await?;
        }
        let (clock, now) = (self.clock.clone(), self.clock.now());
        let written = self.db.write(tenant, move |tx| {
            let clock = clock.clone();
            async move {
                let row = match views::channel(tx, watched.channel).await {
                    Ok(row) if row.version == watched.version => row,
                    Ok(_) => return Ok(()),
                    Err(problem) if problem.class == Class::NotFound => return Ok(()),
                    Err(problem) => return Err(problem),
                };
                if let Some(job) = listen(&row, now) {
                    queue::write(tx, tx.tenant(), &clock, &job).await?;
                }
                Ok(())
            }
            .boxed()
        });
        Ok(written.await?)
    }
}

impl Listen {
    /// The channel, if it is still the one that is listened to.
    async fn find(
        &self,
        tenant: TenantId,
        watched: Watched,
    ) -> Result<Option<channel::Model>, JobError> {
        let found = self.db.read(tenant, move |tx| {
            async move { views::channel(tx, watched.channel).await }.boxed()
        });
        match found.await {
            Ok(row) => Ok(Some(row).filter(|row| row.version == watched.version)),
            Err(problem) if problem.class == Class::NotFound => Ok(None),
            Err(problem) => Err(problem.into()),
        }
    }
}

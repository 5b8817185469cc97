//! What happens behind the answers: payloads are split in their order, and silence is listened for.

use chrono::{DateTime, Duration, Utc};
use entities::ids::{ChannelId, ConnectionId, JobId, TenantId};
use entities::tenancy::OfTenant;
use entities::{channel, job};
use futures_util::FutureExt;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::commands::{SetAside, SplitHook, TellSilence};
use super::rules::channels::ACTIVE;
use super::rules::silence::overdue;
use super::{ledger, views};
use crate::db::{Db, Tx};
use crate::kernel::clock::Clock;
use crate::kernel::command::NewJob;
use crate::kernel::principal::Principal;
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::Topic;
use crate::realtime::Hub;
use crate::workers::jobs::{Job, JobError};

const SPLIT: &str = "channels.split";
const LISTEN: &str = "channels.listen";
/// Rounds after which a flood gives its slot to others.
const ROUNDS_MAX: usize = 32;

/// A job that splits what waits at a connection.
pub(super) fn split(connection: ConnectionId, at: DateTime<Utc>) -> Option<NewJob> {
    order(SPLIT, &SplitHook { connection, claim: false, only: None }, at)
}

/// The same, which also gives what nobody claimed to those who do now.
pub(super) fn claim(connection: ConnectionId, at: DateTime<Utc>) -> Option<NewJob> {
    order(SPLIT, &SplitHook { connection, claim: true, only: None }, at)
}

/// A job that listens to a channel, as long as it is the same version and has somebody to tell.
pub(super) fn listen(row: &channel::Model, at: DateTime<Utc>) -> Option<NewJob> {
    let payload = Watched { channel: row.id, version: row.version };
    order(LISTEN, &payload, due(row, at)?)
}

/// When to look next whether it is silent; never, where nobody wants to know.
fn due(row: &channel::Model, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let patience = Duration::hours(i64::from(row.silent_hours));
    let listens = row.silent_hours > 0 && row.state == ACTIVE && row.removed_at.is_none();
    let heard = row.last_inbound_at.filter(|_| row.silent_told_at.is_none());
    let due = heard.map_or(at + patience, |last| at.max(last + patience));
    listens.then_some(due)
}

fn order(kind: &'static str, payload: &impl Serialize, run_at: DateTime<Utc>) -> Option<NewJob> {
    Some(NewJob { kind, payload: serde_json::to_string(payload).ok()?, run_at })
}

/// Whether a job is there, now or after a while, that splits what waits at this connection.
pub(super) async fn will_split(tx: &Tx<'_>, connection: ConnectionId) -> Result<bool, Problem> {
    let alive = job::Entity::of(tx.tenant())
        .filter(job::Column::Kind.eq(SPLIT))
        .filter(job::Column::DoneAt.is_null())
        .filter(job::Column::FailedAt.is_null())
        .filter(job::Column::Payload.contains(connection.to_string()));
    Ok(alive.count(tx).await? > 0)
}

pub(super) struct SplitHooks {
    pub(super) db: Db,
    pub(super) hub: Hub,
}

#[async_trait::async_trait]
impl Job for SplitHooks {
    fn kind(&self) -> &'static str {
        SPLIT
    }

    async fn run(&self, tenant: TenantId, _: JobId, payload: &str) -> Result<(), JobError> {
        let order: SplitHook =
            serde_json::from_str(payload).map_err(|_| JobError::Never("bad_payload"))?;
        let by = Principal::system(tenant);
        for _ in 0..ROUNDS_MAX {
            let more = match self.round(&by, &order).await {
                Err(problem) if problem.class == Class::Internal => {
                    self.one(&by, &order, problem).await?
                }
                more => more?,
            };
            if !more {
                return Ok(());
            }
        }
        Err(JobError::Again)
    }
}

impl SplitHooks {
    /// Whether there is more to split.
    async fn round(&self, by: &Principal, order: &SplitHook) -> Result<bool, Problem> {
        #[derive(Deserialize)]
        struct Left {
            more: bool,
        }
        let topic = ledger(order.connection);
        let done = self.hub.command(by, topic, "hook.split", order, None, None).await?;
        let left = done.d.and_then(|d| serde_json::from_str::<Left>(d.get()).ok());
        Ok(left.is_some_and(|left| left.more))
    }

    /// Something of what waits cannot be written. The oldest payload is tried alone, and put aside where
    /// that fails too: those after it do not wait for it.
    async fn one(
        &self,
        by: &Principal,
        order: &SplitHook,
        problem: Problem,
    ) -> Result<bool, JobError> {
        let connection = order.connection;
        let next = self
            .db
            .read(by.tenant, move |tx| async move { views::next(tx, connection).await }.boxed());
        let Some(hook) = next.await? else { return Err(problem.into()) };
        let alone = SplitHook { connection, claim: false, only: Some(hook) };
        match self.round(by, &alone).await {
            Err(problem) if problem.class == Class::Internal => {
                let (topic, d) = (ledger(connection), SetAside { connection, hook });
                self.hub.command(by, topic, "hook.set_aside", &d, None, None).await?;
            }
            done => {
                done?;
            }
        }
        Ok(true)
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
        // the same job goes on: one that wrote its successor might die between the two
        match self.find(tenant, watched).await?.and_then(|row| due(&row, self.clock.now())) {
            Some(at) => Err(JobError::Until(at)),
            None => Ok(()),
        }
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

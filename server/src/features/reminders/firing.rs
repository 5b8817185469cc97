//! Firing what is due: one job claims many. Whoever finds a reminder that waits for a time that has
//! come fires it; the row itself says that it was done, in the transaction that says so to people,
//! so that no restart, no jump of the clock and no second server does it again.

use chrono::{DateTime, Duration, Utc};
use entities::ids::{CustomerId, JobId, ReminderId, TenantId};
use entities::tenancy::OfTenant;
use entities::{directory, job, job_due, reminder};
use futures_util::FutureExt;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::commands::FireReminders;
use super::events::{Hearers, shown};
use super::views::Reminder;
use super::{sleeping, store};
use crate::db::{Db, Tx};
use crate::features::customers;
use crate::features::notifications::{self, Notice};
use crate::gateway::{hex, sha256};
use crate::kernel::clock::Clock;
use crate::kernel::command::{CommandContext, Decided, Decision, NewJob};
use crate::kernel::principal::Principal;
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::Topic;
use crate::realtime::Hub;
use crate::workers::jobs::{Job, JobError};

const KIND: &str = "reminders.fire";
/// Reminders of one transaction: long enough to be cheap, short enough to let others in between.
const BATCH: u64 = 200;
/// A job that is due sooner may have looked already when this is committed.
const MARGIN: Duration = Duration::seconds(10);
/// Rounds in which nothing was left to fire of what was found: others are at it too.
const IDLE_MAX: u32 = 20;

/// The topic on which firing waits its turn; nobody follows it.
pub(super) fn topic() -> Topic {
    Topic::new("reminders")
}

/// The job for a reminder that is to fire; none where another one waits for the same time, since
/// that one's job fires all that is due. To be asked before the row is written.
pub(super) async fn job_for(
    tx: &Tx<'_>,
    now: DateTime<Utc>,
    row: &reminder::Model,
) -> Result<Option<NewJob>, Problem> {
    let mut armed = row.clone();
    store::arm(&mut armed);
    let Some(at) = armed.fire_at else { return Ok(None) };
    if at > now + MARGIN && store::somebody_waits(tx, at).await? {
        return Ok(None);
    }
    Ok(Some(job_at(at)))
}

#[derive(Debug, Serialize, Deserialize)]
struct Fired {
    fired: usize,
}

/// The job that fires all that is due at this time.
pub(super) fn job_at(at: DateTime<Utc>) -> NewJob {
    NewJob { kind: KIND, payload: String::new(), run_at: at }
}

/// One batch. Of those named, what was changed, done or fired meanwhile is left alone.
pub(super) async fn fire(tx: &Tx<'_>, cx: &CommandContext, due: &[(ReminderId, i64)]) -> Decided {
    let rows = reminder::Entity::of(tx.tenant())
        .filter(reminder::Column::Id.is_in(due.iter().map(|(id, _)| *id)))
        .filter(reminder::Column::FireAt.lte(cx.at))
        .order_by_asc(reminder::Column::FireAt)
        .order_by_asc(reminder::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    let rows: Vec<reminder::Model> =
        rows.into_iter().filter(|row| due.contains(&(row.id, row.version))).collect();
    let (asleep, rows) = sleeping::apart(tx, rows).await?;
    if rows.is_empty() {
        return Ok(Decision::default().reply(&Fired { fired: asleep }));
    }
    reminder::Entity::change(tx.tenant())
        .col_expr(reminder::Column::FiredAt, Expr::value(Some(cx.at)))
        .col_expr(reminder::Column::FiredDue, Expr::col(reminder::Column::DueAt))
        .col_expr(reminder::Column::FireAt, Expr::value(Option::<DateTime<Utc>>::None))
        .col_expr(reminder::Column::Version, Expr::col(reminder::Column::Version).add(1))
        .filter(reminder::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(tx)
        .await?;
    let about: Vec<CustomerId> = rows.iter().filter_map(|row| row.customer_id).collect();
    let known = customers::owned(tx, &about).await?;
    let fired = asleep + rows.len();
    let (mut events, mut notices) = (Vec::new(), Vec::with_capacity(rows.len()));
    for mut row in rows {
        row.fired_at = Some(cx.at);
        row.fired_due = Some(row.due_at);
        row.version += 1;
        let customer = row.customer_id.and_then(|id| known.get(&id));
        let hearers = Hearers { owners: customer.map(|c| c.owners.clone()), before: None };
        let reminder = Reminder::of(row, customer.map(|c| c.name.clone()));
        events.extend(shown("reminder.fired", &reminder, &hearers)?);
        notices.push(Notice {
            user: reminder.assignee,
            kind: notifications::Kind::ReminderDue,
            key: format!("reminder:{}:{}", reminder.id, reminder.due_at.timestamp_millis()),
            customer: reminder.customer_id,
            d: json!({
                "reminder": reminder.id,
                "kind": reminder.kind,
                "text": reminder.text,
                "due_at": crate::kernel::clock::wire_time(reminder.due_at),
            }),
        });
    }
    let (told, jobs) = notifications::tell(tx, cx, &notices).await?;
    events.extend(told);
    Ok(Decision { events, jobs, ..Decision::default() }.reply(&Fired { fired }))
}

pub(super) struct Fire {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) hub: Hub,
}

#[async_trait::async_trait]
impl Job for Fire {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, tenant: TenantId, id: JobId, _: &str) -> Result<(), JobError> {
        let now = self.clock.now();
        // after a long stop there is one for every minute of it; this one does their work
        self.db.write(tenant, move |tx| drop_siblings(tx, id, now).boxed()).await?;
        sweep(&self.db, &self.hub, &self.clock, tenant).await?;
        Ok(())
    }
}

/// Jobs of the same kind that are due and that nobody has taken.
async fn drop_siblings(tx: &Tx<'_>, own: JobId, now: DateTime<Utc>) -> Result<(), Problem> {
    let mut kind = Query::select();
    kind.column(job::Column::Id)
        .from(job::Entity)
        .and_where(job::Column::TenantId.eq(tx.tenant()))
        .and_where(job::Column::Kind.eq(KIND));
    let due: Vec<JobId> = job_due::Entity::find()
        .filter(job_due::Column::TenantId.eq(tx.tenant()))
        .filter(job_due::Column::RunAt.lte(now))
        .filter(job_due::Column::LockedUntil.is_null())
        .filter(job_due::Column::JobId.ne(own))
        .filter(job_due::Column::JobId.in_subquery(kind))
        .limit(2_000)
        .all(tx)
        .await?
        .into_iter()
        .map(|due| due.job_id)
        .collect();
    for part in due.chunks(500) {
        let ids = || part.iter().copied();
        job_due::Entity::delete_many()
            .filter(job_due::Column::JobId.is_in(ids()))
            .filter(job_due::Column::LockedUntil.is_null())
            .exec(tx)
            .await?;
        // not the content of one that somebody took in between
        let mut taken = Query::select();
        taken.column(job_due::Column::JobId).from(job_due::Entity);
        job::Entity::forget(tx.tenant())
            .filter(job::Column::Id.is_in(ids()))
            .filter(job::Column::Id.not_in_subquery(taken))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Fires all that is due in a tenant.
async fn sweep(db: &Db, hub: &Hub, clock: &Clock, tenant: TenantId) -> Result<(), Problem> {
    let by = Principal::system(tenant);
    let mut idle = 0;
    loop {
        let now = clock.now();
        let due = db.read(tenant, move |tx| waiting(tx, now).boxed()).await?;
        if due.is_empty() {
            return Ok(());
        }
        let command = FireReminders { due };
        // the same batch found twice is the same command
        let id = serde_json::to_vec(&command.due).map_err(|_| Problem::internal())?;
        let id = Some(hex(&sha256(&id)));
        let done = hub.command(&by, topic(), "reminder.fire", &command, id, None).await?;
        let fired = done.d.and_then(|d| serde_json::from_str::<Fired>(d.get()).ok());
        let nothing = done.dup || fired.is_none_or(|fired| fired.fired == 0);
        idle = if nothing { idle + 1 } else { 0 };
        if idle > IDLE_MAX {
            return Err(Problem::of(Class::Busy));
        }
    }
}

async fn waiting(tx: &Tx<'_>, now: DateTime<Utc>) -> Result<Vec<(ReminderId, i64)>, Problem> {
    let rows = reminder::Entity::of(tx.tenant())
        .filter(reminder::Column::FireAt.lte(now))
        .order_by_asc(reminder::Column::FireAt)
        .order_by_asc(reminder::Column::Id)
        .select_only()
        .columns([reminder::Column::Id, reminder::Column::Version])
        .limit(BATCH)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(rows)
}

/// Fires what fell due while the server was away, or what it was firing when it died: the job of
/// that moment is still somebody's for a while.
///
/// # Errors
/// `busy` when the database is away.
pub async fn resume(db: &Db, hub: &Hub, clock: &Clock) -> Result<(), Problem> {
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
        // one that cannot be swept keeps no other waiting; its own job tries again
        if let Err(problem) = sweep(db, hub, clock, tenant).await {
            tracing::warn!(%tenant, code = problem.code, "what fell due there waits for its job");
        }
    }
    Ok(())
}

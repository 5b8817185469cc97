//! Throws out what has served its time: stored answers after 30 days, ended devices, used links,
//! jobs that are done or were given up, runs of rules, deliveries, payloads and their items, old
//! notifications, what undoing work on many would need. Once an hour, one tenant after the other, in small transactions.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::audit;
use entities::ids::TenantId;
use entities::tenancy::OfTenant;
use entities::{
    bulk, bulk_chunk, command_result, device_session, directory, hook, hook_item, job,
    notification, one_time_token, push_subscription, rule_run, webhook_delivery,
};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect};

use crate::db::{Db, Tx};
use crate::kernel::clock::Clock;
use crate::kernel::problem::Problem;

const EVERY: Duration = Duration::from_secs(3_600);
/// How long a repeated command finds its answer; the contract's number.
const ANSWERS_KEPT: chrono::Duration = chrono::Duration::days(30);
const REST_KEPT: chrono::Duration = chrono::Duration::days(30);
/// How long work on many customers can be taken back.
pub const UNDO_KEPT: chrono::Duration = chrono::Duration::days(30);
/// Longer than anybody needs to begin with it: what was let in still finds its traces.
const UNDO_MARGIN: chrono::Duration = chrono::Duration::days(1);
/// How long people can look back at what they were told.
const NOTICES_KEPT: chrono::Duration = chrono::Duration::days(180);
/// How long payloads are kept as they came, once they were read, and what was found in them.
const PAYLOADS_KEPT: chrono::Duration = chrono::Duration::days(90);
/// Rows of a heap that one transaction deletes.
const PART: u64 = 2_000;
/// How long the audit remembers what is no event.
const AUDIT_KEPT: chrono::Duration = chrono::Duration::days(2 * 365);

/// Runs for as long as the server does.
pub async fn run(db: Db, clock: Clock) {
    loop {
        tokio::time::sleep(EVERY).await;
        // a database that is away is swept an hour later
        if let Err(problem) = sweep_all(&db, &clock).await {
            tracing::warn!(code = problem.code, "sweeping stopped early");
        }
    }
}

/// One round over all tenants.
///
/// # Errors
/// `busy` when the database is away.
pub async fn sweep_all(db: &Db, clock: &Clock) -> Result<(), Problem> {
    let tenants: Vec<TenantId> = db
        .lobby(|lobby| {
            Box::pin(async move {
                let slugs = directory::Entity::find()
                    .filter(directory::Column::Kind.eq("slug"))
                    .select_only()
                    .column(directory::Column::TenantId)
                    .into_tuple()
                    .all(lobby)
                    .await?;
                Ok(slugs)
            })
        })
        .await?;
    for tenant in tenants {
        sweep(db, tenant, clock.now()).await?;
    }
    Ok(())
}

async fn sweep(db: &Db, tenant: TenantId, now: DateTime<Utc>) -> Result<(), Problem> {
    let (answers, rest, notices) = (now - ANSWERS_KEPT, now - REST_KEPT, now - NOTICES_KEPT);
    let (lines, traces) = (now - AUDIT_KEPT, now - UNDO_KEPT - UNDO_MARGIN);
    db.write(tenant, move |tx| {
        Box::pin(async move {
            command_result::Entity::forget(tx.tenant())
                .filter(command_result::Column::At.lt(answers))
                .exec(tx)
                .await?;
            device_session::Entity::forget(tx.tenant())
                .filter(
                    device_session::Column::ExpiresAt
                        .lt(rest)
                        .or(device_session::Column::RevokedAt.lt(rest)),
                )
                .exec(tx)
                .await?;
            one_time_token::Entity::forget(tx.tenant())
                .filter(one_time_token::Column::ExpiresAt.lt(rest))
                .exec(tx)
                .await?;
            audit::Entity::forget(tx.tenant()).filter(audit::Column::At.lt(lines)).exec(tx).await?;
            job::Entity::forget(tx.tenant())
                .filter(job::Column::DoneAt.lt(rest).or(job::Column::FailedAt.lt(rest)))
                .exec(tx)
                .await?;
            rule_run::Entity::forget(tx.tenant())
                .filter(rule_run::Column::FinishedAt.lt(rest))
                .exec(tx)
                .await?;
            notification::Entity::forget(tx.tenant())
                .filter(notification::Column::At.lt(notices))
                .exec(tx)
                .await?;
            let mut over = Query::select();
            over.column(bulk::Column::Id)
                .from(bulk::Entity)
                .and_where(bulk::Column::TenantId.eq(tx.tenant()))
                .and_where(bulk::Column::State.is_not_in(["running", "undoing"]))
                .and_where(bulk::Column::FinishedAt.lt(traces));
            bulk_chunk::Entity::forget(tx.tenant())
                .filter(bulk_chunk::Column::BulkId.in_subquery(over))
                .exec(tx)
                .await?;
            let mut devices = Query::select();
            devices
                .column(device_session::Column::Id)
                .from(device_session::Entity)
                .and_where(device_session::Column::TenantId.eq(tx.tenant()));
            push_subscription::Entity::forget(tx.tenant())
                .filter(push_subscription::Column::SessionId.not_in_subquery(devices))
                .exec(tx)
                .await?;
            Ok(())
        })
    })
    .await?;
    let payloads = now - PAYLOADS_KEPT;
    for (heap, before) in
        [(Heap::Deliveries, rest), (Heap::Hooks, payloads), (Heap::Items, payloads)]
    {
        by_parts(db, tenant, heap, before).await?;
    }
    Ok(())
}

/// What comes by the hundred a second.
#[derive(Clone, Copy)]
enum Heap {
    Deliveries,
    Hooks,
    Items,
}

/// Such a heap goes in parts of a transaction each: nobody waits long for one, and one that fails
/// takes nothing else back.
async fn by_parts(
    db: &Db,
    tenant: TenantId,
    heap: Heap,
    before: DateTime<Utc>,
) -> Result<(), Problem> {
    while db.write(tenant, move |tx| Box::pin(part(tx, heap, before))).await? == PART {}
    Ok(())
}

/// Deletes at most a part of what is older; how many it were.
async fn part(tx: &Tx<'_>, heap: Heap, before: DateTime<Utc>) -> Result<u64, Problem> {
    let mut old = Query::select();
    old.limit(PART);
    let gone = match heap {
        Heap::Deliveries => {
            use webhook_delivery::{Column, Entity};
            old.column(Column::Id)
                .from(Entity)
                .and_where(Column::TenantId.eq(tx.tenant()))
                .and_where(Column::CreatedAt.lt(before))
                .and_where(Column::State.ne("waiting"));
            Entity::forget(tx.tenant()).filter(Column::Id.in_subquery(old)).exec(tx).await?
        }
        Heap::Hooks => {
            use hook::{Column, Entity};
            old.column(Column::Id)
                .from(Entity)
                .and_where(Column::TenantId.eq(tx.tenant()))
                .and_where(Column::ReceivedAt.lt(before))
                .and_where(Column::State.ne("received"));
            Entity::forget(tx.tenant()).filter(Column::Id.in_subquery(old)).exec(tx).await?
        }
        Heap::Items => {
            use hook_item::{Column, Entity};
            old.column(Column::Id)
                .from(Entity)
                .and_where(Column::TenantId.eq(tx.tenant()))
                .and_where(Column::CreatedAt.lt(before));
            Entity::forget(tx.tenant()).filter(Column::Id.in_subquery(old)).exec(tx).await?
        }
    };
    Ok(gone.rows_affected)
}

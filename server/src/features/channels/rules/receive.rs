//! Writing down what came in. Only the bytes: whoever is waiting for the answer waits for this.

use chrono::{DateTime, Duration, Utc};
use entities::hook;
use entities::ids::{ConnectionId, HookId};
use entities::tenancy::OfTenant;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::refuse_others;
use crate::db::Tx;
use crate::features::channels::commands::ReceiveHook;
use crate::features::channels::{jobs, views};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::problem::Problem;

/// What has waited longer may have lost its job: it is looked for.
const STUCK: Duration = Duration::minutes(10);
/// Payloads of a connection that may wait; whoever sends more sends it again later.
const WAITING_MAX: i64 = 20_000;

/// Numbers the payload: nobody else numbers or splits those of this connection meanwhile, its topic is
/// held.
pub(in super::super) async fn receive(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ReceiveHook,
) -> Decided {
    refuse_others(cx)?;
    let last = last(tx, cmd.connection).await?;
    let oldest = oldest(tx, cmd.connection).await?;
    if let Some((n, _)) = oldest
        // an old one that is read again is no long queue
        && last - n + 1 >= WAITING_MAX
        && waiting(tx, cmd.connection).await? >= WAITING_MAX as u64
    {
        metrics::counter!("nabiz_hooks", "result" => "full").increment(1);
        return Err(Problem::busy());
    }
    let has_job = match oldest {
        None => false,
        Some((_, since)) if since > cx.at - STUCK => true,
        Some(_) => jobs::will_split(tx, cmd.connection).await?,
    };
    let id = cx.fresh(HookId);
    let row = hook::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(id),
        connection_id: Set(cmd.connection),
        n: Set(last + 1),
        digest: Set(cmd.digest.clone()),
        bytes: Set(cmd.bytes),
        coding: Set(cmd.coding.clone()),
        body: Set(cmd.body.clone()),
        state: Set(views::RECEIVED.to_owned()),
        taken: Set(0),
        received_at: Set(cx.at),
        split_at: Set(None),
    };
    let same = [hook::Column::TenantId, hook::Column::ConnectionId, hook::Column::Digest];
    let written = hook::Entity::insert(row)
        .on_conflict(OnConflict::columns(same).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    if written == 0 {
        return Ok(Decision::default());
    }
    let jobs = if has_job { None } else { jobs::split(cmd.connection, cx.at) };
    let jobs = jobs.into_iter().collect();
    Ok(Decision { jobs, ..Decision::default() }.reply(&json!({ "hook_id": id })))
}

/// The number of the newest.
async fn last(tx: &Tx<'_>, connection: ConnectionId) -> Result<i64, Problem> {
    let last: Option<i64> = hook::Entity::of(tx.tenant())
        .filter(hook::Column::ConnectionId.eq(connection))
        .order_by_desc(hook::Column::N)
        .select_only()
        .column(hook::Column::N)
        .into_tuple()
        .one(tx)
        .await?;
    Ok(last.unwrap_or_default())
}

/// The one that waits longest: its number, and since when.
async fn oldest(
    tx: &Tx<'_>,
    connection: ConnectionId,
) -> Result<Option<(i64, DateTime<Utc>)>, Problem> {
    Ok(views::waiting(tx, connection)
        .order_by_asc(hook::Column::N)
        .select_only()
        .columns([hook::Column::N, hook::Column::ReceivedAt])
        .into_tuple()
        .one(tx)
        .await?)
}

async fn waiting(tx: &Tx<'_>, connection: ConnectionId) -> Result<u64, Problem> {
    Ok(views::waiting(tx, connection).count(tx).await?)
}

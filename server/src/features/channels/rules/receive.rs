//! Writing down what came in. Only the bytes: whoever is waiting for the answer waits for this.

use chrono::Duration;
use entities::hook;
use entities::ids::HookId;
use entities::tenancy::OfTenant;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::refuse_others;
use crate::db::Tx;
use crate::features::channels::commands::ReceiveHook;
use crate::features::channels::{jobs, views};
use crate::kernel::command::{CommandContext, Decided, Decision};

/// Payloads that have waited longer may have lost their job: the next that comes brings another.
const STUCK: Duration = Duration::minutes(10);

pub(in super::super) async fn receive(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ReceiveHook,
) -> Decided {
    refuse_others(cx)?;
    // a payload that waits has a job, and nobody splits while this holds the topic
    let waiting: Option<HookId> = hook::Entity::of(tx.tenant())
        .filter(hook::Column::ConnectionId.eq(cmd.connection))
        .filter(hook::Column::State.eq(views::RECEIVED))
        .filter(hook::Column::ReceivedAt.gt(cx.at - STUCK))
        .select_only()
        .column(hook::Column::Id)
        .into_tuple()
        .one(tx)
        .await?;
    let id = cx.fresh(HookId);
    let row = hook::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(id),
        connection_id: Set(cmd.connection),
        digest: Set(cmd.digest.clone()),
        bytes: Set(cmd.bytes),
        coding: Set(cmd.coding.clone()),
        body: Set(cmd.body.clone()),
        state: Set(views::RECEIVED.to_owned()),
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
    let jobs = match waiting {
        Some(_) => Vec::new(),
        None => jobs::split(cmd.connection, cx.at).into_iter().collect(),
    };
    Ok(Decision { jobs, ..Decision::default() }.reply(&json!({ "hook_id": id })))
}

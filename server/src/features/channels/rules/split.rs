//! Payloads become items, oldest first. The unique index says what is the same thing.

use std::collections::{BTreeMap, HashMap};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use entities::ids::{ChannelId, ConnectionId, HookId, HookItemId};
use entities::tenancy::OfTenant;
use entities::{channel, hook, hook_item};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};

use super::refuse_others;
use crate::adapters::messaging::{self, Item, Kind, Source, written};
use crate::db::Tx;
use crate::features::channels::commands::SplitHook;
use crate::features::channels::jobs;
use crate::features::channels::views::{self, READY, RECEIVED, SPLIT, UNCLAIMED, UNREADABLE};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::problem::Problem;

/// Payloads of one transaction: who waits for an answer meanwhile waits for these.
const HOOKS_MAX: u64 = 16;
/// And their bytes; one payload may be as large as it likes.
const BYTES_MAX: i64 = 1024 * 1024;
/// Rows of one INSERT.
const ROWS_MAX: usize = 100;

/// The live channels of a connection, by source and account.
type Claims = HashMap<(String, String), ChannelId>;

pub(in super::super) async fn split(tx: &Tx<'_>, cx: &CommandContext, cmd: &SplitHook) -> Decided {
    refuse_others(cx)?;
    let (rows, more) = oldest(tx, cmd.connection).await?;
    let claims = claims(tx, cmd.connection).await?;
    if cmd.claim {
        claim(tx, cmd.connection, &claims).await?;
    }
    let mut position = last_position(tx, cmd.connection).await?;
    let mut items = Vec::new();
    let (mut read, mut unreadable) = (Vec::new(), Vec::new());
    let mut alive: BTreeMap<ChannelId, DateTime<Utc>> = BTreeMap::new();
    for row in &rows {
        let Some(payload) = payload(row) else {
            unreadable.push(row.id);
            continue;
        };
        read.push(row.id);
        for item in messaging::split(&payload) {
            position += 1;
            let source = item.source.map(Source::name).unwrap_or_default();
            let channel = claims.get(&(source.to_owned(), item.account.clone())).copied();
            if let Some(channel) = channel {
                let last = alive.entry(channel).or_insert(row.received_at);
                *last = std::cmp::max(*last, row.received_at);
            }
            items.push(of(cx, row, item, channel, position));
        }
    }
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        let same = [
            hook_item::Column::TenantId,
            hook_item::Column::ConnectionId,
            hook_item::Column::Source,
            hook_item::Column::Account,
            hook_item::Column::Key,
        ];
        hook_item::Entity::insert_many(items.by_ref().take(ROWS_MAX))
            .on_conflict(OnConflict::columns(same).do_nothing().to_owned())
            .exec_without_returning(tx)
            .await?;
    }
    for (state, ids) in [(SPLIT, read), (UNREADABLE, unreadable)] {
        if !ids.is_empty() {
            mark(tx, state, cx.at, ids).await?;
        }
    }
    for (channel, at) in alive {
        heard(tx, channel, at).await?;
    }
    Ok(Decision::default().reply(&json!({ "more": more })))
}

/// Reads a payload once more. What was not understood is forgotten first: it may be read as
/// something now, under another name.
pub(in super::super) async fn again(tx: &Tx<'_>, cx: &CommandContext, id: HookId) -> Decided {
    let row = views::hook(tx, id).await?;
    hook_item::Entity::forget(tx.tenant())
        .filter(hook_item::Column::HookId.eq(id))
        .filter(hook_item::Column::Kind.eq(Kind::Unknown.name()))
        .exec(tx)
        .await?;
    mark(tx, RECEIVED, cx.at, vec![id]).await?;
    let jobs = jobs::split(row.connection_id, cx.at).into_iter().collect();
    Ok(Decision { jobs, ..Decision::default() }.reply(&json!({ "hook_id": id })))
}

/// Those that wait longest, and whether there are more.
async fn oldest(
    tx: &Tx<'_>,
    connection: ConnectionId,
) -> Result<(Vec<hook::Model>, bool), Problem> {
    let waiting: Vec<(HookId, i64)> = hook::Entity::of(tx.tenant())
        .filter(hook::Column::ConnectionId.eq(connection))
        .filter(hook::Column::State.eq(RECEIVED))
        .order_by_asc(hook::Column::Id)
        .select_only()
        .columns([hook::Column::Id, hook::Column::Bytes])
        .limit(HOOKS_MAX + 1)
        .into_tuple()
        .all(tx)
        .await?;
    let mut bytes = 0;
    let few = waiting.iter().enumerate().take_while(|(n, (_, size))| {
        bytes += size;
        *n == 0 || (bytes <= BYTES_MAX && (*n as u64) < HOOKS_MAX)
    });
    let ids: Vec<HookId> = few.map(|(_, (id, _))| *id).collect();
    if ids.is_empty() {
        return Ok((Vec::new(), false));
    }
    let more = ids.len() < waiting.len();
    let rows = hook::Entity::of(tx.tenant())
        .filter(hook::Column::Id.is_in(ids))
        .order_by_asc(hook::Column::Id)
        .all(tx)
        .await?;
    Ok((rows, more))
}

/// The JSON of a payload, if it is any.
fn payload(row: &hook::Model) -> Option<Value> {
    match row.coding.as_str() {
        views::TEXT => serde_json::from_str(&row.body).ok(),
        _ => serde_json::from_slice(&STANDARD.decode(&row.body).ok()?).ok(),
    }
}

fn of(
    cx: &CommandContext,
    row: &hook::Model,
    item: Item,
    channel: Option<ChannelId>,
    position: i64,
) -> hook_item::ActiveModel {
    let source = item.source.map(Source::name).unwrap_or_default();
    // what is about no single channel waits for none
    let state = if item.source.is_some() && channel.is_none() { UNCLAIMED } else { READY };
    hook_item::ActiveModel {
        tenant_id: Set(row.tenant_id),
        id: Set(cx.fresh(HookItemId)),
        hook_id: Set(row.id),
        connection_id: Set(row.connection_id),
        channel_id: Set(channel),
        position: Set(position),
        source: Set(source.to_owned()),
        contact: Set(item.contact()),
        at: Set(item.at()),
        account: Set(item.account),
        key: Set(item.key),
        kind: Set(item.kind.name().to_owned()),
        state: Set(state.to_owned()),
        d: Set(written(&item.inbound)),
        raw: Set(item.raw.to_string()),
        created_at: Set(row.received_at),
    }
}

async fn claims(tx: &Tx<'_>, connection: ConnectionId) -> Result<Claims, Problem> {
    let all = views::channels(tx).await?.into_iter();
    let own = all.filter(|one| one.connection_id == connection);
    Ok(own.map(|one| ((one.kind, one.external_id), one.id)).collect())
}

async fn last_position(tx: &Tx<'_>, connection: ConnectionId) -> Result<i64, Problem> {
    let last: Option<i64> = hook_item::Entity::of(tx.tenant())
        .filter(hook_item::Column::ConnectionId.eq(connection))
        .order_by_desc(hook_item::Column::Position)
        .select_only()
        .column(hook_item::Column::Position)
        .into_tuple()
        .one(tx)
        .await?;
    Ok(last.unwrap_or_default())
}

/// Gives what nobody claimed to those who do.
async fn claim(tx: &Tx<'_>, connection: ConnectionId, claims: &Claims) -> Result<(), Problem> {
    for ((source, account), channel) in claims {
        let own = |of: hook_item::Column, is: &str| of.eq(is);
        let last: Option<DateTime<Utc>> = hook_item::Entity::of(tx.tenant())
            .filter(hook_item::Column::ConnectionId.eq(connection))
            .filter(own(hook_item::Column::Source, source))
            .filter(own(hook_item::Column::Account, account))
            .filter(own(hook_item::Column::State, UNCLAIMED))
            .order_by_desc(hook_item::Column::Position)
            .select_only()
            .column(hook_item::Column::CreatedAt)
            .into_tuple()
            .one(tx)
            .await?;
        let Some(last) = last else { continue };
        hook_item::Entity::change(tx.tenant())
            .col_expr(hook_item::Column::ChannelId, Expr::value(*channel))
            .col_expr(hook_item::Column::State, Expr::value(READY))
            .filter(hook_item::Column::ConnectionId.eq(connection))
            .filter(own(hook_item::Column::Source, source))
            .filter(own(hook_item::Column::Account, account))
            .filter(own(hook_item::Column::State, UNCLAIMED))
            .exec(tx)
            .await?;
        heard(tx, *channel, last).await?;
    }
    Ok(())
}

async fn mark(
    tx: &Tx<'_>,
    state: &str,
    at: DateTime<Utc>,
    ids: Vec<HookId>,
) -> Result<(), Problem> {
    let split_at = (state != RECEIVED).then_some(at);
    hook::Entity::change(tx.tenant())
        .col_expr(hook::Column::State, Expr::value(state))
        .col_expr(hook::Column::SplitAt, Expr::value(split_at))
        .filter(hook::Column::Id.is_in(ids))
        .exec(tx)
        .await?;
    Ok(())
}

/// Something came by this channel: it is not silent.
async fn heard(tx: &Tx<'_>, id: ChannelId, at: DateTime<Utc>) -> Result<(), Problem> {
    let later = channel::Column::LastInboundAt.is_null();
    channel::Entity::change(tx.tenant())
        .col_expr(channel::Column::LastInboundAt, Expr::value(at))
        .col_expr(channel::Column::SilentToldAt, Expr::value(None::<DateTime<Utc>>))
        .filter(channel::Column::Id.eq(id))
        .filter(later.or(channel::Column::LastInboundAt.lt(at)))
        .exec(tx)
        .await?;
    Ok(())
}

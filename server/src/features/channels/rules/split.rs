//! Payloads become items, oldest first. The unique index says what is the same thing.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use entities::ids::{ChannelId, ConnectionId, HookId, HookItemId};
use entities::tenancy::OfTenant;
use entities::{channel, hook, hook_item};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use super::{refuse_others, silence};
use crate::adapters::messaging::{self, Item, Kind, Part, Source, written};
use crate::db::{Tx, take_topic};
use crate::features::channels::commands::SplitHook;
use crate::features::channels::views::{self, READY, RECEIVED, SPLIT, UNCLAIMED, UNREADABLE};
use crate::features::channels::{jobs, ledger};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Payloads of one transaction: who waits for an answer meanwhile waits for these.
const HOOKS_MAX: u64 = 16;
/// And their bytes; one payload may be as large as it likes.
const BYTES_MAX: i64 = 1024 * 1024;
/// Items of one transaction; the rest of a payload comes with the next.
const ITEMS_MAX: usize = 1_000;
/// Things of one payload. Meta has at most a thousand changes in one, of three megabytes in all.
const THINGS_MAX: usize = 20_000;
/// Objects of one payload, counted before it is parsed: each takes far more memory than text.
const OBJECTS_MAX: usize = 200_000;
/// Rows of one INSERT.
const ROWS_MAX: usize = 100;

/// The live channels of a connection, by source and account.
type Claims = HashMap<(String, String), ChannelId>;

pub(in super::super) async fn split(tx: &Tx<'_>, cx: &CommandContext, cmd: &SplitHook) -> Decided {
    refuse_others(cx)?;
    let (rows, mut more) = oldest(tx, cmd).await?;
    let claims = claims(tx, cmd.connection).await?;
    let mut events = Vec::new();
    if cmd.claim {
        let (told, left) = claim(tx, cmd.connection, &claims).await?;
        events.extend(told);
        more |= left;
    }
    let mut position = last_position(tx, cmd.connection).await?;
    let mut items = Vec::new();
    let (mut read, mut unreadable) = (Vec::new(), Vec::new());
    let mut alive: BTreeMap<ChannelId, DateTime<Utc>> = BTreeMap::new();
    for row in &rows {
        let room = ITEMS_MAX - items.len();
        if room == 0 {
            more = true;
            break;
        }
        let from = usize::try_from(row.taken).unwrap_or_default();
        let part = match part(row, from, room) {
            Ok(part) => part,
            Err(why) => {
                alarm(row, why);
                unreadable.push(row.id);
                continue;
            }
        };
        let taken = from + part.items.len();
        if taken < part.all {
            keep_place(tx, row.id, taken).await?;
            more = true;
        } else {
            read.push(row.id);
        }
        for item in part.items {
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
    write(tx, items).await?;
    for (state, ids) in [(SPLIT, read), (UNREADABLE, unreadable)] {
        if !ids.is_empty() {
            mark(tx, state, cx.at, ids).await?;
        }
    }
    for (channel, at) in alive {
        events.extend(silence::heard(tx, channel, at).await?);
    }
    Ok(Decision::events(events).reply(&json!({ "more": more })))
}

/// The same thing once: the unique index says what is the same.
async fn write(tx: &Tx<'_>, items: Vec<hook_item::ActiveModel>) -> Result<(), Problem> {
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
    Ok(())
}

/// Puts a payload aside that cannot be written down as items, whatever the reason.
pub(in super::super) async fn set_aside(tx: &Tx<'_>, cx: &CommandContext, id: HookId) -> Decided {
    refuse_others(cx)?;
    let row = views::hook(tx, id).await?;
    if row.state == RECEIVED {
        alarm(&row, "its items cannot be written");
        mark(tx, UNREADABLE, cx.at, vec![id]).await?;
    }
    Ok(Decision::default())
}

/// Never a silent loss: what is put aside is somebody's to look at, and can be read once more.
fn alarm(row: &hook::Model, why: &str) {
    tracing::error!(hook = %row.id, connection = %row.connection_id, why, "a payload is put aside");
    metrics::counter!("nabiz_hooks", "result" => "unreadable").increment(1);
}

/// Reads a payload once more. What was not understood is forgotten first: it may be read as
/// something now, under another name.
pub(in super::super) async fn again(tx: &Tx<'_>, cx: &CommandContext, id: HookId) -> Decided {
    let row = views::hook(tx, id).await?;
    // who splits it just now is through with it first
    take_topic(tx, ledger(row.connection_id).as_str()).await?;
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
async fn oldest(tx: &Tx<'_>, cmd: &SplitHook) -> Result<(Vec<hook::Model>, bool), Problem> {
    let mut waiting = views::waiting(tx, cmd.connection);
    if let Some(only) = cmd.only {
        waiting = waiting.filter(hook::Column::Id.eq(only));
    }
    let waiting: Vec<(HookId, i64)> = waiting
        .order_by_asc(hook::Column::N)
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
        .order_by_asc(hook::Column::N)
        .all(tx)
        .await?;
    Ok((rows, more))
}

/// Some of the things of a payload, or why it cannot be read.
fn part(row: &hook::Model, from: usize, most: usize) -> Result<Part, &'static str> {
    let bytes = match row.coding.as_str() {
        views::TEXT => Cow::Borrowed(row.body.as_bytes()),
        _ => Cow::Owned(STANDARD.decode(&row.body).map_err(|_| "it is not coded as it says")?),
    };
    if bytes.split(|byte| *byte == b'{').count() > OBJECTS_MAX {
        return Err("it holds too many objects");
    }
    let payload = serde_json::from_slice(&bytes).map_err(|_| "it is no JSON")?;
    let part = messaging::part(&payload, from, most);
    if part.all > THINGS_MAX {
        return Err("it holds too many things");
    }
    Ok(part)
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
        phone: Set(item.phone().map(str::to_owned)),
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

/// Held until this is written: who removes one meanwhile waits, and what comes after it finds it gone.
async fn claims(tx: &Tx<'_>, connection: ConnectionId) -> Result<Claims, Problem> {
    let own = || {
        channel::Entity::of(tx.tenant())
            .filter(channel::Column::ConnectionId.eq(connection))
            .filter(channel::Column::RemovedAt.is_null())
    };
    if own().filter(channel::Column::SilentToldAt.is_not_null()).count(tx).await? > 0 {
        // that it speaks again is told: the house's topic first, as for whoever changes a channel
        take_topic(tx, Topic::tenant().as_str()).await?;
    }
    let all = own().lock_shared().all(tx).await?.into_iter();
    Ok(all.map(|one| ((one.kind, one.external_id), one.id)).collect())
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

/// Gives what nobody claimed to those who do, as much of it as one transaction should hold, oldest
/// first. Whether there may be more.
async fn claim(
    tx: &Tx<'_>,
    connection: ConnectionId,
    claims: &Claims,
) -> Result<(Vec<NewEvent>, bool), Problem> {
    let (mut events, mut left) = (Vec::new(), ITEMS_MAX);
    for ((source, account), channel) in claims {
        let own = |of: hook_item::Column, is: &str| of.eq(is);
        let waiting: Vec<(HookItemId, DateTime<Utc>)> = hook_item::Entity::of(tx.tenant())
            .filter(hook_item::Column::ConnectionId.eq(connection))
            .filter(own(hook_item::Column::Source, source))
            .filter(own(hook_item::Column::Account, account))
            .filter(own(hook_item::Column::State, UNCLAIMED))
            .order_by_asc(hook_item::Column::Position)
            .limit(left as u64)
            .select_only()
            .columns([hook_item::Column::Id, hook_item::Column::CreatedAt])
            .into_tuple()
            .all(tx)
            .await?;
        let Some((_, last)) = waiting.last().copied() else { continue };
        for part in waiting.chunks(ROWS_MAX) {
            hook_item::Entity::change(tx.tenant())
                .col_expr(hook_item::Column::ChannelId, Expr::value(*channel))
                .col_expr(hook_item::Column::State, Expr::value(READY))
                .filter(hook_item::Column::Id.is_in(part.iter().map(|(id, _)| *id)))
                .exec(tx)
                .await?;
        }
        events.extend(silence::heard(tx, *channel, last).await?);
        left -= waiting.len();
        if left == 0 {
            return Ok((events, true));
        }
    }
    Ok((events, false))
}

/// How far a payload has been split.
async fn keep_place(tx: &Tx<'_>, id: HookId, taken: usize) -> Result<(), Problem> {
    hook::Entity::change(tx.tenant())
        .col_expr(hook::Column::Taken, Expr::value(i64::try_from(taken).unwrap_or(i64::MAX)))
        .filter(hook::Column::Id.eq(id))
        .exec(tx)
        .await?;
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
        .col_expr(hook::Column::Taken, Expr::value(0_i64))
        .filter(hook::Column::Id.is_in(ids))
        .exec(tx)
        .await?;
    Ok(())
}

//! Connections, channels and the ledger as people read them. No credential is in any of it.

use chrono::{DateTime, Utc};
use entities::ids::{ChannelId, ConnectionId, HookId, HookItemId};
use entities::tenancy::OfTenant;
use entities::{channel, connection, hook, hook_item};
use sea_orm::{
    ColumnTrait, Condition, FromQueryResult, Iterable, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::db::Tx;
use crate::kernel::clock::wire;
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::problem::Problem;

/// States of payloads.
pub(super) const RECEIVED: &str = "received";
pub(super) const SPLIT: &str = "split";
pub(super) const UNREADABLE: &str = "unreadable";
/// States of items.
pub(super) const READY: &str = "ready";
pub(super) const UNCLAIMED: &str = "unclaimed";
/// Codings of a payload.
pub(super) const TEXT: &str = "text";
pub(super) const BASE64: &str = "base64";

/// An app of the tenant's in another system.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Connection {
    id: ConnectionId,
    name: String,
    /// What the other system is told to call.
    hook_url: String,
    has_access_token: bool,
    version: i64,
    created_by: String,
    #[serde(serialize_with = "wire::time")]
    created_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::time")]
    updated_at: DateTime<Utc>,
}

impl Connection {
    pub(super) fn new(row: connection::Model, public_url: &str) -> Self {
        Self {
            id: row.id,
            name: row.name,
            hook_url: format!("{public_url}/hooks/meta/{}", row.hook_key),
            has_access_token: row.access_token.is_some(),
            version: row.version,
            created_by: row.created_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A number, page or account by which customers write.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Channel {
    id: ChannelId,
    connection_id: ConnectionId,
    /// `whatsapp`, `instagram`, `messenger`.
    kind: String,
    external_id: String,
    name: String,
    /// `active`, `paused`, `reconnect`.
    state: String,
    silent_hours: i32,
    #[serde(serialize_with = "wire::optional_time")]
    last_inbound_at: Option<DateTime<Utc>>,
    /// It is silent, and that was told.
    silent: bool,
    version: i64,
    created_by: String,
    #[serde(serialize_with = "wire::time")]
    created_at: DateTime<Utc>,
}

impl From<channel::Model> for Channel {
    fn from(row: channel::Model) -> Self {
        Self {
            id: row.id,
            connection_id: row.connection_id,
            kind: row.kind,
            external_id: row.external_id,
            name: row.name,
            state: row.state,
            silent_hours: row.silent_hours,
            last_inbound_at: row.last_inbound_at,
            silent: row.silent_told_at.is_some(),
            version: row.version,
            created_by: row.created_by,
            created_at: row.created_at,
        }
    }
}

/// One thing that came in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Item {
    id: HookItemId,
    hook_id: HookId,
    connection_id: ConnectionId,
    channel_id: Option<ChannelId>,
    position: i64,
    /// `whatsapp`, `instagram`, `messenger`; empty where it is about no single channel.
    source: String,
    account: String,
    key: String,
    kind: String,
    contact: Option<String>,
    /// Digits; elsewhere the same person may be known by them alone.
    phone: Option<String>,
    #[serde(serialize_with = "wire::optional_time")]
    at: Option<DateTime<Utc>>,
    /// `ready`, `unclaimed`.
    state: String,
    /// The normal form.
    #[schema(value_type = Object)]
    d: Box<RawValue>,
    #[serde(serialize_with = "wire::time")]
    created_at: DateTime<Utc>,
}

/// An item as a page reads it: without the part of the payload, which may be large.
#[derive(FromQueryResult)]
struct Line {
    id: HookItemId,
    hook_id: HookId,
    connection_id: ConnectionId,
    channel_id: Option<ChannelId>,
    position: i64,
    source: String,
    account: String,
    key: String,
    kind: String,
    contact: Option<String>,
    phone: Option<String>,
    at: Option<DateTime<Utc>>,
    state: String,
    d: String,
    created_at: DateTime<Utc>,
}

impl TryFrom<Line> for Item {
    type Error = Problem;

    fn try_from(row: Line) -> Result<Self, Problem> {
        Ok(Self {
            id: row.id,
            hook_id: row.hook_id,
            connection_id: row.connection_id,
            channel_id: row.channel_id,
            position: row.position,
            source: row.source,
            account: row.account,
            key: row.key,
            kind: row.kind,
            contact: row.contact,
            phone: row.phone,
            at: row.at,
            state: row.state,
            d: RawValue::from_string(row.d).map_err(|_| Problem::internal())?,
            created_at: row.created_at,
        })
    }
}

/// A payload, without its body.
#[derive(Clone, Debug, FromQueryResult, Serialize, ToSchema)]
pub(super) struct Hook {
    id: HookId,
    connection_id: ConnectionId,
    bytes: i64,
    /// `received`, `split`, `unreadable`.
    state: String,
    #[serde(serialize_with = "wire::time")]
    received_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    split_at: Option<DateTime<Utc>>,
}

impl From<hook::Model> for Hook {
    fn from(row: hook::Model) -> Self {
        Self {
            id: row.id,
            connection_id: row.connection_id,
            bytes: row.bytes,
            state: row.state,
            received_at: row.received_at,
            split_at: row.split_at,
        }
    }
}

/// A payload as it came.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct WholeHook {
    #[serde(flatten)]
    hook: Hook,
    /// How `body` holds its bytes: `text`, or `base64` for what is no text.
    coding: String,
    body: String,
}

impl From<hook::Model> for WholeHook {
    fn from(row: hook::Model) -> Self {
        let (coding, body) = (row.coding.clone(), row.body.clone());
        Self { hook: row.into(), coding, body }
    }
}

/// A connection that was not removed.
///
/// # Errors
/// `not_found`.
pub(super) async fn connection(
    tx: &Tx<'_>,
    id: ConnectionId,
) -> Result<connection::Model, Problem> {
    let row = connection::Entity::of(tx.tenant())
        .filter(connection::Column::Id.eq(id))
        .filter(connection::Column::RemovedAt.is_null())
        .one(tx)
        .await?;
    row.ok_or_else(Problem::not_found)
}

/// The one behind this door.
pub(super) async fn behind(
    tx: &Tx<'_>,
    hook_key: &str,
) -> Result<Option<connection::Model>, Problem> {
    Ok(connection::Entity::of(tx.tenant())
        .filter(connection::Column::HookKey.eq(hook_key))
        .filter(connection::Column::RemovedAt.is_null())
        .one(tx)
        .await?)
}

pub(super) async fn connections(tx: &Tx<'_>) -> Result<Vec<connection::Model>, Problem> {
    Ok(connection::Entity::of(tx.tenant())
        .filter(connection::Column::RemovedAt.is_null())
        .order_by_asc(connection::Column::Id)
        .limit(paging::LIMIT_MAX)
        .all(tx)
        .await?)
}

/// A channel that was not removed.
///
/// # Errors
/// `not_found`.
pub(super) async fn channel(tx: &Tx<'_>, id: ChannelId) -> Result<channel::Model, Problem> {
    let row = channel::Entity::of(tx.tenant())
        .filter(channel::Column::Id.eq(id))
        .filter(channel::Column::RemovedAt.is_null())
        .one(tx)
        .await?;
    row.ok_or_else(Problem::not_found)
}

pub(super) async fn channels(tx: &Tx<'_>) -> Result<Vec<channel::Model>, Problem> {
    Ok(channel::Entity::of(tx.tenant())
        .filter(channel::Column::RemovedAt.is_null())
        .order_by_asc(channel::Column::Id)
        .limit(paging::LIMIT_MAX)
        .all(tx)
        .await?)
}

/// # Errors
/// `not_found`.
pub(super) async fn hook(tx: &Tx<'_>, id: HookId) -> Result<hook::Model, Problem> {
    let row = hook::Entity::of(tx.tenant()).filter(hook::Column::Id.eq(id)).one(tx).await?;
    row.ok_or_else(Problem::not_found)
}

/// Payloads of a connection that wait to be split.
pub(super) fn waiting(tx: &Tx<'_>, connection: ConnectionId) -> Select<hook::Entity> {
    hook::Entity::of(tx.tenant())
        .filter(hook::Column::ConnectionId.eq(connection))
        .filter(hook::Column::State.eq(RECEIVED))
}

/// The one of them that comes next.
pub(super) async fn next(tx: &Tx<'_>, connection: ConnectionId) -> Result<Option<HookId>, Problem> {
    Ok(waiting(tx, connection)
        .order_by_asc(hook::Column::N)
        .select_only()
        .column(hook::Column::Id)
        .into_tuple()
        .one(tx)
        .await?)
}

#[derive(Serialize, Deserialize)]
struct Received(DateTime<Utc>, HookId);

/// Payloads, newest first.
pub(super) async fn hooks(
    tx: &Tx<'_>,
    state: Option<&str>,
    paging: &Paging,
) -> Result<Page<Hook>, Problem> {
    use hook::Column;
    let (limit, after) = (paging.limit()?, paging.after::<Received>()?);
    let mut query = hook::Entity::of(tx.tenant());
    match state {
        None => {}
        Some(known @ (RECEIVED | SPLIT | UNREADABLE)) => {
            query = query.filter(Column::State.eq(known));
        }
        Some(_) => return Err(Problem::invalid("state", "unknown_value")),
    }
    if let Some(Received(at, id)) = after {
        let tie = Condition::all().add(Column::ReceivedAt.eq(at)).add(Column::Id.lt(id));
        query = query.filter(Condition::any().add(Column::ReceivedAt.lt(at)).add(tie));
    }
    let mut rows = query
        .order_by_desc(Column::ReceivedAt)
        .order_by_desc(Column::Id)
        .limit(limit + 1)
        .select_only()
        .columns([Column::Id, Column::ConnectionId, Column::Bytes, Column::State])
        .columns([Column::ReceivedAt, Column::SplitAt])
        .into_model::<Hook>()
        .all(tx)
        .await?;
    let next_cursor = paging::cut(&mut rows, limit, |row| Received(row.received_at, row.id));
    Ok(Page { items: rows, next_cursor })
}

/// Which items.
pub(super) struct Wanted {
    pub(super) state: Option<String>,
    pub(super) channel: Option<ChannelId>,
    pub(super) hook: Option<HookId>,
}

#[derive(Serialize, Deserialize)]
struct Arrived(DateTime<Utc>, i64, HookItemId);

/// What came in, the newest first.
pub(super) async fn items(
    tx: &Tx<'_>,
    wanted: &Wanted,
    paging: &Paging,
) -> Result<Page<Item>, Problem> {
    use hook_item::Column;
    let (limit, after) = (paging.limit()?, paging.after::<Arrived>()?);
    let mut query = hook_item::Entity::of(tx.tenant());
    match wanted.state.as_deref().filter(|state| !state.is_empty()) {
        None => {}
        Some(known @ (READY | UNCLAIMED)) => query = query.filter(Column::State.eq(known)),
        Some(_) => return Err(Problem::invalid("state", "unknown_value")),
    }
    if let Some(channel) = wanted.channel {
        query = query.filter(Column::ChannelId.eq(channel));
    }
    if let Some(hook) = wanted.hook {
        query = query.filter(Column::HookId.eq(hook));
    }
    if let Some(Arrived(at, position, id)) = after {
        let same = || Condition::all().add(Column::CreatedAt.eq(at));
        let tie = same().add(Column::Position.eq(position)).add(Column::Id.lt(id));
        let before = same().add(Column::Position.lt(position));
        let any = Condition::any().add(Column::CreatedAt.lt(at)).add(before).add(tie);
        query = query.filter(any);
    }
    let mut rows = query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Position)
        .order_by_desc(Column::Id)
        .limit(limit + 1)
        .select_only()
        .columns(Column::iter().filter(|column| !matches!(column, Column::TenantId | Column::Raw)))
        .into_model::<Line>()
        .all(tx)
        .await?;
    let position = |row: &Line| Arrived(row.created_at, row.position, row.id);
    let next_cursor = paging::cut(&mut rows, limit, position);
    let items = rows.into_iter().map(Item::try_from).collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor })
}

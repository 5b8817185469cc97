//! Rooms and messages as they are read.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entities::ids::{MessageId, RoomId, UserId};
use entities::tenancy::OfTenant;
use entities::{message, message_reaction, room, room_member};
use sea_orm::{ColumnTrait, Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::marks;
use super::shapes::{Kind, Member, Message, Mine, Quoted, Reaction, Room, excerpt};
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// Members that a room names.
const NAMED: usize = 100;
/// People that a reaction names.
const REACTED: usize = 25;
/// Rows asked for by their ids in one statement.
const PART: usize = 100;

impl From<room_member::Model> for Member {
    fn from(row: room_member::Model) -> Self {
        let room_member::Model { user_id, role, read, joined_at, .. } = row;
        Self { user_id, role, read, joined_at }
    }
}

/// Messages in the order of their rows.
pub(super) async fn messages(
    tx: &Tx<'_>,
    rows: Vec<message::Model>,
) -> Result<Vec<Message>, Problem> {
    let ids: Vec<MessageId> = rows.iter().map(|row| row.id).collect();
    let mut reactions = reactions(tx, &ids).await?;
    let answered: Vec<MessageId> = rows.iter().filter_map(|row| row.reply_to).collect();
    let quoted = quoted(tx, &answered).await?;
    let shown = rows.into_iter().map(|row| Message {
        reply_to: row.reply_to.and_then(|id| quoted.get(&id).cloned()),
        reactions: reactions.remove(&row.id).unwrap_or_default(),
        text: if row.deleted_at.is_some() { String::new() } else { row.text },
        what: row.what.and_then(|what| serde_json::from_value(what).ok()),
        mentions: row.mentions.0,
        id: row.id,
        room_id: row.room_id,
        n: row.n,
        kind: row.kind,
        by: row.by,
        created_at: row.created_at,
        edited_at: row.edited_at,
        deleted_at: row.deleted_at,
        deleted_by: row.deleted_by,
        version: row.version,
    });
    Ok(shown.collect())
}

pub(super) async fn message(tx: &Tx<'_>, row: message::Model) -> Result<Message, Problem> {
    messages(tx, vec![row]).await?.pop().ok_or_else(Problem::internal)
}

async fn quoted(tx: &Tx<'_>, ids: &[MessageId]) -> Result<HashMap<MessageId, Quoted>, Problem> {
    let mut found = HashMap::new();
    for part in ids.chunks(PART) {
        let rows = message::Entity::of(tx.tenant())
            .filter(message::Column::Id.is_in(part.iter().copied()))
            .all(tx)
            .await?;
        found.extend(rows.into_iter().map(|row| {
            let deleted = row.deleted_at.is_some();
            let text = if deleted { String::new() } else { excerpt(&row.text) };
            (row.id, Quoted { id: row.id, n: row.n, by: row.by, text, deleted })
        }));
    }
    Ok(found)
}

/// Of each message, the sign that was first given first.
async fn reactions(
    tx: &Tx<'_>,
    ids: &[MessageId],
) -> Result<HashMap<MessageId, Vec<Reaction>>, Problem> {
    let mut found: HashMap<MessageId, Vec<Reaction>> = HashMap::new();
    for part in ids.chunks(PART) {
        let rows = message_reaction::Entity::of(tx.tenant())
            .filter(message_reaction::Column::MessageId.is_in(part.iter().copied()))
            .order_by_asc(message_reaction::Column::At)
            .order_by_asc(message_reaction::Column::Emoji)
            .order_by_asc(message_reaction::Column::UserId)
            .all(tx)
            .await?;
        for row in rows {
            let all = found.entry(row.message_id).or_default();
            let at = match all.iter().position(|one| one.emoji == row.emoji) {
                Some(at) => at,
                None => {
                    all.push(Reaction { emoji: row.emoji, by: Vec::new(), count: 0 });
                    all.len() - 1
                }
            };
            all[at].count += 1;
            if all[at].by.len() < REACTED {
                all[at].by.push(row.user_id);
            }
        }
    }
    Ok(found)
}

/// Rooms in the order of their rows; `me` sees how they stand to them.
pub(super) async fn rooms(
    tx: &Tx<'_>,
    me: Option<UserId>,
    rows: Vec<room::Model>,
) -> Result<Vec<Room>, Problem> {
    let mut members = members(tx, &rows).await?;
    let mut latest = latest(tx, &rows).await?;
    let mut mine = match me {
        Some(me) => mine(tx, me, &rows).await?,
        None => HashMap::new(),
    };
    let shown = rows.into_iter().map(|row| {
        let (members, member_count) = members.remove(&row.id).unwrap_or_default();
        Room {
            kind: Kind::parse(&row.kind),
            members,
            member_count,
            message: latest.remove(&row.id),
            mine: mine.remove(&row.id),
            id: row.id,
            name: row.name,
            purpose: row.purpose,
            version: row.version,
            created_by: row.created_by,
            created_at: row.created_at,
            active_at: row.active_at,
            archived_at: row.archived_at,
            last: row.last,
        }
    });
    Ok(shown.collect())
}

pub(super) async fn room(
    tx: &Tx<'_>,
    me: Option<UserId>,
    row: room::Model,
) -> Result<Room, Problem> {
    rooms(tx, me, vec![row]).await?.pop().ok_or_else(Problem::internal)
}

pub(super) type Members = HashMap<RoomId, (Vec<Member>, i64)>;

/// Of small rooms all members are read at once; a channel may be as large as the house.
pub(super) async fn members(tx: &Tx<'_>, rows: &[room::Model]) -> Result<Members, Problem> {
    let (channels, small): (Vec<&room::Model>, Vec<&room::Model>) =
        rows.iter().partition(|row| Kind::parse(&row.kind) == Kind::Channel);
    let mut found = Members::new();
    let of = |rooms: Vec<RoomId>| {
        room_member::Entity::of(tx.tenant())
            .filter(room_member::Column::RoomId.is_in(rooms))
            .order_by_asc(room_member::Column::JoinedAt)
            .order_by_asc(room_member::Column::UserId)
    };
    for part in small.chunks(PART) {
        for row in of(part.iter().map(|row| row.id).collect()).all(tx).await? {
            let (members, count) = found.entry(row.room_id).or_default();
            members.push(Member::from(row));
            *count += 1;
        }
    }
    for row in channels {
        let first = of(vec![row.id]).limit(NAMED as u64).all(tx).await?;
        let count = match first.len() < NAMED {
            true => first.len() as u64,
            false => of(vec![row.id]).count(tx).await?,
        };
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        found.insert(row.id, (first.into_iter().map(Member::from).collect(), count));
    }
    Ok(found)
}

async fn latest(tx: &Tx<'_>, rows: &[room::Model]) -> Result<HashMap<RoomId, Message>, Problem> {
    let mut found = HashMap::new();
    let spoken: Vec<&room::Model> = rows.iter().filter(|row| row.last > 0).collect();
    for part in spoken.chunks(PART) {
        let mut any = Condition::any();
        for row in part {
            let one = Condition::all()
                .add(message::Column::RoomId.eq(row.id))
                .add(message::Column::N.eq(row.last));
            any = any.add(one);
        }
        let rows = message::Entity::of(tx.tenant()).filter(any).all(tx).await?;
        let shown = messages(tx, rows).await?.into_iter();
        found.extend(shown.map(|message| (message.room_id, message.cut())));
    }
    Ok(found)
}

async fn mine(
    tx: &Tx<'_>,
    me: UserId,
    rows: &[room::Model],
) -> Result<HashMap<RoomId, Mine>, Problem> {
    let mut joined: HashMap<RoomId, room_member::Model> = HashMap::new();
    for part in rows.chunks(PART) {
        let memberships = room_member::Entity::of(tx.tenant())
            .filter(room_member::Column::UserId.eq(me))
            .filter(room_member::Column::RoomId.is_in(part.iter().map(|row| row.id)))
            .all(tx)
            .await?;
        joined.extend(memberships.into_iter().map(|mine| (mine.room_id, mine)));
    }
    let joined: Vec<(room::Model, room_member::Model)> =
        rows.iter().filter_map(|row| Some((row.clone(), joined.remove(&row.id)?))).collect();
    marks::of(tx, &joined).await
}

/// A stretch of a room's messages.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub(super) struct Stretch {
    /// The oldest first.
    pub(super) items: Vec<Message>,
    /// `before` of the stretch that comes before; null at the beginning.
    pub(super) before: Option<i64>,
    /// `after` of the one that follows; null at the end.
    pub(super) after: Option<i64>,
}

/// The messages numbered `from` to `to`, both included; a room's numbers have no hole.
pub(super) async fn stretch(
    tx: &Tx<'_>,
    room: &room::Model,
    from: i64,
    to: i64,
) -> Result<Stretch, Problem> {
    let (from, to) = (from.max(1), to.min(room.last));
    let rows = message::Entity::of(tx.tenant())
        .filter(message::Column::RoomId.eq(room.id))
        .filter(message::Column::N.between(from, to))
        .order_by_asc(message::Column::N)
        .all(tx)
        .await?;
    Ok(Stretch {
        items: messages(tx, rows).await?,
        before: (from > 1 && from <= to).then_some(from),
        after: (to < room.last && from <= to).then_some(to),
    })
}

const SAID: &str = "said";
const DELETED: &str = "deleted";

/// What a message said at a time, or what was done to it then.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = MessageVersion)]
pub(super) struct Version {
    pub(super) version: i64,
    pub(super) text: String,
    #[serde(serialize_with = "crate::kernel::clock::wire::time")]
    pub(super) at: DateTime<Utc>,
    pub(super) by: String,
    /// `said`, `deleted` or `restored`.
    pub(super) act: String,
}

/// All that a message has said, who took it away and who brought it back, the first first.
pub(super) async fn history(tx: &Tx<'_>, row: message::Model) -> Result<Vec<Version>, Problem> {
    use entities::message_version::{Column, Entity};
    let rows = Entity::of(tx.tenant())
        .filter(Column::MessageId.eq(row.id))
        .order_by_asc(Column::Version)
        .all(tx)
        .await?;
    let former = rows.into_iter().map(|row| {
        let entities::message_version::Model { version, text, at, by, act, .. } = row;
        let act = act.unwrap_or_else(|| SAID.to_owned());
        (version, Version { version, text, at, by, act })
    });
    let mut all: BTreeMap<i64, Version> = former.collect();
    let at = row.edited_at.unwrap_or(row.created_at);
    let now =
        Version { version: row.version, text: row.text, at, by: row.by, act: SAID.to_owned() };
    // where the last that was done to it is known, that is the last entry
    let gone = row.deleted_at.zip(row.deleted_by);
    let is_traced = all.contains_key(&now.version);
    if let Some((at, by)) = gone.filter(|_| !is_traced) {
        // deleted before this was written down
        let version = now.version;
        let text = String::new();
        all.insert(version - 1, Version { version: version - 1, ..now });
        all.insert(version, Version { version, text, at, by, act: DELETED.to_owned() });
    } else {
        all.entry(now.version).or_insert(now);
    }
    Ok(all.into_values().collect())
}

//! The list of rooms that one is in or could join, who is in them, and what is unread there.

use std::collections::{BTreeSet, HashMap};

use entities::ids::{RoomId, UserId};
use entities::tenancy::OfTenant;
use entities::{room, room_member};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::shapes::{Kind, Member, Muted, Room};
use super::topics::joined_by;
use super::{marks, views};
use crate::db::Tx;
use crate::features::accounts;
use crate::kernel::fold::fold;
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::problem::Problem;

/// Rooms whose unread are counted: nobody is in more and reads them.
const COUNTED: u64 = 2_000;

/// What a client asks of the list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct ListQuery {
    /// `direct`, `group` or `channel`.
    kind: Option<String>,
    /// A part of the name.
    q: Option<String>,
    /// Only those that I am in, or only those that I am not.
    joined: Option<bool>,
    /// Those put away instead of those in use.
    archived: Option<bool>,
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Position {
    name: String,
    id: RoomId,
}

pub(super) async fn list(tx: &Tx<'_>, me: UserId, ask: &ListQuery) -> Result<Page<Room>, Problem> {
    use room::Column;
    let paging = Paging { limit: ask.limit, cursor: ask.cursor.clone() };
    let (limit, after) = (paging.limit()?, paging.after::<Position>()?);
    let channel = || Column::Kind.eq(Kind::Channel.name());
    let mut query = room::Entity::of(tx.tenant());
    query = match ask.joined {
        Some(true) => query.filter(joined_by(tx, me)),
        Some(false) => query.filter(channel()).filter(joined_by(tx, me).not()),
        None => query.filter(Condition::any().add(channel()).add(joined_by(tx, me))),
    };
    query = match ask.kind.as_deref() {
        None => query,
        Some(kind @ ("direct" | "group" | "channel")) => query.filter(Column::Kind.eq(kind)),
        Some(_) => return Err(Problem::invalid("kind", "unknown_value")),
    };
    query = match ask.archived {
        Some(true) => query.filter(Column::ArchivedAt.is_not_null()),
        _ => query.filter(Column::ArchivedAt.is_null()),
    };
    if let Some(q) = ask.q.as_deref().map(fold).filter(|q| !q.is_empty()) {
        query = query.filter(Column::NameKey.contains(escaped(&q)));
    }
    if let Some(Position { name, id }) = after {
        let same = Condition::all().add(Column::NameKey.eq(&name)).add(Column::Id.gt(id));
        query = query.filter(Condition::any().add(Column::NameKey.gt(name)).add(same));
    }
    let mut rows = query
        .order_by_asc(Column::NameKey)
        .order_by_asc(Column::Id)
        .limit(limit + 1)
        .all(tx)
        .await?;
    let next_cursor =
        paging::cut(&mut rows, limit, |row| Position { name: row.name_key.clone(), id: row.id });
    Ok(Page { items: views::rooms(tx, Some(me), rows).await?, next_cursor })
}

/// What stands for itself in a pattern is left out: folded names are looked for, not patterns.
fn escaped(q: &str) -> String {
    q.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect()
}

/// A room beside what was found in it.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub(super) struct Within {
    id: RoomId,
    kind: Kind,
    name: Option<String>,
    /// Of a direct room.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<Vec<Member>>,
}

/// These rooms by their names; direct ones by who is in them.
pub(super) async fn faces(
    tx: &Tx<'_>,
    ids: BTreeSet<RoomId>,
) -> Result<HashMap<RoomId, Within>, Problem> {
    let rows = room::Entity::of(tx.tenant()).filter(room::Column::Id.is_in(ids)).all(tx).await?;
    let direct: Vec<room::Model> =
        rows.iter().filter(|row| Kind::parse(&row.kind) == Kind::Direct).cloned().collect();
    let mut members = views::members(tx, &direct).await?;
    let faces = rows.into_iter().map(|row| {
        let members = members.remove(&row.id).map(|(members, _)| members);
        let kind = Kind::parse(&row.kind);
        (row.id, Within { id: row.id, kind, name: row.name, members })
    });
    Ok(faces.collect())
}

/// Whom of a room's members somebody looks for.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct MembersQuery {
    /// The beginning of one of their names.
    q: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// A member by name.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = NamedMember)]
pub(super) struct Named {
    #[serde(flatten)]
    member: Member,
    name: String,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place {
    name: String,
    user: UserId,
}

/// The members of a room who can sign in, by name.
pub(super) async fn members(
    tx: &Tx<'_>,
    room: RoomId,
    ask: &MembersQuery,
) -> Result<Page<Named>, Problem> {
    let paging = Paging { limit: ask.limit, cursor: ask.cursor.clone() };
    let (limit, after) = (paging.limit()?, paging.after::<Place>()?);
    let mut here = Query::select();
    here.column(room_member::Column::UserId).from(room_member::Entity).cond_where(
        Condition::all()
            .add(room_member::Column::TenantId.eq(tx.tenant()))
            .add(room_member::Column::RoomId.eq(room)),
    );
    let q = ask.q.as_deref().map(fold).unwrap_or_default();
    let inside = format!(" {q}");
    let fits = |folded: &str| folded.starts_with(&q) || folded.contains(&inside);
    let mut people: Vec<(Place, String)> = accounts::names(tx, here)
        .await?
        .into_iter()
        .map(|(user, name)| (Place { name: fold(&name), user }, name))
        .filter(|(place, _)| fits(&place.name) && after.as_ref().is_none_or(|after| place > after))
        .collect();
    people.sort_unstable();
    people.truncate(usize::try_from(limit + 1).unwrap_or(usize::MAX));
    let next_cursor = paging::cut(&mut people, limit, |(place, _)| Place {
        name: place.name.clone(),
        user: place.user,
    });
    let rows = room_member::Entity::of(tx.tenant())
        .filter(room_member::Column::RoomId.eq(room))
        .filter(room_member::Column::UserId.is_in(people.iter().map(|(place, _)| place.user)))
        .all(tx)
        .await?;
    let mut rows: HashMap<UserId, room_member::Model> =
        rows.into_iter().map(|row| (row.user_id, row)).collect();
    let items = people.into_iter().filter_map(|(place, name)| {
        let member = Member::from(rows.remove(&place.user)?);
        Some(Named { member, name })
    });
    Ok(Page { items: items.collect(), next_cursor })
}

/// What is unread where one wants to hear of it.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
#[schema(as = RoomCounts)]
pub(super) struct Counts {
    /// Rooms with something unread; muted ones only where it names me, wholly muted ones never.
    unread_rooms: u64,
    mentions: i64,
}

pub(super) async fn counts(tx: &Tx<'_>, me: UserId) -> Result<Counts, Problem> {
    let memberships = room_member::Entity::of(tx.tenant())
        .filter(room_member::Column::UserId.eq(me))
        .filter(room_member::Column::Muted.ne(Muted::All.name()))
        .all(tx)
        .await?;
    let mut memberships: HashMap<RoomId, room_member::Model> =
        memberships.into_iter().map(|mine| (mine.room_id, mine)).collect();
    let rows = room::Entity::of(tx.tenant())
        .filter(joined_by(tx, me))
        .filter(room::Column::ArchivedAt.is_null())
        .order_by_desc(room::Column::ActiveAt)
        .limit(COUNTED)
        .all(tx)
        .await?;
    let joined: Vec<(room::Model, room_member::Model)> = rows
        .into_iter()
        .filter_map(|row| Some((memberships.remove(&row.id)?, row)))
        .map(|(mine, row)| (row, mine))
        .collect();
    let mut counts = Counts::default();
    for mine in marks::of(tx, &joined).await?.into_values() {
        let wanted = match mine.muted {
            Muted::Nothing => mine.unread > 0,
            Muted::Unmentioned => mine.mentions > 0,
            Muted::All => false,
        };
        counts.unread_rooms += u64::from(wanted);
        counts.mentions += mine.mentions;
    }
    Ok(counts)
}

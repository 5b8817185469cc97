//! The rows of rooms and their members, and who may be where.

use entities::ids::{RoomId, UserId};
use entities::tenancy::OfTenant;
use entities::{room, room_member};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::shapes::{Kind, MEMBER, OWNER};
use crate::db::Tx;
use crate::features::accounts;
use crate::kernel::command::CommandContext;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::{Class, Problem};

/// A room as somebody stands to it.
pub(super) struct Place {
    pub(super) row: room::Model,
    pub(super) me: UserId,
    /// None in a channel that I have not joined.
    pub(super) mine: Option<room_member::Model>,
}

/// Whoever may talk here at all, with their own eyes.
///
/// # Errors
/// `forbidden` without the permission; `not_found` for borrowed eyes, keys and the server.
pub(super) fn person(by: &Principal) -> Result<UserId, Problem> {
    if !by.may(Permission::UseChat) {
        return Err(Problem::forbidden());
    }
    by.in_person().ok_or_else(Problem::not_found)
}

/// A room that this principal may read.
///
/// # Errors
/// `not_found` for what is hidden or foreign.
pub(super) async fn place(tx: &Tx<'_>, by: &Principal, id: RoomId) -> Result<Place, Problem> {
    let me = person(by)?;
    let row = room::Entity::of(tx.tenant()).filter(room::Column::Id.eq(id)).one(tx).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let mine = member(tx, id, me).await?;
    let place = Place { row, me, mine };
    if place.mine.is_none() && !place.is_channel() {
        return Err(Problem::not_found());
    }
    Ok(place)
}

/// The room of the command's topic.
///
/// # Errors
/// As [`place`].
pub(super) async fn here(tx: &Tx<'_>, cx: &CommandContext) -> Result<Place, Problem> {
    let id = cx.topic.id().map(RoomId).ok_or_else(Problem::not_found)?;
    place(tx, &cx.by, id).await
}

impl Place {
    pub(super) fn kind(&self) -> Kind {
        Kind::parse(&self.row.kind)
    }

    pub(super) fn is_channel(&self) -> bool {
        self.kind() == Kind::Channel
    }

    /// # Errors
    /// `not_member` in a channel that was not joined.
    pub(super) fn membership(&self) -> Result<&room_member::Model, Problem> {
        self.mine.as_ref().ok_or_else(|| Problem::new(Class::Forbidden, "not_member"))
    }

    /// # Errors
    /// `archived` where nothing is written any more.
    pub(super) fn live(&self) -> Result<(), Problem> {
        match self.row.archived_at {
            Some(_) => Err(Problem::conflict("archived")),
            None => Ok(()),
        }
    }

    /// Who may name, archive and empty it: owners, and in channels whoever looks after them all.
    pub(super) fn is_run_by(&self, by: &Principal) -> bool {
        let owns = self.mine.as_ref().is_some_and(|mine| mine.role == OWNER);
        match self.kind() {
            Kind::Direct => false,
            Kind::Group => owns,
            Kind::Channel => owns || by.may(Permission::ManageChat),
        }
    }

    /// # Errors
    /// `forbidden` for everybody else.
    pub(super) fn must_run(&self, by: &Principal) -> Result<(), Problem> {
        if self.is_run_by(by) { Ok(()) } else { Err(Problem::forbidden()) }
    }
}

/// The members of a room, the eldest first.
pub(super) async fn members(tx: &Tx<'_>, room: RoomId) -> Result<Vec<room_member::Model>, Problem> {
    let rows = room_member::Entity::of(tx.tenant())
        .filter(room_member::Column::RoomId.eq(room))
        .order_by_asc(room_member::Column::JoinedAt)
        .order_by_asc(room_member::Column::UserId);
    Ok(rows.all(tx).await?)
}

/// Those who hear of a room that is not everybody's; empty for a channel, where nobody is named.
pub(super) async fn hearers(tx: &Tx<'_>, place: &Place) -> Result<Vec<UserId>, Problem> {
    if place.is_channel() {
        return Ok(Vec::new());
    }
    Ok(ids(&members(tx, place.row.id).await?))
}

pub(super) fn ids(members: &[room_member::Model]) -> Vec<UserId> {
    members.iter().map(|member| member.user_id).collect()
}

/// The active colleagues among these who may talk.
///
/// # Errors
/// `invalid` on the field when one of them is none.
pub(super) async fn talkers(tx: &Tx<'_>, field: &str, users: &[UserId]) -> Result<(), Problem> {
    let known = accounts::colleagues(tx, users).await?;
    let fits = |user: &UserId| {
        known.get(user).is_some_and(|one| one.active && one.eyes.may(Permission::UseChat))
    };
    if users.iter().all(fits) { Ok(()) } else { Err(Problem::invalid(field, "unknown_value")) }
}

pub(super) async fn put_in(
    tx: &Tx<'_>,
    cx: &CommandContext,
    room: &room::Model,
    users: &[(UserId, &str)],
) -> Result<(), Problem> {
    let rows = users.iter().map(|(user, role)| {
        let row = room_member::Model {
            tenant_id: tx.tenant(),
            room_id: room.id,
            user_id: *user,
            role: (*role).to_owned(),
            // what was said before they came is no news to them
            read: room.last,
            muted: "nothing".to_owned(),
            joined_at: cx.at,
        };
        row.into_active_model().reset_all()
    });
    room_member::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn take_out(tx: &Tx<'_>, room: RoomId, user: UserId) -> Result<(), Problem> {
    room_member::Entity::forget(tx.tenant())
        .filter(room_member::Column::RoomId.eq(room))
        .filter(room_member::Column::UserId.eq(user))
        .exec(tx)
        .await?;
    Ok(())
}

/// Makes somebody an owner.
pub(super) async fn promote(tx: &Tx<'_>, room: RoomId, user: UserId) -> Result<(), Problem> {
    room_member::Entity::change(tx.tenant())
        .col_expr(room_member::Column::Role, Expr::value(OWNER))
        .filter(room_member::Column::RoomId.eq(room))
        .filter(room_member::Column::UserId.eq(user))
        .exec(tx)
        .await?;
    Ok(())
}

/// Who follows when this owner goes: the eldest who can still sign in, where no other owner can.
pub(super) async fn heir(
    tx: &Tx<'_>,
    room: RoomId,
    leaver: UserId,
) -> Result<Option<UserId>, Problem> {
    use room_member::Column;
    // `owner` sorts behind `member`
    let first = room_member::Entity::of(tx.tenant())
        .filter(Column::RoomId.eq(room))
        .filter(Column::UserId.ne(leaver))
        .filter(Column::UserId.in_subquery(accounts::active(tx)))
        .order_by_desc(Column::Role)
        .order_by_asc(Column::JoinedAt)
        .order_by_asc(Column::UserId)
        .one(tx)
        .await?;
    Ok(first.filter(|first| first.role == MEMBER).map(|first| first.user_id))
}

/// How somebody stands in a room, if they are in it.
pub(super) async fn member(
    tx: &Tx<'_>,
    room: RoomId,
    user: UserId,
) -> Result<Option<room_member::Model>, Problem> {
    let row = room_member::Entity::of(tx.tenant())
        .filter(room_member::Column::RoomId.eq(room))
        .filter(room_member::Column::UserId.eq(user));
    Ok(row.one(tx).await?)
}

/// Which of these people are in a room.
pub(super) async fn among(
    tx: &Tx<'_>,
    room: RoomId,
    people: &[UserId],
) -> Result<Vec<UserId>, Problem> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    Ok(room_member::Entity::of(tx.tenant())
        .filter(room_member::Column::RoomId.eq(room))
        .filter(room_member::Column::UserId.is_in(people.iter().copied()))
        .select_only()
        .column(room_member::Column::UserId)
        .into_tuple()
        .all(tx)
        .await?)
}

/// Whether nobody but perhaps this one is in a room.
pub(super) async fn is_empty_without(
    tx: &Tx<'_>,
    room: RoomId,
    user: UserId,
) -> Result<bool, Problem> {
    let other = room_member::Entity::of(tx.tenant())
        .filter(room_member::Column::RoomId.eq(room))
        .filter(room_member::Column::UserId.ne(user));
    Ok(other.one(tx).await?.is_none())
}

/// Writes a changed row over the one that was read; the topic's lock is held.
pub(super) async fn save(tx: &Tx<'_>, row: &room::Model) -> Result<(), Problem> {
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(room::Column::TenantId);
    active.not_set(room::Column::Id);
    room::Entity::change(tx.tenant())
        .set(active)
        .filter(room::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

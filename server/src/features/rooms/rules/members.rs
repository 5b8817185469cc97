//! Coming into rooms and going out of them.

use entities::ids::UserId;
use entities::room_member;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter};

use super::super::commands::{AddMembers, JoinRoom, LeaveRoom, MuteRoom, RemoveMember};
use super::super::events::{Added, MutedAs, Removed};
use super::super::shapes::{Act, Kind, Line, MEMBER, OWNER};
use super::super::store::{self, Place};
use super::super::{telling, views};
use super::lines;
use super::rooms::MEMBERS_MAX;
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// People whom one command brings.
const ADDED_MAX: usize = 50;

pub(in super::super) async fn join(tx: &Tx<'_>, cx: &CommandContext, _: &JoinRoom) -> Decided {
    let place = store::here(tx, cx).await?;
    if place.mine.is_some() {
        return Ok(Decision::default());
    }
    place.live()?;
    let me = place.me;
    // a channel that everybody has left belongs to who comes next
    let is_first = store::is_empty_without(tx, place.row.id, me).await?;
    let role = if is_first { OWNER } else { MEMBER };
    bring(tx, cx, place, &[me], role).await
}

pub(in super::super) async fn add(tx: &Tx<'_>, cx: &CommandContext, cmd: &AddMembers) -> Decided {
    let place = store::here(tx, cx).await?;
    place.membership()?;
    if place.kind() == Kind::Direct {
        return Err(Problem::forbidden());
    }
    place.live()?;
    if cmd.users.len() > ADDED_MAX {
        return Err(Problem::invalid("users", "too_many"));
    }
    let known = store::ids(&store::members(tx, place.row.id).await?);
    let mut users = cmd.users.clone();
    users.sort_unstable();
    users.dedup();
    users.retain(|user| !known.contains(user));
    if users.is_empty() {
        return match cmd.users.is_empty() {
            true => Err(Problem::invalid("users", "required")),
            false => Ok(Decision::default()),
        };
    }
    if !place.is_channel() && known.len() + users.len() > MEMBERS_MAX {
        return Err(Problem::invalid("users", "too_many"));
    }
    store::talkers(tx, "users", &users).await?;
    bring(tx, cx, place, &users, MEMBER).await
}

async fn bring(
    tx: &Tx<'_>,
    cx: &CommandContext,
    mut place: Place,
    users: &[UserId],
    role: &str,
) -> Decided {
    let act = if users == [place.me] { Act::Joined } else { Act::Added };
    let line = Line { act, users: users.to_vec(), name: None };
    let line = lines::note(tx, cx, &mut place, &line).await?;
    let people: Vec<(UserId, &str)> = users.iter().map(|user| (*user, role)).collect();
    store::put_in(tx, cx, &place.row, &people).await?;
    let hearers = store::hearers(tx, &place).await?;
    let room = views::room(tx, None, place.row.clone()).await?;
    let by = cx.by.author();
    let mut d = Added { room_id: room.id, users, by: &by, role, room: None };
    let here = place.here("member.added", &hearers, &d)?;
    d.room = Some(&room);
    let listed = NewEvent::new(Topic::rooms(), "member.added", &d)?;
    let mut events = vec![listed.heard_by(place.audience(&hearers)), here];
    events.extend(lines::said(&place, "message.sent", &hearers, &line, None)?);
    Ok(Decision::events(events))
}

pub(in super::super) async fn leave(tx: &Tx<'_>, cx: &CommandContext, _: &LeaveRoom) -> Decided {
    let place = store::here(tx, cx).await?;
    if place.kind() == Kind::Direct {
        return Err(Problem::forbidden());
    }
    let me = place.me;
    if place.mine.is_none() {
        return Ok(Decision::default());
    }
    part(tx, cx, place, me).await
}

pub(in super::super) async fn remove(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RemoveMember,
) -> Decided {
    let place = store::here(tx, cx).await?;
    if place.kind() == Kind::Direct {
        return Err(Problem::forbidden());
    }
    if cmd.user != place.me {
        place.must_run(&cx.by)?;
    }
    part(tx, cx, place, cmd.user).await
}

async fn part(tx: &Tx<'_>, cx: &CommandContext, mut place: Place, user: UserId) -> Decided {
    let id = place.row.id;
    let Some(goes) = store::member(tx, id, user).await? else {
        return Err(Problem::invalid("user", "unknown_value"));
    };
    if !place.is_channel() && store::is_empty_without(tx, id, user).await? {
        return Err(Problem::conflict("last_member"));
    }
    let before = store::hearers(tx, &place).await?;
    let heir = match goes.role == OWNER {
        true => store::heir(tx, id, user).await?,
        false => None,
    };
    store::take_out(tx, id, user).await?;
    if let Some(heir) = heir {
        store::promote(tx, id, heir).await?;
    }
    telling::hold_back(tx, id, user).await?;
    let act = if user == place.me { Act::Left } else { Act::Removed };
    let line = Line { act, users: vec![user], name: None };
    let line = lines::note(tx, cx, &mut place, &line).await?;
    let d = Removed { room_id: id, user, heir };
    let event = NewEvent::new(Topic::room(id), "member.removed", &d)?;
    let stay: Vec<UserId> = before.iter().copied().filter(|member| *member != user).collect();
    let listed = event.also_on(Topic::rooms()).heard_by(place.audience(&before));
    // a channel stays readable for who leaves it
    let here = match place.is_channel() {
        true => event,
        false => event.heard_by(Audience::parting(&stay, &[user])),
    };
    let mut events = vec![listed, here];
    events.extend(lines::said(&place, "message.sent", &stay, &line, None)?);
    Ok(Decision::events(events))
}

pub(in super::super) async fn mute(tx: &Tx<'_>, cx: &CommandContext, cmd: &MuteRoom) -> Decided {
    let place = store::here(tx, cx).await?;
    if place.membership()?.muted == cmd.muted.name() {
        return Ok(Decision::default());
    }
    room_member::Entity::change(tx.tenant())
        .col_expr(room_member::Column::Muted, Expr::value(cmd.muted.name()))
        .filter(room_member::Column::RoomId.eq(place.row.id))
        .filter(room_member::Column::UserId.eq(place.me))
        .exec(tx)
        .await?;
    let d = MutedAs { room_id: place.row.id, muted: cmd.muted };
    Ok(Decision::events(vec![NewEvent::new(Topic::user(place.me), "room.muted", &d)?]))
}

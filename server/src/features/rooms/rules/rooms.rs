//! Making rooms, naming them, putting them away.

use entities::ids::{RoomId, UserId};
use entities::room;
use entities::tenancy::OfTenant;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;

use super::super::commands::{ArchiveRoom, CreateRoom, RestoreRoom, UpdateRoom};
use super::super::events::Shown;
use super::super::shapes::{Act, Kind, Line, MEMBER, OWNER};
use super::super::store::{self, Place};
use super::super::views;
use super::lines;
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::fold::fold;
use crate::kernel::input::{self, Fields};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

const NAME_MAX: usize = 80;
const PURPOSE_MAX: usize = 250;
/// People of a room that is not everybody's.
pub(in super::super) const MEMBERS_MAX: usize = 100;

pub(in super::super) async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateRoom,
) -> Decided {
    let me = store::person(&cx.by)?;
    // first the number: nobody sorts a million ids
    if cmd.members.len() >= MEMBERS_MAX {
        return Err(Problem::invalid("members", "too_many"));
    }
    let mut others: Vec<UserId> = cmd.members.clone();
    others.sort_unstable();
    others.dedup();
    others.retain(|user| *user != me);
    let row = match cmd.kind {
        Kind::Direct => direct(cx, cmd, me, &others)?,
        Kind::Group | Kind::Channel => named(cx, cmd)?,
    };
    store::talkers(tx, "members", &others).await?;
    if let Some(key) = &row.unique_key {
        let known = room::Entity::of(tx.tenant()).filter(room::Column::UniqueKey.eq(key.as_str()));
        match (known.one(tx).await?, cmd.kind) {
            (None, _) => {}
            (Some(known), Kind::Direct) => {
                let room = views::room(tx, Some(me), known).await?;
                return Ok(Decision::default().reply(&json!({ "room": room, "created": false })));
            }
            (Some(_), _) => return Err(Problem::conflict("name_taken")),
        }
    }
    if cmd.id.is_some() && find(tx, row.id).await?.is_some() {
        return Err(Problem::invalid("id", "taken"));
    }
    let active = row.clone().into_active_model().reset_all();
    room::Entity::insert(active).exec_without_returning(tx).await?;
    let first = if cmd.kind == Kind::Direct { MEMBER } else { OWNER };
    let mut people = vec![(me, first)];
    people.extend(others.iter().map(|user| (*user, MEMBER)));
    store::put_in(tx, cx, &row, &people).await?;

    let mut room = views::room(tx, Some(me), row).await?;
    let reply = json!({ "room": room, "created": true });
    room.mine = None;
    let everybody: Vec<UserId> = people.iter().map(|(user, _)| *user).collect();
    let audience = match cmd.kind {
        Kind::Channel => Audience::Everyone,
        Kind::Direct | Kind::Group => Audience::people(&everybody),
    };
    let event = NewEvent::new(Topic::rooms(), "room.created", &Shown { room: &room })?;
    Ok(Decision::events(vec![event.heard_by(audience)]).reply(&reply))
}

async fn find(tx: &Tx<'_>, id: RoomId) -> Result<Option<room::Model>, Problem> {
    Ok(room::Entity::of(tx.tenant()).filter(room::Column::Id.eq(id)).one(tx).await?)
}

/// An id of the client's own is one that sorts by its time, as ours do.
pub(in super::super) fn own_id(id: uuid::Uuid) -> Result<uuid::Uuid, Problem> {
    match id.get_version_num() {
        7 => Ok(id),
        _ => Err(Problem::invalid("id", "bad_value")),
    }
}

fn fresh(cx: &CommandContext, cmd: &CreateRoom) -> Result<room::Model, Problem> {
    Ok(room::Model {
        tenant_id: cx.by.tenant,
        id: match cmd.id {
            Some(id) => RoomId(own_id(id.0)?),
            None => cx.fresh(RoomId),
        },
        kind: cmd.kind.name().to_owned(),
        name: None,
        name_key: String::new(),
        unique_key: None,
        purpose: None,
        last: 0,
        active_at: cx.at,
        version: 1,
        created_by: cx.by.author(),
        created_at: cx.at,
        archived_at: None,
    })
}

fn direct(
    cx: &CommandContext,
    cmd: &CreateRoom,
    me: UserId,
    others: &[UserId],
) -> Result<room::Model, Problem> {
    if cmd.name.is_some() {
        return Err(Problem::invalid("name", "bad_value"));
    }
    if cmd.purpose.is_some() {
        return Err(Problem::invalid("purpose", "bad_value"));
    }
    let [other] = others else { return Err(Problem::invalid("members", "bad_value")) };
    let key = format!("d:{}:{}", me.min(*other), me.max(*other));
    Ok(room::Model { unique_key: Some(key), ..fresh(cx, cmd)? })
}

fn named(cx: &CommandContext, cmd: &CreateRoom) -> Result<room::Model, Problem> {
    let mut fields = Fields::default();
    let name = fields.keep(name(cmd.name.as_deref().unwrap_or_default()));
    let purpose = fields.keep(purpose(cmd.purpose.as_deref().unwrap_or_default()));
    fields.done()?;
    let mut row = fresh(cx, cmd)?;
    call(&mut row, name.unwrap_or_default());
    row.purpose = purpose.flatten();
    Ok(row)
}

fn call(row: &mut room::Model, name: String) {
    row.name_key = fold(&name);
    row.unique_key =
        (Kind::parse(&row.kind) == Kind::Channel).then(|| format!("c:{}", row.name_key));
    row.name = Some(name);
}

fn name(said: &str) -> Result<String, Problem> {
    let name = input::name("name", said)?;
    if name.chars().count() > NAME_MAX {
        return Err(Problem::invalid("name", "too_long"));
    }
    Ok(name)
}

fn purpose(said: &str) -> Result<Option<String>, Problem> {
    if said.trim().is_empty() {
        return Ok(None);
    }
    let purpose = input::text("purpose", said)?;
    if purpose.chars().count() > PURPOSE_MAX {
        return Err(Problem::invalid("purpose", "too_long"));
    }
    Ok(Some(purpose))
}

pub(in super::super) async fn update(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &UpdateRoom,
) -> Decided {
    let mut place = store::here(tx, cx).await?;
    place.must_run(&cx.by)?;
    cx.check_version(place.row.version)?;
    let mut fields = Fields::default();
    let said = fields.keep(cmd.name.as_deref().map(name).transpose()).flatten();
    let purpose = fields.keep(cmd.purpose.as_deref().map(purpose).transpose()).flatten();
    fields.done()?;
    let before = place.row.clone();
    if let Some(name) = said {
        call(&mut place.row, name);
    }
    if let Some(purpose) = purpose {
        place.row.purpose = purpose;
    }
    if place.row == before {
        return Ok(Decision::default().reply(&json!({ "version": before.version })));
    }
    if let Some(key) =
        place.row.unique_key.as_ref().filter(|_| place.row.unique_key != before.unique_key)
    {
        let known = room::Entity::of(tx.tenant()).filter(room::Column::UniqueKey.eq(key.as_str()));
        if known.one(tx).await?.is_some() {
            return Err(Problem::conflict("name_taken"));
        }
    }
    let renamed = place.row.name.clone().filter(|_| place.row.name != before.name);
    changed(tx, cx, place, "room.updated", renamed).await
}

pub(in super::super) async fn archive(
    tx: &Tx<'_>,
    cx: &CommandContext,
    _: &ArchiveRoom,
) -> Decided {
    put_away(tx, cx, true).await
}

pub(in super::super) async fn restore(
    tx: &Tx<'_>,
    cx: &CommandContext,
    _: &RestoreRoom,
) -> Decided {
    put_away(tx, cx, false).await
}

async fn put_away(tx: &Tx<'_>, cx: &CommandContext, away: bool) -> Decided {
    let mut place = store::here(tx, cx).await?;
    place.must_run(&cx.by)?;
    cx.check_version(place.row.version)?;
    if place.row.archived_at.is_some() == away {
        return Ok(Decision::default().reply(&json!({ "version": place.row.version })));
    }
    place.row.archived_at = away.then_some(cx.at);
    changed(tx, cx, place, if away { "room.archived" } else { "room.restored" }, None).await
}

/// Writes a change, and says it; another name in the room as well.
async fn changed(
    tx: &Tx<'_>,
    cx: &CommandContext,
    mut place: Place,
    op: &'static str,
    renamed: Option<String>,
) -> Decided {
    place.row.version += 1;
    store::save(tx, &place.row).await?;
    let hearers = store::hearers(tx, &place).await?;
    let line = match renamed {
        Some(name) => {
            let line = Line { act: Act::Renamed, users: Vec::new(), name: Some(name) };
            Some(lines::note(tx, cx, &mut place, &line).await?)
        }
        None => None,
    };
    let room = views::room(tx, None, place.row.clone()).await?;
    let mut events = place.both(op, &hearers, &Shown { room: &room })?;
    if let Some(line) = line {
        events.extend(lines::said(&place, "message.sent", &hearers, &line, None)?);
    }
    Ok(Decision::events(events).reply(&json!({ "version": room.version })))
}

//! Who is told of a message outside the room, and that it is told no more once the room was read.

use std::collections::BTreeMap;

use entities::ids::{RoomId, UserId};
use entities::{message, room_member};
use serde_json::{Value, json};

use super::events::Before;
use super::shapes::{Kind, Muted, excerpt};
use super::store::{self, Place};
use super::{log, marks};
use crate::db::{Tx, take_topic};
use crate::features::accounts;
use crate::features::notifications::{self, Notice};
use crate::kernel::command::{CommandContext, NewJob};
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Numbers of one width, so that keys sort as numbers do.
fn key(room: RoomId, n: i64) -> String {
    format!("room:{room}:{n:015}")
}

/// Those whom the message names, and the other of two, once until they have read.
pub(super) async fn of(
    tx: &Tx<'_>,
    cx: &CommandContext,
    place: &Place,
    message: &message::Model,
    hearers: &[room_member::Model],
) -> Result<(Vec<NewEvent>, Vec<NewJob>), Problem> {
    let direct = place.kind() == Kind::Direct;
    let mut told: Vec<(UserId, notifications::Kind)> = Vec::new();
    let own = |member: &room_member::Model| member.user_id.to_string() == message.by;
    for member in hearers.iter().filter(|one| one.user_id != place.me && !own(one)) {
        let muted = Muted::parse(&member.muted);
        if message.mentions.0.contains(&member.user_id) {
            if muted != Muted::All {
                told.push((member.user_id, notifications::Kind::Mentioned));
            }
        } else if direct && muted == Muted::Nothing {
            let (from, to) = (key(place.row.id, 0), key(place.row.id, message.n));
            if !notifications::waits(tx, member.user_id, &from, &to).await? {
                told.push((member.user_id, notifications::Kind::DirectMessage));
            }
        }
    }
    if told.is_empty() {
        return Ok(Default::default());
    }
    // who brings a message back is not always who wrote it
    let author: UserId = message.by.parse().unwrap_or(place.me);
    let author = accounts::colleagues(tx, &[author]).await?.remove(&author);
    let d = json!({
        "room": place.row.id,
        "room_name": place.row.name,
        "message": message.id,
        "n": message.n,
        "by": message.by,
        "by_name": author.map(|author| author.name),
        "text": excerpt(&message.text),
    });
    let notice = |(user, kind)| Notice {
        user,
        kind,
        key: key(place.row.id, message.n),
        customer: None,
        d: d.clone(),
    };
    let notices: Vec<Notice> = told.into_iter().map(notice).collect();
    // the list's lock before those of people, as in every other transaction
    notifications::tell_behind(tx, cx, &notices, Some(&Topic::rooms())).await
}

/// A message was changed, taken away or brought back: what people were told of it says so, or is taken
/// back. Who is in the room no more is told nothing new.
pub(super) async fn amended(
    tx: &Tx<'_>,
    place: &Place,
    before: &Before,
    now: &message::Model,
) -> Result<Vec<NewEvent>, Problem> {
    let direct = place.kind() == Kind::Direct;
    let mut people = before.mentions.clone();
    if direct {
        people.extend(store::ids(&store::members(tx, place.row.id).await?));
    }
    people.sort_unstable();
    people.dedup();
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let here = store::among(tx, place.row.id, &people).await?;
    let is_gone = now.deleted_at.is_some();
    let (own, first) = (key(place.row.id, now.n), key(place.row.id, 0));
    // the first of some direct messages tells of all of them
    let of_all = (is_gone && direct).then_some((notifications::Kind::DirectMessage, &*first));
    let mut changes = BTreeMap::new();
    for told in notifications::told(tx, &people, &own, of_all).await? {
        let is_own = told.key == own;
        let of_all = told.kind == Some(notifications::Kind::DirectMessage);
        let stands = match (is_gone, of_all) {
            (true, true) => is_awaited(tx, place, told.user).await?,
            (true, false) => false,
            (false, _) if !here.contains(&told.user) => continue,
            (false, true) => true,
            (false, false) => now.mentions.0.contains(&told.user),
        };
        if !is_own && (stands || !is_deleted(tx, place, &told.d).await?) {
            continue;
        }
        let text = if is_gone { String::new() } else { excerpt(&now.text) };
        let d = stands.then(|| {
            let mut d = told.d;
            d["text"] = json!(text);
            d
        });
        changes.insert((told.user, told.key), d);
    }
    notifications::amend(tx, changes, &Topic::rooms()).await
}

/// Whether the message that somebody was told of is deleted by now.
async fn is_deleted(tx: &Tx<'_>, place: &Place, told: &Value) -> Result<bool, Problem> {
    let Some(id) = told["message"].as_str().and_then(|id| id.parse().ok()) else {
        return Ok(false);
    };
    let row = log::find(tx, place.row.id, id).await?;
    Ok(row.is_none_or(|row| row.deleted_at.is_some()))
}

/// Whether something else in the room waits for this member.
async fn is_awaited(tx: &Tx<'_>, place: &Place, user: UserId) -> Result<bool, Problem> {
    match store::member(tx, place.row.id, user).await? {
        Some(member) => Ok(marks::of_one(tx, &place.row, member).await?.unread > 0),
        None => Ok(false),
    }
}

/// Whoever is not in the room any more gets no mail and no push of it.
pub(super) async fn hold_back(tx: &Tx<'_>, room: RoomId, user: UserId) -> Result<(), Problem> {
    notifications::hold_back(tx, user, &key(room, 0), &key(room, 999_999_999_999_999)).await
}

/// What was told of the room up to here is read.
pub(super) async fn read(
    tx: &Tx<'_>,
    cx: &CommandContext,
    place: &Place,
    n: i64,
) -> Result<Vec<NewEvent>, Problem> {
    let (from, to) = (key(place.row.id, 0), key(place.row.id, n));
    if !notifications::waits(tx, place.me, &from, &to).await? {
        return Ok(Vec::new());
    }
    take_topic(tx, Topic::rooms().as_str()).await?;
    notifications::read_between(tx, cx, place.me, &from, &to).await
}

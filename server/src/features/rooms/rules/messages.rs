//! Saying something, saying it otherwise, taking it back.

use chrono::Duration;
use entities::ids::{MessageId, UserId};
use entities::tenancy::OfTenant;
use entities::{message, message_reaction, room_member};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use super::super::commands::{
    DeleteMessage, EditMessage, ReactMessage, RestoreMessage, SendMessage,
};
use super::super::events::{Before, Reacted};
use super::super::log::{self, NewMessage};
use super::super::shapes::TEXT;
use super::super::store::{self, Place};
use super::super::{emoji, marks, telling, views};
use super::lines::said;
use super::reading::marked;
use super::rooms::own_id;
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input;
use crate::kernel::principal::Permission;
use crate::kernel::problem::{Class, Problem};

const TEXT_MAX: usize = 8_000;
const MENTIONS_MAX: usize = 50;
/// Different signs below one message.
const SIGNS_MAX: usize = 20;
/// How long a deleted message can be brought back.
const RESTORABLE: Duration = Duration::minutes(10);

pub(in super::super) async fn send(tx: &Tx<'_>, cx: &CommandContext, cmd: &SendMessage) -> Decided {
    let mut place = store::here(tx, cx).await?;
    let before = place.membership()?.read;
    place.live()?;
    let text = text(&cmd.text)?;
    let mentions = named(tx, &place, &cmd.mentions, &[]).await?;
    if let Some(answered) = cmd.reply_to {
        let known = log::find(tx, place.row.id, answered).await?;
        if known.is_none_or(|row| row.kind != TEXT) {
            return Err(Problem::invalid("reply_to", "unknown_value"));
        }
    }
    let id = match cmd.id {
        Some(id) => free(tx, MessageId(own_id(id.0)?)).await?,
        None => cx.fresh(MessageId),
    };
    let new = NewMessage { id, text, mentions, reply_to: cmd.reply_to };
    let row = log::append(tx, cx, &mut place.row, new).await?;
    marks::set(tx, place.row.id, place.me, row.n).await?;

    let members = hearing(tx, &place, &row).await?;
    let message = views::message(tx, row.clone()).await?;
    let mut events = said(&place, "message.sent", &store::ids(&members), &message, None)?;
    if before < message.n - 1 {
        events.push(marked(tx, &place, message.n).await?);
    }
    // last, since these take the topics that others wait for
    let (told, jobs) = telling::of(tx, cx, &place, &row, &members).await?;
    events.extend(telling::read(tx, cx, &place, message.n).await?);
    events.extend(told);
    let reply = json!({ "message": message });
    Ok(Decision { events, jobs, ..Decision::default() }.reply(&reply))
}

pub(in super::super) async fn edit(tx: &Tx<'_>, cx: &CommandContext, cmd: &EditMessage) -> Decided {
    let place = store::here(tx, cx).await?;
    place.membership()?;
    place.live()?;
    let before = standing(tx, &place, cmd.message).await?;
    if before.by != cx.by.author() {
        return Err(Problem::new(Class::Forbidden, "not_author"));
    }
    cx.check_version(before.version)?;
    let text = text(&cmd.text)?;
    let mentions = match &cmd.mentions {
        Some(said) => named(tx, &place, said, &before.mentions.0).await?,
        None => before.mentions.0.clone(),
    };
    if text == before.text && mentions == before.mentions.0 {
        return Ok(Decision::default().reply(&json!({ "version": before.version })));
    }
    let counted = Before::of(&before);
    let row = log::reword(tx, cx, before, text, mentions).await?;
    let mut members = hearing(tx, &place, &row).await?;
    let hearers = store::ids(&members);
    // whom it names only now
    members.retain(|member| {
        row.mentions.0.contains(&member.user_id) && !counted.mentions.contains(&member.user_id)
    });
    let message = views::message(tx, row.clone()).await?;
    let mut events = said(&place, "message.edited", &hearers, &message, Some(&counted))?;
    events.extend(telling::amended(tx, &place, &counted, &row).await?);
    let (told, jobs) = telling::of(tx, cx, &place, &row, &members).await?;
    events.extend(told);
    let reply = json!({ "version": message.version });
    Ok(Decision { events, jobs, ..Decision::default() }.reply(&reply))
}

pub(in super::super) async fn delete(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &DeleteMessage,
) -> Decided {
    let place = store::here(tx, cx).await?;
    let before = log::find(tx, place.row.id, cmd.message).await?.ok_or_else(Problem::not_found)?;
    written(&before)?;
    let tends = place.is_channel() && cx.by.may(Permission::ManageChat);
    if before.by != cx.by.author() && !tends {
        return Err(Problem::new(Class::Forbidden, "not_author"));
    }
    if before.deleted_at.is_some() {
        return Ok(Decision::default().reply(&json!({ "version": before.version })));
    }
    cx.check_version(before.version)?;
    let counted = Before::of(&before);
    let row = log::delete(tx, cx, before).await?;
    let mut decision = shown_again(tx, &place, &row, "message.deleted", &counted).await?;
    decision.events.extend(telling::amended(tx, &place, &counted, &row).await?);
    Ok(decision)
}

pub(in super::super) async fn restore(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RestoreMessage,
) -> Decided {
    let place = store::here(tx, cx).await?;
    let before = log::find(tx, place.row.id, cmd.message).await?.ok_or_else(Problem::not_found)?;
    let Some(deleted) = before.deleted_at else {
        return Ok(Decision::default().reply(&json!({ "version": before.version })));
    };
    if before.deleted_by.as_deref() != Some(cx.by.author().as_str()) {
        return Err(Problem::forbidden());
    }
    if cx.at - deleted > RESTORABLE {
        return Err(Problem::conflict("restore_too_late"));
    }
    let counted = Before::of(&before);
    let row = log::restore(tx, cx, before).await?;
    let mut decision = shown_again(tx, &place, &row, "message.restored", &counted).await?;
    decision.events.extend(telling::amended(tx, &place, &counted, &row).await?);
    // what was taken back is told again to whoever has not read it meanwhile
    let mut members = hearing(tx, &place, &row).await?;
    members.retain(|member| member.read < row.n);
    let (told, jobs) = telling::of(tx, cx, &place, &row, &members).await?;
    decision.events.extend(told);
    decision.jobs.extend(jobs);
    Ok(decision)
}

async fn shown_again(
    tx: &Tx<'_>,
    place: &Place,
    row: &message::Model,
    op: &'static str,
    before: &Before,
) -> Decided {
    let hearers = store::hearers(tx, place).await?;
    let message = views::message(tx, row.clone()).await?;
    let events = said(place, op, &hearers, &message, Some(before))?;
    Ok(Decision::events(events).reply(&json!({ "version": message.version })))
}

pub(in super::super) async fn react(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ReactMessage,
) -> Decided {
    use message_reaction::Column;
    let place = store::here(tx, cx).await?;
    place.membership()?;
    place.live()?;
    let row = standing(tx, &place, cmd.message).await?;
    if !emoji::is_one(&cmd.emoji) {
        return Err(Problem::invalid("emoji", "bad_value"));
    }
    let signs: Vec<(String, UserId)> = message_reaction::Entity::of(tx.tenant())
        .filter(Column::MessageId.eq(row.id))
        .select_only()
        .columns([Column::Emoji, Column::UserId])
        .into_tuple()
        .all(tx)
        .await?;
    let mine = |(emoji, user): &(String, UserId)| *emoji == cmd.emoji && *user == place.me;
    if signs.iter().any(mine) == cmd.on {
        return Ok(Decision::default());
    }
    if cmd.on {
        let different: std::collections::BTreeSet<&str> =
            signs.iter().map(|(emoji, _)| emoji.as_str()).collect();
        if different.len() >= SIGNS_MAX && !different.contains(cmd.emoji.as_str()) {
            return Err(Problem::invalid("emoji", "too_many"));
        }
        let sign = message_reaction::ActiveModel {
            tenant_id: Set(tx.tenant()),
            message_id: Set(row.id),
            emoji: Set(cmd.emoji.clone()),
            user_id: Set(place.me),
            at: Set(cx.at),
        };
        message_reaction::Entity::insert(sign).exec_without_returning(tx).await?;
    } else {
        message_reaction::Entity::forget(tx.tenant())
            .filter(Column::MessageId.eq(row.id))
            .filter(Column::Emoji.eq(cmd.emoji.as_str()))
            .filter(Column::UserId.eq(place.me))
            .exec(tx)
            .await?;
    }
    let hearers = store::hearers(tx, &place).await?;
    let d = Reacted { message_id: row.id, n: row.n, emoji: &cmd.emoji, by: place.me, on: cmd.on };
    Ok(Decision::events(vec![place.here("message.reacted", &hearers, &d)?]))
}

/// Of a channel those whom the message names, of another room all who are in it.
async fn hearing(
    tx: &Tx<'_>,
    place: &Place,
    row: &message::Model,
) -> Result<Vec<room_member::Model>, Problem> {
    if !place.is_channel() {
        return store::members(tx, place.row.id).await;
    }
    if row.mentions.0.is_empty() {
        return Ok(Vec::new());
    }
    let members = room_member::Entity::of(tx.tenant())
        .filter(room_member::Column::RoomId.eq(place.row.id))
        .filter(room_member::Column::UserId.is_in(row.mentions.0.iter().copied()));
    Ok(members.all(tx).await?)
}

fn text(said: &str) -> Result<String, Problem> {
    let text = input::text("text", said)?;
    if text.chars().count() > TEXT_MAX {
        return Err(Problem::invalid("text", "too_long"));
    }
    Ok(text)
}

/// Members of the room, each once, in the order they were named; those whom the message named before
/// may have left since.
async fn named(
    tx: &Tx<'_>,
    place: &Place,
    said: &[UserId],
    standing: &[UserId],
) -> Result<Vec<UserId>, Problem> {
    if said.len() > MENTIONS_MAX {
        return Err(Problem::invalid("mentions", "too_many"));
    }
    let mut named: Vec<UserId> = Vec::with_capacity(said.len());
    for user in said {
        if !named.contains(user) {
            named.push(*user);
        }
    }
    if named.is_empty() {
        return Ok(named);
    }
    let known = store::among(tx, place.row.id, &named).await?;
    if named.iter().all(|user| known.contains(user) || standing.contains(user)) {
        Ok(named)
    } else {
        Err(Problem::invalid("mentions", "unknown_value"))
    }
}

/// An id that no message has.
async fn free(tx: &Tx<'_>, id: MessageId) -> Result<MessageId, Problem> {
    let known = message::Entity::of(tx.tenant()).filter(message::Column::Id.eq(id));
    match known.one(tx).await? {
        None => Ok(id),
        Some(_) => Err(Problem::invalid("id", "taken")),
    }
}

/// # Errors
/// `forbidden` for a line that nobody wrote: it is nobody's to change.
fn written(row: &message::Model) -> Result<(), Problem> {
    if row.kind == TEXT { Ok(()) } else { Err(Problem::forbidden()) }
}

/// A message of this room that was not deleted.
async fn standing(tx: &Tx<'_>, place: &Place, id: MessageId) -> Result<message::Model, Problem> {
    let row = log::find(tx, place.row.id, id).await?.ok_or_else(Problem::not_found)?;
    written(&row)?;
    match row.deleted_at {
        None => Ok(row),
        Some(_) => Err(Problem::of(Class::Gone)),
    }
}

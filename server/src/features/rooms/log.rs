//! Messages of a room, whoever writes them: append, change, find. Knows rooms and numbers, but no
//! members and no rights; the lock of the room's topic is held by whoever calls this.

use entities::ids::{MessageId, RoomId, UserId};
use entities::lists::UserList;
use entities::tenancy::OfTenant;
use entities::{message, message_mention, message_version, room};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::{Value, json};

use super::shapes::{Line, SYSTEM, TEXT};
use super::{store, tokens};
use crate::db::Tx;
use crate::kernel::command::CommandContext;
use crate::kernel::problem::Problem;

/// What somebody wants to say.
pub(super) struct NewMessage {
    pub(super) id: MessageId,
    pub(super) text: String,
    pub(super) mentions: Vec<UserId>,
    pub(super) reply_to: Option<MessageId>,
}

/// Puts a message at the end of a room.
pub(super) async fn append(
    tx: &Tx<'_>,
    cx: &CommandContext,
    room: &mut room::Model,
    new: NewMessage,
) -> Result<message::Model, Problem> {
    room.active_at = cx.at;
    let row = put(tx, cx, room, new, None).await?;
    show(tx, &row).await?;
    Ok(row)
}

/// Puts a line there that nobody wrote: it takes a number, and is no news.
pub(super) async fn note(
    tx: &Tx<'_>,
    cx: &CommandContext,
    room: &mut room::Model,
    line: &Line,
) -> Result<message::Model, Problem> {
    let new = NewMessage {
        id: cx.fresh(MessageId),
        text: String::new(),
        mentions: Vec::new(),
        reply_to: None,
    };
    put(tx, cx, room, new, Some(json!(line))).await
}

async fn put(
    tx: &Tx<'_>,
    cx: &CommandContext,
    room: &mut room::Model,
    new: NewMessage,
    what: Option<Value>,
) -> Result<message::Model, Problem> {
    room.last += 1;
    store::save(tx, room).await?;
    let row = message::Model {
        tenant_id: tx.tenant(),
        id: new.id,
        room_id: room.id,
        n: room.last,
        kind: if what.is_some() { SYSTEM } else { TEXT }.to_owned(),
        by: cx.by.author(),
        text: new.text,
        mentions: UserList(new.mentions),
        reply_to: new.reply_to,
        created_at: cx.at,
        edited_at: None,
        deleted_at: None,
        deleted_by: None,
        version: 1,
        what,
    };
    let active = row.clone().into_active_model().reset_all();
    message::Entity::insert(active).exec_without_returning(tx).await?;
    Ok(row)
}

/// Says it in other words; what was said before is kept.
pub(super) async fn reword(
    tx: &Tx<'_>,
    cx: &CommandContext,
    before: message::Model,
    text: String,
    mentions: Vec<UserId>,
) -> Result<message::Model, Problem> {
    keep(tx, &before).await?;
    hide(tx, &before).await?;
    let row = message::Model {
        text,
        mentions: UserList(mentions),
        edited_at: Some(cx.at),
        version: before.version + 1,
        ..before
    };
    save(tx, &row).await?;
    show(tx, &row).await?;
    Ok(row)
}

pub(super) async fn delete(
    tx: &Tx<'_>,
    cx: &CommandContext,
    before: message::Model,
) -> Result<message::Model, Problem> {
    keep(tx, &before).await?;
    hide(tx, &before).await?;
    let row = message::Model {
        deleted_at: Some(cx.at),
        deleted_by: Some(cx.by.author()),
        version: before.version + 1,
        ..before
    };
    save(tx, &row).await?;
    trace(tx, cx, &row, "deleted", String::new()).await?;
    Ok(row)
}

pub(super) async fn restore(
    tx: &Tx<'_>,
    cx: &CommandContext,
    before: message::Model,
) -> Result<message::Model, Problem> {
    let row = message::Model {
        deleted_at: None,
        deleted_by: None,
        version: before.version + 1,
        ..before
    };
    save(tx, &row).await?;
    show(tx, &row).await?;
    trace(tx, cx, &row, "restored", row.text.clone()).await?;
    Ok(row)
}

/// Keeps what it says, unless that is kept since it was brought back.
async fn keep(tx: &Tx<'_>, row: &message::Model) -> Result<(), Problem> {
    let known = message_version::Entity::of(tx.tenant())
        .filter(message_version::Column::MessageId.eq(row.id))
        .filter(message_version::Column::Version.eq(row.version));
    if known.one(tx).await?.is_some() {
        return Ok(());
    }
    let kept = message_version::Model {
        tenant_id: tx.tenant(),
        message_id: row.id,
        version: row.version,
        text: row.text.clone(),
        at: row.edited_at.unwrap_or(row.created_at),
        by: row.by.clone(),
        act: None,
    };
    insert(tx, kept).await
}

/// Who took it away or brought it back, and when.
async fn trace(
    tx: &Tx<'_>,
    cx: &CommandContext,
    row: &message::Model,
    act: &str,
    text: String,
) -> Result<(), Problem> {
    let done = message_version::Model {
        tenant_id: tx.tenant(),
        message_id: row.id,
        version: row.version,
        text,
        at: cx.at,
        by: cx.by.author(),
        act: Some(act.to_owned()),
    };
    insert(tx, done).await
}

async fn insert(tx: &Tx<'_>, row: message_version::Model) -> Result<(), Problem> {
    let row = row.into_active_model().reset_all();
    message_version::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// A message of this room.
pub(super) async fn find(
    tx: &Tx<'_>,
    room: RoomId,
    id: MessageId,
) -> Result<Option<message::Model>, Problem> {
    let row = message::Entity::of(tx.tenant())
        .filter(message::Column::Id.eq(id))
        .filter(message::Column::RoomId.eq(room));
    Ok(row.one(tx).await?)
}

/// It can be found, and counts for those whom it names.
async fn show(tx: &Tx<'_>, row: &message::Model) -> Result<(), Problem> {
    tokens::write(tx, row).await?;
    let named = row.mentions.0.iter().filter(|user| user.to_string() != row.by);
    let rows: Vec<_> = named
        .map(|user| message_mention::ActiveModel {
            tenant_id: Set(tx.tenant()),
            user_id: Set(*user),
            room_id: Set(row.room_id),
            n: Set(row.n),
        })
        .collect();
    if !rows.is_empty() {
        message_mention::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn hide(tx: &Tx<'_>, row: &message::Model) -> Result<(), Problem> {
    tokens::forget(tx, row).await?;
    if !row.mentions.0.is_empty() {
        message_mention::Entity::forget(tx.tenant())
            .filter(message_mention::Column::UserId.is_in(row.mentions.0.iter().copied()))
            .filter(message_mention::Column::RoomId.eq(row.room_id))
            .filter(message_mention::Column::N.eq(row.n))
            .exec(tx)
            .await?;
    }
    Ok(())
}

async fn save(tx: &Tx<'_>, row: &message::Model) -> Result<(), Problem> {
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(message::Column::TenantId);
    active.not_set(message::Column::Id);
    message::Entity::change(tx.tenant())
        .set(active)
        .filter(message::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

//! Messages of a room, whoever writes them: append, change, find. Knows rooms and numbers, but no
//! members and no rights; the lock of the room's topic is held by whoever calls this.

use entities::ids::{MessageId, RoomId, UserId};
use entities::lists::UserList;
use entities::tenancy::OfTenant;
use entities::{message, message_mention, message_version, room};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};

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
    room.last += 1;
    room.active_at = cx.at;
    store::save(tx, room).await?;
    let row = message::Model {
        tenant_id: tx.tenant(),
        id: new.id,
        room_id: room.id,
        n: room.last,
        kind: "text".to_owned(),
        by: cx.by.author(),
        text: new.text,
        mentions: UserList(new.mentions),
        reply_to: new.reply_to,
        created_at: cx.at,
        edited_at: None,
        deleted_at: None,
        deleted_by: None,
        version: 1,
    };
    let active = row.clone().into_active_model().reset_all();
    message::Entity::insert(active).exec_without_returning(tx).await?;
    show(tx, &row).await?;
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
    let kept = message_version::Model {
        tenant_id: tx.tenant(),
        message_id: before.id,
        version: before.version,
        text: before.text.clone(),
        at: before.edited_at.unwrap_or(before.created_at),
        by: before.by.clone(),
    };
    let kept = kept.into_active_model().reset_all();
    message_version::Entity::insert(kept).exec_without_returning(tx).await?;
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
    hide(tx, &before).await?;
    let row = message::Model {
        deleted_at: Some(cx.at),
        deleted_by: Some(cx.by.author()),
        version: before.version + 1,
        ..before
    };
    save(tx, &row).await?;
    Ok(row)
}

pub(super) async fn restore(
    tx: &Tx<'_>,
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
    Ok(row)
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

//! Notifications of one thing, found by their keys: what waits, that it was read where it stands, and
//! what becomes of them when the thing changes.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entities::ids::{NotificationId, UserId};
use entities::notification;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect, Select};
use serde_json::Value;

use super::events::{self, on_me};
use super::kinds::Kind;
use super::views::{self, Notification};
use crate::db::{Tx, take_topic};
use crate::features::accounts;
use crate::kernel::command::CommandContext;
use crate::kernel::event::{Audience, Event, NewEvent};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

fn unread(tx: &Tx<'_>, user: UserId, from: &str, to: &str) -> Select<notification::Entity> {
    notification::Entity::of(tx.tenant())
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::Key.gte(from))
        .filter(notification::Column::Key.lte(to))
        .filter(notification::Column::ReadAt.is_null())
}

/// Whether somebody has an unread notification with a key between these two.
///
/// # Errors
/// Those of the database.
pub async fn waits(tx: &Tx<'_>, user: UserId, from: &str, to: &str) -> Result<bool, Problem> {
    let one = unread(tx, user, from, to)
        .select_only()
        .column(notification::Column::Id)
        .into_tuple::<NotificationId>()
        .one(tx)
        .await?;
    Ok(one.is_some())
}

/// Reads all notifications with keys between these two: the person has seen what they tell of.
///
/// # Errors
/// Those of the database.
pub async fn read_between(
    tx: &Tx<'_>,
    cx: &CommandContext,
    user: UserId,
    from: &str,
    to: &str,
) -> Result<Vec<NewEvent>, Problem> {
    take_topic(tx, Topic::user(user).as_str()).await?;
    let ids: Vec<NotificationId> = unread(tx, user, from, to)
        .select_only()
        .column(notification::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    for part in ids.chunks(500) {
        notification::Entity::change(tx.tenant())
            .col_expr(notification::Column::ReadAt, Expr::value(Some(cx.at)))
            .filter(notification::Column::Id.is_in(part.iter().copied()))
            .exec(tx)
            .await?;
    }
    let count = views::unread(tx, &cx.by, user).await?;
    let d = events::Read { ids: Some(&ids), until: None, read_at: cx.at, unread: count };
    Ok(vec![on_me(user, "notification.read", &d)?])
}

/// What somebody was told by a key.
pub struct Told {
    pub user: UserId,
    pub key: String,
    pub kind: Option<Kind>,
    pub d: Value,
    pub is_read: bool,
}

/// What these people were told by keys between these two.
///
/// # Errors
/// Those of the database.
pub async fn told(
    tx: &Tx<'_>,
    people: &[UserId],
    from: &str,
    to: &str,
) -> Result<Vec<Told>, Problem> {
    let rows = notification::Entity::of(tx.tenant())
        .filter(notification::Column::UserId.is_in(people.iter().copied()))
        .filter(notification::Column::Key.gte(from))
        .filter(notification::Column::Key.lte(to))
        .all(tx)
        .await?;
    let told = |row: notification::Model| Told {
        user: row.user_id,
        key: row.key,
        kind: Kind::parse(&row.kind),
        d: row.d,
        is_read: row.read_at.is_some(),
    };
    Ok(rows.into_iter().map(told).collect())
}

/// The thing has changed: what these people were told by these keys says so, or (none) is taken back,
/// from the centre as well as from mails and pushes that have not gone out. `first` is taken before
/// their topics.
///
/// # Errors
/// Those of the database.
pub async fn amend(
    tx: &Tx<'_>,
    now: BTreeMap<(UserId, String), Option<Value>>,
    first: &Topic,
) -> Result<Vec<NewEvent>, Problem> {
    if now.is_empty() {
        return Ok(Vec::new());
    }
    let people: Vec<UserId> = now.keys().map(|(user, _)| *user).collect();
    let people = accounts::colleagues(tx, &people).await?;
    take_topic(tx, first.as_str()).await?;
    let mut events = Vec::new();
    for ((user, key), d) in now {
        take_topic(tx, Topic::user(user).as_str()).await?;
        let row = notification::Entity::of(tx.tenant())
            .filter(notification::Column::UserId.eq(user))
            .filter(notification::Column::Key.eq(key));
        let (Some(mut row), Some(person)) = (row.one(tx).await?, people.get(&user)) else {
            continue;
        };
        match &d {
            Some(d) => {
                row.d.clone_from(d);
                notification::Entity::change(tx.tenant())
                    .col_expr(notification::Column::D, Expr::value(d.clone()))
                    .filter(notification::Column::Id.eq(row.id))
                    .exec(tx)
                    .await?;
            }
            None => {
                notification::Entity::forget(tx.tenant())
                    .filter(notification::Column::Id.eq(row.id))
                    .exec(tx)
                    .await?;
            }
        }
        if !row.app {
            continue;
        }
        let unread = views::unread(tx, &person.eyes, user).await?;
        events.push(match d {
            Some(_) => {
                let notification = Notification::of(row, None);
                let d = events::Changed { notification: &notification, unread };
                on_me(user, "notification.changed", &d)?
            }
            None => {
                on_me(user, "notification.removed", &events::Removed { ids: &[row.id], unread })?
            }
        });
    }
    Ok(events)
}

/// No mail and no push goes out any more of what has a key between these two.
///
/// # Errors
/// Those of the database.
pub async fn hold_back(tx: &Tx<'_>, user: UserId, from: &str, to: &str) -> Result<(), Problem> {
    let never = || Expr::value(Option::<DateTime<Utc>>::None);
    notification::Entity::change(tx.tenant())
        .col_expr(notification::Column::MailAt, never())
        .col_expr(notification::Column::PushAt, never())
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::Key.gte(from))
        .filter(notification::Column::Key.lte(to))
        .exec(tx)
        .await?;
    Ok(())
}

/// What was told in the past, as it may be heard today: what was said in rooms and has changed since
/// is told as it stands, and what was taken back is not told again.
///
/// # Errors
/// Those of the database.
pub async fn replayed(tx: &Tx<'_>, mut events: Vec<Event>) -> Result<Vec<Event>, Problem> {
    let mut chat: Vec<(usize, NotificationId, Value)> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        if !matches!(event.op.as_ref(), "notification.added" | "notification.changed") {
            continue;
        }
        let Ok(d) = serde_json::from_str::<Value>(&event.d) else { continue };
        let said = &d["notification"];
        let is_chat = said["kind"].as_str().and_then(Kind::parse).is_some_and(Kind::is_chat);
        let id = said["id"].as_str().and_then(|id| id.parse().ok());
        if let Some(id) = id.filter(|_| is_chat) {
            chat.push((at, id, d));
        }
    }
    let mut stands: HashMap<NotificationId, Value> = HashMap::with_capacity(chat.len());
    for part in chat.chunks(500) {
        let rows: Vec<(NotificationId, Value)> = notification::Entity::of(tx.tenant())
            .filter(notification::Column::Id.is_in(part.iter().map(|(_, id, _)| *id)))
            .select_only()
            .columns([notification::Column::Id, notification::Column::D])
            .into_tuple()
            .all(tx)
            .await?;
        stands.extend(rows);
    }
    for (at, id, mut d) in chat {
        match stands.get(&id) {
            Some(now) if d["notification"]["d"] == *now => {}
            Some(now) => {
                d["notification"]["d"].clone_from(now);
                events[at].d = d.to_string().into();
            }
            None => events[at].audience = Audience::people(&[]),
        }
    }
    Ok(events)
}

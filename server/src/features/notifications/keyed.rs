//! Notifications of one thing, found by their keys: what waits, that it was read where it stands, and
//! what becomes of them when the thing changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entities::ids::{NotificationId, UserId};
use entities::notification;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect, Select};
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
}

/// What these people were told by this key, and what they were told in one word of all since `from`
/// and have not read: a kind that speaks of more than its own thing.
///
/// # Errors
/// Those of the database.
pub async fn told(
    tx: &Tx<'_>,
    people: &[UserId],
    key: &str,
    all: Option<(Kind, &str)>,
) -> Result<Vec<Told>, Problem> {
    let mut which = Condition::any().add(notification::Column::Key.eq(key));
    if let Some((kind, from)) = all {
        let waiting = Condition::all()
            .add(notification::Column::Key.gte(from))
            .add(notification::Column::Key.lt(key))
            .add(notification::Column::Kind.eq(kind.name()))
            .add(notification::Column::ReadAt.is_null());
        which = which.add(waiting);
    }
    let rows = notification::Entity::of(tx.tenant())
        .filter(notification::Column::UserId.is_in(people.iter().copied()))
        .filter(which)
        .all(tx)
        .await?;
    let told = |row: notification::Model| Told {
        user: row.user_id,
        key: row.key,
        kind: Kind::parse(&row.kind),
        d: row.d,
    };
    Ok(rows.into_iter().map(told).collect())
}

/// The thing has changed: what these people were told by these keys says so, or (none) is taken back,
/// from the centre as well as from mails and pushes that have not gone out. Who may not hear of it any
/// more hears nothing of the change either. `first` is taken before their topics.
///
/// # Errors
/// Those of the database.
pub async fn amend(
    tx: &Tx<'_>,
    now: BTreeMap<(UserId, String), Option<Value>>,
    first: &Topic,
) -> Result<Vec<NewEvent>, Problem> {
    let users: BTreeSet<UserId> = now.keys().map(|(user, _)| *user).collect();
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let everybody: Vec<UserId> = users.iter().copied().collect();
    let people = accounts::colleagues(tx, &everybody).await?;
    take_topic(tx, first.as_str()).await?;
    for user in &users {
        take_topic(tx, Topic::user(*user).as_str()).await?;
    }
    let keys: BTreeSet<&str> = now.keys().map(|(_, key)| key.as_str()).collect();
    let rows = notification::Entity::of(tx.tenant())
        .filter(notification::Column::UserId.is_in(users))
        .filter(notification::Column::Key.is_in(keys))
        .all(tx)
        .await?;
    let mut taken_back: Vec<NotificationId> = Vec::new();
    let mut changed: Vec<(Value, Vec<NotificationId>)> = Vec::new();
    let mut heard: Vec<(notification::Model, bool)> = Vec::new();
    for mut row in rows {
        let Some(d) = now.get(&(row.user_id, row.key.clone())) else { continue };
        match d {
            None => taken_back.push(row.id),
            Some(d) => {
                row.d.clone_from(d);
                match changed.iter_mut().find(|(said, _)| said == d) {
                    Some((_, ids)) => ids.push(row.id),
                    None => changed.push((d.clone(), vec![row.id])),
                }
            }
        }
        heard.push((row, d.is_some()));
    }
    for (d, ids) in changed {
        notification::Entity::change(tx.tenant())
            .col_expr(notification::Column::D, Expr::value(d))
            .filter(notification::Column::Id.is_in(ids))
            .exec(tx)
            .await?;
    }
    if !taken_back.is_empty() {
        notification::Entity::forget(tx.tenant())
            .filter(notification::Column::Id.is_in(taken_back))
            .exec(tx)
            .await?;
    }
    let mut events = Vec::new();
    for (row, stands) in heard {
        let Some(person) = people.get(&row.user_id) else { continue };
        let may_hear = Kind::parse(&row.kind).is_none_or(|kind| kind.may_be_heard_by(&person.eyes));
        if !row.app || !may_hear {
            continue;
        }
        let (user, unread) = (row.user_id, views::unread(tx, &person.eyes, row.user_id).await?);
        events.push(if stands {
            let notification = Notification::of(row, None);
            let d = events::Changed { notification: &notification, unread };
            on_me(user, "notification.changed", &d)?
        } else {
            on_me(user, "notification.removed", &events::Removed { ids: &[row.id], unread })?
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
        .filter(
            Condition::any()
                .add(notification::Column::MailAt.is_not_null())
                .add(notification::Column::PushAt.is_not_null()),
        )
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

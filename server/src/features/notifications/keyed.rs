//! Notifications of one thing, found by their keys: what waits, and that it was read where it stands.

use entities::ids::{NotificationId, UserId};
use entities::notification;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect, Select};

use super::events::{self, on_me};
use super::views;
use crate::db::{Tx, take_topic};
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
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

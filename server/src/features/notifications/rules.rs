//! Reading, un-reading and choosing: on the person's own topic, so that all their tabs and devices
//! hear of it in one order.

use chrono::SubsecRound;
use entities::ids::{NotificationId, UserId};
use entities::tenancy::OfTenant;
use entities::{notification, notification_settings};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::commands::{ReadNotifications, SetNotifications, UnreadNotifications};
use super::events::{self, on_me};
use super::{settings, views};
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::problem::Problem;

/// Most that one command may name.
const IDS_MAX: usize = 200;

fn me(cx: &CommandContext) -> Result<UserId, Problem> {
    let user = cx.topic.id().map(UserId).ok_or_else(Problem::not_found)?;
    if cx.by.user() == Some(user) { Ok(user) } else { Err(Problem::not_found()) }
}

fn bounded(ids: &[NotificationId]) -> Result<(), Problem> {
    match ids.len() {
        0 => Err(Problem::invalid("ids", "required")),
        1..=IDS_MAX => Ok(()),
        _ => Err(Problem::invalid("ids", "too_many")),
    }
}

pub(super) async fn read(tx: &Tx<'_>, cx: &CommandContext, cmd: &ReadNotifications) -> Decided {
    let user = me(cx)?;
    let mut change = notification::Entity::change(tx.tenant())
        .col_expr(notification::Column::ReadAt, Expr::value(Some(cx.at)))
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::ReadAt.is_null());
    let until = match (&cmd.ids, cmd.until) {
        (Some(_), Some(_)) => return Err(Problem::invalid("until", "bad_value")),
        (Some(ids), None) => {
            bounded(ids)?;
            change = change.filter(notification::Column::Id.is_in(ids.iter().copied()));
            None
        }
        (None, until) => {
            // what is told after this command is not meant by it
            let until = until.map_or(cx.at, |until| until.trunc_subsecs(3).min(cx.at));
            change = change.filter(notification::Column::At.lte(until));
            Some(until)
        }
    };
    if change.exec(tx).await?.rows_affected == 0 {
        return Ok(Decision::default());
    }
    let unread = views::unread(tx, &cx.by, user).await?;
    let d = events::Read { ids: cmd.ids.as_deref(), until, read_at: cx.at, unread };
    Ok(Decision::events(vec![on_me(user, "notification.read", &d)?]))
}

pub(super) async fn unread(tx: &Tx<'_>, cx: &CommandContext, cmd: &UnreadNotifications) -> Decided {
    let user = me(cx)?;
    bounded(&cmd.ids)?;
    let done = notification::Entity::change(tx.tenant())
        .col_expr(
            notification::Column::ReadAt,
            Expr::value(Option::<chrono::DateTime<chrono::Utc>>::None),
        )
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::Id.is_in(cmd.ids.iter().copied()))
        .filter(notification::Column::ReadAt.is_not_null())
        .exec(tx)
        .await?;
    if done.rows_affected == 0 {
        return Ok(Decision::default());
    }
    let unread = views::unread(tx, &cx.by, user).await?;
    let d = events::Unread { ids: &cmd.ids, unread };
    Ok(Decision::events(vec![on_me(user, "notification.unread", &d)?]))
}

pub(super) async fn set(tx: &Tx<'_>, cx: &CommandContext, cmd: &SetNotifications) -> Decided {
    let user = me(cx)?;
    let before = settings::of_person(tx, user).await?;
    let mut after = before.clone();
    after.channels.extend(cmd.settings.channels.iter().map(|(kind, channels)| (*kind, *channels)));
    if let Some(quiet) = &cmd.settings.quiet {
        if let Some(quiet) = quiet {
            quiet.check()?;
        }
        after.quiet.clone_from(quiet);
    }
    if after == before {
        return Ok(Decision::default());
    }
    let done = notification_settings::Entity::change(tx.tenant())
        .col_expr(notification_settings::Column::Settings, Expr::value(after.written()))
        .filter(notification_settings::Column::UserId.eq(user))
        .exec(tx)
        .await?;
    if done.rows_affected == 0 {
        let row = notification_settings::ActiveModel {
            tenant_id: Set(tx.tenant()),
            user_id: Set(user),
            settings: Set(after.written()),
        };
        notification_settings::Entity::insert(row).exec_without_returning(tx).await?;
    }
    let d = events::Chosen { settings: &after };
    Ok(Decision::events(vec![on_me(user, "notification.settings", &d)?]))
}

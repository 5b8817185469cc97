//! Changing colleagues.

use chrono::{DateTime, Utc};
use entities::ids::UserId;
use entities::tenancy::OfTenant;
use entities::{api_key, device_session, one_time_token, user};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};

use super::{
    ADMIN, another_admin, existing_team, may_all, may_seat, role_fits_team, role_within_reach,
    teams_matter,
};
use crate::db::Tx;
use crate::features::accounts::commands::{ActivateUser, DeactivateUser, UpdateUser};
use crate::features::accounts::events::{self, Touches};
use crate::features::accounts::views::{self, Rights, User};
use crate::features::{reminders, rooms};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::input;
use crate::kernel::problem::Problem;

/// A colleague whom the asker may change: who may no more than he. How much they see is not asked:
/// nothing of it is given.
async fn within_reach(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: UserId,
) -> Result<user::Model, Problem> {
    let user = views::find_user(tx, id).await?.ok_or_else(Problem::not_found)?;
    let role = views::find_role(tx, &user.role).await?;
    let role = role.ok_or_else(|| Problem::invalid("user", "unknown_value"))?;
    if may_all(cx, Rights::of(&role).permissions) { Ok(user) } else { Err(Problem::forbidden()) }
}

pub(in super::super) async fn update(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &UpdateUser,
) -> Decided {
    let user = within_reach(tx, cx, cmd.user).await?;
    let name = cmd.name.as_deref().map(|name| input::name("name", name)).transpose()?;
    let mut role = None;
    if let Some(key) = cmd.role.as_deref().filter(|key| *key != user.role) {
        role = Some(role_within_reach(tx, cx, key).await?);
        if user.role == ADMIN && user.active {
            another_admin(tx, &user).await?;
        }
    }
    let team = cmd.team_id.filter(|team| *team != user.team_id);
    existing_team(tx, team.flatten()).await?;
    if team.flatten().is_some() {
        may_seat(tx, cx).await?;
    }
    if let Some(role) = &role {
        role_fits_team(tx, cx, role, team.unwrap_or(user.team_id)).await?;
    }

    let access = match (team, &role) {
        (Some(_), _) if teams_matter(tx).await? => Touches::Everybody,
        (_, Some(_)) => Touches::User,
        _ => Touches::Nobody,
    };
    let mut row: user::ActiveModel = user.into();
    if let Some(name) = name {
        row.name = Set(name);
    }
    if let Some(role) = &role {
        row.role = Set(role.key.clone());
    }
    if let Some(team) = team {
        row.team_id = Set(team);
    }
    let user = match row.is_changed() {
        true => row.update(tx).await?,
        false => return Ok(Decision::default()),
    };
    let shown = User::on_topic(user);
    let mut out = vec![events::me_updated(&shown)?];
    if let Some(role) = role {
        out.push(events::access_changed(shown.id, Rights::of(&role))?);
    }
    out.insert(0, events::user_changed("user.updated", shown, access)?);
    Ok(Decision::events(out))
}

pub(in super::super) async fn deactivate(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &DeactivateUser,
) -> Decided {
    Ok(Decision::events(end_access(tx, cx, cmd.user).await?))
}

/// Ends everything a colleague could act through: sessions, pending resets, keys he made. What is to
/// be said of it; nothing where he had no access any more.
///
/// # Errors
/// `not_found`; `forbidden` for whom the asker may not change; `last_admin`.
pub async fn end_access(
    tx: &Tx<'_>,
    cx: &CommandContext,
    user: UserId,
) -> Result<Vec<NewEvent>, Problem> {
    let user = within_reach(tx, cx, user).await?;
    if !user.active {
        return Ok(Vec::new());
    }
    if user.role == ADMIN {
        another_admin(tx, &user).await?;
    }
    let mut row: user::ActiveModel = user.into();
    row.active = Set(false);
    row.deactivated_at = Set(Some(cx.at));
    let user = row.update(tx).await?;
    device_session::Entity::change(tx.tenant())
        .col_expr(device_session::Column::RevokedAt, Expr::value(cx.at))
        .col_expr(device_session::Column::RevokedBecause, Expr::value("deactivated"))
        .filter(device_session::Column::UserId.eq(user.id))
        .filter(device_session::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    one_time_token::Entity::change(tx.tenant())
        .col_expr(one_time_token::Column::UsedAt, Expr::value(cx.at))
        .filter(one_time_token::Column::UserId.eq(user.id))
        .filter(one_time_token::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    api_key::Entity::change(tx.tenant())
        .col_expr(api_key::Column::RevokedAt, Expr::value(cx.at))
        .filter(api_key::Column::CreatedBy.eq(user.id))
        .filter(api_key::Column::Kind.eq("api"))
        .filter(api_key::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    let mut said = rooms::succeed(tx, user.id).await?;
    let shown = User::on_topic(user);
    said.insert(0, events::user_changed("user.deactivated", shown, Touches::User)?);
    Ok(said)
}

/// Lets a colleague in again whose access ended at `ended`, with the keys that ended then; what he
/// had noted for himself rings again. Devices sign in anew.
///
/// # Errors
/// `not_found`; `forbidden` for whom the asker may not change.
pub async fn give_access_back(
    tx: &Tx<'_>,
    cx: &CommandContext,
    user: UserId,
    ended: DateTime<Utc>,
) -> Decided {
    let back = activate(tx, cx, &ActivateUser { user }).await?;
    api_key::Entity::change(tx.tenant())
        .col_expr(api_key::Column::RevokedAt, Expr::value(Option::<DateTime<Utc>>::None))
        .filter(api_key::Column::CreatedBy.eq(user))
        .filter(api_key::Column::Kind.eq("api"))
        .filter(api_key::Column::RevokedAt.eq(ended))
        .exec(tx)
        .await?;
    Ok(back)
}

pub(in super::super) async fn activate(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ActivateUser,
) -> Decided {
    let user = within_reach(tx, cx, cmd.user).await?;
    if user.active {
        return Ok(Decision::default());
    }
    let mut row: user::ActiveModel = user.into();
    row.active = Set(true);
    row.deactivated_at = Set(None);
    row.failed_logins = Set(0);
    row.locked_until = Set(None);
    let shown = User::on_topic(row.update(tx).await?);
    let jobs = reminders::wake(tx, cx, shown.id).await?;
    let back = events::user_changed("user.activated", shown, Touches::Nobody)?;
    Ok(Decision { jobs, ..Decision::events(vec![back]) })
}

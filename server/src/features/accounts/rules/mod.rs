//! Decisions, one function a command. Who manages users may give nobody more rights than he has,
//! and may not touch who has more: else a manager would make himself administrator.

pub(super) mod departments;
pub(super) mod invitations;
pub(super) mod me;
pub(super) mod roles;
pub(super) mod teams;
pub(super) mod tenant;
pub(super) mod users;

use entities::ids::TeamId;
use entities::tenancy::OfTenant;
use entities::{role, user};
use sea_orm::{ColumnTrait, Condition, PaginatorTrait, QueryFilter};

use super::error::Error;
use super::views;
use crate::db::Tx;
use crate::kernel::command::CommandContext;
use crate::kernel::principal::{Permission, Permissions, Visibility};
use crate::kernel::problem::Problem;

/// Key of the role that has everything.
pub(super) const ADMIN: &str = "admin";

/// A role that the asker may give, or take from somebody.
///
/// # Errors
/// `unknown_value` when there is none, `forbidden` when it allows more than the asker may.
async fn role_within_reach(
    tx: &Tx<'_>,
    cx: &CommandContext,
    field: &str,
    key: &str,
) -> Result<role::Model, Problem> {
    let role = views::find_role(tx, key).await?;
    let role = role.ok_or_else(|| Problem::invalid(field, "unknown_value"))?;
    if !covers(cx, Permissions::parse(&role.permissions.0)) {
        return Err(Problem::forbidden());
    }
    Ok(role)
}

fn covers(cx: &CommandContext, permissions: Permissions) -> bool {
    Permission::ALL.iter().all(|p| !permissions.has(*p) || cx.by.may(*p))
}

/// # Errors
/// `unknown_value` when there is no such team.
async fn existing_team(tx: &Tx<'_>, team: Option<TeamId>) -> Result<(), Problem> {
    if let Some(id) = team
        && views::find_team(tx, id).await?.is_none()
    {
        return Err(Problem::invalid("team_id", "unknown_value"));
    }
    Ok(())
}

/// # Errors
/// `last_admin` when nobody but this user could administer.
async fn another_admin(tx: &Tx<'_>, but: &user::Model) -> Result<(), Problem> {
    let others = user::Entity::of(tx.tenant())
        .filter(user::Column::Role.eq(ADMIN))
        .filter(user::Column::Active.eq(true))
        .filter(user::Column::Id.ne(but.id))
        .count(tx)
        .await?;
    if others == 0 { Err(Error::LastAdmin.into()) } else { Ok(()) }
}

/// Whether some role shows a team's records, so that membership is a right.
async fn teams_matter(tx: &Tx<'_>) -> Result<bool, Problem> {
    let team = Visibility::Team.name();
    let any = Condition::any()
        .add(role::Column::Visibility.eq(team))
        .add(role::Column::AgendaScope.eq(team))
        .add(role::Column::ReportsScope.eq(team));
    Ok(role::Entity::of(tx.tenant()).filter(any).count(tx).await? > 0)
}

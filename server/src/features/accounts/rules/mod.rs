//! Decisions, one function a command. Who manages users may give nobody more rights than he has, nor
//! a wider sight, and may not touch who has more rights: else a manager would make himself
//! administrator.

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
use super::views::{self, Rights};
use crate::db::Tx;
use crate::kernel::command::CommandContext;
use crate::kernel::principal::{Permission, Permissions, Scopes, Visibility};
use crate::kernel::problem::Problem;

/// Key of the role that has everything.
pub(super) const ADMIN: &str = "admin";

/// A role that the asker may give.
///
/// # Errors
/// `unknown_value` when there is none, `forbidden` when it allows or shows more than the asker has.
async fn role_within_reach(
    tx: &Tx<'_>,
    cx: &CommandContext,
    key: &str,
) -> Result<role::Model, Problem> {
    let role = views::find_role(tx, key).await?;
    let role = role.ok_or_else(|| Problem::invalid("role", "unknown_value"))?;
    if covers(cx, Rights::of(&role)) { Ok(role) } else { Err(Problem::forbidden()) }
}

/// Whether the asker may all of this, and sees as much in every module.
fn covers(cx: &CommandContext, rights: Rights) -> bool {
    let (mine, theirs) = (cx.by.scopes(), rights.scopes);
    may_all(cx, rights.permissions)
        && theirs.customers <= mine.customers
        && theirs.agenda <= mine.agenda
        && theirs.reports <= mine.reports
}

fn may_all(cx: &CommandContext, permissions: Permissions) -> bool {
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

/// Membership is a sight: of the team's records for who joins, of the newcomer's for the team.
///
/// # Errors
/// `forbidden` when the asker does not see all himself and some role shows a team's records.
async fn may_seat(tx: &Tx<'_>, cx: &CommandContext) -> Result<(), Problem> {
    let mine = cx.by.scopes();
    if mine == Scopes::every(Visibility::All) || !teams_matter(tx).await? {
        return Ok(());
    }
    Err(Problem::forbidden())
}

/// Who begins in a team with this role, or gets it there, sees what the team sees.
///
/// # Errors
/// `forbidden` when the role shows a team's records and the team is not the asker's, who does not
/// see all himself.
async fn role_fits_team(
    tx: &Tx<'_>,
    cx: &CommandContext,
    role: &role::Model,
    team: Option<TeamId>,
) -> Result<(), Problem> {
    let (mine, theirs) = (cx.by.scopes(), Rights::of(role).scopes);
    let shows = |theirs, mine| theirs == Visibility::Team && mine != Visibility::All;
    let is_wider = shows(theirs.customers, mine.customers)
        || shows(theirs.agenda, mine.agenda)
        || shows(theirs.reports, mine.reports);
    if team.is_none() || !is_wider {
        return Ok(());
    }
    let own = match cx.by.user() {
        Some(id) => views::find_user(tx, id).await?.and_then(|user| user.team_id),
        None => None,
    };
    if own == team { Ok(()) } else { Err(Problem::forbidden()) }
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

//! Teams: who may see each other's customers when their role says `team`.

use entities::ids::{DepartmentId, TeamId};
use entities::tenancy::OfTenant;
use entities::{team, user};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};
use serde_json::json;

use super::teams_matter;
use crate::db::Tx;
use crate::features::accounts::commands::{CreateTeam, RemoveTeam, UpdateTeam};
use crate::features::accounts::events::{self, TeamChanged, TeamRemoved, Touches};
use crate::features::accounts::views::{self, Team, User};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::fold::fold;
use crate::kernel::input;
use crate::kernel::problem::Problem;

/// Most teams of a tenant; everybody's screen holds them all.
const TEAMS_MAX: usize = 500;

pub(in super::super) async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateTeam,
) -> Decided {
    let name = free_name(tx, None, &cmd.name).await?;
    existing_department(tx, cmd.department_id).await?;
    let row = team::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(cx.fresh(TeamId)),
        name: Set(name),
        department_id: Set(cmd.department_id),
        created_at: Set(cx.at),
    };
    let team = Team::from(row.insert(tx).await?);
    let id = team.id;
    let created = events::on_tenant("team.created", &TeamChanged { team })?;
    Ok(Decision::events(vec![created]).reply(&json!({ "team_id": id })))
}

pub(in super::super) async fn update(tx: &Tx<'_>, _: &CommandContext, cmd: &UpdateTeam) -> Decided {
    let team = views::find_team(tx, cmd.team).await?.ok_or_else(Problem::not_found)?;
    let mut row: team::ActiveModel = team.clone().into();
    if let Some(name) = &cmd.name {
        row.name = Set(free_name(tx, Some(team.id), name).await?);
    }
    if let Some(department) = cmd.department_id {
        existing_department(tx, department).await?;
        row.department_id = Set(department);
    }
    if !row.is_changed() {
        return Ok(Decision::default());
    }
    let team = Team::from(row.update(tx).await?);
    Ok(Decision::events(vec![events::on_tenant("team.updated", &TeamChanged { team })?]))
}

/// Its members stay, in no team.
pub(in super::super) async fn remove(tx: &Tx<'_>, _: &CommandContext, cmd: &RemoveTeam) -> Decided {
    let team = views::find_team(tx, cmd.team).await?.ok_or_else(Problem::not_found)?;
    let members =
        user::Entity::of(tx.tenant()).filter(user::Column::TeamId.eq(team.id)).all(tx).await?;
    let access = match !members.is_empty() && teams_matter(tx).await? {
        true => Touches::Everybody,
        false => Touches::Nobody,
    };
    user::Entity::change(tx.tenant())
        .col_expr(user::Column::TeamId, Expr::value(Option::<TeamId>::None))
        .filter(user::Column::TeamId.eq(team.id))
        .exec(tx)
        .await?;
    team::Entity::forget(tx.tenant()).filter(team::Column::Id.eq(team.id)).exec(tx).await?;
    let mut out = Vec::with_capacity(members.len() + 1);
    for mut member in members {
        member.team_id = None;
        let shown = User::on_topic(member);
        out.push(events::user_changed("user.updated", shown, Touches::Nobody)?);
    }
    out.push(events::on_tenant("team.removed", &TeamRemoved { id: team.id, access })?);
    Ok(Decision::events(out))
}

/// # Errors
/// `unknown_value` when there is no such department.
async fn existing_department(tx: &Tx<'_>, department: Option<DepartmentId>) -> Result<(), Problem> {
    if let Some(id) = department
        && views::find_department(tx, id).await?.is_none()
    {
        return Err(Problem::invalid("department_id", "unknown_value"));
    }
    Ok(())
}

async fn free_name(tx: &Tx<'_>, own: Option<TeamId>, name: &str) -> Result<String, Problem> {
    let name = input::name("name", name)?;
    let folded = fold(&name);
    let all = team::Entity::of(tx.tenant()).all(tx).await?;
    if own.is_none() && all.len() >= TEAMS_MAX {
        return Err(Problem::invalid("name", "too_many"));
    }
    if all.iter().any(|team| Some(team.id) != own && fold(&team.name) == folded) {
        return Err(Problem::invalid("name", "taken"));
    }
    Ok(name)
}

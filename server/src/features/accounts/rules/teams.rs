//! Teams: who may see each other's customers when their role says `team`.

use entities::ids::TeamId;
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

pub(in super::super) async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateTeam,
) -> Decided {
    let name = free_name(tx, None, &cmd.name).await?;
    let row = team::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(cx.fresh(TeamId)),
        name: Set(name),
        created_at: Set(cx.at),
    };
    let team = Team::from(row.insert(tx).await?);
    let id = team.id;
    let created = events::on_tenant("team.created", &TeamChanged { team })?;
    Ok(Decision::events(vec![created]).reply(&json!({ "team_id": id })))
}

pub(in super::super) async fn update(tx: &Tx<'_>, _: &CommandContext, cmd: &UpdateTeam) -> Decided {
    let team = views::find_team(tx, cmd.team).await?.ok_or_else(Problem::not_found)?;
    let name = free_name(tx, Some(team.id), &cmd.name).await?;
    let mut row: team::ActiveModel = team.into();
    row.name = Set(name);
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

async fn free_name(tx: &Tx<'_>, own: Option<TeamId>, name: &str) -> Result<String, Problem> {
    let name = input::name("name", name)?;
    let folded = fold(&name);
    let all = team::Entity::of(tx.tenant()).all(tx).await?;
    if all.iter().any(|team| Some(team.id) != own && fold(&team.name) == folded) {
        return Err(Problem::invalid("name", "taken"));
    }
    Ok(name)
}

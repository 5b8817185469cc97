//! The business: its data and its teams.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use entities::ids::{DepartmentId, TeamId};
use futures_util::FutureExt;
use serde::Deserialize;
use utoipa::ToSchema;

use super::needs;
use crate::features::accounts::Accounts;
use crate::features::accounts::commands::{CreateTeam, RemoveTeam, UpdateTeam, UpdateTenant};
use crate::features::accounts::views::{self, Team, Tenant};
use crate::gateway::{Body, IdempotencyKey};
use crate::kernel::paging::Page;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTeam {
    name: String,
    department_id: Option<DepartmentId>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PatchTeam {
    name: Option<String>,
    /// `null` takes the team out of its department.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<DepartmentId>)]
    department_id: Option<Option<DepartmentId>>,
}

fn present<'de, D: serde::Deserializer<'de>>(
    d: D,
) -> Result<Option<Option<DepartmentId>>, D::Error> {
    Option::<DepartmentId>::deserialize(d).map(Some)
}

/// The teams.
#[utoipa::path(get, path = "/api/v1/teams", tag = "tenant",
    responses((status = 200, body = Page<Team>), (status = 403, description = "users.view")))]
#[tracing::instrument(name = "accounts.teams", skip_all)]
pub(super) async fn teams(
    by: Principal,
    accounts: Data<Accounts>,
) -> Result<Json<Page<Team>>, Problem> {
    needs(&by, Permission::ViewUsers)?;
    let teams = accounts.db.read(by.tenant, |tx| views::teams(tx).boxed());
    Ok(Json(Page::whole(teams.await?)))
}

/// A new team.
#[utoipa::path(post, path = "/api/v1/teams", tag = "tenant", request_body = NewTeam,
    responses((status = 201, body = Team), (status = 403, description = "users.manage"),
        (status = 422, description = "fields")))]
#[tracing::instrument(name = "accounts.create_team", skip_all)]
pub(super) async fn create_team(
    by: Principal,
    accounts: Data<Accounts>,
    key: IdempotencyKey,
    Body(body): Body<NewTeam>,
) -> Result<HttpResponse, Problem> {
    let d = CreateTeam { name: body.name, department_id: body.department_id };
    let id = key.command_id();
    let made = accounts.hub.command(&by, Topic::tenant(), "team.create", &d, id, None).await?;
    #[derive(Deserialize)]
    struct Made {
        team_id: TeamId,
    }
    let Made { team_id } =
        made.d.and_then(|d| serde_json::from_str(d.get()).ok()).ok_or_else(Problem::internal)?;
    Ok(HttpResponse::Created().json(team(&by, &accounts, team_id).await?))
}

/// Renames a team, or puts it into another department.
#[utoipa::path(patch, path = "/api/v1/teams/{team}", tag = "tenant", params(("team" = TeamId, Path)),
    request_body = PatchTeam,
    responses((status = 200, body = Team), (status = 403, description = "users.manage"),
        (status = 404, description = "none"), (status = 422, description = "fields")))]
#[tracing::instrument(name = "accounts.update_team", skip_all)]
pub(super) async fn update_team(
    by: Principal,
    accounts: Data<Accounts>,
    id: Path<TeamId>,
    Body(body): Body<PatchTeam>,
) -> Result<Json<Team>, Problem> {
    let d = UpdateTeam { team: *id, name: body.name, department_id: body.department_id };
    accounts.hub.command(&by, Topic::tenant(), "team.update", &d, None, None).await?;
    Ok(Json(team(&by, &accounts, *id).await?))
}

/// Removes a team; its members stay, in no team.
#[utoipa::path(delete, path = "/api/v1/teams/{team}", tag = "tenant", params(("team" = TeamId, Path)),
    responses((status = 204, description = "removed"), (status = 403, description = "users.manage"),
        (status = 404, description = "none")))]
#[tracing::instrument(name = "accounts.remove_team", skip_all)]
pub(super) async fn remove_team(
    by: Principal,
    accounts: Data<Accounts>,
    id: Path<TeamId>,
) -> Result<HttpResponse, Problem> {
    let d = RemoveTeam { team: *id };
    accounts.hub.command(&by, Topic::tenant(), "team.remove", &d, None, None).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn team(by: &Principal, accounts: &Accounts, id: TeamId) -> Result<Team, Problem> {
    let team = accounts.db.read(by.tenant, move |tx| views::find_team(tx, id).boxed()).await?;
    Ok(team.ok_or_else(Problem::not_found)?.into())
}

/// The business's own data.
#[utoipa::path(patch, path = "/api/v1/tenant", tag = "tenant", request_body = UpdateTenant,
    responses((status = 200, body = Tenant), (status = 403, description = "tenant.manage"),
        (status = 422, description = "fields")))]
#[tracing::instrument(name = "accounts.update_tenant", skip_all)]
pub(super) async fn update(
    by: Principal,
    accounts: Data<Accounts>,
    Body(body): Body<UpdateTenant>,
) -> Result<Json<Tenant>, Problem> {
    accounts.hub.command(&by, Topic::tenant(), "tenant.update", &body, None, None).await?;
    let secrets = by.may(Permission::ManageKeys).then(|| accounts.secrets.clone());
    let tenant = accounts.db.read(by.tenant, move |tx| {
        async move { views::tenant(tx, secrets.as_ref()).await }.boxed()
    });
    Ok(Json(tenant.await?))
}

//! Roles: what the kinds of people may do and see.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use futures_util::FutureExt;
use serde::Deserialize;
use utoipa::ToSchema;

use super::needs;
use crate::features::accounts::Accounts;
use crate::features::accounts::commands::{CreateRole, RemoveRole, SomeScopes, UpdateRole};
use crate::features::accounts::views::{self, Role};
use crate::gateway::{Body, IdempotencyKey};
use crate::kernel::paging::Page;
use crate::kernel::principal::{Permission, Principal, Visibility};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PatchRole {
    name: Option<String>,
    permissions: Option<Vec<String>>,
    /// The same as `scopes.customers`.
    visibility: Option<Visibility>,
    scopes: Option<SomeScopes>,
}

/// The roles.
#[utoipa::path(get, path = "/api/v1/roles", tag = "tenant",
    responses((status = 200, body = Page<Role>), (status = 403, description = "users.view")))]
#[tracing::instrument(name = "accounts.roles", skip_all)]
pub(super) async fn list(
    by: Principal,
    accounts: Data<Accounts>,
) -> Result<Json<Page<Role>>, Problem> {
    needs(&by, Permission::ViewUsers)?;
    let roles = accounts.db.read(by.tenant, |tx| views::roles(tx).boxed());
    Ok(Json(Page::whole(roles.await?)))
}

/// A role of the tenant's own, beginning like another (`from`) or with nothing.
#[utoipa::path(post, path = "/api/v1/roles", tag = "tenant", request_body = CreateRole,
    responses((status = 201, body = Role), (status = 403, description = "roles.manage, or more rights than one's own"),
        (status = 422, description = "fields")))]
#[tracing::instrument(name = "accounts.create_role", skip_all)]
pub(super) async fn create(
    by: Principal,
    accounts: Data<Accounts>,
    key: IdempotencyKey,
    Body(body): Body<CreateRole>,
) -> Result<HttpResponse, Problem> {
    let id = key.command_id();
    let made = accounts.hub.command(&by, Topic::tenant(), "role.create", &body, id, None).await?;
    #[derive(Deserialize)]
    struct Made {
        role: String,
    }
    let Made { role } =
        made.d.and_then(|d| serde_json::from_str(d.get()).ok()).ok_or_else(Problem::internal)?;
    Ok(HttpResponse::Created().json(shown(&by, &accounts, role).await?))
}

/// Changes a role; open sockets of its people begin again with the new rights.
#[utoipa::path(patch, path = "/api/v1/roles/{role}", tag = "tenant", params(("role" = String, Path)),
    request_body = PatchRole,
    responses((status = 200, body = Role), (status = 403, description = "roles.manage"),
        (status = 404, description = "none"), (status = 422, description = "fields")))]
#[tracing::instrument(name = "accounts.update_role", skip_all)]
pub(super) async fn update(
    by: Principal,
    accounts: Data<Accounts>,
    role: Path<String>,
    Body(body): Body<PatchRole>,
) -> Result<Json<Role>, Problem> {
    let key = role.into_inner();
    let PatchRole { name, permissions, visibility, scopes } = body;
    let d = UpdateRole { role: key.clone(), name, permissions, visibility, scopes };
    accounts.hub.command(&by, Topic::tenant(), "role.update", &d, None, None).await?;
    accounts.access.forget(by.tenant, None);
    Ok(Json(shown(&by, &accounts, key).await?))
}

/// Removes a role that nobody has.
#[utoipa::path(delete, path = "/api/v1/roles/{role}", tag = "tenant", params(("role" = String, Path)),
    responses((status = 204, description = "removed"), (status = 403, description = "roles.manage"),
        (status = 404, description = "none"), (status = 409, description = "role_in_use"),
        (status = 422, description = "one that every tenant has")))]
#[tracing::instrument(name = "accounts.remove_role", skip_all)]
pub(super) async fn remove(
    by: Principal,
    accounts: Data<Accounts>,
    role: Path<String>,
) -> Result<HttpResponse, Problem> {
    let d = RemoveRole { role: role.into_inner() };
    accounts.hub.command(&by, Topic::tenant(), "role.remove", &d, None, None).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn shown(by: &Principal, accounts: &Accounts, key: String) -> Result<Role, Problem> {
    let role = accounts
        .db
        .read(by.tenant, move |tx| async move { views::find_role(tx, &key).await }.boxed());
    Ok(role.await?.ok_or_else(Problem::not_found)?.into())
}

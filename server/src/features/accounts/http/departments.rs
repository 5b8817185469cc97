//! Departments over HTTP. Writes are commands on the tenant's topic.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use entities::ids::DepartmentId;
use futures_util::FutureExt;
use serde::Deserialize;
use utoipa::ToSchema;

use super::needs;
use crate::features::accounts::Accounts;
use crate::features::accounts::commands::{CreateDepartment, RemoveDepartment, UpdateDepartment};
use crate::features::accounts::views::{self, Department};
use crate::gateway::{Body, IdempotencyKey};
use crate::kernel::paging::Page;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DepartmentName {
    name: String,
}

/// The departments.
#[utoipa::path(get, path = "/api/v1/departments", tag = "tenant",
    responses((status = 200, body = Page<Department>), (status = 403, description = "users.view")))]
#[tracing::instrument(name = "accounts.departments", skip_all)]
pub(super) async fn list(
    by: Principal,
    accounts: Data<Accounts>,
) -> Result<Json<Page<Department>>, Problem> {
    needs(&by, Permission::ViewUsers)?;
    let all = accounts.db.read(by.tenant, |tx| views::departments(tx).boxed());
    Ok(Json(Page::whole(all.await?)))
}

/// A new department.
#[utoipa::path(post, path = "/api/v1/departments", tag = "tenant", request_body = DepartmentName,
    responses((status = 201, body = Department), (status = 403, description = "users.manage"),
        (status = 422, description = "fields")))]
#[tracing::instrument(name = "accounts.create_department", skip_all)]
pub(super) async fn create(
    by: Principal,
    accounts: Data<Accounts>,
    key: IdempotencyKey,
    Body(body): Body<DepartmentName>,
) -> Result<HttpResponse, Problem> {
    let (d, id) = (CreateDepartment { name: body.name }, key.command_id());
    let made = accounts.hub.command(&by, Topic::tenant(), "department.create", &d, id, None);
    #[derive(Deserialize)]
    struct Made {
        department_id: DepartmentId,
    }
    let made = made.await?.d.and_then(|d| serde_json::from_str(d.get()).ok());
    let Made { department_id } = made.ok_or_else(Problem::internal)?;
    Ok(HttpResponse::Created().json(shown(&by, &accounts, department_id).await?))
}

/// Renames a department.
#[utoipa::path(patch, path = "/api/v1/departments/{department}", tag = "tenant",
    params(("department" = DepartmentId, Path)), request_body = DepartmentName,
    responses((status = 200, body = Department), (status = 403, description = "users.manage"),
        (status = 404, description = "none"), (status = 422, description = "fields")))]
#[tracing::instrument(name = "accounts.update_department", skip_all)]
pub(super) async fn update(
    by: Principal,
    accounts: Data<Accounts>,
    id: Path<DepartmentId>,
    Body(body): Body<DepartmentName>,
) -> Result<Json<Department>, Problem> {
    let d = UpdateDepartment { department: *id, name: body.name };
    accounts.hub.command(&by, Topic::tenant(), "department.update", &d, None, None).await?;
    Ok(Json(shown(&by, &accounts, *id).await?))
}

/// Removes a department; its teams stay, in none.
#[utoipa::path(delete, path = "/api/v1/departments/{department}", tag = "tenant",
    params(("department" = DepartmentId, Path)),
    responses((status = 204, description = "removed"), (status = 403, description = "users.manage"),
        (status = 404, description = "none")))]
#[tracing::instrument(name = "accounts.remove_department", skip_all)]
pub(super) async fn remove(
    by: Principal,
    accounts: Data<Accounts>,
    id: Path<DepartmentId>,
) -> Result<HttpResponse, Problem> {
    let d = RemoveDepartment { department: *id };
    accounts.hub.command(&by, Topic::tenant(), "department.remove", &d, None, None).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn shown(
    by: &Principal,
    accounts: &Accounts,
    id: DepartmentId,
) -> Result<Department, Problem> {
    let row = accounts.db.read(by.tenant, move |tx| views::find_department(tx, id).boxed()).await?;
    Ok(row.ok_or_else(Problem::not_found)?.into())
}

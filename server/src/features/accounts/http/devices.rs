//! Where a colleague is signed in: a lost phone is signed out by whoever manages the people.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use entities::ids::{SessionId, UserId};
use futures_util::FutureExt;

use super::needs;
use crate::features::accounts::Accounts;
use crate::features::accounts::views::{self, DeviceSession, Rights};
use crate::kernel::paging::Page;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

/// # Errors
/// `forbidden` also for a colleague with more rights than the asker, and with borrowed eyes.
async fn within_reach(by: &Principal, accounts: &Accounts, id: UserId) -> Result<(), Problem> {
    needs(by, Permission::ManageUsers)?;
    let rights = accounts.db.read(by.tenant, move |tx| {
        async move {
            let user = views::find_user(tx, id).await?.ok_or_else(Problem::not_found)?;
            let role = views::find_role(tx, &user.role).await?;
            Ok(role.as_ref().map_or_else(Rights::none, Rights::of).permissions)
        }
        .boxed()
    });
    let rights = rights.await?;
    let covered = Permission::ALL.iter().all(|one| !rights.has(*one) || by.may(*one));
    if covered && by.seen_by.is_none() { Ok(()) } else { Err(Problem::forbidden()) }
}

/// Where a colleague is signed in, the latest used first.
#[utoipa::path(get, path = "/api/v1/users/{user}/sessions", tag = "users",
    params(("user" = UserId, Path)),
    responses((status = 200, body = Page<DeviceSession>), (status = 403, description = "users.manage, or more rights than one's own"),
        (status = 404, description = "nobody")))]
#[tracing::instrument(name = "accounts.devices_of", skip_all)]
pub(super) async fn list(
    by: Principal,
    accounts: Data<Accounts>,
    user: Path<UserId>,
) -> Result<Json<Page<DeviceSession>>, Problem> {
    let (id, current, now) = (*user, by.session(), accounts.clock.now());
    within_reach(&by, &accounts, id).await?;
    let devices =
        accounts.db.read(by.tenant, move |tx| views::devices(tx, id, current, now).boxed());
    Ok(Json(Page::whole(devices.await?)))
}

/// Signs a colleague out everywhere.
#[utoipa::path(delete, path = "/api/v1/users/{user}/sessions", tag = "users",
    params(("user" = UserId, Path)),
    responses((status = 204, description = "signed out"), (status = 403, description = "users.manage, or more rights than one's own"),
        (status = 404, description = "nobody")))]
#[tracing::instrument(name = "accounts.end_devices_of", skip_all)]
pub(super) async fn end_all(
    by: Principal,
    accounts: Data<Accounts>,
    user: Path<UserId>,
) -> Result<HttpResponse, Problem> {
    within_reach(&by, &accounts, *user).await?;
    accounts.end_sessions(&by, *user, None, "manager").await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Signs one device of a colleague out.
#[utoipa::path(delete, path = "/api/v1/users/{user}/sessions/{session}", tag = "users",
    params(("user" = UserId, Path), ("session" = SessionId, Path)),
    responses((status = 204, description = "signed out"), (status = 403, description = "users.manage, or more rights than one's own"),
        (status = 404, description = "nobody, or none of theirs")))]
#[tracing::instrument(name = "accounts.end_device_of", skip_all)]
pub(super) async fn end_one(
    by: Principal,
    accounts: Data<Accounts>,
    path: Path<(UserId, SessionId)>,
) -> Result<HttpResponse, Problem> {
    let (user, session) = path.into_inner();
    within_reach(&by, &accounts, user).await?;
    accounts.end_sessions(&by, user, Some(vec![session]), "manager").await?;
    Ok(HttpResponse::NoContent().finish())
}

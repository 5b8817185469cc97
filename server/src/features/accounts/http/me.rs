//! Oneself: who I am, my name and language, my password, my devices.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use entities::ids::SessionId;
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::person;
use crate::features::accounts::commands::{SetPassword, UpdateMe};
use crate::features::accounts::error::Error;
use crate::features::accounts::views::{self, DeviceSession, Tenant, User};
use crate::features::accounts::{Accounts, parse};
use crate::gateway::{Body, IdempotencyKey, once};
use crate::kernel::paging::Page;
use crate::kernel::principal::{Permission, Principal, Scopes, Visibility};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Who asks and what he may.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    user: User,
    tenant: Tenant,
    permissions: Vec<&'static str>,
    /// The same as `scopes.customers`.
    visibility: Visibility,
    scopes: Scopes,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangePassword {
    current: String,
    password: String,
}

/// Who I am.
#[utoipa::path(get, path = "/api/v1/me", tag = "me",
    responses((status = 200, body = Me), (status = 401, description = "no token")))]
#[tracing::instrument(name = "accounts.me", skip_all)]
pub(super) async fn show(by: Principal, accounts: Data<Accounts>) -> Result<Json<Me>, Problem> {
    let id = person(&by)?;
    let secrets = by.may(Permission::ManageKeys).then(|| accounts.secrets.clone());
    let faces = accounts.db.read(by.tenant, move |tx| {
        async move {
            let user = views::find_user(tx, id).await?.ok_or_else(Problem::not_found)?;
            Ok((User::from(user), views::tenant(tx, secrets.as_ref()).await?))
        }
        .boxed()
    });
    let (user, tenant) = faces.await?;
    let permissions = by.permissions.names();
    let (visibility, scopes) = (by.visibility, by.scopes());
    Ok(Json(Me { user, tenant, permissions, visibility, scopes }))
}

/// My name and language.
#[utoipa::path(patch, path = "/api/v1/me", tag = "me", request_body = UpdateMe,
    responses((status = 200, body = User), (status = 422, description = "fields")))]
#[tracing::instrument(name = "accounts.update_me", skip_all)]
pub(super) async fn update(
    by: Principal,
    accounts: Data<Accounts>,
    Body(body): Body<UpdateMe>,
) -> Result<Json<User>, Problem> {
    let id = person(&by)?;
    let topic = Topic::user(id);
    accounts.hub.command(&by.assisted(), topic, "me.update", &body, None, None).await?;
    accounts.access.forget(by.tenant, Some(id));
    let user = accounts.db.read(by.tenant, move |tx| views::find_user(tx, id).boxed()).await?;
    Ok(Json(user.ok_or_else(Problem::not_found)?.into()))
}

/// A new password for who knows the old one; ends my other sessions.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "me", request_body = ChangePassword,
    responses((status = 204, description = "changed"), (status = 401, description = "bad_credentials"),
        (status = 422, description = "weak_password"), (status = 429, description = "locked")))]
#[tracing::instrument(name = "accounts.change_password", skip_all)]
pub(super) async fn change_password(
    by: Principal,
    accounts: Data<Accounts>,
    key: IdempotencyKey,
    Body(body): Body<ChangePassword>,
) -> Result<HttpResponse, Problem> {
    let id = person(&by)?;
    let parts = [body.current.as_bytes(), body.password.as_bytes()];
    let mac = accounts.secrets.mac("password-body", &parts);
    let work = async {
        let user = accounts.db.read(by.tenant, move |tx| views::find_user(tx, id).boxed());
        let user = user.await?.ok_or_else(Problem::not_found)?;
        // guessed from a stolen device as from outside
        let lock = accounts.secrets.mac("lock-user", &[id.0.as_bytes()]);
        let _try = accounts.lockouts.begin(lock)?;
        if !accounts.passwords.fits(&body.current, user.password_hash.as_deref()).await? {
            accounts.lockouts.failed(lock);
            return Err(Error::BadCredentials.into());
        }
        accounts.lockouts.succeeded(&lock);
        parse::password(&body.password, &user.email)?;
        let d = SetPassword {
            password_hash: accounts.passwords.hash(&body.password).await?,
            keep: by.session(),
            token: None,
        };
        let (by, topic) = (by.assisted(), Topic::user(id));
        accounts.hub.command(&by, topic, "password.set", &d, None, None).await?;
        Ok((204, Value::Null))
    };
    once(&accounts.db, &accounts.clock, &by, &key, "me-password", &mac, work).await?;
    accounts.access.forget(by.tenant, Some(id));
    Ok(HttpResponse::NoContent().finish())
}

/// Where I am signed in.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "me",
    responses((status = 200, body = Page<DeviceSession>)))]
#[tracing::instrument(name = "accounts.devices", skip_all)]
pub(super) async fn devices(
    by: Principal,
    accounts: Data<Accounts>,
) -> Result<Json<Page<DeviceSession>>, Problem> {
    let (id, current, now) = (person(&by)?, by.session(), accounts.clock.now());
    let devices =
        accounts.db.read(by.tenant, move |tx| views::devices(tx, id, current, now).boxed());
    Ok(Json(Page::whole(devices.await?)))
}

/// Signs one of my devices out.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{session}", tag = "me",
    params(("session" = SessionId, Path)),
    responses((status = 204, description = "signed out"), (status = 404, description = "none of mine")))]
#[tracing::instrument(name = "accounts.end_device", skip_all)]
pub(super) async fn end_device(
    by: Principal,
    accounts: Data<Accounts>,
    session: Path<SessionId>,
) -> Result<HttpResponse, Problem> {
    let id = person(&by)?;
    accounts.end_sessions(&by, id, Some(vec![*session]), "device_list").await?;
    Ok(HttpResponse::NoContent().finish())
}

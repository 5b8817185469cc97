//! Registering, signing in and out, and carrying a session on.

use actix_web::http::header::USER_AGENT;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use entities::command_result;
use entities::ids::{TenantId, UserId};
use entities::tenancy::OfTenant;
use futures_util::FutureExt;
use sea_orm::{ColumnTrait, QueryFilter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::person;
use crate::config::Signup;
use crate::features::accounts::error::Error;
use crate::features::accounts::newcomers::{self, NewTenant};
use crate::features::accounts::seed::Remember;
use crate::features::accounts::sessions::{COOKIE, Device, Entry};
use crate::features::accounts::{Accounts, parse};
use crate::gateway::{
    Access, Body, ClientAddress, IdempotencyKey, RateLimits, hex, refuse_foreign_origin,
};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Register {
    tenant_name: String,
    /// 2 to 40 of a-z, 0-9 and `-`.
    slug: String,
    name: String,
    email: String,
    /// At least 10 characters.
    password: String,
    /// `tr` (default) or `en`.
    locale: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Login {
    email: String,
    password: String,
    /// Slug; needed only where one address is in several tenants with the same password.
    tenant: Option<String>,
}

pub(super) fn device(req: &HttpRequest) -> Device {
    let agent = req.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    Device {
        user_agent: agent.unwrap_or_default().chars().take(200).collect(),
        address: ClientAddress::of(req).0.to_string(),
    }
}

/// Creates a business with its administrator and a first board.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "auth", security(()),
    request_body = Register,
    responses((status = 201, body = Entry), (status = 400, description = "no JSON"),
        (status = 403, description = "signup_closed"), (status = 409, description = "slug_taken"),
        (status = 422, description = "fields"), (status = 429, description = "too many")))]
#[tracing::instrument(name = "accounts.register", skip_all)]
pub(super) async fn register(
    accounts: Data<Accounts>,
    limits: Data<RateLimits>,
    req: HttpRequest,
    key: IdempotencyKey,
    Body(body): Body<Register>,
) -> Result<HttpResponse, Problem> {
    if accounts.auth.signup == Signup::Closed {
        return Err(Error::SignupClosed.into());
    }
    limits.registrations.check(&ClientAddress::of(&req).network())?;
    let remember = remember(&accounts, &key, &body);
    let new = NewTenant {
        tenant_name: body.tenant_name,
        slug: body.slug,
        name: body.name,
        email: body.email,
        password: body.password,
        locale: body.locale,
    };
    let checked = newcomers::check(&new)?;
    if let Some(Remember { id, body_hash }) = &remember
        && let Some((tenant, user)) = repeated(&accounts, &new.slug, id, body_hash).await?
    {
        let opened = accounts.open_session(tenant, user, device(&req)).await?;
        return Ok(accounts.answer(201, opened));
    }
    let hash = accounts.passwords.hash(&new.password).await?;
    let (tenant, user) =
        newcomers::write(&accounts.db, &accounts.clock, &accounts.secrets, checked, hash, remember)
            .await?;
    let opened = accounts.open_session(tenant, user, device(&req)).await?;
    Ok(accounts.answer(201, opened))
}

/// A name for this registration that says nothing about the password without our secret.
fn remember(accounts: &Accounts, key: &IdempotencyKey, body: &Register) -> Option<Remember> {
    let id = key.named("register")?;
    let parts = [&body.tenant_name, &body.slug, &body.name, &body.email, &body.password];
    let hash = accounts.secrets.mac("register", &parts.map(|part| part.as_bytes()));
    Some(Remember { id, body_hash: hex(&hash) })
}

async fn repeated(
    accounts: &Accounts,
    slug: &str,
    id: &str,
    body_hash: &str,
) -> Result<Option<(TenantId, UserId)>, Problem> {
    let Some(tenant) = newcomers::find_slug(&accounts.db, slug.trim()).await? else {
        return Ok(None);
    };
    let id = id.to_owned();
    let stored = accounts.db.read(tenant, move |tx| {
        async move {
            let rows = command_result::Entity::of(tx.tenant());
            Ok(rows.filter(command_result::Column::Id.eq(id)).one(tx).await?)
        }
        .boxed()
    });
    let Some(row) = stored.await? else { return Ok(None) };
    if row.body_hash != body_hash {
        return Err(Problem::conflict("idempotency_conflict"));
    }
    let user = row.result.and_then(|user| user.parse().ok()).ok_or_else(Problem::internal)?;
    Ok(Some((tenant, user)))
}

/// Opens a session. One answer for everything that is wrong, in the same time.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "auth", security(()),
    request_body = Login,
    responses((status = 200, body = Entry), (status = 400, description = "no JSON"),
        (status = 401, description = "bad_credentials"), (status = 422, description = "fields"),
        (status = 429, description = "locked, or too many")))]
#[tracing::instrument(name = "accounts.login", skip_all)]
pub(super) async fn login(
    accounts: Data<Accounts>,
    limits: Data<RateLimits>,
    req: HttpRequest,
    Body(body): Body<Login>,
) -> Result<HttpResponse, Problem> {
    let network = ClientAddress::of(&req).network();
    // longer ones are nobody's; do not hash them
    let is_plausible = body.email.len() <= 320 && body.password.len() <= 1_024;
    if !is_plausible {
        limits.failures.failed(network);
        return Err(Error::BadCredentials.into());
    }
    let from = device(&req);
    let named = body.tenant.as_deref();
    let who = accounts.authenticate(&limits, network, &from, &body.email, &body.password, named);
    let (tenant, user) = who.await?;
    let opened = accounts.open_session(tenant, user, from).await?;
    Ok(accounts.answer(200, opened))
}

/// Exchanges the refresh cookie for the next one and a fresh access token.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "auth", security(()),
    responses((status = 200, body = Entry), (status = 401, description = "session_ended"),
        (status = 403, description = "a foreign page asked")))]
#[tracing::instrument(name = "accounts.refresh", skip_all)]
pub(super) async fn refresh(
    accounts: Data<Accounts>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    refuse_foreign_origin(&req)?;
    let Some(cookie) = req.cookie(COOKIE) else { return Err(Problem::unauthenticated()) };
    let opened = accounts.rotate(cookie.value(), &device(&req)).await?;
    Ok(accounts.answer(200, opened))
}

/// Ends this device's session, by its cookie or its token. Fine when there is none.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth", security((), ("bearer" = [])),
    responses((status = 204, description = "signed out"),
        (status = 403, description = "a foreign page asked")))]
#[tracing::instrument(name = "accounts.logout", skip_all)]
pub(super) async fn logout(
    accounts: Data<Accounts>,
    access: Data<Access>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    refuse_foreign_origin(&req)?;
    if let Some(cookie) = req.cookie(COOKIE) {
        accounts.end_by_refresh(cookie.value()).await?;
    }
    // a program without cookies names its session by the token; an expired one has nothing to end
    let token = req.headers().get("authorization").and_then(|value| value.to_str().ok());
    if let Some(token) = token.and_then(|value| value.get(7..))
        && let Ok(by) = access.of_bearer(token.trim()).await
        && let (Some(user), Some(session)) = (by.user(), by.session())
    {
        match accounts.end_sessions(&by, user, Some(vec![session]), "sign_out").await {
            // the cookie was of the same session
            Err(problem) if problem.status() != 404 => return Err(problem),
            _ => {}
        }
    }
    Ok(HttpResponse::NoContent().cookie(accounts.no_cookie()).finish())
}

/// Ends all sessions of the person, this one too.
#[utoipa::path(post, path = "/api/v1/auth/logout-everywhere", tag = "auth",
    responses((status = 204, description = "signed out"), (status = 401, description = "no token")))]
#[tracing::instrument(name = "accounts.logout_everywhere", skip_all)]
pub(super) async fn logout_everywhere(
    by: Principal,
    accounts: Data<Accounts>,
) -> Result<HttpResponse, Problem> {
    let user = person(&by)?;
    accounts.end_sessions(&by, user, None, "everywhere").await?;
    Ok(HttpResponse::NoContent().cookie(accounts.no_cookie()).finish())
}

/// # Errors
/// `bad_email`, so that a slip is told from an address that is nobody's.
pub(super) fn plain_email(text: &str) -> Result<String, Problem> {
    parse::email("email", text)
}

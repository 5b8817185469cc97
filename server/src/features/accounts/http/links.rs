//! What mailed links lead to: invitations and new passwords.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::Duration;
use entities::ids::{TenantId, TokenId, UserId};
use entities::one_time_token;
use entities::tenancy::OfTenant;
use futures_util::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::auth::{device, plain_email};
use crate::db::queue;
use crate::features::accounts::commands::{JoinUser, SetPassword};
use crate::features::accounts::error::Error;
use crate::features::accounts::secret_links::{Purpose, email_mac, open_link};
use crate::features::accounts::sessions::Entry;
use crate::features::accounts::{Accounts, jobs, parse, views};
use crate::gateway::{Body, ClientAddress, IdempotencyKey, RateLimits, hex, once};
use crate::kernel::input::{self, Fields};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Links for a new password that one person may be sent within their life.
const RESETS_MAX: u64 = 3;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ForgotPassword {
    email: String,
    /// Slug.
    tenant: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetPassword {
    token: String,
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShowInvitation {
    token: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AcceptInvitation {
    token: String,
    name: String,
    password: String,
}

/// What an invitation says to who holds its link.
#[derive(Serialize, ToSchema)]
pub(super) struct InvitationFace {
    email: String,
    name: String,
    tenant_name: String,
    role: String,
}

/// Sends a link for a new password, if the address is known. The answer is always the same, and
/// does not wait for the search.
#[utoipa::path(post, path = "/api/v1/auth/forgot-password", tag = "auth", security(()),
    request_body = ForgotPassword,
    responses((status = 202, description = "noted"), (status = 422, description = "no address"),
        (status = 429, description = "too many")))]
#[tracing::instrument(name = "accounts.forgot_password", skip_all)]
pub(super) async fn forgot_password(
    accounts: Data<Accounts>,
    limits: Data<RateLimits>,
    req: HttpRequest,
    Body(body): Body<ForgotPassword>,
) -> Result<HttpResponse, Problem> {
    limits.mails.check(&ClientAddress::of(&req).network())?;
    let email = plain_email(&body.email)?;
    let works = accounts.clone();
    accounts.db.detach(async move {
        let sent = send_resets(&works, &email, body.tenant.as_deref());
        if let Err(problem) = sent.await {
            tracing::warn!(%problem, "links for a new password could not be made");
        }
    });
    Ok(HttpResponse::Accepted().json(json!({})))
}

async fn send_resets(
    accounts: &Accounts,
    email: &str,
    tenant: Option<&str>,
) -> Result<(), Problem> {
    let mac = email_mac(&accounts.secrets, &parse::email_key(email));
    for user in accounts.candidates(&mac, tenant).await?.into_iter().filter(|user| user.active) {
        let (clock, now) = (accounts.clock.clone(), accounts.clock.now());
        let life = Duration::minutes(i64::from(accounts.auth.reset_minutes));
        let id = TokenId(clock.fresh_id());
        let written = accounts.db.write(user.tenant_id, move |tx| {
            let (clock, user) = (clock.clone(), user.clone());
            async move {
                let pending = one_time_token::Entity::of(tx.tenant())
                    .filter(one_time_token::Column::Kind.eq("reset"))
                    .filter(one_time_token::Column::UserId.eq(user.id))
                    .filter(one_time_token::Column::UsedAt.is_null())
                    .filter(one_time_token::Column::ExpiresAt.gt(now))
                    .count(tx)
                    .await?;
                if pending >= RESETS_MAX {
                    return Ok(());
                }
                let row = one_time_token::ActiveModel {
                    tenant_id: Set(tx.tenant()),
                    id: Set(id),
                    kind: Set("reset".to_owned()),
                    secret_hash: Set(String::new()),
                    // to the address that is stored, never to the one that was typed
                    email: Set(user.email),
                    name: Set(user.name),
                    role: Set(user.role),
                    team_id: Set(None),
                    user_id: Set(Some(user.id)),
                    created_by: Set(None),
                    created_at: Set(now),
                    expires_at: Set(now + life),
                    used_at: Set(None),
                };
                one_time_token::Entity::insert(row).exec_without_returning(tx).await?;
                queue::write(tx, tx.tenant(), &clock, &jobs::send_link(id, now)).await
            }
            .boxed()
        });
        written.await?;
        accounts.jobs.wake();
    }
    Ok(())
}

/// Sets a new password by a mailed link, ends all sessions and opens one.
#[utoipa::path(post, path = "/api/v1/auth/reset-password", tag = "auth", security(()),
    request_body = ResetPassword,
    responses((status = 200, body = Entry), (status = 410, description = "token_expired"),
        (status = 422, description = "weak_password"), (status = 429, description = "too many")))]
#[tracing::instrument(name = "accounts.reset_password", skip_all)]
pub(super) async fn reset_password(
    accounts: Data<Accounts>,
    limits: Data<RateLimits>,
    req: HttpRequest,
    key: IdempotencyKey,
    Body(body): Body<ResetPassword>,
) -> Result<HttpResponse, Problem> {
    let (tenant, id) = opened(&accounts, &limits, &req, Purpose::Reset, &body.token)?;
    let token = find(&accounts, tenant, id).await?.ok_or(Error::TokenExpired)?;
    let user = token.user_id.filter(|_| token.kind == "reset").ok_or(Error::TokenExpired)?;
    parse::password(&body.password, &token.email)?;
    let by = Principal::system(tenant);
    let mac = accounts.secrets.mac("reset-body", &[id.0.as_bytes(), body.password.as_bytes()]);
    let work = async {
        if token.used_at.is_some() || token.expires_at <= accounts.clock.now() {
            return Err(Error::TokenExpired.into());
        }
        let password_hash = accounts.passwords.hash(&body.password).await?;
        let d = SetPassword { password_hash, keep: None, token: Some(id) };
        let topic = Topic::user(user);
        accounts.hub.command(&by, topic, "password.set", &d, None, None).await?;
        Ok((200, json!(user)))
    };
    once(&accounts.db, &accounts.clock, &by, &key, "reset-password", &mac, work).await?;
    accounts.access.forget(tenant, Some(user));
    let entry = accounts.open_session(tenant, user, device(&req)).await?;
    Ok(accounts.answer(200, entry))
}

/// Whose invitation a link is.
#[utoipa::path(post, path = "/api/v1/auth/invitation", tag = "auth", security(()),
    request_body = ShowInvitation,
    responses((status = 200, body = InvitationFace), (status = 410, description = "token_expired"),
        (status = 429, description = "too many")))]
#[tracing::instrument(name = "accounts.show_invitation", skip_all)]
pub(super) async fn show_invitation(
    accounts: Data<Accounts>,
    limits: Data<RateLimits>,
    req: HttpRequest,
    Body(body): Body<ShowInvitation>,
) -> Result<HttpResponse, Problem> {
    let (tenant, id) = opened(&accounts, &limits, &req, Purpose::Invitation, &body.token)?;
    let token = live(&accounts, find(&accounts, tenant, id).await?)?;
    let row = accounts.db.read(tenant, |tx| views::tenant_row(tx).boxed()).await?;
    let face = InvitationFace {
        email: token.email,
        name: token.name,
        tenant_name: row.name,
        role: token.role,
    };
    Ok(HttpResponse::Ok().json(face))
}

/// Joins by an invitation and opens a session.
#[utoipa::path(post, path = "/api/v1/auth/accept-invitation", tag = "auth", security(()),
    request_body = AcceptInvitation,
    responses((status = 200, body = Entry), (status = 409, description = "email_taken"),
        (status = 410, description = "token_expired"), (status = 422, description = "fields"),
        (status = 429, description = "too many")))]
#[tracing::instrument(name = "accounts.accept_invitation", skip_all)]
pub(super) async fn accept_invitation(
    accounts: Data<Accounts>,
    limits: Data<RateLimits>,
    req: HttpRequest,
    key: IdempotencyKey,
    Body(body): Body<AcceptInvitation>,
) -> Result<HttpResponse, Problem> {
    let (tenant, id) = opened(&accounts, &limits, &req, Purpose::Invitation, &body.token)?;
    let token = find(&accounts, tenant, id).await?.ok_or(Error::TokenExpired)?;
    let mut fields = Fields::default();
    let name = fields.keep(input::name("name", &body.name));
    fields.keep(parse::password(&body.password, &token.email));
    parse::done(fields)?;
    let by = Principal::system(tenant);
    let parts = [id.0.as_bytes().as_slice(), body.name.as_bytes(), body.password.as_bytes()];
    let mac = accounts.secrets.mac("accept-body", &parts);
    let work = async {
        live(&accounts, Some(token.clone()))?;
        let row = accounts.db.read(tenant, |tx| views::tenant_row(tx).boxed()).await?;
        let address = email_mac(&accounts.secrets, &parse::email_key(&token.email));
        let d = JoinUser {
            token: id,
            name: name.unwrap_or_default(),
            password_hash: accounts.passwords.hash(&body.password).await?,
            directory_key: hex(&address),
            locale: row.locale,
        };
        let joined =
            accounts.hub.command(&by, Topic::tenant(), "user.join", &d, None, None).await?;
        let reply: serde_json::Value = joined
            .d
            .and_then(|d| serde_json::from_str(d.get()).ok())
            .ok_or_else(Problem::internal)?;
        Ok((200, reply["user_id"].clone()))
    };
    let (_, user) =
        once(&accounts.db, &accounts.clock, &by, &key, "accept-invitation", &mac, work).await?;
    let user: UserId = serde_json::from_value(user).map_err(|_| Problem::internal())?;
    let entry = accounts.open_session(tenant, user, device(&req)).await?;
    Ok(accounts.answer(200, entry))
}

/// A link of ours; guesses are counted.
fn opened(
    accounts: &Accounts,
    limits: &RateLimits,
    req: &HttpRequest,
    purpose: Purpose,
    text: &str,
) -> Result<(TenantId, TokenId), Problem> {
    let network = ClientAddress::of(req).network();
    limits.failures.check(network)?;
    open_link(&accounts.secrets, purpose, text.trim()).ok_or_else(|| {
        limits.failures.failed(network);
        Error::TokenExpired.into()
    })
}

async fn find(
    accounts: &Accounts,
    tenant: TenantId,
    id: TokenId,
) -> Result<Option<one_time_token::Model>, Problem> {
    accounts.db.read(tenant, move |tx| views::find_token(tx, id).boxed()).await
}

fn live(
    accounts: &Accounts,
    token: Option<one_time_token::Model>,
) -> Result<one_time_token::Model, Problem> {
    let now = accounts.clock.now();
    token
        .filter(|t| t.kind == "invitation" && t.used_at.is_none() && t.expires_at > now)
        .ok_or_else(|| Error::TokenExpired.into())
}

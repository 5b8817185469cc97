//! Devices' sessions: opened by a sign-in, carried on by refresh tokens that work once. One that is
//! used twice was stolen or lost: the whole family ends.

use actix_web::HttpResponse;
use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use chrono::Duration;
use entities::device_session;
use entities::ids::{AuditId, SessionId, TenantId, UserId};
use entities::tenancy::OfTenant;
use futures_util::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::Accounts;
use super::commands::RevokeSessions;
use super::error::Error;
use super::newcomers::note_sign_in;
use super::principals::load_principal;
use super::secret_links::RefreshToken;
use super::views::{self, Tenant, User};
use crate::features::audit;
use crate::gateway::LIFE_SECONDS;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Name of the cookie that holds the refresh token.
pub(super) const COOKIE: &str = "nabiz_refresh";
const COOKIE_PATH: &str = "/api/v1/auth";

/// Where somebody signs in from, as the list of devices shows it.
#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) user_agent: String,
    pub(super) address: String,
}

/// What a sign-in answers.
#[derive(Serialize, ToSchema)]
pub(super) struct Entry {
    access_token: String,
    /// Seconds.
    expires_in: i64,
    user: User,
    tenant: Tenant,
}

/// An entry with the cookie that goes with it.
pub(super) struct Opened {
    entry: Entry,
    refresh: RefreshToken,
}

enum Rotation {
    Done(UserId),
    Ended,
    Reused(UserId),
}

impl Accounts {
    /// Opens a session for somebody who has proved who he is.
    pub(super) async fn open_session(
        &self,
        tenant: TenantId,
        user: UserId,
        device: Device,
    ) -> Result<Opened, Problem> {
        let session = SessionId(self.clock.fresh_id());
        let refresh = RefreshToken::fresh(tenant, session);
        let (now, hash) = (self.clock.now(), refresh.hash());
        let line = AuditId(self.clock.fresh_id());
        let expires_at = now + Duration::days(i64::from(self.auth.session_days));
        self.db
            .write(tenant, move |tx| {
                let row = device_session::ActiveModel {
                    tenant_id: Set(tenant),
                    id: Set(session),
                    user_id: Set(user),
                    refresh_hash: Set(hash.clone()),
                    user_agent: Set(device.user_agent.clone()),
                    address: Set(device.address.clone()),
                    created_at: Set(now),
                    last_used_at: Set(now),
                    expires_at: Set(expires_at),
                    revoked_at: Set(None),
                    revoked_because: Set(None),
                };
                let entry = audit::Entry::new("session.opened").by_self(user).from(&device.address);
                let entry = entry
                    .with(json!({ "session": session, "user_agent": device.user_agent.clone() }));
                async move {
                    device_session::Entity::insert(row).exec_without_returning(tx).await?;
                    audit::note(tx, line, now, entry).await
                }
                .boxed()
            })
            .await?;
        note_sign_in(&self.db, &self.clock, tenant, user).await?;
        self.entry(refresh, user).await
    }

    /// Takes a refresh token and gives the next one.
    ///
    /// # Errors
    /// `session_ended` for one that is none, is used up, or belongs to an ended session.
    pub(super) async fn rotate(&self, text: &str, from: &Device) -> Result<Opened, Problem> {
        let old = RefreshToken::open(&self.secrets, text).ok_or(Error::SessionEnded)?;
        let new = RefreshToken::fresh(old.tenant, old.session);
        let (session, now) = (old.session, self.clock.now());
        let (old_hash, new_hash) = (old.hash(), new.hash());
        let expires_at = now + Duration::days(i64::from(self.auth.session_days));
        let rotation = self.db.write(old.tenant, move |tx| {
            let (old_hash, new_hash) = (old_hash.clone(), new_hash.clone());
            async move {
                let row = device_session::Entity::of(tx.tenant())
                    .filter(device_session::Column::Id.eq(session))
                    .one(tx)
                    .await?;
                let Some(row) = row.filter(|r| r.revoked_at.is_none() && r.expires_at > now) else {
                    return Ok(Rotation::Ended);
                };
                // the filter decides between two that come at once; the second finds no row
                let rotated = device_session::Entity::change(tx.tenant())
                    .col_expr(device_session::Column::RefreshHash, Expr::value(new_hash))
                    .col_expr(device_session::Column::LastUsedAt, Expr::value(now))
                    .col_expr(device_session::Column::ExpiresAt, Expr::value(expires_at))
                    .filter(device_session::Column::Id.eq(session))
                    .filter(device_session::Column::RefreshHash.eq(old_hash))
                    .exec(tx)
                    .await?;
                Ok(match rotated.rows_affected {
                    1 => Rotation::Done(row.user_id),
                    _ => Rotation::Reused(row.user_id),
                })
            }
            .boxed()
        });
        match rotation.await? {
            Rotation::Done(user) => self.entry(new, user).await,
            Rotation::Ended => Err(Error::SessionEnded.into()),
            Rotation::Reused(user) => {
                tracing::warn!(session.id = %session, "refresh token was used twice");
                let by = Principal::system(old.tenant);
                self.end_sessions(&by, user, Some(vec![session]), "reuse").await?;
                // whoever came second is not proved to be anybody
                let entry = audit::Entry::new("session.reused").about(user).from(&from.address);
                let d = json!({ "session": session, "user_agent": from.user_agent });
                audit::keep(&self.db, &self.clock, old.tenant, entry.with(d)).await?;
                Err(Error::SessionEnded.into())
            }
        }
    }

    /// Ends sessions of a person: these, or all. Sockets close by the events this writes.
    pub(super) async fn end_sessions(
        &self,
        by: &Principal,
        user: UserId,
        sessions: Option<Vec<SessionId>>,
        because: &str,
    ) -> Result<(), Problem> {
        let d = RevokeSessions { sessions, because: because.to_owned() };
        let by = by.assisted();
        self.hub.command(&by, Topic::user(user), "session.revoke", &d, None, None).await?;
        self.access.forget(by.tenant, Some(user));
        Ok(())
    }

    /// Ends the session of a refresh token; one that has ended already is fine.
    pub(super) async fn end_by_refresh(&self, text: &str) -> Result<(), Problem> {
        let Some(token) = RefreshToken::open(&self.secrets, text) else { return Ok(()) };
        let session = token.session;
        let found = self.db.read(token.tenant, move |tx| {
            async move {
                let rows = device_session::Entity::of(tx.tenant());
                Ok(rows.filter(device_session::Column::Id.eq(session)).one(tx).await?)
            }
            .boxed()
        });
        match found.await? {
            Some(row) if row.revoked_at.is_none() => {
                let by = Principal::system(token.tenant);
                let ended = self.end_sessions(&by, row.user_id, Some(vec![session]), "sign_out");
                match ended.await {
                    // two tabs signed out at once
                    Err(problem) if problem.status() == 404 => Ok(()),
                    done => done,
                }
            }
            _ => Ok(()),
        }
    }

    async fn entry(&self, refresh: RefreshToken, user: UserId) -> Result<Opened, Problem> {
        let (tenant, session, now) = (refresh.tenant, refresh.session, self.clock.now());
        let secrets = self.secrets.clone();
        let faces = self.db.read(tenant, move |tx| {
            async move {
                // a user who was deactivated meanwhile gets no token
                let by = load_principal(tx, now, user, session)
                    .await
                    .map_err(|_| Problem::from(Error::SessionEnded))?;
                let row = views::find_user(tx, user).await?.ok_or_else(Problem::not_found)?;
                let secrets = by.may(Permission::ManageKeys).then_some(&secrets);
                Ok((User::from(row), views::tenant(tx, secrets).await?))
            }
            .boxed()
        });
        let (shown, tenant_shown) = faces.await?;
        let entry = Entry {
            access_token: self.access.tokens.issue(tenant, user, session)?,
            expires_in: LIFE_SECONDS,
            user: shown,
            tenant: tenant_shown,
        };
        Ok(Opened { entry, refresh })
    }

    /// The answer of a sign-in, with its cookie.
    pub(super) fn answer(&self, status: u16, opened: Opened) -> HttpResponse {
        let status = actix_web::http::StatusCode::from_u16(status)
            .unwrap_or(actix_web::http::StatusCode::OK);
        let text = opened.refresh.text(&self.secrets);
        let life = CookieDuration::days(i64::from(self.auth.session_days));
        HttpResponse::build(status).cookie(self.cookie(text, life)).json(opened.entry)
    }

    /// A cookie that removes the cookie.
    pub(super) fn no_cookie(&self) -> Cookie<'static> {
        self.cookie(String::new(), CookieDuration::ZERO)
    }

    fn cookie(&self, value: String, life: CookieDuration) -> Cookie<'static> {
        Cookie::build(COOKIE, value)
            .path(COOKIE_PATH)
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.url.is_secure())
            .max_age(life)
            .finish()
    }
}

//! From a bearer token to a principal. The token only says who; rights are read from the database
//! and remembered for less than a second, so that a deactivation or a change of role takes effect
//! within one, also when another node made it.

use std::future::ready;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use dashmap::DashMap;
use entities::ids::{ApiKeyId, SessionId, TenantId, UserId};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::address::ClientAddress;
use super::api_key::ApiKeyText;
use super::tokens::{AccessClaims, AccessTokens};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Longest that rights are believed without asking again.
const LIFE: Duration = Duration::from_millis(800);
/// Beyond this many, stale entries are thrown out.
const REMEMBERED: usize = 20_000;

/// Names the colleague with whose eyes a request is to be seen.
const SEE_AS: &str = "nabiz-see-as";
/// What belongs to one person alone, below `/api/v1`.
const PRIVATE: [&str; 5] = ["/me/", "/notifications", "/push", "/rooms", "/messages/"];

/// Where principals come from.
#[async_trait::async_trait]
pub trait PrincipalSource: Send + Sync {
    /// # Errors
    /// `unauthenticated` when the session is over or the user may not sign in.
    async fn of_session(
        &self,
        tenant: TenantId,
        user: UserId,
        session: SessionId,
    ) -> Result<Principal, Problem>;

    /// # Errors
    /// `unauthenticated` when there is no such key, or it was revoked.
    async fn of_key(&self, key: &ApiKeyText) -> Result<Principal, Problem>;

    /// The eyes of a colleague, lent to `by`: never more than `by` may see, and on record before
    /// they are used.
    ///
    /// # Errors
    /// `forbidden` for whom colleagues are no business, `not_found` when there is no such colleague.
    async fn lent(
        &self,
        by: &Principal,
        colleague: UserId,
        address: &str,
    ) -> Result<Principal, Problem>;
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Holder {
    Session(TenantId, UserId, SessionId),
    /// With the hash of the secret: another secret is another holder.
    Key(TenantId, ApiKeyId, [u8; 32]),
}

/// Turns tokens into principals.
pub struct Access {
    pub tokens: AccessTokens,
    source: Arc<dyn PrincipalSource>,
    known: DashMap<Holder, (Instant, Principal)>,
}

impl Access {
    pub fn new(tokens: AccessTokens, source: Arc<dyn PrincipalSource>) -> Self {
        Self { tokens, source, known: DashMap::new() }
    }

    /// The principal of an access token or an API key.
    ///
    /// # Errors
    /// `unauthenticated`, or `busy` when the database is away.
    pub async fn of_bearer(&self, text: &str) -> Result<Principal, Problem> {
        if let Some(key) = ApiKeyText::parse(text) {
            return self.of_key(&key).await;
        }
        let claims = self.tokens.read(text)?;
        let holder = Holder::Session(claims.tid, claims.sub, claims.sid);
        self.remembered(holder, self.source.of_session(claims.tid, claims.sub, claims.sid)).await
    }

    /// The principal of an API key, from wherever it was sent.
    ///
    /// # Errors
    /// As `of_bearer`.
    pub async fn of_key(&self, key: &ApiKeyText) -> Result<Principal, Problem> {
        let holder = Holder::Key(key.tenant, key.id, key.hash());
        self.remembered(holder, self.source.of_key(key)).await
    }

    /// The claims and the principal of an access token, read afresh: for `hello` and `auth`.
    ///
    /// # Errors
    /// As `of_bearer`; API keys open no sockets.
    pub async fn of_token(&self, token: &str) -> Result<(AccessClaims, Principal), Problem> {
        let claims = self.tokens.read(token)?;
        let principal = self.source.of_session(claims.tid, claims.sub, claims.sid).await?;
        Ok((claims, principal))
    }

    /// The principal of a request that names whose eyes it is seen with.
    async fn of_request(&self, text: &str, see_as: Option<SeeAs>) -> Result<Principal, Problem> {
        let by = self.of_bearer(text).await?;
        match see_as {
            None => Ok(by),
            Some(SeeAs { colleague, address }) => self.source.lent(&by, colleague, &address).await,
        }
    }

    /// Rights of this tenant changed (`None`: everybody's); ask again at the next request.
    pub fn forget(&self, tenant: TenantId, user: Option<UserId>) {
        self.known.retain(|holder, _| match holder {
            Holder::Session(t, u, _) => *t != tenant || user.is_some_and(|user| user != *u),
            Holder::Key(t, ..) => *t != tenant,
        });
    }

    async fn remembered(
        &self,
        holder: Holder,
        load: impl Future<Output = Result<Principal, Problem>>,
    ) -> Result<Principal, Problem> {
        if let Some(entry) = self.known.get(&holder)
            && entry.0.elapsed() < LIFE
        {
            return Ok(entry.1.clone());
        }
        // the age counts from before the reading: what changes meanwhile is seen in time
        let asked = Instant::now();
        let principal = load.await.inspect_err(|_| drop(self.known.remove(&holder)))?;
        if self.known.len() >= REMEMBERED {
            self.known.retain(|_, (at, _)| at.elapsed() < LIFE);
        }
        self.known.insert(holder, (asked, principal.clone()));
        Ok(principal)
    }
}

/// The text behind `Authorization: Bearer`.
pub(super) fn bearer(req: &HttpRequest) -> Option<&str> {
    let value = req.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whose eyes a request wants to be seen with.
struct SeeAs {
    colleague: UserId,
    address: String,
}

/// Only what is read, and nothing that is one person's own: devices, notifications, chat, secret addresses.
fn see_as(req: &HttpRequest) -> Result<Option<SeeAs>, Problem> {
    let Some(value) = req.headers().get(SEE_AS) else { return Ok(None) };
    let colleague = value.to_str().ok().and_then(|id| id.trim().parse().ok());
    let colleague = colleague.ok_or_else(|| Problem::invalid(SEE_AS, "bad_value"))?;
    let path = req.path().strip_prefix("/api/v1").unwrap_or(req.path());
    let is_private = PRIVATE.iter().any(|private| path.starts_with(private));
    if req.method() != Method::GET || is_private {
        return Err(Problem::forbidden());
    }
    let address = ClientAddress::of(req).0.to_string();
    Ok(Some(SeeAs { colleague, address }))
}

impl FromRequest for Principal {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(access) = req.app_data::<Data<Access>>().cloned() else {
            tracing::error!("no access in the app's data");
            return ready(Err(Problem::internal())).boxed_local();
        };
        let Some(token) = bearer(req).map(str::to_owned) else {
            return ready(Err(Problem::unauthenticated())).boxed_local();
        };
        let see_as = match see_as(req) {
            Ok(see_as) => see_as,
            Err(problem) => return ready(Err(problem)).boxed_local(),
        };
        async move { access.of_request(&token, see_as).await }.boxed_local()
    }
}

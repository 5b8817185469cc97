//! Signing in with a password. Unknown address, wrong password, deactivated user, wrong tenant: one
//! answer, and the same work before it.

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use entities::ids::{AuditId, TenantId, UserId};
use entities::tenancy::OfTenant;
use entities::{directory, user};
use futures_util::FutureExt;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::Accounts;
use super::error::Error;
use super::lockout::{locked, wait_after};
use super::newcomers::find_slug;
use super::parse;
use super::secret_links::email_mac;
use super::sessions::Device;
use crate::features::audit::{self, Entry};
use crate::gateway::{RateLimits, hex};
use crate::kernel::clock::wire_time;
use crate::kernel::problem::Problem;

/// Tenants that one address is tried in, where none is named.
const CANDIDATES_MAX: u64 = 8;

impl Accounts {
    /// Who this is.
    ///
    /// # Errors
    /// `bad_credentials`; `locked` or `rate` after too many tries.
    pub(super) async fn authenticate(
        &self,
        limits: &RateLimits,
        network: IpAddr,
        from: &Device,
        email: &str,
        password: &str,
        tenant: Option<&str>,
    ) -> Result<(TenantId, UserId), Problem> {
        limits.failures.check(network)?;
        let mac = email_mac(&self.secrets, &parse::email_key(email));
        let _try = self.lockouts.begin(mac)?;
        let candidates = self.candidates(&mac, tenant).await?;
        let now = self.clock.now();
        let until = candidates.iter().filter_map(|user| user.locked_until).min();
        if let Some(rest) = until.and_then(|until| (until - now).to_std().ok())
            && candidates.iter().all(|user| user.locked_until.is_some_and(|until| until > now))
        {
            return Err(locked(rest));
        }
        let mut found: Option<&user::Model> = None;
        for user in candidates.iter().filter(|user| user.active) {
            let fits = self.passwords.fits(password, user.password_hash.as_deref()).await?;
            // the same password in two tenants: where the person was last
            if fits && found.is_none_or(|other| other.last_seen_at < user.last_seen_at) {
                found = Some(user);
            }
        }
        if !candidates.iter().any(|user| user.active) {
            self.passwords.fits(password, None).await?;
        }
        match found {
            Some(user) => {
                self.lockouts.succeeded(&mac);
                Ok((user.tenant_id, user.id))
            }
            None => {
                limits.failures.failed(network);
                let wait = self.lockouts.failed(mac);
                self.count_failure(&candidates, now, wait, from);
                Err(Error::BadCredentials.into())
            }
        }
    }

    /// Users of this address, in all tenants or in the one that is named.
    pub(super) async fn candidates(
        &self,
        mac: &[u8; 32],
        tenant: Option<&str>,
    ) -> Result<Vec<user::Model>, Problem> {
        let only = match tenant {
            Some(slug) => match find_slug(&self.db, slug.trim()).await? {
                Some(tenant) => Some(tenant),
                None => return Ok(Vec::new()),
            },
            None => None,
        };
        let key = hex(mac);
        let entries = self.db.lobby(move |lobby| {
            async move {
                let mut entries = directory::Entity::find()
                    .filter(directory::Column::Kind.eq("email"))
                    .filter(directory::Column::Key.eq(key))
                    .limit(CANDIDATES_MAX);
                if let Some(tenant) = only {
                    entries = entries.filter(directory::Column::TenantId.eq(tenant));
                }
                Ok(entries.all(lobby).await?)
            }
            .boxed()
        });
        let mut users = Vec::new();
        for entry in entries.await? {
            let id = entry.user_id;
            let found =
                self.db.read(entry.tenant_id, move |tx| super::views::find_user(tx, id).boxed());
            users.extend(found.await?);
        }
        Ok(users)
    }

    /// Kept with the user too, for other nodes and the next start; nobody waits for it.
    fn count_failure(
        &self,
        candidates: &[user::Model],
        now: DateTime<Utc>,
        wait: Option<std::time::Duration>,
        from: &Device,
    ) {
        for user in candidates {
            let (db, tenant, id) = (self.db.clone(), user.tenant_id, user.id);
            let failures = user.failed_logins.saturating_add(1);
            let until = wait_after(failures)
                .and_then(|wait| Duration::from_std(wait).ok())
                .map(|wait| now + wait);
            let refused = Entry::new("session.refused").about(id).from(&from.address);
            let refused = refused.with(json!({ "user_agent": from.user_agent }));
            // this node has counted them all; the row may be behind by those that are being written
            let shut = wait.and_then(|wait| Duration::from_std(wait).ok()).map(|wait| now + wait);
            let shut = shut.or(until);
            let d = json!({ "until": shut.map(wire_time) });
            let locked = Entry::new("session.locked").about(id).from(&from.address).with(d);
            let lines = [AuditId(self.clock.fresh_id()), AuditId(self.clock.fresh_id())];
            self.db.detach(async move {
                let counted = db.write(tenant, move |tx| {
                    let (refused, locked) = (refused.clone(), locked.clone());
                    async move {
                        audit::note(tx, lines[0], now, refused).await?;
                        if shut.is_some() {
                            audit::note(tx, lines[1], now, locked).await?;
                        }
                        user::Entity::change(tx.tenant())
                            .col_expr(user::Column::FailedLogins, Expr::value(failures))
                            .col_expr(user::Column::LockedUntil, Expr::value(until))
                            .filter(user::Column::Id.eq(id))
                            .exec(tx)
                            .await?;
                        Ok(())
                    }
                    .boxed()
                });
                if let Err(problem) = counted.await {
                    tracing::warn!(%problem, "a wrong try could not be counted");
                }
            });
        }
    }
}

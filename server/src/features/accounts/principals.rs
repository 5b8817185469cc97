//! Who asks, read from the rows: what a token says is only who, never what he may.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use dashmap::DashMap;
use entities::ids::{SessionId, TenantId, UserId};
use entities::tenancy::OfTenant;
use entities::{api_key, device_session, user};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};

use super::views::{self, Rights, Tenant, User};
use crate::db::{Db, Tx};
use crate::features::audit::{self, Entry};
use crate::gateway::{Access, ApiKeyText, KeyKind, PrincipalSource, hex, same_bytes};
use crate::kernel::clock::Clock;
use crate::kernel::principal::{
    Permission, Permissions, Principal, Scope, Scopes, Visibility, Who,
};
use crate::kernel::problem::Problem;
use crate::realtime::hub::Authenticator;
use crate::realtime::port::SignedIn;

/// A key's last use is noted no more often than this.
const NOTED_EVERY: chrono::Duration = chrono::Duration::minutes(5);
/// A look with somebody's eyes is put on record again after this.
const LOOK_NOTED_EVERY: Duration = Duration::from_secs(600);

/// The principal of a signed-in device, as the rows are now.
///
/// # Errors
/// `unauthenticated` when the session is over or the user deactivated.
pub async fn load_principal(
    tx: &Tx<'_>,
    now: DateTime<Utc>,
    user: UserId,
    session: SessionId,
) -> Result<Principal, Problem> {
    let mut device = Query::select();
    device
        .column(device_session::Column::UserId)
        .from(device_session::Entity)
        .and_where(device_session::Column::TenantId.eq(tx.tenant()))
        .and_where(device_session::Column::Id.eq(session))
        .and_where(device_session::Column::RevokedAt.is_null())
        .and_where(device_session::Column::ExpiresAt.gt(now));
    let user = user::Entity::of(tx.tenant())
        .filter(user::Column::Id.eq(user))
        .filter(user::Column::Id.in_subquery(device))
        .filter(user::Column::Active.eq(true))
        .one(tx)
        .await?
        .ok_or_else(Problem::unauthenticated)?;
    eyes_of(tx, user, session).await
}

/// What a colleague may do and see now, on no device: for work that goes on in their name. None
/// when they are gone.
///
/// # Errors
/// Those of the database.
pub async fn standing(tx: &Tx<'_>, user: UserId) -> Result<Option<Principal>, Problem> {
    match views::find_user(tx, user).await?.filter(|user| user.active) {
        Some(user) => Ok(Some(eyes_of(tx, user, SessionId::NIL).await?)),
        None => Ok(None),
    }
}

/// What somebody may do and see, as the rows are now.
pub(super) async fn eyes_of(
    tx: &Tx<'_>,
    user: user::Model,
    session: SessionId,
) -> Result<Principal, Problem> {
    let role = views::find_role(tx, &user.role).await?;
    let rights = role.as_ref().map_or_else(Rights::none, Rights::of);
    let team = match user.team_id.filter(|_| rights.scopes.uses_teams()) {
        Some(team) => Some(
            user::Entity::of(tx.tenant())
                .select_only()
                .column(user::Column::Id)
                .filter(user::Column::TeamId.eq(team))
                .into_tuple::<UserId>()
                .all(tx)
                .await?
                .into(),
        ),
        None => None,
    };
    Ok(eyes_with(user, session, rights, team))
}

/// The same where the role's rights are known, and who is in the team if it counts.
pub(super) fn eyes_with(
    user: user::Model,
    session: SessionId,
    rights: Rights,
    team: Option<Arc<[UserId]>>,
) -> Principal {
    let Rights { permissions, scopes } = rights;
    let me: Arc<[UserId]> = Arc::new([user.id]);
    let team = team.unwrap_or_else(|| me.clone());
    let scope = |visibility: Visibility| Scope {
        visibility,
        circle: if visibility == Visibility::Team { team.clone() } else { me.clone() },
    };
    let customers = scope(scopes.customers);
    Principal {
        tenant: user.tenant_id,
        who: Who::User { id: user.id, session },
        role: user.role.into(),
        permissions,
        visibility: customers.visibility,
        circle: customers.circle,
        agenda: scope(scopes.agenda),
        reports: scope(scopes.reports),
        seen_by: None,
        locale: user.locale.into(),
    }
}

/// Loads principals for the gateway.
pub struct Principals {
    db: Db,
    clock: Clock,
    /// Which device looked with whose eyes, and when that was put on record.
    lookers: DashMap<(SessionId, UserId), Instant>,
}

impl Principals {
    pub fn new(db: &Db, clock: &Clock) -> Arc<Self> {
        Arc::new(Self { db: db.clone(), clock: clock.clone(), lookers: DashMap::new() })
    }

    fn note_use(&self, row: &api_key::Model) {
        let now = self.clock.now();
        if row.last_used_at.is_some_and(|last| now - last < NOTED_EVERY) {
            return;
        }
        let (db, tenant, id) = (self.db.clone(), row.tenant_id, row.id);
        self.db.detach(async move {
            let noted = db.write(tenant, move |tx| {
                async move {
                    api_key::Entity::change(tx.tenant())
                        .col_expr(api_key::Column::LastUsedAt, Expr::value(now))
                        .filter(api_key::Column::Id.eq(id))
                        .exec(tx)
                        .await?;
                    Ok(())
                }
                .boxed()
            });
            // only for the list of keys; the next use notes it again
            let _ = noted.await;
        });
    }
}

#[async_trait::async_trait]
impl PrincipalSource for Principals {
    async fn of_session(
        &self,
        tenant: TenantId,
        user: UserId,
        session: SessionId,
    ) -> Result<Principal, Problem> {
        let now = self.clock.now();
        self.db.read(tenant, move |tx| load_principal(tx, now, user, session).boxed()).await
    }

    async fn of_key(&self, key: &ApiKeyText) -> Result<Principal, Problem> {
        let (id, kind, hash) = (key.id, key.kind, hex(&key.hash()));
        let found = self.db.read(key.tenant, move |tx| {
            async move {
                let row = api_key::Entity::of(tx.tenant())
                    .filter(api_key::Column::Id.eq(id))
                    .filter(api_key::Column::RevokedAt.is_null())
                    .one(tx)
                    .await?;
                let row = row
                    .filter(|row| row.kind == kind.name())
                    .filter(|row| same_bytes(row.secret_hash.as_bytes(), hash.as_bytes()))
                    .ok_or_else(Problem::unauthenticated)?;
                let maker = views::find_user(tx, row.created_by).await?;
                let role = match maker.filter(|user| user.active) {
                    Some(user) => views::find_role(tx, &user.role).await?,
                    None => None,
                };
                Ok((row, role))
            }
            .boxed()
        });
        let (row, role) = found.await?;
        let permissions = match kind {
            KeyKind::Form => [Permission::CreateLeads].into_iter().collect(),
            // never more than who made it may today
            KeyKind::Api => {
                let role = role.ok_or_else(Problem::unauthenticated)?;
                let own = Permissions::parse(&row.permissions.0);
                let maker = Rights::of(&role);
                // a key sees every record: who does not may not look through one
                let sees_all = maker.scopes == Scopes::every(Visibility::All);
                let both = |p: &Permission| {
                    let is_blind = *p == Permission::CreateLeads;
                    own.has(*p) && maker.permissions.has(*p) && (sees_all || is_blind)
                };
                Permission::ALL.iter().copied().filter(both).collect()
            }
        };
        self.note_use(&row);
        Ok(Principal {
            tenant: row.tenant_id,
            who: Who::Key { id: row.id },
            role: Arc::from(""),
            permissions,
            visibility: Visibility::All,
            circle: Arc::from([]),
            agenda: Scope::all(),
            reports: Scope::all(),
            seen_by: None,
            locale: Arc::from("tr"),
        })
    }

    async fn lent(
        &self,
        by: &Principal,
        colleague: UserId,
        address: &str,
    ) -> Result<Principal, Problem> {
        let session = by.session().ok_or_else(Problem::forbidden)?;
        if !by.may(Permission::ManageUsers) {
            return Err(Problem::forbidden());
        }
        let eyes = self.db.read(by.tenant, move |tx| {
            async move {
                let user = views::find_user(tx, colleague).await?.filter(|user| user.active);
                eyes_of(tx, user.ok_or_else(Problem::not_found)?, session).await
            }
            .boxed()
        });
        let eyes = eyes.await?;
        self.note_look(by, session, colleague, address).await?;
        Ok(eyes.lent_to(by))
    }
}

impl Principals {
    /// One line for a look of some minutes, written before anything is shown.
    async fn note_look(
        &self,
        by: &Principal,
        session: SessionId,
        colleague: UserId,
        address: &str,
    ) -> Result<(), Problem> {
        let looker = (session, colleague);
        let known = |at: &Instant| at.elapsed() < LOOK_NOTED_EVERY;
        if self.lookers.get(&looker).is_some_and(|at| known(&at)) {
            return Ok(());
        }
        let entry = Entry::new("sight.used").by(by).about(colleague).from(address);
        audit::keep(&self.db, &self.clock, by.tenant, entry).await?;
        self.lookers.retain(|_, at| known(at));
        self.lookers.insert(looker, Instant::now());
        Ok(())
    }
}

/// Signs sockets in.
pub struct SocketSignIn {
    access: Data<Access>,
    db: Db,
}

impl SocketSignIn {
    pub fn new(access: Data<Access>, db: &Db) -> Arc<Self> {
        Arc::new(Self { access, db: db.clone() })
    }
}

impl Authenticator for SocketSignIn {
    fn sign_in<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<SignedIn, Problem>> {
        async move {
            let (claims, principal) = self.access.of_token(token).await?;
            let id = claims.sub;
            let faces = self.db.read(claims.tid, move |tx| {
                async move {
                    let user = views::find_user(tx, id).await?.ok_or_else(Problem::not_found)?;
                    Ok((User::on_topic(user), views::tenant_row(tx).await?))
                }
                .boxed()
            });
            let (user, tenant) = faces.await?;
            let json = |error| {
                tracing::error!(%error, "a person cannot be shown");
                Problem::internal()
            };
            Ok(SignedIn {
                principal,
                session: claims.sid,
                expires_at: DateTime::from_timestamp(claims.exp, 0).unwrap_or_default(),
                user: serde_json::to_value(user).map_err(json)?,
                tenant: serde_json::to_value(Tenant::from(tenant)).map_err(json)?,
            })
        }
        .boxed()
    }

    /// Without those of deactivated users, whose own event closes their sockets for good.
    fn ended_since(
        &self,
        tenant: TenantId,
        since: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Vec<SessionId>, Problem>> {
        let ended = self.db.read(tenant, move |tx| {
            async move {
                let rows = device_session::Entity::of(tx.tenant())
                    .select_only()
                    .column(device_session::Column::Id)
                    .filter(device_session::Column::RevokedAt.gte(since))
                    .filter(device_session::Column::RevokedBecause.ne("deactivated"));
                Ok(rows.into_tuple::<SessionId>().all(tx).await?)
            }
            .boxed()
        });
        ended.boxed()
    }
}

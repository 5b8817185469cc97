//! Doors for other systems: from the random part of an address to the connection behind it, before
//! any tenant is known. What was found is believed for less than a second; its secrets stay in memory
//! until the next door is read.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dashmap::DashMap;
use entities::directory;
use entities::ids::{ConnectionId, TenantId};
use futures_util::FutureExt;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use secrecy::SecretString;

use super::{DIRECTORY, purpose, views};
use crate::adapters::vault::Vault;
use crate::db::Db;
use crate::gateway::{ClientAddress, RateLimits};
use crate::kernel::problem::Problem;

/// Longest that a door is believed to be as it was.
const LIFE: Duration = Duration::from_millis(800);
/// Letters of a key.
pub(super) const KEY_LENGTH: usize = 43;

/// What stands behind a door.
pub(super) struct Door {
    pub(super) tenant: TenantId,
    pub(super) connection: ConnectionId,
    pub(super) app_secret: SecretString,
    pub(super) verify_token: SecretString,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Doors(Arc<Inner>);

struct Inner {
    db: Db,
    vault: Vault,
    known: DashMap<String, (Instant, Arc<Door>)>,
}

impl Doors {
    pub fn new(db: &Db, vault: &Vault) -> Self {
        Self(Arc::new(Inner { db: db.clone(), vault: vault.clone(), known: DashMap::new() }))
    }

    pub(super) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Something about the connections of this tenant has changed; look again.
    pub(super) fn forget(&self, tenant: TenantId) {
        self.0.known.retain(|_, (_, door)| door.tenant != tenant);
    }

    /// The door with this key. Whoever guesses is slowed down; whoever knows one never is: other
    /// systems call for all tenants from the same addresses.
    ///
    /// # Errors
    /// `not_found`, `rate` for who guesses, `busy` when the database is away.
    pub(super) async fn find(
        &self,
        key: &str,
        from: ClientAddress,
        limits: &RateLimits,
    ) -> Result<Arc<Door>, Problem> {
        if let Some(entry) = self.0.known.get(key)
            && entry.0.elapsed() < LIFE
        {
            return Ok(entry.1.clone());
        }
        // the age counts from before the reading: what changes meanwhile is seen in time
        let asked = Instant::now();
        let Some(door) = self.look(key).await? else {
            self.0.known.remove(key);
            let from = from.network();
            limits.doors.check(from)?;
            limits.doors.failed(from);
            return Err(Problem::not_found());
        };
        let door = Arc::new(door);
        self.0.known.retain(|_, (at, _)| at.elapsed() < LIFE);
        self.0.known.insert(key.to_owned(), (asked, door.clone()));
        Ok(door)
    }

    async fn look(&self, key: &str) -> Result<Option<Door>, Problem> {
        if key.len() != KEY_LENGTH {
            return Ok(None);
        }
        let wanted = key.to_owned();
        let tenant: Option<TenantId> = self
            .0
            .db
            .glance(move |lobby| {
                async move {
                    Ok(directory::Entity::find()
                        .filter(directory::Column::Kind.eq(DIRECTORY))
                        .filter(directory::Column::Key.eq(wanted))
                        .select_only()
                        .column(directory::Column::TenantId)
                        .into_tuple()
                        .one(lobby)
                        .await?)
                }
                .boxed()
            })
            .await?;
        let Some(tenant) = tenant else { return Ok(None) };
        let wanted = key.to_owned();
        let row = self
            .0
            .db
            .read(tenant, move |tx| async move { views::behind(tx, &wanted).await }.boxed())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let open = async |field: &str, sealed: &str| {
            self.0.vault.unseal(tenant, &purpose(row.id, field), sealed).await
        };
        Ok(Some(Door {
            tenant,
            connection: row.id,
            app_secret: open("app_secret", &row.app_secret).await?,
            verify_token: open("verify_token", &row.verify_token).await?,
        }))
    }
}

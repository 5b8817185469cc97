//! Tenants' credentials at rest. Every tenant has a data key of its own, which stands in the
//! database wrapped by the master key; the master key stands in the configuration, or in a file
//! beside the database, and never in it. What is sealed is bound to its tenant and its purpose.
//!
//! A new master key only wraps the data keys again: `keys.previous` names the old one for one start, while
//! no other node runs.

mod marks;
mod seal;

use std::sync::Arc;

use anyhow::{Context, bail};
use dashmap::DashMap;
use entities::data_key;
use entities::ids::TenantId;
use entities::tenancy::OfTenant;
use futures_util::FutureExt;
use futures_util::future::try_join_all;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use self::seal::{Broken, Key, master};
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::kernel::clock::Clock;
use crate::kernel::problem::Problem;

/// What wrapped data keys are sealed for.
const DATA_KEY: &str = "data key";
/// Data keys that a start looks at together.
const AT_ONCE: usize = 8;
const REFUSED: &str = "keys.master is not the one this database was used with: restore the old one (a \
     lost file master.key belongs beside the database, in place of the one that a start without it has \
     made), or name it in keys.previous to change it; nothing in the database was changed";

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    master: Key,
    mark: String,
    known: DashMap<TenantId, Arc<Key>>,
}

impl Vault {
    /// The first start leaves a mark of the master key in the database. With another one nothing
    /// could be opened, so the server refuses to start, unless nothing was ever sealed; with the one
    /// before it in `keys.previous` it wraps all data keys again. Each start looks at all of them: one that died on the way, or a node
    /// that still had the old key, may have left some.
    ///
    /// # Errors
    /// Says what to restore.
    pub async fn open(keys: &Keys, db: &Db, clock: &Clock) -> anyhow::Result<Self> {
        let text = keys.master.expose_secret();
        if text.is_empty() {
            bail!("keys.master is empty");
        }
        let (key, mark) = master(text)?;
        let previous = keys.previous.expose_secret();
        let previous = (!previous.is_empty()).then(|| master(previous)).transpose()?;
        let vault = Self(Arc::new(Inner {
            db: db.clone(),
            clock: clock.clone(),
            master: key,
            mark: mark.clone(),
            known: DashMap::new(),
        }));
        let found = marks::agreed(db, &mark).await?;
        if found != mark {
            let is_known = previous.as_ref().is_some_and(|(_, old)| *old == found);
            if !is_known && vault.has_sealed().await? {
                bail!(REFUSED);
            }
            // First the mark, then the keys: from now on nobody makes one with the old master, so none
            // is missed.
            marks::replace(db, &found, &mark).await?;
            if !is_known {
                if vault.has_sealed().await? {
                    marks::replace(db, &mark, &found).await?;
                    bail!(REFUSED);
                }
                tracing::warn!("keys.master is another one than before; nothing was sealed yet");
            }
        }
        vault.wrap_again(previous.as_ref()).await?;
        Ok(vault)
    }

    /// Seals a credential of this tenant; `purpose` says which one, down to its record.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn seal(
        &self,
        tenant: TenantId,
        purpose: &str,
        plain: &SecretString,
    ) -> Result<String, Problem> {
        let key = match self.key(tenant).await? {
            Some(key) => key,
            None => self.make(tenant).await?,
        };
        key.seal(tenant, purpose, plain.expose_secret().as_bytes()).map_err(|_| said(tenant))
    }

    /// Opens what [`seal`](Self::seal) made for the same tenant and purpose.
    ///
    /// # Errors
    /// `internal` for anything else, and those of the database.
    pub async fn unseal(
        &self,
        tenant: TenantId,
        purpose: &str,
        sealed: &str,
    ) -> Result<SecretString, Problem> {
        // what was sealed has a key; a fresh one would open nothing and hide that it is gone
        let key = self.key(tenant).await?.ok_or_else(|| said(tenant))?;
        let plain = key.open(tenant, purpose, sealed).map_err(|_| said(tenant))?;
        let plain = str::from_utf8(&plain).map_err(|_| said(tenant))?;
        Ok(SecretString::from(plain))
    }

    /// The tenant's data key; `None` where nothing was ever sealed.
    async fn key(&self, tenant: TenantId) -> Result<Option<Arc<Key>>, Problem> {
        if let Some(known) = self.0.known.get(&tenant) {
            return Ok(Some(known.clone()));
        }
        match self.0.db.read(tenant, |tx| wrapped(tx).boxed()).await? {
            Some(row) => Ok(Some(self.remember(tenant, &row.wrapped)?)),
            None => Ok(None),
        }
    }

    fn remember(&self, tenant: TenantId, wrapped: &str) -> Result<Arc<Key>, Problem> {
        let key = unwrapped(&self.0.master, tenant, wrapped).map_err(|_| said(tenant))?;
        let key = Arc::new(key);
        self.0.known.insert(tenant, key.clone());
        Ok(key)
    }

    /// Of two that make it at once, the first one's stays. A server whose master key was changed
    /// meanwhile makes none: nobody could open it.
    async fn make(&self, tenant: TenantId) -> Result<Arc<Key>, Problem> {
        let fresh: seal::Bytes = Zeroizing::new(rand::random());
        let own = self.0.master.seal(tenant, DATA_KEY, fresh.as_slice());
        let own = own.map_err(|_| said(tenant))?;
        let (mark, at) = (self.0.mark.clone(), self.0.clock.now());
        let written = self.0.db.write(tenant, move |tx| {
            let mark = mark.clone();
            let row = data_key::ActiveModel {
                tenant_id: Set(tenant),
                wrapped: Set(own.clone()),
                master: Set(mark.clone()),
                wrapped_at: Set(at),
            };
            async move {
                if !marks::holds(tx, &mark).await? {
                    return Err(said(tenant));
                }
                data_key::Entity::insert(row)
                    .on_conflict(
                        OnConflict::column(data_key::Column::TenantId).do_nothing().to_owned(),
                    )
                    .exec_without_returning(tx)
                    .await?;
                wrapped(tx).await
            }
            .boxed()
        });
        let row = written.await?.ok_or_else(Problem::internal)?;
        self.remember(tenant, &row.wrapped)
    }

    /// Looks at every tenant's data key: what the previous master wrapped is wrapped again, and what
    /// neither did is refused.
    async fn wrap_again(&self, previous: Option<&(Key, String)>) -> anyhow::Result<()> {
        let tenants = marks::tenants(&self.0.db).await?;
        let mut count = 0;
        for some in tenants.chunks(AT_ONCE) {
            let looks = some.iter().map(|tenant| self.wrap_one(*tenant, previous));
            count += try_join_all(looks).await?.into_iter().filter(|wrapped| *wrapped).count();
        }
        if count > 0 {
            tracing::info!(count, "data keys are wrapped with the new master key");
        }
        Ok(())
    }

    /// Whether any tenant has a data key.
    async fn has_sealed(&self) -> anyhow::Result<bool> {
        for some in marks::tenants(&self.0.db).await?.chunks(AT_ONCE) {
            let looks = some.iter().map(|tenant| self.0.db.read(*tenant, |tx| wrapped(tx).boxed()));
            if try_join_all(looks).await?.iter().any(Option::is_some) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether it had to be wrapped again.
    async fn wrap_one(
        &self,
        tenant: TenantId,
        previous: Option<&(Key, String)>,
    ) -> anyhow::Result<bool> {
        let row = self.0.db.read(tenant, |tx| wrapped(tx).boxed()).await?;
        let Some(row) = row.filter(|row| row.master != self.0.mark) else { return Ok(false) };
        let Some((old, was)) = previous.filter(|(_, mark)| *mark == row.master) else {
            bail!(
                "the data key of tenant {tenant} was wrapped by another keys.master: name that one in \
                 keys.previous for one start"
            )
        };
        let plain = old
            .open(tenant, DATA_KEY, &row.wrapped)
            .with_context(|| format!("the data key of tenant {tenant}"))?;
        let again = self.0.master.seal(tenant, DATA_KEY, &plain)?;
        let (mark, was, at) = (self.0.mark.clone(), was.clone(), self.0.clock.now());
        let written = self.0.db.write(tenant, move |tx| {
            let change = data_key::Entity::change(tenant)
                .col_expr(data_key::Column::Wrapped, Expr::value(again.clone()))
                .col_expr(data_key::Column::Master, Expr::value(mark.clone()))
                .col_expr(data_key::Column::WrappedAt, Expr::value(at))
                .filter(data_key::Column::Master.eq(was.as_str()));
            async move {
                change.exec(tx).await?;
                Ok(())
            }
            .boxed()
        });
        written.await?;
        Ok(true)
    }
}

async fn wrapped(tx: &Tx<'_>) -> Result<Option<data_key::Model>, Problem> {
    Ok(data_key::Entity::of(tx.tenant()).one(tx).await?)
}

fn unwrapped(master: &Key, tenant: TenantId, wrapped: &str) -> Result<Key, Broken> {
    let plain = master.open(tenant, DATA_KEY, wrapped)?;
    let bytes: [u8; 32] = plain.as_slice().try_into().map_err(|_| Broken)?;
    Key::new(&Zeroizing::new(bytes))
}

/// Never a silent nothing: a credential that cannot be opened is somebody's alarm.
fn said(tenant: TenantId) -> Problem {
    tracing::error!(%tenant, "a credential of this tenant cannot be sealed or opened");
    metrics::counter!("nabiz_vault_failures").increment(1);
    Problem::internal()
}

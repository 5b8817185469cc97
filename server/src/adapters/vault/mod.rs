//! Tenants' credentials at rest. Every tenant has a data key of its own, which stands in the
//! database wrapped by the master key; the master key stands in the configuration, or in a file
//! beside the database, and never in it. What is sealed is bound to its tenant and its purpose.
//!
//! A new master key only wraps the data keys again: `keys.previous` names the old one for one start.

mod seal;

use std::sync::Arc;

use anyhow::{Context, bail};
use dashmap::DashMap;
use entities::ids::{TenantId, UserId};
use entities::tenancy::OfTenant;
use entities::{data_key, directory};
use futures_util::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use self::seal::{Broken, Key, master};
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::kernel::clock::Clock;
use crate::kernel::problem::Problem;

/// What wrapped data keys are sealed for.
const DATA_KEY: &str = "data key";
/// The directory's kind of the mark of the master key.
const MARK: &str = "master";

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
    /// could be opened, so the server refuses to start; with the one before it in `keys.previous` it
    /// wraps all data keys again.
    ///
    /// # Errors
    /// Says what to restore; nothing was changed then.
    pub async fn open(keys: &Keys, db: &Db, clock: &Clock) -> anyhow::Result<Self> {
        let text = keys.master.expose_secret();
        if text.is_empty() {
            bail!("keys.master is empty");
        }
        let (key, mark) = master(text)?;
        let vault = Self(Arc::new(Inner {
            db: db.clone(),
            clock: clock.clone(),
            master: key,
            mark,
            known: DashMap::new(),
        }));
        let found = vault.mark().await?;
        if found == vault.0.mark {
            return Ok(vault);
        }
        let previous = keys.previous.expose_secret();
        if !previous.is_empty() {
            let (old, old_mark) = master(previous)?;
            if found == old_mark {
                vault.wrap_again(old, old_mark).await?;
                return Ok(vault);
            }
        }
        bail!(
            "keys.master is not the one this database was used with: restore the old one (a lost \
             file master.key belongs beside the database), or name it in keys.previous to change \
             it; nothing was changed"
        )
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
        let key = self.key(tenant).await?;
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
        let key = self.key(tenant).await?;
        let plain = key.open(tenant, purpose, sealed).map_err(|_| said(tenant))?;
        let plain = str::from_utf8(&plain).map_err(|_| said(tenant))?;
        Ok(SecretString::from(plain))
    }

    /// The tenant's data key; its first use makes it.
    async fn key(&self, tenant: TenantId) -> Result<Arc<Key>, Problem> {
        if let Some(known) = self.0.known.get(&tenant) {
            return Ok(known.clone());
        }
        let wrapped = match self.0.db.read(tenant, |tx| wrapped(tx).boxed()).await? {
            Some(row) => row.wrapped,
            None => self.make(tenant).await?,
        };
        let key = unwrapped(&self.0.master, tenant, &wrapped).map_err(|_| said(tenant))?;
        let key = Arc::new(key);
        self.0.known.insert(tenant, key.clone());
        Ok(key)
    }

    /// Of two that make it at once, the first one's stays.
    async fn make(&self, tenant: TenantId) -> Result<String, Problem> {
        let fresh: seal::Bytes = Zeroizing::new(rand::random());
        let own = self.0.master.seal(tenant, DATA_KEY, fresh.as_slice());
        let own = own.map_err(|_| said(tenant))?;
        let (mark, at) = (self.0.mark.clone(), self.0.clock.now());
        let written = self.0.db.write(tenant, move |tx| {
            let row = data_key::ActiveModel {
                tenant_id: Set(tenant),
                wrapped: Set(own.clone()),
                master: Set(mark.clone()),
                wrapped_at: Set(at),
            };
            async move {
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
        Ok(written.await?.ok_or_else(Problem::internal)?.wrapped)
    }

    /// The mark in the database; ours where there was none.
    async fn mark(&self) -> Result<String, Problem> {
        let own = self.0.mark.clone();
        self.0
            .db
            .lobby(move |lobby| {
                async move {
                    let marks = || {
                        let marks = directory::Entity::find();
                        marks.filter(directory::Column::Kind.eq(MARK)).one(lobby)
                    };
                    if marks().await?.is_none() {
                        directory::Entity::insert(mark_row(own.clone()))
                            .exec_without_returning(lobby)
                            .await?;
                    }
                    Ok(marks().await?.map_or(own, |row| row.key))
                }
                .boxed()
            })
            .await
    }

    /// Wraps every data key with the new master key, tenant by tenant, and changes the mark last: a
    /// start that dies in between is simply repeated.
    async fn wrap_again(&self, old: Key, old_mark: String) -> anyhow::Result<()> {
        let tenants: Vec<TenantId> = self
            .0
            .db
            .lobby(|lobby| {
                async move {
                    Ok(directory::Entity::find()
                        .filter(directory::Column::Kind.eq("slug"))
                        .select_only()
                        .column(directory::Column::TenantId)
                        .into_tuple()
                        .all(lobby)
                        .await?)
                }
                .boxed()
            })
            .await?;
        for tenant in tenants {
            let row = self.0.db.read(tenant, |tx| wrapped(tx).boxed()).await?;
            let Some(row) = row.filter(|row| row.master != self.0.mark) else { continue };
            let plain = old
                .open(tenant, DATA_KEY, &row.wrapped)
                .with_context(|| format!("the data key of tenant {tenant}"))?;
            let again = self.0.master.seal(tenant, DATA_KEY, &plain)?;
            let (mark, at) = (self.0.mark.clone(), self.0.clock.now());
            let written = self.0.db.write(tenant, move |tx| {
                let change = data_key::Entity::change(tenant)
                    .col_expr(data_key::Column::Wrapped, Expr::value(again.clone()))
                    .col_expr(data_key::Column::Master, Expr::value(mark.clone()))
                    .col_expr(data_key::Column::WrappedAt, Expr::value(at));
                async move {
                    change.exec(tx).await?;
                    Ok(())
                }
                .boxed()
            });
            written.await?;
        }
        let own = self.0.mark.clone();
        self.0
            .db
            .lobby(move |lobby| {
                async move {
                    directory::Entity::update_many()
                        .col_expr(directory::Column::Key, Expr::value(own))
                        .filter(directory::Column::Kind.eq(MARK))
                        .filter(directory::Column::Key.eq(old_mark))
                        .exec(lobby)
                        .await?;
                    Ok(())
                }
                .boxed()
            })
            .await?;
        tracing::info!("the data keys of all tenants are wrapped with the new master key");
        Ok(())
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

fn mark_row(key: String) -> directory::ActiveModel {
    directory::ActiveModel {
        kind: Set(MARK.to_owned()),
        key: Set(key),
        tenant_id: Set(TenantId::NIL),
        user_id: Set(UserId::NIL),
    }
}

/// Never a silent nothing: a credential that cannot be opened is somebody's alarm.
fn said(tenant: TenantId) -> Problem {
    tracing::error!(%tenant, "a credential of this tenant cannot be sealed or opened");
    metrics::counter!("nabiz_vault_failures").increment(1);
    Problem::internal()
}

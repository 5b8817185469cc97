//! Writing into the audit.

use chrono::{DateTime, Utc};
use entities::audit;
use entities::ids::{AuditId, TenantId, UserId};
use futures_util::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::db::{Db, Tx};
use crate::kernel::clock::Clock;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// One line of the audit. `d` holds facts, never a secret.
#[derive(Clone, Debug)]
pub struct Entry {
    kind: &'static str,
    by: Option<String>,
    user: Option<UserId>,
    d: Value,
    address: Option<String>,
}

impl Entry {
    /// `noun.verb`, past tense, as events are named.
    pub fn new(kind: &'static str) -> Self {
        Self { kind, by: None, user: None, d: json!({}), address: None }
    }

    /// Who did it; left out where nobody has proved who he is.
    #[must_use]
    pub fn by(self, by: &Principal) -> Self {
        // with borrowed eyes it is still the borrower who looks
        let author = by.seen_by.map_or_else(|| by.author(), |asker| asker.to_string());
        Self { by: Some(author), ..self }
    }

    /// Done by the person whom it is about.
    #[must_use]
    pub fn by_self(self, user: UserId) -> Self {
        Self { by: Some(user.to_string()), user: Some(user), ..self }
    }

    /// Whom it is about.
    #[must_use]
    pub fn about(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    #[must_use]
    pub fn with(self, d: Value) -> Self {
        Self { d, ..self }
    }

    /// Where it came from.
    #[must_use]
    pub fn from(self, address: &str) -> Self {
        Self { address: Some(address.to_owned()), ..self }
    }
}

/// Writes a line in the transaction of what it tells.
///
/// # Errors
/// Those of the database.
pub async fn note(
    tx: &Tx<'_>,
    id: AuditId,
    at: DateTime<Utc>,
    entry: Entry,
) -> Result<(), Problem> {
    let row = audit::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(id),
        at: Set(at),
        by: Set(entry.by),
        kind: Set(entry.kind.to_owned()),
        user_id: Set(entry.user),
        d: Set(entry.d.to_string()),
        address: Set(entry.address),
    };
    audit::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a line of its own.
///
/// # Errors
/// Those of the database.
pub async fn keep(db: &Db, clock: &Clock, tenant: TenantId, entry: Entry) -> Result<(), Problem> {
    let (id, at) = (AuditId(clock.fresh_id()), clock.now());
    db.write(tenant, move |tx| {
        let entry = entry.clone();
        async move { note(tx, id, at, entry).await }.boxed()
    })
    .await
}

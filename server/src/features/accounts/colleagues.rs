//! What other features may know of the people of a tenant: their names, languages and eyes, and
//! where the house stands.

use std::collections::{BTreeSet, HashMap};

use chrono_tz::Tz;
use entities::ids::{SessionId, UserId};
use entities::tenancy::OfTenant;
use entities::user;
use sea_orm::{ColumnTrait, QueryFilter};

use super::principals::eyes_of;
use super::views;
use crate::db::Tx;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::wall;

/// A colleague, deactivated ones too.
#[derive(Clone, Debug)]
pub struct Colleague {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub locale: String,
    pub active: bool,
    /// What this person may see and do, on no device.
    pub eyes: Principal,
}

/// The tenant's time zone.
///
/// # Errors
/// Those of the database.
pub async fn zone(tx: &Tx<'_>) -> Result<Tz, Problem> {
    Ok(wall::zone(&views::tenant_row(tx).await?.time_zone))
}

/// The tenant's name.
///
/// # Errors
/// Those of the database.
pub async fn tenant_name(tx: &Tx<'_>) -> Result<String, Problem> {
    Ok(views::tenant_row(tx).await?.name)
}

/// These people; who is none of the tenant's is absent.
///
/// # Errors
/// Those of the database.
pub async fn colleagues(
    tx: &Tx<'_>,
    ids: &[UserId],
) -> Result<HashMap<UserId, Colleague>, Problem> {
    let distinct: BTreeSet<UserId> = ids.iter().copied().collect();
    if distinct.is_empty() {
        return Ok(HashMap::new());
    }
    let rows =
        user::Entity::of(tx.tenant()).filter(user::Column::Id.is_in(distinct)).all(tx).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let eyes = eyes_of(tx, row.clone(), SessionId::NIL).await?;
        let user::Model { id, name, email, locale, active, .. } = row;
        found.insert(id, Colleague { id, name, email, locale, active, eyes });
    }
    Ok(found)
}

//! The least that other features need to know of a customer: what to call them, and who may see.

use std::collections::{BTreeSet, HashMap};

use entities::customer;
use entities::ids::{CustomerId, UserId};
use entities::lists::UserList;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};

use crate::db::Tx;
use crate::kernel::problem::Problem;

/// A customer's name and owners.
#[derive(Clone, Debug)]
pub struct Owned {
    pub name: String,
    pub owners: Vec<UserId>,
}

/// These customers, whoever asks: the caller looks at the owners.
///
/// # Errors
/// Those of the database.
pub async fn owned(tx: &Tx<'_>, ids: &[CustomerId]) -> Result<HashMap<CustomerId, Owned>, Problem> {
    let distinct: Vec<CustomerId> =
        ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let mut found = HashMap::with_capacity(distinct.len());
    for part in distinct.chunks(1_000) {
        let rows: Vec<(CustomerId, String, UserList)> = customer::Entity::of(tx.tenant())
            .filter(customer::Column::Id.is_in(part.iter().copied()))
            .select_only()
            .columns([customer::Column::Id, customer::Column::Name, customer::Column::Owners])
            .into_tuple()
            .all(tx)
            .await?;
        found.extend(
            rows.into_iter().map(|(id, name, UserList(owners))| (id, Owned { name, owners })),
        );
    }
    Ok(found)
}

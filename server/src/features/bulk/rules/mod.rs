//! One function a command: rows in, events out.

pub(super) mod chunk;
mod ended;
pub(super) mod start;
pub(super) mod state;

use entities::bulk;
use entities::ids::BulkId;
use entities::tenancy::OfTenant;
use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, QuerySelect};

use crate::db::Tx;
use crate::kernel::problem::Problem;

/// The row, whoever asks: for the server's own work.
pub(super) async fn load(tx: &Tx<'_>, id: BulkId) -> Result<bulk::Model, Problem> {
    let row = bulk::Entity::of(tx.tenant()).filter(bulk::Column::Id.eq(id)).one(tx).await?;
    row.ok_or_else(Problem::not_found)
}

/// The row, and nobody else's until this transaction ends: chunks wait for their turn on a board's
/// topic or on one of their own, who cancels on `tenant`, and both write the whole row.
async fn take(tx: &Tx<'_>, id: BulkId) -> Result<bulk::Model, Problem> {
    let row = bulk::Entity::of(tx.tenant()).filter(bulk::Column::Id.eq(id)).lock_exclusive();
    row.one(tx).await?.ok_or_else(Problem::not_found)
}

/// Writes the row as it stands now.
async fn save(tx: &Tx<'_>, row: &bulk::Model) -> Result<(), Problem> {
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(bulk::Column::TenantId);
    active.not_set(bulk::Column::Id);
    bulk::Entity::change(tx.tenant())
        .set(active)
        .filter(bulk::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

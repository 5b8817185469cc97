//! One function a command: rows in, events out.

pub(super) mod begin;
pub(super) mod work;

use entities::offboarding;
use entities::tenancy::OfTenant;
use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter};

use crate::db::Tx;
use crate::kernel::problem::Problem;

/// Writes the row as it stands now.
async fn save(tx: &Tx<'_>, row: &offboarding::Model) -> Result<(), Problem> {
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(offboarding::Column::TenantId);
    active.not_set(offboarding::Column::Id);
    offboarding::Entity::change(tx.tenant())
        .set(active)
        .filter(offboarding::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

//! One function a command: rows in, reply and events out.

pub(super) mod health;
pub(super) mod write;

use entities::tenancy::OfTenant;
use entities::webhook;
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter};

use super::watching::WATCHER;
use crate::db::Tx;
use crate::kernel::command::CommandContext;
use crate::kernel::problem::Problem;
use crate::realtime::watch;

/// Writes a changed row; what it waits for follows.
async fn save(
    tx: &Tx<'_>,
    cx: &CommandContext,
    mut row: webhook::Model,
) -> Result<webhook::Model, Problem> {
    row.version += 1;
    row.updated_at = cx.at;
    let mut active = row.clone().into_active_model();
    sea_orm::ActiveModelTrait::not_set(&mut active, webhook::Column::TenantId);
    sea_orm::ActiveModelTrait::not_set(&mut active, webhook::Column::Id);
    let active = sea_orm::ActiveModelTrait::reset_all(active);
    webhook::Entity::change(tx.tenant())
        .set(active)
        .filter(webhook::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    listen(tx, &row).await?;
    Ok(row)
}

/// A webhook that is on waits for its ops, any other for nothing.
async fn listen(tx: &Tx<'_>, row: &webhook::Model) -> Result<(), Problem> {
    let on = row.enabled && row.removed_at.is_none();
    let ops = row.ops.0.iter().filter(|_| on).map(|op| (op.clone(), None)).collect();
    watch::wait_for(tx, WATCHER, row.id.0, ops).await
}

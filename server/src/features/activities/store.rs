//! Rows of activities, types and outcomes: found, written, written over.

use entities::ids::{ActivityId, ActivityTypeId, CustomerId, OutcomeId};
use entities::tenancy::OfTenant;
use entities::{activity, activity_outcome, activity_type};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;

use crate::db::Tx;
use crate::kernel::problem::{Fault, Problem};

pub(super) const OPEN: &str = "open";
pub(super) const DONE: &str = "done";
pub(super) const CANCELLED: &str = "cancelled";

/// An activity of this customer.
pub(super) async fn activity(
    tx: &Tx<'_>,
    customer: CustomerId,
    id: ActivityId,
) -> Result<activity::Model, Problem> {
    activity::Entity::of(tx.tenant())
        .filter(activity::Column::Id.eq(id))
        .filter(activity::Column::CustomerId.eq(customer))
        .one(tx)
        .await?
        .ok_or_else(Problem::not_found)
}

/// One that is open.
///
/// # Errors
/// `activity_state` with the state it is in.
pub(super) fn must_be_open(row: &activity::Model) -> Result<(), Problem> {
    if row.state == OPEN { Ok(()) } else { Err(wrong_state(row)) }
}

pub(super) fn wrong_state(row: &activity::Model) -> Problem {
    Problem::conflict("activity_state").with(json!({ "state": row.state }))
}

pub(super) async fn insert(tx: &Tx<'_>, row: &activity::Model) -> Result<(), Problem> {
    let active = row.clone().into_active_model().reset_all();
    activity::Entity::insert(active).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a changed row over the one that was read; the version moves on.
///
/// # Errors
/// A race when the row has changed since it was read.
pub(super) async fn save(tx: &Tx<'_>, row: &mut activity::Model) -> Result<(), Problem> {
    let seen = row.version;
    row.version += 1;
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(activity::Column::TenantId);
    active.not_set(activity::Column::Id);
    let done = activity::Entity::change(tx.tenant())
        .set(active)
        .filter(activity::Column::Id.eq(row.id))
        .filter(activity::Column::Version.eq(seen))
        .exec(tx)
        .await?;
    if done.rows_affected == 1 {
        Ok(())
    } else {
        Err(Problem { fault: Some(Fault::Race), ..Problem::busy() })
    }
}

pub(super) async fn kind(tx: &Tx<'_>, id: ActivityTypeId) -> Result<activity_type::Model, Problem> {
    activity_type::Entity::of(tx.tenant())
        .filter(activity_type::Column::Id.eq(id))
        .one(tx)
        .await?
        .ok_or_else(Problem::not_found)
}

pub(super) async fn save_type(tx: &Tx<'_>, row: &activity_type::Model) -> Result<(), Problem> {
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(activity_type::Column::TenantId);
    active.not_set(activity_type::Column::Id);
    activity_type::Entity::change(tx.tenant())
        .set(active)
        .filter(activity_type::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn insert_type(tx: &Tx<'_>, row: &activity_type::Model) -> Result<(), Problem> {
    let active = row.clone().into_active_model().reset_all();
    activity_type::Entity::insert(active).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn outcome(
    tx: &Tx<'_>,
    id: OutcomeId,
) -> Result<activity_outcome::Model, Problem> {
    activity_outcome::Entity::of(tx.tenant())
        .filter(activity_outcome::Column::Id.eq(id))
        .one(tx)
        .await?
        .ok_or_else(Problem::not_found)
}

pub(super) async fn save_outcome(
    tx: &Tx<'_>,
    row: &activity_outcome::Model,
) -> Result<(), Problem> {
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(activity_outcome::Column::TenantId);
    active.not_set(activity_outcome::Column::Id);
    activity_outcome::Entity::change(tx.tenant())
        .set(active)
        .filter(activity_outcome::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn insert_outcomes(
    tx: &Tx<'_>,
    rows: Vec<activity_outcome::Model>,
) -> Result<(), Problem> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    activity_outcome::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

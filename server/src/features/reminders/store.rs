//! The rows of reminders: every change goes through here, so that `fire_at` never disagrees with
//! state and due time.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::CustomerId;
use entities::reminder;
use entities::tenancy::OfTenant;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use crate::db::Tx;
use crate::kernel::problem::{Fault, Problem};

pub(super) const OPEN: &str = "open";
pub(super) const DONE: &str = "done";
pub(super) const CANCELLED: &str = "cancelled";

/// What is to be done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Call,
    ConfirmAppointment,
    Documents,
    FollowUp,
    #[default]
    Other,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::ConfirmAppointment => "confirm_appointment",
            Self::Documents => "documents",
            Self::FollowUp => "follow_up",
            Self::Other => "other",
        }
    }
}

/// Sets when it fires: open, and not yet for this due time.
pub(super) fn arm(row: &mut reminder::Model) {
    let is_new = row.fired_due != Some(row.due_at);
    row.fire_at = (row.state == OPEN && is_new).then_some(row.due_at);
}

pub(super) async fn insert(tx: &Tx<'_>, row: &reminder::Model) -> Result<(), Problem> {
    let active = row.clone().into_active_model().reset_all();
    reminder::Entity::insert(active).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes a changed row over the one that was read; the version moves on.
///
/// # Errors
/// A race when the row has changed since: a colleague, or the scheduler, was faster.
pub(super) async fn save(
    tx: &Tx<'_>,
    before: &reminder::Model,
    mut row: reminder::Model,
) -> Result<reminder::Model, Problem> {
    row.version = before.version + 1;
    arm(&mut row);
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(reminder::Column::TenantId);
    active.not_set(reminder::Column::Id);
    let done = reminder::Entity::change(tx.tenant())
        .set(active)
        .filter(reminder::Column::Id.eq(row.id))
        .filter(reminder::Column::Version.eq(before.version))
        .exec(tx)
        .await?;
    if done.rows_affected == 1 {
        Ok(row)
    } else {
        Err(Problem { fault: Some(Fault::Race), ..Problem::busy() })
    }
}

/// Whether another reminder is waiting to fire at this very time: its job fires all.
pub(super) async fn somebody_waits(tx: &Tx<'_>, at: DateTime<Utc>) -> Result<bool, Problem> {
    let waiting = reminder::Entity::of(tx.tenant())
        .filter(reminder::Column::FireAt.eq(at))
        .select_only()
        .column(reminder::Column::Id)
        .into_tuple::<entities::ids::ReminderId>()
        .one(tx)
        .await?;
    Ok(waiting.is_some())
}

/// How many are open for a customer.
pub(super) async fn open_of(tx: &Tx<'_>, customer: CustomerId) -> Result<u64, Problem> {
    let open = reminder::Entity::of(tx.tenant())
        .filter(reminder::Column::CustomerId.eq(customer))
        .filter(reminder::Column::State.eq(OPEN));
    Ok(open.count(tx).await?)
}

/// When the first open reminder of a customer is due.
///
/// # Errors
/// Those of the database.
pub async fn earliest(tx: &Tx<'_>, customer: CustomerId) -> Result<Option<DateTime<Utc>>, Problem> {
    let first = reminder::Entity::of(tx.tenant())
        .filter(reminder::Column::CustomerId.eq(customer))
        .filter(reminder::Column::State.eq(OPEN))
        .order_by_asc(reminder::Column::DueAt)
        .select_only()
        .column(reminder::Column::DueAt)
        .limit(1)
        .into_tuple()
        .one(tx)
        .await?;
    Ok(first)
}

/// The same for several customers; who has none is absent.
///
/// # Errors
/// Those of the database.
pub async fn earliest_of(
    tx: &Tx<'_>,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, DateTime<Utc>>, Problem> {
    let mut found = HashMap::new();
    for part in customers.chunks(500) {
        let rows: Vec<(Option<CustomerId>, DateTime<Utc>)> = reminder::Entity::of(tx.tenant())
            .filter(reminder::Column::CustomerId.is_in(part.iter().copied()))
            .filter(reminder::Column::State.eq(OPEN))
            .order_by_desc(reminder::Column::DueAt)
            .select_only()
            .columns([reminder::Column::CustomerId, reminder::Column::DueAt])
            .into_tuple()
            .all(tx)
            .await?;
        // last one wins: the earliest comes last
        found.extend(rows.into_iter().filter_map(|(customer, due)| Some((customer?, due))));
    }
    Ok(found)
}

/// Which of these customers have a reminder, open or not: somebody has worked on them.
///
/// # Errors
/// Those of the database.
pub async fn has_any(tx: &Tx<'_>, customers: &[CustomerId]) -> Result<Vec<CustomerId>, Problem> {
    let mut found = Vec::new();
    for part in customers.chunks(500) {
        let rows: Vec<Option<CustomerId>> = reminder::Entity::of(tx.tenant())
            .filter(reminder::Column::CustomerId.is_in(part.iter().copied()))
            .select_only()
            .column(reminder::Column::CustomerId)
            .into_tuple()
            .all(tx)
            .await?;
        found.extend(rows.into_iter().flatten());
    }
    Ok(found)
}

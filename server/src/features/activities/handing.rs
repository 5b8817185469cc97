//! Activities of somebody who leaves, or of somebody who comes back.

use entities::ids::{ActivityId, UserId};
use entities::tenancy::OfTenant;
use entities::{activity, customer};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};

use super::events::said;
use super::store;
use super::views::Activity;
use crate::db::Tx;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;

/// Gives activities to somebody else; those that are not open stay.
///
/// # Errors
/// Those of the database.
pub async fn reassign(
    tx: &Tx<'_>,
    ids: &[ActivityId],
    to: UserId,
) -> Result<Vec<NewEvent>, Problem> {
    let rows = activity::Entity::of(tx.tenant())
        .filter(activity::Column::Id.is_in(ids.iter().copied()))
        .filter(activity::Column::State.eq(store::OPEN))
        .order_by_asc(activity::Column::Id)
        .all(tx)
        .await?;
    let mut events = Vec::new();
    for mut row in rows.into_iter().filter(|row| row.assignee != Some(to)) {
        let customers = customer::Entity::of(tx.tenant());
        let customer = customers.filter(customer::Column::Id.eq(row.customer_id)).one(tx).await?;
        let customer = customer.ok_or_else(Problem::not_found)?;
        row.assignee = Some(to);
        store::save(tx, &mut row).await?;
        events.push(said("activity.updated", &customer, &Activity::from(row))?);
    }
    Ok(events)
}

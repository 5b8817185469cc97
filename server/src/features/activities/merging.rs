//! What a merge of customers means for their activities. Asked for by customers, in their
//! transaction.

use entities::activity;
use entities::ids::{ActivityId, CustomerId};
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};

use crate::db::Tx;
use crate::kernel::problem::Problem;

/// Rows of one statement.
const ROWS_MAX: usize = 500;

/// Gives all activities of one customer to another; which they were, so that [`take_over`] can
/// take it back.
///
/// # Errors
/// Those of the database.
pub async fn repoint(
    tx: &Tx<'_>,
    from: CustomerId,
    to: CustomerId,
) -> Result<Vec<ActivityId>, Problem> {
    let ids: Vec<ActivityId> = activity::Entity::of(tx.tenant())
        .filter(activity::Column::CustomerId.eq(from))
        .select_only()
        .column(activity::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    take_over(tx, &ids, from, to).await?;
    Ok(ids)
}

/// Gives these activities to another customer, where they are still the first one's.
///
/// # Errors
/// Those of the database.
pub async fn take_over(
    tx: &Tx<'_>,
    ids: &[ActivityId],
    from: CustomerId,
    to: CustomerId,
) -> Result<(), Problem> {
    for part in ids.chunks(ROWS_MAX) {
        activity::Entity::change(tx.tenant())
            .col_expr(activity::Column::CustomerId, Expr::value(to))
            .filter(activity::Column::Id.is_in(part.iter().copied()))
            .filter(activity::Column::CustomerId.eq(from))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Those of these customers that have activities: they cannot be removed.
///
/// # Errors
/// Those of the database.
pub async fn held(tx: &Tx<'_>, customers: &[CustomerId]) -> Result<Vec<CustomerId>, Problem> {
    let mut held = Vec::new();
    for part in customers.chunks(ROWS_MAX) {
        let some: Vec<CustomerId> = activity::Entity::of(tx.tenant())
            .filter(activity::Column::CustomerId.is_in(part.iter().copied()))
            .select_only()
            .column(activity::Column::CustomerId)
            .distinct()
            .into_tuple()
            .all(tx)
            .await?;
        held.extend(some);
    }
    Ok(held)
}

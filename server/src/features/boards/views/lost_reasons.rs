//! Why cards were lost, in the tenant's own words.

use entities::card;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Tx;
use crate::features::customers;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Most reasons of a list.
const REASONS_MAX: u64 = 200;

/// A reason and how many visible cards bear it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LostReason {
    name: String,
    count: i64,
}

/// The most frequent first.
pub(in super::super) async fn lost_reasons(
    tx: &Tx<'_>,
    by: &Principal,
) -> Result<Vec<LostReason>, Problem> {
    let rows: Vec<(String, i64)> = card::Entity::of(tx.tenant())
        .filter(card::Column::LostReason.is_not_null())
        .filter(customers::visible_on(by, Expr::col((card::Entity, card::Column::CustomerId))))
        .select_only()
        .column(card::Column::LostReason)
        .column_as(card::Column::Id.count(), "cards")
        .group_by(card::Column::LostReason)
        .order_by(card::Column::Id.count(), Order::Desc)
        .order_by_asc(card::Column::LostReason)
        .limit(REASONS_MAX)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|(name, count)| LostReason { name, count }).collect())
}

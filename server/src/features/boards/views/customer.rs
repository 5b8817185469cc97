//! Where a customer stands, for the customer's own page.

use chrono::{DateTime, Utc};
use entities::ids::{BoardId, CardId, CustomerId, StageId};
use entities::tenancy::OfTenant;
use entities::{board, card, stage};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Tx;
use crate::features::customers;
use crate::kernel::clock::wire;
use crate::kernel::money::Money;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

/// A card as the customer's page lists it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustomerCard {
    pub id: CardId,
    pub board_id: BoardId,
    pub board_name: String,
    pub stage_id: StageId,
    pub stage_name: String,
    pub stage_kind: String,
    pub need: Option<String>,
    pub amount: Option<Money>,
    #[serde(serialize_with = "wire::optional_time")]
    pub next_due_at: Option<DateTime<Utc>>,
    pub lost_reason: Option<String>,
}

/// How many live cards on live boards this principal may see.
///
/// # Errors
/// Those of the database.
pub async fn count(tx: &Tx<'_>, by: &Principal) -> Result<u64, Problem> {
    if !by.may(Permission::ViewBoards) {
        return Ok(0);
    }
    let live = Query::select()
        .column(board::Column::Id)
        .from(board::Entity)
        .and_where(board::Column::TenantId.eq(by.tenant))
        .and_where(board::Column::ArchivedAt.is_null())
        .to_owned();
    let customer = Expr::col((card::Entity, card::Column::CustomerId));
    let cards = card::Entity::of(tx.tenant())
        .filter(card::Column::ArchivedAt.is_null())
        .filter(card::Column::BoardId.in_subquery(live))
        .filter(customers::visible_on(by, customer));
    Ok(cards.count(tx).await?)
}

/// A customer's live cards on live boards, oldest first; empty for who may not see boards or
/// this customer.
///
/// # Errors
/// Those of the database.
pub async fn cards_of(
    tx: &Tx<'_>,
    by: &Principal,
    customer: CustomerId,
) -> Result<Vec<CustomerCard>, Problem> {
    if !by.may(Permission::ViewBoards) {
        return Ok(Vec::new());
    }
    let cards = super::of_customer(tx, by, customer).await?;
    if cards.is_empty() {
        return Ok(Vec::new());
    }
    let boards = board::Entity::of(tx.tenant())
        .filter(board::Column::Id.is_in(cards.iter().map(|card| card.board_id)))
        .filter(board::Column::ArchivedAt.is_null())
        .all(tx)
        .await?;
    let stages = stage::Entity::of(tx.tenant())
        .filter(stage::Column::Id.is_in(cards.iter().map(|card| card.stage_id)))
        .all(tx)
        .await?;
    let listed = cards.iter().filter_map(|card| {
        let board = boards.iter().find(|board| board.id == card.board_id)?;
        let stage = stages.iter().find(|stage| stage.id == card.stage_id)?;
        Some(CustomerCard {
            id: card.id,
            board_id: board.id,
            board_name: board.name.clone(),
            stage_id: stage.id,
            stage_name: stage.name.clone(),
            stage_kind: stage.kind.clone(),
            need: card.need.clone(),
            amount: card.amount.clone(),
            next_due_at: card.next_due_at,
            lost_reason: card.lost_reason.clone(),
        })
    });
    Ok(listed.collect())
}

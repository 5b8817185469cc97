//! The card as the wire shows it: its own row, and the face of its customer.

use chrono::{DateTime, Utc};
use entities::ids::{BoardId, CardId, CustomerId, StageId, UserId};
use entities::lists::{StringList, UserList};
use entities::tenancy::OfTenant;
use entities::{card, customer};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, QueryTrait, RelationDef, Select,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Tx;
use crate::features::customers;
use crate::kernel::clock::wire;
use crate::kernel::money::Money;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// A customer's place on a board.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Card {
    pub id: CardId,
    pub board_id: BoardId,
    pub customer_id: CustomerId,
    pub stage_id: StageId,
    /// Larger is lower; unique in the stage among live cards.
    pub rank: i64,
    pub version: i64,
    /// The customer's name.
    pub title: String,
    /// The customer's first phone, as people read it.
    pub phone: Option<String>,
    pub need: Option<String>,
    pub amount: Option<Money>,
    pub owners: Vec<UserId>,
    pub source: Option<String>,
    pub quality: Option<String>,
    pub tags: Vec<String>,
    #[serde(serialize_with = "wire::optional_time")]
    pub last_contact_at: Option<DateTime<Utc>>,
    #[serde(serialize_with = "wire::optional_time")]
    pub next_due_at: Option<DateTime<Utc>>,
    pub unread: i32,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    #[serde(serialize_with = "wire::time")]
    pub entered_stage_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::time")]
    pub created_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    pub archived_at: Option<DateTime<Utc>>,
}

fn customer_of_card() -> RelationDef {
    card::Entity::belongs_to(customer::Entity)
        .from((card::Column::TenantId, card::Column::CustomerId))
        .to((customer::Column::TenantId, customer::Column::Id))
        .into()
}

/// Cards with their customers, those that this principal may see. Read the rows with [`read`].
pub(in super::super) fn query(by: &Principal) -> Select<card::Entity> {
    const PHONE: &str = "(SELECT p.display FROM identity p WHERE p.tenant_id = card.tenant_id \
        AND p.customer_id = card.customer_id AND p.kind = 'phone' \
        ORDER BY p.position, p.id LIMIT 1)";
    card::Entity::of(by.tenant)
        .join(JoinType::InnerJoin, customer_of_card())
        .filter(customers::visible(by))
        .select_only()
        .columns([
            card::Column::Id,
            card::Column::BoardId,
            card::Column::CustomerId,
            card::Column::StageId,
            card::Column::Rank,
            card::Column::Version,
            card::Column::Need,
            card::Column::AmountMinor,
            card::Column::Currency,
            card::Column::NextDueAt,
            card::Column::Unread,
            card::Column::EnteredStageAt,
            card::Column::CreatedAt,
            card::Column::ArchivedAt,
        ])
        .columns([
            customer::Column::Name,
            customer::Column::Owners,
            customer::Column::SourceChannel,
            customer::Column::Quality,
            customer::Column::Tags,
            customer::Column::LastContactAt,
        ])
        .expr_as(Expr::cust(PHONE), "phone")
        .column(card::Column::LostReason)
}

/// Runs a [`query`].
pub(in super::super) async fn read(
    tx: &Tx<'_>,
    query: Select<card::Entity>,
) -> Result<Vec<Card>, Problem> {
    let rows = tx.query_all_raw(query.build(tx.get_database_backend())).await?;
    rows.iter().map(|row| from_row(row).map_err(Problem::from)).collect()
}

/// By position: names cost a search each, and a large board has 200,000 of them.
fn from_row(row: &QueryResult) -> Result<Card, sea_orm::DbErr> {
    let minor: Option<i64> = row.try_get_by_index(7)?;
    let currency: Option<String> = row.try_get_by_index(8)?;
    let owners: UserList = row.try_get_by_index(15)?;
    let tags: StringList = row.try_get_by_index(18)?;
    Ok(Card {
        id: row.try_get_by_index(0)?,
        board_id: row.try_get_by_index(1)?,
        customer_id: row.try_get_by_index(2)?,
        stage_id: row.try_get_by_index(3)?,
        rank: row.try_get_by_index(4)?,
        version: row.try_get_by_index(5)?,
        need: row.try_get_by_index(6)?,
        amount: minor.zip(currency).map(|(minor, currency)| Money { minor, currency }),
        next_due_at: row.try_get_by_index(9)?,
        unread: row.try_get_by_index(10)?,
        entered_stage_at: row.try_get_by_index(11)?,
        created_at: row.try_get_by_index(12)?,
        archived_at: row.try_get_by_index(13)?,
        title: row.try_get_by_index(14)?,
        owners: owners.0,
        source: row.try_get_by_index(16)?,
        quality: row.try_get_by_index(17)?,
        tags: tags.0,
        last_contact_at: row.try_get_by_index(19)?,
        phone: row.try_get_by_index(20)?,
        lost_reason: row.try_get_by_index(21)?,
    })
}

/// Cards by id, archived ones too, in the order asked; hidden and unknown ones are absent.
pub(in super::super) async fn cards(
    tx: &Tx<'_>,
    by: &Principal,
    ids: &[CardId],
) -> Result<Vec<Card>, Problem> {
    let query = query(by).filter(card::Column::Id.is_in(ids.iter().copied()));
    let mut found = read(tx, query).await?;
    if found.len() > 1 {
        let place: std::collections::HashMap<CardId, usize> =
            ids.iter().enumerate().map(|(n, id)| (*id, n)).collect();
        found.sort_by_key(|card| place.get(&card.id).copied());
    }
    Ok(found)
}

/// A customer's live cards, oldest first.
pub(in super::super) async fn of_customer(
    tx: &Tx<'_>,
    by: &Principal,
    customer: CustomerId,
) -> Result<Vec<Card>, Problem> {
    let query = query(by)
        .filter(card::Column::CustomerId.eq(customer))
        .filter(card::Column::ArchivedAt.is_null())
        .order_by_asc(card::Column::Id);
    read(tx, query).await
}

//! A customer's place on a board.

use sea_orm::entity::prelude::*;

use crate::ids::{BoardId, CardId, CustomerId, StageId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "card")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CardId,
    pub board_id: BoardId,
    pub stage_id: StageId,
    pub customer_id: CustomerId,
    /// Place in the stage; larger is lower. Gap 2^24, never beyond ±2^52, unique per stage among live cards.
    pub rank: i64,
    pub version: i64,
    pub need: Option<String>,
    pub amount_minor: Option<i64>,
    pub currency: Option<String>,
    /// The earliest of the date set by hand, the open reminders and the booked appointments.
    pub next_due_at: Option<DateTimeUtc>,
    /// The date set by hand.
    pub own_due_at: Option<DateTimeUtc>,
    pub unread: i32,
    /// Why it was lost, in the tenant's words.
    pub lost_reason: Option<String>,
    pub entered_stage_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

//! A step of a board.

use sea_orm::entity::prelude::*;

use crate::ids::{BoardId, StageId, TenantId};
use crate::lists::StringList;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "stage")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StageId,
    pub board_id: BoardId,
    pub name: String,
    /// `open`, `won`, `lost`, `parked`.
    pub kind: String,
    pub position: i32,
    pub wip_limit: Option<i32>,
    /// 1 to 8.
    pub colour: i32,
    /// What a card must have to come in: `amount`, `lost_reason`, `next_due_at`, `need`, `quality`,
    /// `owner`.
    pub requires: StringList,
    pub created_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

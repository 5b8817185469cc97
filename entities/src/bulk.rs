//! One act on many customers, and how far it is.

use sea_orm::entity::prelude::*;

use crate::ids::{BulkId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BulkId,
    pub action: Json,
    pub state: String,
    pub total: i64,
    pub done: i64,
    pub changed: i64,
    pub failed_count: i64,
    /// The first of them, with their reasons.
    pub failed: Json,
    /// Customers that undoing gave back, and those it left as somebody had changed them since.
    pub restored: i64,
    pub kept: i64,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
    pub undone_by: Option<UserId>,
    pub undone_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

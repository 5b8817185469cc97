//! Work that must happen after a commit, at least once.

use sea_orm::entity::prelude::*;

use crate::ids::{JobId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub kind: String,
    pub payload: String,
    pub created_at: DateTimeUtc,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub done_at: Option<DateTimeUtc>,
    /// Given up after the last attempt.
    pub failed_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

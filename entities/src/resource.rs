//! A room, a device or another thing that only one appointment can use at a time.

use sea_orm::entity::prelude::*;

use crate::ids::{ResourceId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "resource")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ResourceId,
    pub name: String,
    /// `room`, `device`, `other`.
    pub kind: String,
    /// 1 to 8.
    pub colour: i32,
    pub created_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

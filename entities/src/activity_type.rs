//! A kind of activity that a tenant works with.

use sea_orm::entity::prelude::*;

use crate::ids::{ActivityTypeId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "activity_type")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActivityTypeId,
    /// Unique in the tenant; never changes.
    pub key: String,
    pub name: String,
    /// Name of a picture that clients know.
    pub icon: String,
    /// 1 to 8.
    pub colour: i32,
    pub position: i32,
    pub builtin: bool,
    pub created_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

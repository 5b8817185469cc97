//! When somebody or something can be booked, week by week, in the tenant's time zone.

use sea_orm::entity::prelude::*;

use crate::ids::TenantId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "hours")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    /// `tenant`, `user:<id>` or `resource:<id>`.
    pub of: String,
    /// Seven days, Monday first, each a list of `{from, to}`.
    pub week: Json,
    pub updated_at: DateTimeUtc,
}

crate::tenant_table!();

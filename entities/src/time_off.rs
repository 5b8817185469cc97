//! A time in which somebody or something cannot be booked.

use sea_orm::entity::prelude::*;

use crate::ids::{TenantId, TimeOffId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "time_off")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TimeOffId,
    /// `tenant`, `user:<id>` or `resource:<id>`.
    pub of: String,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub reason: Option<String>,
    pub created_at: DateTimeUtc,
}

crate::tenant_table!();

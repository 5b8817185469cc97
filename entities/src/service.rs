//! What can be booked, and how long it takes.

use sea_orm::entity::prelude::*;

use crate::ids::{ServiceId, TenantId};
use crate::lists::{ResourceList, UserList};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "service")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ServiceId,
    pub name: String,
    pub minutes: i32,
    /// Minutes behind it that stay free.
    pub buffer_minutes: i32,
    /// Who does it, one of them at a time; none named = everybody.
    pub people: UserList,
    /// One of these is needed; none named = none.
    pub resources: ResourceList,
    /// Whether strangers may book it.
    pub public: bool,
    pub price_minor: Option<i64>,
    pub currency: Option<String>,
    pub created_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

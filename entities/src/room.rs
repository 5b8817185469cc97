//! A conversation: of two, of a group, or open to the house.

use sea_orm::entity::prelude::*;

use crate::ids::{RoomId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "room")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoomId,
    /// `direct`, `group` or `channel`.
    pub kind: String,
    /// None for a direct one: it is called as the other is.
    pub name: Option<String>,
    /// The folded name, empty without one.
    pub name_key: String,
    /// What there may be only one of: `c:<folded name>` of a channel, `d:<id>:<id>` of two people.
    pub unique_key: Option<String>,
    pub purpose: Option<String>,
    /// `n` of the latest message; 0 before the first.
    pub last: i64,
    /// When the latest message came, or the room was made.
    pub active_at: DateTimeUtc,
    pub version: i64,
    pub created_by: String,
    pub created_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

//! Who takes part in a conversation, and how far they have read.

use sea_orm::entity::prelude::*;

use crate::ids::{RoomId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "room_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub room_id: RoomId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// `owner` or `member`.
    pub role: String,
    /// `n` of the message up to which they have read.
    pub read: i64,
    /// `nothing`, `unmentioned` or `all`.
    pub muted: String,
    pub joined_at: DateTimeUtc,
}

crate::tenant_table!();

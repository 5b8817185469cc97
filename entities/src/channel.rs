//! A number, page or account by which customers write.

use sea_orm::entity::prelude::*;

use crate::ids::{ChannelId, ConnectionId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "channel")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChannelId,
    pub connection_id: ConnectionId,
    /// `whatsapp`, `instagram`, `messenger`.
    pub kind: String,
    /// The provider's id of the number, page or account.
    pub external_id: String,
    pub name: String,
    /// `active`, `paused`, `reconnect` (its token works no more).
    pub state: String,
    /// After so many silent hours somebody is told; 0 = never.
    pub silent_hours: i32,
    /// When anything came in last.
    pub last_inbound_at: Option<DateTimeUtc>,
    /// Set while it is silent and that was told.
    pub silent_told_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_by: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub removed_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

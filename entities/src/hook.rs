//! A payload as it came in, signed; the same bytes once.

use sea_orm::entity::prelude::*;

use crate::ids::{ConnectionId, HookId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "hook")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HookId,
    pub connection_id: ConnectionId,
    /// In order of arrival on its connection.
    pub n: i64,
    /// SHA-256 of the bytes.
    pub digest: String,
    pub bytes: i64,
    /// How `body` holds them: `text`, or `base64` for what is no text.
    pub coding: String,
    pub body: String,
    /// `received`, `split`, `unreadable`.
    pub state: String,
    /// How many of its things are items already; what holds many is split in parts.
    pub taken: i64,
    pub received_at: DateTimeUtc,
    pub split_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

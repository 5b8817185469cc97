//! One signed-in device: a family of refresh tokens of which only the newest is valid.

use sea_orm::entity::prelude::*;

use crate::ids::{SessionId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "device_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    pub user_id: UserId,
    /// SHA-256 of the valid refresh secret, hex.
    pub refresh_hash: String,
    pub user_agent: String,
    pub address: String,
    pub created_at: DateTimeUtc,
    pub last_used_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    /// `sign_out`, `everywhere`, `reuse`, `deactivated`, `password`, `device_list`.
    pub revoked_because: Option<String>,
}

crate::tenant_table!();

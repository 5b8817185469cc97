//! A browser that takes Web Push for somebody, for as long as they are signed in there.

use sea_orm::entity::prelude::*;

use crate::ids::{PushSubscriptionId, SessionId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "push_subscription")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PushSubscriptionId,
    pub user_id: UserId,
    /// The device that subscribed: signed out, it hears nothing more.
    pub session_id: SessionId,
    pub endpoint: String,
    /// The browser's public key, base64url.
    pub p256dh: String,
    /// The browser's secret, base64url.
    pub auth: String,
    pub created_at: DateTimeUtc,
}

crate::tenant_table!();

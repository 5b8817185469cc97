//! One event on its way to one address, and what the address said.

use sea_orm::entity::prelude::*;

use crate::ids::{DeliveryId, TenantId, WebhookId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_delivery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryId,
    pub webhook_id: WebhookId,
    pub op: String,
    pub topic: String,
    pub seq: i64,
    /// Exactly the bytes that are sent.
    pub body: String,
    /// `waiting`, `delivered`, `failed`.
    pub state: String,
    pub attempts: i32,
    /// HTTP status of the last answer.
    pub status: Option<i32>,
    /// Beginning of the last answer.
    pub excerpt: Option<String>,
    /// Why there was no answer.
    pub error: Option<String>,
    pub took_ms: Option<i32>,
    pub created_at: DateTimeUtc,
    pub tried_at: Option<DateTimeUtc>,
    pub next_at: Option<DateTimeUtc>,
    pub replay_of: Option<DeliveryId>,
}

crate::tenant_table!();

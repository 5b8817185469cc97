//! The journal: append-only, gapless per topic.

use sea_orm::entity::prelude::*;

use crate::ids::{CustomerId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub topic: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub at: DateTimeUtc,
    /// User id, `key:<id>`, `rule:<id>` or `system`.
    pub by: String,
    pub op: String,
    /// Set where the event belongs on a customer's timeline.
    pub customer_id: Option<CustomerId>,
    /// Owner ids (JSON array) before and after; none = everybody who may read the topic.
    pub audience: Option<String>,
    /// `d`, exactly the bytes that are sent.
    pub payload: String,
    pub cmd: Option<String>,
}

crate::tenant_table!();

//! An address of the tenant's that is told of events. Its secret is derived, not kept.

use sea_orm::entity::prelude::*;

use crate::ids::{TenantId, WebhookId};
use crate::lists::StringList;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookId,
    pub url: String,
    pub ops: StringList,
    pub enabled: bool,
    /// Which of its secrets is in use.
    pub key_version: i32,
    pub rotated_at: Option<DateTimeUtc>,
    /// Why it is off: `by_hand`, `failing`.
    pub off_because: Option<String>,
    /// Since the first failure after the last success.
    pub failing_since: Option<DateTimeUtc>,
    pub version: i64,
    pub created_by: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub removed_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

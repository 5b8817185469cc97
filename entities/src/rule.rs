//! What happens by itself when something else has happened.

use sea_orm::entity::prelude::*;

use crate::ids::{RuleId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rule")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RuleId,
    pub name: String,
    pub enabled: bool,
    pub trigger: Json,
    pub conditions: Json,
    pub actions: Json,
    pub delay_minutes: i32,
    /// `always` or `business`.
    pub hours: String,
    pub position: i32,
    pub version: i64,
    /// Key of the default it came from.
    pub builtin: Option<String>,
    pub created_by: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// Kept, so that its runs keep their name.
    pub removed_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

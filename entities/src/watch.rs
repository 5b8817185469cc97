//! Who waits for which events: asked inside every commit that wrote one.

use sea_orm::entity::prelude::*;

use crate::ids::TenantId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "watch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub op: String,
    /// Which feature waits: `rule`, `webhook`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub watcher: String,
    /// Which of its records.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: Uuid,
    /// What narrows it; the feature's own.
    pub detail: Option<Json>,
}

crate::tenant_table!();

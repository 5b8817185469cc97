//! How a tenant keeps its agenda; without a row the defaults hold.

use sea_orm::entity::prelude::*;

use crate::ids::TenantId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "agenda_settings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    /// JSON of the feature's own shape; absent fields have their defaults.
    pub settings: Json,
    pub updated_at: DateTimeUtc,
}

crate::tenant_table!();

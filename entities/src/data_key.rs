//! The key that seals a tenant's credentials, itself wrapped by the server's master key.

use sea_orm::entity::prelude::*;

use crate::ids::TenantId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "data_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    pub wrapped: String,
    /// The mark of the master key that wrapped it.
    pub master: String,
    pub wrapped_at: DateTimeUtc,
}

crate::tenant_table!();

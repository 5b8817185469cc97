//! The stored answer to a command, by its client-made id: what makes a retry harmless.

use sea_orm::entity::prelude::*;

use crate::ids::TenantId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "command_result")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub body_hash: String,
    pub topic: String,
    pub seq: i64,
    pub result: Option<String>,
    pub at: DateTimeUtc,
}

crate::tenant_table!();

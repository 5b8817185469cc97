//! The parsed rows of an import, in chunks of JSON, so that any node can go on with it.

use sea_orm::entity::prelude::*;

use crate::ids::{ImportId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "import_chunk")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub chunk: i32,
    pub rows: String,
}

crate::tenant_table!();

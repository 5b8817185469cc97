//! Several teams under one name.

use sea_orm::entity::prelude::*;

use crate::ids::{DepartmentId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "department")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DepartmentId,
    pub name: String,
    pub created_at: DateTimeUtc,
}

crate::tenant_table!();

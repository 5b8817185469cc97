//! People who may see each other's customers when their role says `team`.

use sea_orm::entity::prelude::*;

use crate::ids::{DepartmentId, TeamId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "team")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TeamId,
    pub name: String,
    pub department_id: Option<DepartmentId>,
    pub created_at: DateTimeUtc,
}

crate::tenant_table!();

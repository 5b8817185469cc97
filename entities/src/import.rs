//! One file on its way into the customers.

use sea_orm::entity::prelude::*;

use crate::ids::{ImportId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "import")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    pub state: String,
    pub file_name: String,
    pub kind: String,
    pub encoding: Option<String>,
    pub delimiter: Option<String>,
    pub sheet: Option<String>,
    pub columns: Json,
    pub mapping: Json,
    pub options: Json,
    pub counts: Json,
    pub errors: Json,
    pub done: i64,
    pub total: i64,
    pub created: i64,
    pub matched: i64,
    pub failed: i64,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
    pub undone_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

//! The head of one ordered stream: the row whose lock serialises all writers.

use sea_orm::entity::prelude::*;

use crate::ids::TenantId;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "topic")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    /// `board:<id>`, `customer:<id>`, `tenant`, `user:<id>` …
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Random; changes on restore.
    pub epoch: String,
    /// Position of the newest event, 0 before the first.
    pub seq: i64,
}

crate::tenant_table!();

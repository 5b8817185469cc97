//! Some of the customers of one act, and what it did to them.

use sea_orm::entity::prelude::*;

use crate::ids::{BulkId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_chunk")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub bulk_id: BulkId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub chunk: i32,
    /// Their ids, in order.
    pub customers: Json,
    /// What undoing needs to know; none before the chunk was worked on.
    pub trace: Option<Json>,
}

crate::tenant_table!();

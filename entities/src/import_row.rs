//! What became of one row; what undo reads.

use sea_orm::entity::prelude::*;

use crate::ids::{CardId, CustomerId, ImportId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "import_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub row: i64,
    /// `created`, `matched`, `failed`.
    pub outcome: String,
    pub customer_id: Option<CustomerId>,
    pub card_id: Option<CardId>,
    pub error: Option<String>,
    /// JSON of a matched customer before the row touched it.
    pub before: Option<String>,
}

crate::tenant_table!();

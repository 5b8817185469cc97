//! Two customers made one, with what is needed to take it back.

use sea_orm::entity::prelude::*;

use crate::ids::{CustomerId, MergeId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "merge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MergeId,
    pub winner_id: CustomerId,
    pub loser_id: CustomerId,
    /// Rows as they were, and which child rows moved.
    pub before: Json,
    pub at: DateTimeUtc,
    pub by: String,
    pub undone_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

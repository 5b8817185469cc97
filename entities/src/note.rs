//! A note on a customer.

use sea_orm::entity::prelude::*;

use crate::ids::{CustomerId, NoteId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "note")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoteId,
    pub customer_id: CustomerId,
    pub body: String,
    pub by: String,
    pub created_at: DateTimeUtc,
    pub edited_at: Option<DateTimeUtc>,
    pub removed_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

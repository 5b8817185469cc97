//! Folded words and phone tails of a customer; a prefix is a range on `token`. Text ranges are leak-proof for PostgreSQL, so the index is used below row security, which trigram and full-text operators are not.

use sea_orm::entity::prelude::*;

use crate::ids::{CustomerId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "search_token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub token: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: CustomerId,
}

crate::tenant_table!();

//! A way to look at a screen that somebody keeps, alone or for all.

use sea_orm::entity::prelude::*;

use crate::ids::{TenantId, UserId, ViewId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "saved_view")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ViewId,
    /// `customers`, `board`, `agenda`.
    pub screen: String,
    pub name: String,
    /// Only the client knows what it means.
    pub query: Json,
    /// Whose it is; of a shared one, who made it.
    pub owner: UserId,
    pub shared: bool,
    pub position: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::tenant_table!();

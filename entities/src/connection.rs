//! An app of the tenant's in another system (Meta), and the door that it calls. Its credentials are
//! sealed; only the door's own key is not.

use sea_orm::entity::prelude::*;

use crate::ids::{ConnectionId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "connection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConnectionId,
    pub name: String,
    /// Sealed, as the two below; empty once the connection was removed.
    pub app_secret: String,
    pub verify_token: String,
    pub access_token: Option<String>,
    /// The random part of the door's address; the directory knows whose it is.
    pub hook_key: String,
    pub version: i64,
    pub created_by: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub removed_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

//! A key for integrations, or the public key of a web form.

use sea_orm::entity::prelude::*;

use crate::ids::{ApiKeyId, TenantId, UserId};
use crate::lists::StringList;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    pub name: String,
    /// `api` or `form`.
    pub kind: String,
    /// First characters, for recognition.
    pub prefix: String,
    pub secret_hash: String,
    pub permissions: StringList,
    pub created_by: UserId,
    pub created_at: DateTimeUtc,
    pub last_used_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

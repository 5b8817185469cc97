//! A field that a tenant adds to its customers.

use sea_orm::entity::prelude::*;

use crate::ids::{CustomFieldId, TenantId};
use crate::lists::StringList;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "custom_field")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomFieldId,
    pub key: String,
    pub label: String,
    /// `text`, `number`, `date`, `choice`, `bool`.
    pub kind: String,
    pub options: StringList,
    pub position: i32,
    pub created_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

//! What the people of one kind may do and see.

use sea_orm::entity::prelude::*;

use crate::ids::TenantId;
use crate::lists::StringList;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "role")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub name: String,
    pub permissions: StringList,
    /// Of customers: `own`, `team` or `all`.
    pub visibility: String,
    /// The same of the agenda; none = as customers.
    pub agenda_scope: Option<String>,
    /// The same of reports; none = as customers.
    pub reports_scope: Option<String>,
    pub builtin: bool,
}

crate::tenant_table!();

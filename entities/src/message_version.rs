//! What a message said before it was changed, and who took it away or brought it back.

use sea_orm::entity::prelude::*;

use crate::ids::{MessageId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "message_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: MessageId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub text: String,
    /// When it was written.
    pub at: DateTimeUtc,
    pub by: String,
    /// `deleted` or `restored` by whom and when this says; none = said so.
    pub act: Option<String>,
}

crate::tenant_table!();

//! Who did what that is no event of a topic: sign-ins and their failures, keys, looking with
//! somebody else's eyes, files taken out of the house.

use sea_orm::entity::prelude::*;

use crate::ids::{AuditId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditId,
    pub at: DateTimeUtc,
    /// As in the journal; none where nobody has proved who he is.
    pub by: Option<String>,
    pub kind: String,
    /// Whom it is about.
    pub user_id: Option<UserId>,
    /// JSON object; no secret, no hash.
    pub d: String,
    pub address: Option<String>,
}

crate::tenant_table!();

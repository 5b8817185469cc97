//! A person who signs in.

use sea_orm::entity::prelude::*;

use crate::ids::{TeamId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    pub email: String,
    /// Folded e-mail; unique in the tenant.
    pub email_key: String,
    pub name: String,
    /// Argon2id PHC string; none until an invitation is accepted.
    pub password_hash: Option<String>,
    /// Key of the role.
    pub role: String,
    pub team_id: Option<TeamId>,
    pub locale: String,
    pub active: bool,
    pub failed_logins: i32,
    pub locked_until: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub deactivated_at: Option<DateTimeUtc>,
    pub last_seen_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

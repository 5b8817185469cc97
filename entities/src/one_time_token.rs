//! An invitation or a password reset: a secret that works once.

use sea_orm::entity::prelude::*;

use crate::ids::{TeamId, TenantId, TokenId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TokenId,
    /// `invitation` or `reset`.
    pub kind: String,
    pub secret_hash: String,
    pub email: String,
    pub name: String,
    pub role: String,
    pub team_id: Option<TeamId>,
    pub user_id: Option<UserId>,
    pub created_by: Option<UserId>,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

//! What is known before a tenant is: a slug, the keyed hash of an e-mail or the key of a door, to tenant and user. The only tables without a tenant policy are this one and `job_due`; neither holds personal data.

use sea_orm::entity::prelude::*;

use crate::ids::{TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "directory")]
pub struct Model {
    /// `slug`, `email`, `hook`; `secret` and `master` are marks of the server's own.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// The slug or the door's key itself, or HMAC-SHA256 of the folded e-mail in hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    /// Nil for a slug.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Where sign-in begins, before a tenant is known: a slug, or the keyed hash of an e-mail, to tenant and user. The only tables without a tenant policy are this one and `job_due`; neither holds personal data.

use sea_orm::entity::prelude::*;

use crate::ids::{TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "directory")]
pub struct Model {
    /// `slug` or `email`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// The slug itself, or HMAC-SHA256 of the folded e-mail in hex.
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

//! One record that went from who leaves to somebody else.

use sea_orm::entity::prelude::*;

use crate::ids::{OffboardingId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "offboarding_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub offboarding_id: OffboardingId,
    /// In the order of the hand-over, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: i64,
    /// `customer`, `reminder`, `activity` or `appointment`.
    pub kind: String,
    pub record_id: Uuid,
    pub given_to: Option<UserId>,
    /// Whose it was, and whose it was made (JSON); nothing where it stayed.
    pub before: Option<String>,
    pub after: Option<String>,
}

crate::tenant_table!();

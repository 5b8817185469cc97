//! Whose turn it was last, among those who take turns.

use sea_orm::entity::prelude::*;

use crate::ids::{TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_turn")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    /// `all`, or a team's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub pool: String,
    pub last: UserId,
    /// How many turns were given.
    pub given: i64,
}

crate::tenant_table!();

//! How an activity of a type can end, what that asks for, and what follows.

use sea_orm::entity::prelude::*;

use crate::ids::{ActivityTypeId, OutcomeId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "activity_outcome")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OutcomeId,
    pub type_id: ActivityTypeId,
    /// Unique in its type; never changes.
    pub key: String,
    pub name: String,
    /// `positive`, `neutral`, `negative`.
    pub kind: String,
    /// List of `{field, required}`.
    pub asks: Json,
    /// `{stage_kind?, stage_id?, reminder?, last_contact?, notify?}`.
    pub effects: Json,
    pub position: i32,
    pub created_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

//! Somebody leaves: to whom the open work goes, and how far it is.

use sea_orm::entity::prelude::*;

use crate::ids::{OffboardingId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "offboarding")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OffboardingId,
    pub user_id: UserId,
    /// The administrator in whose name the work is handed over.
    pub by: UserId,
    pub at: DateTimeUtc,
    /// As it was asked for.
    pub plan: Json,
    /// User ids in their order (JSON array).
    pub receivers: Json,
    /// `running`, `done`, `reverting` or `reverted`.
    pub state: String,
    /// What there was to hand over, by kind.
    pub counts: Json,
    pub done: i64,
    pub total: i64,
    /// What stayed where it was: nobody could take it, or somebody changed it since.
    pub kept: i64,
    /// Whether access was ended by this, so that taking it back gives it again.
    pub ended_access: bool,
    pub revertible_until: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

//! Something done, or to be done, with a customer: open until it has an outcome.

use sea_orm::entity::prelude::*;

use crate::ids::{ActivityId, ActivityTypeId, CardId, CustomerId, OutcomeId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActivityId,
    pub customer_id: CustomerId,
    /// No foreign key: a card that an import takes back may have been worked on.
    pub card_id: Option<CardId>,
    pub type_id: ActivityTypeId,
    pub title: String,
    pub body: Option<String>,
    pub assignee: Option<UserId>,
    pub due_at: Option<DateTimeUtc>,
    /// `open`, `done`, `cancelled`.
    pub state: String,
    pub outcome_id: Option<OutcomeId>,
    /// What was asked with the outcome, answered.
    pub answer: Option<Json>,
    /// What the outcome changed elsewhere; what reopening takes back.
    pub trace: Option<Json>,
    /// User id, `key:<id>`, `system`.
    pub opened_by: String,
    pub opened_at: DateTimeUtc,
    pub closed_by: Option<String>,
    pub closed_at: Option<DateTimeUtc>,
    pub version: i64,
}

crate::tenant_table!();

//! What one rule did about one event, or why it did nothing.

use sea_orm::entity::prelude::*;

use crate::ids::{CustomerId, RuleId, RunId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_run")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RunId,
    pub rule_id: RuleId,
    pub customer_id: CustomerId,
    /// Where the event stands in the journal.
    pub topic: String,
    pub seq: i64,
    pub op: String,
    /// `waiting`, `running`, `ran`, `skipped`, `failed`.
    pub state: String,
    /// Why it was skipped or failed.
    pub reason: Option<String>,
    /// One entry an action.
    pub results: Json,
    /// The rules of this chain of causes, this one last.
    pub chain: Json,
    pub begun_at: DateTimeUtc,
    pub waits_until: Option<DateTimeUtc>,
    pub finished_at: Option<DateTimeUtc>,
}

crate::tenant_table!();

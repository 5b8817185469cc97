//! A lead as it comes in.

use entities::ids::{BoardId, CardId, CustomerId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::rules;
use crate::db::Tx;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// One signal. Without a phone or an e-mail it needs a name, and is a new customer each time.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReceiveLead {
    pub(super) name: Option<String>,
    pub(super) company: Option<String>,
    pub(super) phones: Option<Vec<String>>,
    pub(super) emails: Option<Vec<String>>,
    /// `{channel, campaign, ad_set, ad, form, referrer, click ids …}`
    #[schema(value_type = Option<Object>)]
    pub(super) source: Option<Value>,
    #[schema(value_type = Option<Object>)]
    pub(super) utm: Option<Value>,
    #[schema(value_type = Option<Object>)]
    pub(super) custom: Option<Map<String, Value>>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) note: Option<String>,
    /// What they want, for the card.
    pub(super) need: Option<String>,
    /// The first board when absent.
    pub(super) board_id: Option<BoardId>,
    /// The sender's own id of this signal: sent again, it acts once.
    pub(super) external_id: Option<String>,
}

/// What became of it.
#[derive(Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub(super) struct Received {
    pub(super) customer_id: CustomerId,
    /// Null only where the tenant has no board.
    pub(super) card_id: Option<CardId>,
    pub(super) created: bool,
    /// The kind of identity that was known: `phone`, `email`, `external`.
    pub(super) matched_by: Option<String>,
}

/// `lead.received`, on the customer's timeline.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct LeadReceived {
    pub(super) customer: CustomerId,
    pub(super) created: bool,
    #[schema(value_type = Option<Object>)]
    pub(super) source: Option<Map<String, Value>>,
    #[schema(value_type = Option<Object>)]
    pub(super) utm: Option<Map<String, Value>>,
    /// Whether it came with a note.
    pub(super) note: bool,
    pub(super) need: Option<String>,
    pub(super) external_id: Option<String>,
}

impl Command for ReceiveLead {
    const OP: &'static str = "lead.receive";
    const NEEDS: Permission = Permission::CreateLeads;

    fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
        Ok(Topic::tenant())
    }

    async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
        rules::receive(tx, cx, self).await
    }
}

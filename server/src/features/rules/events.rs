//! What rules say. Stored for ever: a shape may gain fields, never lose one.

use entities::ids::{RuleId, RunId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::views::{Done, Rule};
use crate::gateway::Message;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// `rule.saved`.
#[derive(Serialize, ToSchema)]
pub(super) struct RuleSaved<'a> {
    pub(super) rule: &'a Rule,
}

/// `rule.reordered`: all rules, in their order.
#[derive(Serialize, ToSchema)]
pub(super) struct RulesReordered<'a> {
    pub(super) order: &'a [RuleId],
}

/// `rule.removed`.
#[derive(Serialize, ToSchema)]
pub(super) struct RuleRemoved {
    pub(super) id: RuleId,
}

/// `rule.ran`, `rule.failed`: on the timeline of the customer it acted on.
#[derive(Serialize, ToSchema)]
pub(super) struct RuleActed<'a> {
    pub(super) rule: RuleId,
    pub(super) name: &'a str,
    pub(super) run: RunId,
    /// Of the event that started it.
    pub(super) op: &'a str,
    pub(super) results: &'a [Done],
}

/// `rule.worked`: these rules have runs that are new or have gone on.
#[derive(Serialize, ToSchema)]
pub(super) struct RulesWorked<'a> {
    pub(super) rules: &'a [RuleId],
}

/// Reply of `rule.assign`: on whom it fell.
#[derive(Serialize, serde::Deserialize)]
pub(super) struct Fallen {
    pub(super) user: UserId,
    /// The customer had an owner among those who take turns.
    pub(super) kept: bool,
}

pub(super) fn on_tenant(op: &'static str, d: &impl Serialize) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::tenant(), op, d)
}

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Message> {
    vec![
        Message::event::<RuleSaved<'_>>("rule.saved", "tenant"),
        Message::event::<RulesReordered<'_>>("rule.reordered", "tenant"),
        Message::event::<RuleRemoved>("rule.removed", "tenant"),
        Message::event::<RuleActed<'_>>("rule.ran", "customer:<id>"),
        Message::event::<RuleActed<'_>>("rule.failed", "customer:<id>"),
        Message::event::<RulesWorked<'_>>("rule.worked", "rules"),
    ]
}

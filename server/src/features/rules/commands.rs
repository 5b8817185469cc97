//! What can be asked of rules. The last four are the server's own work and refuse everybody else.

use entities::ids::{CustomerId, RuleId, RunId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bell;
use super::events::RulesWorked;
use super::parse::{Action, Condition, Trigger};
use super::rules::{assign, finish, write};
use super::views::Done;
use crate::db::Tx;
use crate::gateway::Message;
use crate::kernel::command::{Command, CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::principal::{Permission, Principal, Who};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::registry::Registry;

macro_rules! on_tenant {
    ($name:ident, $op:literal, $decide:path) => {
        impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::ManageRules;

            fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
                Ok(Topic::tenant())
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                $decide(tx, cx, self).await
            }
        }
    };
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateRule {
    pub(super) name: String,
    pub(super) trigger: Trigger,
    #[serde(default)]
    pub(super) conditions: Vec<Condition>,
    pub(super) actions: Vec<Action>,
    #[serde(default)]
    pub(super) delay_minutes: i32,
    /// `always` when absent.
    pub(super) hours: Option<String>,
    /// True when absent.
    pub(super) enabled: Option<bool>,
}
on_tenant!(CreateRule, "rule.create", write::create);

/// What is absent stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateRule {
    pub(super) rule: RuleId,
    pub(super) name: Option<String>,
    pub(super) trigger: Option<Trigger>,
    pub(super) conditions: Option<Vec<Condition>>,
    pub(super) actions: Option<Vec<Action>>,
    pub(super) delay_minutes: Option<i32>,
    pub(super) hours: Option<String>,
}
on_tenant!(UpdateRule, "rule.update", write::update);

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EnableRule {
    pub(super) rule: RuleId,
}
on_tenant!(EnableRule, "rule.enable", write::enable);

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DisableRule {
    pub(super) rule: RuleId,
}
on_tenant!(DisableRule, "rule.disable", write::disable);

/// All rules, in their new order.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReorderRules {
    pub(super) order: Vec<RuleId>,
}
on_tenant!(ReorderRules, "rule.reorder", write::reorder);

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveRule {
    pub(super) rule: RuleId,
}
on_tenant!(RemoveRule, "rule.remove", write::remove);

/// Brings a removed rule back as it was, with its record.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RestoreRule {
    pub(super) rule: RuleId,
}
on_tenant!(RestoreRule, "rule.restore", write::restore);

/// Makes the product's defaults for a tenant that has never had a rule.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MakeDefaults {}

impl Command for MakeDefaults {
    const OP: &'static str = "rule.defaults";
    const NEEDS: Permission = Permission::ManageRules;

    fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
        Ok(Topic::tenant())
    }

    async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
        only_the_server(&cx.by)?;
        write::make_defaults(tx, cx).await
    }
}

/// Gives a customer an owner whose turn it is: decided where turns stand in line.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignByRule {
    pub(super) customer: CustomerId,
    pub(super) to: String,
    pub(super) replace: bool,
}

impl Command for AssignByRule {
    const OP: &'static str = "rule.assign";
    const NEEDS: Permission = Permission::ManageRules;

    fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
        Ok(Topic::tenant())
    }

    async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
        only_the_server(&cx.by)?;
        assign::assign(tx, cx, self).await
    }
}

/// Puts a run on record, and orders what only leaves the house once it is.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FinishRun {
    pub(super) run: RunId,
    pub(super) customer: CustomerId,
    pub(super) results: Vec<Done>,
    /// It was about one of a series behind the first, and has no line on the timeline either.
    #[serde(default)]
    pub(super) follows: bool,
}

impl Command for FinishRun {
    const OP: &'static str = "rule.finish";
    const NEEDS: Permission = Permission::ManageRules;

    fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
        Ok(Topic::customer(self.customer))
    }

    async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
        only_the_server(&cx.by)?;
        finish::finish(tx, cx, self).await
    }
}

/// Tells whoever looks at rules which of them have new runs.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TellRuns {
    pub(super) rules: Vec<RuleId>,
}

impl Command for TellRuns {
    const OP: &'static str = "rule.tell";
    const NEEDS: Permission = Permission::ManageRules;

    fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
        Ok(bell::topic())
    }

    async fn decide<'a>(&'a self, _: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
        only_the_server(&cx.by)?;
        let said = RulesWorked { rules: &self.rules };
        Ok(Decision::events(vec![NewEvent::new(bell::topic(), "rule.worked", &said)?]))
    }
}

fn only_the_server(by: &Principal) -> Result<(), Problem> {
    match by.who {
        Who::Rule { .. } | Who::System => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

/// Hands all ops to the machinery.
pub(super) fn register(registry: &mut Registry) {
    registry.accepts::<CreateRule>();
    registry.accepts::<UpdateRule>();
    registry.accepts::<EnableRule>();
    registry.accepts::<DisableRule>();
    registry.accepts::<ReorderRules>();
    registry.accepts::<RemoveRule>();
    registry.accepts::<RestoreRule>();
    registry.accepts::<MakeDefaults>();
    registry.accepts::<AssignByRule>();
    registry.accepts::<FinishRun>();
    registry.accepts::<TellRuns>();
}

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Message> {
    vec![
        Message::command::<CreateRule>("tenant"),
        Message::command::<UpdateRule>("tenant"),
        Message::command::<EnableRule>("tenant"),
        Message::command::<DisableRule>("tenant"),
        Message::command::<ReorderRules>("tenant"),
        Message::command::<RemoveRule>("tenant"),
        Message::command::<RestoreRule>("tenant"),
        Message::server_only("rule.defaults"),
        Message::server_only("rule.assign"),
        Message::server_only("rule.finish"),
        Message::server_only("rule.tell"),
    ]
}

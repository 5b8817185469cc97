//! What can be done to activities, on `customer:<id>`, and to their types, on `tenant`.

use chrono::{DateTime, Utc};
use entities::ids::{ActivityId, ActivityTypeId, CardId, CustomerId, OutcomeId, UserId};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::answer::Answers;
use super::rules::{change, close, open, outcomes, reopen, types};
use super::shapes::{Ask, Effects};
use crate::db::Tx;
use crate::features::customers;
use crate::gateway::Message;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Tells null (empty it) from absent (leave it).
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    d: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(d).map(Some)
}

/// Something is to be done, or is being done, with a customer.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenActivity {
    pub(super) customer: Option<CustomerId>,
    /// Id or key of the type.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// The customer's only live card when absent.
    pub(super) card: Option<CardId>,
    /// The type's name when absent.
    pub(super) title: Option<String>,
    pub(super) body: Option<String>,
    /// Absent = who opens it, null = nobody yet.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<UserId>)]
    pub(super) assignee: Option<Option<UserId>>,
    pub(super) due_at: Option<DateTime<Utc>>,
}

/// Changes what is open; null empties.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateActivity {
    pub(super) customer: Option<CustomerId>,
    pub(super) activity: ActivityId,
    pub(super) title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub(super) body: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<UserId>)]
    pub(super) assignee: Option<Option<UserId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub(super) due_at: Option<Option<DateTime<Utc>>>,
}

/// How it ended, with what the outcome asks for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CloseActivity {
    pub(super) customer: Option<CustomerId>,
    pub(super) activity: ActivityId,
    /// Id or key of an outcome of the activity's type.
    pub(super) outcome: String,
    #[serde(default)]
    pub(super) fields: Answers,
}

/// It will not be done.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelActivity {
    pub(super) customer: Option<CustomerId>,
    pub(super) activity: ActivityId,
    pub(super) reason: Option<String>,
}

/// Takes closing or cancelling back, with what followed from it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReopenActivity {
    pub(super) customer: Option<CustomerId>,
    pub(super) activity: ActivityId,
}

/// A kind of activity, with its outcomes at once if you like.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateType {
    pub(super) name: String,
    /// Small letters, digits and dashes.
    pub(super) icon: Option<String>,
    /// 1 to 8; by default the next one.
    pub(super) colour: Option<i32>,
    #[serde(default)]
    pub(super) outcomes: Vec<NewOutcome>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOutcome {
    pub(super) name: String,
    /// `positive`, `neutral`, `negative`.
    pub(super) kind: String,
    #[serde(default)]
    pub(super) asks: Vec<Ask>,
    #[serde(default)]
    pub(super) effects: Effects,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateType {
    pub(super) activity_type: ActivityTypeId,
    pub(super) name: Option<String>,
    pub(super) icon: Option<String>,
    pub(super) colour: Option<i32>,
}

/// All live types in their order.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReorderTypes {
    pub(super) order: Vec<ActivityTypeId>,
}

/// Nobody opens one of these any more; what is open can be closed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArchiveType {
    pub(super) activity_type: ActivityTypeId,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RestoreType {
    pub(super) activity_type: ActivityTypeId,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateOutcome {
    pub(super) activity_type: ActivityTypeId,
    pub(super) name: String,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) asks: Vec<Ask>,
    #[serde(default)]
    pub(super) effects: Effects,
}

/// `asks` and `effects` as wholes; `position` among the type's outcomes, from 0.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateOutcome {
    pub(super) outcome: OutcomeId,
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) asks: Option<Vec<Ask>>,
    pub(super) effects: Option<Effects>,
    pub(super) position: Option<usize>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArchiveOutcome {
    pub(super) outcome: OutcomeId,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RestoreOutcome {
    pub(super) outcome: OutcomeId,
}

macro_rules! on_customer {
    ($($command:ident = $op:literal, $rule:path;)*) => {
        $(impl Command for $command {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::EditCustomers;

            fn owner(&mut self, named: &Topic) -> Result<Topic, Problem> {
                customers::owner_of(named, &mut self.customer)
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                let id = self.customer.ok_or_else(Problem::not_found)?;
                $rule(tx, cx, id, self).await
            }
        })*

        fn register_on_customer(registry: &mut crate::realtime::registry::Registry) {
            $(registry.accepts::<$command>();)*
        }

        fn described_on_customer() -> Vec<Message> {
            vec![$(Message::command::<$command>("customer:<id>"),)*]
        }
    };
}

on_customer! {
    OpenActivity = "activity.open", open::open;
    UpdateActivity = "activity.update", change::update;
    CloseActivity = "activity.close", close::close;
    CancelActivity = "activity.cancel", change::cancel;
    ReopenActivity = "activity.reopen", reopen::reopen;
}

macro_rules! on_tenant {
    ($($command:ident = $op:literal, $rule:path;)*) => {
        $(impl Command for $command {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::ManageActivities;

            fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
                Ok(Topic::tenant())
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                $rule(tx, cx, self).await
            }
        })*

        fn register_on_tenant(registry: &mut crate::realtime::registry::Registry) {
            $(registry.accepts::<$command>();)*
        }

        fn described_on_tenant() -> Vec<Message> {
            vec![$(Message::command::<$command>("tenant"),)*]
        }
    };
}

on_tenant! {
    CreateType = "activity_type.create", types::create;
    UpdateType = "activity_type.update", types::update;
    ReorderTypes = "activity_type.reorder", types::reorder;
    ArchiveType = "activity_type.archive", types::archive;
    RestoreType = "activity_type.restore", types::restore;
    CreateOutcome = "outcome.create", outcomes::create;
    UpdateOutcome = "outcome.update", outcomes::update;
    ArchiveOutcome = "outcome.archive", outcomes::archive;
    RestoreOutcome = "outcome.restore", outcomes::restore;
}

/// Hands all ops to the machinery.
pub(super) fn register(registry: &mut crate::realtime::registry::Registry) {
    register_on_customer(registry);
    register_on_tenant(registry);
}

/// All ops, for the document of messages.
pub(super) fn described() -> Vec<Message> {
    let mut all = described_on_customer();
    all.extend(described_on_tenant());
    all
}

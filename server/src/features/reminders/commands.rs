//! What can be asked of reminders: on `customer:<id>`, or on `me`. The last is the server's own.

use chrono::{DateTime, Utc};
use entities::ids::{ActivityId, AppointmentId, CardId, CustomerId, ReminderId, UserId};
use serde::{Deserialize, Deserializer, Serialize};

use super::recurrence::Repeat;
use super::store::Kind;
use super::{firing, rules};
use crate::db::Tx;
use crate::gateway::Message;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::Permission;
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::Topic;

/// Tells null (empty it) from absent (leave it).
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    d: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(d).map(Some)
}

/// A customer's topic, or the asker's own.
fn customer_or_me(named: &Topic) -> Result<Topic, Problem> {
    match named.kind() {
        "customer" | "user" if named.id().is_some() => Ok(named.clone()),
        _ => Err(Problem::invalid("topic", "bad_value")),
    }
}

macro_rules! on_reminder {
    ($name:ident, $op:literal, $decide:path) => {
        impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::EditCustomers;

            fn owner(&mut self, named: &Topic) -> Result<Topic, Problem> {
                customer_or_me(named)
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                $decide(tx, cx, self).await
            }
        }
    };
}

/// On `me` without `customer` it is about no customer, and nobody else's.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddReminder {
    pub(super) customer: Option<CustomerId>,
    /// Me when absent.
    pub(super) assignee: Option<UserId>,
    #[serde(default)]
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) due_at: DateTime<Utc>,
    pub(super) repeat: Option<Repeat>,
    pub(super) card: Option<CardId>,
    pub(super) appointment: Option<AppointmentId>,
    pub(super) activity: Option<ActivityId>,
}
on_reminder!(AddReminder, "reminder.add", rules::add);

/// What is absent stays; `repeat: null` ends the series.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateReminder {
    pub(super) reminder: ReminderId,
    pub(super) assignee: Option<UserId>,
    pub(super) kind: Option<Kind>,
    pub(super) text: Option<String>,
    pub(super) due_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Repeat>)]
    pub(super) repeat: Option<Option<Repeat>>,
}
on_reminder!(UpdateReminder, "reminder.update", rules::update);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SnoozeReminder {
    pub(super) reminder: ReminderId,
    pub(super) until: DateTime<Utc>,
}
on_reminder!(SnoozeReminder, "reminder.snooze", rules::snooze);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FinishReminder {
    pub(super) reminder: ReminderId,
}
on_reminder!(FinishReminder, "reminder.done", rules::finish);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelReminder {
    pub(super) reminder: ReminderId,
}
on_reminder!(CancelReminder, "reminder.cancel", rules::cancel);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReopenReminder {
    pub(super) reminder: ReminderId,
}
on_reminder!(ReopenReminder, "reminder.reopen", rules::reopen);

/// Fires these, as far as they still stand as they were seen: id and version.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FireReminders {
    pub(super) due: Vec<(ReminderId, i64)>,
}

impl Command for FireReminders {
    const OP: &'static str = "reminder.fire";
    const NEEDS: Permission = Permission::EditCustomers;

    fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
        Ok(firing::topic())
    }

    async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
        if !cx.by.is_server() {
            return Err(Problem::new(Class::Invalid, "unknown_op"));
        }
        firing::fire(tx, cx, &self.due).await
    }
}

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Message> {
    const ON: &str = "customer:<id> or me";
    vec![
        Message::command::<AddReminder>(ON),
        Message::command::<UpdateReminder>(ON),
        Message::command::<SnoozeReminder>(ON),
        Message::command::<FinishReminder>(ON),
        Message::command::<CancelReminder>(ON),
        Message::command::<ReopenReminder>(ON),
        Message::server_only("reminder.fire"),
    ]
}

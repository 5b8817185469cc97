//! What a person can ask of their own notifications. All live on `me`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entities::ids::NotificationId;
use serde::{Deserialize, Deserializer};

use super::kinds::Kind;
use super::rules;
use super::settings::{Channels, Quiet};
use crate::db::Tx;
use crate::gateway::Message;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

macro_rules! on_me {
    ($name:ident, $op:literal, $decide:path) => {
        impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::ViewUsers;
            const ANYBODY: bool = true;

            fn owner(&mut self, named: &Topic) -> Result<Topic, Problem> {
                if named.kind() == "user" {
                    Ok(named.clone())
                } else {
                    Err(Problem::invalid("topic", "bad_value"))
                }
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                $decide(tx, cx, self).await
            }
        }
    };
}

/// These, or all that came until a time; all of them when neither is said.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadNotifications {
    /// At most 200.
    pub(super) ids: Option<Vec<NotificationId>>,
    pub(super) until: Option<DateTime<Utc>>,
}
on_me!(ReadNotifications, "notification.read", rules::read);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UnreadNotifications {
    /// At most 200.
    pub(super) ids: Vec<NotificationId>,
}
on_me!(UnreadNotifications, "notification.unread", rules::unread);

/// What is absent stays; `quiet: null` ends the quiet hours.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetNotifications {
    pub(super) settings: SettingsPatch,
}
on_me!(SetNotifications, "notification.set", rules::set);

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsPatch {
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, Channels>)]
    pub(super) channels: BTreeMap<Kind, Channels>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Quiet>)]
    pub(super) quiet: Option<Option<Quiet>>,
}

/// Tells null (empty it) from absent (leave it).
fn present<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<Quiet>>, D::Error> {
    Option::deserialize(d).map(Some)
}

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Message> {
    vec![
        Message::command::<ReadNotifications>("me"),
        Message::command::<UnreadNotifications>("me"),
        Message::command::<SetNotifications>("me"),
    ]
}

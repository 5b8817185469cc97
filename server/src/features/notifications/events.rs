//! What a person's own topic says about what they are told. Stored for ever: a shape may gain
//! fields, never lose one.

use chrono::{DateTime, Utc};
use entities::ids::{NotificationId, UserId};
use serde::Serialize;

use super::settings::Settings;
use super::views::Notification;
use crate::gateway::Message;
use crate::kernel::clock::wire;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// `notification.added`; `unread` is the count after it.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Added<'a> {
    pub(super) notification: &'a Notification,
    pub(super) unread: u64,
}

/// `notification.changed`: it says something else now.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = NotificationChanged)]
pub(super) struct Changed<'a> {
    pub(super) notification: &'a Notification,
    pub(super) unread: u64,
}

/// `notification.removed`: what they told of is not there any more.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = NotificationRemoved)]
pub(super) struct Removed<'a> {
    pub(super) ids: &'a [NotificationId],
    pub(super) unread: u64,
}

/// `notification.read`: these, or all up to a time (the time of the command when all are meant).
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Read<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ids: Option<&'a [NotificationId]>,
    #[serde(serialize_with = "wire::optional_time", skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<DateTime<Utc>>,
    #[serde(serialize_with = "wire::time")]
    pub(super) read_at: DateTime<Utc>,
    pub(super) unread: u64,
}

/// `notification.unread`.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Unread<'a> {
    pub(super) ids: &'a [NotificationId],
    pub(super) unread: u64,
}

/// `notification.settings`.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Chosen<'a> {
    pub(super) settings: &'a Settings,
}

pub(super) fn on_me(
    user: UserId,
    op: &'static str,
    d: &impl Serialize,
) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::user(user), op, d)
}

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Message> {
    vec![
        Message::event::<Added<'_>>("notification.added", "me"),
        Message::event::<Changed<'_>>("notification.changed", "me"),
        Message::event::<Removed<'_>>("notification.removed", "me"),
        Message::event::<Read<'_>>("notification.read", "me"),
        Message::event::<Unread<'_>>("notification.unread", "me"),
        Message::event::<Chosen<'_>>("notification.settings", "me"),
    ]
}

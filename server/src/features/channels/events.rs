//! What connections and channels say. No credential is in it, and no door's address.

use chrono::{DateTime, Utc};
use entities::ids::{ChannelId, ConnectionId};
use entities::{channel, connection};
use serde::Serialize;
use utoipa::ToSchema;

use super::views::Channel;
use crate::gateway::Message;
use crate::kernel::clock::wire;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// A connection as the tenant's topic shows it.
#[derive(Serialize, ToSchema)]
struct ConnectionFace<'a> {
    id: ConnectionId,
    name: &'a str,
    has_access_token: bool,
    version: i64,
    created_by: &'a str,
    #[serde(serialize_with = "wire::time")]
    created_at: DateTime<Utc>,
}

/// `connection.saved`.
#[derive(Serialize, ToSchema)]
struct ConnectionSaved<'a> {
    connection: ConnectionFace<'a>,
    /// Which credentials are new: `app_secret`, `verify_token`, `access_token`.
    renewed: &'a [&'a str],
}

/// `connection.removed`.
#[derive(Serialize, ToSchema)]
struct ConnectionRemoved {
    id: ConnectionId,
}

/// `channel.saved`.
#[derive(Serialize, ToSchema)]
struct ChannelSaved {
    channel: Channel,
}

/// `channel.removed`.
#[derive(Serialize, ToSchema)]
struct ChannelRemoved {
    id: ChannelId,
}

/// `channel.silent`: nothing has come since.
#[derive(Serialize, ToSchema)]
struct ChannelSilent {
    id: ChannelId,
    #[serde(serialize_with = "wire::time")]
    since: DateTime<Utc>,
}

/// `channel.heard`: it was silent, and something has come.
#[derive(Serialize, ToSchema)]
struct ChannelHeard {
    id: ChannelId,
    #[serde(serialize_with = "wire::time")]
    at: DateTime<Utc>,
}

pub(super) fn connection_saved(
    row: &connection::Model,
    renewed: &[&str],
) -> Result<NewEvent, Problem> {
    let connection = ConnectionFace {
        id: row.id,
        name: &row.name,
        has_access_token: row.access_token.is_some(),
        version: row.version,
        created_by: &row.created_by,
        created_at: row.created_at,
    };
    NewEvent::new(Topic::tenant(), "connection.saved", &ConnectionSaved { connection, renewed })
}

pub(super) fn connection_removed(id: ConnectionId) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::tenant(), "connection.removed", &ConnectionRemoved { id })
}

pub(super) fn channel_saved(row: channel::Model) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::tenant(), "channel.saved", &ChannelSaved { channel: row.into() })
}

pub(super) fn channel_removed(id: ChannelId) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::tenant(), "channel.removed", &ChannelRemoved { id })
}

pub(super) fn channel_silent(id: ChannelId, since: DateTime<Utc>) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::tenant(), "channel.silent", &ChannelSilent { id, since })
}

pub(super) fn channel_heard(id: ChannelId, at: DateTime<Utc>) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::tenant(), "channel.heard", &ChannelHeard { id, at })
}

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Message> {
    vec![
        Message::event::<ConnectionSaved<'_>>("connection.saved", "tenant"),
        Message::event::<ConnectionRemoved>("connection.removed", "tenant"),
        Message::event::<ChannelSaved>("channel.saved", "tenant"),
        Message::event::<ChannelRemoved>("channel.removed", "tenant"),
        Message::event::<ChannelSilent>("channel.silent", "tenant"),
        Message::event::<ChannelHeard>("channel.heard", "tenant"),
    ]
}

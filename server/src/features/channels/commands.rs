//! What can be asked of channels. What holds sealed credentials or comes from outside is the server's
//! own work and refuses everybody else.

use entities::ids::{ChannelId, ConnectionId, HookId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ledger;
use super::rules::{channels, connections, receive, silence, split};
use crate::db::Tx;
use crate::gateway::Message;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::registry::Registry;

macro_rules! command {
    ($name:ident, $op:literal, |$self:ident| $owner:expr, |$tx:ident, $cx:ident| $decide:expr) => {
        impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::ManageChannels;

            fn owner(&mut $self, _: &Topic) -> Result<Topic, Problem> {
                Ok($owner)
            }

            async fn decide<'a>(&'a $self, $tx: &'a Tx<'a>, $cx: &'a CommandContext) -> Decided {
                $decide.await
            }
        }
    };
}

/// Makes a connection, or changes what is named. Its credentials are sealed by whoever sends this.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveConnection {
    pub(super) connection: ConnectionId,
    /// Of a new one.
    pub(super) hook_key: Option<String>,
    pub(super) name: Option<String>,
    pub(super) app_secret: Option<String>,
    pub(super) verify_token: Option<String>,
    pub(super) access_token: Option<String>,
}
command!(SaveConnection, "connection.save", |self| Topic::tenant(), |tx, cx| connections::save(
    tx, cx, self
));

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveConnection {
    pub(super) connection: ConnectionId,
}
command!(RemoveConnection, "connection.remove", |self| Topic::tenant(), |tx, cx| {
    connections::remove(tx, cx, self.connection)
});

/// Makes a channel (`connection`, `kind`, `external_id` and `name`), or changes the one that is named
/// (what is absent stays).
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveChannel {
    pub(super) channel: Option<ChannelId>,
    pub(super) connection: Option<ConnectionId>,
    /// `whatsapp`, `instagram`, `messenger`.
    pub(super) kind: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) name: Option<String>,
    /// `active`, `paused`, `reconnect`.
    pub(super) state: Option<String>,
    /// 0 to 720; 0 = nobody is told of silence.
    pub(super) silent_hours: Option<i32>,
}
command!(SaveChannel, "channel.save", |self| Topic::tenant(), |tx, cx| channels::save(
    tx, cx, self
));

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveChannel {
    pub(super) channel: ChannelId,
}
command!(RemoveChannel, "channel.remove", |self| Topic::tenant(), |tx, cx| channels::remove(
    tx,
    cx,
    self.channel
));

/// Reads a payload once more: what was lost on the way comes in, and what was not understood is read
/// again.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReprocessHook {
    pub(super) hook: HookId,
}
command!(ReprocessHook, "hook.reprocess", |self| Topic::tenant(), |tx, cx| split::again(
    tx, cx, self.hook
));

/// A payload whose signature was right.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReceiveHook {
    pub(super) connection: ConnectionId,
    pub(super) digest: String,
    pub(super) bytes: i64,
    pub(super) coding: String,
    pub(super) body: String,
}
command!(ReceiveHook, "hook.receive", |self| ledger(self.connection), |tx, cx| receive::receive(
    tx, cx, self
));

/// Splits the oldest payloads of a connection that wait for it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SplitHook {
    pub(super) connection: ConnectionId,
    /// Also gives what nobody claimed to the channels that do now.
    pub(super) claim: bool,
    /// Only this one.
    #[serde(default)]
    pub(super) only: Option<HookId>,
}
command!(SplitHook, "hook.split", |self| ledger(self.connection), |tx, cx| split::split(
    tx, cx, self
));

/// Puts a payload aside whose items cannot be written, so that those after it come in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetAside {
    pub(super) connection: ConnectionId,
    pub(super) hook: HookId,
}
command!(SetAside, "hook.set_aside", |self| ledger(self.connection), |tx, cx| split::set_aside(
    tx, cx, self.hook
));

/// Tells of a channel from which nothing comes any more.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TellSilence {
    pub(super) channel: ChannelId,
}
command!(TellSilence, "channel.silence", |self| Topic::tenant(), |tx, cx| silence::tell(
    tx,
    cx,
    self.channel
));

/// Hands all ops to the machinery.
pub(super) fn register(registry: &mut Registry) {
    registry.accepts::<SaveConnection>();
    registry.accepts::<RemoveConnection>();
    registry.accepts::<SaveChannel>();
    registry.accepts::<RemoveChannel>();
    registry.accepts::<ReprocessHook>();
    registry.accepts::<ReceiveHook>();
    registry.accepts::<SplitHook>();
    registry.accepts::<SetAside>();
    registry.accepts::<TellSilence>();
}

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Message> {
    vec![
        Message::command::<RemoveConnection>("tenant"),
        Message::command::<SaveChannel>("tenant"),
        Message::command::<RemoveChannel>("tenant"),
        Message::command::<ReprocessHook>("tenant"),
        Message::server_only("connection.save"),
        Message::server_only("hook.receive"),
        Message::server_only("hook.split"),
        Message::server_only("hook.set_aside"),
        Message::server_only("channel.silence"),
    ]
}

//! What can be done in rooms: the shapes of `d`, and on which topic.

use entities::ids::{MessageId, RoomId, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::rules::{members, messages, reading, rooms};
use super::shapes::{Kind, Muted};
use crate::db::Tx;
use crate::gateway::Message;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Two people: `direct` with the other as the only member. The same two again: the room they have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateRoom {
    /// A UUIDv7 of the client's own.
    pub(super) id: Option<RoomId>,
    pub(super) kind: Kind,
    /// 1 to 80 characters; of groups and channels.
    pub(super) name: Option<String>,
    /// At most 250 characters.
    pub(super) purpose: Option<String>,
    /// Beside me; at most 99.
    #[serde(default)]
    pub(super) members: Vec<UserId>,
}

/// What is absent stays; an empty purpose is none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateRoom {
    pub(super) name: Option<String>,
    pub(super) purpose: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArchiveRoom {}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RestoreRoom {}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JoinRoom {}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LeaveRoom {}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddMembers {
    /// At most 50.
    pub(super) users: Vec<UserId>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveMember {
    pub(super) user: UserId,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MuteRoom {
    pub(super) muted: Muted,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SendMessage {
    /// A UUIDv7 of the client's own.
    pub(super) id: Option<MessageId>,
    /// 1 to 8,000 characters.
    pub(super) text: String,
    /// A message of this room.
    pub(super) reply_to: Option<MessageId>,
    /// Members; at most 50.
    #[serde(default)]
    pub(super) mentions: Vec<UserId>,
}

/// Without `mentions` they stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EditMessage {
    pub(super) message: MessageId,
    pub(super) text: String,
    pub(super) mentions: Option<Vec<UserId>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteMessage {
    pub(super) message: MessageId,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RestoreMessage {
    pub(super) message: MessageId,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReactMessage {
    pub(super) message: MessageId,
    /// One emoji.
    pub(super) emoji: String,
    pub(super) on: bool,
}

/// Up to and with this one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadRoom {
    pub(super) n: i64,
}

/// From this one on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UnreadRoom {
    pub(super) from: i64,
}

/// The list of rooms is where rooms are made.
fn rooms_topic(named: &Topic) -> Result<Topic, Problem> {
    match named.as_str() {
        "rooms" => Ok(named.clone()),
        _ => Err(Problem::invalid("topic", "bad_value")),
    }
}

fn room_topic(named: &Topic) -> Result<Topic, Problem> {
    match named.kind() {
        "room" if named.id().is_some() => Ok(named.clone()),
        _ => Err(Problem::invalid("topic", "bad_value")),
    }
}

macro_rules! ops {
    ($($name:ident = $op:literal, $on:literal, $owner:path, $decide:path;)*) => {
        $(impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::UseChat;

            fn owner(&mut self, named: &Topic) -> Result<Topic, Problem> {
                $owner(named)
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                $decide(tx, cx, self).await
            }
        })*

        pub(super) fn register(registry: &mut crate::realtime::registry::Registry) {
            $(registry.accepts::<$name>();)*
        }

        /// What `messages.json` says of these.
        pub(super) fn described() -> Vec<Message> {
            vec![$(Message::command::<$name>($on)),*]
        }
    };
}

ops! {
    CreateRoom = "room.create", "rooms", rooms_topic, rooms::create;
    UpdateRoom = "room.update", "room:<id>", room_topic, rooms::update;
    ArchiveRoom = "room.archive", "room:<id>", room_topic, rooms::archive;
    RestoreRoom = "room.restore", "room:<id>", room_topic, rooms::restore;
    JoinRoom = "room.join", "room:<id>", room_topic, members::join;
    LeaveRoom = "room.leave", "room:<id>", room_topic, members::leave;
    AddMembers = "member.add", "room:<id>", room_topic, members::add;
    RemoveMember = "member.remove", "room:<id>", room_topic, members::remove;
    MuteRoom = "room.mute", "room:<id>", room_topic, members::mute;
    SendMessage = "message.send", "room:<id>", room_topic, messages::send;
    EditMessage = "message.edit", "room:<id>", room_topic, messages::edit;
    DeleteMessage = "message.delete", "room:<id>", room_topic, messages::delete;
    RestoreMessage = "message.restore", "room:<id>", room_topic, messages::restore;
    ReactMessage = "message.react", "room:<id>", room_topic, messages::react;
    ReadRoom = "room.read", "room:<id>", room_topic, reading::read;
    UnreadRoom = "room.unread", "room:<id>", room_topic, reading::unread;
}

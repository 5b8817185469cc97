//! What is said about rooms. Stored for ever: a shape may gain fields, never lose one.

use entities::ids::{MessageId, RoomId, UserId};
use entities::message;
use serde::Serialize;

use super::shapes::{Message, Mine, Muted, Room};
use super::store::Place;
use crate::gateway::Message as Described;
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Shown<'a> {
    pub(super) room: &'a Room,
}

/// `member.added`; on `rooms` with the room, since it is new to those who were added.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Added<'a> {
    pub(super) room_id: RoomId,
    pub(super) users: &'a [UserId],
    pub(super) by: &'a str,
    /// `member`; `owner` for who comes into a channel that nobody is in.
    pub(super) role: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) room: Option<&'a Room>,
}

/// `member.removed`: taken out, or left; `heir` is the owner from now on.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Removed {
    pub(super) room_id: RoomId,
    pub(super) user: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) heir: Option<UserId>,
}

/// `member.promoted`: an owner from now on, because the last one lost access.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Promoted {
    pub(super) room_id: RoomId,
    pub(super) user: UserId,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = RoomMuted)]
pub(super) struct MutedAs {
    pub(super) room_id: RoomId,
    pub(super) muted: Muted,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Said<'a> {
    pub(super) message: &'a Message,
}

/// `room.touched`: how a message looks now, its text cut. What is unread follows from what it was before.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Touched<'a> {
    pub(super) room_id: RoomId,
    pub(super) message: &'a Message,
    /// Null for a new message.
    pub(super) before: Option<&'a Before>,
}

/// How a message counted before it was changed.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = MessageBefore)]
pub(super) struct Before {
    pub(super) deleted: bool,
    pub(super) mentions: Vec<UserId>,
}

impl Before {
    pub(super) fn of(row: &message::Model) -> Self {
        Self { deleted: row.deleted_at.is_some(), mentions: row.mentions.0.clone() }
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Reacted<'a> {
    pub(super) message_id: MessageId,
    pub(super) n: i64,
    pub(super) emoji: &'a str,
    pub(super) by: UserId,
    pub(super) on: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct ReadTo {
    pub(super) room_id: RoomId,
    pub(super) user: UserId,
    pub(super) n: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Marked<'a> {
    pub(super) room_id: RoomId,
    pub(super) mine: &'a Mine,
    /// The room's last `n` when this was counted.
    pub(super) last: i64,
}

impl Place {
    /// Of a channel everybody hears; of another room those who are in it.
    pub(super) fn audience(&self, members: &[UserId]) -> Audience {
        if self.is_channel() { Audience::Everyone } else { Audience::people(members) }
    }

    /// On the room's own topic.
    pub(super) fn here(
        &self,
        op: &'static str,
        members: &[UserId],
        d: &impl Serialize,
    ) -> Result<NewEvent, Problem> {
        let event = NewEvent::new(Topic::room(self.row.id), op, d)?;
        Ok(event.heard_by(self.audience(members)))
    }

    /// On the room's own topic, and the same in the list of rooms.
    pub(super) fn both(
        &self,
        op: &'static str,
        members: &[UserId],
        d: &impl Serialize,
    ) -> Result<Vec<NewEvent>, Problem> {
        let here = self.here(op, members, d)?;
        Ok(vec![here.also_on(Topic::rooms()), here])
    }
}

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Described> {
    const BOTH: &str = "rooms and room:<id>";
    const HERE: &str = "room:<id>";
    vec![
        Described::event::<Shown<'_>>("room.created", "rooms"),
        Described::event::<Shown<'_>>("room.updated", BOTH),
        Described::event::<Shown<'_>>("room.archived", BOTH),
        Described::event::<Shown<'_>>("room.restored", BOTH),
        Described::event::<Touched<'_>>("room.touched", "rooms"),
        Described::event::<ReadTo>("room.read", HERE),
        Described::event::<Marked<'_>>("room.marked", "me"),
        Described::event::<MutedAs>("room.muted", "me"),
        Described::event::<Added<'_>>("member.added", BOTH),
        Described::event::<Removed>("member.removed", BOTH),
        Described::event::<Promoted>("member.promoted", BOTH),
        Described::event::<Said<'_>>("message.sent", HERE),
        Described::event::<Said<'_>>("message.edited", HERE),
        Described::event::<Said<'_>>("message.deleted", HERE),
        Described::event::<Said<'_>>("message.restored", HERE),
        Described::event::<Reacted<'_>>("message.reacted", HERE),
    ]
}

//! Rooms and messages as everybody sees them.

use chrono::{DateTime, Utc};
use entities::ids::{MessageId, RoomId, UserId};
use serde::{Deserialize, Serialize};

use crate::kernel::clock::wire;

/// Characters of a message that lists, answers and notifications show.
const EXCERPT: usize = 160;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RoomKind)]
pub(super) enum Kind {
    Direct,
    Group,
    Channel,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Group => "group",
            Self::Channel => "channel",
        }
    }

    /// What a newer version made is shown to its members only.
    pub(super) fn parse(word: &str) -> Self {
        match word {
            "direct" => Self::Direct,
            "channel" => Self::Channel,
            _ => Self::Group,
        }
    }
}

/// What somebody does not want to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Muted {
    Nothing,
    /// All but what names them.
    Unmentioned,
    All,
}

impl Muted {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Unmentioned => "unmentioned",
            Self::All => "all",
        }
    }

    pub(super) fn parse(word: &str) -> Self {
        match word {
            "unmentioned" => Self::Unmentioned,
            "all" => Self::All,
            _ => Self::Nothing,
        }
    }
}

/// What somebody said, and what nobody did.
pub(super) const TEXT: &str = "text";
pub(super) const SYSTEM: &str = "system";

/// What happened to a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RoomAct)]
pub(super) enum Act {
    Joined,
    Added,
    Removed,
    Left,
    Renamed,
}

/// A line in a room that nobody wrote.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RoomLine)]
pub(super) struct Line {
    pub(super) act: Act,
    /// Whom it is about.
    pub(super) users: Vec<UserId>,
    /// Only of `renamed`: the new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
}

pub(super) const OWNER: &str = "owner";
pub(super) const MEMBER: &str = "member";

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Member {
    pub(super) user_id: UserId,
    /// `owner` or `member`.
    pub(super) role: String,
    /// `n` of the message up to which they have read.
    pub(super) read: i64,
    #[serde(serialize_with = "wire::time")]
    pub(super) joined_at: DateTime<Utc>,
}

/// How I stand to a room.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Mine {
    pub(super) role: String,
    pub(super) read: i64,
    /// Messages of others after `read`, counted to 100.
    pub(super) unread: i64,
    /// Those of them that name me.
    pub(super) mentions: i64,
    pub(super) muted: Muted,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Room {
    pub(super) id: RoomId,
    pub(super) kind: Kind,
    pub(super) name: Option<String>,
    pub(super) purpose: Option<String>,
    pub(super) version: i64,
    pub(super) created_by: String,
    #[serde(serialize_with = "wire::time")]
    pub(super) created_at: DateTime<Utc>,
    /// When something was last said; before the first word, when it was made.
    #[serde(serialize_with = "wire::time")]
    pub(super) active_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    pub(super) archived_at: Option<DateTime<Utc>>,
    /// The first 100, the eldest first.
    pub(super) members: Vec<Member>,
    pub(super) member_count: i64,
    /// `n` of the latest message; 0 before the first.
    pub(super) last: i64,
    /// The latest message, its text cut.
    pub(super) message: Option<Message>,
    /// Null where I am no member, and in events.
    pub(super) mine: Option<Mine>,
}

/// What a message answers.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Quoted {
    pub(super) id: MessageId,
    pub(super) n: i64,
    pub(super) by: String,
    /// At most 160 characters; empty when it is deleted.
    pub(super) text: String,
    pub(super) deleted: bool,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Reaction {
    pub(super) emoji: String,
    /// The first 25.
    pub(super) by: Vec<UserId>,
    pub(super) count: usize,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RoomMessage)]
pub(super) struct Message {
    pub(super) id: MessageId,
    pub(super) room_id: RoomId,
    /// 1, 2, 3 … without a hole in its room.
    pub(super) n: i64,
    /// `text`, or `system`: a line that nobody wrote, and that counts for nobody.
    pub(super) kind: String,
    pub(super) by: String,
    /// Empty when it is deleted, and of `system`.
    pub(super) text: String,
    /// Of `system`: what happened.
    pub(super) what: Option<Line>,
    pub(super) mentions: Vec<UserId>,
    pub(super) reply_to: Option<Quoted>,
    pub(super) reactions: Vec<Reaction>,
    #[serde(serialize_with = "wire::time")]
    pub(super) created_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    pub(super) edited_at: Option<DateTime<Utc>>,
    #[serde(serialize_with = "wire::optional_time")]
    pub(super) deleted_at: Option<DateTime<Utc>>,
    pub(super) deleted_by: Option<String>,
    pub(super) version: i64,
}

impl Message {
    /// As lists show it.
    #[must_use]
    pub(super) fn cut(mut self) -> Self {
        self.text = excerpt(&self.text);
        self
    }
}

/// The beginning of a text.
pub(super) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((at, _)) => text[..at].to_owned(),
        None => text.to_owned(),
    }
}

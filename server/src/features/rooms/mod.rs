//! # Rooms
//!
//! The people of a house talk: two of them, a group, or a channel that everybody may join.
//!
//! - **Owns** the tables `room`, `room_member`, `message`, `message_version`, `message_mention`,
//!   `message_reaction`, `message_token`, the topics `rooms` and `room:<id>` and the events `room.*`,
//!   `member.*`, `message.*`.
//! - **Promises**: messages of a room are numbered without a hole; two people have one direct room;
//!   a direct room or a group exists for its members only, and who is taken out hears no more of it;
//!   what a message said before stays readable, and who took it away or brought it back; of a deleted one
//!   nothing is said again, also not to who missed it; reading never goes back by itself.
//! - **Does not** know what is talked about, nor show anything to borrowed eyes.
//!
//! [`log`] (append, change, find again) knows nothing of members and their rights: that is the rules'.

mod commands;
mod emoji;
mod events;
mod forgetting;
mod http;
mod leaving;
mod listing;
mod log;
mod marks;
mod rules;
mod search;
mod shapes;
mod store;
mod telling;
mod tokens;
mod topics;
mod views;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

pub use self::leaving::succeed;
use crate::gateway::Message;
use crate::realtime::registry::Registry;

pub fn routes(cfg: &mut ServiceConfig) {
    http::routes(cfg);
}

pub fn openapi() -> utoipa::openapi::OpenApi {
    http::Api::openapi()
}

/// What is said to and by rooms.
pub fn messages() -> Vec<Message> {
    let mut all = commands::described();
    all.extend(events::described());
    all
}

pub fn commands(registry: &mut Registry) {
    commands::register(registry);
    registry.topic("rooms", topics::RoomsTopic);
    registry.topic("room", topics::RoomTopic);
}

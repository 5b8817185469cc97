//! What people do in rooms: one function a command. The lock of the topic is held.

mod lines;
pub(super) mod members;
pub(super) mod messages;
pub(super) mod reading;
pub(super) mod rooms;

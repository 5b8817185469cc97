//! The machinery: topics, their actors, the journal, sessions. Knows no feature.

pub mod registry;

// The session layer: one WebSocket, from its handshake to its end.
mod bucket;
mod client_frames;
mod conversation;
pub mod frame_guard;
pub mod frames;
pub mod handle;
mod meters;
mod origin;
pub mod outbox;
pub mod port;
pub mod presence;
pub mod session;
pub mod sessions;
pub mod socket;
mod watchdog;

//! The machinery: topics, their actors, the journal, sessions. Knows no feature.

// Topics: what is decided, in which order, and who hears it.
mod audience;
mod batch;
pub mod bus;
mod committer;
pub mod hub;
mod inbox;
mod joining;
pub mod journal;
#[cfg(test)]
mod machinery_tests;
mod poll;
mod published;
pub mod registry;
mod topic_actor;
mod transaction;
pub mod watch;

pub use self::hub::Hub;

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
#[cfg(test)]
mod session_tests;
pub mod sessions;
pub mod socket;
mod watchdog;

//! Notifications on phones and desktops: Web Push, where the server has keys for it.

mod job;
mod sender;
pub(super) mod subscriptions;

pub(super) use self::job::{SendPush, job};
pub use self::sender::PushSender;

//! Meta: payloads as its webhooks have them, and an app that signs and sends them.
pub mod payloads;
mod sender;

pub use sender::{App, signature};

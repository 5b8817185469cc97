//! Meta: payloads as its webhooks have them, an app that signs and sends them, and the Graph API that takes what is
//! sent and tells what became of it.
mod graph;
mod media;
mod outcomes;
pub mod payloads;
mod rules;
mod sender;

pub use graph::Graph;
pub use outcomes::Habits;
pub use sender::{App, signature};

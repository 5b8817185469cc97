//! # Channels
//!
//! The doors by which customers of the outside write: connections to the tenant's apps at Meta, the
//! numbers, pages and accounts behind them, and the ledger of all that was brought.
//!
//! - **Owns** the tables `connection`, `channel`, `hook`, `hook_item`, the routes below `/hooks`, and
//!   the events `connection.*` and `channel.*`.
//! - **Promises**: what was answered 200 was signed by the connection's app and is stored; the same
//!   bytes are stored once, and the same message, status or lead is one item, however often, in
//!   whatever order and company it comes; what is not understood is an item too; what nobody claims
//!   waits for the channel that does. Credentials are sealed and never read out.
//! - **Does not** know conversations: an item is `ready` for whoever makes them.

mod commands;
mod doors;
mod events;
mod http;
mod jobs;
mod rules;
mod views;

use std::sync::Arc;

use entities::ids::ConnectionId;

pub use self::doors::Doors;
pub use self::http::{hooks, openapi, routes};
use crate::db::Db;
use crate::gateway::Message;
use crate::kernel::clock::Clock;
use crate::kernel::topic::Topic;
use crate::realtime::Hub;
use crate::realtime::registry::Registry;
use crate::workers::jobs::Job;

/// The directory's kind of the keys of doors.
const DIRECTORY: &str = "hook";

/// Which of its credentials a connection's sealed text is, down to the connection.
fn purpose(of: ConnectionId, field: &str) -> String {
    format!("connection {of} {field}")
}

/// Where what a connection brings is written down: a topic of its own, so that nobody's work waits
/// for it, and that nobody can follow.
fn ledger(of: ConnectionId) -> Topic {
    Topic::new(&format!("hooks:{of}"))
}

pub fn commands(registry: &mut Registry, doors: &Doors) {
    commands::register(registry);
    for op in ["connection.saved", "connection.removed"] {
        let doors = doors.clone();
        registry.on(op, move |_, key, _| doors.forget(key.tenant));
    }
}

/// The commands and events of channels, described.
pub fn messages() -> Vec<Message> {
    let mut all = commands::described();
    all.extend(events::described());
    all
}

/// The jobs of channels: splitting what came in, and listening for silence.
pub fn jobs(db: &Db, clock: &Clock, hub: &Hub) -> Vec<Arc<dyn Job>> {
    vec![
        Arc::new(jobs::SplitHooks { db: db.clone(), hub: hub.clone() }),
        Arc::new(jobs::Listen { db: db.clone(), clock: clock.clone(), hub: hub.clone() }),
    ]
}

//! # Work on many customers at once
//!
//! Somebody chooses customers by what they have in common, not page by page, and assigns, tags,
//! moves, archives or restores all of them.
//!
//! - **Owns** the tables `bulk`, `bulk_chunk` and the events `bulk.*`.
//! - **Promises**: who is meant is settled when it begins, and each of them is changed once, also
//!   when a node dies in the middle; it goes no further than the person's rights and sight at the
//!   time of each chunk; boards and lists hear one event for many, each customer's story its own;
//!   undoing gives back only what nobody has changed since.
//! - **Does not** change a customer or a card by itself: that is theirs to do, in the same
//!   transaction.

mod commands;
mod http;
mod records;
mod rules;
mod runner;

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use crate::db::Db;
use crate::gateway::Message;
use crate::realtime::Hub;
use crate::realtime::registry::Registry;
use crate::workers::jobs::Job;

/// Customers of one chunk: one transaction, one event on a board.
const CHUNK: usize = 200;

pub fn routes(cfg: &mut ServiceConfig) {
    http::routes(cfg);
}

pub fn openapi() -> utoipa::openapi::OpenApi {
    http::Api::openapi()
}

/// What is said to and by work on many.
pub fn messages() -> Vec<Message> {
    vec![
        Message::command::<commands::StartBulk>("tenant"),
        Message::command::<commands::CancelBulk>("tenant"),
        Message::command::<commands::UndoBulk>("tenant"),
        Message::server_only("bulk.work"),
        Message::server_only("bulk.stop"),
        Message::event::<records::Started<'_>>("bulk.started", "tenant"),
        Message::event::<records::Progress<'_>>("bulk.progressed", "tenant"),
    ]
}

pub fn commands(registry: &mut Registry) {
    registry.accepts::<commands::StartBulk>();
    registry.accepts::<commands::CancelBulk>();
    registry.accepts::<commands::UndoBulk>();
    registry.accepts::<commands::WorkBulk>();
    registry.accepts::<commands::StopBulk>();
}

/// The job that does the work.
pub fn jobs(db: &Db, hub: &Hub) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(runner::Work { db: db.clone(), hub: hub.clone() })]
}

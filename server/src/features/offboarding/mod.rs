//! # Offboarding
//!
//! Somebody leaves the business: access ends at once, and what is open goes to others.
//!
//! - **Owns** the tables `offboarding` and `offboarding_item` and the events `offboarding.*`.
//! - **Promises**: sockets and sessions end with the same commit that begins the hand-over; each
//!   record goes to exactly one colleague, also when the server stops in the middle; the past keeps
//!   its names; within a day all of it can be taken back, except what somebody has changed since.
//! - **Does not** know what owners mean: customers, and whatever else is open, are handed over by the
//!   functions of their own features.

mod commands;
mod events;
mod http;
mod open_work;
mod plan;
mod rules;
mod runner;
mod views;

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use crate::db::Db;
use crate::gateway::Message;
use crate::realtime::Hub;
use crate::realtime::registry::Registry;
use crate::workers::jobs::Job;

/// Below `/api/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    http::routes(cfg);
}

/// What these routes answer.
pub fn openapi() -> utoipa::openapi::OpenApi {
    http::Api::openapi()
}

/// What is said to and by offboarding.
pub fn messages() -> Vec<Message> {
    vec![
        Message::command::<commands::Offboard>("tenant"),
        Message::command::<commands::Revert>("offboarding:<id>"),
        Message::server_only("offboarding.work"),
        Message::event::<events::Progress>("offboarding.started", "tenant"),
        Message::event::<events::Progress>("offboarding.progressed", "tenant"),
        Message::event::<events::Progress>("offboarding.finished", "tenant"),
        Message::event::<events::Progress>("offboarding.reverted", "tenant"),
    ]
}

pub fn commands(registry: &mut Registry) {
    registry.accepts::<commands::Offboard>();
    registry.accepts::<commands::Revert>();
    registry.accepts::<commands::Work>();
}

/// The job that hands over, chunk by chunk.
pub fn jobs(db: &Db, hub: &Hub) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(runner::HandOver { db: db.clone(), hub: hub.clone() })]
}

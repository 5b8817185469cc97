//! # Activities
//!
//! What is done with a customer, and how it ended: kinds of activity with their outcomes, by the
//! tenant's own words.
//!
//! - **Owns** the tables `activity_type`, `activity_outcome`, `activity` and the events
//!   `activity.*`, `activity_type.*`.
//! - **Promises**: an activity is open until it has an outcome; an outcome has what it asks for;
//!   what an outcome changes elsewhere is changed in the same transaction, and taken back when the
//!   activity is opened again, as far as nobody has worked on it since.
//! - **Does not** move cards, change customers, remind or tell people itself: it asks the features
//!   that do.

mod answer;
mod commands;
mod defaults;
mod effects;
mod events;
mod handing;
mod hearers;
mod http;
mod jobs;
mod listing;
mod merging;
mod rules;
mod shapes;
mod store;
mod views;

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

pub use self::defaults::create_default;
pub use self::handing::reassign;
pub use self::merging::{held, repoint, take_over};
pub use self::shapes::{Ask, AskField, Effects, NextReminder};
pub use self::views::{Activity, ActivityType, Outcome, activity_types, of_customer};
use crate::db::Db;
use crate::gateway::Message;
use crate::kernel::clock::Clock;
use crate::realtime::registry::Registry;
use crate::workers::jobs::Job;

pub fn routes(cfg: &mut ServiceConfig) {
    http::routes(cfg);
}

pub fn openapi() -> utoipa::openapi::OpenApi {
    http::Api::openapi()
}

/// The commands and events of activities, described.
pub fn messages() -> Vec<Message> {
    let mut all = commands::described();
    all.extend(events::described());
    all
}

pub fn commands(registry: &mut Registry) {
    commands::register(registry);
}

/// The jobs of activities.
pub fn jobs(db: &Db, clock: &Clock) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(jobs::Defaults { db: db.clone(), clock: clock.clone() })]
}

//! # Reminders
//!
//! What somebody wants to be reminded of, mostly about a customer: due, snoozed, repeated, done.
//!
//! - **Owns** the table `reminder` and the events `reminder.*`.
//! - **Promises**: a reminder fires once for each due time, across restarts, clock jumps and several
//!   servers; the 31st stays the 31st; the card shows what is due first; nobody hears of a customer
//!   whom they may not see; what is about nobody sleeps while its owner has no access.
//! - **Does not** bring the word to people: that is [`notifications`](super::notifications).

mod commands;
mod events;
mod firing;
mod http;
mod making;
mod recurrence;
#[cfg(test)]
mod recurrence_tests;
mod report;
mod rules;
mod sleeping;
mod store;
mod views;

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

pub use self::firing::resume;
pub use self::making::{
    Link, NewReminder, cancel_linked, create, reassign, repoint, repoint_back, shift_linked,
};
pub use self::recurrence::{Every, Repeat};
pub use self::sleeping::{own_of, wake};
pub use self::store::{Kind, earliest, earliest_of, has_any};
pub use self::views::{Reminder, of_customer, of_me};
use crate::db::Db;
use crate::gateway::Message;
use crate::kernel::clock::Clock;
use crate::realtime::Hub;
use crate::realtime::registry::Registry;
use crate::workers::jobs::Job;

pub fn routes(cfg: &mut ServiceConfig) {
    http::routes(cfg);
}

pub fn openapi() -> utoipa::openapi::OpenApi {
    http::Api::openapi()
}

/// What is said to and by reminders.
pub fn messages() -> Vec<Message> {
    let mut all = commands::described();
    all.extend(events::described());
    all
}

pub fn commands(registry: &mut Registry) {
    registry.accepts::<commands::AddReminder>();
    registry.accepts::<commands::UpdateReminder>();
    registry.accepts::<commands::SnoozeReminder>();
    registry.accepts::<commands::FinishReminder>();
    registry.accepts::<commands::CancelReminder>();
    registry.accepts::<commands::ReopenReminder>();
    registry.accepts::<commands::FireReminders>();
}

/// The job that fires what is due.
pub fn jobs(db: &Db, clock: &Clock, hub: &Hub) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(firing::Fire { db: db.clone(), clock: clock.clone(), hub: hub.clone() })]
}

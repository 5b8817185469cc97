//! # Rules
//!
//! A rule says what happens by itself when something else has happened.
//!
//! - **Owns** the tables `rule`, `rule_run`, `rule_turn`, the topic `rules` and the events `rule.*`.
//! - **Promises**: a rule acts once for an event, also when its job runs twice; a chain of causes is
//!   at most three rules long and holds each once; whatever a rule did, or why it did nothing, is on
//!   record; turns are fair however many come at once.
//! - **Does not** write what belongs to others: it sends their commands, as author `rule:<id>`.

mod actions;
mod bell;
mod commands;
mod conditions;
mod defaults;
mod events;
mod facts;
mod guard;
mod http;
mod jobs;
mod letters;
mod parse;
mod preview;
#[expect(clippy::module_inception, reason = "the anatomy of a feature; this one is named alike")]
mod rules;
mod runner;
#[cfg(test)]
mod tests;
mod views;
mod watching;

use std::sync::Arc;

use secrecy::ExposeSecret;

pub use self::defaults::create_default;
pub use self::http::{openapi, routes};
use crate::adapters::mail;
use crate::config::Settings;
use crate::db::{Db, Engine};
use crate::gateway::Message;
use crate::kernel::clock::Clock;
use crate::realtime::Hub;
use crate::realtime::registry::Registry;
use crate::workers::jobs::Job;

/// The ops and the topic of rules, and the watch for the events they wait for.
pub fn commands(registry: &mut Registry, clock: &Clock) {
    commands::register(registry);
    registry.topic("rules", bell::RulesTopic);
    registry.watch(&parse::TRIGGERS, Arc::new(watching::RuleWatch::new(clock)));
}

/// The commands and events of rules, described.
pub fn messages() -> Vec<Message> {
    let mut all = commands::described();
    all.extend(events::described());
    all
}

/// The jobs of rules.
///
/// # Errors
/// When mail cannot be sent as configured.
pub fn jobs(
    settings: &Settings,
    db: &Db,
    clock: &Clock,
    hub: &Hub,
) -> anyhow::Result<Vec<Arc<dyn Job>>> {
    let mailer = mail::open(settings.mail.url.expose_secret(), &settings.mail.from)?;
    let bell = bell::Bell::new(db, hub, db.engine() == Engine::Sqlite);
    let (own, now, all) = (db.clone(), clock.clone(), hub.clone());
    Ok(vec![
        Arc::new(runner::RunRule { db: own, clock: now, hub: all, bell }),
        Arc::new(letters::SendLetter { db: db.clone(), mailer }),
        Arc::new(jobs::Defaults { db: db.clone(), hub: hub.clone() }),
    ])
}

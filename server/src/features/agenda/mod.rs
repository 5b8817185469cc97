//! # Agenda
//!
//! Appointments of people, rooms and devices: who has time for whom, when, and who came.
//!
//! - **Owns** the tables `appointment`, `appointment_seat`, `resource`, `service`, `hours`,
//!   `time_off`, `agenda_settings`, `calendar_feed`, the topic `agenda` and the events
//!   `appointment.*`, `agenda.*`.
//! - **Promises**: nobody and nothing has two appointments at once, however many book at the same
//!   instant, and whoever is refused is told the next free times; ten o'clock is ten o'clock when
//!   the clocks change; an appointment that nobody came to is missed without anybody's doing;
//!   who may not see an appointment sees that the time is taken, and no more.
//! - **Does not** match customers by itself (the one matcher does), nor decide what follows from a
//!   missed appointment: that is the rules' business.

mod commands;
mod error;
mod events;
mod guests;
mod holidays;
mod hours;
mod http;
mod ics;
mod jobs;
mod links;
mod of;
mod openings;
mod recurrence;
mod rules;
mod settings;
mod slots;
mod spans;
mod topic;
mod views;
mod zone;

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use secrecy::ExposeSecret;
use utoipa::OpenApi;

pub use self::rules::{hand_over, repoint, take_over};
pub use self::settings::next_opening;
pub use self::views::{begins, has_any, next_starts, of_customer};
use crate::adapters::mail::{self, Templates};
use crate::config::Settings;
use crate::db::Db;
use crate::gateway::{Message, PublicUrl, Secrets};
use crate::kernel::clock::Clock;
use crate::realtime::Hub;
use crate::realtime::registry::Registry;
use crate::workers::jobs::Job;

/// What the handlers of this feature share.
pub struct Agenda {
    db: Db,
    hub: Hub,
    clock: Clock,
    secrets: Secrets,
    url: PublicUrl,
    /// The address that letters come from.
    sender: Option<String>,
}

impl Agenda {
    pub fn new(settings: &Settings, db: &Db, clock: &Clock, hub: &Hub, public_url: &str) -> Self {
        Self {
            db: db.clone(),
            hub: hub.clone(),
            clock: clock.clone(),
            secrets: Secrets::new(settings.auth.secret.expose_secret()),
            url: PublicUrl(public_url.into()),
            sender: mail::address(&settings.mail.from),
        }
    }
}

/// Below `/api/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    http::routes(cfg);
}

/// What these routes take and answer.
pub fn openapi() -> utoipa::openapi::OpenApi {
    http::Docs::openapi()
}

/// The commands and events of the agenda, described.
pub fn messages() -> Vec<Message> {
    let mut all = commands::described();
    all.extend(events::described());
    all
}

/// The ops and the topic of the agenda.
pub fn commands(registry: &mut Registry, clock: &Clock) {
    commands::register(registry);
    registry.topic("agenda", topic::AgendaTopic(clock.clone()));
}

/// The jobs of the agenda.
///
/// # Errors
/// When mail cannot be sent as configured.
pub fn jobs(
    settings: &Settings,
    db: &Db,
    hub: &Hub,
    public_url: &str,
) -> anyhow::Result<Vec<Arc<dyn Job>>> {
    Ok(vec![
        Arc::new(jobs::Clockwork { hub: hub.clone(), kind: jobs::Hand::Lapse }),
        Arc::new(jobs::Clockwork { hub: hub.clone(), kind: jobs::Hand::Remind }),
        Arc::new(jobs::SendLetter {
            db: db.clone(),
            secrets: Secrets::new(settings.auth.secret.expose_secret()),
            url: PublicUrl(public_url.into()),
            sender: mail::address(&settings.mail.from),
            templates: Templates::new()?,
            mailer: mail::open(settings.mail.url.expose_secret(), &settings.mail.from)?,
        }),
    ])
}

//! # Webhooks
//!
//! A webhook is an address of the tenant's own that is told of what happens, signed, and told again
//! until it has heard.
//!
//! - **Owns** the tables `webhook`, `webhook_delivery` and the events `webhook.*`.
//! - **Promises**: what was committed is delivered at least once or stands in the log as failed; a
//!   delivery never reaches an address of this server's own network; a slow receiver holds up
//!   nobody's jobs.
//! - **Does not** keep secrets: they are derived from the server's own, and shown once.

mod commands;
mod events;
mod http;
mod record;
mod rules;
mod sender;
mod signing;
mod views;
mod watching;

use std::sync::Arc;

use entities::ids::{DeliveryId, WebhookId};
use secrecy::ExposeSecret;

pub use self::http::{openapi, routes};
pub use self::views::is_on;
use crate::adapters::outward::Outward;
use crate::config::Settings;
use crate::db::Db;
use crate::gateway::{Message, Secrets};
use crate::kernel::clock::Clock;
use crate::kernel::command::{CommandContext, NewJob};
use crate::realtime::Hub;
use crate::realtime::registry::Registry;
use crate::workers::jobs::Job;

/// What can be subscribed to: facts about a customer.
const OPS: [&str; 31] = [
    "lead.received",
    "customer.created",
    "customer.updated",
    "customer.tagged",
    "customer.assigned",
    "customer.archived",
    "customer.restored",
    "customer.merged",
    "note.added",
    "card.created",
    "card.updated",
    "card.moved",
    "card.assigned",
    "card.archived",
    "card.restored",
    "activity.opened",
    "activity.closed",
    "activity.cancelled",
    "appointment.booked",
    "appointment.moved",
    "appointment.confirmed",
    "appointment.arrived",
    "appointment.finished",
    "appointment.no_show",
    "appointment.cancelled",
    "reminder.added",
    "reminder.fired",
    "reminder.done",
    "rule.ran",
    "rule.failed",
    "activity.reopened",
];

/// What handlers and jobs of this feature share.
#[derive(Clone)]
pub struct Webhooks {
    outward: Outward,
    secrets: Secrets,
}

impl Webhooks {
    /// # Errors
    /// When no secure connection can be made from here.
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self {
            outward: Outward::new(settings.webhooks.allow_private)?,
            secrets: Secrets::new(settings.auth.secret.expose_secret()),
        })
    }
}

/// The ops of webhooks, and the watch for the events they are told of. `allow_private`: also
/// addresses of this machine may be named.
pub fn commands(registry: &mut Registry, clock: &Clock, allow_private: bool) {
    commands::register(registry, allow_private);
    registry.watch(&OPS, Arc::new(watching::WebhookWatch::new(clock)));
}

/// The commands and events of webhooks, described.
pub fn messages() -> Vec<Message> {
    let mut all = commands::described();
    all.extend(events::described());
    all
}

/// The jobs of webhooks, which take at most half of `slots`.
pub fn jobs(
    webhooks: &Webhooks,
    db: &Db,
    clock: &Clock,
    hub: &Hub,
    slots: usize,
) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(sender::SendDelivery::new(webhooks, db, clock, hub, slots))]
}

/// The job that tells one webhook of one event, whatever it has subscribed to.
pub fn deliver(cx: &CommandContext, webhook: WebhookId, topic: &str, seq: i64) -> Option<NewJob> {
    let delivery = cx.fresh(DeliveryId);
    sender::Order { delivery, webhook, topic: topic.to_owned(), seq }.job(cx.at)
}

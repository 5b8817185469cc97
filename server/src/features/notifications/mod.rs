//! # Notifications
//!
//! Telling people what concerns them: in the application, by mail, on their phones; each thing
//! once, and when they want to hear of it.
//!
//! - **Owns** the tables `notification`, `notification_settings`, `push_subscription` and the events
//!   `notification.*` on `user:<id>`.
//! - **Promises**: the same key is told the same person once, for ever; what is read on one device
//!   is read on all; nobody hears of a customer whom they may not see; mail and push keep the quiet
//!   hours.
//! - **Does not** decide what is worth telling: features call [`tell`] inside their rules.

mod commands;
mod events;
mod http;
mod keyed;
mod kinds;
mod mail;
mod news;
mod push;
mod rules;
mod settings;
mod tell;
mod views;
mod words;

use std::sync::Arc;

use entities::ids::UserId;
use secrecy::ExposeSecret;
use utoipa::OpenApi;

pub use self::http::routes;
pub use self::keyed::{amend, hold_back, read_between, replayed, told, waits};
pub use self::kinds::Kind;
pub use self::news::{Handover, assigned, import_done, lead_received};
pub use self::push::PushSender;
pub use self::settings::{Channels, MailPace, Quiet, Settings};
pub use self::tell::{Notice, tell, tell_behind};
pub use self::views::Notification;
use crate::adapters::mail::{self as letters, Templates};
use crate::config;
use crate::db::{Db, Tx};
use crate::gateway::{Message, PublicUrl};
use crate::kernel::clock::Clock;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::realtime::registry::Registry;
use crate::workers::jobs::Job;

pub fn openapi() -> utoipa::openapi::OpenApi {
    http::Api::openapi()
}

/// What is said to and by notifications.
pub fn messages() -> Vec<Message> {
    let mut all = commands::described();
    all.extend(events::described());
    all
}

pub fn commands(registry: &mut Registry) {
    registry.accepts::<commands::ReadNotifications>();
    registry.accepts::<commands::UnreadNotifications>();
    registry.accepts::<commands::SetNotifications>();
}

/// The jobs of notifications: mails and pushes.
///
/// # Errors
/// When mail or push cannot be used as configured.
pub fn jobs(
    settings: &config::Settings,
    db: &Db,
    clock: &Clock,
    public_url: &str,
    push: &PushSender,
) -> anyhow::Result<Vec<Arc<dyn Job>>> {
    let url = PublicUrl(public_url.into());
    let mailer = letters::open(settings.mail.url.expose_secret(), &settings.mail.from)?;
    let mails = mail::SendMail {
        db: db.clone(),
        clock: clock.clone(),
        url,
        templates: Templates::new()?,
        mailer,
    };
    let pushes = push::SendPush { db: db.clone(), clock: clock.clone(), sender: push.clone() };
    Ok(vec![Arc::new(mails), Arc::new(pushes)])
}

/// What the snapshot of `me` says beside the list of notifications.
pub struct Told {
    pub unread: u64,
    pub settings: Settings,
}

/// Somebody's latest notifications, how many are unread, and how they want to be told.
///
/// # Errors
/// Those of the database.
pub async fn of_me(
    tx: &Tx<'_>,
    by: &Principal,
    user: UserId,
) -> Result<(Vec<Notification>, Told), Problem> {
    let latest = views::latest(tx, by, user).await?;
    let unread = views::unread(tx, by, user).await?;
    let settings = settings::of_person(tx, user).await?;
    Ok((latest, Told { unread, settings }))
}

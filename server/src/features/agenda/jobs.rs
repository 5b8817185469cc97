//! Work for later: the end of the time of grace, the word shortly before, the letters to
//! strangers. Jobs submit commands under names of their own, so that one that runs twice acts
//! once.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::{AppointmentId, JobId, TenantId};
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};

use super::commands::{LapseAppointment, RemindAppointment};
use super::guests::{self, Told};
use super::links;
use super::settings::House;
use super::topic;
use crate::adapters::mail::{Attachment, Letter, MailError, Mailer, Templates};
use crate::db::Db;
use crate::gateway::{PublicUrl, Secrets};
use crate::kernel::command::NewJob;
use crate::kernel::principal::Principal;
use crate::realtime::Hub;
use crate::workers::jobs::{Job, JobError};

const LAPSE: &str = "agenda.lapse";
const REMIND: &str = "agenda.remind";
const LETTER: &str = "agenda.letter";

#[derive(Serialize, Deserialize)]
struct About {
    appointment: AppointmentId,
    /// The start, or the version of a letter, that it was written for.
    #[serde(default)]
    starts_at: Option<DateTime<Utc>>,
    #[serde(default)]
    version: Option<i64>,
}

fn job(kind: &'static str, about: &About, run_at: DateTime<Utc>) -> NewJob {
    // three plain fields: this cannot fail
    NewJob { kind, payload: serde_json::to_string(about).unwrap_or_default(), run_at }
}

pub(super) fn lapse(id: AppointmentId, starts_at: DateTime<Utc>, at: DateTime<Utc>) -> NewJob {
    job(LAPSE, &About { appointment: id, starts_at: Some(starts_at), version: None }, at)
}

pub(super) fn remind(id: AppointmentId, starts_at: DateTime<Utc>, at: DateTime<Utc>) -> NewJob {
    job(REMIND, &About { appointment: id, starts_at: Some(starts_at), version: None }, at)
}

pub(super) fn letter(id: AppointmentId, version: i64, at: DateTime<Utc>) -> NewJob {
    job(LETTER, &About { appointment: id, starts_at: None, version: Some(version) }, at)
}

fn read(payload: &str) -> Result<About, JobError> {
    serde_json::from_str(payload).map_err(|_| JobError::Never("bad_payload"))
}

/// A clock that ran out.
pub(super) struct Clockwork {
    pub(super) hub: Hub,
    pub(super) kind: Hand,
}

/// Which of the clocks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    Lapse,
    Remind,
}

#[async_trait::async_trait]
impl Job for Clockwork {
    fn kind(&self) -> &'static str {
        match self.kind {
            Hand::Lapse => LAPSE,
            Hand::Remind => REMIND,
        }
    }

    async fn run(&self, tenant: TenantId, id: JobId, payload: &str) -> Result<(), JobError> {
        let About { appointment, starts_at, .. } = read(payload)?;
        let starts_at = starts_at.ok_or(JobError::Never("bad_payload"))?;
        let (by, topic) = (Principal::system(tenant), topic::agenda());
        let name = Some(format!("agenda:{id}"));
        match self.kind {
            Hand::Lapse => {
                let d = LapseAppointment { appointment, starts_at };
                self.hub.command(&by, topic, "appointment.lapse", &d, name, None).await?;
            }
            Hand::Remind => {
                let d = RemindAppointment { appointment, starts_at };
                self.hub.command(&by, topic, "appointment.remind", &d, name, None).await?;
            }
        }
        Ok(())
    }
}

/// Writes to whoever booked on the public page.
pub(super) struct SendLetter {
    pub(super) db: Db,
    pub(super) secrets: Secrets,
    pub(super) url: PublicUrl,
    /// The address that letters come from.
    pub(super) sender: Option<String>,
    pub(super) templates: Templates,
    pub(super) mailer: Arc<dyn Mailer>,
}

#[async_trait::async_trait]
impl Job for SendLetter {
    fn kind(&self) -> &'static str {
        LETTER
    }

    async fn run(&self, tenant: TenantId, _: JobId, payload: &str) -> Result<(), JobError> {
        let about = read(payload)?;
        let id = about.appointment;
        let told = self.db.read(tenant, move |tx| guests::told(tx, id).boxed()).await?;
        let Some(told) = told else { return Ok(()) };
        let Told { appointment, house, .. } = &told;
        // changed again since: that change has a letter of its own
        if about.version != Some(appointment.version) {
            return Ok(());
        }
        let Some(guest) = &appointment.guest else { return Ok(()) };
        let Some(to) = &guest.email else { return Ok(()) };
        let token = links::appointment_token(&self.secrets, tenant, id);
        let link = links::manage_url(&self.url, &token);
        let when = spoken(house, appointment.starts_at);
        let letter = Letter::Appointment {
            name: &guest.name,
            tenant: &house.tenant.name,
            title: appointment.title.as_deref().unwrap_or_default(),
            when: &when,
            place: appointment.place.as_deref(),
            link: &link,
            is_cancelled: told.is_cancelled(),
            is_changed: appointment.version > 1,
        };
        let mut mail = self.templates.write(to, &house.tenant.locale, &letter)?;
        let file = told.calendar(&link, self.sender.as_deref());
        mail.attachments.push(Attachment {
            name: file.name.to_owned(),
            content_type: file.content_type.to_owned(),
            content: file.body.into_bytes(),
        });
        self.mailer.send(&mail).await.map_err(|error| match error {
            MailError::Later => JobError::Later("mail_later"),
            MailError::Refused => JobError::Never("mail_refused"),
        })
    }
}

/// The name by which calendars know an appointment for ever.
pub(super) fn uid(id: AppointmentId) -> String {
    format!("{id}@nabiz")
}

/// `23.11.2026 10:00`, on the tenant's clock.
fn spoken(house: &House, at: DateTime<Utc>) -> String {
    let local = house.zone.local(at);
    match house.tenant.locale.starts_with("tr") {
        true => local.format("%d.%m.%Y %H:%M").to_string(),
        false => local.format("%Y-%m-%d %H:%M").to_string(),
    }
}

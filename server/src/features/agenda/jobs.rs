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
use super::views::Appointment;
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
const CANCELLED: &str = "cancelled";

#[derive(Serialize, Deserialize)]
struct About {
    appointment: AppointmentId,
    /// The start that it was written for.
    #[serde(default)]
    starts_at: Option<DateTime<Utc>>,
    /// Of a letter: the change that it tells of, and whether that was the end.
    #[serde(default)]
    version: Option<i64>,
    #[serde(default)]
    cancelled: Option<bool>,
}

impl About {
    fn clock(appointment: AppointmentId, starts_at: DateTime<Utc>) -> Self {
        Self { appointment, starts_at: Some(starts_at), version: None, cancelled: None }
    }

    fn change(appointment: &Appointment) -> Self {
        Self {
            appointment: appointment.id,
            starts_at: Some(appointment.starts_at),
            version: Some(appointment.version),
            cancelled: Some(appointment.state == CANCELLED),
        }
    }

    /// Whether a letter still says what is so. What has become of the appointment otherwise has a
    /// letter of its own; a note, a confirmation, other people have none and change nothing in it.
    fn still_holds(&self, appointment: &Appointment) -> bool {
        let is_open = matches!(appointment.state.as_str(), "booked" | "confirmed");
        match self.cancelled {
            Some(true) => appointment.state == CANCELLED,
            Some(false) => is_open && self.starts_at == Some(appointment.starts_at),
            // ordered by an earlier version of the server
            None => self.version == Some(appointment.version),
        }
    }
}

fn job(kind: &'static str, about: &About, run_at: DateTime<Utc>) -> NewJob {
    // plain fields: this cannot fail
    NewJob { kind, payload: serde_json::to_string(about).unwrap_or_default(), run_at }
}

pub(super) fn lapse(id: AppointmentId, starts_at: DateTime<Utc>, at: DateTime<Utc>) -> NewJob {
    job(LAPSE, &About::clock(id, starts_at), at)
}

pub(super) fn remind(id: AppointmentId, starts_at: DateTime<Utc>, at: DateTime<Utc>) -> NewJob {
    job(REMIND, &About::clock(id, starts_at), at)
}

pub(super) fn letter(appointment: &Appointment, at: DateTime<Utc>) -> NewJob {
    job(LETTER, &About::change(appointment), at)
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
        if !about.still_holds(appointment) {
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
            is_changed: about.version.is_some_and(|version| version > 1),
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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};
    use entities::ids::AppointmentId;

    use super::About;
    use crate::features::agenda::views::Appointment;

    fn appointment(state: &str, version: i64, hours: i64) -> Appointment {
        let at: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        Appointment {
            id: AppointmentId::NIL,
            customer_id: None,
            customer_name: None,
            card_id: None,
            title: None,
            service_id: None,
            starts_at: at + Duration::hours(hours),
            ends_at: at + Duration::hours(hours + 1),
            people: Vec::new(),
            resources: Vec::new(),
            place: None,
            note: None,
            state: state.to_owned(),
            reason: None,
            series_id: None,
            guest: None,
            source: "public".to_owned(),
            version,
            created_by: String::new(),
            created_at: at,
        }
    }

    #[test]
    fn a_letter_goes_out_as_long_as_it_says_what_is_so() {
        let booked = About::change(&appointment("booked", 1, 0));
        assert!(booked.still_holds(&appointment("booked", 1, 0)));
        // confirmed, or annotated, before the mail server was there again
        assert!(booked.still_holds(&appointment("confirmed", 2, 0)));
        assert!(booked.still_holds(&appointment("booked", 3, 0)));
        for (state, hours) in [("booked", 1), ("cancelled", 0), ("done", 0), ("no_show", 0)] {
            assert!(!booked.still_holds(&appointment(state, 2, hours)), "{state} {hours}");
        }
        let gone = About::change(&appointment("cancelled", 2, 0));
        assert!(gone.still_holds(&appointment("cancelled", 2, 0)));
        assert!(!gone.still_holds(&appointment("booked", 3, 0)), "it was restored");
        // as it stands in the table since an earlier version
        let old: About =
            super::read("{\"appointment\":\"00000000-0000-0000-0000-000000000000\",\"version\":1}")
                .unwrap();
        assert!(old.still_holds(&appointment("booked", 1, 0)));
        assert!(!old.still_holds(&appointment("booked", 2, 0)));
    }
}

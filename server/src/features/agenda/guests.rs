//! An appointment as whoever booked it on the public page is told of it: the facts of a letter, and
//! the file for their own calendar, which is the same bytes in the letter and behind the link.

use chrono::{DateTime, Utc};
use entities::ids::AppointmentId;

use super::ics::{self, Entry, Organizer};
use super::jobs;
use super::settings::House;
use super::spans::Span;
use super::views::{self, Appointment};
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// An appointment with the house it is in.
pub(super) struct Told {
    pub(super) appointment: Appointment,
    pub(super) house: House,
    created: DateTime<Utc>,
    changed: DateTime<Utc>,
}

/// A file that calendars read.
pub(super) struct CalendarFile {
    pub(super) name: &'static str,
    pub(super) content_type: &'static str,
    pub(super) body: String,
}

/// # Errors
/// Those of the database.
pub(super) async fn told(tx: &Tx<'_>, id: AppointmentId) -> Result<Option<Told>, Problem> {
    let Some(row) = views::find(tx, id).await? else { return Ok(None) };
    let (created, changed) = (row.created_at, row.updated_at);
    let house = House::load(tx).await?;
    let appointment = views::one_shown(tx, row).await?.appointment;
    Ok(Some(Told { appointment, house, created, changed }))
}

impl Told {
    pub(super) fn is_cancelled(&self) -> bool {
        self.appointment.state == "cancelled"
    }

    pub(super) fn is_turkish(&self) -> bool {
        self.house.tenant.locale.starts_with("tr")
    }

    /// By RFC 5546: published, or cancelled under the same name with a higher sequence. Both want
    /// an organizer: the business, at the address it writes from.
    pub(super) fn calendar(&self, link: &str, sender: Option<&str>) -> CalendarFile {
        let Self { appointment, house, .. } = self;
        let title = appointment.title.as_deref().unwrap_or_default();
        let (method, status, content_type) = match self.is_cancelled() {
            true => ("CANCEL", "CANCELLED", "text/calendar; charset=utf-8; method=CANCEL"),
            false => ("PUBLISH", "CONFIRMED", "text/calendar; charset=utf-8; method=PUBLISH"),
        };
        let organizer = sender.map(|address| Organizer {
            name: house.tenant.name.clone(),
            address: address.to_owned(),
        });
        let entry = Entry {
            uid: jobs::uid(appointment.id),
            sequence: appointment.version,
            created: self.created,
            changed: self.changed,
            span: Span::new(appointment.starts_at, appointment.ends_at),
            summary: format!("{title}, {}", house.tenant.name),
            description: Some(link.to_owned()),
            location: appointment.place.clone(),
            status,
            organizer,
            url: None,
        };
        CalendarFile {
            name: if self.is_turkish() { "randevu.ics" } else { "appointment.ics" },
            content_type,
            body: ics::calendar(house.zone, title, Some(method), &[entry]),
        }
    }
}

//! What the agenda says. Stored for ever: a shape may gain fields, never lose one.

use chrono::{DateTime, Utc};
use entities::ids::{ResourceId, TimeOffId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::settings::Settings;
use super::topic;
use super::views::{Appointment, Hours, Resource, Service, Shown, TimeOff};
use crate::gateway::Message;
use crate::kernel::clock::wire;
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Every `appointment.*` but `appointment.moved`.
#[derive(Serialize, ToSchema)]
pub(super) struct AppointmentSaid<'a> {
    pub(super) appointment: &'a Appointment,
}

/// `appointment.moved`.
#[derive(Serialize, ToSchema)]
pub(super) struct AppointmentMoved<'a> {
    pub(super) appointment: &'a Appointment,
    pub(super) from: Place,
}

/// When and with whom it was.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct Place {
    #[serde(serialize_with = "wire::time")]
    pub(super) starts_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::time")]
    pub(super) ends_at: DateTime<Utc>,
    pub(super) people: Vec<UserId>,
    pub(super) resources: Vec<ResourceId>,
}

/// `agenda.settings_changed`: `what` names the field that is there.
#[derive(Serialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(super) enum SettingsChanged<'a> {
    Resource {
        resource: &'a Resource,
    },
    Service {
        service: &'a Service,
    },
    /// `week` null: nothing of its own any more.
    Hours {
        hours: &'a Hours,
    },
    HoursRemoved {
        #[schema(value_type = String)]
        of: super::of::Of,
    },
    /// Without the reason, which only some may read.
    TimeOff {
        time_off: &'a TimeOff,
    },
    TimeOffRemoved {
        id: TimeOffId,
    },
    Settings {
        settings: &'a Settings,
    },
}

/// All of it, for the document of messages.
pub(super) fn described() -> Vec<Message> {
    let said = [
        "appointment.booked",
        "appointment.updated",
        "appointment.confirmed",
        "appointment.arrived",
        "appointment.finished",
        "appointment.no_show",
        "appointment.cancelled",
        "appointment.restored",
    ];
    let mut all: Vec<Message> =
        said.into_iter().map(|op| Message::event::<AppointmentSaid<'_>>(op, "agenda")).collect();
    all.push(Message::event::<AppointmentMoved<'_>>("appointment.moved", "agenda"));
    all.push(Message::event::<SettingsChanged<'_>>("agenda.settings_changed", "agenda"));
    all
}

pub(super) fn settings_changed(d: &SettingsChanged<'_>) -> Result<NewEvent, Problem> {
    NewEvent::new(topic::agenda(), "agenda.settings_changed", d)
}

/// Whether a fact is a line of its own on the customer's timeline.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Own,
    /// One of a series that follows another, whose line stands for all; rules and webhooks hear of
    /// each.
    None,
}

/// A fact about an appointment, on the agenda and on its customer: for its people, those it had
/// before, and those who see the customer.
pub(super) fn said(
    op: &'static str,
    d: &impl Serialize,
    shown: &Shown,
    people_before: &[UserId],
    line: Line,
) -> Result<Vec<NewEvent>, Problem> {
    let Shown { appointment, owners } = shown;
    let mut people: Vec<UserId> = appointment.people.iter().chain(people_before).copied().collect();
    people.sort_unstable();
    people.dedup();
    let audience = Audience::Agenda {
        people: people.into(),
        owners: appointment.customer_id.map(|_| owners.as_slice().into()),
    };
    let event = NewEvent::new(topic::agenda(), op, d)?.heard_by(audience);
    let Some(customer) = appointment.customer_id else { return Ok(vec![event]) };
    let copy = event.also_on(Topic::customer(customer));
    let copy = match line {
        Line::Own => copy.on_timeline_of(customer),
        Line::None => copy.without_a_line(),
    };
    Ok(vec![event, copy])
}

/// As [`said`], with the appointment alone.
pub(super) fn of_one(
    op: &'static str,
    shown: &Shown,
    line: Line,
) -> Result<Vec<NewEvent>, Problem> {
    said(op, &AppointmentSaid { appointment: &shown.appointment }, shown, &[], line)
}

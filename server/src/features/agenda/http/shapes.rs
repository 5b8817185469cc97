//! What the public booking page and its strangers say to each other.

use chrono::{DateTime, Utc};
use entities::ids::{ServiceId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::kernel::clock::wire;
use crate::kernel::money::Money;

/// Who invites strangers to book.
#[derive(Serialize, ToSchema)]
pub(super) struct PublicTenant {
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) locale: String,
    pub(super) time_zone: String,
}

/// What strangers may book.
#[derive(Serialize, ToSchema)]
pub(super) struct PublicService {
    pub(super) id: ServiceId,
    pub(super) name: String,
    pub(super) minutes: i32,
    pub(super) price: Option<Money>,
    /// Who can be chosen for it.
    pub(super) people: Vec<UserId>,
}

/// A colleague, as far as strangers may know.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct PublicPerson {
    pub(super) id: UserId,
    pub(super) name: String,
}

/// All that the page begins with.
#[derive(Serialize, ToSchema)]
pub(super) struct BookingPage {
    pub(super) tenant: PublicTenant,
    pub(super) services: Vec<PublicService>,
    pub(super) people: Vec<PublicPerson>,
    pub(super) intro: Option<String>,
    /// What a stranger agrees to by booking.
    pub(super) consent: String,
    pub(super) place: Option<String>,
    pub(super) notice_minutes: i64,
    pub(super) horizon_days: i64,
}

/// What a stranger wants.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Booking {
    pub(super) service: ServiceId,
    pub(super) person: Option<UserId>,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) name: String,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) note: Option<String>,
    /// Must be true.
    pub(super) consent: Option<bool>,
}

/// An appointment as whoever booked it sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct PublicAppointment {
    pub(super) tenant: PublicTenant,
    pub(super) service_id: Option<ServiceId>,
    pub(super) title: Option<String>,
    pub(super) people: Vec<PublicPerson>,
    #[serde(serialize_with = "wire::time")]
    pub(super) starts_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::time")]
    pub(super) ends_at: DateTime<Utc>,
    pub(super) place: Option<String>,
    pub(super) name: Option<String>,
    /// As everywhere: `booked`, `confirmed`, `cancelled` …
    pub(super) state: String,
    /// Whether the link may still move and cancel it, and until when.
    pub(super) changeable: bool,
    #[serde(serialize_with = "wire::time")]
    pub(super) changeable_until: DateTime<Utc>,
}

/// The link's secret, once, with what it is about.
#[derive(Serialize, ToSchema)]
pub(super) struct Booked {
    pub(super) token: String,
    pub(super) appointment: PublicAppointment,
}

/// Which free slots.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct PublicSlots {
    pub(super) service: ServiceId,
    pub(super) person: Option<UserId>,
    pub(super) from: DateTime<Utc>,
    /// 7 when absent, at most 31.
    pub(super) days: Option<i64>,
}

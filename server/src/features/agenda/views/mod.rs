//! What the agenda shows: read models and their queries. Who may see an appointment is asked in
//! one place, [`sees`].

mod agenda;
mod appointment;
mod catalogue;
mod crowded;

pub(super) use self::agenda::{AgendaRange, Range, agenda, ids};
pub(super) use self::appointment::{
    Appointment, Guest, Shown, find, of_series, of_user, one_shown, sees, shown,
};
pub use self::appointment::{begins, has_any, next_starts, of_customer};
pub(super) use self::catalogue::{
    Catalogue, Hours, Resource, Service, TimeOff, catalogue, live_resources, live_services,
};

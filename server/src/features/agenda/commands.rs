//! What can be asked of the agenda: the shapes of `d`, and what each op needs. Everything waits
//! its turn on the one topic, so two bookings of a moment never see the same empty agenda. Those
//! marked *server only* carry what a job or a stranger's request came to.

use chrono::{DateTime, Utc};
use entities::ids::{AppointmentId, CustomerId, ResourceId, ServiceId, TimeOffId, UserId};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::hours::Interval;
use super::of::Of;
use super::topic;
use super::{rules, views::Guest};
use crate::db::Tx;
use crate::gateway::Message;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::money::Money;
use crate::kernel::principal::Permission;
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::Topic;

/// Books a time. Without people it is mine, or whose of the service's is free. Needs a customer,
/// a guest or a title.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BookAppointment {
    pub(super) customer_id: Option<CustomerId>,
    pub(super) guest: Option<Guest>,
    pub(super) title: Option<String>,
    pub(super) service_id: Option<ServiceId>,
    pub(super) starts_at: DateTime<Utc>,
    /// The service's length when absent, else half an hour.
    pub(super) ends_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(super) people: Vec<UserId>,
    #[serde(default)]
    pub(super) resources: Vec<ResourceId>,
    pub(super) place: Option<String>,
    pub(super) note: Option<String>,
    pub(super) repeat: Option<Repeat>,
    /// Also outside the hours, on holidays and in time off; never over another appointment.
    #[serde(default)]
    pub(super) force_hours: bool,
}

/// A series: a rule of RFC 5545 without COUNT and UNTIL, and how long.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Repeat {
    pub(super) rrule: String,
    /// At most 100.
    pub(super) count: Option<usize>,
    /// At most a year after the first.
    pub(super) until: Option<DateTime<Utc>>,
    /// Leaves out what is taken or outside the hours instead of refusing the series.
    #[serde(default)]
    pub(super) skip: bool,
}

/// Which appointments of a series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scope {
    #[default]
    One,
    /// This one and all behind it.
    Following,
}

/// Gives an appointment another time, people or resources. Those that follow are moved by as much
/// on the clock.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveAppointment {
    pub(super) appointment: AppointmentId,
    pub(super) starts_at: DateTime<Utc>,
    /// As long as before when absent.
    pub(super) ends_at: Option<DateTime<Utc>>,
    pub(super) people: Option<Vec<UserId>>,
    pub(super) resources: Option<Vec<ResourceId>>,
    #[serde(default)]
    pub(super) scope: Scope,
    #[serde(default)]
    pub(super) force_hours: bool,
}

/// Null removes a value.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateAppointment {
    pub(super) appointment: AppointmentId,
    #[serde(default, deserialize_with = "present")]
    pub(super) title: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) place: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) note: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) customer_id: Option<Option<CustomerId>>,
}

macro_rules! about_one {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            pub(super) appointment: AppointmentId,
        }
    )*};
}

about_one! {
    /// They said that they will come.
    ConfirmAppointment;
    /// They are here.
    ArriveAppointment;
    /// It took place.
    FinishAppointment;
    /// Nobody came.
    MissAppointment;
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelAppointment {
    pub(super) appointment: AppointmentId,
    pub(super) reason: String,
    #[serde(default)]
    pub(super) scope: Scope,
}

/// Takes back that it was cancelled, missed or closed, if the time is still free.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RestoreAppointment {
    pub(super) appointment: AppointmentId,
    #[serde(default)]
    pub(super) scope: Scope,
}

/// Server only: a stranger books.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BookPublic {
    pub(super) service: ServiceId,
    pub(super) person: Option<UserId>,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) name: String,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) note: Option<String>,
}

/// Server only: whoever booked moves it by the link.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MovePublic {
    pub(super) appointment: AppointmentId,
    pub(super) starts_at: DateTime<Utc>,
}

/// Server only: whoever booked cancels it by the link.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelPublic {
    pub(super) appointment: AppointmentId,
    pub(super) reason: Option<String>,
}

/// Server only: the time of grace is over.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LapseAppointment {
    pub(super) appointment: AppointmentId,
    /// The start that the grace was counted from.
    pub(super) starts_at: DateTime<Utc>,
}

/// Server only: its people are to be told that it begins soon.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RemindAppointment {
    pub(super) appointment: AppointmentId,
    pub(super) starts_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateResource {
    pub(super) name: String,
    /// `room` (default), `device`, `other`.
    pub(super) kind: Option<String>,
    /// 1 to 8.
    pub(super) colour: Option<i32>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateResource {
    pub(super) resource: ResourceId,
    pub(super) name: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) colour: Option<i32>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArchiveResource {
    pub(super) resource: ResourceId,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RestoreResource {
    pub(super) resource: ResourceId,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateService {
    pub(super) name: String,
    /// 5 to 720.
    pub(super) minutes: i32,
    /// 0 to 240; 0 when absent.
    pub(super) buffer_minutes: Option<i32>,
    #[serde(default)]
    pub(super) people: Vec<UserId>,
    #[serde(default)]
    pub(super) resources: Vec<ResourceId>,
    #[serde(default)]
    pub(super) public: bool,
    pub(super) price: Option<Money>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateService {
    pub(super) service: ServiceId,
    pub(super) name: Option<String>,
    pub(super) minutes: Option<i32>,
    pub(super) buffer_minutes: Option<i32>,
    pub(super) people: Option<Vec<UserId>>,
    pub(super) resources: Option<Vec<ResourceId>>,
    pub(super) public: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    pub(super) price: Option<Option<Money>>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ArchiveService {
    pub(super) service: ServiceId,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RestoreService {
    pub(super) service: ServiceId,
}

/// The hours of the tenant, a person or a resource; null: as the tenant, or always.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetHours {
    #[schema(value_type = String)]
    pub(super) of: Of,
    pub(super) week: Option<Vec<Vec<Interval>>>,
}

/// One's own with `agenda.edit`, anybody's with `agenda.manage`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddTimeOff {
    #[schema(value_type = String)]
    pub(super) of: Of,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
    pub(super) reason: Option<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveTimeOff {
    pub(super) time_off: TimeOffId,
}

/// How the agenda is kept; absent fields stay, null brings the default back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetBooking {
    #[serde(default, deserialize_with = "present")]
    pub(super) holidays: Option<Option<bool>>,
    pub(super) grace_minutes: Option<i64>,
    pub(super) reminder_minutes: Option<i64>,
    pub(super) step_minutes: Option<u16>,
    pub(super) public: Option<bool>,
    pub(super) notice_minutes: Option<i64>,
    pub(super) horizon_days: Option<i64>,
    pub(super) show_people: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    pub(super) intro: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) consent: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) place: Option<Option<String>>,
}

/// Tells null (remove it) from absent (leave it).
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Option<T>, D::Error> {
    T::deserialize(d).map(Some)
}

fn anybody(_: &CommandContext) -> Result<(), Problem> {
    Ok(())
}

/// Who is no server does not even learn that there is such an op.
fn server_only(cx: &CommandContext) -> Result<(), Problem> {
    if cx.by.is_server() { Ok(()) } else { Err(Problem::new(Class::Invalid, "unknown_op")) }
}

macro_rules! commands {
    ($($name:ident = $op:literal, $needs:ident, $check:ident, $rule:path;)*) => {
        $(impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::$needs;

            fn owner(&mut self, named: &Topic) -> Result<Topic, Problem> {
                let agenda = topic::agenda();
                if *named == agenda { Ok(agenda) } else { Err(Problem::invalid("topic", "bad_value")) }
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                $check(cx)?;
                $rule(tx, cx, self).await
            }
        })*

        /// Hands all ops to the machinery.
        pub(super) fn register(registry: &mut crate::realtime::registry::Registry) {
            $(registry.accepts::<$name>();)*
        }

        /// All ops, for the document of messages.
        pub(super) fn described() -> Vec<Message> {
            vec![$(commands!(@described $check, $name, $op)),*]
        }
    };
    (@described anybody, $name:ident, $op:literal) => { Message::command::<$name>("agenda") };
    (@described server_only, $name:ident, $op:literal) => { Message::server_only($op) };
}

commands! {
    BookAppointment = "appointment.book", EditAgenda, anybody, rules::book;
    MoveAppointment = "appointment.move", EditAgenda, anybody, rules::move_appointment;
    UpdateAppointment = "appointment.update", EditAgenda, anybody, rules::update;
    ConfirmAppointment = "appointment.confirm", EditAgenda, anybody, rules::confirm;
    ArriveAppointment = "appointment.arrive", EditAgenda, anybody, rules::arrive;
    FinishAppointment = "appointment.finish", EditAgenda, anybody, rules::finish;
    MissAppointment = "appointment.no_show", EditAgenda, anybody, rules::miss;
    CancelAppointment = "appointment.cancel", EditAgenda, anybody, rules::cancel;
    RestoreAppointment = "appointment.restore", EditAgenda, anybody, rules::restore;
    BookPublic = "appointment.book_public", EditAgenda, server_only, rules::book_public;
    MovePublic = "appointment.move_public", EditAgenda, server_only, rules::move_public;
    CancelPublic = "appointment.cancel_public", EditAgenda, server_only, rules::cancel_public;
    LapseAppointment = "appointment.lapse", EditAgenda, server_only, rules::lapse;
    RemindAppointment = "appointment.remind", EditAgenda, server_only, rules::remind;
    CreateResource = "resource.create", ManageAgenda, anybody, rules::create_resource;
    UpdateResource = "resource.update", ManageAgenda, anybody, rules::update_resource;
    ArchiveResource = "resource.archive", ManageAgenda, anybody, rules::archive_resource;
    RestoreResource = "resource.restore", ManageAgenda, anybody, rules::restore_resource;
    CreateService = "service.create", ManageAgenda, anybody, rules::create_service;
    UpdateService = "service.update", ManageAgenda, anybody, rules::update_service;
    ArchiveService = "service.archive", ManageAgenda, anybody, rules::archive_service;
    RestoreService = "service.restore", ManageAgenda, anybody, rules::restore_service;
    SetHours = "hours.set", ManageAgenda, anybody, rules::set_hours;
    AddTimeOff = "time_off.add", EditAgenda, anybody, rules::add_time_off;
    RemoveTimeOff = "time_off.remove", EditAgenda, anybody, rules::remove_time_off;
    SetBooking = "booking.settings", ManageAgenda, anybody, rules::set_booking;
}

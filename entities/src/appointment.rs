//! A time that people, and perhaps a customer, keep for each other.

use sea_orm::entity::prelude::*;

use crate::ids::{AppointmentId, CardId, CustomerId, SeriesId, ServiceId, TenantId};
use crate::lists::{ResourceList, UserList};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AppointmentId,
    pub customer_id: Option<CustomerId>,
    pub card_id: Option<CardId>,
    pub title: Option<String>,
    pub service_id: Option<ServiceId>,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    /// Minutes behind the end that stay free.
    pub buffer_minutes: i32,
    /// Truth for display and audience; `appointment_seat` is its index.
    pub people: UserList,
    pub resources: ResourceList,
    pub place: Option<String>,
    pub note: Option<String>,
    /// `booked`, `confirmed`, `arrived`, `done`, `no_show`, `cancelled`.
    pub state: String,
    /// Why it was cancelled.
    pub reason: Option<String>,
    pub series_id: Option<SeriesId>,
    /// `{name, phone, email}` of whoever booked without an account.
    pub guest: Option<Json>,
    /// `staff` or `public`.
    pub source: String,
    pub version: i64,
    /// As the journal names the author.
    pub created_by: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::tenant_table!();

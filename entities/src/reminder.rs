//! What somebody wants to be reminded of, mostly about a customer.

use sea_orm::entity::prelude::*;

use crate::ids::{ActivityId, AppointmentId, CardId, CustomerId, ReminderId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReminderId,
    pub customer_id: Option<CustomerId>,
    pub card_id: Option<CardId>,
    pub appointment_id: Option<AppointmentId>,
    pub activity_id: Option<ActivityId>,
    pub assignee: UserId,
    pub kind: String,
    pub text: String,
    pub due_at: DateTimeUtc,
    /// `{every, n, until}`.
    pub repeat: Option<Json>,
    /// The first due time of a series on the wall clock, `2026-01-31T09:00:00`: what the 31st means
    /// survives a February.
    pub anchor: Option<String>,
    pub state: String,
    /// When to fire: the due time while it is open and has not fired for it. What the scheduler
    /// looks for.
    pub fire_at: Option<DateTimeUtc>,
    pub fired_at: Option<DateTimeUtc>,
    /// The due time it last fired for: never twice for the same.
    pub fired_due: Option<DateTimeUtc>,
    pub snoozed: i32,
    pub version: i64,
    pub created_by: String,
    pub created_at: DateTimeUtc,
    pub done_at: Option<DateTimeUtc>,
    pub done_by: Option<String>,
    /// The next one of the series, made when this one was done.
    pub next_id: Option<ReminderId>,
}

crate::tenant_table!();

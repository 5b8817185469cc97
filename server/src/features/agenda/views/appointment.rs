//! Appointments as clients read them.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use entities::ids::{AppointmentId, CardId, CustomerId, ResourceId, SeriesId, ServiceId, UserId};
use entities::tenancy::OfTenant;
use entities::{appointment, appointment_seat};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::db::Tx;
use crate::features::agenda::of::Of;
use crate::features::customers;
use crate::kernel::clock::wire;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Most past appointments of a customer's snapshot, and most that are to come.
const PAST_MAX: u64 = 10;
const COMING_MAX: u64 = 20;
/// Most appointments of a person's calendar.
const CALENDAR_MAX: u64 = 2_000;

/// Who booked without an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(in super::super) struct Guest {
    pub(in super::super) name: String,
    pub(in super::super) phone: Option<String>,
    pub(in super::super) email: Option<String>,
}

/// A time that people keep for each other.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in super::super) struct Appointment {
    pub(in super::super) id: AppointmentId,
    pub(in super::super) customer_id: Option<CustomerId>,
    pub(in super::super) customer_name: Option<String>,
    pub(in super::super) card_id: Option<CardId>,
    pub(in super::super) title: Option<String>,
    pub(in super::super) service_id: Option<ServiceId>,
    #[serde(serialize_with = "wire::time")]
    pub(in super::super) starts_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::time")]
    pub(in super::super) ends_at: DateTime<Utc>,
    pub(in super::super) people: Vec<UserId>,
    pub(in super::super) resources: Vec<ResourceId>,
    pub(in super::super) place: Option<String>,
    pub(in super::super) note: Option<String>,
    /// `booked`, `confirmed`, `arrived`, `done`, `no_show`, `cancelled`.
    pub(in super::super) state: String,
    pub(in super::super) reason: Option<String>,
    pub(in super::super) series_id: Option<SeriesId>,
    pub(in super::super) guest: Option<Guest>,
    /// `staff` or `public`.
    pub(in super::super) source: String,
    pub(in super::super) version: i64,
    pub(in super::super) created_by: String,
    #[serde(serialize_with = "wire::time")]
    pub(in super::super) created_at: DateTime<Utc>,
}

/// An appointment with whom its customer belongs to.
#[derive(Clone, Debug)]
pub(in super::super) struct Shown {
    pub(in super::super) appointment: Appointment,
    pub(in super::super) owners: Vec<UserId>,
}

/// Whether an appointment is shown whole: to its people, and to those who see its customer.
pub(in super::super) fn sees(by: &Principal, shown: &Shown) -> bool {
    let Shown { appointment, owners } = shown;
    by.agenda.sees(&appointment.people) || (appointment.customer_id.is_some() && by.sees(owners))
}

/// Rows as clients read them, in the order given.
pub(in super::super) async fn shown(
    tx: &Tx<'_>,
    rows: Vec<appointment::Model>,
) -> Result<Vec<Shown>, Problem> {
    let mut customers: Vec<CustomerId> = rows.iter().filter_map(|row| row.customer_id).collect();
    customers.sort_unstable();
    customers.dedup();
    let faces = customers::faces(tx, &customers).await?;
    let one = |row: appointment::Model| {
        let face = row.customer_id.and_then(|id| faces.get(&id));
        let guest = row.guest.and_then(|guest| serde_json::from_value(guest).ok());
        Shown {
            owners: face.map(|face| face.owners.clone()).unwrap_or_default(),
            appointment: Appointment {
                id: row.id,
                customer_id: row.customer_id,
                customer_name: face.map(|face| face.name.clone()),
                card_id: row.card_id,
                title: row.title,
                service_id: row.service_id,
                starts_at: row.starts_at,
                ends_at: row.ends_at,
                people: row.people.0,
                resources: row.resources.0,
                place: row.place,
                note: row.note,
                state: row.state,
                reason: row.reason,
                series_id: row.series_id,
                guest,
                source: row.source,
                version: row.version,
                created_by: row.created_by,
                created_at: row.created_at,
            },
        }
    };
    Ok(rows.into_iter().map(one).collect())
}

pub(in super::super) async fn one_shown(
    tx: &Tx<'_>,
    row: appointment::Model,
) -> Result<Shown, Problem> {
    shown(tx, vec![row]).await?.pop().ok_or_else(Problem::internal)
}

/// The row of an appointment, whoever asks.
pub(in super::super) async fn find(
    tx: &Tx<'_>,
    id: AppointmentId,
) -> Result<Option<appointment::Model>, Problem> {
    let row = appointment::Entity::of(tx.tenant()).filter(appointment::Column::Id.eq(id));
    Ok(row.one(tx).await?)
}

/// The appointments of a series from one instant on, in order.
pub(in super::super) async fn of_series(
    tx: &Tx<'_>,
    series: SeriesId,
    from: DateTime<Utc>,
) -> Result<Vec<appointment::Model>, Problem> {
    let rows = appointment::Entity::of(tx.tenant())
        .filter(appointment::Column::SeriesId.eq(series))
        .filter(appointment::Column::StartsAt.gte(from))
        .order_by_asc(appointment::Column::StartsAt)
        .all(tx)
        .await?;
    Ok(rows)
}

/// What `customer:<id>` shows of a customer's appointments: those to come, and the last that
/// were. Whoever sees the customer sees them.
///
/// # Errors
/// Those of the database.
pub async fn of_customer(
    tx: &Tx<'_>,
    now: DateTime<Utc>,
    customer: CustomerId,
) -> Result<Vec<Value>, Problem> {
    let of = || {
        appointment::Entity::of(tx.tenant()).filter(appointment::Column::CustomerId.eq(customer))
    };
    let mut rows = of()
        .filter(appointment::Column::EndsAt.lt(now))
        .order_by_desc(appointment::Column::StartsAt)
        .limit(PAST_MAX)
        .all(tx)
        .await?;
    rows.reverse();
    let coming = of()
        .filter(appointment::Column::EndsAt.gte(now))
        .order_by_asc(appointment::Column::StartsAt)
        .limit(COMING_MAX)
        .all(tx)
        .await?;
    rows.extend(coming);
    let shown = shown(tx, rows).await?;
    let json = |shown: &Shown| serde_json::to_value(&shown.appointment);
    shown.iter().map(json).collect::<Result<_, _>>().map_err(|_| Problem::internal())
}

/// A person's calendar around now: what is to come and what was lately; cancelled ones as long as
/// a calendar needs to hear of it.
pub(in super::super) async fn of_user(
    tx: &Tx<'_>,
    user: UserId,
    today: DateTime<Utc>,
) -> Result<Vec<appointment::Model>, Problem> {
    let mut seats = Query::select();
    seats
        .column(appointment_seat::Column::AppointmentId)
        .from(appointment_seat::Entity)
        .and_where(appointment_seat::Column::TenantId.eq(tx.tenant()))
        .and_where(appointment_seat::Column::Of.eq(Of::User(user).to_string()))
        .and_where(appointment_seat::Column::StartsAt.gt(today - Duration::days(60)))
        .and_where(appointment_seat::Column::StartsAt.lt(today + Duration::days(400)));
    let told = Condition::any()
        .add(appointment::Column::State.ne("cancelled"))
        .add(appointment::Column::UpdatedAt.gt(today - Duration::days(30)));
    let rows = appointment::Entity::of(tx.tenant())
        .filter(appointment::Column::Id.in_subquery(seats))
        .filter(told)
        .order_by_asc(appointment::Column::StartsAt)
        .order_by_asc(appointment::Column::Id)
        .limit(CALENDAR_MAX)
        .all(tx)
        .await?;
    Ok(rows)
}

/// When the next appointment of each of these customers begins; who has none is absent. One that
/// should have begun counts until it is clear what became of it.
///
/// # Errors
/// Those of the database.
pub async fn next_starts(
    tx: &Tx<'_>,
    now: DateTime<Utc>,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, DateTime<Utc>>, Problem> {
    let mut found = HashMap::new();
    for part in customers.chunks(500) {
        let rows: Vec<(Option<CustomerId>, DateTime<Utc>)> = appointment::Entity::of(tx.tenant())
            .filter(appointment::Column::CustomerId.is_in(part.iter().copied()))
            .filter(appointment::Column::State.is_in(["booked", "confirmed"]))
            .filter(appointment::Column::StartsAt.gt(now - Duration::days(1)))
            .order_by_desc(appointment::Column::StartsAt)
            .select_only()
            .columns([appointment::Column::CustomerId, appointment::Column::StartsAt])
            .into_tuple()
            .all(tx)
            .await?;
        // last one wins: the earliest comes last
        found.extend(rows.into_iter().filter_map(|(customer, start)| Some((customer?, start))));
    }
    Ok(found)
}

/// When an appointment begins that still stands; none of one that is over, missed or cancelled.
///
/// # Errors
/// Those of the database.
pub async fn begins(tx: &Tx<'_>, id: AppointmentId) -> Result<Option<DateTime<Utc>>, Problem> {
    let row = find(tx, id).await?;
    let stands = |row: &appointment::Model| matches!(row.state.as_str(), "booked" | "confirmed");
    Ok(row.filter(stands).map(|row| row.starts_at))
}

/// Which of these customers have an appointment, of whatever state: somebody has worked on them.
///
/// # Errors
/// Those of the database.
pub async fn has_any(tx: &Tx<'_>, customers: &[CustomerId]) -> Result<Vec<CustomerId>, Problem> {
    let mut known = Vec::new();
    for part in customers.chunks(500) {
        let rows: Vec<Option<CustomerId>> = appointment::Entity::of(tx.tenant())
            .filter(appointment::Column::CustomerId.is_in(part.iter().copied()))
            .select_only()
            .column(appointment::Column::CustomerId)
            .distinct()
            .into_tuple()
            .all(tx)
            .await?;
        known.extend(rows.into_iter().flatten());
    }
    Ok(known)
}

//! `appointment.book`: one time, or a series of them.

use chrono::{DateTime, Duration, Utc};
use entities::appointment;
use entities::ids::{AppointmentId, CardId, CustomerId, SeriesId, UserId};
use entities::lists::{ResourceList, UserList};
use serde::Serialize;
use serde_json::Value;

use super::super::commands::{BookAppointment, Repeat};
use super::super::error::Error;
use super::super::events::{Line, of_one};
use super::super::of::Of;
use super::super::recurrence;
use super::super::settings::{House, plausible};
use super::super::spans::Span;
use super::super::views::{self, Guest, Service};
use super::plan::{self, Plan, candidates, check_resources, freest, live_service};
use super::{check_customer, check_people, insert, long, place, short, telling};
use crate::db::Tx;
use crate::features::{boards, customers};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input::{self, Fields};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Without a service and an end.
const USUAL_MINUTES: i64 = 30;

#[derive(Serialize)]
struct Booked {
    appointment_id: AppointmentId,
    series_id: Option<SeriesId>,
    appointment_ids: Vec<AppointmentId>,
    /// Occurrences that were left out.
    skipped: usize,
}

pub(in super::super) async fn book(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &BookAppointment,
) -> Decided {
    let house = House::load(tx).await?;
    let text = texts(&house, cmd)?;
    let service = match cmd.service_id {
        Some(id) => Some(live_service(tx, "service_id", id).await?),
        None => None,
    };
    let minutes = service.as_ref().map_or(USUAL_MINUTES, |service| service.minutes.into());
    let start = plausible("starts_at", cmd.starts_at)?;
    let first = plan::span(start, cmd.ends_at.unwrap_or(start + Duration::minutes(minutes)))?;
    if let Some(customer) = cmd.customer_id {
        check_customer(tx, cx, customer).await?;
    }
    let mut plan = Plan {
        people: check_people(tx, &cmd.people).await?,
        resources: check_resources(tx, &cmd.resources).await?,
        spans: spans(&house, first, cmd.repeat.as_ref())?,
        buffer_minutes: service.as_ref().map_or(0, |service| service.buffer_minutes.into()),
        force_hours: cmd.force_hours,
        ..Plan::default()
    };
    complete(tx, cx.by.user(), &house, &mut plan, first, service.as_ref()).await?;
    let asked = plan.spans.len();
    let (taken, outside) = plan.hindered(tx, &house).await?;
    if cmd.repeat.as_ref().is_some_and(|repeat| repeat.skip) {
        plan.spans.retain(|span| !taken.contains(span) && !outside.contains(span));
    }
    if plan.spans.is_empty() || plan.spans.len() == asked {
        plan.refuse(tx, &house, cx.at, &taken, &outside).await?;
    }
    refuse_overlap(&plan)?;

    let series_id = cmd.repeat.as_ref().map(|_| cx.fresh(SeriesId));
    let card_id = match cmd.customer_id {
        Some(customer) => card_of(tx, customer).await?,
        None => None,
    };
    let made = plan.spans.iter().map(|span| appointment::Model {
        tenant_id: tx.tenant(),
        id: cx.fresh(AppointmentId),
        customer_id: cmd.customer_id,
        card_id,
        title: text.title.clone(),
        service_id: cmd.service_id,
        starts_at: span.start,
        ends_at: span.end,
        buffer_minutes: i32::try_from(plan.buffer_minutes).unwrap_or_default(),
        people: UserList(plan.people.clone()),
        resources: ResourceList(plan.resources.clone()),
        place: text.place.clone(),
        note: text.note.clone(),
        state: "booked".to_owned(),
        reason: None,
        series_id,
        guest: text.guest.clone(),
        source: "staff".to_owned(),
        version: 1,
        created_by: cx.by.author(),
        created_at: cx.at,
        updated_at: cx.at,
    });
    let rows: Vec<appointment::Model> = made.collect();
    let mut decision = booked(tx, cx, &house, rows.clone()).await?;
    let ids: Vec<AppointmentId> = rows.iter().map(|row| row.id).collect();
    let reply = Booked {
        appointment_id: ids.first().copied().ok_or_else(Problem::internal)?,
        series_id,
        skipped: asked - ids.len(),
        appointment_ids: ids,
    };
    decision = decision.reply(&reply);
    Ok(decision)
}

/// Writes checked appointments of one customer, and what follows from them.
pub(super) async fn booked(
    tx: &Tx<'_>,
    cx: &CommandContext,
    house: &House,
    rows: Vec<appointment::Model>,
) -> Decided {
    insert(tx, &rows).await?;
    let mut decision = Decision::default();
    for (at, shown) in views::shown(tx, rows).await?.iter().enumerate() {
        let line = if at == 0 { Line::Own } else { Line::None };
        decision.events.extend(of_one("appointment.booked", shown, line)?);
        decision.jobs.extend(telling::clocks(house, cx.at, &shown.appointment));
        if at == 0 {
            telling::booked(tx, cx, shown, &mut decision).await?;
        }
    }
    Ok(decision)
}

struct Texts {
    title: Option<String>,
    place: Option<String>,
    note: Option<String>,
    guest: Option<Value>,
}

/// All that is wrong with what was typed, at once.
fn texts(house: &House, cmd: &BookAppointment) -> Result<Texts, Problem> {
    let mut fields = Fields::default();
    let title = fields.keep(short("title", cmd.title.as_deref())).flatten();
    let place = fields.keep(place(cmd.place.as_deref())).flatten();
    let note = fields.keep(long("note", cmd.note.as_deref())).flatten();
    let guest = cmd.guest.as_ref().and_then(|guest| fields.keep(self::guest(house, guest)));
    if cmd.guest.is_some() && cmd.customer_id.is_some() {
        fields.add("guest", "bad_value");
    }
    if cmd.customer_id.is_none() && cmd.guest.is_none() && title.is_none() {
        fields.add("customer_id", "required");
    }
    fields.done()?;
    let guest = guest.map(|guest| serde_json::to_value(guest).map_err(|_| Problem::internal()));
    Ok(Texts { title, place, note, guest: guest.transpose()? })
}

/// # Errors
/// `invalid` on the parts of `guest`.
fn guest(house: &House, guest: &Guest) -> Result<Guest, Problem> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let refuse = |field: &'static str| move |code| Problem::invalid(field, code);
    let phone = given(&guest.phone)
        .map(|text| customers::phone(&text, &house.tenant.country))
        .transpose()
        .map_err(refuse("guest.phone"))?;
    let email = given(&guest.email)
        .map(|text| customers::email(&text))
        .transpose()
        .map_err(refuse("guest.email"))?;
    Ok(Guest {
        name: input::name("guest.name", &guest.name)?,
        phone: phone.map(|ident| ident.display),
        email: email.map(|ident| ident.display),
    })
}

/// The first time, and those that a series adds.
fn spans(house: &House, first: Span, repeat: Option<&Repeat>) -> Result<Vec<Span>, Problem> {
    let Some(repeat) = repeat else { return Ok(vec![first]) };
    let zone = house.zone;
    let until = repeat.until.map(|until| zone.local(until));
    let times = recurrence::expand(zone.local(first.start), &repeat.rrule, until, repeat.count)?;
    let length = first.end - first.start;
    let span = |start: DateTime<Utc>| Span::new(start, start + length);
    Ok(times.into_iter().map(|time| span(zone.utc(time))).collect())
}

/// A series that runs into itself is none.
fn refuse_overlap(plan: &Plan) -> Result<(), Problem> {
    let buffer = Duration::minutes(plan.buffer_minutes);
    let collide = |pair: &[Span]| match pair {
        [one, next] => one.end + buffer > next.start,
        _ => false,
    };
    match plan.spans.windows(2).any(collide) {
        true => Err(Problem::invalid("repeat.rrule", "bad_value")),
        false => Ok(()),
    }
}

/// Who does it and where, when nobody said so: whoever of the service's is free, or I.
async fn complete(
    tx: &Tx<'_>,
    me: Option<UserId>,
    house: &House,
    plan: &mut Plan,
    first: Span,
    service: Option<&Service>,
) -> Result<(), Error> {
    let buffer = Duration::minutes(plan.buffer_minutes);
    let window = Span::new(first.start, first.end + buffer);
    if plan.people.is_empty() {
        let able = service.map(|service| service.people.clone()).unwrap_or_default();
        let able = working(tx, able).await?;
        let who = candidates(tx, house, window, &able, Of::User).await?;
        plan.people = freest(&who, &first, buffer, plan.force_hours).or(me).into_iter().collect();
        plan.one_of.0 = able;
    }
    if plan.resources.is_empty()
        && let Some(service) = service.filter(|service| !service.resources.is_empty())
    {
        let live = views::live_resources(tx).await?;
        let able: Vec<_> = service
            .resources
            .iter()
            .copied()
            .filter(|id| live.iter().any(|r| r.id == *id))
            .collect();
        let which = candidates(tx, house, window, &able, Of::Resource).await?;
        plan.resources = freest(&which, &first, buffer, plan.force_hours).into_iter().collect();
        plan.one_of.1 = able;
    }
    if plan.people.is_empty() && plan.resources.is_empty() {
        return Err(Problem::invalid("people", "required").into());
    }
    Ok(())
}

/// Those of them who work here.
pub(in super::super) async fn working(
    tx: &Tx<'_>,
    people: Vec<UserId>,
) -> Result<Vec<UserId>, Problem> {
    use entities::tenancy::OfTenant;
    use entities::user;
    use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
    let active: Vec<UserId> = user::Entity::of(tx.tenant())
        .filter(user::Column::Id.is_in(people.iter().copied()))
        .filter(user::Column::Active.eq(true))
        .select_only()
        .column(user::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(people.into_iter().filter(|person| active.contains(person)).collect())
}

/// The card that stands for the customer: the oldest live one.
pub(super) async fn card_of(tx: &Tx<'_>, customer: CustomerId) -> Result<Option<CardId>, Problem> {
    let cards = boards::cards_of(tx, &Principal::system(tx.tenant()), customer).await?;
    Ok(cards.first().map(|card| card.id))
}

//! What strangers do: book on the public page, move and cancel by their link. The customer is
//! whom the one matcher finds.

use chrono::{DateTime, Duration, Utc};
use entities::appointment;
use entities::ids::{AppointmentId, CustomerId};
use entities::lists::{ResourceList, UserList};
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::super::commands::{BookPublic, CancelPublic, MoveAppointment, MovePublic, Scope};
use super::super::error::Error;
use super::super::of::Of;
use super::super::openings::{self, Asked};
use super::super::settings::{House, plausible};
use super::super::slots::Slot;
use super::super::spans::Span;
use super::super::views::{self, Guest};
use super::moving::moved;
use super::plan::{candidates, freest, live_service, offers};
use super::states::cancelled;
use super::{book, long};
use crate::db::Tx;
use crate::features::boards::{self, PlaceCard};
use crate::features::customers::{self, House as Customers, NewCustomer};
use crate::kernel::command::{CommandContext, Decided};
use crate::kernel::input::{self, Fields};
use crate::kernel::problem::{Class, Problem};

/// Appointments to come that one customer may hold by the public page.
const HELD_MAX: u64 = 3;

pub(in super::super) async fn book_public(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &BookPublic,
) -> Decided {
    let house = House::load(tx).await?;
    if !house.settings.public {
        return Err(Problem::not_found());
    }
    let service = live_service(tx, "service", cmd.service).await?;
    if !service.public {
        return Err(Problem::invalid("service", "unknown_value"));
    }
    let mut fields = Fields::default();
    let name = fields.keep(input::name("name", &cmd.name));
    let note = fields.keep(long("note", cmd.note.as_deref())).flatten();
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let (phone, email) = (given(&cmd.phone), given(&cmd.email));
    if phone.is_none() && email.is_none() {
        fields.add("phone", "required");
    }
    let country = &house.tenant.country;
    let ident = |field: &'static str| move |code| Problem::invalid(field, code);
    let known = phone.map(|text| customers::phone(&text, country).map_err(ident("phone")));
    let phone = known.and_then(|known| fields.keep(known)).map(|known| known.display);
    let known = email.map(|text| customers::email(&text).map_err(ident("email")));
    let email = known.and_then(|known| fields.keep(known)).map(|known| known.display);
    fields.done()?;
    let start = plausible("starts_at", cmd.starts_at)?;
    check_time(&house, cx.at, start)?;

    let asked = Asked::public(tx, &house, &service, cmd.person).await?;
    let window = Span::new(start, start + Duration::minutes(asked.minutes));
    let wanted = asked.wanted(tx, &house, window, &[]).await?;
    let Some(slot) = wanted.offered(house.zone, start, house.settings.step_minutes) else {
        return Err(refuse(tx, &house, cx.at, &asked, start, &[]).await?.into());
    };
    let slot = one_of(tx, &house, slot, asked.buffer_minutes).await?;

    // the matcher, and all that a lead brings: the customer, their card
    let who = NewCustomer {
        name: name.clone(),
        phones: Some(phone.iter().cloned().collect()),
        emails: Some(email.iter().cloned().collect()),
        source: Some(json!({ "channel": "booking" })),
        ..NewCustomer::default()
    };
    let checked = who.check(&Customers::load(tx).await?)?;
    let resolved = customers::resolve_checked(tx, cx, checked).await?;
    let customer = resolved.customer.id;
    if held(tx, cx.at, customer).await? >= HELD_MAX {
        return Err(Error::TooMany.into());
    }
    let mut events = resolved.events;
    let place = PlaceCard { board: None, stage: None, customer, need: None, amount: None };
    let card_id = match boards::place_new(tx, cx, place).await {
        Ok((card, said)) => {
            events.extend(said);
            Some(card)
        }
        // a tenant without a board has customers all the same
        Err(Problem { class: Class::NotFound, .. }) => None,
        Err(problem) => return Err(problem),
    };
    let guest = Guest { name: name.unwrap_or_default(), phone, email };
    let id = cx.fresh(AppointmentId);
    let row = appointment::Model {
        tenant_id: tx.tenant(),
        id,
        customer_id: Some(customer),
        card_id,
        title: Some(service.name.clone()),
        service_id: Some(service.id),
        starts_at: slot.starts_at,
        ends_at: slot.ends_at,
        buffer_minutes: service.buffer_minutes,
        people: UserList(slot.people),
        resources: ResourceList(slot.resources),
        place: house.settings.place.clone(),
        note,
        state: "booked".to_owned(),
        reason: None,
        series_id: None,
        guest: Some(serde_json::to_value(guest).map_err(|_| Problem::internal())?),
        source: "public".to_owned(),
        version: 1,
        created_by: cx.by.author(),
        created_at: cx.at,
        updated_at: cx.at,
    };
    let mut decision = book::booked(tx, cx, &house, vec![row]).await?;
    events.append(&mut decision.events);
    decision.events = events;
    Ok(decision.reply(&json!({ "appointment_id": id })))
}

/// # Errors
/// `invalid` for a time that is too near or too far.
fn check_time(house: &House, now: DateTime<Utc>, start: DateTime<Utc>) -> Result<(), Problem> {
    let nearest = now + Duration::minutes(house.settings.notice_minutes);
    let farthest = now + Duration::days(house.settings.horizon_days + 1);
    match nearest <= start && start <= farthest {
        true => Ok(()),
        false => Err(Problem::invalid("starts_at", "bad_value")),
    }
}

/// Of those who are free one, and of the rooms one.
async fn one_of(
    tx: &Tx<'_>,
    house: &House,
    mut slot: Slot,
    buffer_minutes: i64,
) -> Result<Slot, Problem> {
    let buffer = Duration::minutes(buffer_minutes);
    let span = Span::new(slot.starts_at, slot.ends_at);
    let around = Span::new(span.start - Duration::hours(12), span.end + Duration::hours(12));
    let people = candidates(tx, house, around, &slot.people, Of::User).await?;
    slot.people = freest(&people, &span, buffer, false).into_iter().collect();
    let resources = candidates(tx, house, around, &slot.resources, Of::Resource).await?;
    slot.resources = freest(&resources, &span, buffer, false).into_iter().collect();
    Ok(slot)
}

/// Why a time cannot be had, with the next ones that can.
async fn refuse(
    tx: &Tx<'_>,
    house: &House,
    now: DateTime<Utc>,
    asked: &Asked,
    start: DateTime<Utc>,
    except: &[AppointmentId],
) -> Result<Error, Problem> {
    let from = start.max(now + Duration::minutes(house.settings.notice_minutes));
    let window = Span::new(from, from + Duration::days(45));
    let wanted = asked.wanted(tx, house, window, except).await?;
    let mut free = offers(house, &wanted, from);
    for slot in &mut free {
        slot.for_strangers(house.settings.show_people);
    }
    Ok(Error::SlotTaken { free, at: vec![start] })
}

async fn held(tx: &Tx<'_>, now: DateTime<Utc>, customer: CustomerId) -> Result<u64, Problem> {
    let held = appointment::Entity::of(tx.tenant())
        .filter(appointment::Column::CustomerId.eq(customer))
        .filter(appointment::Column::Source.eq("public"))
        .filter(appointment::Column::StartsAt.gt(now))
        .filter(appointment::Column::State.is_in(["booked", "confirmed"]))
        .count(tx)
        .await?;
    Ok(held)
}

/// What the link may still change.
async fn changeable(
    tx: &Tx<'_>,
    cx: &CommandContext,
    house: &House,
    id: AppointmentId,
) -> Result<appointment::Model, Error> {
    if !openings::is_open(house) {
        return Err(Error::NotFound);
    }
    let row = views::find(tx, id).await?.ok_or(Error::NotFound)?;
    if !matches!(row.state.as_str(), "booked" | "confirmed") {
        return Err(Error::State { state: row.state });
    }
    if row.starts_at < cx.at + Duration::minutes(house.settings.notice_minutes) {
        return Err(Error::TooLate);
    }
    Ok(row)
}

pub(in super::super) async fn move_public(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &MovePublic,
) -> Decided {
    let house = House::load(tx).await?;
    let row = changeable(tx, cx, &house, cmd.appointment).await?;
    let start = plausible("starts_at", cmd.starts_at)?;
    check_time(&house, cx.at, start)?;
    // with the same people and rooms: whom they know is whom they keep
    let asked = Asked::kept(&row);
    let window = Span::new(start, start + Duration::minutes(asked.minutes));
    let wanted = asked.wanted(tx, &house, window, &[row.id]).await?;
    if wanted.offered(house.zone, start, house.settings.step_minutes).is_none() {
        return Err(refuse(tx, &house, cx.at, &asked, start, &[row.id]).await?.into());
    }
    let to = MoveAppointment {
        appointment: row.id,
        starts_at: start,
        ends_at: None,
        people: None,
        resources: None,
        scope: Scope::One,
        force_hours: false,
    };
    // looked at above, with offers that a stranger may have
    moved(tx, cx, row, &to, false).await
}

pub(in super::super) async fn cancel_public(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CancelPublic,
) -> Decided {
    let house = House::load(tx).await?;
    let row = changeable(tx, cx, &house, cmd.appointment).await?;
    let reason = long("reason", cmd.reason.as_deref())?;
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > 500) {
        return Err(Problem::invalid("reason", "too_long"));
    }
    cancelled(tx, cx, row, reason, Scope::One).await
}

/// Whether the link may still change it; for the page that shows it.
pub(in super::super) fn is_changeable(
    house: &House,
    now: DateTime<Utc>,
    row: &appointment::Model,
) -> bool {
    matches!(row.state.as_str(), "booked" | "confirmed")
        && row.starts_at >= now + Duration::minutes(house.settings.notice_minutes)
        && openings::is_open(house)
}

//! What colleagues read of the agenda.

use actix_web::Error;
use actix_web::web::{Data, Json, Path, Query};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use entities::ids::{AppointmentId, ResourceId, ServiceId, UserId};
use futures_util::FutureExt;
use serde::Deserialize;
use utoipa::IntoParams;

use super::may_view;
use crate::db::{Db, Tx};
use crate::features::agenda::holidays::{self, Holiday};
use crate::features::agenda::openings::{Asked, able};
use crate::features::agenda::settings::House;
use crate::features::agenda::slots::Slot;
use crate::features::agenda::spans::Span;
use crate::features::agenda::views::{self, AgendaRange, Appointment, Catalogue, Range};
use crate::kernel::clock::Clock;
use crate::kernel::paging::Page;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// A question that is looked at after the right to ask it.
type Question<T> = Result<Query<T>, Error>;

/// Slots of one answer.
const SLOTS_MAX: usize = 1_000;
/// Days of one question about slots.
const DAYS_MAX: i64 = 31;

/// The agenda of some days. What the asker may not see is there as busy time.
#[utoipa::path(get, path = "/api/v1/agenda", tag = "agenda", params(Range),
    responses((status = 200, body = AgendaRange), (status = 403, description = "agenda.view"),
        (status = 422, description = "the range is too long or holds too much")))]
pub(super) async fn agenda(
    by: Principal,
    range: Question<Range>,
    db: Data<Db>,
) -> Result<Json<AgendaRange>, Error> {
    may_view(&by)?;
    let range = range?.into_inner();
    let read =
        db.read(by.tenant, move |tx| async move { views::agenda(tx, &by, &range).await }.boxed());
    Ok(Json(read.await?))
}

/// One appointment.
#[utoipa::path(get, path = "/api/v1/appointments/{appointment}", tag = "agenda",
    params(("appointment" = AppointmentId, Path)),
    responses((status = 200, body = Appointment), (status = 404, description = "none, or hidden")))]
pub(super) async fn show(
    by: Principal,
    id: Path<AppointmentId>,
    db: Data<Db>,
) -> Result<Json<Appointment>, Problem> {
    may_view(&by)?;
    let id = id.into_inner();
    let read = db.read(by.tenant, move |tx| {
        async move {
            let row = views::find(tx, id).await?.ok_or_else(Problem::not_found)?;
            let shown = views::one_shown(tx, row).await?;
            match views::sees(&by, &shown) {
                true => Ok(shown.appointment),
                false => Err(Problem::not_found()),
            }
        }
        .boxed()
    });
    Ok(Json(read.await?))
}

/// Services, resources, hours, time off and settings.
#[utoipa::path(get, path = "/api/v1/agenda/settings", tag = "agenda",
    responses((status = 200, body = Catalogue), (status = 403, description = "agenda.view")))]
pub(super) async fn settings(
    by: Principal,
    db: Data<Db>,
    clock: Data<Clock>,
) -> Result<Json<Catalogue>, Problem> {
    may_view(&by)?;
    let now = clock.now();
    let read =
        db.read(by.tenant, move |tx| async move { views::catalogue(tx, &by, now).await }.boxed());
    Ok(Json(read.await?))
}

/// Which free slots.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct SlotQuery {
    service: Option<ServiceId>,
    /// User ids behind commas: all of them are needed.
    person: Option<String>,
    /// Resource ids behind commas: all of them are needed.
    resource: Option<String>,
    /// The service's length when absent, else 30.
    minutes: Option<i64>,
    from: DateTime<Utc>,
    /// 7 when absent, at most 31.
    days: Option<i64>,
    /// An appointment that moves: its own time counts as free.
    except: Option<AppointmentId>,
}

/// Free slots: of the people and resources named all, else of a service's people any.
#[utoipa::path(get, path = "/api/v1/agenda/slots", tag = "agenda", params(SlotQuery),
    responses((status = 200, body = Page<Slot>), (status = 403, description = "agenda.view")))]
pub(super) async fn slots(
    by: Principal,
    ask: Question<SlotQuery>,
    db: Data<Db>,
) -> Result<Json<Page<Slot>>, Error> {
    may_view(&by)?;
    let ask = ask?.into_inner();
    let read = db.read(by.tenant, move |tx| async move { found(tx, &by, &ask).await }.boxed());
    Ok(Json(Page::whole(read.await?)))
}

async fn found(tx: &Tx<'_>, by: &Principal, ask: &SlotQuery) -> Result<Vec<Slot>, Problem> {
    let house = House::load(tx).await?;
    let window = window(ask.from, ask.days)?;
    let people: Vec<UserId> = views::ids("person", ask.person.as_deref().unwrap_or_default())?;
    let resources: Vec<ResourceId> =
        views::ids("resource", ask.resource.as_deref().unwrap_or_default())?;
    let mut asked = match ask.service {
        Some(id) => {
            let all = views::live_services(tx).await?;
            let service = all.into_iter().find(|service| service.id == id);
            let service = service.ok_or_else(|| Problem::invalid("service", "unknown_value"))?;
            let mut asked = Asked::of_service(tx, &service).await?;
            if people.is_empty() {
                asked.one_of_people = able(tx, &service).await?;
            }
            asked
        }
        None => Asked { minutes: 30, ..Asked::default() },
    };
    match ask.minutes {
        Some(minutes @ 5..=1_440) => asked.minutes = minutes,
        Some(_) => return Err(Problem::invalid("minutes", "bad_value")),
        None => {}
    }
    if !resources.is_empty() {
        asked.one_of_resources.clear();
    }
    (asked.people, asked.resources) = (people, resources);
    if asked.people.is_empty() && asked.resources.is_empty() && asked.one_of_people.is_empty() {
        asked.people = by.user().into_iter().collect();
    }
    let except: Vec<AppointmentId> = ask.except.into_iter().collect();
    asked.slots(tx, &house, window, &except, SLOTS_MAX).await
}

/// # Errors
/// `invalid` for more days than may be asked for at once, or none.
pub(super) fn window(from: DateTime<Utc>, days: Option<i64>) -> Result<Span, Problem> {
    let from = crate::features::agenda::settings::plausible("from", from)?;
    match days.unwrap_or(7) {
        days @ 1..=DAYS_MAX => Ok(Span::new(from, from + Duration::days(days))),
        _ => Err(Problem::invalid("days", "bad_value")),
    }
}

/// Which year's holidays.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct HolidayQuery {
    /// 2024 to 2035.
    year: i32,
}

/// The public holidays that are free here; none where they are worked.
#[utoipa::path(get, path = "/api/v1/holidays", tag = "agenda", params(HolidayQuery),
    responses((status = 200, body = Page<Holiday>), (status = 403, description = "agenda.view"),
        (status = 422, description = "a year that is not known")))]
pub(super) async fn holidays(
    by: Principal,
    ask: Question<HolidayQuery>,
    db: Data<Db>,
) -> Result<Json<Page<Holiday>>, Error> {
    may_view(&by)?;
    let year = ask?.year;
    let bad = || Problem::invalid("year", "bad_value");
    if !holidays::YEARS.contains(&year) {
        return Err(bad().into());
    }
    let keeps =
        db.read(by.tenant, |tx| async move { Ok(House::load(tx).await?.keeps_holidays()) }.boxed());
    if !keeps.await? {
        return Ok(Json(Page::whole(Vec::new())));
    }
    let first = NaiveDate::from_ymd_opt(year, 1, 1).ok_or_else(bad)?;
    let last = NaiveDate::from_ymd_opt(year, 12, 31).ok_or_else(bad)?;
    Ok(Json(Page::whole(holidays::between(first, last, &by.locale))))
}

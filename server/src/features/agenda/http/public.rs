//! The public booking page's side of the conversation: strangers, without sign-in, rate limited.
//! They learn what a business offers and when, and of people only the names that it shows.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{Error, HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, Utc};
use entities::appointment;
use entities::ids::{AppointmentId, TenantId, UserId};
use entities::tenancy::OfTenant;
use entities::user;
use futures_util::FutureExt;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reads::window;
use super::shapes::{
    Booked, Booking, BookingPage, PublicAppointment, PublicPerson, PublicService, PublicSlots,
    PublicTenant,
};
use crate::db::Tx;
use crate::features::accounts;
use crate::features::agenda::Agenda;
use crate::features::agenda::commands::{BookPublic, CancelPublic, MovePublic};
use crate::features::agenda::links::{appointment_token, open_appointment};
use crate::features::agenda::openings::{Asked, able};
use crate::features::agenda::settings::House;
use crate::features::agenda::slots::Slot;
use crate::features::agenda::{rules, topic, views};
use crate::gateway::{Body, ClientAddress, IdempotencyKey, RateLimits};
use crate::kernel::paging::Page;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::realtime::Hub;

/// Slots of one answer.
const SLOTS_MAX: usize = 500;

/// The tenant of a slug, if there may be one.
async fn tenant_of(agenda: &Agenda, slug: &str) -> Result<TenantId, Problem> {
    let is_plain = slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if slug.len() > 64 || !is_plain {
        return Err(Problem::not_found());
    }
    accounts::tenant_of(&agenda.db, slug).await?.ok_or_else(Problem::not_found)
}

async fn open_house(tx: &Tx<'_>) -> Result<House, Problem> {
    let house = House::load(tx).await?;
    if house.settings.public { Ok(house) } else { Err(Problem::not_found()) }
}

fn face(house: &House) -> PublicTenant {
    PublicTenant {
        name: house.tenant.name.clone(),
        slug: house.tenant.slug.clone(),
        locale: house.tenant.locale.clone(),
        time_zone: house.tenant.time_zone.clone(),
    }
}

/// What a business offers to strangers.
#[utoipa::path(get, path = "/api/v1/public/booking/{slug}", tag = "booking", security(()),
    params(("slug" = String, Path)),
    responses((status = 200, body = BookingPage), (status = 404, description = "none, or closed"),
        (status = 429, description = "too often")))]
pub(super) async fn page(
    slug: Path<String>,
    address: ClientAddress,
    limits: Data<RateLimits>,
    agenda: Data<Agenda>,
) -> Result<Json<BookingPage>, Problem> {
    limits.public.check(&address.network())?;
    let tenant = tenant_of(&agenda, &slug).await?;
    let read = agenda.db.read(tenant, |tx| {
        async move {
            let house = open_house(tx).await?;
            let mut services = Vec::new();
            let mut people: Vec<UserId> = Vec::new();
            for service in views::live_services(tx).await?.into_iter().filter(|one| one.public) {
                let who = match house.settings.show_people {
                    true => able(tx, &service).await?,
                    false => Vec::new(),
                };
                people.extend(&who);
                services.push(PublicService {
                    id: service.id,
                    name: service.name,
                    minutes: service.minutes,
                    price: service.price,
                    people: who,
                });
            }
            Ok(BookingPage {
                tenant: face(&house),
                services,
                people: named(tx, people).await?,
                consent: house.consent(),
                intro: house.settings.intro,
                place: house.settings.place,
                notice_minutes: house.settings.notice_minutes,
                horizon_days: house.settings.horizon_days,
            })
        }
        .boxed()
    });
    Ok(Json(read.await?))
}

async fn named(tx: &Tx<'_>, mut ids: Vec<UserId>) -> Result<Vec<PublicPerson>, Problem> {
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<(UserId, String)> = user::Entity::of(tx.tenant())
        .filter(user::Column::Id.is_in(ids))
        .select_only()
        .columns([user::Column::Id, user::Column::Name])
        .order_by_asc(user::Column::Name)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|(id, name)| PublicPerson { id, name }).collect())
}

/// Really free slots of a service.
#[utoipa::path(get, path = "/api/v1/public/booking/{slug}/slots", tag = "booking", security(()),
    params(("slug" = String, Path), PublicSlots),
    responses((status = 200, body = Page<Slot>), (status = 404, description = "none, or closed"),
        (status = 429, description = "too often")))]
pub(super) async fn slots(
    slug: Path<String>,
    ask: Result<Query<PublicSlots>, Error>,
    address: ClientAddress,
    limits: Data<RateLimits>,
    agenda: Data<Agenda>,
) -> Result<Json<Page<Slot>>, Error> {
    limits.public.check(&address.network())?;
    let tenant = tenant_of(&agenda, &slug).await?;
    let (ask, now) = (ask?.into_inner(), agenda.clock.now());
    let read = agenda.db.read(tenant, move |tx| {
        async move {
            let house = open_house(tx).await?;
            let all = views::live_services(tx).await?;
            let service = all.into_iter().find(|one| one.public && one.id == ask.service);
            let service = service.ok_or_else(|| Problem::invalid("service", "unknown_value"))?;
            let asked = Asked::public(tx, &house, &service, ask.person).await?;
            free(tx, &house, &asked, now, (ask.from, ask.days), &[]).await
        }
        .boxed()
    });
    Ok(Json(Page::whole(read.await?)))
}

/// Slots as far as strangers may book, without what is nobody's business outside.
async fn free(
    tx: &Tx<'_>,
    house: &House,
    asked: &Asked,
    now: DateTime<Utc>,
    (from, days): (DateTime<Utc>, Option<i64>),
    except: &[AppointmentId],
) -> Result<Vec<Slot>, Problem> {
    let mut window = window(from, days)?;
    window.start = window.start.max(now + Duration::minutes(house.settings.notice_minutes));
    window.end = window.end.min(now + Duration::days(house.settings.horizon_days + 1));
    if window.start >= window.end {
        return Ok(Vec::new());
    }
    let mut slots = asked.slots(tx, house, window, except, SLOTS_MAX).await?;
    for slot in &mut slots {
        slot.for_strangers(house.settings.show_people);
    }
    Ok(slots)
}

/// Books. The customer is found or made; a mail with a calendar entry goes to the address given.
#[utoipa::path(post, path = "/api/v1/public/booking/{slug}", tag = "booking", security(()),
    params(("slug" = String, Path)), request_body = Booking,
    responses((status = 201, body = Booked), (status = 404, description = "none, or closed"),
        (status = 409, description = "slot_taken with the next free ones, too_many"),
        (status = 422, description = "fields"), (status = 429, description = "too often")))]
pub(super) async fn book(
    slug: Path<String>,
    address: ClientAddress,
    limits: Data<RateLimits>,
    agenda: Data<Agenda>,
    key: IdempotencyKey,
    Body(body): Body<Booking>,
) -> Result<HttpResponse, Problem> {
    limits.public.check(&address.network())?;
    limits.leads.check(&address.network())?;
    let tenant = tenant_of(&agenda, &slug).await?;
    let opened = agenda.db.read(tenant, |tx| open_house(tx).map(|house| house.map(drop)).boxed());
    opened.await?;
    let Booking { service, person, starts_at, name, phone, email, note, consent } = body;
    if consent != Some(true) {
        return Err(Problem::invalid("consent", "required"));
    }
    let d = BookPublic { service, person, starts_at, name, phone, email, note };
    let by = Principal::system(tenant);
    // a key counts for who sent it: nobody meets a stranger's answer with a guess
    let id = key.named(&format!("public:{}", address.network()));
    let done =
        agenda.hub.command(&by, topic::agenda(), "appointment.book_public", &d, id, None).await?;
    let made: Made =
        done.d.and_then(|d| serde_json::from_str(d.get()).ok()).ok_or_else(Problem::internal)?;
    let token = appointment_token(&agenda.secrets, tenant, made.appointment_id);
    let appointment = shown(&agenda, tenant, made.appointment_id).await?;
    Ok(HttpResponse::Created().json(Booked { token, appointment }))
}

#[derive(Deserialize)]
struct Made {
    appointment_id: AppointmentId,
}

/// Tenant and appointment of a link.
pub(super) fn opened(
    agenda: &Agenda,
    limits: &RateLimits,
    req: &HttpRequest,
    token: &str,
) -> Result<(TenantId, AppointmentId), Problem> {
    limits.public.check(&ClientAddress::of(req).network())?;
    open_appointment(&agenda.secrets, token).ok_or_else(Problem::not_found)
}

async fn shown(
    agenda: &Agenda,
    tenant: TenantId,
    id: AppointmentId,
) -> Result<PublicAppointment, Problem> {
    let now = agenda.clock.now();
    let read = agenda.db.read(tenant, move |tx| {
        async move {
            let house = House::load(tx).await?;
            let row = views::find(tx, id).await?.ok_or_else(Problem::not_found)?;
            let changeable = rules::is_changeable(&house, now, &row);
            let people = match house.settings.show_people {
                true => row.people.0.clone(),
                false => Vec::new(),
            };
            let people = named(tx, people).await?;
            let notice = Duration::minutes(house.settings.notice_minutes);
            let tenant = face(&house);
            let appointment::Model {
                starts_at,
                ends_at,
                service_id,
                title,
                place,
                state,
                guest,
                ..
            } = row;
            let name = guest.as_ref().and_then(|guest| guest["name"].as_str()).map(str::to_owned);
            Ok(PublicAppointment {
                tenant,
                service_id,
                title,
                people,
                starts_at,
                ends_at,
                place,
                name,
                state,
                changeable,
                changeable_until: starts_at - notice,
            })
        }
        .boxed()
    });
    read.await
}

/// The appointment of a link.
#[utoipa::path(get, path = "/api/v1/public/appointments/{token}", tag = "booking", security(()),
    params(("token" = String, Path)),
    responses((status = 200, body = PublicAppointment), (status = 404, description = "none"),
        (status = 429, description = "too often")))]
pub(super) async fn show(
    token: Path<String>,
    req: HttpRequest,
    limits: Data<RateLimits>,
    agenda: Data<Agenda>,
) -> Result<Json<PublicAppointment>, Problem> {
    let (tenant, id) = opened(&agenda, &limits, &req, &token)?;
    Ok(Json(shown(&agenda, tenant, id).await?))
}

/// When else.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct OtherTimes {
    from: DateTime<Utc>,
    /// 7 when absent, at most 31.
    days: Option<i64>,
}

/// When else the same people and rooms have time for it.
#[utoipa::path(get, path = "/api/v1/public/appointments/{token}/slots", tag = "booking",
    security(()), params(("token" = String, Path), OtherTimes),
    responses((status = 200, body = Page<Slot>), (status = 404, description = "none"),
        (status = 429, description = "too often")))]
pub(super) async fn other_times(
    token: Path<String>,
    ask: Result<Query<OtherTimes>, Error>,
    req: HttpRequest,
    limits: Data<RateLimits>,
    agenda: Data<Agenda>,
) -> Result<Json<Page<Slot>>, Error> {
    let (tenant, id) = opened(&agenda, &limits, &req, &token)?;
    let (ask, now) = (ask?.into_inner(), agenda.clock.now());
    let read = agenda.db.read(tenant, move |tx| {
        async move {
            let house = open_house(tx).await?;
            let row = views::find(tx, id).await?.ok_or_else(Problem::not_found)?;
            let asked = Asked::kept(&row);
            free(tx, &house, &asked, now, (ask.from, ask.days), &[row.id]).await
        }
        .boxed()
    });
    Ok(Json(Page::whole(read.await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTime {
    starts_at: DateTime<Utc>,
}

/// Moves the appointment of a link.
#[utoipa::path(post, path = "/api/v1/public/appointments/{token}/move", tag = "booking",
    security(()), params(("token" = String, Path)), request_body = NewTime,
    responses((status = 200, body = PublicAppointment), (status = 404, description = "none"),
        (status = 409, description = "slot_taken, too_late, appointment_state"),
        (status = 422, description = "fields"), (status = 429, description = "too often")))]
pub(super) async fn change_time(
    token: Path<String>,
    req: HttpRequest,
    limits: Data<RateLimits>,
    agenda: Data<Agenda>,
    key: IdempotencyKey,
    Body(body): Body<NewTime>,
) -> Result<Json<PublicAppointment>, Problem> {
    let (tenant, appointment) = opened(&agenda, &limits, &req, &token)?;
    let d = MovePublic { appointment, starts_at: body.starts_at };
    run(&agenda.hub, tenant, "appointment.move_public", &d, key.named(&token)).await?;
    Ok(Json(shown(&agenda, tenant, appointment).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Cancellation {
    reason: Option<String>,
}

/// Cancels the appointment of a link.
#[utoipa::path(post, path = "/api/v1/public/appointments/{token}/cancel", tag = "booking",
    security(()), params(("token" = String, Path)), request_body = Cancellation,
    responses((status = 200, body = PublicAppointment), (status = 404, description = "none"),
        (status = 409, description = "too_late, appointment_state"),
        (status = 422, description = "fields"), (status = 429, description = "too often")))]
pub(super) async fn cancel(
    token: Path<String>,
    req: HttpRequest,
    limits: Data<RateLimits>,
    agenda: Data<Agenda>,
    key: IdempotencyKey,
    Body(body): Body<Cancellation>,
) -> Result<Json<PublicAppointment>, Problem> {
    let (tenant, appointment) = opened(&agenda, &limits, &req, &token)?;
    let d = CancelPublic { appointment, reason: body.reason };
    run(&agenda.hub, tenant, "appointment.cancel_public", &d, key.named(&token)).await?;
    Ok(Json(shown(&agenda, tenant, appointment).await?))
}

async fn run(
    hub: &Hub,
    tenant: TenantId,
    op: &str,
    d: &impl Serialize,
    id: Option<String>,
) -> Result<(), Problem> {
    let by = Principal::system(tenant);
    hub.command(&by, topic::agenda(), op, d, id, None).await.map(drop)
}

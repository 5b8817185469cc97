//! Calendars for other programs, behind addresses that are secrets: a person's, and the one
//! appointment of a guest.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use entities::appointment;
use entities::ids::UserId;
use entities::tenancy::OfTenant;
use entities::{calendar_feed, role, user};
use futures_util::FutureExt;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde::Serialize;
use utoipa::ToSchema;

use super::may_view;
use super::public::opened;
use crate::db::Tx;
use crate::features::agenda::Agenda;
use crate::features::agenda::ics::{self, Entry};
use crate::features::agenda::links::{CalendarClaim, calendar_secret, calendar_url, manage_url};
use crate::features::agenda::settings::House;
use crate::features::agenda::spans::Span;
use crate::features::agenda::{guests, jobs, views};
use crate::gateway::{ClientAddress, RateLimits, hex, sha256};
use crate::kernel::principal::{Permission, Permissions, Principal};
use crate::kernel::problem::Problem;

/// Where a person's calendar is to be had.
#[derive(Serialize, ToSchema)]
pub(super) struct CalendarFeed {
    url: String,
}

/// The address of my calendar, for other calendar programs.
#[utoipa::path(get, path = "/api/v1/me/calendar-feed", tag = "agenda",
    responses((status = 200, body = CalendarFeed), (status = 403, description = "agenda.view")))]
pub(super) async fn address(
    by: Principal,
    agenda: Data<Agenda>,
) -> Result<Json<CalendarFeed>, Problem> {
    may_view(&by)?;
    let user = by.user().ok_or_else(Problem::forbidden)?;
    let now = agenda.db.read(by.tenant, move |tx| generation(tx, user).boxed()).await?;
    Ok(Json(shown(&agenda, &by, user, now)))
}

/// A new address; the old one is dead at once.
#[utoipa::path(post, path = "/api/v1/me/calendar-feed", tag = "agenda",
    responses((status = 200, body = CalendarFeed), (status = 403, description = "agenda.view")))]
pub(super) async fn renew(
    by: Principal,
    agenda: Data<Agenda>,
) -> Result<Json<CalendarFeed>, Problem> {
    may_view(&by)?;
    let user = by.user().ok_or_else(Problem::forbidden)?;
    let at = agenda.clock.now();
    let written = agenda.db.write(by.tenant, move |tx| {
        async move {
            let next = generation(tx, user).await? + 1;
            let row = calendar_feed::ActiveModel {
                tenant_id: Set(tx.tenant()),
                user_id: Set(user),
                generation: Set(next),
                updated_at: Set(at),
            };
            let key = [calendar_feed::Column::TenantId, calendar_feed::Column::UserId];
            let again = OnConflict::columns(key)
                .update_columns([
                    calendar_feed::Column::Generation,
                    calendar_feed::Column::UpdatedAt,
                ])
                .to_owned();
            calendar_feed::Entity::insert(row)
                .on_conflict(again)
                .exec_without_returning(tx)
                .await?;
            Ok(next)
        }
        .boxed()
    });
    let now = written.await?;
    Ok(Json(shown(&agenda, &by, user, now)))
}

fn shown(agenda: &Agenda, by: &Principal, user: UserId, generation: i32) -> CalendarFeed {
    let secret = calendar_secret(&agenda.secrets, by.tenant, user, generation);
    CalendarFeed { url: calendar_url(&agenda.url, &secret) }
}

async fn generation(tx: &Tx<'_>, user: UserId) -> Result<i32, Problem> {
    let row = calendar_feed::Entity::of(tx.tenant())
        .filter(calendar_feed::Column::UserId.eq(user))
        .one(tx)
        .await?;
    Ok(row.map_or(0, |row| row.generation))
}

/// A calendar as RFC 5545 has it; whoever knows the address may read it.
#[utoipa::path(get, path = "/api/v1/calendar/{file}", tag = "agenda", security(()),
    params(("file" = String, Path, description = "<secret>.ics")),
    responses((status = 200, description = "text/calendar"), (status = 304, description = "as before"),
        (status = 404, description = "no such calendar"), (status = 429, description = "too often")))]
pub(super) async fn calendar(
    file: Path<String>,
    req: HttpRequest,
    agenda: Data<Agenda>,
    limits: Data<RateLimits>,
) -> Result<HttpResponse, Problem> {
    limits.public.check(&ClientAddress::of(&req).network())?;
    let secret = file.strip_suffix(".ics").ok_or_else(Problem::not_found)?;
    let claim = CalendarClaim::read(secret).ok_or_else(Problem::not_found)?;
    let (secrets, url) = (agenda.secrets.clone(), agenda.url.clone());
    // the window moves once a day, so that a calendar in which nothing happens stays the same
    let today = agenda.clock.now().date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let body = agenda.db.read(claim.tenant, move |tx| {
        async move {
            let now = generation(tx, claim.user).await?;
            if !claim.holds(&secrets, now) {
                return Err(Problem::not_found());
            }
            written(tx, claim.user, today, &url.0).await
        }
        .boxed()
    });
    let body = body.await?;
    let tag = format!("\"{}\"", &hex(&sha256(body.as_bytes()))[..32]);
    let known = req.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_same = known.is_some_and(|known| {
        known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
    });
    let mut answer = if is_same { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag)).insert_header(("cache-control", "private, max-age=300"));
    if is_same {
        return Ok(answer.finish());
    }
    Ok(answer.insert_header((CONTENT_TYPE, "text/calendar; charset=utf-8")).body(body))
}

/// The appointment of a link, for the calendar of whoever booked it: the file of the letters.
#[utoipa::path(get, path = "/api/v1/public/appointments/{token}.ics", tag = "booking",
    security(()), params(("token" = String, Path)),
    responses((status = 200, description = "text/calendar"), (status = 404, description = "none"),
        (status = 429, description = "too often")))]
pub(super) async fn of_guest(
    token: Path<String>,
    req: HttpRequest,
    limits: Data<RateLimits>,
    agenda: Data<Agenda>,
) -> Result<HttpResponse, Problem> {
    let (tenant, id) = opened(&agenda, &limits, &req, &token)?;
    let told = agenda.db.read(tenant, move |tx| guests::told(tx, id).boxed()).await?;
    let told = told.ok_or_else(Problem::not_found)?;
    let file = told.calendar(&manage_url(&agenda.url, &token), agenda.sender.as_deref());
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, file.content_type))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .insert_header(("cache-control", "no-store"))
        .body(file.body))
}

/// # Errors
/// `not_found` for somebody who is gone, or who may not see the agenda any more.
async fn written(
    tx: &Tx<'_>,
    id: UserId,
    today: DateTime<Utc>,
    url: &str,
) -> Result<String, Problem> {
    let person = user::Entity::of(tx.tenant()).filter(user::Column::Id.eq(id)).one(tx).await?;
    let person = person.filter(|user| user.active).ok_or_else(Problem::not_found)?;
    let role = role::Entity::of(tx.tenant())
        .filter(role::Column::Key.eq(person.role.as_str()))
        .one(tx)
        .await?;
    let rights = role.map(|role| Permissions::parse(&role.permissions.0)).unwrap_or_default();
    if !rights.has(Permission::ViewAgenda) {
        return Err(Problem::not_found());
    }
    let house = House::load(tx).await?;
    let rows = views::of_user(tx, id, today).await?;
    let stamps: Vec<DateTime<Utc>> =
        rows.iter().map(|row: &appointment::Model| row.updated_at).collect();
    let entries = views::shown(tx, rows).await?.into_iter().zip(stamps).map(|(shown, changed)| {
        let one = shown.appointment;
        let with = one.customer_name.or(one.guest.map(|guest| guest.name));
        let summary = match (one.title, with) {
            (Some(title), Some(name)) => format!("{title}: {name}"),
            (Some(text), None) | (None, Some(text)) => text,
            (None, None) => String::new(),
        };
        Entry {
            uid: jobs::uid(one.id),
            sequence: one.version,
            created: one.created_at,
            changed,
            span: Span::new(one.starts_at, one.ends_at),
            summary,
            description: one.note,
            location: one.place,
            status: match one.state.as_str() {
                "cancelled" => "CANCELLED",
                "booked" => "TENTATIVE",
                _ => "CONFIRMED",
            },
            organizer: None,
            url: one.customer_id.map(|customer| format!("{url}/customers/{customer}")),
        }
    });
    let entries: Vec<Entry> = entries.collect();
    let name = format!("{}, {}", house.tenant.name, person.name);
    Ok(ics::calendar(house.zone, &name, None, &entries))
}

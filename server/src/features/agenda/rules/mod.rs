//! What happens to appointments, and to what they need: rows in, reply and events out. What
//! several commands ask stands here.

mod book;
mod booking;
mod catalogue;
mod handing;
mod merging;
mod moving;
mod plan;
mod series;
mod states;
mod strangers;
mod telling;

use entities::ids::{AppointmentId, CustomerId, UserId};
use entities::tenancy::OfTenant;
use entities::{appointment, appointment_seat};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};

pub(super) use self::book::book;
pub(super) use self::booking::{add_time_off, remove_time_off, set_booking, set_hours};
pub(super) use self::catalogue::{
    archive_resource, archive_service, create_resource, create_service, restore_resource,
    restore_service, update_resource, update_service,
};
pub use self::handing::hand_over;
pub use self::merging::{repoint, take_over};
pub(super) use self::moving::{move_appointment, update};
pub(super) use self::states::{arrive, cancel, confirm, finish, lapse, miss, remind, restore};
pub(super) use self::strangers::{book_public, cancel_public, is_changeable, move_public};
use super::error::Error;
use super::of::Of;
use super::views::{self, Shown};
use crate::db::Tx;
use crate::features::customers;
use crate::kernel::command::CommandContext;
use crate::kernel::input;
use crate::kernel::problem::Problem;

/// Most people, and most resources, of one appointment.
const PEOPLE_MAX: usize = 20;
/// Longest place, in characters.
const PLACE_MAX: usize = 300;

/// An appointment that the asker sees whole.
///
/// # Errors
/// `not_found`, also for what is hidden.
async fn visible(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: AppointmentId,
) -> Result<appointment::Model, Error> {
    let row = views::find(tx, id).await?.ok_or(Error::NotFound)?;
    let shown = views::one_shown(tx, row.clone()).await?;
    if views::sees(&cx.by, &shown) { Ok(row) } else { Err(Error::NotFound) }
}

/// Whether the time of an appointment of this state is taken.
fn holds(state: &str) -> bool {
    !matches!(state, "cancelled" | "no_show")
}

/// Writes new appointments with their seats.
async fn insert(tx: &Tx<'_>, rows: &[appointment::Model]) -> Result<(), Problem> {
    for part in rows.chunks(100) {
        let models = part.iter().map(|row| row.clone().into_active_model().reset_all());
        appointment::Entity::insert_many(models).exec_without_returning(tx).await?;
    }
    seat(tx, rows).await
}

/// Writes a changed appointment over the one that was read; version and time move on. The seats
/// follow.
async fn save(
    tx: &Tx<'_>,
    cx: &CommandContext,
    before: &appointment::Model,
    mut row: appointment::Model,
) -> Result<appointment::Model, Error> {
    row.version = before.version + 1;
    row.updated_at = cx.at;
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(appointment::Column::TenantId);
    active.not_set(appointment::Column::Id);
    let done = appointment::Entity::change(tx.tenant())
        .set(active)
        .filter(appointment::Column::Id.eq(row.id))
        .filter(appointment::Column::Version.eq(before.version))
        .exec(tx)
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Overtaken);
    }
    let same = before.starts_at == row.starts_at
        && before.ends_at == row.ends_at
        && before.people == row.people
        && before.resources == row.resources
        && holds(&before.state) == holds(&row.state);
    if !same {
        unseat(tx, &[row.id]).await?;
        seat(tx, std::slice::from_ref(&row)).await?;
    }
    Ok(row)
}

/// The seats of appointments that have none yet.
async fn seat(tx: &Tx<'_>, rows: &[appointment::Model]) -> Result<(), Problem> {
    let mut seats = Vec::new();
    for row in rows {
        let people = row.people.0.iter().copied().map(Of::User);
        for of in people.chain(row.resources.0.iter().copied().map(Of::Resource)) {
            seats.push(appointment_seat::ActiveModel {
                tenant_id: Set(tx.tenant()),
                appointment_id: Set(row.id),
                of: Set(of.to_string()),
                starts_at: Set(row.starts_at),
                ends_at: Set(row.ends_at + chrono::Duration::minutes(row.buffer_minutes.into())),
                held: Set(holds(&row.state)),
            });
        }
    }
    for part in seats.chunks(500) {
        appointment_seat::Entity::insert_many(part.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn unseat(tx: &Tx<'_>, ids: &[AppointmentId]) -> Result<(), Problem> {
    appointment_seat::Entity::forget(tx.tenant())
        .filter(appointment_seat::Column::AppointmentId.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

/// A customer that the asker may see.
async fn check_customer(tx: &Tx<'_>, cx: &CommandContext, id: CustomerId) -> Result<(), Problem> {
    let faces = customers::faces(tx, &[id]).await?;
    match faces.get(&id) {
        Some(face) if cx.by.sees(&face.owners) => Ok(()),
        _ => Err(Problem::invalid("customer_id", "unknown_value")),
    }
}

/// People in the order named, no one twice; all of them work here.
async fn check_people(tx: &Tx<'_>, people: &[UserId]) -> Result<Vec<UserId>, Problem> {
    let mut named: Vec<UserId> = Vec::with_capacity(people.len());
    for person in people {
        if !named.contains(person) {
            named.push(*person);
        }
    }
    if named.len() > PEOPLE_MAX {
        return Err(Problem::invalid("people", "too_many"));
    }
    customers::check_owners(tx, "people", &named).await?;
    Ok(named)
}

/// A short text that may be absent; blank is absent.
fn short(field: &str, text: Option<&str>) -> Result<Option<String>, Problem> {
    let given = text.filter(|text| !text.trim().is_empty());
    given.map(|text| input::name(field, text)).transpose()
}

fn place(text: Option<&str>) -> Result<Option<String>, Problem> {
    let given = text.filter(|text| !text.trim().is_empty());
    let place = given.map(|text| input::text("place", text)).transpose()?;
    match place {
        Some(place) if place.chars().count() > PLACE_MAX => {
            Err(Problem::invalid("place", "too_long"))
        }
        place => Ok(place),
    }
}

fn long(field: &str, text: Option<&str>) -> Result<Option<String>, Problem> {
    let given = text.filter(|text| !text.trim().is_empty());
    given.map(|text| input::text(field, text)).transpose()
}

async fn shown(tx: &Tx<'_>, row: appointment::Model) -> Result<Shown, Problem> {
    views::one_shown(tx, row).await
}

//! `appointment.move` and `appointment.update`.

use entities::appointment;
use entities::ids::AppointmentId;
use entities::lists::{ResourceList, UserList};
use serde_json::json;

use super::super::commands::{MoveAppointment, Scope, UpdateAppointment};
use super::super::error::Error;
use super::super::events::{AppointmentMoved, Line, Place, of_one, said};
use super::super::settings::{House, plausible};
use super::super::views;
use super::book::card_of;
use super::plan::{self, check_resources};
use super::{
    check_customer, check_people, long, place, save, series, short, shown, telling, visible,
};
use crate::db::Tx;
use crate::features::boards;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::problem::Problem;

pub(in super::super) async fn move_appointment(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &MoveAppointment,
) -> Decided {
    let row = visible(tx, cx, cmd.appointment).await?;
    cx.check_version(row.version)?;
    moved(tx, cx, row, cmd, true).await
}

/// Moves what was found; by staff with new people and resources, by a stranger as it is.
pub(super) async fn moved(
    tx: &Tx<'_>,
    cx: &CommandContext,
    row: appointment::Model,
    cmd: &MoveAppointment,
    check: bool,
) -> Decided {
    let house = House::load(tx).await?;
    let start = plausible("starts_at", cmd.starts_at)?;
    let length = row.ends_at - row.starts_at;
    let target = plan::span(start, cmd.ends_at.unwrap_or(start + length))?;
    // what stays may be what could not come any more: somebody who left, a room out of use
    let people = match cmd.people.as_ref().filter(|people| **people != row.people.0) {
        Some(people) => Some(check_people(tx, people).await?),
        None => None,
    };
    let resources = match cmd.resources.as_ref().filter(|named| **named != row.resources.0) {
        Some(resources) => Some(check_resources(tx, resources).await?),
        None => None,
    };
    let all = scoped(tx, &row, cmd.scope, |state| matches!(state, "booked" | "confirmed")).await?;
    if all.iter().all(|one| one.id != row.id) {
        return Err(Error::State { state: row.state }.into());
    }
    // by as much on the clock of the wall: ten o'clock stays ten o'clock when the clocks change
    let zone = house.zone;
    let shift = zone.local(target.start) - zone.local(row.starts_at);
    let other_length = Some(target.end - target.start).filter(|other| *other != length);
    // what the command leaves as it is on the one that it names stays each one's own
    let moved_one = |one: &appointment::Model| {
        let mut after = one.clone();
        if !shift.is_zero() {
            after.starts_at = zone.utc(zone.local(one.starts_at) + shift);
        }
        after.ends_at = after.starts_at + other_length.unwrap_or(one.ends_at - one.starts_at);
        if one.id == row.id {
            (after.starts_at, after.ends_at) = (target.start, target.end);
        }
        if let Some(people) = &people {
            after.people = UserList(people.clone());
        }
        if let Some(resources) = &resources {
            after.resources = ResourceList(resources.clone());
        }
        if one.starts_at != after.starts_at {
            // who said yes said it to the other time
            "booked".clone_into(&mut after.state);
        }
        after
    };
    let wanted: Vec<appointment::Model> = all.iter().map(moved_one).collect();
    if wanted.iter().any(|one| one.people.0.is_empty() && one.resources.0.is_empty()) {
        return Err(Problem::invalid("people", "required"));
    }
    if series::collides(&wanted) {
        return Err(Problem::invalid("ends_at", "bad_value"));
    }
    if check {
        series::check(tx, &house, cx.at, &wanted, cmd.force_hours).await?;
    }
    // moved onto the place of one that moves too: all get up before the first sits down
    let ids: Vec<AppointmentId> = all.iter().map(|one| one.id).collect();
    if wanted == all {
        return Ok(Decision::default().reply(&json!({ "version": row.version })));
    }
    if ids.len() > 1 {
        super::unseat(tx, &ids).await?;
    }
    let mut decision = Decision::default();
    let mut version = row.version;
    for (before, after) in all.iter().zip(wanted) {
        let after = save(tx, cx, before, after).await?;
        if ids.len() > 1 {
            super::unseat(tx, &[after.id]).await?;
            super::seat(tx, std::slice::from_ref(&after)).await?;
        }
        if after.id == row.id {
            version = after.version;
        }
        let is_other_time = before.starts_at != after.starts_at;
        let shown = shown(tx, after).await?;
        let from = Place {
            starts_at: before.starts_at,
            ends_at: before.ends_at,
            people: before.people.0.clone(),
            resources: before.resources.0.clone(),
        };
        let line = if before.id == row.id { Line::Own } else { Line::None };
        let d = AppointmentMoved { appointment: &shown.appointment, from };
        decision.events.extend(said("appointment.moved", &d, &shown, &before.people.0, line)?);
        if is_other_time {
            decision.jobs.extend(telling::clocks(&house, cx.at, &shown.appointment));
            telling::shifted(tx, cx, &shown, before.starts_at, &mut decision).await?;
        }
        if before.id == row.id {
            telling::changed(tx, cx, &shown, &before.people.0, &mut decision).await?;
        }
    }
    let customers = all.iter().filter_map(|one| one.customer_id);
    telling::follow(tx, cx, customers, &mut decision).await?;
    Ok(decision.reply(&json!({ "version": version })))
}

/// The appointment, or those of its series from it on, of the states that fit.
pub(super) async fn scoped(
    tx: &Tx<'_>,
    row: &appointment::Model,
    scope: Scope,
    fits: impl Fn(&str) -> bool,
) -> Result<Vec<appointment::Model>, Problem> {
    let mut all = match (scope, row.series_id) {
        (Scope::Following, Some(series)) => views::of_series(tx, series, row.starts_at).await?,
        _ => vec![row.clone()],
    };
    all.retain(|one| fits(&one.state));
    Ok(all)
}

pub(in super::super) async fn update(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &UpdateAppointment,
) -> Decided {
    let before = visible(tx, cx, cmd.appointment).await?;
    cx.check_version(before.version)?;
    let was = shown(tx, before.clone()).await?;
    let mut row = before.clone();
    if let Some(title) = &cmd.title {
        row.title = short("title", title.as_deref())?;
    }
    if let Some(text) = &cmd.place {
        row.place = place(text.as_deref())?;
    }
    if let Some(note) = &cmd.note {
        row.note = long("note", note.as_deref())?;
    }
    if let Some(customer) = cmd.customer_id {
        if let Some(customer) = customer {
            check_customer(tx, cx, customer).await?;
            row.card_id = card_of(tx, customer).await?;
        } else {
            row.card_id = None;
        }
        row.customer_id = customer;
    }
    if row.customer_id.is_none() && row.guest.is_none() && row.title.is_none() {
        return Err(Problem::invalid("title", "required"));
    }
    if row == before {
        return Ok(Decision::default().reply(&json!({ "version": before.version })));
    }
    let row = save(tx, cx, &before, row).await?;
    let version = row.version;
    let now = shown(tx, row).await?;
    let mut decision = Decision::events(of_one("appointment.updated", &now, Line::Own)?);
    // whose it was hears that it is somebody else's
    if was.appointment.customer_id != now.appointment.customer_id
        && let Some(customer) = was.appointment.customer_id
        && let Some(event) = decision.events.first()
    {
        let copy = event.also_on(crate::kernel::topic::Topic::customer(customer));
        decision.events.push(copy);
    }
    if was.appointment.customer_id != now.appointment.customer_id {
        let both = [was.appointment.customer_id, now.appointment.customer_id];
        for customer in both.into_iter().flatten() {
            decision.events.extend(boards::due_changed(tx, cx, customer).await?);
        }
    }
    Ok(decision.reply(&json!({ "version": version })))
}

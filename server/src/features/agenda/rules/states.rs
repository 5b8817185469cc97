//! How an appointment goes on: confirmed, arrived, done, missed, cancelled, and back.

use chrono::Duration;
use entities::appointment;
use entities::ids::CustomerId;
use serde_json::json;

use super::super::commands::{
    ArriveAppointment, CancelAppointment, ConfirmAppointment, FinishAppointment, LapseAppointment,
    MissAppointment, RemindAppointment, RestoreAppointment, Scope,
};
use super::super::error::Error;
use super::super::events::{Line, of_one};
use super::super::jobs;
use super::super::settings::House;
use super::super::views;
use super::moving::scoped;
use super::plan::Plan;
use super::{holds, save, series, shown, telling, visible};
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input;
use crate::kernel::problem::Problem;

/// Longest reason, in characters.
const REASON_MAX: usize = 500;

pub(in super::super) async fn confirm(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ConfirmAppointment,
) -> Decided {
    let row = visible(tx, cx, cmd.appointment).await?;
    becomes(tx, cx, row, "confirmed", &["booked"], "appointment.confirmed").await
}

pub(in super::super) async fn arrive(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ArriveAppointment,
) -> Decided {
    let row = visible(tx, cx, cmd.appointment).await?;
    let from = ["booked", "confirmed", "no_show"];
    becomes(tx, cx, row, "arrived", &from, "appointment.arrived").await
}

pub(in super::super) async fn finish(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &FinishAppointment,
) -> Decided {
    let row = visible(tx, cx, cmd.appointment).await?;
    let from = ["booked", "confirmed", "arrived"];
    becomes(tx, cx, row, "done", &from, "appointment.finished").await
}

pub(in super::super) async fn miss(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &MissAppointment,
) -> Decided {
    let row = visible(tx, cx, cmd.appointment).await?;
    let from = ["booked", "confirmed", "arrived"];
    becomes(tx, cx, row, "no_show", &from, "appointment.no_show").await
}

/// The next state from one of those before it. In that state already: nothing happens.
async fn becomes(
    tx: &Tx<'_>,
    cx: &CommandContext,
    before: appointment::Model,
    state: &'static str,
    from: &[&str],
    op: &'static str,
) -> Decided {
    cx.check_version(before.version)?;
    if before.state == state {
        return Ok(Decision::default().reply(&json!({ "version": before.version })));
    }
    if !from.contains(&before.state.as_str()) {
        return Err(Error::State { state: before.state }.into());
    }
    let mut row = before.clone();
    state.clone_into(&mut row.state);
    if holds(state) && !holds(&before.state) {
        let house = House::load(tx).await?;
        Plan::of(&before).check(tx, &house, cx.at).await?;
    }
    let row = save(tx, cx, &before, row).await?;
    let version = row.version;
    let shown = shown(tx, row).await?;
    let mut decision = Decision::events(of_one(op, &shown, Line::Own)?);
    telling::changed(tx, cx, &shown, &[], &mut decision).await?;
    telling::follow(tx, cx, shown.appointment.customer_id, &mut decision).await?;
    Ok(decision.reply(&json!({ "version": version })))
}

pub(in super::super) async fn cancel(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CancelAppointment,
) -> Decided {
    let row = visible(tx, cx, cmd.appointment).await?;
    cx.check_version(row.version)?;
    let reason = input::text("reason", &cmd.reason)?;
    if reason.chars().count() > REASON_MAX {
        return Err(Problem::invalid("reason", "too_long"));
    }
    cancelled(tx, cx, row, Some(reason), cmd.scope).await
}

/// Cancels what was found.
pub(super) async fn cancelled(
    tx: &Tx<'_>,
    cx: &CommandContext,
    row: appointment::Model,
    reason: Option<String>,
    scope: Scope,
) -> Decided {
    let open = |state: &str| matches!(state, "booked" | "confirmed" | "arrived");
    if row.state != "cancelled" && !open(&row.state) {
        return Err(Error::State { state: row.state }.into());
    }
    let mut decision = Decision::default();
    let mut version = row.version;
    let all = scoped(tx, &row, scope, open).await?;
    let customers: Vec<CustomerId> = all.iter().filter_map(|one| one.customer_id).collect();
    for before in all {
        let mut after = before.clone();
        "cancelled".clone_into(&mut after.state);
        after.reason.clone_from(&reason);
        let after = save(tx, cx, &before, after).await?;
        let is_named = after.id == row.id;
        if is_named {
            version = after.version;
        }
        let shown = shown(tx, after).await?;
        let line = if is_named { Line::Own } else { Line::None };
        decision.events.extend(of_one("appointment.cancelled", &shown, line)?);
        if is_named {
            telling::changed(tx, cx, &shown, &[], &mut decision).await?;
        } else {
            telling::over(tx, cx, &shown, &mut decision).await?;
        }
    }
    telling::follow(tx, cx, customers, &mut decision).await?;
    Ok(decision.reply(&json!({ "version": version })))
}

pub(in super::super) async fn restore(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RestoreAppointment,
) -> Decided {
    let row = visible(tx, cx, cmd.appointment).await?;
    let closed = |state: &str| state == row.state;
    if matches!(row.state.as_str(), "booked" | "confirmed") {
        return Ok(Decision::default().reply(&json!({ "version": row.version })));
    }
    let house = House::load(tx).await?;
    let all = scoped(tx, &row, cmd.scope, closed).await?;
    if series::collides(&all) {
        let at = all.iter().map(|one| one.starts_at).collect();
        return Err(Error::SlotTaken { free: Vec::new(), at }.into());
    }
    series::check(tx, &house, cx.at, &all, true).await?;
    let customers: Vec<CustomerId> = all.iter().filter_map(|one| one.customer_id).collect();
    let mut decision = Decision::default();
    let mut version = row.version;
    for before in all {
        let mut after = before.clone();
        "booked".clone_into(&mut after.state);
        after.reason = None;
        let after = save(tx, cx, &before, after).await?;
        let is_named = after.id == row.id;
        if is_named {
            version = after.version;
        }
        let shown = shown(tx, after).await?;
        let line = if is_named { Line::Own } else { Line::None };
        decision.events.extend(of_one("appointment.restored", &shown, line)?);
        decision.jobs.extend(telling::clocks(&house, cx.at, &shown.appointment));
        if is_named {
            telling::changed(tx, cx, &shown, &[], &mut decision).await?;
        }
    }
    telling::follow(tx, cx, customers, &mut decision).await?;
    Ok(decision.reply(&json!({ "version": version })))
}

/// The time of grace is over: whoever is not here has not come. A clock that was set for another
/// time has nothing to say any more.
pub(in super::super) async fn lapse(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &LapseAppointment,
) -> Decided {
    let Some(row) = views::find(tx, cmd.appointment).await? else { return Ok(Decision::default()) };
    if row.starts_at != cmd.starts_at || !matches!(row.state.as_str(), "booked" | "confirmed") {
        return Ok(Decision::default());
    }
    let house = House::load(tx).await?;
    let due = row.starts_at + Duration::minutes(house.settings.grace_minutes);
    if cx.at < due {
        // the grace has become longer since the clock was set
        let again = jobs::lapse(row.id, row.starts_at, due);
        return Ok(Decision { jobs: vec![again], ..Decision::default() });
    }
    becomes(tx, cx, row, "no_show", &["booked", "confirmed"], "appointment.no_show").await
}

/// Its people hear that it begins soon.
pub(in super::super) async fn remind(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RemindAppointment,
) -> Decided {
    let Some(row) = views::find(tx, cmd.appointment).await? else { return Ok(Decision::default()) };
    let is_due = row.starts_at == cmd.starts_at && row.starts_at > cx.at;
    if !is_due || !matches!(row.state.as_str(), "booked" | "confirmed") {
        return Ok(Decision::default());
    }
    let shown = shown(tx, row).await?;
    let mut decision = Decision::default();
    telling::soon(tx, cx, &shown, &mut decision).await?;
    Ok(decision)
}

//! What follows from a change of an appointment beside its event: the clocks that run, what
//! customers' cards show, whom to tell, and the letters to strangers.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use entities::ids::{CustomerId, UserId};
use serde_json::json;

use super::super::jobs;
use super::super::settings::House;
use super::super::views::{Appointment, Shown};
use crate::db::Tx;
use crate::features::notifications::{self, Kind, Notice};
use crate::features::{boards, reminders};
use crate::kernel::clock::wire_time;
use crate::kernel::command::{CommandContext, Decision, NewJob};
use crate::kernel::problem::Problem;

/// The jobs that wait for an appointment's time. One that lies behind us has none: it was written
/// down afterwards.
pub(super) fn clocks(house: &House, now: DateTime<Utc>, appointment: &Appointment) -> Vec<NewJob> {
    let Appointment { id, starts_at, .. } = *appointment;
    let mut all = Vec::new();
    let lapse = starts_at + Duration::minutes(house.settings.grace_minutes);
    if starts_at > now {
        all.push(jobs::lapse(id, starts_at, lapse));
    }
    let soon = starts_at - Duration::minutes(house.settings.reminder_minutes);
    if soon > now {
        all.push(jobs::remind(id, starts_at, soon));
    }
    all
}

/// A new appointment, or the first of a series.
pub(super) async fn booked(
    tx: &Tx<'_>,
    cx: &CommandContext,
    shown: &Shown,
    decision: &mut Decision,
) -> Result<(), Problem> {
    let key = format!("appointment_booked:{}", shown.appointment.id);
    let people = shown.appointment.people.clone();
    tell(tx, cx, shown, Kind::AppointmentBooked, &key, people, decision).await?;
    follow(tx, cx, shown.appointment.customer_id, decision).await?;
    letter(cx, shown, decision);
    Ok(())
}

/// It has another time, other people or another state. `before` were its people until now. When all
/// that changes with it is written, the customers' cards [`follow`].
pub(super) async fn changed(
    tx: &Tx<'_>,
    cx: &CommandContext,
    shown: &Shown,
    before: &[UserId],
    decision: &mut Decision,
) -> Result<(), Problem> {
    let Appointment { id, version, state, people, .. } = &shown.appointment;
    let concerned = match state.as_str() {
        "booked" | "cancelled" => Some((Kind::AppointmentChanged, [people, before].concat())),
        "no_show" => Some((Kind::NoShow, [people.as_slice(), &shown.owners].concat())),
        // said at the desk, by one of them
        _ => None,
    };
    if let Some((kind, people)) = concerned {
        let key = format!("{}:{id}:{version}", kind.name());
        tell(tx, cx, shown, kind, &key, people, decision).await?;
    }
    if matches!(state.as_str(), "cancelled" | "done" | "no_show") {
        over(tx, cx, shown, decision).await?;
    }
    letter(cx, shown, decision);
    Ok(())
}

/// To confirm what is over is nobody's work any more.
pub(super) async fn over(
    tx: &Tx<'_>,
    cx: &CommandContext,
    shown: &Shown,
    decision: &mut Decision,
) -> Result<(), Problem> {
    let link = reminders::Link::Appointment(shown.appointment.id);
    let (events, jobs) = reminders::cancel_linked(tx, cx, link).await?;
    decision.events.extend(events);
    decision.jobs.extend(jobs);
    Ok(())
}

/// It begins at another time: who is to confirm it is reminded of the new one.
pub(super) async fn shifted(
    tx: &Tx<'_>,
    cx: &CommandContext,
    shown: &Shown,
    before: DateTime<Utc>,
    decision: &mut Decision,
) -> Result<(), Problem> {
    let Appointment { id, starts_at, .. } = &shown.appointment;
    let link = reminders::Link::Appointment(*id);
    let (events, jobs) = reminders::shift_linked(tx, cx, link, *starts_at - before).await?;
    decision.events.extend(events);
    decision.jobs.extend(jobs);
    Ok(())
}

/// It begins in a few minutes.
pub(super) async fn soon(
    tx: &Tx<'_>,
    cx: &CommandContext,
    shown: &Shown,
    decision: &mut Decision,
) -> Result<(), Problem> {
    let Appointment { id, starts_at, people, .. } = &shown.appointment;
    let key = format!("appointment_soon:{id}:{}", starts_at.timestamp());
    tell(tx, cx, shown, Kind::AppointmentSoon, &key, people.clone(), decision).await
}

/// Tells colleagues, but not whoever did it. What stands in an appointment its people may know,
/// whosever the customer is: so the notice names the customer in `d`.
async fn tell(
    tx: &Tx<'_>,
    cx: &CommandContext,
    shown: &Shown,
    kind: Kind,
    key: &str,
    mut people: Vec<UserId>,
    decision: &mut Decision,
) -> Result<(), Problem> {
    people.sort_unstable();
    people.dedup();
    people.retain(|person| cx.by.user() != Some(*person));
    let one = &shown.appointment;
    let guest = one.guest.as_ref().map(|guest| guest.name.as_str());
    let name = one.customer_name.as_deref().or(guest);
    let text: Vec<&str> = [one.title.as_deref(), name].into_iter().flatten().collect();
    let text = text.join(": ");
    let d = json!({
        "appointment_id": one.id, "customer_id": one.customer_id, "name": name,
        "title": one.title, "starts_at": wire_time(one.starts_at), "state": one.state,
        "text": text,
    });
    let notice = |user| Notice { user, kind, key: key.to_owned(), customer: None, d: d.clone() };
    let notices: Vec<Notice> = people.into_iter().map(notice).collect();
    let (events, jobs) = notifications::tell(tx, cx, &notices).await?;
    decision.events.extend(events);
    decision.jobs.extend(jobs);
    Ok(())
}

/// The customers' cards show what is due next.
pub(super) async fn follow(
    tx: &Tx<'_>,
    cx: &CommandContext,
    customers: impl IntoIterator<Item = CustomerId>,
    decision: &mut Decision,
) -> Result<(), Problem> {
    for customer in customers.into_iter().collect::<BTreeSet<_>>() {
        decision.events.extend(boards::due_changed(tx, cx, customer).await?);
    }
    Ok(())
}

/// A stranger who left an address hears of it by mail.
fn letter(cx: &CommandContext, shown: &Shown, decision: &mut Decision) {
    let Appointment { source, guest, state, .. } = &shown.appointment;
    let told = matches!(state.as_str(), "booked" | "cancelled");
    if source == "public" && told && guest.as_ref().is_some_and(|guest| guest.email.is_some()) {
        decision.jobs.push(jobs::letter(&shown.appointment, cx.at));
    }
}

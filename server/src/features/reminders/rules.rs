//! What people do with reminders: one function a command.

use entities::ids::{CustomerId, ReminderId, UserId};
use entities::reminder;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::json;

use super::commands::{
    AddReminder, CancelReminder, FinishReminder, ReopenReminder, SnoozeReminder, UpdateReminder,
};
use super::events::{self, Hearers, shown};
use super::firing;
use super::making::{NewReminder, cards, close, create, due, faced, given, text};
use super::recurrence::{self, Repeat};
use super::store::{self, CANCELLED, DONE, OPEN};
use super::views::Reminder;
use crate::db::Tx;
use crate::features::{accounts, customers};
use crate::kernel::command::{CommandContext, Decided, Decision, NewJob};
use crate::kernel::problem::{Class, Problem};
use crate::kernel::wall;

pub(super) async fn add(tx: &Tx<'_>, cx: &CommandContext, cmd: &AddReminder) -> Decided {
    let customer = match cx.topic.kind() {
        "customer" => cx.topic.id().map(CustomerId),
        _ => cmd.customer,
    };
    if cmd.customer.is_some_and(|said| Some(said) != customer) {
        return Err(Problem::invalid("customer", "bad_value"));
    }
    let owners = match customer {
        Some(id) => Some(customers::live(tx, cx, id).await?.owners.0),
        None => None,
    };
    let assignee = cmd.assignee.or(cx.by.user());
    let assignee = assignee.ok_or_else(|| Problem::invalid("assignee", "required"))?;
    check_assignee(tx, cx, assignee, owners.as_deref()).await?;
    let new = NewReminder {
        customer,
        card: cmd.card,
        appointment: cmd.appointment,
        activity: cmd.activity,
        assignee,
        kind: cmd.kind,
        text: cmd.text.clone(),
        due_at: cmd.due_at,
        repeat: cmd.repeat.clone(),
    };
    let (reminder, events, jobs) = create(tx, cx, new).await?;
    let reply = json!({ "reminder_id": reminder.id });
    Ok(Decision { events, jobs, ..Decision::default() }.reply(&reply))
}

pub(super) async fn update(tx: &Tx<'_>, cx: &CommandContext, cmd: &UpdateReminder) -> Decided {
    let (before, owners) = find(tx, cx, cmd.reminder).await?;
    cx.check_version(before.version)?;
    must_be_open(&before)?;
    let mut row = before.clone();
    if let Some(assignee) = cmd.assignee.filter(|assignee| *assignee != before.assignee) {
        check_assignee(tx, cx, assignee, owners.as_deref()).await?;
        row.assignee = assignee;
    }
    if let Some(kind) = cmd.kind {
        kind.name().clone_into(&mut row.kind);
    }
    if let Some(said) = &cmd.text {
        row.text = text(said)?;
    }
    if let Some(at) = cmd.due_at {
        row.due_at = due("due_at", at)?;
    }
    if let Some(repeat) = &cmd.repeat {
        if let Some(repeat) = repeat {
            repeat.check()?;
        }
        row.repeat = repeat.as_ref().map(|repeat| json!(repeat));
    }
    if row.repeat.is_some() && (row.due_at != before.due_at || before.repeat.is_none()) {
        // a series that is moved goes on from where it was moved to
        let zone = accounts::zone(tx).await?;
        row.anchor = Some(recurrence::written(wall::local(zone, row.due_at)));
    }
    if row == before {
        return Ok(Decision::default().reply(&json!({ "version": before.version })));
    }
    changed(tx, cx, &before, row, "reminder.updated").await
}

pub(super) async fn snooze(tx: &Tx<'_>, cx: &CommandContext, cmd: &SnoozeReminder) -> Decided {
    let (before, _) = find(tx, cx, cmd.reminder).await?;
    cx.check_version(before.version)?;
    must_be_open(&before)?;
    let until = due("until", cmd.until)?;
    if until <= cx.at {
        return Err(Problem::invalid("until", "bad_value"));
    }
    // the series is not moved: the next one comes when it would have come
    let snoozed = before.snoozed.saturating_add(1);
    let row = reminder::Model { due_at: until, snoozed, ..before.clone() };
    changed(tx, cx, &before, row, "reminder.snoozed").await
}

pub(super) async fn finish(tx: &Tx<'_>, cx: &CommandContext, cmd: &FinishReminder) -> Decided {
    let (before, _) = find(tx, cx, cmd.reminder).await?;
    cx.check_version(before.version)?;
    if before.state == DONE {
        let reply = json!({ "version": before.version, "next_id": before.next_id });
        return Ok(Decision::default().reply(&reply));
    }
    must_be_open(&before)?;
    let next = next_of(tx, cx, &before).await?;
    let mut row = before.clone();
    DONE.clone_into(&mut row.state);
    (row.done_at, row.done_by) = (Some(cx.at), Some(cx.by.author()));
    row.next_id = next.as_ref().map(|next| next.id);
    let row = store::save(tx, &before, row).await?;
    let (reminder, hearers) = faced(tx, row).await?;
    let mut decision = Decision::default();
    let shown_next = match next {
        Some(next) => {
            decision.jobs.extend(firing::job_for(tx, cx.at, &next).await?);
            store::insert(tx, &next).await?;
            Some(Reminder::of(next, reminder.customer_name.clone()))
        }
        None => None,
    };
    let d = events::Done { reminder: &reminder, next: shown_next.as_ref() };
    decision.events = events::said("reminder.done", &reminder, &hearers, &d)?;
    if let Some(next) = &shown_next {
        decision.events.extend(shown("reminder.added", next, &hearers)?);
    }
    decision.events.extend(cards(tx, cx, reminder.customer_id).await?);
    let next_id = shown_next.map(|next| next.id);
    Ok(decision.reply(&json!({ "version": reminder.version, "next_id": next_id })))
}

/// The one that follows in the series, not written yet.
async fn next_of(
    tx: &Tx<'_>,
    cx: &CommandContext,
    row: &reminder::Model,
) -> Result<Option<reminder::Model>, Problem> {
    let Some(repeat) = Repeat::read(row.repeat.as_ref()) else { return Ok(None) };
    let zone = accounts::zone(tx).await?;
    let anchor = row.anchor.as_deref().and_then(recurrence::read);
    let anchor = anchor.unwrap_or_else(|| wall::local(zone, row.due_at));
    // done late, it is not made up for: the next is one that is still to come
    let Some(at) = repeat.next(zone, anchor, row.due_at.max(cx.at)) else { return Ok(None) };
    let mut next = reminder::Model {
        id: cx.fresh(ReminderId),
        due_at: at,
        anchor: Some(recurrence::written(anchor)),
        fired_at: None,
        fired_due: None,
        snoozed: 0,
        version: 1,
        created_at: cx.at,
        // it belongs to the series, not to the appointment of this time
        appointment_id: None,
        activity_id: None,
        ..row.clone()
    };
    store::arm(&mut next);
    Ok(Some(next))
}

pub(super) async fn cancel(tx: &Tx<'_>, cx: &CommandContext, cmd: &CancelReminder) -> Decided {
    let (before, _) = find(tx, cx, cmd.reminder).await?;
    cx.check_version(before.version)?;
    if before.state == CANCELLED {
        return Ok(Decision::default());
    }
    must_be_open(&before)?;
    let customer = before.customer_id;
    let mut events = close(tx, cx, before, CANCELLED, "reminder.cancelled").await?;
    events.extend(cards(tx, cx, customer).await?);
    Ok(Decision::events(events))
}

/// Takes back `done` and `cancel`; of a series also the next one, if nobody has touched it.
pub(super) async fn reopen(tx: &Tx<'_>, cx: &CommandContext, cmd: &ReopenReminder) -> Decided {
    let (before, _) = find(tx, cx, cmd.reminder).await?;
    cx.check_version(before.version)?;
    if before.state == OPEN {
        return Ok(Decision::default());
    }
    let mut row = before.clone();
    OPEN.clone_into(&mut row.state);
    (row.done_at, row.done_by, row.next_id) = (None, None, None);
    let mut events = Vec::new();
    if let Some(id) = before.next_id {
        let next = reminder::Entity::of(tx.tenant()).filter(reminder::Column::Id.eq(id));
        match next.one(tx).await? {
            Some(next) if next.state == OPEN && next.version == 1 => {
                events.extend(close(tx, cx, next, CANCELLED, "reminder.cancelled").await?);
            }
            // the series goes on from the next: this one is not to make a second
            _ => row.repeat = None,
        }
    }
    let mut decision = changed(tx, cx, &before, row, "reminder.reopened").await?;
    decision.events.splice(0..0, events);
    Ok(decision)
}

/// Writes a change, and says it.
async fn changed(
    tx: &Tx<'_>,
    cx: &CommandContext,
    before: &reminder::Model,
    row: reminder::Model,
    op: &'static str,
) -> Decided {
    let mut jobs: Vec<NewJob> = firing::job_for(tx, cx.at, &row).await?.into_iter().collect();
    let row = store::save(tx, before, row).await?;
    let (reminder, hearers) = faced(tx, row).await?;
    let hearers = Hearers { before: Some(before.assignee), ..hearers };
    let mut events = shown(op, &reminder, &hearers)?;
    if reminder.assignee != before.assignee {
        let (told, more) = given(tx, cx, &reminder).await?;
        events.extend(told);
        jobs.extend(more);
    }
    events.extend(cards(tx, cx, reminder.customer_id).await?);
    let reply = json!({ "version": reminder.version });
    Ok(Decision { events, jobs, ..Decision::default() }.reply(&reply))
}

/// A reminder that the asker may change.
async fn find(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: ReminderId,
) -> Result<(reminder::Model, Option<Vec<UserId>>), Problem> {
    let row = reminder::Entity::of(tx.tenant()).filter(reminder::Column::Id.eq(id)).one(tx).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let named = match cx.topic.kind() {
        "customer" => cx.topic.id().map(CustomerId),
        _ => row.customer_id,
    };
    if named != row.customer_id {
        return Err(Problem::not_found());
    }
    let owners = match row.customer_id {
        Some(customer) => Some(customers::live(tx, cx, customer).await?.owners.0),
        None if cx.by.user().is_none_or(|me| me == row.assignee) => None,
        None => return Err(Problem::not_found()),
    };
    Ok((row, owners))
}

fn must_be_open(row: &reminder::Model) -> Result<(), Problem> {
    if row.state == OPEN {
        Ok(())
    } else {
        Err(Problem::new(Class::Conflict, "reminder_closed").with(json!({ "state": row.state })))
    }
}

/// Somebody who works here, and who may see the customer; without one only the asker.
async fn check_assignee(
    tx: &Tx<'_>,
    cx: &CommandContext,
    assignee: UserId,
    owners: Option<&[UserId]>,
) -> Result<(), Problem> {
    let unknown = || Problem::invalid("assignee", "unknown_value");
    if owners.is_none() && cx.by.user().is_some_and(|me| me != assignee) {
        return Err(unknown());
    }
    let person = accounts::colleagues(tx, &[assignee]).await?.remove(&assignee);
    let person = person.filter(|person| person.active).ok_or_else(unknown)?;
    match owners {
        Some(owners) if !person.eyes.sees(owners) => Err(unknown()),
        _ => Ok(()),
    }
}

//! What other features call in their own rules: making reminders, ending and handing them over.
//! Each function answers what is to be said of it and what is to be done after the commit.

use chrono::{DateTime, Datelike, Duration, SubsecRound, Utc};
use entities::ids::{ActivityId, AppointmentId, CardId, CustomerId, ReminderId, UserId};
use entities::reminder;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::events::{Hearers, shown};
use super::firing;
use super::recurrence::{self, Repeat};
use super::store::{self, CANCELLED, Kind, OPEN};
use super::views::Reminder;
use crate::db::Tx;
use crate::features::notifications::{self, Notice};
use crate::features::{accounts, boards, customers};
use crate::kernel::command::{CommandContext, NewJob};
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::{clock, input, wall};

/// Longest text, in characters.
const TEXT_MAX: usize = 500;
/// Open reminders of one customer.
const OPEN_MAX: u64 = 200;

/// Events and jobs for the decision that asks.
type Said = (Vec<NewEvent>, Vec<NewJob>);

/// A reminder to be made by another feature; what it says is that feature's word.
#[derive(Clone, Debug)]
pub struct NewReminder {
    pub customer: Option<CustomerId>,
    pub card: Option<CardId>,
    pub appointment: Option<AppointmentId>,
    pub activity: Option<ActivityId>,
    pub assignee: UserId,
    pub kind: Kind,
    pub text: String,
    pub due_at: DateTime<Utc>,
    pub repeat: Option<Repeat>,
}

/// Which reminders are meant.
#[derive(Clone, Copy, Debug)]
pub enum Link {
    Appointment(AppointmentId),
    /// Itself alone.
    One(ReminderId),
}

/// Makes a reminder: the row, `reminder.added`, the word to whom it is given, the job that fires
/// it, and what the customer's cards show. Usable inside the rule of any feature.
///
/// # Errors
/// `invalid` for text and time, and those of the database.
pub async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    new: NewReminder,
) -> Result<(Reminder, Vec<NewEvent>, Vec<NewJob>), Problem> {
    let due_at = due("due_at", new.due_at)?;
    let anchor = match &new.repeat {
        Some(repeat) => {
            repeat.check()?;
            let zone = accounts::zone(tx).await?;
            Some(recurrence::written(wall::local(zone, due_at)))
        }
        None => None,
    };
    if let Some(customer) = new.customer
        && store::open_of(tx, customer).await? >= OPEN_MAX
    {
        return Err(Problem::invalid("customer", "too_many"));
    }
    let mut row = reminder::Model {
        tenant_id: tx.tenant(),
        id: cx.fresh(ReminderId),
        customer_id: new.customer,
        card_id: new.card,
        appointment_id: new.appointment,
        activity_id: new.activity,
        assignee: new.assignee,
        kind: new.kind.name().to_owned(),
        text: text(&new.text)?,
        due_at,
        repeat: new.repeat.map(|repeat| json!(repeat)),
        anchor,
        state: OPEN.to_owned(),
        fire_at: None,
        fired_at: None,
        fired_due: None,
        snoozed: 0,
        version: 1,
        created_by: cx.by.author(),
        created_at: cx.at,
        done_at: None,
        done_by: None,
        next_id: None,
    };
    store::arm(&mut row);
    let mut jobs: Vec<NewJob> = firing::job_for(tx, cx.at, &row).await?.into_iter().collect();
    store::insert(tx, &row).await?;
    let (reminder, hearers) = faced(tx, row).await?;
    let mut events = shown("reminder.added", &reminder, &hearers)?;
    let (told, more) = given(tx, cx, &reminder).await?;
    events.extend(told);
    jobs.extend(more);
    events.extend(cards(tx, cx, reminder.customer_id).await?);
    Ok((reminder, events, jobs))
}

/// Cancels what is open of these: of an appointment that is over, or what an outcome made.
///
/// # Errors
/// Those of the database.
pub async fn cancel_linked(tx: &Tx<'_>, cx: &CommandContext, link: Link) -> Result<Said, Problem> {
    let mut said = Said::default();
    let mut customer = None;
    for row in linked(tx, link).await? {
        customer = customer.or(row.customer_id);
        said.0.extend(close(tx, cx, row, CANCELLED, "reminder.cancelled").await?);
    }
    said.0.extend(cards(tx, cx, customer).await?);
    Ok(said)
}

/// What is open for it.
async fn linked(tx: &Tx<'_>, link: Link) -> Result<Vec<reminder::Model>, Problem> {
    let belongs = match link {
        Link::Appointment(id) => reminder::Column::AppointmentId.eq(id),
        Link::One(id) => reminder::Column::Id.eq(id),
    };
    let rows = reminder::Entity::of(tx.tenant())
        .filter(belongs)
        .filter(reminder::Column::State.eq(OPEN))
        .order_by_asc(reminder::Column::Id);
    Ok(rows.all(tx).await?)
}

/// Moves what is open for an appointment by as much as the appointment: what rang for the old time
/// rings again for the new one. None is moved into the past, and a series keeps its own clock.
///
/// # Errors
/// Those of the database.
pub async fn shift_linked(
    tx: &Tx<'_>,
    cx: &CommandContext,
    link: Link,
    by: Duration,
) -> Result<Said, Problem> {
    let mut said = Said::default();
    let mut customer = None;
    for before in linked(tx, link).await?.into_iter().filter(|row| row.repeat.is_none()) {
        let earliest = before.due_at.min(cx.at.trunc_subsecs(3));
        let Ok(due_at) = due("due_at", (before.due_at + by).max(earliest)) else { continue };
        if due_at == before.due_at {
            continue;
        }
        let row = reminder::Model { due_at, ..before.clone() };
        said.1.extend(firing::job_for(tx, cx.at, &row).await?);
        let row = store::save(tx, &before, row).await?;
        let (reminder, hearers) = faced(tx, row).await?;
        customer = customer.or(reminder.customer_id);
        said.0.extend(shown("reminder.updated", &reminder, &hearers)?);
    }
    if customer.is_some() {
        said.0.extend(cards(tx, cx, customer).await?);
    }
    Ok(said)
}

/// Gives reminders to somebody else, for whoever leaves; those that are not open stay.
///
/// # Errors
/// Those of the database.
pub async fn reassign(
    tx: &Tx<'_>,
    ids: &[ReminderId],
    to: UserId,
) -> Result<Vec<NewEvent>, Problem> {
    let rows = reminder::Entity::of(tx.tenant())
        .filter(reminder::Column::Id.is_in(ids.iter().copied()))
        .filter(reminder::Column::State.eq(OPEN))
        .filter(reminder::Column::Assignee.ne(to))
        .order_by_asc(reminder::Column::Id)
        .all(tx)
        .await?;
    let mut events = Vec::new();
    for before in rows {
        let row = reminder::Model { assignee: to, ..before.clone() };
        let row = store::save(tx, &before, row).await?;
        let (reminder, hearers) = faced(tx, row).await?;
        let hearers = Hearers { before: Some(before.assignee), ..hearers };
        events.extend(shown("reminder.updated", &reminder, &hearers)?);
    }
    Ok(events)
}

/// Gives all reminders of one customer to another, for merges. Answers which they were, so that
/// [`repoint_back`] can take it back.
///
/// # Errors
/// Those of the database.
pub async fn repoint(
    tx: &Tx<'_>,
    cx: &CommandContext,
    from: CustomerId,
    to: CustomerId,
) -> Result<(Vec<ReminderId>, Vec<NewEvent>), Problem> {
    let rows = reminder::Entity::of(tx.tenant())
        .filter(reminder::Column::CustomerId.eq(from))
        .order_by_asc(reminder::Column::Id)
        .all(tx)
        .await?;
    let ids = rows.iter().map(|row| row.id).collect();
    Ok((ids, give(tx, cx, rows, to).await?))
}

/// Gives these reminders to a customer.
///
/// # Errors
/// Those of the database.
pub async fn repoint_back(
    tx: &Tx<'_>,
    cx: &CommandContext,
    ids: &[ReminderId],
    to: CustomerId,
) -> Result<Vec<NewEvent>, Problem> {
    let rows = reminder::Entity::of(tx.tenant())
        .filter(reminder::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(reminder::Column::Id)
        .all(tx)
        .await?;
    give(tx, cx, rows, to).await
}

async fn give(
    tx: &Tx<'_>,
    cx: &CommandContext,
    rows: Vec<reminder::Model>,
    to: CustomerId,
) -> Result<Vec<NewEvent>, Problem> {
    let mut events = Vec::new();
    if rows.is_empty() {
        return Ok(events);
    }
    for before in rows {
        let row = reminder::Model { customer_id: Some(to), ..before.clone() };
        let row = store::save(tx, &before, row).await?;
        if row.state == OPEN {
            let (reminder, hearers) = faced(tx, row).await?;
            events.extend(shown("reminder.updated", &reminder, &hearers)?);
        }
    }
    events.extend(boards::due_changed(tx, cx, to).await?);
    Ok(events)
}

pub(super) async fn close(
    tx: &Tx<'_>,
    cx: &CommandContext,
    before: reminder::Model,
    state: &str,
    op: &'static str,
) -> Result<Vec<NewEvent>, Problem> {
    let mut row = before.clone();
    state.clone_into(&mut row.state);
    (row.done_at, row.done_by) = (Some(cx.at), Some(cx.by.author()));
    let row = store::save(tx, &before, row).await?;
    let (reminder, hearers) = faced(tx, row).await?;
    shown(op, &reminder, &hearers)
}

pub(super) fn text(said: &str) -> Result<String, Problem> {
    let text = input::text("text", said)?;
    if text.chars().count() > TEXT_MAX {
        return Err(Problem::invalid("text", "too_long"));
    }
    Ok(text)
}

/// In this century: what every client and both databases can write down.
pub(super) fn due(field: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>, Problem> {
    if (2000..2100).contains(&at.year()) {
        Ok(at.trunc_subsecs(3))
    } else {
        Err(Problem::invalid(field, "bad_value"))
    }
}

/// The reminder as it is shown, and who hears of it.
pub(super) async fn faced(
    tx: &Tx<'_>,
    row: reminder::Model,
) -> Result<(Reminder, Hearers), Problem> {
    let Some(id) = row.customer_id else {
        return Ok((Reminder::of(row, None), Hearers::default()));
    };
    let known = customers::owned(tx, &[id]).await?.remove(&id).ok_or_else(Problem::not_found)?;
    let hearers = Hearers { owners: Some(known.owners), before: None };
    Ok((Reminder::of(row, Some(known.name)), hearers))
}

/// Whoever is given a reminder by somebody else hears of it.
pub(super) async fn given(
    tx: &Tx<'_>,
    cx: &CommandContext,
    reminder: &Reminder,
) -> Result<Said, Problem> {
    // what the server makes by itself is heard when it is due
    let Some(me) = cx.by.user().filter(|me| *me != reminder.assignee) else {
        return Ok(Said::default());
    };
    let notice = Notice {
        user: reminder.assignee,
        kind: notifications::Kind::Assigned,
        key: format!("reminder_given:{}:{}", reminder.id, reminder.version),
        customer: reminder.customer_id,
        d: json!({
            "what": "reminder",
            "reminder": reminder.id,
            "text": reminder.text,
            "due_at": clock::wire_time(reminder.due_at),
            "by": me,
        }),
    };
    notifications::tell(tx, cx, &[notice]).await
}

/// What the customer's cards show.
pub(super) async fn cards(
    tx: &Tx<'_>,
    cx: &CommandContext,
    customer: Option<CustomerId>,
) -> Result<Vec<NewEvent>, Problem> {
    match customer {
        Some(customer) => boards::due_changed(tx, cx, customer).await,
        None => Ok(Vec::new()),
    }
}

//! What is said about reminders. Stored for ever: a shape may gain fields, never lose one.

use entities::ids::UserId;
use serde::Serialize;

use super::views::Reminder;
use crate::gateway::Message;
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Shown<'a> {
    pub(super) reminder: &'a Reminder,
}

/// `reminder.done`; `next` is the one that follows in a series.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Done<'a> {
    pub(super) reminder: &'a Reminder,
    pub(super) next: Option<&'a Reminder>,
}

/// Who hears of a reminder: those who see its customer, and whose it is or was.
#[derive(Clone, Debug, Default)]
pub(super) struct Hearers {
    /// The customer's owners; none without a customer.
    pub(super) owners: Option<Vec<UserId>>,
    /// Whose it was, where it has changed hands.
    pub(super) before: Option<UserId>,
}

/// On the customer's topic, where it is part of the timeline, and on the person's own.
pub(super) fn said(
    op: &'static str,
    reminder: &Reminder,
    hearers: &Hearers,
    d: &impl Serialize,
) -> Result<Vec<NewEvent>, Problem> {
    let audience = match &hearers.owners {
        Some(owners) => Audience::owners(&[], owners),
        None => Audience::Everyone,
    };
    let event = NewEvent::new(Topic::user(reminder.assignee), op, d)?.heard_by(audience);
    let mut all = Vec::with_capacity(3);
    if let Some(customer) = reminder.customer_id {
        all.push(event.also_on(Topic::customer(customer)).on_timeline_of(customer));
    }
    if let Some(before) = hearers.before.filter(|before| *before != reminder.assignee) {
        all.push(event.also_on(Topic::user(before)));
    }
    all.push(event);
    Ok(all)
}

pub(super) fn shown(
    op: &'static str,
    reminder: &Reminder,
    hearers: &Hearers,
) -> Result<Vec<NewEvent>, Problem> {
    said(op, reminder, hearers, &Shown { reminder })
}

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Message> {
    const ON: &str = "customer:<id> and me";
    vec![
        Message::event::<Shown<'_>>("reminder.added", ON),
        Message::event::<Shown<'_>>("reminder.updated", ON),
        Message::event::<Shown<'_>>("reminder.snoozed", ON),
        Message::event::<Done<'_>>("reminder.done", ON),
        Message::event::<Shown<'_>>("reminder.cancelled", ON),
        Message::event::<Shown<'_>>("reminder.reopened", ON),
        Message::event::<Shown<'_>>("reminder.fired", ON),
    ]
}

//! What follows from an outcome: the card takes a step, the customer was spoken to, somebody is
//! reminded, others hear of it. Planned before anything is written, carried out in the same
//! transaction, taken back when the activity is opened again.

use chrono::{DateTime, Duration, Utc};
use entities::ids::{CardId, ReminderId, UserId};
use entities::{activity, customer};
use serde::{Deserialize, Serialize};

use super::answer::Answers;
use super::hearers;
use super::shapes::NextReminder;
use super::views::Outcome;
use crate::db::Tx;
use crate::features::boards::{self, Footprint, Step, Target};
use crate::features::customers::{self, Touch, Touched};
use crate::features::reminders::{self, Kind, Link, NewReminder};
use crate::kernel::command::{CommandContext, NewJob};
use crate::kernel::event::NewEvent;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Events and jobs for the decision that asks.
pub(super) type Said = (Vec<NewEvent>, Vec<NewJob>);

/// What an outcome changed elsewhere. Stored: it may gain fields, never lose one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Trace {
    pub(super) step: Option<Footprint>,
    touched: Option<Touched>,
    reminder: Option<ReminderId>,
}

/// Effects that were checked and have not happened yet.
pub(super) struct Plan<'a> {
    customer: &'a customer::Model,
    row: &'a activity::Model,
    outcome: &'a Outcome,
    step: Option<Step>,
    touch: Touch,
    remind_at: Option<(DateTime<Utc>, &'a NextReminder)>,
}

/// The card that an activity is about: the one it names, else the customer's only one.
pub(super) async fn card_of(
    tx: &Tx<'_>,
    row: &customer::Model,
    named: Option<CardId>,
) -> Result<Option<CardId>, Problem> {
    let everyone = Principal::system(tx.tenant());
    let cards = boards::cards_of(tx, &everyone, row.id).await?;
    Ok(match (named, cards.as_slice()) {
        (Some(named), all) if all.iter().any(|card| card.id == named) => Some(named),
        (_, [only]) => Some(only.id),
        _ => None,
    })
}

impl<'a> Plan<'a> {
    /// Looks at what is to follow; nothing is written.
    ///
    /// # Errors
    /// What boards refuse: `fields_required`, `stage_full`.
    pub(super) async fn of(
        tx: &Tx<'_>,
        cx: &CommandContext,
        customer: &'a customer::Model,
        row: &'a activity::Model,
        outcome: &'a Outcome,
        answers: &Answers,
    ) -> Result<Self, Problem> {
        let effects = &outcome.effects;
        let target = match (&effects.stage_id, &effects.stage_kind) {
            (Some(id), _) => Some(Target::Stage(*id)),
            (None, Some(kind)) => Some(Target::Kind(kind.clone())),
            (None, None) => None,
        };
        let remind_at = effects.reminder.as_ref().map(|reminder| {
            (answers.date.unwrap_or(cx.at + Duration::minutes(reminder.minutes)), reminder)
        });
        let fields = answers.for_card(remind_at.is_some());
        let mut step = None;
        if let Some(card) = card_of(tx, customer, row.card_id).await? {
            step = Step::plan(tx, cx, card, target.as_ref(), &fields).await?;
        }
        let touch = Touch {
            quality: answers.quality.clone(),
            last_contact_at: effects.last_contact.then_some(cx.at),
        };
        Ok(Self { customer, row, outcome, step, touch, remind_at })
    }

    /// Lets it happen.
    ///
    /// # Errors
    /// Those of the database, and a reminder's for a time that is none.
    pub(super) async fn carry_out(
        self,
        tx: &Tx<'_>,
        cx: &CommandContext,
    ) -> Result<(Trace, Said), Problem> {
        let (mut trace, mut events, mut jobs) = (Trace::default(), Vec::new(), Vec::new());
        if let Some(step) = self.step {
            let (footprint, said) = step.take(tx, cx).await?;
            trace.step = Some(footprint);
            events.extend(said);
        }
        let (touched, said) = customers::touch(tx, cx, self.customer.id, &self.touch).await?;
        trace.touched = Some(touched);
        events.extend(said);
        if let Some((due_at, reminder)) = self.remind_at
            && let Some(assignee) = whom_to_remind(cx, self.row, self.customer)
        {
            let new = NewReminder {
                customer: Some(self.customer.id),
                card: self.row.card_id,
                appointment: None,
                activity: Some(self.row.id),
                assignee,
                kind: Kind::FollowUp,
                text: reminder.text.clone(),
                due_at,
                repeat: None,
            };
            let (made, said, more) = reminders::create(tx, cx, new).await?;
            trace.reminder = Some(made.id);
            events.extend(said);
            jobs.extend(more);
        }
        if let Some(whom) = &self.outcome.effects.notify {
            let told = hearers::ended(tx, cx, self.customer, self.row, self.outcome, whom).await?;
            events.extend(told.0);
            jobs.extend(told.1);
        }
        Ok((trace, (events, jobs)))
    }
}

/// Whoever has the activity, else whoever closes it, else who the customer belongs to.
fn whom_to_remind(
    cx: &CommandContext,
    row: &activity::Model,
    customer: &customer::Model,
) -> Option<UserId> {
    row.assignee.or_else(|| cx.by.user()).or_else(|| customer.owners.0.first().copied())
}

impl Trace {
    /// Undoes what nobody has worked on since. What people were told stays told.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn take_back(
        &self,
        tx: &Tx<'_>,
        cx: &CommandContext,
        customer: &customer::Model,
    ) -> Result<Said, Problem> {
        let mut said = Said::default();
        if let Some(step) = &self.step {
            said.0.extend(boards::step_back(tx, cx, step).await?);
        }
        if let Some(touched) = &self.touched {
            said.0.extend(customers::untouch(tx, cx, customer.id, touched).await?);
        }
        if let Some(id) = self.reminder {
            let (events, jobs) = reminders::cancel_linked(tx, cx, Link::One(id)).await?;
            said.0.extend(events);
            said.1.extend(jobs);
        }
        Ok(said)
    }
}

//! `activity.update` and `activity.cancel`.

use entities::ids::CustomerId;
use serde_json::json;

use super::super::answer::{Kept, four_digits};
use super::super::commands::{CancelActivity, UpdateActivity};
use super::super::events::said;
use super::super::views::Activity;
use super::super::{hearers, store};
use crate::db::Tx;
use crate::features::customers;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input::{self, Fields};
use crate::kernel::problem::Problem;

pub(in super::super) async fn update(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &UpdateActivity,
) -> Decided {
    let customer = customers::live(tx, cx, id).await?;
    let mut row = store::activity(tx, id, cmd.activity).await?;
    store::must_be_open(&row)?;
    cx.check_version(row.version)?;
    let before = row.clone();
    let mut fields = Fields::default();
    if let Some(title) = &cmd.title {
        row.title = fields.keep(input::name("title", title)).unwrap_or_default();
    }
    if let Some(body) = &cmd.body {
        let body = body.as_deref().filter(|body| !body.trim().is_empty());
        row.body = fields.keep(body.map(|body| input::text("body", body)).transpose()).flatten();
    }
    if let Some(assignee) = cmd.assignee {
        let named = assignee.filter(|_| assignee != row.assignee);
        fields.keep(hearers::check_assignee(tx, &customer, named).await);
        row.assignee = assignee;
    }
    if let Some(due) = cmd.due_at {
        let due = due.map(|at| four_digits("due_at", at)).transpose();
        row.due_at = fields.keep(due).flatten();
    }
    fields.done()?;
    if row == before {
        return Ok(Decision::default().reply(&json!({ "version": row.version })));
    }
    store::save(tx, &mut row).await?;
    let (told, jobs) = match row.assignee == before.assignee {
        true => Default::default(),
        false => hearers::given(tx, cx, &row).await?,
    };
    let activity = Activity::from(row);
    let mut events = vec![said("activity.updated", &customer, &activity)?];
    events.extend(told);
    let decision = Decision { jobs, ..Decision::events(events) };
    Ok(decision.reply(&json!({ "version": activity.version })))
}

/// What will not be done is kept with its reason.
pub(in super::super) async fn cancel(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &CancelActivity,
) -> Decided {
    let customer = customers::live(tx, cx, id).await?;
    let mut row = store::activity(tx, id, cmd.activity).await?;
    store::must_be_open(&row)?;
    cx.check_version(row.version)?;
    let reason = cmd.reason.as_deref().filter(|reason| !reason.trim().is_empty());
    let note = reason.map(|reason| input::text("reason", reason)).transpose()?;
    row.state = store::CANCELLED.to_owned();
    row.answer = match note {
        Some(note) => {
            let kept = Kept { note: Some(note), ..Kept::default() };
            Some(serde_json::to_value(kept).map_err(|_| Problem::internal())?)
        }
        None => None,
    };
    row.closed_by = Some(cx.by.author());
    row.closed_at = Some(cx.at);
    store::save(tx, &mut row).await?;
    let activity = Activity::from(row);
    let event = said("activity.cancelled", &customer, &activity)?;
    Ok(Decision::events(vec![event]).reply(&json!({ "version": activity.version })))
}

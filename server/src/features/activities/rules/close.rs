//! `activity.close`: how it ended, what that was asked for, and what follows from it.

use entities::activity;
use entities::ids::{CustomerId, OutcomeId};
use serde_json::json;

use super::super::commands::CloseActivity;
use super::super::effects::Plan;
use super::super::events::said;
use super::super::store;
use super::super::views::{self, Activity, Outcome};
use crate::db::Tx;
use crate::features::boards::Footprint;
use crate::features::customers;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::problem::Problem;

pub(in super::super) async fn close(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &CloseActivity,
) -> Decided {
    let customer = customers::live(tx, cx, id).await?;
    let mut row = store::activity(tx, id, cmd.activity).await?;
    store::must_be_open(&row)?;
    cx.check_version(row.version)?;
    let outcome = outcome_named(tx, &row, &cmd.outcome).await?;
    let answers = cmd.fields.checked(&outcome.asks)?;
    let plan = Plan::of(tx, cx, &customer, &row, &outcome, &answers).await?;

    let (trace, (follows, jobs)) = plan.carry_out(tx, cx).await?;
    let moved_to = trace.step.as_ref().and_then(Footprint::stage);
    let kept = |value: Result<_, serde_json::Error>| value.map_err(|_| Problem::internal());
    row.state = store::DONE.to_owned();
    row.outcome_id = Some(outcome.id);
    row.answer = Some(kept(serde_json::to_value(answers.kept()))?);
    row.trace = Some(kept(serde_json::to_value(trace))?);
    row.closed_by = Some(cx.by.author());
    row.closed_at = Some(cx.at);
    store::save(tx, &mut row).await?;
    let activity = Activity::from(row);
    // the reason first, then what follows from it
    let mut events = vec![said("activity.closed", &customer, &activity)?];
    events.extend(follows);
    let reply = json!({ "version": activity.version, "moved_to": moved_to });
    Ok(Decision { jobs, ..Decision::events(events) }.reply(&reply))
}

/// A live outcome of the activity's type, by its id or its key.
///
/// # Errors
/// `unknown_value`; `archived` for one that was put away, while the sheet was open say.
async fn outcome_named(
    tx: &Tx<'_>,
    row: &activity::Model,
    named: &str,
) -> Result<Outcome, Problem> {
    let id = named.parse::<OutcomeId>().ok();
    let all = views::outcomes(tx, Some(row.type_id)).await?;
    let found = all.into_iter().find(|one| id == Some(one.id) || one.key == named);
    match found.ok_or_else(|| Problem::invalid("outcome", "unknown_value"))? {
        live if live.archived_at.is_none() => Ok(Outcome::from(live)),
        _ => Err(Problem::invalid("outcome", "archived")),
    }
}

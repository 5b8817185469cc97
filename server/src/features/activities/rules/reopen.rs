//! `activity.reopen`: the end is taken back, and with it what followed.

use entities::ids::CustomerId;
use serde_json::json;

use super::super::commands::ReopenActivity;
use super::super::effects::Trace;
use super::super::events::said;
use super::super::store;
use super::super::views::Activity;
use crate::db::Tx;
use crate::features::customers;
use crate::kernel::command::{CommandContext, Decided, Decision};

pub(in super::super) async fn reopen(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &ReopenActivity,
) -> Decided {
    let customer = customers::live(tx, cx, id).await?;
    let mut row = store::activity(tx, id, cmd.activity).await?;
    if row.state == store::OPEN {
        return Err(store::wrong_state(&row));
    }
    cx.check_version(row.version)?;
    // a trace that cannot be read leaves nothing to take back
    let trace = row.trace.take().and_then(|trace| serde_json::from_value::<Trace>(trace).ok());
    let (taken_back, jobs) = trace.unwrap_or_default().take_back(tx, cx, &customer).await?;
    row.state = store::OPEN.to_owned();
    row.outcome_id = None;
    row.answer = None;
    row.closed_by = None;
    row.closed_at = None;
    store::save(tx, &mut row).await?;
    let activity = Activity::from(row);
    let mut events = vec![said("activity.reopened", &customer, &activity)?];
    events.extend(taken_back);
    let decision = Decision { jobs, ..Decision::events(events) };
    Ok(decision.reply(&json!({ "version": activity.version })))
}

//! The life of one act: running, done or cancelled or failed, undoing, undone.

use entities::bulk;
use serde_json::json;

use super::{ended, save, take};
use crate::db::Tx;
use crate::features::bulk::commands::{CancelBulk, StopBulk, UndoBulk};
use crate::features::bulk::records::{
    self, CANCELLED, DONE, FAILED, RUNNING, UNDOING, UNDONE, progressed,
};
use crate::features::bulk::runner;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::problem::Problem;

fn must_be(row: &bulk::Model, states: &[&str]) -> Result<(), Problem> {
    if states.contains(&row.state.as_str()) {
        Ok(())
    } else {
        Err(Problem::conflict("bulk_state").with(json!({ "state": row.state })))
    }
}

pub(in crate::features::bulk) async fn cancel(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CancelBulk,
) -> Decided {
    let row = records::find(tx, &cx.by, cmd.bulk).await?;
    let mut row = take(tx, row.id).await?;
    must_be(&row, &[RUNNING])?;
    CANCELLED.clone_into(&mut row.state);
    row.finished_at = Some(cx.at);
    save(tx, &row).await?;
    let (told, jobs) = ended::given(tx, cx, &row).await?;
    let events = std::iter::once(progressed(&row)?).chain(told).collect();
    Ok(Decision { jobs, ..Decision::events(events) })
}

/// Whoever may do it may take it back.
pub(in crate::features::bulk) async fn undo(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &UndoBulk,
) -> Decided {
    let by = cx.by.user().ok_or_else(Problem::forbidden)?;
    let row = records::find(tx, &cx.by, cmd.bulk).await?;
    let mut row = take(tx, row.id).await?;
    must_be(&row, &[DONE, CANCELLED, FAILED])?;
    if records::revertible_until(&row).is_some_and(|until| cx.at > until) {
        return Err(Problem::conflict("not_revertible"));
    }
    if !cx.by.may(records::action(&row)?.needs()) {
        return Err(Problem::forbidden());
    }
    row.undone_by = Some(by);
    if row.done == 0 {
        UNDONE.clone_into(&mut row.state);
        row.undone_at = Some(cx.at);
        save(tx, &row).await?;
        return Ok(Decision::events(vec![progressed(&row)?]));
    }
    UNDOING.clone_into(&mut row.state);
    save(tx, &row).await?;
    let jobs = vec![runner::work(row.id, cx.at)];
    Ok(Decision { jobs, ..Decision::events(vec![progressed(&row)?]) })
}

/// The server's own word that it cannot go on.
pub(in crate::features::bulk) async fn stop(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &StopBulk,
) -> Decided {
    if !cx.by.is_server() {
        return Err(Problem::forbidden());
    }
    let mut row = take(tx, cmd.bulk).await?;
    if ![RUNNING, UNDOING].contains(&row.state.as_str()) {
        return Ok(Decision::default());
    }
    FAILED.clone_into(&mut row.state);
    row.finished_at = Some(cx.at);
    save(tx, &row).await?;
    let (told, jobs) = ended::told(tx, cx, &row).await?;
    let events = std::iter::once(progressed(&row)?).chain(told).collect();
    Ok(Decision { jobs, ..Decision::events(events) })
}

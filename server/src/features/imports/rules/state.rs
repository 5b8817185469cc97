//! An import's life: ready, running, done or cancelled or failed, undoing, undone.

use entities::import;
use entities::tenancy::OfTenant;
use entities::{board, stage};
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::json;

use super::{load, progressed, save};
use crate::db::Tx;
use crate::features::customers::{House, check_owners};
use crate::features::imports::commands::{CancelImport, StartImport, TellImport, UndoImport};
use crate::features::imports::views::{
    self, CANCELLED, DONE, FAILED, Options, READY, RUNNING, Sees, UNDOING,
};
use crate::features::imports::{TAGS_MAX, mapping, runner};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input;
use crate::kernel::problem::Problem;

fn must_be(row: &import::Model, states: &[&str]) -> Result<(), Problem> {
    if states.contains(&row.state.as_str()) {
        Ok(())
    } else {
        Err(Problem::conflict("import_state").with(json!({ "state": row.state })))
    }
}

/// Only what has not begun can be looked at ahead.
pub(in crate::features::imports) fn must_be_ready(row: &import::Model) -> Result<(), Problem> {
    must_be(row, &[READY])
}

pub(in crate::features::imports) async fn start(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &StartImport,
) -> Decided {
    let mut row = views::find(tx, &cx.by, cmd.import).await?;
    must_be(&row, &[READY])?;
    choose(tx, &mut row, cmd.mapping.as_ref(), cmd.options.as_ref()).await?;
    let sees = Sees { visibility: cx.by.visibility, circle: cx.by.circle.to_vec() };
    if let Some(options) = row.options.as_object_mut() {
        options.insert("sees".to_owned(), json!(sees));
    }
    RUNNING.clone_into(&mut row.state);
    (row.done, row.created, row.matched, row.failed) = (0, 0, 0, 0);
    save(tx, &row).await?;
    going(&row, cx)
}

/// From here on the job does the rest.
fn going(row: &import::Model, cx: &CommandContext) -> Decided {
    let jobs = vec![runner::work(row.id, cx.at)];
    Ok(Decision { jobs, ..Decision::events(vec![progressed(row)?]) })
}

/// Takes over another mapping and other options, if they are sound.
pub(in crate::features::imports) async fn choose(
    tx: &Tx<'_>,
    row: &mut import::Model,
    said: Option<&mapping::Mapping>,
    options: Option<&Options>,
) -> Result<(), Problem> {
    let house = House::load(tx).await?;
    if let Some(said) = said {
        row.mapping = serde_json::to_value(said).map_err(|_| Problem::internal())?;
    }
    mapping::check(&views::mapping(row), views::columns(row).len(), &house)?;
    let Some(options) = options else { return Ok(()) };
    check_owners(tx, "options.owners", &options.owners).await?;
    if options.tags.len() > TAGS_MAX {
        return Err(Problem::invalid("options.tags", "too_many"));
    }
    for tag in &options.tags {
        if input::name("options.tags", tag)?.chars().count() > 60 {
            return Err(Problem::invalid("options.tags", "too_long"));
        }
    }
    check_place(tx, options).await?;
    row.options = serde_json::to_value(options).map_err(|_| Problem::internal())?;
    Ok(())
}

async fn check_place(tx: &Tx<'_>, options: &Options) -> Result<(), Problem> {
    let Some(board) = options.board_id else {
        return match options.stage_id {
            Some(_) => Err(Problem::invalid("options.board_id", "required")),
            None => Ok(()),
        };
    };
    let live = board::Entity::of(tx.tenant())
        .filter(board::Column::Id.eq(board))
        .filter(board::Column::ArchivedAt.is_null())
        .one(tx)
        .await?;
    if live.is_none() {
        return Err(Problem::invalid("options.board_id", "unknown_value"));
    }
    if let Some(id) = options.stage_id {
        let live = stage::Entity::of(tx.tenant())
            .filter(stage::Column::Id.eq(id))
            .filter(stage::Column::BoardId.eq(board))
            .filter(stage::Column::ArchivedAt.is_null())
            .one(tx)
            .await?;
        if live.is_none() {
            return Err(Problem::invalid("options.stage_id", "unknown_value"));
        }
    }
    Ok(())
}

pub(in crate::features::imports) async fn cancel(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CancelImport,
) -> Decided {
    let mut row = views::find(tx, &cx.by, cmd.import).await?;
    must_be(&row, &[READY, RUNNING])?;
    CANCELLED.clone_into(&mut row.state);
    row.finished_at = Some(cx.at);
    save(tx, &row).await?;
    Ok(Decision::events(vec![progressed(&row)?]))
}

pub(in crate::features::imports) async fn undo(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &UndoImport,
) -> Decided {
    let mut row = views::find(tx, &cx.by, cmd.import).await?;
    must_be(&row, &[DONE, CANCELLED, FAILED])?;
    UNDOING.clone_into(&mut row.state);
    save(tx, &row).await?;
    going(&row, cx)
}

pub(in crate::features::imports) async fn tell(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &TellImport,
) -> Decided {
    let mut row = load(tx, cmd.import).await?;
    if ![RUNNING, UNDOING].contains(&row.state.as_str()) {
        return Ok(Decision::default());
    }
    if cmd.failed {
        FAILED.clone_into(&mut row.state);
        row.finished_at = Some(cx.at);
        save(tx, &row).await?;
        let (mut events, jobs) = super::tell_ended(tx, cx, &row).await?;
        events.insert(0, progressed(&row)?);
        return Ok(Decision { events, jobs, ..Decision::default() });
    }
    Ok(Decision::events(vec![progressed(&row)?]))
}

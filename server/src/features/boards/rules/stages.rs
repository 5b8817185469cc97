//! `stage.*`: the steps of a board, their order, their limits.

use entities::ids::{BoardId, StageId};
use entities::stage;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use super::super::COLOURS;
use super::super::commands::{ArchiveStage, CreateStage, ReorderStages, UpdateStage};
use super::super::error::Error;
use super::super::events::{StageArchived, StageCreated, StageReordered, StageUpdated, on_board};
use super::super::views::{self, Stage};
use super::arrange::Spot;
use super::demands::demands;
use super::move_cards::move_to;
use super::{board_id, check_room, count_in, live_board, live_stage};
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input::{self, Fields};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Most live stages of a board.
pub(super) const STAGES_MAX: usize = 50;
/// Highest limit of a stage.
const LIMIT_MAX: i32 = 100_000;
/// Most cards that leave with their stage in one command: each writes its customer's timeline.
const LEAVING_MAX: i64 = 20_000;
/// Cards that are written at a time; all parts are of one transaction.
const PART: u64 = 1_000;

pub(super) fn kind(word: &str) -> Result<String, Problem> {
    match word {
        "open" | "won" | "lost" | "parked" => Ok(word.to_owned()),
        _ => Err(Problem::invalid("kind", "unknown_value")),
    }
}

pub(super) fn colour(number: i32) -> Result<i32, Problem> {
    if (1..=COLOURS).contains(&number) {
        Ok(number)
    } else {
        Err(Problem::invalid("colour", "bad_value"))
    }
}

pub(super) fn limit(number: i32) -> Result<i32, Problem> {
    if (1..=LIMIT_MAX).contains(&number) {
        Ok(number)
    } else {
        Err(Problem::invalid("wip_limit", "bad_value"))
    }
}

pub(in super::super) async fn create_stage(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateStage,
) -> Decided {
    let mut fields = Fields::default();
    let name = fields.keep(input::name("name", &cmd.name));
    let kind = fields.keep(kind(cmd.kind.as_deref().unwrap_or("open")));
    let given = cmd.colour.map(colour).transpose();
    let given = fields.keep(given).flatten();
    let wip_limit = fields.keep(cmd.wip_limit.map(limit).transpose()).flatten();
    let requires = fields.keep(demands(cmd.requires.as_deref().unwrap_or_default()));
    fields.done()?;
    let (Some(name), Some(kind)) = (name, kind) else { return Err(Problem::internal()) };

    let board = live_board(tx, cx).await?.id;
    let stages = views::stages(tx, board).await?;
    if stages.len() >= STAGES_MAX {
        return Err(Problem::invalid("stage", "too_many"));
    }
    let at = match cmd.after {
        None => stages.len(),
        Some(after) => {
            stages.iter().position(|stage| stage.id == after).ok_or(Error::NotFound)? + 1
        }
    };
    let count = i32::try_from(stages.len()).unwrap_or(0);
    let mut order: Vec<StageId> = stages.iter().map(|stage| stage.id).collect();
    let row = stage::Model {
        tenant_id: tx.tenant(),
        id: cx.fresh(StageId),
        board_id: board,
        name,
        kind,
        position: i32::try_from(at).unwrap_or(count),
        wip_limit,
        colour: given.unwrap_or(count % COLOURS + 1),
        requires: requires.unwrap_or_default(),
        created_at: cx.at,
        archived_at: None,
    };
    order.insert(at, row.id);
    let active = stage::ActiveModel {
        tenant_id: Set(row.tenant_id),
        id: Set(row.id),
        board_id: Set(row.board_id),
        name: Set(row.name.clone()),
        kind: Set(row.kind.clone()),
        position: Set(row.position),
        wip_limit: Set(row.wip_limit),
        colour: Set(row.colour),
        requires: Set(row.requires.clone()),
        created_at: Set(row.created_at),
        archived_at: Set(None),
    };
    stage::Entity::insert(active).exec_without_returning(tx).await?;
    write_order(tx, &order).await?;
    let reply = json!({ "stage_id": row.id });
    let stage = Stage::from(row);
    let d = StageCreated { stage: &stage, order: &order };
    Ok(Decision::events(vec![on_board(board, "stage.created", &d)?]).reply(&reply))
}

async fn write_order(tx: &Tx<'_>, order: &[StageId]) -> Result<(), Problem> {
    for (id, position) in order.iter().zip(0i32..) {
        stage::Entity::change(tx.tenant())
            .filter(stage::Column::Id.eq(*id))
            .filter(stage::Column::Position.ne(position))
            .col_expr(stage::Column::Position, Expr::value(position))
            .exec(tx)
            .await?;
    }
    Ok(())
}

pub(in super::super) async fn update_stage(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &UpdateStage,
) -> Decided {
    let mut fields = Fields::default();
    let name = cmd.name.as_deref().map(|name| input::name("name", name)).transpose();
    let name = fields.keep(name).flatten();
    let kind = fields.keep(cmd.kind.as_deref().map(kind).transpose()).flatten();
    let colour = fields.keep(cmd.colour.map(colour).transpose()).flatten();
    let wip_limit =
        fields.keep(cmd.wip_limit.map(|to| to.map(limit).transpose()).transpose()).flatten();
    let requires = fields.keep(cmd.requires.as_deref().map(demands).transpose()).flatten();
    fields.done()?;

    let board = live_board(tx, cx).await?.id;
    let mut row = live_stage(tx, board, cmd.stage).await?;
    row.name = name.unwrap_or(row.name);
    row.kind = kind.unwrap_or(row.kind);
    row.colour = colour.unwrap_or(row.colour);
    row.wip_limit = wip_limit.unwrap_or(row.wip_limit);
    row.requires = requires.unwrap_or(row.requires);
    stage::Entity::change(tx.tenant())
        .filter(stage::Column::Id.eq(row.id))
        .col_expr(stage::Column::Name, Expr::value(row.name.as_str()))
        .col_expr(stage::Column::Kind, Expr::value(row.kind.as_str()))
        .col_expr(stage::Column::Colour, Expr::value(row.colour))
        .col_expr(stage::Column::Requires, Expr::value(row.requires.clone()))
        .col_expr(stage::Column::WipLimit, Expr::value(row.wip_limit))
        .exec(tx)
        .await?;
    let stage = Stage::from(row);
    let d = StageUpdated { stage: &stage };
    Ok(Decision::events(vec![on_board(board, "stage.updated", &d)?]))
}

pub(in super::super) async fn reorder_stages(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ReorderStages,
) -> Decided {
    let board = live_board(tx, cx).await?.id;
    let mut known: Vec<StageId> = views::stages(tx, board).await?.iter().map(|s| s.id).collect();
    let mut asked = cmd.order.clone();
    known.sort_unstable();
    asked.sort_unstable();
    if known != asked {
        return Err(Problem::invalid("order", "unknown_value"));
    }
    write_order(tx, &cmd.order).await?;
    let d = StageReordered { order: &cmd.order };
    Ok(Decision::events(vec![on_board(board, "stage.reordered", &d)?]))
}

/// A stage goes out of sight; its cards go to another one first, below those already there.
pub(in super::super) async fn archive_stage(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ArchiveStage,
) -> Decided {
    let board = live_board(tx, cx).await?.id;
    let stage = live_stage(tx, board, cmd.stage).await?;
    if views::stages(tx, board).await?.len() < 2 {
        return Err(Error::LastStage.into());
    }
    let cards = count_in(tx, stage.id).await?;
    let target = match cmd.move_to {
        Some(to) if to == stage.id => return Err(Problem::invalid("move_to", "bad_value")),
        Some(to) => Some(live_stage(tx, board, to).await?),
        None => None,
    };
    let mut events = Vec::new();
    match target {
        _ if cards == 0 => {}
        None => return Err(Error::StageNotEmpty { cards }.into()),
        Some(_) if cards > LEAVING_MAX => return Err(Error::StageNotEmpty { cards }.into()),
        Some(target) => {
            let leaving = usize::try_from(cards).unwrap_or(usize::MAX);
            check_room(tx, target.id, target.wip_limit, leaving).await?;
            events = empty(tx, cx, (board, stage.id), target.id).await?;
        }
    }
    stage::Entity::change(tx.tenant())
        .filter(stage::Column::Id.eq(stage.id))
        .col_expr(stage::Column::ArchivedAt, Expr::value(Some(cx.at)))
        .exec(tx)
        .await?;
    let d = StageArchived { stage: stage.id };
    let archived = on_board(board_id(cx)?, "stage.archived", &d)?;
    events.push(archived);
    Ok(Decision::events(events))
}

/// All cards of the stage, hidden ones too: the process changes for everybody.
async fn empty(
    tx: &Tx<'_>,
    cx: &CommandContext,
    (board, from): (BoardId, StageId),
    to: StageId,
) -> Result<Vec<crate::kernel::event::NewEvent>, Error> {
    use entities::card::Column::{ArchivedAt, Rank, StageId};
    use sea_orm::{QueryOrder, QuerySelect};
    let everyone = Principal::system(tx.tenant());
    let mut events = Vec::new();
    loop {
        // those of the last part are in the other stage now
        let query = views::query(&everyone)
            .filter(StageId.eq(from))
            .filter(ArchivedAt.is_null())
            .order_by_asc(Rank)
            .limit(PART);
        let cards = views::read(tx, query).await?;
        if cards.is_empty() {
            return Ok(events);
        }
        events.extend(move_to(tx, cx, (board, to), &cards, Spot::END).await?);
    }
}

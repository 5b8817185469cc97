//! `board.*`: boards come, are renamed, go out of sight and come back.

use entities::ids::{BoardId, StageId};
use entities::lists::StringList;
use entities::tenancy::OfTenant;
use entities::{board, stage, topic};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use super::super::commands::{ArchiveBoard, CreateBoard, NewStage, RenameBoard, RestoreBoard};
use super::super::error::Error;
use super::super::events::{BoardCreated, BoardNamed, BoardRenamed, on_board_and_tenant};
use super::super::views::{self, Board};
use super::super::{COLOURS, DEFAULT_STAGES};
use super::stages::{STAGES_MAX, colour, kind, limit};
use super::{board_id, live_board};
use crate::db::Tx;
use crate::kernel::clock::Clock;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::input;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Most boards of a tenant.
const BOARDS_MAX: u64 = 200;

pub(in super::super) async fn create_board(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateBoard,
) -> Decided {
    let name = input::name("name", &cmd.name)?;
    let stages = match &cmd.stages {
        None => default_stages(&cx.by.locale),
        Some(stages) if stages.is_empty() => return Err(Problem::invalid("stages", "required")),
        Some(stages) if stages.len() > STAGES_MAX => {
            return Err(Problem::invalid("stages", "too_many"));
        }
        Some(stages) => stages.iter().enumerate().map(checked).collect::<Result<_, _>>()?,
    };
    if board::Entity::of(tx.tenant()).count(tx).await? >= BOARDS_MAX {
        return Err(Problem::invalid("board", "too_many"));
    }
    let board = write_board(tx, &cx.clock, cx.at, name, stages).await?;
    let d = BoardCreated { board: &board };
    let event = NewEvent::new(Topic::tenant(), "board.created", &d)?;
    Ok(Decision::events(vec![event]).reply(&json!({ "board_id": board.id })))
}

/// The board that a new tenant starts with; its language is the tenant's. There is nobody yet who
/// could hear of it.
///
/// # Errors
/// Those of the database.
pub async fn create_default(tx: &Tx<'_>, clock: &Clock, locale: &str) -> Result<BoardId, Problem> {
    let name = if locale.starts_with("tr") { "Satış" } else { "Sales" };
    let stages = default_stages(locale);
    Ok(write_board(tx, clock, clock.now(), name.to_owned(), stages).await?.id)
}

/// A stage whose every field was checked.
struct Checked {
    name: String,
    kind: String,
    colour: i32,
    wip_limit: Option<i32>,
    requires: StringList,
}

fn default_stages(locale: &str) -> Vec<Checked> {
    let turkish = locale.starts_with("tr");
    let checked = |stage: &super::super::DefaultStage| Checked {
        name: if turkish { stage.tr } else { stage.en }.to_owned(),
        kind: stage.kind.to_owned(),
        colour: stage.colour,
        wip_limit: None,
        requires: StringList(stage.requires.iter().map(|word| (*word).to_owned()).collect()),
    };
    DEFAULT_STAGES.iter().map(checked).collect()
}

fn checked((index, stage): (usize, &NewStage)) -> Result<Checked, Problem> {
    let next = i32::try_from(index).unwrap_or(0) % COLOURS + 1;
    Ok(Checked {
        name: input::name("stages.name", &stage.name)?,
        kind: kind(stage.kind.as_deref().unwrap_or("open"))?,
        colour: colour(stage.colour.unwrap_or(next))?,
        wip_limit: stage.wip_limit.map(limit).transpose()?,
        requires: StringList::default(),
    })
}

async fn write_board(
    tx: &Tx<'_>,
    clock: &Clock,
    at: chrono::DateTime<chrono::Utc>,
    name: String,
    stages: Vec<Checked>,
) -> Result<Board, Problem> {
    let last: Option<Option<i32>> = board::Entity::of(tx.tenant())
        .select_only()
        .column_as(board::Column::Position.max(), "last")
        .into_tuple()
        .one(tx)
        .await?;
    let position = last.flatten().map_or(0, |last| last + 1);
    let id = BoardId(clock.fresh_id());
    let row = board::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(id),
        name: Set(name.clone()),
        position: Set(position),
        created_at: Set(at),
        archived_at: Set(None),
    };
    board::Entity::insert(row).exec_without_returning(tx).await?;
    let rows = stages.into_iter().zip(0..).map(|(checked, position)| stage::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(StageId(clock.fresh_id())),
        board_id: Set(id),
        name: Set(checked.name),
        kind: Set(checked.kind),
        position: Set(position),
        wip_limit: Set(checked.wip_limit),
        colour: Set(checked.colour),
        requires: Set(checked.requires),
        created_at: Set(at),
        archived_at: Set(None),
    });
    stage::Entity::insert_many(rows).exec_without_returning(tx).await?;
    // a board has its topic from birth, so that its position is never unknown
    let head = topic::ActiveModel {
        tenant_id: Set(tx.tenant()),
        key: Set(Topic::board(id).to_string()),
        epoch: Set(clock.fresh_id().simple().to_string()),
        seq: Set(0),
    };
    topic::Entity::insert(head).exec_without_returning(tx).await?;
    Ok(Board { id, name, position, archived_at: None, card_count: 0 })
}

pub(in super::super) async fn rename_board(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RenameBoard,
) -> Decided {
    let name = input::name("name", &cmd.name)?;
    let board = live_board(tx, cx).await?.id;
    board::Entity::change(tx.tenant())
        .filter(board::Column::Id.eq(board))
        .col_expr(board::Column::Name, Expr::value(name.as_str()))
        .exec(tx)
        .await?;
    let d = BoardRenamed { board, name: &name };
    Ok(Decision::events(on_board_and_tenant(board, "board.renamed", &d)?))
}

pub(in super::super) async fn archive_board(
    tx: &Tx<'_>,
    cx: &CommandContext,
    _: &ArchiveBoard,
) -> Decided {
    let board = live_board(tx, cx).await?.id;
    set_archived(tx, board, Some(cx.at)).await?;
    let d = BoardNamed { board };
    Ok(Decision::events(on_board_and_tenant(board, "board.archived", &d)?))
}

pub(in super::super) async fn restore_board(
    tx: &Tx<'_>,
    cx: &CommandContext,
    _: &RestoreBoard,
) -> Decided {
    let board = views::find(tx, board_id(cx)?).await?.ok_or(Error::NotFound)?;
    if board.archived_at.is_none() {
        return Ok(Decision::default());
    }
    set_archived(tx, board.id, None).await?;
    let d = BoardNamed { board: board.id };
    Ok(Decision::events(on_board_and_tenant(board.id, "board.restored", &d)?))
}

async fn set_archived(
    tx: &Tx<'_>,
    board: BoardId,
    at: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<(), Problem> {
    board::Entity::change(tx.tenant())
        .filter(board::Column::Id.eq(board))
        .col_expr(board::Column::ArchivedAt, Expr::value(at))
        .exec(tx)
        .await?;
    Ok(())
}

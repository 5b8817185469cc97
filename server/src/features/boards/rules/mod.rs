//! What happens to boards, stages and cards: rows in, reply and events out. One function a
//! command; what several of them ask stands here.

mod archive_card;
mod arrange;
mod assign_card;
mod boards;
mod carry;
mod create_card;
mod demands;
mod due;
mod many;
mod move_card;
mod move_cards;
mod place;
mod reactions;
mod stages;
mod steps;
mod update_card;

use std::collections::HashSet;

use entities::ids::{BoardId, CardId, StageId};
use entities::tenancy::OfTenant;
use entities::{board, card, stage};
use sea_orm::{ColumnTrait, ConnectionTrait, PaginatorTrait, QueryFilter, Statement, Value};

pub(super) use self::archive_card::{archive_cards, restore_cards};
pub use self::archive_card::{erase, untouched, withdraw};
pub(super) use self::assign_card::assign_cards;
pub use self::boards::create_default;
pub(super) use self::boards::{archive_board, create_board, rename_board, restore_board};
pub use self::carry::{Carriage, Carried, carry, carry_back, check_target, in_order};
pub(super) use self::create_card::create_card;
pub use self::due::due_changed;
pub use self::many::{
    ArchivedCustomer, OwnersBefore, archive_with, customers_changed, restore_with, take_boards_of,
};
pub(super) use self::move_card::move_card;
pub(super) use self::move_cards::move_cards;
pub use self::place::{NewPlace, PlaceCard, Placed, place_many, place_new};
pub use self::reactions::{customer_changed, repoint, repoint_cards};
pub(super) use self::stages::{archive_stage, create_stage, reorder_stages, update_stage};
pub use self::steps::{Footprint, Step, Target, step_back};
pub(super) use self::update_card::update_card;
use super::error::Error;
use super::views::{self, Card};
use crate::db::{Tx, take_topic};
use crate::kernel::command::CommandContext;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Most cards that one command may name.
const CARDS_MAX: usize = 200;

/// The board whose topic decides.
fn board_id(cx: &CommandContext) -> Result<BoardId, Error> {
    cx.topic.id().map(BoardId).ok_or(Error::NotFound)
}

/// That board, if it is there and not archived.
async fn live_board(tx: &Tx<'_>, cx: &CommandContext) -> Result<board::Model, Error> {
    let board = views::find(tx, board_id(cx)?).await?.ok_or(Error::NotFound)?;
    if board.archived_at.is_some() { Err(Error::Gone) } else { Ok(board) }
}

/// A live stage of a board.
async fn live_stage(tx: &Tx<'_>, board: BoardId, id: StageId) -> Result<stage::Model, Error> {
    let stage = stage::Entity::of(tx.tenant())
        .filter(stage::Column::Id.eq(id))
        .filter(stage::Column::BoardId.eq(board))
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    if stage.archived_at.is_some() { Err(Error::Gone) } else { Ok(stage) }
}

async fn count_in(tx: &Tx<'_>, stage: StageId) -> Result<i64, Error> {
    let count = card::Entity::of(tx.tenant())
        .filter(card::Column::StageId.eq(stage))
        .filter(card::Column::ArchivedAt.is_null())
        .count(tx)
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Refuses when `more` cards would go beyond the stage's limit.
async fn check_room(
    tx: &Tx<'_>,
    stage: StageId,
    limit: Option<i32>,
    more: usize,
) -> Result<(), Error> {
    let Some(limit) = limit.filter(|_| more > 0) else { return Ok(()) };
    let held = count_in(tx, stage).await?;
    if held.saturating_add(i64::try_from(more).unwrap_or(i64::MAX)) > i64::from(limit) {
        return Err(Error::StageFull { limit });
    }
    Ok(())
}

/// The cards a command names by `card` or `cards`, each once, in the order given.
fn named(card: Option<CardId>, cards: Option<&[CardId]>) -> Result<Vec<CardId>, Error> {
    let mut seen = HashSet::new();
    let all = card.iter().chain(cards.unwrap_or_default());
    let ids: Vec<CardId> = all.copied().filter(|id| seen.insert(*id)).collect();
    let field = if cards.is_some() { "cards" } else { "card" };
    match ids.len() {
        0 => Err(Problem::invalid(field, "required").into()),
        1..=CARDS_MAX => Ok(ids),
        _ => Err(Problem::invalid(field, "too_many").into()),
    }
}

/// These cards of this board, in the order given, archived ones too.
///
/// # Errors
/// `not_found` when one is unknown or hidden from the asker.
async fn cards_on(
    tx: &Tx<'_>,
    cx: &CommandContext,
    board: BoardId,
    ids: &[CardId],
) -> Result<Vec<Card>, Error> {
    let cards = views::cards(tx, &cx.by, ids).await?;
    if cards.len() != ids.len() {
        return Err(Error::NotFound);
    }
    if cards.iter().any(|card| card.board_id != board) {
        return Err(Error::NotOnThisBoard);
    }
    Ok(cards)
}

/// As [`cards_on`], live ones only.
async fn live_cards(
    tx: &Tx<'_>,
    cx: &CommandContext,
    board: BoardId,
    ids: &[CardId],
) -> Result<Vec<Card>, Error> {
    let cards = cards_on(tx, cx, board, ids).await?;
    if cards.iter().any(|card| card.archived_at.is_some()) { Err(Error::Gone) } else { Ok(cards) }
}

/// Takes a board's topic before its cards are read by a command of another topic, so that what
/// the event will say is still true when it gets its place.
///
/// # Errors
/// Held, to be tried again from the start, when the turn does not come.
async fn take_board(tx: &Tx<'_>, cx: &CommandContext, board: BoardId) -> Result<(), Problem> {
    let topic = Topic::board(board);
    if cx.topic == topic { Ok(()) } else { take_topic(tx, topic.as_str()).await }
}

/// A statement whose text is constant, so that it is prepared once. `$1` is understood by both
/// databases.
fn raw<const N: usize>(tx: &Tx<'_>, sql: &str, values: [Value; N]) -> Statement {
    Statement::from_sql_and_values(tx.get_database_backend(), sql, values)
}

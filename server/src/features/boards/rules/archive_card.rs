//! `card.archive` and `card.restore`: out of the stage, and back to its end.

use std::collections::{BTreeSet, HashMap};

use entities::card;
use entities::ids::{BoardId, CardId, CustomerId, StageId};
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ExprTrait, QueryFilter, QuerySelect};

use super::super::commands::{ArchiveCards, RestoreCards};
use super::super::error::Error;
use super::super::events::{CardNamed, CardShown, audience, on_board, on_board_and_customer};
use super::super::rank;
use super::super::views::{self, Card};
use super::place::last_rank;
use super::{cards_on, check_room, live_board, named, take_board};
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Rows of one UPDATE.
const ROWS_MAX: usize = 1_000;

/// Archives; a card that is archived already stays so, and nothing is said of it.
pub(in super::super) async fn archive_cards(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ArchiveCards,
) -> Decided {
    let ids = named(cmd.card, cmd.cards.as_deref())?;
    let board = live_board(tx, cx).await?.id;
    let cards = cards_on(tx, cx, board, &ids).await?;
    let live: Vec<&Card> = cards.iter().filter(|card| card.archived_at.is_none()).collect();
    put_away(tx, cx, &live).await?;
    let mut events = Vec::with_capacity(live.len() * 2);
    for card in live {
        let d = CardNamed { card: card.id, customer_id: card.customer_id };
        let place = (board, card.customer_id);
        events.extend(on_board_and_customer(place, "card.archived", &d, audience(&card.owners))?);
    }
    Ok(Decision::events(events))
}

/// Archives cards of any board on behalf of another feature (an import that is undone); the
/// events stand on the boards only.
///
/// # Errors
/// Those of the database.
pub async fn withdraw(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cards: &[CardId],
) -> Result<Vec<NewEvent>, Problem> {
    let everyone = Principal::system(tx.tenant());
    let mut events = Vec::new();
    for part in cards.chunks(ROWS_MAX) {
        let cards = views::cards(tx, &everyone, part).await?;
        let boards: BTreeSet<BoardId> = cards.iter().map(|card| card.board_id).collect();
        for board in boards {
            take_board(tx, cx, board).await?;
        }
        let live: Vec<&Card> = cards.iter().filter(|card| card.archived_at.is_none()).collect();
        put_away(tx, cx, &live).await?;
        for card in live {
            let d = CardNamed { card: card.id, customer_id: card.customer_id };
            let event = on_board(card.board_id, "card.archived", &d)?;
            events.push(event.heard_by(audience(&card.owners)));
        }
    }
    Ok(events)
}

/// Those of these cards that nobody has touched since they were made, with their customers.
///
/// # Errors
/// Those of the database.
pub async fn untouched(
    tx: &Tx<'_>,
    cards: &[CardId],
) -> Result<HashMap<CardId, CustomerId>, Problem> {
    let mut found = HashMap::with_capacity(cards.len());
    for part in cards.chunks(ROWS_MAX) {
        let rows: Vec<(CardId, CustomerId)> = card::Entity::of(tx.tenant())
            .filter(card::Column::Id.is_in(part.iter().copied()))
            .filter(card::Column::Version.eq(1))
            .filter(card::Column::ArchivedAt.is_null())
            .select_only()
            .columns([card::Column::Id, card::Column::CustomerId])
            .into_tuple()
            .all(tx)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Deletes withdrawn cards, so that their customers can be removed.
///
/// # Errors
/// Those of the database.
pub async fn erase(tx: &Tx<'_>, cards: &[CardId]) -> Result<(), Problem> {
    for part in cards.chunks(ROWS_MAX) {
        card::Entity::forget(tx.tenant())
            .filter(card::Column::Id.is_in(part.iter().copied()))
            .filter(card::Column::ArchivedAt.is_not_null())
            .exec(tx)
            .await?;
    }
    Ok(())
}

pub(super) async fn put_away(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cards: &[&Card],
) -> Result<(), Problem> {
    if cards.is_empty() {
        return Ok(());
    }
    card::Entity::change(tx.tenant())
        .filter(card::Column::Id.is_in(cards.iter().map(|card| card.id)))
        .col_expr(card::Column::ArchivedAt, Expr::value(Some(cx.at)))
        .col_expr(card::Column::Version, Expr::col(card::Column::Version).add(1))
        .exec(tx)
        .await?;
    Ok(())
}

/// Brings cards back to the end of their stage, or of the first one when theirs is gone.
pub(in super::super) async fn restore_cards(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RestoreCards,
) -> Decided {
    let ids = named(cmd.card, cmd.cards.as_deref())?;
    let board = live_board(tx, cx).await?.id;
    let cards = cards_on(tx, cx, board, &ids).await?;
    let gone: Vec<&Card> = cards.iter().filter(|card| card.archived_at.is_some()).collect();

    let stages = views::stages(tx, board).await?;
    let first = stages.first().ok_or(Error::NotFound)?;
    let target =
        |card: &Card| stages.iter().find(|stage| stage.id == card.stage_id).unwrap_or(first);
    let mut coming: HashMap<StageId, usize> = HashMap::new();
    for card in &gone {
        *coming.entry(target(card).id).or_default() += 1;
    }
    for stage in &stages {
        let more = coming.get(&stage.id).copied().unwrap_or(0);
        check_room(tx, stage.id, stage.wip_limit, more).await?;
    }
    for card in &gone {
        let stage = target(card).id;
        let rank = rank::between(last_rank(tx, stage).await?, None).unwrap_or(rank::LIMIT);
        bring_back(tx, cx, card, stage, rank).await?;
    }
    let ids: Vec<CardId> = gone.iter().map(|card| card.id).collect();
    let mut events = Vec::with_capacity(ids.len() * 2);
    for card in views::cards(tx, &cx.by, &ids).await? {
        let place = (board, card.customer_id);
        let d = CardShown { card: &card };
        events.extend(on_board_and_customer(place, "card.restored", &d, audience(&card.owners))?);
    }
    Ok(Decision::events(events))
}

pub(super) async fn bring_back(
    tx: &Tx<'_>,
    cx: &CommandContext,
    card: &Card,
    stage: StageId,
    rank: i64,
) -> Result<(), Problem> {
    let entered = if card.stage_id == stage { card.entered_stage_at } else { cx.at };
    card::Entity::change(tx.tenant())
        .filter(card::Column::Id.eq(card.id))
        .col_expr(card::Column::ArchivedAt, Expr::value(None::<chrono::DateTime<chrono::Utc>>))
        .col_expr(card::Column::StageId, Expr::value(stage))
        .col_expr(card::Column::Rank, Expr::value(rank))
        .col_expr(card::Column::EnteredStageAt, Expr::value(entered))
        .col_expr(card::Column::Version, Expr::col(card::Column::Version).add(1))
        .exec(tx)
        .await?;
    Ok(())
}

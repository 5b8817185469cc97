//! `card.move_many`: several cards to one spot, in the order given.

use entities::ids::{BoardId, CardId, StageId};
use serde_json::json;

use super::super::commands::{CardFields, MoveCards};
use super::super::error::Error;
use super::super::events::{
    CardMoved, CardsMoved, MOVED_MAX, Mover, Rank, audience, by_owners, on_board, on_customer,
};
use super::super::views::Card;
use super::arrange::{Arrangement, Spot, arrange};
use super::demands::{Has, Unfilled, admit, fill};
use super::move_card::checked;
use super::{check_room, live_board, live_cards, live_stage, named};
use crate::db::Tx;
use crate::kernel::clock::wire_time;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;

/// Moves all or none. Cards of different owners end in different events, so that nobody hears of
/// a card that is hidden from them.
pub(in super::super) async fn move_cards(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &MoveCards,
) -> Decided {
    Ok(decide(tx, cx, cmd).await?)
}

async fn decide(tx: &Tx<'_>, cx: &CommandContext, cmd: &MoveCards) -> Result<Decision, Error> {
    let ids = named(None, Some(&cmd.cards))?;
    let board = live_board(tx, cx).await?.id;
    let stage = live_stage(tx, board, cmd.to_stage).await?;
    let cards = live_cards(tx, cx, board, &ids).await?;
    let comes = |card: &&Card| card.stage_id != stage.id;
    let newcomers: Vec<(CardId, Has)> =
        cards.iter().filter(comes).map(|card| (card.id, Has::of(card))).collect();
    let fields = checked(cx, cmd.fields.as_ref())?;
    admit(&stage.requires.0, &newcomers, &fields)?;
    check_room(tx, stage.id, stage.wip_limit, newcomers.len()).await?;
    let spot = Spot::seen_by(tx, cx, cmd.after, cmd.before, &ids).await?;
    let (cards, mut events) = fill_all(tx, cx, cards, &fields).await?;
    events.extend(move_to(tx, cx, (board, stage.id), &cards, spot).await?);
    Ok(Decision::events(events).reply(&json!({ "moved": cards.len() })))
}

/// Fills the same into all of them, before they move.
async fn fill_all(
    tx: &Tx<'_>,
    cx: &CommandContext,
    mut cards: Vec<Card>,
    fields: &CardFields,
) -> Result<(Vec<Card>, Vec<NewEvent>), Error> {
    let mut events = Vec::new();
    if *fields == CardFields::default() {
        return Ok((cards, events));
    }
    for card in &mut cards {
        let was = Unfilled {
            card: card.id,
            board: card.board_id,
            customer: card.customer_id,
            version: card.version,
            owners: std::mem::take(&mut card.owners),
        };
        let filled = fill(tx, cx, was, fields).await?;
        (card.version, card.owners) = (filled.version, filled.owners);
        events.extend(filled.events);
    }
    Ok((cards, events))
}

/// Moves checked cards and says so: on the board by owner set, on each customer by itself.
pub(super) async fn move_to(
    tx: &Tx<'_>,
    cx: &CommandContext,
    (board, to): (BoardId, StageId),
    cards: &[Card],
    spot: Spot,
) -> Result<Vec<NewEvent>, Error> {
    let movers: Vec<(CardId, StageId)> =
        cards.iter().map(|card| (card.id, card.stage_id)).collect();
    let Arrangement { placed, mut pushed } = arrange(tx, cx, to, &movers, spot).await?;
    let entered = wire_time(cx.at);
    let mut events = Vec::new();
    let mut copies = Vec::new();
    let placed: Vec<(&Card, Rank)> = cards.iter().zip(placed).collect();
    for (owners, group) in by_owners(placed, |(card, _)| &card.owners) {
        let mut neighbours = pushed.take(&owners);
        for part in group.chunks(MOVED_MAX) {
            let movers: Vec<Mover> = part.iter().map(|(card, _)| mover(card)).collect();
            let mut ranks: Vec<Rank> = part.iter().map(|(_, rank)| *rank).collect();
            ranks.append(&mut neighbours);
            let d = CardsMoved { cards: &movers, to, ranks: &ranks, entered_stage_at: &entered };
            events.push(on_board(board, "card.moved_many", &d)?.heard_by(audience(&owners)));
        }
        for (card, rank) in &group {
            copies.push(copy(board, to, card, *rank, cx)?);
        }
    }
    events.extend(pushed.events(board)?);
    events.extend(copies);
    Ok(events)
}

fn mover(card: &Card) -> Mover {
    let Card { id, customer_id, stage_id, version, .. } = *card;
    Mover { card: id, customer_id, from: stage_id, version: version + 1, entered_stage_at: None }
}

/// A customer hears of its own card only.
fn copy(
    board: BoardId,
    to: StageId,
    card: &Card,
    rank: Rank,
    cx: &CommandContext,
) -> Result<NewEvent, Problem> {
    let entered = if card.stage_id == to { card.entered_stage_at } else { cx.at };
    let d = CardMoved {
        card: card.id,
        customer_id: card.customer_id,
        from: card.stage_id,
        to,
        ranks: &[rank],
        version: card.version + 1,
        entered_stage_at: &wire_time(entered),
    };
    let event = on_board(board, "card.moved", &d)?.heard_by(audience(&card.owners));
    Ok(on_customer(&event, board, card.customer_id))
}

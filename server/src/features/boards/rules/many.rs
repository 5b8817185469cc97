//! What happens to the cards of many customers at once, asked for by the feature that changes the
//! customers, in its transaction. Boards hear one event for many cards; each customer hears of
//! its own.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::ids::{BoardId, CardId, CustomerId, StageId, UserId};
use entities::tenancy::OfTenant;
use entities::{board, card, stage};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

use super::super::events::{
    CREATED_MAX, CardNamed, CardShown, CardsNamed, CardsShown, MOVED_MAX, audience, by_owners,
    on_board, on_customer, owner_set,
};
use super::super::rank::{self, GAP};
use super::super::views::{self, Card};
use super::archive_card::{bring_back, put_away};
use super::place::last_rank;
use super::take_board;
use crate::db::Tx;
use crate::kernel::command::CommandContext;
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Customers of one query.
const ROWS_MAX: usize = 500;

/// A customer that was archived, and when: the cards that were archived at that very moment are
/// those that went with it.
pub type ArchivedCustomer = (CustomerId, DateTime<Utc>);

/// Takes the boards on which these customers have cards, in their order.
///
/// # Errors
/// Those of the database.
pub async fn take_boards_of(
    tx: &Tx<'_>,
    cx: &CommandContext,
    customers: &[CustomerId],
    archived: bool,
) -> Result<bool, Problem> {
    let mut boards = BTreeSet::new();
    for part in customers.chunks(ROWS_MAX) {
        let at = card::Column::ArchivedAt;
        let found: Vec<BoardId> = card::Entity::of(tx.tenant())
            .filter(card::Column::CustomerId.is_in(part.iter().copied()))
            .filter(if archived { at.is_not_null() } else { at.is_null() })
            .select_only()
            .distinct()
            .column(card::Column::BoardId)
            .into_tuple()
            .all(tx)
            .await?;
        boards.extend(found);
    }
    for board in &boards {
        take_board(tx, cx, *board).await?;
    }
    Ok(!boards.is_empty())
}

/// The live cards of these customers, whoever sees them.
async fn live_of(tx: &Tx<'_>, customers: &[CustomerId]) -> Result<Vec<Card>, Problem> {
    let everyone = Principal::system(tx.tenant());
    let mut cards = Vec::new();
    for part in customers.chunks(ROWS_MAX) {
        let query = views::query(&everyone)
            .filter(card::Column::CustomerId.is_in(part.iter().copied()))
            .filter(card::Column::ArchivedAt.is_null())
            .order_by_asc(card::Column::Id);
        cards.extend(views::read(tx, query).await?);
    }
    Ok(cards)
}

/// Archives all live cards of customers who are archived now.
///
/// # Errors
/// Those of the database.
pub async fn archive_with(
    tx: &Tx<'_>,
    cx: &CommandContext,
    customers: &[CustomerId],
) -> Result<Vec<NewEvent>, Problem> {
    if !take_boards_of(tx, cx, customers, false).await? {
        return Ok(Vec::new());
    }
    let cards = live_of(tx, customers).await?;
    for part in cards.chunks(ROWS_MAX) {
        put_away(tx, cx, &part.iter().collect::<Vec<_>>()).await?;
    }
    let mut events = Vec::new();
    for (board, cards) in by_board(&cards) {
        events.extend(named_many(board, ("card.archived", "card.archived_many"), &cards)?);
    }
    for card in &cards {
        let d = CardNamed { card: card.id, customer_id: card.customer_id };
        events.push(own_word(card, "card.archived", &d)?);
    }
    Ok(events)
}

/// Brings back the cards that went with these customers, each to the end of its stage, if board
/// and stage are still there and the customer has no other card on that board by now.
///
/// # Errors
/// Those of the database.
pub async fn restore_with(
    tx: &Tx<'_>,
    cx: &CommandContext,
    customers: &[ArchivedCustomer],
) -> Result<Vec<NewEvent>, Problem> {
    let ids: Vec<CustomerId> = customers.iter().map(|(id, _)| *id).collect();
    if !take_boards_of(tx, cx, &ids, true).await? {
        return Ok(Vec::new());
    }
    let mut coming: BTreeMap<StageId, Vec<Card>> = BTreeMap::new();
    for card in gone_with(tx, customers).await? {
        coming.entry(card.stage_id).or_default().push(card);
    }
    let mut back: Vec<CardId> = Vec::new();
    for (stage, cards) in coming {
        let mut rank = rank::between(last_rank(tx, stage).await?, None).unwrap_or(rank::LIMIT);
        for card in &cards {
            bring_back(tx, cx, card, stage, rank).await?;
            rank += GAP;
            back.push(card.id);
        }
    }
    let mut cards = Vec::with_capacity(back.len());
    let everyone = Principal::system(tx.tenant());
    for part in back.chunks(ROWS_MAX) {
        cards.extend(views::cards(tx, &everyone, part).await?);
    }
    let mut events = Vec::new();
    for (board, cards) in by_board(&cards) {
        events.extend(shown_many(board, ("card.restored", "card.restored_many"), &cards)?);
    }
    for card in &cards {
        events.push(own_word(card, "card.restored", &CardShown { card })?);
    }
    Ok(events)
}

/// Cards to bring back, in the order of their stages.
async fn gone_with(tx: &Tx<'_>, customers: &[ArchivedCustomer]) -> Result<Vec<Card>, Problem> {
    let when: HashMap<CustomerId, DateTime<Utc>> = customers.iter().copied().collect();
    let ids: Vec<CustomerId> = when.keys().copied().collect();
    let everyone = Principal::system(tx.tenant());
    let mut gone = Vec::new();
    for part in ids.chunks(ROWS_MAX) {
        let query = views::query(&everyone)
            .filter(card::Column::CustomerId.is_in(part.iter().copied()))
            .filter(card::Column::ArchivedAt.is_not_null())
            .order_by_asc(card::Column::Rank)
            .order_by_asc(card::Column::Id);
        let cards = views::read(tx, query).await?;
        gone.extend(
            cards.into_iter().filter(|c| c.archived_at == when.get(&c.customer_id).copied()),
        );
    }
    let stages: HashSet<StageId> = live_stages(tx, &gone).await?;
    let held: HashSet<(CustomerId, BoardId)> =
        live_of(tx, &ids).await?.iter().map(|card| (card.customer_id, card.board_id)).collect();
    gone.retain(|card| {
        stages.contains(&card.stage_id) && !held.contains(&(card.customer_id, card.board_id))
    });
    Ok(gone)
}

/// Those of the cards' stages that live on live boards.
async fn live_stages(tx: &Tx<'_>, cards: &[Card]) -> Result<HashSet<StageId>, Problem> {
    let stages: BTreeSet<StageId> = cards.iter().map(|card| card.stage_id).collect();
    let stages: Vec<(StageId, BoardId)> = stage::Entity::of(tx.tenant())
        .filter(stage::Column::Id.is_in(stages))
        .filter(stage::Column::ArchivedAt.is_null())
        .select_only()
        .columns([stage::Column::Id, stage::Column::BoardId])
        .into_tuple()
        .all(tx)
        .await?;
    let boards: BTreeSet<BoardId> = stages.iter().map(|(_, board)| *board).collect();
    let boards: HashSet<BoardId> = board::Entity::of(tx.tenant())
        .filter(board::Column::Id.is_in(boards))
        .filter(board::Column::ArchivedAt.is_null())
        .select_only()
        .column(board::Column::Id)
        .into_tuple()
        .all(tx)
        .await?
        .into_iter()
        .collect();
    Ok(stages.into_iter().filter(|(_, b)| boards.contains(b)).map(|(id, _)| id).collect())
}

/// The owners of customers before and after, where they changed.
pub type OwnersBefore = HashMap<CustomerId, Vec<UserId>>;

/// Many customers' tags or owners are others now: every board they stand on hears of it. `before`
/// holds those whose owners changed.
///
/// # Errors
/// Those of the database.
pub async fn customers_changed(
    tx: &Tx<'_>,
    cx: &CommandContext,
    customers: &[CustomerId],
    before: &OwnersBefore,
) -> Result<Vec<NewEvent>, Problem> {
    if !take_boards_of(tx, cx, customers, false).await? {
        return Ok(Vec::new());
    }
    let cards = live_of(tx, customers).await?;
    let mut events = Vec::new();
    for (board, cards) in by_board(&cards) {
        events.extend(shown_many(board, ("card.updated", "card.updated_many"), &cards)?);
        events.extend(withdrawn_many(board, &cards, before)?);
    }
    Ok(events)
}

/// Who does not see some of the cards any more hears that these are gone.
fn withdrawn_many(
    board: BoardId,
    cards: &[&Card],
    before: &OwnersBefore,
) -> Result<Vec<NewEvent>, Problem> {
    type Owners = Vec<UserId>;
    let mut groups: BTreeMap<(Owners, Owners), Vec<CardNamed>> = BTreeMap::new();
    for card in cards {
        let Some(was) = before.get(&card.customer_id) else { continue };
        if was.iter().any(|owner| !card.owners.contains(owner)) {
            let key = (owner_set(was), owner_set(&card.owners));
            let named = CardNamed { card: card.id, customer_id: card.customer_id };
            groups.entry(key).or_default().push(named);
        }
    }
    let mut events = Vec::new();
    for ((before, after), cards) in groups {
        for cards in cards.chunks(MOVED_MAX) {
            let event = on_board(board, "card.withdrawn_many", &CardsNamed { cards })?;
            let (before, after) = (before.as_slice().into(), after.as_slice().into());
            events.push(event.heard_by(Audience::Losing { before, after }));
        }
    }
    Ok(events)
}

fn by_board(cards: &[Card]) -> BTreeMap<BoardId, Vec<&Card>> {
    let mut boards: BTreeMap<BoardId, Vec<&Card>> = BTreeMap::new();
    for card in cards {
        boards.entry(card.board_id).or_default().push(card);
    }
    boards
}

/// The word for one card, and the one for many.
type Ops = (&'static str, &'static str);

fn shown_many(board: BoardId, (one, many): Ops, cards: &[&Card]) -> Result<Vec<NewEvent>, Problem> {
    let mut events = Vec::new();
    for (owners, group) in by_owners(cards.iter().copied(), |card| &card.owners) {
        for cards in group.chunks(CREATED_MAX) {
            let event = match cards {
                [card] => on_board(board, one, &CardShown { card })?,
                cards => on_board(board, many, &CardsShown { cards })?,
            };
            events.push(event.heard_by(audience(&owners)));
        }
    }
    Ok(events)
}

fn named_many(board: BoardId, (one, many): Ops, cards: &[&Card]) -> Result<Vec<NewEvent>, Problem> {
    let mut events = Vec::new();
    for (owners, group) in by_owners(cards.iter().copied(), |card| &card.owners) {
        let named = group.iter().map(|c| CardNamed { card: c.id, customer_id: c.customer_id });
        for cards in named.collect::<Vec<_>>().chunks(MOVED_MAX) {
            let event = match cards {
                [card] => on_board(board, one, card)?,
                cards => on_board(board, many, &CardsNamed { cards })?,
            };
            events.push(event.heard_by(audience(&owners)));
        }
    }
    Ok(events)
}

/// What the card's customer hears, on their own topic and timeline.
fn own_word(card: &Card, op: &'static str, d: &impl serde::Serialize) -> Result<NewEvent, Problem> {
    let event = on_board(card.board_id, op, d)?.heard_by(audience(&card.owners));
    Ok(on_customer(&event, card.board_id, card.customer_id))
}

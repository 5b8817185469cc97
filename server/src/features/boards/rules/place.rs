//! Customers come onto a board: by a person, a lead, an import. What other features may ask for
//! stands here too; they get events to append, and say nothing about cards themselves.

use std::collections::{HashMap, HashSet};

use entities::ids::{BoardId, CardId, CustomerId, StageId};
use entities::tenancy::OfTenant;
use entities::{board, card, topic};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::super::error::Error;
use super::super::events::{
    CREATED_MAX, CardShown, CardsShown, audience, by_owners, on_board, on_board_and_customer,
    on_customer,
};
use super::super::rank::{self, GAP};
use super::super::views::{self, Card};
use super::{check_room, count_in, live_stage, take_board};
use crate::db::Tx;
use crate::features::{agenda, reminders};
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
use crate::kernel::input;
use crate::kernel::money::Money;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Longest `need`, in characters.
const NEED_MAX: usize = 2_000;
/// Rows of one INSERT; sixteen parameters each, below SQLite's 32,766.
const ROWS_MAX: usize = 500;

/// A customer that is to stand on a board.
#[derive(Clone, Debug)]
pub struct PlaceCard {
    /// The first board when absent.
    pub board: Option<BoardId>,
    /// The first open stage with room when absent: what comes in is never refused for a limit.
    pub stage: Option<StageId>,
    pub customer: CustomerId,
    pub need: Option<String>,
    pub amount: Option<Money>,
}

/// One of many that are put into the same stage.
#[derive(Clone, Debug)]
pub struct NewPlace {
    pub customer: CustomerId,
    pub need: Option<String>,
    pub amount: Option<Money>,
}

/// Where one of many stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    pub customer: CustomerId,
    pub card: CardId,
    /// False for a customer that was on the board before.
    pub created: bool,
}

/// Puts a customer on a board. One that has a live card there keeps it, and nothing is said.
///
/// # Errors
/// `not_found` / `gone` for the board or the stage, `stage_full` only where a stage was named.
pub async fn place_new(
    tx: &Tx<'_>,
    cx: &CommandContext,
    place: PlaceCard,
) -> Result<(CardId, Vec<NewEvent>), Problem> {
    let need = checked(place.need.as_deref(), place.amount.as_ref())?;
    let board = choose_board(tx, place.board).await?;
    take_board(tx, cx, board).await?;
    if let Some(card) = placed_before(tx, board, &[place.customer]).await?.remove(&place.customer) {
        return Ok((card, Vec::new()));
    }
    let stage = choose_stage(tx, board, place.stage, true).await?;
    let place = NewPlace { customer: place.customer, need, amount: place.amount };
    let cards = insert(tx, cx, (board, stage), vec![place]).await?;
    let card = cards.first().ok_or_else(Problem::internal)?;
    Ok((card.id, created(card)?.into()))
}

/// Puts many customers at the end of one stage, in the order given; for imports. Limits do not
/// hold here. The board hears of at most a hundred cards an event; each card has its own word on
/// its customer's timeline.
///
/// # Errors
/// `not_found` / `gone` for the board or the stage.
pub async fn place_many(
    tx: &Tx<'_>,
    cx: &CommandContext,
    board: BoardId,
    stage: Option<StageId>,
    places: Vec<NewPlace>,
) -> Result<(Vec<Placed>, Vec<NewEvent>), Problem> {
    let board = choose_board(tx, Some(board)).await?;
    take_board(tx, cx, board).await?;
    let stage = match stage {
        Some(stage) => live_stage(tx, board, stage).await?.id,
        None => choose_stage(tx, board, None, true).await?,
    };
    let ids: Vec<CustomerId> = places.iter().map(|place| place.customer).collect();
    let mut before = placed_before(tx, board, &ids).await?;
    let mut placed = Vec::with_capacity(places.len());
    let mut fresh = Vec::new();
    for mut place in places {
        let customer = place.customer;
        if let Some(card) = before.get(&customer) {
            placed.push(Placed { customer, card: *card, created: false });
        } else {
            // taken only to be found again by a second row of the same customer
            before.insert(customer, CardId::NIL);
            place.need = checked(place.need.as_deref(), place.amount.as_ref())?;
            fresh.push(place);
        }
    }
    let cards = insert(tx, cx, (board, stage), fresh).await?;
    let made: HashMap<CustomerId, CardId> = cards.iter().map(|c| (c.customer_id, c.id)).collect();
    for known in &mut placed {
        known.card = made.get(&known.customer).copied().unwrap_or(known.card);
    }
    placed.extend(cards.iter().map(|card| Placed {
        customer: card.customer_id,
        card: card.id,
        created: true,
    }));
    let mut events = created_many(board, &cards)?;
    events.extend(own_words(tx, cx, &cards).await?);
    Ok((placed, events))
}

/// Each card's beginning on its customer's timeline. A customer who is new has no topic yet that
/// anybody could follow: theirs stand on the command's own, so that thousands of newcomers do not
/// make thousands of topics.
async fn own_words(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cards: &[Card],
) -> Result<Vec<NewEvent>, Problem> {
    let mut followed: HashSet<String> = HashSet::new();
    for part in cards.chunks(ROWS_MAX) {
        let keys = part.iter().map(|card| Topic::customer(card.customer_id).to_string());
        let known: Vec<String> = topic::Entity::of(tx.tenant())
            .filter(topic::Column::Key.is_in(keys))
            .select_only()
            .column(topic::Column::Key)
            .into_tuple()
            .all(tx)
            .await?;
        followed.extend(known);
    }
    cards
        .iter()
        .map(|card| {
            // a word of its own: what waits for a new card does not wait for an import's thousands
            let event = on_board(card.board_id, "card.imported", &CardShown { card })?;
            let event = event.heard_by(audience(&card.owners));
            let own = on_customer(&event, card.board_id, card.customer_id);
            let has_topic = followed.contains(own.topic.as_str());
            Ok(if has_topic { own } else { NewEvent { topic: cx.topic.clone(), ..own } })
        })
        .collect()
}

/// `need` as it is kept; the amount only checked.
pub(super) fn checked(
    need: Option<&str>,
    amount: Option<&Money>,
) -> Result<Option<String>, Problem> {
    if let Some(amount) = amount {
        amount.check("amount")?;
    }
    let Some(need) = need.filter(|need| !need.trim().is_empty()) else { return Ok(None) };
    let need = input::text("need", need)?;
    if need.chars().count() > NEED_MAX {
        return Err(Problem::invalid("need", "too_long"));
    }
    Ok(Some(need))
}

async fn choose_board(tx: &Tx<'_>, asked: Option<BoardId>) -> Result<BoardId, Error> {
    if let Some(id) = asked {
        let board = views::find(tx, id).await?.ok_or(Error::NotFound)?;
        return if board.archived_at.is_some() { Err(Error::Gone) } else { Ok(id) };
    }
    let first = board::Entity::of(tx.tenant())
        .filter(board::Column::ArchivedAt.is_null())
        .order_by_asc(board::Column::Position)
        .order_by_asc(board::Column::Id)
        .one(tx)
        .await?;
    Ok(first.ok_or(Error::NotFound)?.id)
}

/// The stage asked for, or the first open one. A limit refuses people; what comes in by itself
/// looks for the first open stage with room and takes the first of all when there is none.
pub(super) async fn choose_stage(
    tx: &Tx<'_>,
    board: BoardId,
    asked: Option<StageId>,
    comes_in: bool,
) -> Result<StageId, Error> {
    if let Some(id) = asked {
        let stage = live_stage(tx, board, id).await?;
        check_room(tx, id, stage.wip_limit, 1).await?;
        return Ok(id);
    }
    let stages = views::stages(tx, board).await?;
    let open = || stages.iter().filter(|stage| stage.kind == "open");
    let first = open().next().or(stages.first()).ok_or(Error::NotFound)?;
    if !comes_in {
        check_room(tx, first.id, first.wip_limit, 1).await?;
        return Ok(first.id);
    }
    for stage in open() {
        let Some(limit) = stage.wip_limit else { return Ok(stage.id) };
        if count_in(tx, stage.id).await? < i64::from(limit) {
            return Ok(stage.id);
        }
    }
    Ok(first.id)
}

/// The oldest live card of each of these customers on the board.
pub(super) async fn placed_before(
    tx: &Tx<'_>,
    board: BoardId,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, CardId>, Problem> {
    let mut found = HashMap::new();
    for part in customers.chunks(ROWS_MAX) {
        let rows: Vec<(CustomerId, CardId)> = card::Entity::of(tx.tenant())
            .filter(card::Column::BoardId.eq(board))
            .filter(card::Column::CustomerId.is_in(part.iter().copied()))
            .filter(card::Column::ArchivedAt.is_null())
            .order_by_desc(card::Column::Id)
            .select_only()
            .column(card::Column::CustomerId)
            .column(card::Column::Id)
            .into_tuple()
            .all(tx)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The rank below the last card of a stage.
pub(super) async fn last_rank(tx: &Tx<'_>, stage: StageId) -> Result<Option<i64>, Problem> {
    let last = card::Entity::of(tx.tenant())
        .filter(card::Column::StageId.eq(stage))
        .filter(card::Column::ArchivedAt.is_null())
        .order_by_desc(card::Column::Rank)
        .select_only()
        .column(card::Column::Rank)
        .limit(1)
        .into_tuple()
        .one(tx)
        .await?;
    Ok(last)
}

/// Writes new cards at the end of a stage and answers them as they are shown.
pub(super) async fn insert(
    tx: &Tx<'_>,
    cx: &CommandContext,
    (board, stage): (BoardId, StageId),
    places: Vec<NewPlace>,
) -> Result<Vec<Card>, Problem> {
    let first = rank::between(last_rank(tx, stage).await?, None).unwrap_or(rank::LIMIT);
    let customers: Vec<CustomerId> = places.iter().map(|place| place.customer).collect();
    let mut due = reminders::earliest_of(tx, &customers).await?;
    for (customer, start) in agenda::next_starts(tx, cx.at, &customers).await? {
        due.entry(customer).and_modify(|due| *due = start.min(*due)).or_insert(start);
    }
    let mut ids = Vec::with_capacity(places.len());
    let mut rows = Vec::with_capacity(places.len().min(ROWS_MAX));
    for (place, n) in places.into_iter().zip(0i64..) {
        let id = cx.fresh(CardId);
        ids.push(id);
        let (minor, currency) = place.amount.map(|money| (money.minor, money.currency)).unzip();
        rows.push(card::ActiveModel {
            tenant_id: Set(tx.tenant()),
            id: Set(id),
            board_id: Set(board),
            stage_id: Set(stage),
            customer_id: Set(place.customer),
            rank: Set(first + n * GAP),
            version: Set(1),
            need: Set(place.need),
            amount_minor: Set(minor),
            currency: Set(currency),
            next_due_at: Set(due.get(&place.customer).copied()),
            own_due_at: Set(None),
            unread: Set(0),
            lost_reason: Set(None),
            entered_stage_at: Set(cx.at),
            created_at: Set(cx.at),
            archived_at: Set(None),
        });
    }
    let mut cards = Vec::with_capacity(ids.len());
    let everyone = Principal::system(tx.tenant());
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let part: Vec<_> = rows.by_ref().take(ROWS_MAX).collect();
        card::Entity::insert_many(part).exec_without_returning(tx).await?;
    }
    for part in ids.chunks(ROWS_MAX) {
        cards.extend(views::cards(tx, &everyone, part).await?);
    }
    Ok(cards)
}

pub(super) fn created(card: &Card) -> Result<[NewEvent; 2], Problem> {
    let place = (card.board_id, card.customer_id);
    on_board_and_customer(place, "card.created", &CardShown { card }, audience(&card.owners))
}

fn created_many(board: BoardId, cards: &[Card]) -> Result<Vec<NewEvent>, Problem> {
    let mut events = Vec::new();
    for (owners, group) in by_owners(cards, |card| &card.owners) {
        for cards in group.chunks(CREATED_MAX) {
            let event = on_board(board, "card.created_many", &CardsShown { cards })?;
            events.push(event.heard_by(audience(&owners)));
        }
    }
    Ok(events)
}

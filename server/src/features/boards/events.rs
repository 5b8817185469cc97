//! What boards say. Stored for ever: a shape may gain fields, never lose one.

use std::collections::BTreeMap;
use std::sync::Arc;

use entities::ids::{BoardId, CardId, CustomerId, StageId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::views::{Board, Card, Stage};
use crate::gateway::Message;
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// A card and its rank, as it stands in `ranks`.
pub(super) type Rank = (CardId, i64);

/// `board.created`.
#[derive(Serialize, ToSchema)]
pub(super) struct BoardCreated<'a> {
    pub(super) board: &'a Board,
}

/// `board.renamed`.
#[derive(Serialize, ToSchema)]
pub(super) struct BoardRenamed<'a> {
    pub(super) board: BoardId,
    pub(super) name: &'a str,
}

/// `board.archived`, `board.restored`.
#[derive(Serialize, ToSchema)]
pub(super) struct BoardNamed {
    pub(super) board: BoardId,
}

/// `stage.created`; `order` is that of all live stages.
#[derive(Serialize, ToSchema)]
pub(super) struct StageCreated<'a> {
    pub(super) stage: &'a Stage,
    pub(super) order: &'a [StageId],
}

/// `stage.updated`.
#[derive(Serialize, ToSchema)]
pub(super) struct StageUpdated<'a> {
    pub(super) stage: &'a Stage,
}

/// `stage.reordered`.
#[derive(Serialize, ToSchema)]
pub(super) struct StageReordered<'a> {
    pub(super) order: &'a [StageId],
}

/// `stage.archived`.
#[derive(Serialize, ToSchema)]
pub(super) struct StageArchived {
    pub(super) stage: StageId,
}

/// `card.created`, `card.imported`, `card.updated`, `card.restored`.
#[derive(Serialize, ToSchema)]
pub(super) struct CardShown<'a> {
    pub(super) card: &'a Card,
}

/// `card.assigned`.
#[derive(Serialize, ToSchema)]
pub(super) struct CardAssigned<'a> {
    pub(super) card: &'a Card,
    pub(super) before: &'a [UserId],
}

/// `card.created_many`, `card.updated_many`, `card.restored_many`, at most [`CREATED_MAX`] cards.
#[derive(Serialize, ToSchema)]
pub(super) struct CardsShown<'a> {
    pub(super) cards: &'a [&'a Card],
}

/// `card.archived_many`, and `card.withdrawn_many` for who does not see these cards any more; at
/// most [`MOVED_MAX`].
#[derive(Serialize, ToSchema)]
pub(super) struct CardsNamed<'a> {
    pub(super) cards: &'a [CardNamed],
}

/// Cards of one event that shows them whole.
pub(super) const CREATED_MAX: usize = 100;
/// Cards of one event that names them: what a command may name.
pub(super) const MOVED_MAX: usize = 200;
/// Pairs of one `card.reranked`.
const RERANKED_MAX: usize = 500;

/// `card.moved`. `ranks` holds the card's place, and its neighbours' when a window had to be
/// renumbered.
#[derive(Serialize, ToSchema)]
pub(super) struct CardMoved<'a> {
    pub(super) card: CardId,
    pub(super) customer_id: CustomerId,
    pub(super) from: StageId,
    pub(super) to: StageId,
    /// Pairs of card and rank.
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    pub(super) ranks: &'a [Rank],
    pub(super) version: i64,
    pub(super) entered_stage_at: &'a str,
}

/// One card of `card.moved_many`.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct Mover {
    pub(super) card: CardId,
    pub(super) customer_id: CustomerId,
    pub(super) from: StageId,
    pub(super) version: i64,
    /// Where it is not that of all: of cards that went back to where they had stood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entered_stage_at: Option<String>,
}

/// `card.moved_many`.
#[derive(Serialize, ToSchema)]
pub(super) struct CardsMoved<'a> {
    pub(super) cards: &'a [Mover],
    pub(super) to: StageId,
    /// Pairs of card and rank.
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    pub(super) ranks: &'a [Rank],
    pub(super) entered_stage_at: &'a str,
}

/// `card.reranked`: neighbours that made room and that others than the mover's colleagues own.
#[derive(Serialize, ToSchema)]
struct CardsReranked<'a> {
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    ranks: &'a [Rank],
}

/// `card.archived`, and `card.withdrawn` for who does not see the card any more.
#[derive(Serialize, ToSchema)]
pub(super) struct CardNamed {
    pub(super) card: CardId,
    pub(super) customer_id: CustomerId,
}

/// All of it, for the document of messages.
pub(super) fn described() -> Vec<Message> {
    const BOARD: &str = "board:<id>";
    vec![
        Message::event::<BoardCreated<'_>>("board.created", "tenant"),
        Message::event::<BoardRenamed<'_>>("board.renamed", BOARD),
        Message::event::<BoardNamed>("board.archived", BOARD),
        Message::event::<BoardNamed>("board.restored", BOARD),
        Message::event::<StageCreated<'_>>("stage.created", BOARD),
        Message::event::<StageUpdated<'_>>("stage.updated", BOARD),
        Message::event::<StageReordered<'_>>("stage.reordered", BOARD),
        Message::event::<StageArchived>("stage.archived", BOARD),
        Message::event::<CardShown<'_>>("card.created", BOARD),
        Message::event::<CardShown<'_>>("card.imported", "customer:<id>"),
        Message::event::<CardsShown<'_>>("card.created_many", BOARD),
        Message::event::<CardsShown<'_>>("card.updated_many", BOARD),
        Message::event::<CardsShown<'_>>("card.restored_many", BOARD),
        Message::event::<CardsNamed<'_>>("card.archived_many", BOARD),
        Message::event::<CardsNamed<'_>>("card.withdrawn_many", BOARD),
        Message::event::<CardShown<'_>>("card.updated", BOARD),
        Message::event::<CardAssigned<'_>>("card.assigned", BOARD),
        Message::event::<CardNamed>("card.withdrawn", BOARD),
        Message::event::<CardMoved<'_>>("card.moved", BOARD),
        Message::event::<CardsMoved<'_>>("card.moved_many", BOARD),
        Message::event::<CardsReranked<'_>>("card.reranked", BOARD),
        Message::event::<CardNamed>("card.archived", BOARD),
        Message::event::<CardShown<'_>>("card.restored", BOARD),
    ]
}

/// On the board alone.
pub(super) fn on_board(
    board: BoardId,
    op: &'static str,
    d: &impl Serialize,
) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::board(board), op, d)
}

/// On the board and, for lists, on the tenant.
pub(super) fn on_board_and_tenant(
    board: BoardId,
    op: &'static str,
    d: &impl Serialize,
) -> Result<Vec<NewEvent>, Problem> {
    let event = on_board(board, op, d)?;
    let copy = event.also_on(Topic::tenant());
    Ok(vec![event, copy])
}

/// The same fact on the customer's topic, where it is part of the timeline: `d` also names the
/// board.
pub(super) fn on_customer(event: &NewEvent, board: BoardId, customer: CustomerId) -> NewEvent {
    let open = event.d.strip_suffix('}').unwrap_or(&event.d);
    let comma = if open.len() > 1 { "," } else { "" };
    let d: Arc<str> = format!("{open}{comma}\"board\":\"{board}\"}}").into();
    NewEvent { d, ..event.also_on(Topic::customer(customer)) }.on_timeline_of(customer)
}

/// A fact about one card, on its board and on its customer.
pub(super) fn on_board_and_customer(
    (board, customer): (BoardId, CustomerId),
    op: &'static str,
    d: &impl Serialize,
    audience: Audience,
) -> Result<[NewEvent; 2], Problem> {
    let event = on_board(board, op, d)?.heard_by(audience);
    let copy = on_customer(&event, board, customer);
    Ok([event, copy])
}

/// Those who may see a card of these owners.
pub(super) fn audience(owners: &[UserId]) -> Audience {
    Audience::owners(&[], owners)
}

/// Things by the set of their owners: an event names only cards that everybody who hears it sees.
pub(super) fn by_owners<T>(
    items: impl IntoIterator<Item = T>,
    owners: impl Fn(&T) -> &[UserId],
) -> BTreeMap<Vec<UserId>, Vec<T>> {
    let mut groups: BTreeMap<Vec<UserId>, Vec<T>> = BTreeMap::new();
    for item in items {
        groups.entry(owner_set(owners(&item))).or_default().push(item);
    }
    groups
}

/// Owners as a set: sorted, each once.
pub(super) fn owner_set(owners: &[UserId]) -> Vec<UserId> {
    let mut set = owners.to_vec();
    set.sort_unstable();
    set.dedup();
    set
}

/// `card.reranked` for what one owner set sees.
pub(super) fn reranked(
    board: BoardId,
    owners: &[UserId],
    ranks: &[Rank],
) -> Result<Vec<NewEvent>, Problem> {
    ranks
        .chunks(RERANKED_MAX)
        .map(|ranks| {
            let event = on_board(board, "card.reranked", &CardsReranked { ranks })?;
            Ok(event.heard_by(audience(owners)))
        })
        .collect()
}

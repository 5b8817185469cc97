//! Many customers' cards carried into one stage of their board, and carried back: what work on
//! many customers asks for. The command must be the board's own.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::card;
use entities::ids::{BoardId, CardId, CustomerId, StageId};
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::super::commands::CardFields;
use super::super::error::Error;
use super::super::events::{
    CardMoved, CardsMoved, MOVED_MAX, Mover, Rank, audience, by_owners, on_board, on_customer,
};
use super::super::rank::{self, GAP};
use super::super::views::{self, Card};
use super::arrange::{Homecomer, Spot, come_home};
use super::demands::{Has, admit};
use super::move_cards::move_to;
use super::place::last_rank;
use super::{count_in, live_board, live_stage};
use crate::db::Tx;
use crate::features::customers;
use crate::kernel::clock::wire_time;
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// One card that was carried, and where it stood before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    pub customer: CustomerId,
    pub card: CardId,
    pub from: StageId,
    pub rank: i64,
    pub entered: DateTime<Utc>,
    pub to: StageId,
    /// When it entered the stage: whatever moved it since has left another time there.
    pub at: DateTime<Utc>,
}

/// What came of it; who is in neither list stood there already.
#[derive(Default)]
pub struct Carriage {
    pub carried: Vec<Carried>,
    pub failed: Vec<(CustomerId, &'static str)>,
    pub events: Vec<NewEvent>,
}

impl Carriage {
    fn all_failed(ids: &[CustomerId], code: &'static str) -> Self {
        Self { failed: ids.iter().map(|id| (*id, code)).collect(), ..Self::default() }
    }
}

/// Whether a card may be carried to this stage at all.
///
/// # Errors
/// `not_found` or `gone`, for the board or the stage.
pub async fn check_target(tx: &Tx<'_>, board: BoardId, stage: StageId) -> Result<(), Problem> {
    let board = views::find(tx, board).await?.ok_or_else(Problem::not_found)?;
    if board.archived_at.is_some() {
        return Err(Error::Gone.into());
    }
    live_stage(tx, board.id, stage).await?;
    Ok(())
}

/// These customers in the order in which their cards stand on the board, those without one last.
///
/// # Errors
/// Those of the database.
pub async fn in_order(
    tx: &Tx<'_>,
    board: BoardId,
    ids: Vec<CustomerId>,
) -> Result<Vec<CustomerId>, Problem> {
    let stages: HashMap<StageId, usize> =
        views::stages(tx, board).await?.iter().enumerate().map(|(n, s)| (s.id, n)).collect();
    let cards: Vec<(CustomerId, StageId, i64)> = card::Entity::of(tx.tenant())
        .filter(card::Column::BoardId.eq(board))
        .filter(card::Column::ArchivedAt.is_null())
        .select_only()
        .columns([card::Column::CustomerId, card::Column::StageId, card::Column::Rank])
        .into_tuple()
        .all(tx)
        .await?;
    let mut place: HashMap<CustomerId, (usize, i64)> = HashMap::with_capacity(cards.len());
    for (customer, stage, rank) in cards {
        let at = (stages.get(&stage).copied().unwrap_or(usize::MAX), rank);
        let known = place.entry(customer).or_insert(at);
        *known = Ord::min(*known, at);
    }
    let mut ids = ids;
    ids.sort_by_key(|id| place.get(id).copied().unwrap_or((usize::MAX, i64::MAX)));
    Ok(ids)
}

/// Carries the cards of these customers to the end of a stage, as far as the asker sees them and
/// the stage has room.
///
/// # Errors
/// Those of the database; what one of them refuses is in the answer.
pub async fn carry(
    tx: &Tx<'_>,
    cx: &CommandContext,
    to: StageId,
    ids: &[CustomerId],
) -> Result<Carriage, Problem> {
    let (board, stage) = match target(tx, cx, to).await {
        Ok(found) => found,
        Err(Error::Refused(problem)) => return Err(problem),
        Err(error) => return Ok(Carriage::all_failed(ids, Problem::from(error).code)),
    };
    let mut out = Carriage::default();
    let query = views::query(&cx.by)
        .filter(card::Column::BoardId.eq(board))
        .filter(card::Column::CustomerId.is_in(ids.iter().copied()))
        .filter(card::Column::ArchivedAt.is_null())
        .order_by_desc(card::Column::Id);
    let mut cards: HashMap<CustomerId, Card> =
        views::read(tx, query).await?.into_iter().map(|card| (card.customer_id, card)).collect();
    let missing: Vec<CustomerId> =
        ids.iter().filter(|id| !cards.contains_key(id)).copied().collect();
    let seen = seen(tx, &cx.by, &missing).await?;
    out.failed.extend(
        missing
            .iter()
            .map(|id| (*id, if seen.contains(id) { "not_on_this_board" } else { "not_found" })),
    );
    let mut moving: Vec<Card> = Vec::with_capacity(cards.len());
    let mut room = match stage.wip_limit {
        Some(limit) => {
            usize::try_from(i64::from(limit) - count_in(tx, stage.id).await?).unwrap_or(0)
        }
        None => usize::MAX,
    };
    for card in ids.iter().filter_map(|id| cards.remove(id)) {
        if card.stage_id == stage.id {
            continue;
        }
        let has = [(card.id, Has::of(&card))];
        if admit(&stage.requires.0, &has, &CardFields::default()).is_err() {
            out.failed.push((card.customer_id, "fields_required"));
        } else if room == 0 {
            out.failed.push((card.customer_id, "stage_full"));
        } else {
            room -= 1;
            moving.push(card);
        }
    }
    if moving.is_empty() {
        return Ok(out);
    }
    out.events = move_to(tx, cx, (board, stage.id), &moving, Spot::END).await?;
    out.carried = moving
        .into_iter()
        .map(|card| Carried {
            customer: card.customer_id,
            card: card.id,
            from: card.stage_id,
            rank: card.rank,
            entered: card.entered_stage_at,
            to: stage.id,
            at: cx.at,
        })
        .collect();
    Ok(out)
}

async fn target(
    tx: &Tx<'_>,
    cx: &CommandContext,
    to: StageId,
) -> Result<(BoardId, entities::stage::Model), Error> {
    let board = live_board(tx, cx).await?.id;
    Ok((board, live_stage(tx, board, to).await?))
}

/// Those of these customers whom this principal sees.
async fn seen(
    tx: &Tx<'_>,
    by: &Principal,
    ids: &[CustomerId],
) -> Result<HashSet<CustomerId>, Problem> {
    use entities::customer;
    let rows: Vec<CustomerId> = customer::Entity::of(tx.tenant())
        .filter(customer::Column::Id.is_in(ids.iter().copied()))
        .filter(customers::visible(by))
        .select_only()
        .column(customer::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Carries cards back to where they stood: those that nobody has moved or archived since, into
/// stages that still live and have room. The others are in `failed`.
///
/// # Errors
/// Those of the database.
pub async fn carry_back(
    tx: &Tx<'_>,
    cx: &CommandContext,
    deeds: &[Carried],
) -> Result<Carriage, Problem> {
    let ids: Vec<CustomerId> = deeds.iter().map(|deed| deed.customer).collect();
    let board = match live_board(tx, cx).await {
        Ok(board) => board.id,
        Err(Error::Refused(problem)) => return Err(problem),
        Err(_) => return Ok(Carriage::all_failed(&ids, "conflict")),
    };
    let cards: Vec<CardId> = deeds.iter().map(|deed| deed.card).collect();
    let now = views::cards(tx, &cx.by, &cards).await?;
    let now: HashMap<CardId, Card> = now.into_iter().map(|card| (card.id, card)).collect();
    let mut out = Carriage::default();
    let mut by_stage: BTreeMap<StageId, Vec<&Carried>> = BTreeMap::new();
    for deed in deeds {
        let stands = now.get(&deed.card).is_some_and(|card| {
            card.archived_at.is_none()
                && card.board_id == board
                && card.stage_id == deed.to
                && card.entered_stage_at == deed.at
        });
        if stands {
            by_stage.entry(deed.from).or_default().push(deed);
        } else {
            out.failed.push((deed.customer, "conflict"));
        }
    }
    for (stage, deeds) in by_stage {
        put_back(tx, board, stage, &deeds, &mut out).await?;
    }
    let back: Vec<CardId> = out.carried.iter().map(|deed| deed.card).collect();
    let cards = views::cards(tx, &Principal::system(tx.tenant()), &back).await?;
    out.events = said(board, &cards, &now, cx.at)?;
    Ok(out)
}

async fn put_back(
    tx: &Tx<'_>,
    board: BoardId,
    stage: StageId,
    deeds: &[&Carried],
    out: &mut Carriage,
) -> Result<(), Problem> {
    let live = match live_stage(tx, board, stage).await {
        Ok(live) => live,
        Err(Error::Refused(problem)) => return Err(problem),
        Err(_) => {
            out.failed.extend(deeds.iter().map(|deed| (deed.customer, "conflict")));
            return Ok(());
        }
    };
    let mut room = match live.wip_limit {
        Some(limit) => usize::try_from(i64::from(limit) - count_in(tx, stage).await?).unwrap_or(0),
        None => usize::MAX,
    };
    let taken: Vec<i64> = card::Entity::of(tx.tenant())
        .filter(card::Column::StageId.eq(stage))
        .filter(card::Column::ArchivedAt.is_null())
        .filter(card::Column::Rank.is_in(deeds.iter().map(|deed| deed.rank)))
        .select_only()
        .column(card::Column::Rank)
        .into_tuple()
        .all(tx)
        .await?;
    let mut end = last_rank(tx, stage).await?;
    for deed in deeds {
        end = Ord::max(end, (!taken.contains(&deed.rank)).then_some(deed.rank));
    }
    let mut end = rank::between(end, None).unwrap_or(rank::LIMIT);
    let mut home: Vec<Homecomer> = Vec::with_capacity(deeds.len());
    for deed in deeds {
        if room == 0 {
            out.failed.push((deed.customer, "stage_full"));
            continue;
        }
        room -= 1;
        let mut rank = deed.rank;
        if taken.contains(&rank) {
            rank = end;
            end += GAP;
        }
        home.push((deed.card, rank, deed.entered));
        out.carried.push((*deed).clone());
    }
    come_home(tx, stage, &home).await?;
    Ok(())
}

/// The board hears where the cards stand again; each customer of its own.
fn said(
    board: BoardId,
    cards: &[Card],
    before: &HashMap<CardId, Card>,
    at: DateTime<Utc>,
) -> Result<Vec<NewEvent>, Problem> {
    let mut events = Vec::new();
    let from = |card: &Card| before.get(&card.id).map_or(card.stage_id, |card| card.stage_id);
    let mut by_stage: BTreeMap<StageId, Vec<&Card>> = BTreeMap::new();
    for card in cards {
        by_stage.entry(card.stage_id).or_default().push(card);
    }
    for (to, cards) in by_stage {
        for (owners, group) in by_owners(cards, |card| &card.owners) {
            for part in group.chunks(MOVED_MAX) {
                let movers: Vec<Mover> = part
                    .iter()
                    .map(|card| Mover {
                        card: card.id,
                        customer_id: card.customer_id,
                        from: from(card),
                        version: card.version,
                        entered_stage_at: Some(wire_time(card.entered_stage_at)),
                    })
                    .collect();
                let ranks: Vec<Rank> = part.iter().map(|card| (card.id, card.rank)).collect();
                let entered_stage_at = &wire_time(at);
                let d = CardsMoved { cards: &movers, to, ranks: &ranks, entered_stage_at };
                let event = on_board(board, "card.moved_many", &d)?;
                events.push(event.heard_by(audience(&owners)));
            }
        }
    }
    for card in cards {
        let d = CardMoved {
            card: card.id,
            customer_id: card.customer_id,
            from: from(card),
            to: card.stage_id,
            ranks: &[(card.id, card.rank)],
            version: card.version,
            entered_stage_at: &wire_time(card.entered_stage_at),
        };
        let event = on_board(board, "card.moved", &d)?.heard_by(audience(&card.owners));
        events.push(on_customer(&event, board, card.customer_id));
    }
    Ok(events)
}

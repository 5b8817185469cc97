//! Windows: the first cards of every stage, and the next ones of one stage.

use std::collections::HashMap;

use entities::card;
use entities::ids::{BoardId, StageId};
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, Select};
use serde::Serialize;
use utoipa::ToSchema;

use super::board::{BoardWindows, Stage, StageWindow};
use super::card::{Card, query, read};
use crate::db::Tx;
use crate::kernel::paging;
use crate::kernel::principal::{Principal, Visibility};
use crate::kernel::problem::Problem;
use crate::kernel::topic::{Position, Topic};

/// More cards of one stage.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardWindow {
    pub epoch: String,
    pub seq: i64,
    pub cards: Vec<Card>,
    pub next_cursor: Option<String>,
}

fn live(by: &Principal, board: BoardId, filter: &Condition) -> Select<card::Entity> {
    query(by)
        .filter(card::Column::BoardId.eq(board))
        .filter(card::Column::ArchivedAt.is_null())
        .filter(filter.clone())
}

/// A board with the first `limit` cards of every stage, and the counts of all that fit.
pub(in super::super) async fn windows(
    tx: &Tx<'_>,
    by: &Principal,
    board: BoardId,
    filter: &Condition,
    limit: u64,
) -> Result<Option<BoardWindows>, Problem> {
    let Some(row) = super::find(tx, board).await? else { return Ok(None) };
    let Position { epoch, seq } = position(tx, board).await?;
    let live_stages = super::stages(tx, board).await?;
    let counts: Vec<(StageId, i64)> = match filter.is_empty() && by.visibility == Visibility::All {
        true => super::board::counts_by_stage(tx, Some(&live_stages)).await?,
        false => {
            live(by, board, filter)
                .select_only()
                .column(card::Column::StageId)
                .column_as(card::Column::Id.count(), "cards")
                .group_by(card::Column::StageId)
                .into_tuple()
                .all(tx)
                .await?
        }
    };
    let counts: HashMap<StageId, i64> = counts.into_iter().collect();
    let (mut stages, mut cards) = (Vec::new(), Vec::new());
    for stage in live_stages {
        let count = counts.get(&stage.id).copied().unwrap_or(0);
        let mut next_cursor = None;
        if count > 0 {
            let (more, cursor) = window(tx, live(by, board, filter), stage.id, None, limit).await?;
            cards.extend(more);
            next_cursor = cursor;
        }
        stages.push(StageWindow { stage: Stage::from(stage), count, next_cursor });
    }
    let (name, archived_at) = (row.name, row.archived_at);
    Ok(Some(BoardWindows { id: board, name, archived_at, epoch, seq, stages, cards }))
}

/// The next cards of one stage after a rank.
pub(in super::super) async fn stage_window(
    tx: &Tx<'_>,
    by: &Principal,
    (board, stage): (BoardId, StageId),
    filter: &Condition,
    after: Option<i64>,
    limit: u64,
) -> Result<Option<CardWindow>, Problem> {
    let known = entities::stage::Entity::of(tx.tenant())
        .filter(entities::stage::Column::Id.eq(stage))
        .filter(entities::stage::Column::BoardId.eq(board))
        .one(tx)
        .await?;
    if known.is_none() {
        return Ok(None);
    }
    let Position { epoch, seq } = position(tx, board).await?;
    let (cards, next_cursor) = window(tx, live(by, board, filter), stage, after, limit).await?;
    Ok(Some(CardWindow { epoch, seq, cards, next_cursor }))
}

async fn window(
    tx: &Tx<'_>,
    cards: Select<card::Entity>,
    stage: StageId,
    after: Option<i64>,
    limit: u64,
) -> Result<(Vec<Card>, Option<String>), Problem> {
    let mut query = cards
        .filter(card::Column::StageId.eq(stage))
        .order_by_asc(card::Column::Rank)
        .limit(limit + 1);
    if let Some(rank) = after {
        query = query.filter(card::Column::Rank.gt(rank));
    }
    let mut cards = read(tx, query).await?;
    // ranks of live cards are unique in a stage: the rank alone is a position
    let cursor = paging::cut(&mut cards, limit, |card| card.rank);
    Ok((cards, cursor))
}

/// Where the board's topic stands in this transaction.
pub(super) async fn position(tx: &Tx<'_>, board: BoardId) -> Result<Position, Problem> {
    use entities::topic;
    let row = topic::Entity::of(tx.tenant())
        .filter(topic::Column::Key.eq(Topic::board(board).as_str()))
        .one(tx)
        .await?;
    // a board has its topic from birth; without one nothing was ever said
    let (epoch, seq) = row.map(|row| (row.epoch, row.seq)).unwrap_or_default();
    Ok(Position { epoch, seq })
}

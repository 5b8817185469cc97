//! Boards and their stages.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::{BoardId, StageId};
use entities::tenancy::OfTenant;
use entities::{board, card, stage, tenant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use utoipa::ToSchema;

use super::card::Card;
use crate::db::Tx;
use crate::kernel::clock::wire;
use crate::kernel::principal::{Principal, Visibility};
use crate::kernel::problem::Problem;

/// A board in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Board {
    pub id: BoardId,
    pub name: String,
    pub position: i32,
    #[serde(serialize_with = "wire::optional_time")]
    pub archived_at: Option<DateTime<Utc>>,
    /// Live cards that the asker may see.
    pub card_count: i64,
}

/// A step of a board.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Stage {
    pub id: StageId,
    pub board_id: BoardId,
    pub name: String,
    /// `open`, `won`, `lost`, `parked`.
    pub kind: String,
    pub position: i32,
    pub wip_limit: Option<i32>,
    /// 1 to 8.
    pub colour: i32,
    /// What a card must have to come in: `amount`, `lost_reason`, `next_due_at`, `need`,
    /// `quality`, `owner`.
    pub requires: Vec<String>,
    #[serde(serialize_with = "wire::optional_time")]
    pub archived_at: Option<DateTime<Utc>>,
}

impl From<stage::Model> for Stage {
    fn from(row: stage::Model) -> Self {
        Self {
            id: row.id,
            board_id: row.board_id,
            name: row.name,
            kind: row.kind,
            position: row.position,
            wip_limit: row.wip_limit,
            colour: row.colour,
            requires: row.requires.0,
            archived_at: row.archived_at,
        }
    }
}

/// A stage with how many of its cards fit the filter, and where to read on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct StageWindow {
    #[serde(flatten)]
    pub stage: Stage,
    pub count: i64,
    pub next_cursor: Option<String>,
}

/// A board with the first cards of every stage.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BoardWindows {
    pub id: BoardId,
    pub name: String,
    #[serde(serialize_with = "wire::optional_time")]
    pub archived_at: Option<DateTime<Utc>>,
    pub epoch: String,
    pub seq: i64,
    pub stages: Vec<StageWindow>,
    pub cards: Vec<Card>,
}

/// The tenant's country, which says how phones are typed.
pub(in super::super) async fn country(tx: &Tx<'_>) -> Result<String, Problem> {
    let tenant = tenant::Entity::find_by_id(tx.tenant()).one(tx).await?;
    Ok(tenant.map_or_else(|| "TR".to_owned(), |tenant| tenant.country))
}

/// A board by id, archived or not.
pub(in super::super) async fn find(
    tx: &Tx<'_>,
    id: BoardId,
) -> Result<Option<board::Model>, Problem> {
    Ok(board::Entity::of(tx.tenant()).filter(board::Column::Id.eq(id)).one(tx).await?)
}

/// A board's live stages from left to right.
pub(in super::super) async fn stages(
    tx: &Tx<'_>,
    board: BoardId,
) -> Result<Vec<stage::Model>, Problem> {
    let stages = stage::Entity::of(tx.tenant())
        .filter(stage::Column::BoardId.eq(board))
        .filter(stage::Column::ArchivedAt.is_null())
        .order_by_asc(stage::Column::Position)
        .order_by_asc(stage::Column::Id)
        .all(tx)
        .await?;
    Ok(stages)
}

/// All boards of the tenant in their order, archived ones too, with the counts of cards this
/// principal sees.
///
/// # Errors
/// Those of the database.
pub async fn boards(tx: &Tx<'_>, by: &Principal) -> Result<Vec<Board>, Problem> {
    let rows = board::Entity::of(tx.tenant())
        .order_by_asc(board::Column::Position)
        .order_by_asc(board::Column::Id)
        .all(tx)
        .await?;
    let counts = match by.visibility {
        Visibility::All => counts_by_board(tx).await?,
        Visibility::Own | Visibility::Team => {
            let counts: Vec<(BoardId, i64)> = super::card::query(by)
                .select_only()
                .filter(card::Column::ArchivedAt.is_null())
                .column(card::Column::BoardId)
                .column_as(card::Column::Id.count(), "cards")
                .group_by(card::Column::BoardId)
                .into_tuple()
                .all(tx)
                .await?;
            counts.into_iter().collect()
        }
    };
    let board = |row: board::Model| Board {
        card_count: counts.get(&row.id).copied().unwrap_or(0),
        id: row.id,
        name: row.name,
        position: row.position,
        archived_at: row.archived_at,
    };
    Ok(rows.into_iter().map(board).collect())
}

/// How many live cards these stages hold, or all stages; for those who see every card. The index
/// of the places alone answers, no row is touched.
pub(super) async fn counts_by_stage(
    tx: &Tx<'_>,
    of: Option<&[stage::Model]>,
) -> Result<Vec<(StageId, i64)>, Problem> {
    let mut cards = card::Entity::of(tx.tenant()).filter(card::Column::ArchivedAt.is_null());
    if let Some(stages) = of {
        cards = cards.filter(card::Column::StageId.is_in(stages.iter().map(|stage| stage.id)));
    }
    let counts = cards
        .select_only()
        .column(card::Column::StageId)
        .column_as(card::Column::StageId.count(), "cards")
        .group_by(card::Column::StageId)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(counts)
}

async fn counts_by_board(tx: &Tx<'_>) -> Result<HashMap<BoardId, i64>, Problem> {
    let stages: Vec<(StageId, BoardId)> = stage::Entity::of(tx.tenant())
        .select_only()
        .columns([stage::Column::Id, stage::Column::BoardId])
        .into_tuple()
        .all(tx)
        .await?;
    let board_of: HashMap<StageId, BoardId> = stages.into_iter().collect();
    let mut counts = HashMap::new();
    for (stage, count) in counts_by_stage(tx, None).await? {
        if let Some(board) = board_of.get(&stage) {
            *counts.entry(*board).or_default() += count;
        }
    }
    Ok(counts)
}

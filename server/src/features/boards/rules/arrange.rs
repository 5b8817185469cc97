//! Order in a stage when more than one rank has to change: several cards are put in, or a gap is
//! used up and its neighbours make room.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use chrono::{DateTime, Utc};
use entities::card;
use entities::ids::{BoardId, CardId, StageId, UserId};
use entities::lists::UserList;
use entities::tenancy::OfTenant;
use sea_orm::{
    ColumnTrait, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};

use super::super::error::Error;
use super::super::events::{self, Rank, owner_set};
use super::super::rank::{self, PARKED, Placement};
use super::raw;
use crate::db::Tx;
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;

/// Rows of one UPDATE; at most five parameters each, far below both databases' limits.
const ROWS_MAX: usize = 1_000;

/// Where cards are put: below `after`, else above `before`, else at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) after: Option<CardId>,
    pub(super) before: Option<CardId>,
}

impl Spot {
    pub(super) const END: Self = Self { after: None, before: None };
}

/// What came of it, already written.
pub(super) struct Arrangement {
    /// The cards that were put in, in their order.
    pub(super) placed: Vec<Rank>,
    pub(super) pushed: Pushed,
}

/// Neighbours that made room, by the set of their owners.
#[derive(Default)]
pub(super) struct Pushed(BTreeMap<Vec<UserId>, Vec<Rank>>);

impl Pushed {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// The neighbours of this owner set, which may stand in the same event, taken out.
    pub(super) fn take(&mut self, owners: &[UserId]) -> Vec<Rank> {
        self.0.remove(&owner_set(owners)).unwrap_or_default()
    }

    /// Events for those that no other event named.
    pub(super) fn events(&self, board: BoardId) -> Result<Vec<NewEvent>, Problem> {
        let mut all = Vec::new();
        for (owners, ranks) in &self.0 {
            all.extend(events::reranked(board, owners, ranks)?);
        }
        Ok(all)
    }
}

/// Puts live cards of the board, each with the stage it comes from, into a stage in the order
/// given, and writes their stage, rank, version and time of entry. Who moves must have been
/// checked.
pub(super) async fn arrange(
    tx: &Tx<'_>,
    cx: &CommandContext,
    stage: StageId,
    movers: &[(CardId, StageId)],
    spot: Spot,
) -> Result<Arrangement, Error> {
    let ids: Vec<CardId> = movers.iter().map(|(card, _)| *card).collect();
    let (placed, window) = match gap(tx, stage, &ids, spot).await? {
        Some(ranks) => (ranks, Vec::new()),
        None => make_room(tx, stage, &ids, spot).await?,
    };
    let placed: Vec<Rank> = ids.iter().copied().zip(placed).collect();
    let window_ranks: Vec<Rank> = window.iter().map(|(card, rank, _)| (*card, *rank)).collect();

    // ranks are unique at every moment: who stands in the stage and will move waits elsewhere
    let inside = movers.iter().filter(|(_, from)| *from == stage).map(|(card, _)| *card);
    let waiting: Vec<CardId> = inside.chain(window_ranks.iter().map(|(card, _)| *card)).collect();
    park(tx, &waiting).await?;
    enter(tx, cx, stage, &placed).await?;
    settle(tx, &window_ranks).await?;

    let mut pushed = Pushed::new();
    for (card, rank, owners) in window {
        pushed.0.entry(owner_set(&owners)).or_default().push((card, rank));
    }
    Ok(Arrangement { placed, pushed })
}

fn in_stage(tx: &Tx<'_>, stage: StageId, movers: &[CardId]) -> sea_orm::Select<card::Entity> {
    card::Entity::of(tx.tenant())
        .filter(card::Column::StageId.eq(stage))
        .filter(card::Column::ArchivedAt.is_null())
        .filter(card::Column::Id.is_not_in(movers.iter().copied()))
}

async fn one_rank(query: sea_orm::Select<card::Entity>, tx: &Tx<'_>) -> Result<Option<i64>, Error> {
    Ok(query.select_only().column(card::Column::Rank).limit(1).into_tuple().one(tx).await?)
}

/// Ranks for the movers where the gap at the spot holds them all.
async fn gap(
    tx: &Tx<'_>,
    stage: StageId,
    movers: &[CardId],
    spot: Spot,
) -> Result<Option<Vec<i64>>, Error> {
    use card::Column::{Id, Rank};
    let of = |id: CardId| in_stage(tx, stage, movers).filter(Id.eq(id));
    let all = || in_stage(tx, stage, movers);
    let above = match spot.after {
        Some(id) => one_rank(of(id), tx).await?,
        None => None,
    };
    let (above, below) = if let Some(above) = above {
        let below = all().filter(Rank.gt(above)).order_by_asc(Rank);
        (Some(above), one_rank(below, tx).await?)
    } else {
        let below = match spot.before {
            Some(id) => one_rank(of(id), tx).await?,
            None => None,
        };
        let above = match below {
            Some(below) => all().filter(Rank.lt(below)).order_by_desc(Rank),
            None => all().order_by_desc(Rank),
        };
        (one_rank(above, tx).await?, below)
    };
    let ranks: Vec<i64> = above.into_iter().chain(below).collect();
    let Placement { placed, moved } =
        rank::place(&ranks, usize::from(above.is_some()), movers.len());
    Ok(moved.is_empty().then_some(placed))
}

/// A neighbour that makes room: its new rank, and who owns it.
type Neighbour = (CardId, i64, Vec<UserId>);

/// Ranks for the movers, and for the smallest window of neighbours that must make room.
async fn make_room(
    tx: &Tx<'_>,
    stage: StageId,
    movers: &[CardId],
    spot: Spot,
) -> Result<(Vec<i64>, Vec<Neighbour>), Error> {
    const STAGE: &str = "SELECT c.id, c.rank, u.owners FROM card c \
        JOIN customer u ON u.tenant_id = c.tenant_id AND u.id = c.customer_id \
        WHERE c.tenant_id = $1 AND c.stage_id = $2 AND c.archived_at IS NULL ORDER BY c.rank";
    let rows = tx.query_all_raw(raw(tx, STAGE, [tx.tenant().into(), stage.into()])).await?;
    let moving: HashSet<CardId> = movers.iter().copied().collect();
    let (mut cards, mut ranks) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in &rows {
        let id: CardId = row.try_get_by_index(0)?;
        if !moving.contains(&id) {
            let owners: UserList = row.try_get_by_index(2)?;
            cards.push((id, owners.0));
            ranks.push(row.try_get_by_index(1)?);
        }
    }
    let index_of = |id: CardId| cards.iter().position(|(card, _)| *card == id);
    let at = spot.after.and_then(index_of).map(|n| n + 1);
    let at = at.or_else(|| spot.before.and_then(index_of)).unwrap_or(cards.len());
    let Placement { placed, moved } = rank::place(&ranks, at, movers.len());
    let window = moved.into_iter().filter_map(|(index, rank)| {
        cards.get(index).map(|(card, owners)| (*card, rank, owners.clone()))
    });
    Ok((placed, window.collect()))
}

async fn park(tx: &Tx<'_>, cards: &[CardId]) -> Result<(), Error> {
    for part in cards.chunks(ROWS_MAX) {
        let mut sql = Batch::new(tx);
        sql.text("UPDATE card SET rank = rank + ").bind(PARKED).only(part.iter().copied());
        sql.run(tx).await?;
    }
    Ok(())
}

async fn enter(
    tx: &Tx<'_>,
    cx: &CommandContext,
    stage: StageId,
    placed: &[Rank],
) -> Result<(), Error> {
    for part in placed.chunks(ROWS_MAX) {
        let mut sql = Batch::new(tx);
        sql.text("UPDATE card SET version = version + 1, entered_stage_at = CASE WHEN stage_id = ")
            .bind(stage)
            .text(" THEN entered_stage_at ELSE ")
            .bind(cx.at)
            .text(" END, stage_id = ")
            .bind(stage)
            .text(", rank = ")
            .cases(part.iter().copied())
            .only(part.iter().map(|(card, _)| *card));
        sql.run_on_all(tx, part.len()).await?;
    }
    Ok(())
}

/// A card that goes back to a stage: its rank there, free, and when it had entered.
pub(super) type Homecomer = (CardId, i64, DateTime<Utc>);

/// Writes cards back into a stage where they stood before.
pub(super) async fn come_home(
    tx: &Tx<'_>,
    stage: StageId,
    cards: &[Homecomer],
) -> Result<(), Error> {
    for part in cards.chunks(ROWS_MAX) {
        let mut sql = Batch::new(tx);
        sql.text("UPDATE card SET version = version + 1, stage_id = ")
            .bind(stage)
            .text(", rank = ")
            .cases(part.iter().map(|(card, rank, _)| (*card, *rank)))
            .text(", entered_stage_at = ")
            .cases(part.iter().map(|(card, _, entered)| (*card, *entered)))
            .only(part.iter().map(|(card, ..)| *card));
        sql.run_on_all(tx, part.len()).await?;
    }
    Ok(())
}

async fn settle(tx: &Tx<'_>, window: &[Rank]) -> Result<(), Error> {
    for part in window.chunks(ROWS_MAX) {
        let mut sql = Batch::new(tx);
        sql.text("UPDATE card SET rank = ")
            .cases(part.iter().copied())
            .only(part.iter().map(|(card, _)| *card));
        sql.run(tx).await?;
    }
    Ok(())
}

/// An UPDATE of several cards at once, parameter by parameter.
struct Batch {
    sql: String,
    values: Vec<Value>,
    tenant: Value,
}

impl Batch {
    fn new(tx: &Tx<'_>) -> Self {
        Self { sql: String::new(), values: Vec::new(), tenant: tx.tenant().into() }
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.sql.push_str(text);
        self
    }

    fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        // writing to a String cannot fail
        let _ = write!(self.sql, "${}", self.values.len());
        self
    }

    fn cases<V: Into<Value>>(&mut self, values: impl Iterator<Item = (CardId, V)>) -> &mut Self {
        self.text("CASE id");
        for (card, value) in values {
            self.text(" WHEN ").bind(card).text(" THEN ").bind(value);
        }
        self.text(" END")
    }

    fn only(&mut self, cards: impl Iterator<Item = CardId>) -> &mut Self {
        let tenant = self.tenant.clone();
        self.text(" WHERE tenant_id = ").bind(tenant).text(" AND archived_at IS NULL AND id IN (");
        for (n, card) in cards.enumerate() {
            self.text(if n == 0 { "" } else { ", " }).bind(card);
        }
        self.text(")")
    }

    /// Changes so many rows, or is too late.
    async fn run_on_all(self, tx: &Tx<'_>, rows: usize) -> Result<(), Error> {
        if usize::try_from(self.run(tx).await?) == Ok(rows) {
            Ok(())
        } else {
            Err(Error::Overtaken)
        }
    }

    /// Answers how many rows were changed.
    async fn run(self, tx: &Tx<'_>) -> Result<u64, Error> {
        let backend = tx.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, self.sql, self.values);
        Ok(tx.execute_raw(statement).await?.rows_affected())
    }
}

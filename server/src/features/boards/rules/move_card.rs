//! `card.move`: the command that is sent most. Two statements: one that reads all there is to
//! know, one that writes the card. Only what a stage demands and a mover fills in costs more.

use chrono::{DateTime, Utc};
use entities::ids::{BoardId, CardId, CustomerId, StageId, UserId};
use entities::lists::{StringList, UserList};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use serde::Serialize;

use super::super::commands::{CardFields, MoveCard};
use super::super::error::Error;
use super::super::events::{CardMoved, Rank, audience, on_board_and_customer};
use super::super::rank;
use super::arrange::{Arrangement, Pushed, Spot, arrange};
use super::demands::{Has, Unfilled, admit, fill};
use super::{board_id, check_room, raw};
use crate::db::Tx;
use crate::kernel::clock::wire_time;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::principal::Visibility;
use crate::kernel::problem::Problem;

/// What the mover is told.
#[derive(Serialize)]
struct Moved {
    version: i64,
    rank: i64,
}

/// Moves a card. The neighbours are what the mover saw: one that has left the stage, or is hidden
/// from the mover, is ignored, so a drag is never refused for being late. Of two moves of one card
/// the later commit wins, unless the mover insisted on a version.
pub(in super::super) async fn move_card(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &MoveCard,
) -> Decided {
    Ok(decide(tx, cx, cmd).await?)
}

async fn decide(tx: &Tx<'_>, cx: &CommandContext, cmd: &MoveCard) -> Result<Decision, Error> {
    let board = board_id(cx)?;
    let spot = Spot::seen_by(tx, cx, cmd.after, cmd.before, &[cmd.card]).await?;
    let mut found = find(tx, cmd, spot).await?.ok_or(Error::NotFound)?;
    found.check(cx, board)?;
    let enters = found.stage != cmd.to_stage;
    let fields = checked(cx, cmd.fields.as_ref())?;
    if enters {
        admit(&found.requires, &[(cmd.card, found.has)], &fields)?;
    }
    check_room(tx, cmd.to_stage, found.limit, usize::from(enters)).await?;

    let mut events = found.fill(tx, cx, cmd.card, &fields).await?;
    let version = found.version + 1;
    let entered = if enters { cx.at } else { found.entered };
    let Arrangement { placed, mut pushed } = match found.rank_in(enters) {
        Some(rank) => {
            write(tx, cmd, &found, rank, entered).await?;
            Arrangement { placed: vec![(cmd.card, rank)], pushed: Pushed::new() }
        }
        None => arrange(tx, cx, cmd.to_stage, &[(cmd.card, found.stage)], spot).await?,
    };
    let rank = placed.first().map_or(found.rank, |(_, rank)| *rank);

    let mut ranks: Vec<Rank> = placed;
    ranks.extend(pushed.take(&found.owners));
    let moved = CardMoved {
        card: cmd.card,
        customer_id: found.customer,
        from: found.stage,
        to: cmd.to_stage,
        ranks: &ranks,
        version,
        entered_stage_at: &wire_time(entered),
    };
    let place = (board, found.customer);
    events.extend(on_board_and_customer(place, "card.moved", &moved, audience(&found.owners))?);
    events.extend(pushed.events(board)?);
    Ok(Decision::events(events).reply(&Moved { version, rank }))
}

/// What the mover fills in, if it is right and the mover may.
pub(super) fn checked(
    cx: &CommandContext,
    fields: Option<&CardFields>,
) -> Result<CardFields, Error> {
    let Some(fields) = fields else { return Ok(CardFields::default()) };
    let fields = fields.checked()?;
    fields.allowed(&cx.by)?;
    Ok(fields)
}

/// The card, where it goes, and who is there already.
struct Found {
    board: BoardId,
    stage: StageId,
    customer: CustomerId,
    rank: i64,
    version: i64,
    entered: DateTime<Utc>,
    archived: bool,
    board_archived: bool,
    owners: Vec<UserId>,
    /// Board of the target stage; none when there is no such stage.
    to_board: Option<BoardId>,
    limit: Option<i32>,
    to_archived: bool,
    /// Ranks around the spot, the card itself left out; none at the stage's ends.
    above: Option<i64>,
    below: Option<i64>,
    /// What the target stage demands, and what of it is there.
    requires: Vec<String>,
    has: Has,
}

impl Found {
    fn check(&self, cx: &CommandContext, board: BoardId) -> Result<(), Error> {
        if !cx.by.sees(&self.owners) || self.to_board != Some(board) {
            return Err(Error::NotFound);
        }
        if self.board != board {
            return Err(Error::NotOnThisBoard);
        }
        if self.archived || self.to_archived || self.board_archived {
            return Err(Error::Gone);
        }
        Ok(cx.check_version(self.version)?)
    }

    /// Writes what the mover fills in; what it says comes before the move.
    async fn fill(
        &mut self,
        tx: &Tx<'_>,
        cx: &CommandContext,
        card: CardId,
        fields: &CardFields,
    ) -> Result<Vec<NewEvent>, Error> {
        if *fields == CardFields::default() {
            return Ok(Vec::new());
        }
        let was = Unfilled {
            card,
            board: self.board,
            customer: self.customer,
            version: self.version,
            owners: std::mem::take(&mut self.owners),
        };
        let filled = fill(tx, cx, was, fields).await?;
        (self.version, self.owners) = (filled.version, filled.owners);
        Ok(filled.events)
    }

    /// The rank between the neighbours, the card's own if it is there already; none without room.
    fn rank_in(&self, enters: bool) -> Option<i64> {
        let fits = self.above.is_none_or(|above| above < self.rank)
            && self.below.is_none_or(|below| self.rank < below);
        if !enters && fits { Some(self.rank) } else { rank::between(self.above, self.below) }
    }
}

/// The text of the one SELECT, with the two expressions that differ.
macro_rules! find_sql {
    ($above:literal, $below:literal, $joins:literal) => {
        concat!(
            "SELECT c.board_id, c.stage_id, c.customer_id, c.rank, c.version, c.entered_stage_at, \
             c.archived_at IS NOT NULL, b.archived_at IS NOT NULL, u.owners, s.board_id, \
             s.wip_limit, s.archived_at IS NOT NULL, ",
            $above,
            ", ",
            $below,
            ", s.requires, c.amount_minor IS NOT NULL, c.lost_reason IS NOT NULL, \
             c.need IS NOT NULL, c.next_due_at IS NOT NULL, u.quality IS NOT NULL FROM card c \
             JOIN customer u ON u.tenant_id = c.tenant_id AND u.id = c.customer_id \
             JOIN board b ON b.tenant_id = c.tenant_id AND b.id = c.board_id \
             LEFT JOIN stage s ON s.tenant_id = c.tenant_id AND s.id = $3 ",
            $joins,
            "WHERE c.tenant_id = $1 AND c.id = $2"
        )
    };
}

const FIND_END: &str = find_sql!(
    "(SELECT l.rank FROM card l WHERE l.tenant_id = $1 AND l.stage_id = $3 \
      AND l.archived_at IS NULL AND l.id <> $2 ORDER BY l.rank DESC LIMIT 1)",
    "CAST(NULL AS BIGINT)",
    ""
);

const FIND_SPOT: &str = find_sql!(
    "CASE WHEN a.id IS NOT NULL THEN a.rank \
      WHEN z.id IS NOT NULL THEN (SELECT p.rank FROM card p WHERE p.tenant_id = $1 \
       AND p.stage_id = $3 AND p.archived_at IS NULL AND p.rank < z.rank AND p.id <> $2 \
       ORDER BY p.rank DESC LIMIT 1) \
      ELSE (SELECT l.rank FROM card l WHERE l.tenant_id = $1 AND l.stage_id = $3 \
       AND l.archived_at IS NULL AND l.id <> $2 ORDER BY l.rank DESC LIMIT 1) END",
    "CASE WHEN a.id IS NOT NULL THEN (SELECT n.rank FROM card n WHERE n.tenant_id = $1 \
       AND n.stage_id = $3 AND n.archived_at IS NULL AND n.rank > a.rank AND n.id <> $2 \
       ORDER BY n.rank LIMIT 1) \
      ELSE z.rank END",
    "LEFT JOIN card a ON a.tenant_id = c.tenant_id AND a.id = $4 AND a.stage_id = $3 \
      AND a.archived_at IS NULL \
     LEFT JOIN card z ON z.tenant_id = c.tenant_id AND z.id = $5 AND z.stage_id = $3 \
      AND z.archived_at IS NULL "
);

async fn find(tx: &Tx<'_>, cmd: &MoveCard, spot: Spot) -> Result<Option<Found>, Error> {
    let [tenant, card, stage]: [Value; 3] =
        [tx.tenant().into(), cmd.card.into(), cmd.to_stage.into()];
    let statement = if spot == Spot::END {
        raw(tx, FIND_END, [tenant, card, stage])
    } else {
        let neighbour = |id: Option<CardId>| Value::Uuid(id.map(|id| id.0));
        let (after, before) = (neighbour(spot.after), neighbour(spot.before));
        raw(tx, FIND_SPOT, [tenant, card, stage, after, before])
    };
    let row = tx.query_one_raw(statement).await?;
    Ok(row.as_ref().map(read).transpose()?)
}

fn read(row: &QueryResult) -> Result<Found, DbErr> {
    let owners: UserList = row.try_get_by_index(8)?;
    let to_archived: Option<bool> = row.try_get_by_index(11)?;
    let requires: Option<StringList> = row.try_get_by_index(14)?;
    let has = Has {
        amount: row.try_get_by_index(15)?,
        lost_reason: row.try_get_by_index(16)?,
        need: row.try_get_by_index(17)?,
        next_due_at: row.try_get_by_index(18)?,
        quality: row.try_get_by_index(19)?,
        owner: !owners.0.is_empty(),
    };
    Ok(Found {
        board: row.try_get_by_index(0)?,
        stage: row.try_get_by_index(1)?,
        customer: row.try_get_by_index(2)?,
        rank: row.try_get_by_index(3)?,
        version: row.try_get_by_index(4)?,
        entered: row.try_get_by_index(5)?,
        archived: row.try_get_by_index(6)?,
        board_archived: row.try_get_by_index(7)?,
        owners: owners.0,
        to_board: row.try_get_by_index(9)?,
        limit: row.try_get_by_index(10)?,
        to_archived: to_archived.unwrap_or(false),
        above: row.try_get_by_index(12)?,
        below: row.try_get_by_index(13)?,
        requires: requires.unwrap_or_default().0,
        has,
    })
}

async fn write(
    tx: &Tx<'_>,
    cmd: &MoveCard,
    found: &Found,
    rank: i64,
    entered: DateTime<Utc>,
) -> Result<(), Error> {
    const WRITE: &str = "UPDATE card SET stage_id = $3, rank = $4, version = version + 1, \
        entered_stage_at = $5 WHERE tenant_id = $1 AND id = $2 AND version = $6";
    let values: [Value; 6] = [
        tx.tenant().into(),
        cmd.card.into(),
        cmd.to_stage.into(),
        rank.into(),
        entered.into(),
        found.version.into(),
    ];
    let done = tx.execute_raw(raw(tx, WRITE, values)).await?;
    // a command of another topic (a merge) was at the row between the two statements
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::Overtaken) }
}

impl Spot {
    /// The neighbours that count for this mover. Only who does not see everything costs a query.
    pub(super) async fn seen_by(
        tx: &Tx<'_>,
        cx: &CommandContext,
        after: Option<CardId>,
        before: Option<CardId>,
        moving: &[CardId],
    ) -> Result<Self, Problem> {
        let stays = |id: &CardId| !moving.contains(id);
        let (mut after, mut before) = (after.filter(stays), before.filter(stays));
        if cx.by.visibility != Visibility::All && (after.is_some() || before.is_some()) {
            let ids: Vec<CardId> = after.into_iter().chain(before).collect();
            let seen = super::views::cards(tx, &cx.by, &ids).await?;
            let sees = |id: &CardId| seen.iter().any(|card| card.id == *id);
            (after, before) = (after.filter(sees), before.filter(sees));
        }
        Ok(Self { after, before })
    }
}

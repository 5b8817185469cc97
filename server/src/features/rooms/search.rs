//! Messages by their words, the newest first. Whether a word is rare is asked of one's own rooms: a rare
//! one leads to its bearers, and where every word is a common one, the newest messages of the rooms are
//! looked at, one stretch of time after the other, and enough are soon found. Either way a page costs a
//! bounded number of rows: it may end before it is full, and its cursor goes on from there.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::ids::{RoomId, UserId};
use entities::tenancy::OfTenant;
use entities::{message, message_token, room_member};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use super::shapes::TEXT;
use super::tokens;
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// A word with fewer bearers in the rooms that are searched is rare: where they are is read at once.
const RARE: i64 = 10_000;
/// Bearers whose messages are read in one go.
const STEP: usize = 100;
/// Messages that one look at the newest brings.
const WINDOW: usize = 1_000;
/// Messages that one page looks at.
const LOOKED: usize = 8_000;
/// Looks of one page.
const LOOKS: usize = 60;
/// How much time the first look takes in, and the widest, in milliseconds.
const HOUR: i64 = 3_600_000;
const WEEK: i64 = 7 * 24 * HOUR;
/// Nothing is said later, in milliseconds: the end of the year 9999.
const END: i64 = 253_402_300_799_000;

/// Behind which message a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Position {
    at: i64,
    room: RoomId,
    n: i64,
}

impl Position {
    fn of(row: &message::Model) -> Self {
        Self { at: row.created_at.timestamp_millis(), room: row.room_id, n: row.n }
    }

    /// Behind everything of this time and later.
    fn before(at: i64) -> Self {
        Self { at, room: RoomId::NIL, n: 0 }
    }
}

pub(super) struct Ask {
    pub(super) me: UserId,
    pub(super) words: Vec<String>,
    pub(super) room: Option<RoomId>,
    pub(super) by: Option<UserId>,
    pub(super) limit: usize,
    pub(super) after: Option<Position>,
}

/// The hits of one page, and where the next begins.
#[derive(Default)]
pub(super) struct Found {
    pub(super) rows: Vec<message::Model>,
    pub(super) next: Option<Position>,
}

pub(super) async fn search(tx: &Tx<'_>, ask: &Ask) -> Result<Found, Problem> {
    if ask.words.is_empty() {
        return Ok(Found::default());
    }
    let postgres = tx.get_database_backend() == DbBackend::Postgres;
    if postgres {
        // as in the search for customers: without statistics the planner reads everything
        tx.execute_unprepared(
            "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; \
             SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off",
        )
        .await?;
    }
    let places = places(tx, ask).await?;
    let rows = match &places {
        Some(_) => None,
        None => Some(newest(tx, ask).await?),
    };
    if postgres {
        tx.execute_unprepared(
            "SET LOCAL enable_hashjoin TO DEFAULT; SET LOCAL enable_mergejoin TO DEFAULT; \
             SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL enable_bitmapscan TO DEFAULT",
        )
        .await?;
    }
    match (rows, places) {
        (Some(found), _) => Ok(found),
        (None, places) => read(tx, ask, places.unwrap_or_default()).await,
    }
}

/// The rooms that are searched: the one asked for, or all that one is in.
fn rooms(tx: &Tx<'_>, ask: &Ask) -> SelectStatement {
    let mine = |column| Expr::col((room_member::Entity, column));
    let mut query = Query::select();
    query
        .from(room_member::Entity)
        .and_where(mine(room_member::Column::TenantId).eq(tx.tenant()))
        .and_where(mine(room_member::Column::UserId).eq(ask.me));
    if let Some(room) = ask.room {
        query.and_where(mine(room_member::Column::RoomId).eq(room));
    }
    query
}

/// The bearers of a word there: of each room a range of the key.
fn bearers(tx: &Tx<'_>, ask: &Ask, word: &str) -> SelectStatement {
    use message_token::Column;
    let token = |column| Expr::col((message_token::Entity, column));
    let mut query = rooms(tx, ask);
    query
        .from(message_token::Entity)
        .and_where(token(Column::TenantId).eq(tx.tenant()))
        .and_where(token(Column::RoomId).equals((room_member::Entity, room_member::Column::RoomId)))
        .and_where(token(Column::Token).gte(word))
        .and_where(token(Column::Token).lt(tokens::end_of(word)));
    query
}

/// How many tokens begin with each word, up to [`RARE`].
async fn weights(tx: &Tx<'_>, ask: &Ask) -> Result<Vec<i64>, Problem> {
    let mut weigh = Query::select();
    for word in &ask.words {
        let mut some = bearers(tx, ask, word);
        some.expr_as(Expr::val(1), Alias::new("one")).limit(RARE.unsigned_abs());
        let mut count = Query::select();
        count.expr(Func::count(Expr::val(1))).from_subquery(some, Alias::new("bearer"));
        weigh.expr(SimpleExpr::SubQuery(None, Box::new(count.into())));
    }
    let row = tx.query_one(&weigh).await?.ok_or_else(Problem::internal)?;
    Ok((0..ask.words.len()).map(|n| row.try_get_by_index(n)).collect::<Result<_, _>>()?)
}

/// Where all rare words stand together, the newest first; none where every word is a common one.
async fn places(tx: &Tx<'_>, ask: &Ask) -> Result<Option<Vec<Position>>, Problem> {
    use message_token::Column;
    let weights = weights(tx, ask).await?;
    let mut together: Option<HashSet<Position>> = None;
    for (word, _) in ask.words.iter().zip(weights).filter(|(_, weight)| *weight < RARE) {
        let mut query = bearers(tx, ask, word);
        for column in [Column::At, Column::RoomId, Column::N] {
            query.column((message_token::Entity, column));
        }
        let mut here = HashSet::new();
        for row in tx.query_all(&query).await? {
            let (at, room, n) =
                (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
            here.insert(Position { at, room, n });
        }
        together = Some(match together {
            None => here,
            Some(known) => known.intersection(&here).copied().collect(),
        });
    }
    Ok(together.map(|places| {
        let behind = |place: &Position| ask.after.is_none_or(|after| *place < after);
        let mut places: Vec<Position> = places.into_iter().filter(behind).collect();
        places.sort_unstable_by(|a, b| b.cmp(a));
        places
    }))
}

/// Keeps what fits; whether the page is full now.
fn keep(ask: &Ask, found: &mut Vec<message::Model>, rows: Vec<message::Model>) -> bool {
    let by = ask.by.map(|user| user.to_string());
    found.extend(rows.into_iter().filter(|row| {
        let stands = row.kind == TEXT && row.deleted_at.is_none();
        let fits = stands && by.as_ref().is_none_or(|by| row.by == *by);
        fits && tokens::fit(&tokens::of(&row.text), &ask.words)
    }));
    found.len() > ask.limit
}

/// A page of these, of which there may be too many.
fn page(ask: &Ask, mut rows: Vec<message::Model>, end: Option<Position>) -> Found {
    let full = rows.len() > ask.limit;
    rows.truncate(ask.limit);
    let next = if full { rows.last().map(Position::of) } else { end };
    Found { rows, next }
}

/// Reads what stands at these places.
async fn read(tx: &Tx<'_>, ask: &Ask, places: Vec<Position>) -> Result<Found, Problem> {
    let mut found = Vec::new();
    for (step, part) in places.chunks(STEP).enumerate() {
        if keep(ask, &mut found, at_places(tx, part).await?) {
            break;
        }
        let looked = (step + 1) * STEP;
        if looked >= LOOKED && looked < places.len() {
            return Ok(page(ask, found, part.last().copied()));
        }
    }
    Ok(page(ask, found, None))
}

/// The messages at these places, in their order: of each room some numbers of its one index.
async fn at_places(tx: &Tx<'_>, places: &[Position]) -> Result<Vec<message::Model>, Problem> {
    use message::Column;
    let mut of: BTreeMap<RoomId, Vec<i64>> = BTreeMap::new();
    for place in places {
        of.entry(place.room).or_default().push(place.n);
    }
    let mut known: HashMap<(RoomId, i64), message::Model> = HashMap::with_capacity(places.len());
    for (room, numbers) in of {
        let rows = message::Entity::of(tx.tenant())
            .filter(Column::RoomId.eq(room))
            .filter(Column::N.is_in(numbers))
            .all(tx)
            .await?;
        known.extend(rows.into_iter().map(|row| ((row.room_id, row.n), row)));
    }
    Ok(places.iter().filter_map(|place| known.remove(&(place.room, place.n))).collect())
}

/// Looks at the newest messages: at a longer stretch of time where little was said, at a shorter one
/// where much was, and over a silence in one step.
async fn newest(tx: &Tx<'_>, ask: &Ask) -> Result<Found, Problem> {
    let mut behind = ask.after.unwrap_or_else(|| Position::before(END));
    let (mut found, mut looked, mut width) = (Vec::new(), 0, HOUR);
    for _ in 0..LOOKS {
        let Some(last) = last_until(tx, ask, behind.at).await? else {
            return Ok(page(ask, found, None));
        };
        let from = last.saturating_sub(width);
        let rows = stretch(tx, ask, from, behind).await?;
        let count = rows.len();
        looked += count;
        behind = match rows.last() {
            Some(row) if count == WINDOW => Position::of(row),
            _ => Position::before(from),
        };
        if keep(ask, &mut found, rows) {
            return Ok(page(ask, found, None));
        }
        if looked >= LOOKED {
            break;
        }
        width = match count {
            WINDOW => Ord::max(width / 4, 1_000),
            _ if count < WINDOW / 4 => Ord::min(width * 4, WEEK),
            _ => width,
        };
    }
    Ok(page(ask, found, Some(behind)))
}

/// When something was said last in these rooms, until this time: one step into the index of each.
async fn last_until(tx: &Tx<'_>, ask: &Ask, at: i64) -> Result<Option<i64>, Problem> {
    let said = |column| Expr::col((message::Entity, column));
    let until = DateTime::from_timestamp_millis(at).unwrap_or(DateTime::UNIX_EPOCH);
    let mut last = Query::select();
    last.column((message::Entity, message::Column::CreatedAt))
        .from(message::Entity)
        .and_where(said(message::Column::TenantId).eq(tx.tenant()))
        .and_where(
            said(message::Column::RoomId)
                .equals((room_member::Entity, room_member::Column::RoomId)),
        )
        .and_where(said(message::Column::CreatedAt).lte(until))
        .order_by((message::Entity, message::Column::CreatedAt), Order::Desc)
        .limit(1);
    let mut query = rooms(tx, ask);
    query.expr(SimpleExpr::SubQuery(None, Box::new(last.into())));
    let mut latest: Option<DateTime<Utc>> = None;
    for row in tx.query_all(&query).await? {
        latest = Ord::max(latest, row.try_get_by_index(0)?);
    }
    Ok(latest.map(|latest| latest.timestamp_millis()))
}

/// Messages of these rooms from this time on and behind that position, the newest first.
async fn stretch(
    tx: &Tx<'_>,
    ask: &Ask,
    from: i64,
    behind: Position,
) -> Result<Vec<message::Model>, Problem> {
    use message::Column;
    let time = |at| DateTime::from_timestamp_millis(at).unwrap_or(DateTime::UNIX_EPOCH);
    let (at, from) = (time(behind.at), time(from));
    let same_room =
        Condition::all().add(Column::RoomId.eq(behind.room)).add(Column::N.lt(behind.n));
    let later = Condition::any().add(Column::RoomId.lt(behind.room)).add(same_room);
    let same_time = Condition::all().add(Column::CreatedAt.eq(at)).add(later);
    let mut mine = rooms(tx, ask);
    mine.column((room_member::Entity, room_member::Column::RoomId));
    let rows = message::Entity::of(tx.tenant())
        .filter(Column::RoomId.in_subquery(mine))
        .filter(Column::CreatedAt.gte(from))
        .filter(Column::CreatedAt.lte(at))
        .filter(Condition::any().add(Column::CreatedAt.lt(at)).add(same_time))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::RoomId)
        .order_by_desc(Column::N)
        .limit(WINDOW as u64)
        .all(tx)
        .await?;
    Ok(rows)
}

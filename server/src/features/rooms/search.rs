//! Messages by their words, the newest first. A rare word leads to its bearers; where every word is
//! a common one, the newest messages are looked at one after the other, and enough are soon found.
//! Either way a page costs a bounded number of rows: it may end before it is full, and its cursor
//! goes on from there.

use chrono::DateTime;
use entities::ids::{RoomId, UserId};
use entities::tenancy::OfTenant;
use entities::{message, message_token, room_member};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use super::tokens;
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// A word with fewer bearers is rare: all of them are read.
const RARE: i64 = 5_000;
/// Bearers that are looked at in one go.
const STEP: u64 = 100;
/// Messages of the house that one look at the newest passes over, and looks of one page.
const WINDOW: u64 = 2_000;
const WINDOWS: usize = 10;

/// Behind which message a page begins.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Position {
    at: i64,
    room: RoomId,
    n: i64,
}

impl Position {
    fn of(row: &message::Model) -> Self {
        Self { at: row.created_at.timestamp_millis(), room: row.room_id, n: row.n }
    }

    /// Behind everything of an earlier time.
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
pub(super) struct Found {
    pub(super) rows: Vec<message::Model>,
    pub(super) next: Option<Position>,
}

pub(super) async fn search(tx: &Tx<'_>, ask: &Ask) -> Result<Found, Problem> {
    if ask.words.is_empty() {
        return Ok(Found { rows: Vec::new(), next: None });
    }
    if tx.get_database_backend() == DbBackend::Postgres {
        // as in the search for customers: without statistics the planner reads everything
        tx.execute_unprepared(
            "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; \
             SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off",
        )
        .await?;
    }
    let weights = weights(tx, &ask.words).await?;
    let rarest = (0..weights.len()).min_by_key(|n| weights[*n]).unwrap_or_default();
    if weights[rarest] < RARE {
        led_by(tx, ask, &ask.words[rarest]).await
    } else {
        newest(tx, ask).await
    }
}

/// How many tokens begin with each word, up to [`RARE`].
async fn weights(tx: &Tx<'_>, words: &[String]) -> Result<Vec<i64>, Problem> {
    let mut weigh = Query::select();
    for word in words {
        let mut bearers = Query::select();
        bearers
            .expr_as(Expr::val(1), Alias::new("one"))
            .from(message_token::Entity)
            .and_where(Expr::col(message_token::Column::TenantId).eq(tx.tenant()))
            .cond_where(begins_with(word))
            .limit(RARE.unsigned_abs());
        let mut count = Query::select();
        count.expr(Func::count(Expr::val(1))).from_subquery(bearers, Alias::new("bearer"));
        weigh.expr(SimpleExpr::SubQuery(None, Box::new(count.into())));
    }
    let row = tx.query_one(&weigh).await?.ok_or_else(Problem::internal)?;
    Ok((0..words.len()).map(|n| row.try_get_by_index(n)).collect::<Result<_, _>>()?)
}

fn begins_with(word: &str) -> Condition {
    Condition::all()
        .add(message_token::Column::Token.gte(word))
        .add(message_token::Column::Token.lt(tokens::end_of(word)))
}

/// The rooms that are searched: the one asked for, or all that one is in.
fn rooms(tx: &Tx<'_>, ask: &Ask) -> SelectStatement {
    let mut query = Query::select();
    query
        .column(room_member::Column::RoomId)
        .from(room_member::Entity)
        .and_where(Expr::col(room_member::Column::TenantId).eq(tx.tenant()))
        .and_where(Expr::col(room_member::Column::UserId).eq(ask.me));
    if let Some(room) = ask.room {
        query.and_where(Expr::col(room_member::Column::RoomId).eq(room));
    }
    query
}

/// Keeps what fits; whether the page is full now.
fn keep(ask: &Ask, found: &mut Vec<message::Model>, rows: Vec<message::Model>) -> bool {
    let by = ask.by.map(|user| user.to_string());
    found.extend(rows.into_iter().filter(|row| {
        let fits = by.as_ref().is_none_or(|by| row.by == *by) && row.deleted_at.is_none();
        fits && tokens::fit(&tokens::of(&row.text), &ask.words)
    }));
    found.len() > ask.limit
}

/// A page of these, of which there may be one too many.
fn page(ask: &Ask, mut rows: Vec<message::Model>, end: Option<Position>) -> Found {
    let full = rows.len() > ask.limit;
    rows.truncate(ask.limit);
    let next = if full { rows.last().map(Position::of) } else { end };
    Found { rows, next }
}

/// Reads the bearers of a rare word.
async fn led_by(tx: &Tx<'_>, ask: &Ask, word: &str) -> Result<Found, Problem> {
    use message_token::Column;
    let (mut found, mut after) = (Vec::new(), ask.after);
    loop {
        let mut query = message_token::Entity::of(tx.tenant())
            .filter(begins_with(word))
            .filter(Column::RoomId.in_subquery(rooms(tx, ask)));
        if let Some(Position { at, room, n }) = after {
            let same_room = Condition::all().add(Column::RoomId.eq(room)).add(Column::N.lt(n));
            let later = Condition::any().add(Column::RoomId.lt(room)).add(same_room);
            let same_time = Condition::all().add(Column::At.eq(at)).add(later);
            query = query.filter(Condition::any().add(Column::At.lt(at)).add(same_time));
        }
        let places: Vec<(i64, RoomId, i64)> = query
            .select_only()
            .columns([Column::At, Column::RoomId, Column::N])
            .distinct()
            .order_by_desc(Column::At)
            .order_by_desc(Column::RoomId)
            .order_by_desc(Column::N)
            .limit(STEP)
            .into_tuple()
            .all(tx)
            .await?;
        let is_last = (places.len() as u64) < STEP;
        let Some((at, room, n)) = places.last().copied() else {
            return Ok(page(ask, found, None));
        };
        after = Some(Position { at, room, n });
        let full = keep(ask, &mut found, at_places(tx, &places).await?);
        if full || is_last {
            return Ok(page(ask, found, None));
        }
    }
}

/// The messages at these places, in their order.
async fn at_places(
    tx: &Tx<'_>,
    places: &[(i64, RoomId, i64)],
) -> Result<Vec<message::Model>, Problem> {
    use message::Column;
    let mut any = Condition::any();
    for (_, room, n) in places {
        any = any.add(Condition::all().add(Column::RoomId.eq(*room)).add(Column::N.eq(*n)));
    }
    let mut rows = message::Entity::of(tx.tenant()).filter(any).all(tx).await?;
    rows.sort_by_cached_key(|row| {
        places.iter().position(|(_, room, n)| row.room_id == *room && row.n == *n)
    });
    Ok(rows)
}

/// Looks at the newest messages, window by window.
async fn newest(tx: &Tx<'_>, ask: &Ask) -> Result<Found, Problem> {
    let (mut found, mut after) = (Vec::new(), ask.after);
    for _ in 0..WINDOWS {
        let (rows, end) = window(tx, ask, after).await?;
        if keep(ask, &mut found, rows) || end.is_none() {
            return Ok(page(ask, found, None));
        }
        after = end;
    }
    Ok(page(ask, found, after))
}

/// The messages of one window that the asker may see, newest first, and where the next begins.
async fn window(
    tx: &Tx<'_>,
    ask: &Ask,
    after: Option<Position>,
) -> Result<(Vec<message::Model>, Option<Position>), Problem> {
    use message::Column;
    if let Some(room) = ask.room {
        return window_of(tx, ask, room, after.map(|after| after.n)).await;
    }
    let mut behind = Condition::all();
    if let Some(Position { at, room, n }) = after {
        let at = DateTime::from_timestamp_millis(at).unwrap_or_default();
        let same_room = Condition::all().add(Column::RoomId.eq(room)).add(Column::N.lt(n));
        let later = Condition::any().add(Column::RoomId.lt(room)).add(same_room);
        let same_time = Condition::all().add(Column::CreatedAt.eq(at)).add(later);
        behind = behind
            .add(Column::CreatedAt.lte(at))
            .add(Condition::any().add(Column::CreatedAt.lt(at)).add(same_time));
    }
    let all = message::Entity::of(tx.tenant()).filter(behind);
    let edge: Option<DateTime<chrono::Utc>> = all
        .clone()
        .select_only()
        .column(Column::CreatedAt)
        .order_by_desc(Column::CreatedAt)
        .offset(WINDOW - 1)
        .limit(1)
        .into_tuple()
        .one(tx)
        .await?;
    let mut query = all.filter(Column::RoomId.in_subquery(rooms(tx, ask)));
    if let Some(edge) = edge {
        query = query.filter(Column::CreatedAt.gte(edge));
    }
    let rows = query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::RoomId)
        .order_by_desc(Column::N)
        .all(tx)
        .await?;
    Ok((rows, edge.map(|edge| Position::before(edge.timestamp_millis()))))
}

/// The same in one room, where the numbers are the order.
async fn window_of(
    tx: &Tx<'_>,
    ask: &Ask,
    room: RoomId,
    after: Option<i64>,
) -> Result<(Vec<message::Model>, Option<Position>), Problem> {
    use message::Column;
    const WINDOW_OF_ROOM: u64 = 500;
    let mut query = message::Entity::of(tx.tenant())
        .filter(Column::RoomId.eq(room))
        .filter(Column::RoomId.in_subquery(rooms(tx, ask)));
    if let Some(n) = after {
        query = query.filter(Column::N.lt(n));
    }
    let rows = query.order_by_desc(Column::N).limit(WINDOW_OF_ROOM).all(tx).await?;
    let end = rows.last().filter(|_| rows.len() as u64 == WINDOW_OF_ROOM).map(Position::of);
    Ok((rows, end))
}

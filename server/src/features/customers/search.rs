//! Search: one word drives a range scan over the tokens, the others only confirm. That is the longest
//! word, or, where it is a common one, the rarest.

use std::collections::HashSet;

use entities::ids::CustomerId;
use entities::{customer, search_token};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement, SimpleExpr};
use sea_orm::{Condition, ConnectionTrait, DbBackend, DbErr, QueryResult};

use super::filter::begins_with;
use super::tokens;
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// Hits are ranked and counted, and pages end, here: whoever gets more than this asks for too
/// little. Each hit costs a look at its customer.
const FOUND_MAX: u64 = 500;
/// Tokens of one reading. A customer may have a few that begin alike.
const STEP: u64 = 600;

/// Up to this many bearers of a word are counted to see how common it is.
const WEIGHED: u64 = 20_000;
/// Words of fewer bearers are rare: each bearer is looked at.
const RARE: u64 = 400;
/// Reading one bearer of another word in passing is this much cheaper than looking for the word at
/// one bearer of the first.
const PASSING: u64 = 10;

/// What a search found.
pub(super) struct Found {
    /// One page, in order of relevance.
    pub(super) ids: Vec<CustomerId>,
    pub(super) more: bool,
    /// At most [`FOUND_MAX`].
    pub(super) total: u64,
    /// There are more than `total` tells.
    pub(super) capped: bool,
}

/// A page of hits. `condition` is on the table `customer` and holds visibility and filters.
pub(super) async fn search(
    tx: &Tx<'_>,
    words: &[String],
    condition: &Condition,
    offset: u64,
    limit: u64,
) -> Result<Found, Problem> {
    if words.is_empty() {
        return Ok(Found { ids: Vec::new(), more: false, total: 0, capped: false });
    }
    if tx.get_database_backend() == DbBackend::Postgres {
        // right after an import there are no statistics yet, and without them the planner joins
        // everything with everything (seen: 1.2 s instead of 50 ms)
        tx.execute_unprepared(
            "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; \
             SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off",
        )
        .await?;
    }
    let weights = weights(tx, words).await?;
    let rarest = rarest(&weights);
    let first = &words[rarest];
    let others: Vec<Other> = (0..words.len())
        .filter(|n| *n != rarest)
        .map(|n| Other { word: &words[n], by: Confirmed::of(weights[n], weights[rarest]) })
        .collect();
    let together = others.iter().any(|other| matches!(other.by, Confirmed::Together));
    if together && tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("SET LOCAL enable_hashjoin = on").await?;
    }
    let query = driven(tx, first, &others, condition);
    let (mut hits, whole) = hits(tx, &query).await?;
    // exact word, then the words that it begins, then by name
    hits.sort_by(|a, b| {
        let place = |hit: &Hit| hit.token != *first;
        (place(a), &a.name_key, a.id).cmp(&(place(b), &b.name_key, b.id))
    });
    let total = Ord::min(hits.len() as u64, FOUND_MAX);
    let capped = !whole || hits.len() as u64 > FOUND_MAX;
    let ids: Vec<CustomerId> = hits
        .iter()
        .take(usize::try_from(total).unwrap_or(usize::MAX))
        .skip(usize::try_from(offset).unwrap_or(usize::MAX))
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .map(|hit| hit.id)
        .collect();
    let end = offset + ids.len() as u64;
    Ok(Found { more: !ids.is_empty() && end < total, ids, total, capped })
}

struct Hit {
    id: CustomerId,
    token: String,
    name_key: String,
}

/// Each customer once, by the first of its tokens, until there are enough; and whether that is all.
async fn hits(tx: &Tx<'_>, query: &SelectStatement) -> Result<(Vec<Hit>, bool), Problem> {
    let (mut seen, mut hits) = (HashSet::new(), Vec::new());
    let mut behind = query.clone();
    loop {
        let read: Vec<Hit> =
            tx.query_all(&behind).await?.iter().map(Hit::of).collect::<Result<_, _>>()?;
        let last = read.last().filter(|_| read.len() as u64 == STEP);
        let last = last.map(|hit| (hit.token.clone(), hit.id));
        hits.extend(read.into_iter().filter(|hit| seen.insert(hit.id)));
        match last {
            Some((token, id)) if (hits.len() as u64) < FOUND_MAX => {
                let column = |column| Expr::col((search_token::Entity, column));
                behind = query.clone();
                behind
                    .and_where(column(search_token::Column::Token).gte(token.as_str()))
                    .and_where(
                        column(search_token::Column::Token)
                            .gt(token)
                            .or(column(search_token::Column::CustomerId).gt(id)),
                    );
            }
            more => return Ok((hits, more.is_none())),
        }
    }
}

impl Hit {
    fn of(row: &QueryResult) -> Result<Self, DbErr> {
        let id = row.try_get_by_index(0)?;
        Ok(Self { id, token: row.try_get_by_index(1)?, name_key: row.try_get_by_index(2)? })
    }
}

/// A word that does not drive.
struct Other<'w> {
    word: &'w str,
    by: Confirmed,
}

/// How it is seen that a bearer of the first word bears another one too.
enum Confirmed {
    /// It is looked at. Where nearly everybody bears the other word, enough are soon found.
    EachByItself,
    /// All bearers of the other word are read once.
    Together,
}

impl Confirmed {
    fn of(weight: u64, first: u64) -> Self {
        if first < RARE || weight >= WEIGHED || weight > first.saturating_mul(PASSING) {
            Self::EachByItself
        } else {
            Self::Together
        }
    }
}

/// How many tokens begin with each word, up to [`WEIGHED`].
async fn weights(tx: &Tx<'_>, words: &[String]) -> Result<Vec<u64>, Problem> {
    if words.len() == 1 {
        return Ok(vec![0]);
    }
    let mut weigh = Query::select();
    for word in words {
        let mut bearers = Query::select();
        bearers
            .expr_as(Expr::val(1), Alias::new("one"))
            .from(search_token::Entity)
            .and_where(Expr::col(search_token::Column::TenantId).eq(tx.tenant()))
            .cond_where(begins_with(word))
            .limit(WEIGHED);
        let mut count = Query::select();
        count.expr(Func::count(Expr::val(1))).from_subquery(bearers, Alias::new("bearer"));
        weigh.expr(SimpleExpr::SubQuery(None, Box::new(count.into())));
    }
    let row = tx.query_one(&weigh).await?.ok_or_else(Problem::internal)?;
    let weight = |n| row.try_get_by_index::<i64>(n).map(i64::unsigned_abs);
    Ok((0..words.len()).map(weight).collect::<Result<_, _>>()?)
}

/// Which word drives: the first, the longest, if it is rare, else the rarest.
fn rarest(weights: &[u64]) -> usize {
    match weights {
        [first, ..] if *first < RARE => 0,
        _ => (0..weights.len()).min_by_key(|n| weights[*n]).unwrap_or_default(),
    }
}

/// Hits in the order of their tokens.
fn driven(
    tx: &Tx<'_>,
    first: &str,
    others: &[Other<'_>],
    condition: &Condition,
) -> SelectStatement {
    let token = |column| Expr::col((search_token::Entity, column));
    let mut query = Query::select();
    query
        .column((search_token::Entity, search_token::Column::CustomerId))
        .column((search_token::Entity, search_token::Column::Token))
        .column((customer::Entity, customer::Column::NameKey))
        .order_by((search_token::Entity, search_token::Column::Token), Order::Asc)
        .order_by((search_token::Entity, search_token::Column::CustomerId), Order::Asc)
        .limit(STEP)
        .from(search_token::Entity)
        .inner_join(
            customer::Entity,
            Condition::all()
                .add(
                    Expr::col((customer::Entity, customer::Column::TenantId))
                        .equals((search_token::Entity, search_token::Column::TenantId)),
                )
                .add(
                    Expr::col((customer::Entity, customer::Column::Id))
                        .equals((search_token::Entity, search_token::Column::CustomerId)),
                ),
        )
        .and_where(token(search_token::Column::TenantId).eq(tx.tenant()))
        .cond_where(begins_with(first))
        .cond_where(condition.clone());
    for Other { word, by } in others {
        let other = Alias::new("w");
        let own = |column| Expr::col((other.clone(), column));
        let mut bearers = Query::select();
        bearers
            .from_as(search_token::Entity, other.clone())
            .and_where(own(search_token::Column::TenantId).eq(tx.tenant()))
            .and_where(own(search_token::Column::Token).gte(*word))
            .and_where(own(search_token::Column::Token).lt(tokens::end_of(word)));
        match by {
            Confirmed::Together => {
                bearers.column((other.clone(), search_token::Column::CustomerId));
                query.and_where(token(search_token::Column::CustomerId).in_subquery(bearers));
            }
            Confirmed::EachByItself => {
                bearers.expr(Expr::val(1)).and_where(
                    own(search_token::Column::CustomerId)
                        .equals((search_token::Entity, search_token::Column::CustomerId)),
                );
                query.and_where(Expr::exists(bearers));
            }
        }
    }
    query
}

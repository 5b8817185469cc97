//! Search: one word drives a range scan over the tokens, the others only confirm. That is the longest
//! word, or, where it is a common one, the rarest.

use std::collections::HashSet;

use entities::ids::CustomerId;
use entities::{customer, search_token};
use sea_orm::sea_query::{
    Alias, CommonTableExpression, Expr, ExprTrait, Func, Order, Query, SelectStatement, SimpleExpr,
    WithClause,
};
use sea_orm::{Condition, ConnectionTrait, DbBackend, DbErr, QueryResult};

use super::filter::begins_with;
use super::tokens;
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// Up to this many hits are ranked; beyond, the order is that of the tokens.
const RANKED: u64 = 250;
/// Hits are counted, and pages end, here: whoever gets more than this asks for too little. Each
/// counted hit costs a look at its customer.
const COUNTED: u64 = 1_000;

/// Up to this many bearers of a word are counted to see which word is rare.
const WEIGHED: u64 = 2_000;

/// What a search found.
pub(super) struct Found {
    /// One page, in order of relevance.
    pub(super) ids: Vec<CustomerId>,
    pub(super) more: bool,
    pub(super) total: u64,
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
        return Ok(Found { ids: Vec::new(), more: false, total: 0 });
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
    let rarest = rarest(tx, words).await?;
    let first = &words[rarest];
    let others: Vec<&str> = (words.iter().enumerate())
        .filter(|(n, _)| *n != rarest)
        .map(|(_, word)| word.as_str())
        .collect();
    let (hits, counted) = counted_hits(tx, first, &others, condition).await?;
    let ranked = hits.len() as u64 <= RANKED;
    let mut unique = unique(hits);
    let mut total = unique.len() as u64;
    if ranked {
        // exact word, then the words that it begins, then by name
        unique.sort_by(|a, b| {
            let place = |hit: &Hit| hit.token != *first;
            (place(a), &a.name_key, a.id).cmp(&(place(b), &b.name_key, b.id))
        });
    } else {
        total = counted;
        let wanted = Ord::min(offset, COUNTED) + limit;
        if wanted >= unique.len() as u64 {
            // one customer has a few tokens in a range, rarely more than four
            let all = driven(tx, first, &others, condition, wanted * 4);
            unique = self::unique(
                tx.query_all(&all).await?.iter().map(Hit::of).collect::<Result<_, _>>()?,
            );
        }
    }
    let ids: Vec<CustomerId> = unique
        .iter()
        .skip(usize::try_from(offset).unwrap_or(usize::MAX))
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .map(|hit| hit.id)
        .collect();
    let end = offset + ids.len() as u64;
    Ok(Found { more: !ids.is_empty() && end < total, ids, total })
}

struct Hit {
    id: CustomerId,
    token: String,
    name_key: String,
}

/// Each customer once, by the first of its tokens.
fn unique(hits: Vec<Hit>) -> Vec<Hit> {
    let mut seen = HashSet::with_capacity(hits.len());
    hits.into_iter().filter(|hit| seen.insert(hit.id)).collect()
}

impl Hit {
    fn of(row: &QueryResult) -> Result<Self, DbErr> {
        let id = row.try_get_by_index(0)?;
        Ok(Self { id, token: row.try_get_by_index(1)?, name_key: row.try_get_by_index(2)? })
    }
}

/// Which word drives: the first, the longest, unless it is borne by many and another by fewer.
async fn rarest(tx: &Tx<'_>, words: &[String]) -> Result<usize, Problem> {
    if words.len() == 1 {
        return Ok(0);
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
    let weights: Vec<i64> =
        (0..words.len()).map(|n| row.try_get_by_index(n)).collect::<Result<_, _>>()?;
    if weights[0].unsigned_abs() < WEIGHED {
        return Ok(0);
    }
    Ok((0..words.len()).min_by_key(|n| weights[*n]).unwrap_or_default())
}

/// The first hits by token, one more than are ranked, and how many customers there are in all, up
/// to [`COUNTED`]: in one pass, since each hit costs a look at its customer.
async fn counted_hits(
    tx: &Tx<'_>,
    first: &str,
    others: &[&str],
    condition: &Condition,
) -> Result<(Vec<Hit>, u64), Problem> {
    let (hit, id) = (Alias::new("hit"), search_token::Column::CustomerId);
    let count = |what: SimpleExpr| {
        let mut count = Query::select();
        count.expr(what).from(hit.clone());
        SimpleExpr::SubQuery(None, Box::new(count.into()))
    };
    let mut shown = Query::select();
    shown
        .columns([id, search_token::Column::Token])
        .column(customer::Column::NameKey)
        .expr(count(Expr::col(id).count_distinct()))
        .expr(count(Expr::col(id).count()))
        .from(hit.clone())
        .order_by(search_token::Column::Token, Order::Asc)
        .order_by(id, Order::Asc)
        .limit(RANKED + 1);
    let mut all = CommonTableExpression::new();
    all.query(driven(tx, first, others, condition, COUNTED + 1)).table_name(hit.clone());
    let rows = tx.query_all(&shown.with(WithClause::new().cte(all).to_owned())).await?;
    let Some(row) = rows.first() else { return Ok((Vec::new(), 0)) };
    let (distinct, read): (i64, i64) = (row.try_get_by_index(3)?, row.try_get_by_index(4)?);
    let cut = read.unsigned_abs() > COUNTED;
    let hits = rows.iter().map(Hit::of).collect::<Result<_, _>>()?;
    Ok((hits, if cut { COUNTED } else { distinct.unsigned_abs() }))
}

/// Hits in the order of their tokens, at most `most`.
fn driven(
    tx: &Tx<'_>,
    first: &str,
    others: &[&str],
    condition: &Condition,
    most: u64,
) -> SelectStatement {
    let token = |column| Expr::col((search_token::Entity, column));
    let mut query = Query::select();
    query
        .column((search_token::Entity, search_token::Column::CustomerId))
        .column((search_token::Entity, search_token::Column::Token))
        .column((customer::Entity, customer::Column::NameKey))
        .order_by((search_token::Entity, search_token::Column::Token), Order::Asc)
        .order_by((search_token::Entity, search_token::Column::CustomerId), Order::Asc)
        .limit(most)
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
    for word in others {
        let other = Alias::new("w");
        let own = |column| Expr::col((other.clone(), column));
        let mut confirm = Query::select();
        confirm
            .expr(Expr::val(1))
            .from_as(search_token::Entity, other.clone())
            .and_where(own(search_token::Column::TenantId).eq(tx.tenant()))
            .and_where(
                own(search_token::Column::CustomerId)
                    .equals((search_token::Entity, search_token::Column::CustomerId)),
            )
            .and_where(own(search_token::Column::Token).gte(*word))
            .and_where(own(search_token::Column::Token).lt(tokens::end_of(word)));
        query.and_where(Expr::exists(confirm));
    }
    query
}

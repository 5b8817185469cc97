//! Search: the longest word drives a range scan over the tokens, the others only confirm.

use std::collections::HashSet;

use entities::ids::CustomerId;
use entities::{customer, search_token};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait, DbBackend};

use super::filter::begins_with;
use super::tokens;
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// Up to this many hits are ranked; beyond, the order is that of the tokens.
const RANKED: u64 = 250;
/// Hits are counted, and pages end, here: whoever gets more than this asks for too little. Each
/// counted hit costs a look at its customer.
const COUNTED: u64 = 1_000;

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
    let Some((first, others)) = words.split_first() else {
        return Ok(Found { ids: Vec::new(), more: false, total: 0 });
    };
    if tx.get_database_backend() == DbBackend::Postgres {
        // right after an import there are no statistics yet, and without them the planner joins
        // everything with everything (seen: 1.2 s instead of 50 ms)
        tx.execute_unprepared(
            "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; \
             SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off",
        )
        .await?;
    }
    let hits = hits(tx, first, others, condition, RANKED + 1).await?;
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
        total = count(tx, first, others, condition).await?;
        let wanted = Ord::min(offset, COUNTED) + limit;
        if wanted >= unique.len() as u64 {
            // one customer has a few tokens in a range, rarely more than four
            unique = self::unique(self::hits(tx, first, others, condition, wanted * 4).await?);
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

async fn hits(
    tx: &Tx<'_>,
    first: &str,
    others: &[String],
    condition: &Condition,
    most: u64,
) -> Result<Vec<Hit>, Problem> {
    let mut query = driven(tx, first, others, condition);
    query
        .column((search_token::Entity, search_token::Column::CustomerId))
        .column((search_token::Entity, search_token::Column::Token))
        .column((customer::Entity, customer::Column::NameKey))
        .order_by((search_token::Entity, search_token::Column::Token), Order::Asc)
        .order_by((search_token::Entity, search_token::Column::CustomerId), Order::Asc)
        .limit(most);
    let rows = tx.query_all(&query).await?;
    rows.iter()
        .map(|row| {
            let id = row.try_get_by_index(0)?;
            Ok(Hit { id, token: row.try_get_by_index(1)?, name_key: row.try_get_by_index(2)? })
        })
        .collect()
}

async fn count(
    tx: &Tx<'_>,
    first: &str,
    others: &[String],
    condition: &Condition,
) -> Result<u64, Problem> {
    let mut query = driven(tx, first, others, condition);
    query
        .column((search_token::Entity, search_token::Column::CustomerId))
        .order_by((search_token::Entity, search_token::Column::Token), Order::Asc)
        .order_by((search_token::Entity, search_token::Column::CustomerId), Order::Asc)
        .limit(COUNTED + 1);
    let (inner, id) = (Alias::new("hit"), search_token::Column::CustomerId);
    let mut all = Query::select();
    all.expr(Expr::col((inner.clone(), id)).count_distinct())
        .expr(Expr::col((inner.clone(), id)).count())
        .from_subquery(query, inner);
    let row = tx.query_one(&all).await?.ok_or_else(Problem::internal)?;
    let (distinct, rows): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let cut = u64::try_from(rows).unwrap_or_default() > COUNTED;
    Ok(if cut { COUNTED } else { u64::try_from(distinct).unwrap_or_default() })
}

fn driven(tx: &Tx<'_>, first: &str, others: &[String], condition: &Condition) -> SelectStatement {
    let token = |column| Expr::col((search_token::Entity, column));
    let mut query = Query::select();
    query
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
            .and_where(own(search_token::Column::Token).gte(word.as_str()))
            .and_where(own(search_token::Column::Token).lt(tokens::end_of(word)));
        query.and_where(Expr::exists(confirm));
    }
    query
}

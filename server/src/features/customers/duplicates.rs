//! Who may be the same person. Identities are unique, so these are likenesses: the same words in
//! the name, the same last seven digits of a phone, the same mailbox at another domain. People
//! decide.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entities::ids::CustomerId;
use entities::tenancy::OfTenant;
use entities::{customer, identity, search_token};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

use super::filter::begins_with;
use super::identity::{EMAIL, PHONE};
use super::tokens::{self, Mark, mailbox, tail};
use super::views::{self, Customer};
use crate::db::Tx;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Most candidates of one customer.
pub(super) const CANDIDATES_MAX: usize = 20;
/// Most pairs of a whole tenant, most marks of each kind looked at for them, most bearers of one
/// mark, and most bearers read at once.
const PAIRS_MAX: usize = 200;
const MARKS_MAX: u64 = 200;
const BEARERS_MAX: usize = 5;
const READ_MAX: u64 = 2_000;

/// Why two customers may be one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
pub(super) struct Reason {
    /// `name`, `phone` or `email`.
    kind: &'static str,
    /// What they share.
    value: String,
}

/// Somebody who may be the customer asked about.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Candidate {
    customer: Customer,
    reasons: Vec<Reason>,
}

/// Two customers who may be one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Pair {
    a: Customer,
    b: Customer,
    reasons: Vec<Reason>,
}

/// The visible, live customers like this one, with the most reasons first.
pub(super) async fn of_one(
    tx: &Tx<'_>,
    by: &Principal,
    row: &customer::Model,
) -> Result<Vec<Candidate>, Problem> {
    let mut reasons: BTreeMap<CustomerId, Vec<Reason>> = BTreeMap::new();
    let own = views::identities(tx, &[row.id]).await?.remove(&row.id).unwrap_or_default();
    for id in same_name(tx, row).await? {
        let reason = Reason { kind: "name", value: row.name.clone() };
        reasons.entry(id).or_default().push(reason);
    }
    for (kind, value) in own.iter().map(|i| (i.kind.as_str(), i.value.as_str())) {
        let (kind, likes) = match kind {
            PHONE => ("phone", same_tail(tx, value).await?),
            EMAIL => ("email", same_mailbox(tx, value).await?),
            _ => continue,
        };
        for (id, shared) in likes {
            let reason = Reason { kind, value: shared };
            let of = reasons.entry(id).or_default();
            if id != row.id && !of.contains(&reason) {
                of.push(reason);
            }
        }
    }
    reasons.retain(|id, of| *id != row.id && !of.is_empty());
    let ids: Vec<CustomerId> = reasons.keys().copied().take(500).collect();
    let mut rows = live(tx, by, &ids).await?;
    rows.sort_by_key(|row| std::cmp::Reverse(reasons.get(&row.id).map_or(0, Vec::len)));
    rows.truncate(CANDIDATES_MAX);
    let records = views::records(tx, &rows).await?;
    Ok(records
        .into_iter()
        .map(|customer| Candidate {
            reasons: reasons.remove(&customer.id).unwrap_or_default(),
            customer,
        })
        .collect())
}

async fn live(
    tx: &Tx<'_>,
    by: &Principal,
    ids: &[CustomerId],
) -> Result<Vec<customer::Model>, Problem> {
    Ok(customer::Entity::of(tx.tenant())
        .filter(customer::Column::Id.is_in(ids.iter().copied()))
        .filter(customer::Column::MergedInto.is_null())
        .filter(customer::Column::ArchivedAt.is_null())
        .filter(views::visible(by))
        .all(tx)
        .await?)
}

async fn same_name(tx: &Tx<'_>, row: &customer::Model) -> Result<Vec<CustomerId>, Problem> {
    let words = tokens::name_words(&row.name);
    let bearers = search_token::Entity::of(tx.tenant())
        .filter(search_token::Column::Token.eq(Mark::Name.token(&words)))
        .filter(search_token::Column::CustomerId.ne(row.id))
        .select_only()
        .column(search_token::Column::CustomerId)
        .limit(100)
        .into_tuple()
        .all(tx)
        .await?;
    let bearers: Vec<(CustomerId, String)> = customer::Entity::of(tx.tenant())
        .filter(customer::Column::Id.is_in::<CustomerId, _>(bearers))
        .select_only()
        .columns([customer::Column::Id, customer::Column::Name])
        .into_tuple()
        .all(tx)
        .await?;
    // a mark is cut; the whole name must be the same
    let same = bearers.into_iter().filter(|(_, name)| tokens::name_words(name) == words);
    Ok(same.map(|(id, _)| id).collect())
}

async fn same_tail(tx: &Tx<'_>, phone: &str) -> Result<Vec<(CustomerId, String)>, Problem> {
    let Some(tail) = tail(phone) else { return Ok(Vec::new()) };
    let ids: Vec<CustomerId> = search_token::Entity::of(tx.tenant())
        .filter(search_token::Column::Token.eq(tail))
        .select_only()
        .column(search_token::Column::CustomerId)
        .limit(100)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(ids.into_iter().map(|id| (id, tail.to_owned())).collect())
}

async fn same_mailbox(tx: &Tx<'_>, email: &str) -> Result<Vec<(CustomerId, String)>, Problem> {
    let Some(local) = mailbox(email) else { return Ok(Vec::new()) };
    let rows: Vec<(CustomerId, String)> = identity::Entity::of(tx.tenant())
        .filter(identity::Column::Kind.eq(EMAIL))
        .filter(identity::Column::Value.gte(format!("{local}@")))
        .filter(identity::Column::Value.lt(format!("{local}A")))
        .select_only()
        .columns([identity::Column::CustomerId, identity::Column::Value])
        .limit(100)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(rows
        .into_iter()
        .filter(|(_, value)| mailbox(value) == Some(local))
        .map(|(id, _)| (id, local.to_owned()))
        .collect())
}

/// Pairs of the whole tenant: bearers of the same mark, those that share more first.
pub(super) async fn pairs(tx: &Tx<'_>, by: &Principal) -> Result<Vec<Pair>, Problem> {
    let mut groups: BTreeMap<String, Vec<CustomerId>> = BTreeMap::new();
    for mark in Mark::ALL {
        for part in shared_marks(tx, by, mark).await?.chunks(100) {
            for (token, id) in bearers(tx, by, part).await? {
                groups.entry(token).or_default().push(id);
            }
        }
    }
    let ids: BTreeSet<CustomerId> = groups.values().flatten().copied().collect();
    let ids: Vec<CustomerId> = ids.into_iter().collect();
    let mut rows: HashMap<CustomerId, customer::Model> = HashMap::with_capacity(ids.len());
    for part in ids.chunks(500) {
        rows.extend(live(tx, by, part).await?.into_iter().map(|row| (row.id, row)));
    }
    let identities = views::identities(tx, &ids).await?;
    let mut met: BTreeMap<(CustomerId, CustomerId), Vec<Reason>> = BTreeMap::new();
    for ids in groups.values() {
        let live: Vec<&customer::Model> =
            ids.iter().filter_map(|id| rows.get(id)).take(BEARERS_MAX).collect();
        for (at, a) in live.iter().enumerate() {
            for b in live.iter().skip(at + 1) {
                let pair = (Ord::min(a.id, b.id), Ord::max(a.id, b.id));
                met.entry(pair).or_insert_with(|| shared(a, b, &identities));
            }
        }
    }
    let mut pairs: Vec<_> = met.into_iter().filter(|(_, reasons)| !reasons.is_empty()).collect();
    pairs.sort_by_key(|(_, reasons)| std::cmp::Reverse(reasons.len()));
    pairs.truncate(PAIRS_MAX);
    let record = |id: &CustomerId| {
        let known = identities.get(id).map_or(&[][..], Vec::as_slice);
        rows.get(id).map(|row| views::record(row, known))
    };
    let pair = |((a, b), reasons): ((CustomerId, CustomerId), Vec<Reason>)| {
        Some(Pair { a: record(&a)?, b: record(&b)?, reasons })
    };
    Ok(pairs.into_iter().filter_map(pair).collect())
}

/// Marks of one kind that more than one visible customer bears, the rarest first: a rare name says
/// more than a common one. A range of one index, counted.
async fn shared_marks(tx: &Tx<'_>, by: &Principal, mark: Mark) -> Result<Vec<String>, Problem> {
    let column = |column| Expr::col((search_token::Entity, column));
    let prefix = mark.token("");
    let mut query = Query::select();
    query
        .column((search_token::Entity, search_token::Column::Token))
        .from(search_token::Entity)
        .and_where(column(search_token::Column::TenantId).eq(tx.tenant()))
        .cond_where(begins_with(&prefix))
        .cond_where(views::visible_on(by, column(search_token::Column::CustomerId)))
        .add_group_by([column(search_token::Column::Token)])
        .and_having(column(search_token::Column::CustomerId).count().gt(1))
        .order_by_expr(column(search_token::Column::CustomerId).count(), Order::Asc)
        .order_by_expr(column(search_token::Column::Token), Order::Asc)
        .limit(MARKS_MAX);
    let rows = tx.query_all(&query).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

async fn bearers(
    tx: &Tx<'_>,
    by: &Principal,
    marks: &[String],
) -> Result<Vec<(String, CustomerId)>, Problem> {
    let id = Expr::col((search_token::Entity, search_token::Column::CustomerId));
    Ok(search_token::Entity::of(tx.tenant())
        .filter(search_token::Column::Token.is_in(marks.iter().map(String::as_str)))
        .filter(views::visible_on(by, id))
        .order_by_asc(search_token::Column::Token)
        .order_by_asc(search_token::Column::CustomerId)
        .select_only()
        .columns([search_token::Column::Token, search_token::Column::CustomerId])
        .limit(READ_MAX)
        .into_tuple()
        .all(tx)
        .await?)
}

fn shared(
    a: &customer::Model,
    b: &customer::Model,
    identities: &HashMap<CustomerId, Vec<identity::Model>>,
) -> Vec<Reason> {
    let marks = |id: &CustomerId| -> BTreeSet<Reason> {
        let of = identities.get(id).into_iter().flatten();
        of.filter_map(|i| match i.kind.as_str() {
            PHONE => tail(&i.value).map(|v| Reason { kind: "phone", value: v.to_owned() }),
            EMAIL => mailbox(&i.value).map(|v| Reason { kind: "email", value: v.to_owned() }),
            _ => None,
        })
        .collect()
    };
    let mut reasons = Vec::new();
    if tokens::name_words(&a.name) == tokens::name_words(&b.name) {
        reasons.push(Reason { kind: "name", value: a.name.clone() });
    }
    reasons.extend(marks(&a.id).intersection(&marks(&b.id)).cloned());
    reasons
}

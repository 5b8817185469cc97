//! Who may be the same person. Identities are unique, so these are likenesses: the same folded
//! name, the same last seven digits of a phone, the same mailbox at another domain. People decide.

use std::collections::{BTreeMap, HashMap};

use entities::ids::CustomerId;
use entities::tenancy::OfTenant;
use entities::{customer, identity, search_token};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

use super::identity::{EMAIL, PHONE};
use super::views::{self, Customer};
use crate::db::Tx;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Most candidates of one customer.
pub(super) const CANDIDATES_MAX: usize = 20;
/// Most pairs of a whole tenant, most names looked at for them, and most bearers of one name.
const PAIRS_MAX: usize = 200;
const NAMES_MAX: u64 = 200;
const BEARERS_MAX: usize = 5;
/// Digits of a phone's tail that two numbers share only if one lacks its area code.
const TAIL: usize = 7;
/// Mailboxes that say nothing about a person.
const COMMON: [&str; 10] = [
    "info", "iletisim", "destek", "satis", "muhasebe", "mail", "admin", "contact", "sales",
    "office",
];

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
    let same_name: Vec<CustomerId> = customer::Entity::of(tx.tenant())
        .filter(customer::Column::NameKey.eq(row.name_key.as_str()))
        .filter(customer::Column::Id.ne(row.id))
        .select_only()
        .column(customer::Column::Id)
        .limit(100)
        .into_tuple()
        .all(tx)
        .await?;
    for id in same_name {
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

fn tail(phone: &str) -> Option<&str> {
    let digits = phone.trim_start_matches('+');
    digits.get(digits.len().checked_sub(TAIL)?..)
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

fn mailbox(email: &str) -> Option<&str> {
    let (local, _) = email.rsplit_once('@')?;
    (local.len() >= 4 && !COMMON.contains(&local)).then_some(local)
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

/// Pairs of the whole tenant: bearers of the same name, those that share more first.
pub(super) async fn pairs(tx: &Tx<'_>, by: &Principal) -> Result<Vec<Pair>, Problem> {
    let mut rows = Vec::new();
    for part in shared_names(tx, by).await?.chunks(100) {
        rows.extend(
            customer::Entity::of(tx.tenant())
                .filter(customer::Column::NameKey.is_in(part.iter().map(String::as_str)))
                .filter(customer::Column::MergedInto.is_null())
                .filter(customer::Column::ArchivedAt.is_null())
                .filter(views::visible(by))
                .order_by_asc(customer::Column::NameKey)
                .order_by_asc(customer::Column::Id)
                .limit(2_000)
                .all(tx)
                .await?,
        );
    }
    let ids: Vec<CustomerId> = rows.iter().map(|row| row.id).collect();
    let identities = views::identities(tx, &ids).await?;
    let mut by_name: BTreeMap<&str, Vec<&customer::Model>> = BTreeMap::new();
    for row in &rows {
        by_name.entry(&row.name_key).or_default().push(row);
    }
    let mut pairs = Vec::new();
    for bearers in by_name.values() {
        let bearers = bearers.get(..bearers.len().min(BEARERS_MAX)).unwrap_or_default();
        for (at, a) in bearers.iter().enumerate() {
            for b in bearers.iter().skip(at + 1) {
                pairs.push((*a, *b, shared(a, b, &identities)));
            }
        }
    }
    pairs.sort_by_key(|(.., reasons)| std::cmp::Reverse(reasons.len()));
    pairs.truncate(PAIRS_MAX);
    let record = |row: &customer::Model| {
        views::record(row, identities.get(&row.id).map_or(&[], Vec::as_slice))
    };
    Ok(pairs
        .into_iter()
        .map(|(a, b, reasons)| Pair { a: record(a), b: record(b), reasons })
        .collect())
}

/// Names that more than one visible customer bears.
async fn shared_names(tx: &Tx<'_>, by: &Principal) -> Result<Vec<String>, Problem> {
    let column = |column| Expr::col((customer::Entity, column));
    let mut query = Query::select();
    query
        .column((customer::Entity, customer::Column::NameKey))
        .from(customer::Entity)
        .and_where(column(customer::Column::TenantId).eq(tx.tenant()))
        .and_where(column(customer::Column::MergedInto).is_null())
        .and_where(column(customer::Column::ArchivedAt).is_null())
        .cond_where(views::visible(by))
        .add_group_by([column(customer::Column::NameKey)])
        .and_having(column(customer::Column::Id).count().gt(1))
        // a rare name says more than a common one
        .order_by_expr(column(customer::Column::Id).count(), Order::Asc)
        .limit(NAMES_MAX);
    let rows = tx.query_all(&query).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}

fn shared(
    a: &customer::Model,
    b: &customer::Model,
    identities: &HashMap<CustomerId, Vec<identity::Model>>,
) -> Vec<Reason> {
    let marks = |id: &CustomerId| -> Vec<Reason> {
        let of = identities.get(id).into_iter().flatten();
        of.filter_map(|i| match i.kind.as_str() {
            PHONE => tail(&i.value).map(|v| Reason { kind: "phone", value: v.to_owned() }),
            EMAIL => mailbox(&i.value).map(|v| Reason { kind: "email", value: v.to_owned() }),
            _ => None,
        })
        .collect()
    };
    let theirs = marks(&b.id);
    let mut reasons = vec![Reason { kind: "name", value: a.name.clone() }];
    reasons.extend(marks(&a.id).into_iter().filter(|mark| theirs.contains(mark)));
    reasons
}

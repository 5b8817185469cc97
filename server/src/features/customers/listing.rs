//! The list of customers: filters, sort, pages by key, and how many there are.

use chrono::{DateTime, Utc};
use entities::customer;
use entities::ids::CustomerId;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use super::filter::Filter;
use super::newcomer::House;
use super::totals::Totals;
use super::views::{self, Customer};
use super::{search, tokens};
use crate::db::Tx;
use crate::kernel::paging::{self, Paging};
use crate::kernel::principal::{Principal, Visibility};
use crate::kernel::problem::Problem;

/// Longest search text, in bytes.
const Q_MAX: usize = 400;

/// What a client asks of the list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct ListQuery {
    /// Words, the beginning of words, or part of a phone number.
    pub(super) q: Option<String>,
    /// JSON `{owner, tag, quality, source, board, stage, overdue, archived}`.
    pub(super) filter: Option<String>,
    /// `name`, `created_at`, `updated_at`, `last_contact_at`, or one of them behind `-`.
    pub(super) sort: Option<String>,
    pub(super) limit: Option<i64>,
    pub(super) cursor: Option<String>,
}

/// A page of customers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CustomerPage {
    items: Vec<Customer>,
    next_cursor: Option<String>,
    /// All that match, not only those of this page.
    total: u64,
    /// A search does not count to the end: more match than `total` says.
    total_capped: bool,
}

/// Where a page ended.
#[derive(Debug, Serialize, Deserialize)]
enum Position {
    /// Behind this many hits of a search.
    Hit(u64),
    /// Behind this row; no value = among those without one, which come last.
    Row(Option<String>, CustomerId),
}

pub(super) fn search_text(q: Option<&str>) -> Result<Option<&str>, Problem> {
    match q.map(str::trim).filter(|q| !q.is_empty()) {
        Some(q) if q.len() > Q_MAX => Err(Problem::invalid("q", "too_long")),
        Some(q) if q.contains('\0') => Err(Problem::invalid("q", "bad_value")),
        q => Ok(q),
    }
}

pub(super) async fn list(
    tx: &Tx<'_>,
    by: &Principal,
    ask: &ListQuery,
    totals: &Totals,
    now: DateTime<Utc>,
) -> Result<CustomerPage, Problem> {
    let paging = Paging { limit: ask.limit, cursor: ask.cursor.clone() };
    let (limit, after) = (paging.limit()?, paging.after::<Position>()?);
    let filter = Filter::parse(ask.filter.as_deref())?;
    let condition = filter.condition(by, now)?;
    let sort = Sort::parse(ask.sort.as_deref())?;
    if let Some(q) = search_text(ask.q.as_deref())? {
        return found(tx, q, &condition, after, limit).await;
    }
    let total = match filter.is_everybody() && by.visibility == Visibility::All {
        true => totals.everybody(tx, condition.clone()).await?,
        false => count(tx, condition.clone()).await?,
    };
    sorted(tx, sort, condition, after, limit, total).await
}

/// All that match.
pub(super) async fn count(tx: &Tx<'_>, condition: Condition) -> Result<u64, Problem> {
    Ok(customer::Entity::of(tx.tenant()).filter(condition).count(tx).await?)
}

async fn found(
    tx: &Tx<'_>,
    q: &str,
    condition: &Condition,
    after: Option<Position>,
    limit: u64,
) -> Result<CustomerPage, Problem> {
    let offset = match after {
        None => 0,
        Some(Position::Hit(offset)) => offset,
        Some(Position::Row(..)) => return Err(Problem::invalid("cursor", "bad_value")),
    };
    let country = House::load(tx).await?.country;
    let words = tokens::query_words(q, &country);
    let found = search::search(tx, &words, condition, offset, limit).await?;
    let mut rows = customer::Entity::of(tx.tenant())
        .filter(customer::Column::Id.is_in(found.ids.iter().copied()))
        .all(tx)
        .await?;
    rows.sort_by_key(|row| found.ids.iter().position(|id| *id == row.id));
    let end = Position::Hit(offset + found.ids.len() as u64);
    let next_cursor = found.more.then(|| paging::encode(&end));
    let (total, total_capped) = (found.total, found.capped);
    Ok(CustomerPage { items: views::records(tx, &rows).await?, next_cursor, total, total_capped })
}

async fn sorted(
    tx: &Tx<'_>,
    sort: Sort,
    condition: Condition,
    after: Option<Position>,
    limit: u64,
    total: u64,
) -> Result<CustomerPage, Problem> {
    let after = match after {
        None => None,
        Some(Position::Row(value, id)) => Some((value, id)),
        Some(Position::Hit(_)) => return Err(Problem::invalid("cursor", "bad_value")),
    };
    let mut rows = page(tx, &sort, &condition, after, limit + 1).await?;
    let next_cursor = paging::cut(&mut rows, limit, |row| Position::Row(sort.value(row), row.id));
    let items = views::records(tx, &rows).await?;
    Ok(CustomerPage { items, next_cursor, total, total_capped: false })
}

/// Rows behind a position, at most `limit`, those without a value last.
async fn page(
    tx: &Tx<'_>,
    sort: &Sort,
    condition: &Condition,
    after: Option<(Option<String>, CustomerId)>,
    limit: u64,
) -> Result<Vec<customer::Model>, Problem> {
    let mut rows = Vec::new();
    if after.as_ref().is_none_or(|(value, _)| value.is_some()) {
        let mut query = customer::Entity::of(tx.tenant()).filter(condition.clone());
        if sort.nullable() {
            query = query.filter(sort.column.is_not_null());
        }
        if let Some((Some(value), id)) = &after {
            query = query.filter(sort.behind(value, *id)?);
        }
        rows = query
            .order_by(sort.column, sort.order.clone())
            .order_by(customer::Column::Id, sort.order.clone())
            .limit(limit)
            .all(tx)
            .await?;
    }
    if sort.nullable() && (rows.len() as u64) < limit {
        let mut query = customer::Entity::of(tx.tenant())
            .filter(condition.clone())
            .filter(sort.column.is_null());
        if let Some((None, id)) = after {
            query = query.filter(sort.id_behind(id));
        }
        let rest = query
            .order_by(customer::Column::Id, sort.order.clone())
            .limit(limit - rows.len() as u64)
            .all(tx)
            .await?;
        rows.extend(rest);
    }
    Ok(rows)
}

/// All that match, oldest first, behind a position: what an export walks through.
pub(super) async fn walk(
    tx: &Tx<'_>,
    condition: &Condition,
    after: Option<CustomerId>,
    limit: u64,
) -> Result<Vec<customer::Model>, Problem> {
    let mut query = customer::Entity::of(tx.tenant()).filter(condition.clone());
    if let Some(after) = after {
        query = query.filter(customer::Column::Id.gt(after));
    }
    Ok(query.order_by_asc(customer::Column::Id).limit(limit).all(tx).await?)
}

#[derive(Clone, Debug)]
struct Sort {
    column: customer::Column,
    order: Order,
}

impl Sort {
    fn parse(text: Option<&str>) -> Result<Self, Problem> {
        let text = text.filter(|text| !text.is_empty()).unwrap_or("-created_at");
        let (name, order) = match text.strip_prefix('-') {
            Some(name) => (name, Order::Desc),
            None => (text, Order::Asc),
        };
        let column = match name {
            "name" => customer::Column::NameKey,
            "created_at" => customer::Column::CreatedAt,
            "updated_at" => customer::Column::UpdatedAt,
            "last_contact_at" => customer::Column::LastContactAt,
            _ => return Err(Problem::invalid("sort", "unknown_value")),
        };
        Ok(Self { column, order })
    }

    fn nullable(&self) -> bool {
        matches!(self.column, customer::Column::LastContactAt)
    }

    fn value(&self, row: &customer::Model) -> Option<String> {
        match self.column {
            customer::Column::NameKey => Some(row.name_key.clone()),
            customer::Column::CreatedAt => Some(row.created_at.to_rfc3339()),
            customer::Column::UpdatedAt => Some(row.updated_at.to_rfc3339()),
            _ => row.last_contact_at.map(|at| at.to_rfc3339()),
        }
    }

    /// Rows that come after this one. The bare bound on the column lets the index begin there.
    fn behind(&self, value: &str, id: CustomerId) -> Result<Condition, Problem> {
        let column = || Expr::col((customer::Entity, self.column));
        let value: SimpleExpr = if matches!(self.column, customer::Column::NameKey) {
            Expr::val(value)
        } else {
            let at = DateTime::parse_from_rfc3339(value)
                .map_err(|_| Problem::invalid("cursor", "bad_value"))?;
            Expr::val(at.with_timezone(&Utc))
        };
        let (bound, beyond) = match self.order {
            Order::Desc => (column().lte(value.clone()), column().lt(value.clone())),
            _ => (column().gte(value.clone()), column().gt(value.clone())),
        };
        let tie = column().eq(value).and(self.id_behind(id));
        Ok(Condition::all().add(bound).add(beyond.or(tie).into_condition()))
    }

    fn id_behind(&self, id: CustomerId) -> SimpleExpr {
        match self.order {
            Order::Desc => customer::Column::Id.lt(id),
            _ => customer::Column::Id.gt(id),
        }
    }
}

//! Lists of activities: who has what to do, and what was done with a customer.

use chrono::{DateTime, Utc};
use entities::activity;
use entities::ids::{ActivityId, ActivityTypeId, CustomerId, UserId};
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::views::Activity;
use crate::db::Tx;
use crate::features::customers;
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Which activities; all absent = all that the asker may see.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct ListQuery {
    /// A user's id, `me`, or `none`.
    assignee: Option<String>,
    /// `open`, `done`, `cancelled`; several behind commas.
    state: Option<String>,
    /// `overdue`, or a time: what is due before it. The order is then that of the dates.
    due: Option<String>,
    /// Id of a type.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    kind: Option<String>,
    /// Id of a customer.
    customer: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

impl ListQuery {
    /// All of one customer.
    pub(super) fn of_customer(limit: Option<i64>, cursor: Option<String>) -> Self {
        Self { limit, cursor, ..Self::default() }
    }
}

/// An activity with whose it is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Listed {
    #[serde(flatten)]
    activity: Activity,
    customer_name: String,
}

/// Where a page ended; the time only where dates are the order.
#[derive(Serialize, Deserialize)]
struct Position {
    due: Option<DateTime<Utc>>,
    id: ActivityId,
}

/// Only activities of customers whom the asker may see; `of` narrows to one of them. Newest
/// first, or by date where dates were asked for.
pub(super) async fn list(
    tx: &Tx<'_>,
    by: &Principal,
    ask: &ListQuery,
    of: Option<CustomerId>,
    now: DateTime<Utc>,
) -> Result<Page<Listed>, Problem> {
    use activity::Column::{CustomerId as Customer, DueAt, Id};
    let paging = Paging { limit: ask.limit, cursor: ask.cursor.clone() };
    let (limit, after) = (paging.limit()?, paging.after::<Position>()?);
    let mut query = activity::Entity::of(tx.tenant())
        .filter(customers::visible_on(by, Expr::col((activity::Entity, Customer))))
        .filter(ask.condition(by)?);
    if let Some(id) = of {
        query = query.filter(Customer.eq(id));
    }
    let due = ask.due.as_deref().filter(|due| !due.is_empty());
    if let Some(due) = due {
        let before = if due == "overdue" { now } else { time(due)? };
        query = query.filter(DueAt.lt(before)).order_by_asc(DueAt).order_by_asc(Id);
    } else {
        query = query.order_by_desc(Id);
    }
    query = match after {
        None => query,
        Some(Position { due: None, id }) if due.is_none() => query.filter(Id.lt(id)),
        Some(Position { due: Some(at), id }) if due.is_some() => {
            let tie = Condition::all().add(DueAt.eq(at)).add(Id.gt(id));
            query.filter(Condition::any().add(DueAt.gt(at)).add(tie))
        }
        Some(_) => return Err(Problem::invalid("cursor", "bad_value")),
    };
    let mut rows = query.limit(limit + 1).all(tx).await?;
    let next_cursor =
        paging::cut(&mut rows, limit, |row| Position { due: due.and(row.due_at), id: row.id });
    let ids: Vec<CustomerId> = rows.iter().map(|row| row.customer_id).collect();
    let faces = customers::faces(tx, &ids).await?;
    let name = |id: &CustomerId| faces.get(id).map(|face| face.name.clone()).unwrap_or_default();
    let items = rows
        .into_iter()
        .map(|row| Listed { customer_name: name(&row.customer_id), activity: Activity::from(row) });
    Ok(Page { items: items.collect(), next_cursor })
}

impl ListQuery {
    fn condition(&self, by: &Principal) -> Result<Condition, Problem> {
        use activity::Column::{Assignee, CustomerId as Customer, State, TypeId};
        let said = |text: &'_ Option<String>| text.clone().filter(|text| !text.is_empty());
        let mut all = Condition::all();
        if let Some(assignee) = said(&self.assignee) {
            all = match (assignee.as_str(), by.user()) {
                ("none", _) => all.add(Assignee.is_null()),
                ("me", Some(me)) => all.add(Assignee.eq(me)),
                ("me", None) => return Err(Problem::invalid("assignee", "bad_value")),
                (id, _) => all.add(Assignee.eq(parsed::<UserId>("assignee", id)?)),
            };
        }
        if let Some(states) = said(&self.state) {
            let states: Vec<&str> = states.split(',').map(str::trim).collect();
            if states.iter().any(|state| !matches!(*state, "open" | "done" | "cancelled")) {
                return Err(Problem::invalid("state", "unknown_value"));
            }
            all = all.add(State.is_in(states));
        }
        if let Some(id) = said(&self.kind) {
            all = all.add(TypeId.eq(parsed::<ActivityTypeId>("type", &id)?));
        }
        if let Some(id) = said(&self.customer) {
            all = all.add(Customer.eq(parsed::<CustomerId>("customer", &id)?));
        }
        Ok(all)
    }
}

fn parsed<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::invalid(field, "bad_value"))
}

fn time(text: &str) -> Result<DateTime<Utc>, Problem> {
    let at =
        DateTime::parse_from_rfc3339(text).map_err(|_| Problem::invalid("due", "bad_value"))?;
    super::answer::four_digits("due", at.to_utc())
}

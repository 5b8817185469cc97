//! Reminders as they are read. Those of a customer are there for whoever sees the customer; those
//! of nobody only for whose they are.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::{ActivityId, AppointmentId, CardId, CustomerId, ReminderId, UserId};
use entities::reminder;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde::{Deserialize, Serialize};

use super::recurrence::Repeat;
use super::store::{CANCELLED, DONE, OPEN};
use crate::db::Tx;
use crate::features::{accounts, customers};
use crate::kernel::clock::wire;
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::wall;

/// How many of somebody's the snapshot of `me` holds.
const MINE_MAX: u64 = 200;
/// How many days ahead it looks.
const MINE_DAYS: u64 = 7;

/// What somebody wants to be reminded of.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Reminder {
    pub id: ReminderId,
    pub customer_id: Option<CustomerId>,
    pub customer_name: Option<String>,
    pub card_id: Option<CardId>,
    pub appointment_id: Option<AppointmentId>,
    pub activity_id: Option<ActivityId>,
    pub assignee: UserId,
    /// `call`, `confirm_appointment`, `documents`, `follow_up` or `other`.
    pub kind: String,
    pub text: String,
    #[serde(serialize_with = "wire::time")]
    pub due_at: DateTime<Utc>,
    pub repeat: Option<Repeat>,
    /// `open`, `done` or `cancelled`.
    pub state: String,
    /// When it fired for this due time.
    #[serde(serialize_with = "wire::optional_time")]
    pub fired_at: Option<DateTime<Utc>>,
    /// How often it was put off.
    pub snoozed: i32,
    pub version: i64,
    pub created_by: String,
    #[serde(serialize_with = "wire::time")]
    pub created_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    pub done_at: Option<DateTime<Utc>>,
    pub done_by: Option<String>,
}

impl Reminder {
    pub(super) fn of(row: reminder::Model, customer_name: Option<String>) -> Self {
        let fired_at = row.fired_at.filter(|_| row.fired_due == Some(row.due_at));
        Self {
            id: row.id,
            customer_id: row.customer_id,
            customer_name,
            card_id: row.card_id,
            appointment_id: row.appointment_id,
            activity_id: row.activity_id,
            assignee: row.assignee,
            kind: row.kind,
            text: row.text,
            due_at: row.due_at,
            repeat: Repeat::read(row.repeat.as_ref()),
            state: row.state,
            fired_at,
            snoozed: row.snoozed,
            version: row.version,
            created_by: row.created_by,
            created_at: row.created_at,
            done_at: row.done_at,
            done_by: row.done_by,
        }
    }
}

/// The reminders that this principal may see.
pub(super) fn visible(by: &Principal) -> Select<reminder::Entity> {
    let customer = Expr::col((reminder::Entity, reminder::Column::CustomerId));
    let of_customer = Condition::all()
        .add(reminder::Column::CustomerId.is_not_null())
        .add(customers::visible_on(by, customer));
    let mut any = Condition::any().add(of_customer);
    if let Some(me) = by.in_person() {
        let mine = Condition::all()
            .add(reminder::Column::CustomerId.is_null())
            .add(reminder::Column::Assignee.eq(me));
        any = any.add(mine);
    }
    reminder::Entity::of(by.tenant).filter(any)
}

/// Rows with the names of their customers.
pub(super) async fn named(
    tx: &Tx<'_>,
    rows: Vec<reminder::Model>,
) -> Result<Vec<Reminder>, Problem> {
    let ids: Vec<CustomerId> = rows.iter().filter_map(|row| row.customer_id).collect();
    let names: HashMap<_, _> = customers::owned(tx, &ids).await?;
    let with = |row: reminder::Model| {
        let name = row.customer_id.and_then(|id| names.get(&id)).map(|known| known.name.clone());
        Reminder::of(row, name)
    };
    Ok(rows.into_iter().map(with).collect())
}

/// The open reminders of a customer, the first due first; for the customer's page.
///
/// # Errors
/// Those of the database.
pub async fn of_customer(
    tx: &Tx<'_>,
    by: &Principal,
    customer: CustomerId,
) -> Result<Vec<Reminder>, Problem> {
    let rows = visible(by)
        .filter(reminder::Column::CustomerId.eq(customer))
        .filter(reminder::Column::State.eq(OPEN))
        .order_by_asc(reminder::Column::DueAt)
        .order_by_asc(reminder::Column::Id)
        .limit(MINE_MAX);
    named(tx, rows.all(tx).await?).await
}

/// Somebody's open reminders that are overdue or due within a week.
///
/// # Errors
/// Those of the database.
pub async fn of_me(
    tx: &Tx<'_>,
    by: &Principal,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<Reminder>, Problem> {
    let (_, end) = wall::days(accounts::zone(tx).await?, now, MINE_DAYS + 1);
    let rows = visible(by)
        .filter(reminder::Column::Assignee.eq(user))
        .filter(reminder::Column::State.eq(OPEN))
        .filter(reminder::Column::DueAt.lt(end))
        .order_by_asc(reminder::Column::DueAt)
        .order_by_asc(reminder::Column::Id)
        .limit(MINE_MAX);
    named(tx, rows.all(tx).await?).await
}

/// What a client asks of the list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct ListQuery {
    /// A person, or `me`.
    pub(super) assignee: Option<String>,
    /// `open` (also when absent), `done`, `cancelled` or `all`.
    pub(super) state: Option<String>,
    /// `overdue`, `today` (the rest of it) or `week` (today and the six days after it).
    pub(super) due: Option<String>,
    pub(super) customer: Option<CustomerId>,
    pub(super) limit: Option<i64>,
    pub(super) cursor: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Position {
    due: DateTime<Utc>,
    id: ReminderId,
}

pub(super) async fn list(
    tx: &Tx<'_>,
    by: &Principal,
    ask: &ListQuery,
    now: DateTime<Utc>,
) -> Result<Page<Reminder>, Problem> {
    let paging = Paging { limit: ask.limit, cursor: ask.cursor.clone() };
    let mut query = visible(by);
    match ask.state.as_deref() {
        None | Some("open") => query = query.filter(reminder::Column::State.eq(OPEN)),
        Some("all") => {}
        Some(state @ (DONE | CANCELLED)) => {
            query = query.filter(reminder::Column::State.eq(state));
        }
        Some(_) => return Err(Problem::invalid("state", "unknown_value")),
    }
    match ask.assignee.as_deref() {
        None => {}
        Some("me") => {
            let me = by.user().ok_or_else(|| Problem::invalid("assignee", "bad_value"))?;
            query = query.filter(reminder::Column::Assignee.eq(me));
        }
        Some(id) => {
            let id: UserId = id.parse().map_err(|_| Problem::invalid("assignee", "bad_value"))?;
            query = query.filter(reminder::Column::Assignee.eq(id));
        }
    }
    if let Some(customer) = ask.customer {
        query = query.filter(reminder::Column::CustomerId.eq(customer));
    }
    let due = reminder::Column::DueAt;
    query = match ask.due.as_deref() {
        None => query,
        Some("overdue") => query.filter(due.lt(now)),
        Some(word @ ("today" | "week")) => {
            let days = if word == "today" { 1 } else { 7 };
            let (_, end) = wall::days(accounts::zone(tx).await?, now, days);
            query.filter(due.gte(now)).filter(due.lt(end))
        }
        Some(_) => return Err(Problem::invalid("due", "unknown_value")),
    };
    page(tx, query, &paging).await
}

/// One page of reminders, the first due first.
pub(super) async fn page(
    tx: &Tx<'_>,
    mut query: Select<reminder::Entity>,
    paging: &Paging,
) -> Result<Page<Reminder>, Problem> {
    let (limit, after) = (paging.limit()?, paging.after::<Position>()?);
    if let Some(Position { due, id }) = after {
        query = query.filter(Condition::any().add(reminder::Column::DueAt.gt(due)).add(
            Condition::all().add(reminder::Column::DueAt.eq(due)).add(reminder::Column::Id.gt(id)),
        ));
    }
    let mut rows = query
        .order_by_asc(reminder::Column::DueAt)
        .order_by_asc(reminder::Column::Id)
        .limit(limit + 1)
        .all(tx)
        .await?;
    let next_cursor = paging::cut(&mut rows, limit, |row| Position { due: row.due_at, id: row.id });
    Ok(Page { items: named(tx, rows).await?, next_cursor })
}

/// How much of mine is overdue, and how much more falls due today.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Counts {
    overdue: u64,
    today: u64,
}

pub(super) async fn counts(
    tx: &Tx<'_>,
    by: &Principal,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Counts, Problem> {
    let (_, end) = wall::days(accounts::zone(tx).await?, now, 1);
    let mine = || {
        visible(by)
            .filter(reminder::Column::Assignee.eq(user))
            .filter(reminder::Column::State.eq(OPEN))
    };
    let due = reminder::Column::DueAt;
    Ok(Counts {
        overdue: mine().filter(due.lt(now)).count(tx).await?,
        today: mine().filter(due.gte(now)).filter(due.lt(end)).count(tx).await?,
    })
}

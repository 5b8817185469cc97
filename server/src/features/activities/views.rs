//! Activities, types and outcomes as clients read them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::{ActivityId, ActivityTypeId, CardId, CustomerId, OutcomeId, UserId};
use entities::tenancy::OfTenant;
use entities::{activity, activity_outcome, activity_type};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde_json::Value;

use super::shapes::{Ask, Effects};
use crate::db::Tx;
use crate::kernel::clock::wire;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

/// Open activities of a customer in a snapshot.
const OPEN_MAX: u64 = 200;
/// Closed ones; the others are read by HTTP.
const CLOSED_MAX: u64 = 20;

/// Something done, or to be done, with a customer.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Activity {
    pub id: ActivityId,
    pub customer_id: CustomerId,
    pub card_id: Option<CardId>,
    pub type_id: ActivityTypeId,
    pub title: String,
    pub body: Option<String>,
    pub assignee: Option<UserId>,
    #[serde(serialize_with = "wire::optional_time")]
    pub due_at: Option<DateTime<Utc>>,
    /// `open`, `done`, `cancelled`.
    pub state: String,
    pub outcome_id: Option<OutcomeId>,
    /// `{amount?, date?, lost_reason?, note?, quality?}`.
    #[schema(value_type = Option<Object>)]
    pub outcome: Option<Value>,
    pub opened_by: String,
    #[serde(serialize_with = "wire::time")]
    pub opened_at: DateTime<Utc>,
    pub closed_by: Option<String>,
    #[serde(serialize_with = "wire::optional_time")]
    pub closed_at: Option<DateTime<Utc>>,
    pub version: i64,
}

impl From<activity::Model> for Activity {
    fn from(row: activity::Model) -> Self {
        Self {
            id: row.id,
            customer_id: row.customer_id,
            card_id: row.card_id,
            type_id: row.type_id,
            title: row.title,
            body: row.body,
            assignee: row.assignee,
            due_at: row.due_at,
            state: row.state,
            outcome_id: row.outcome_id,
            outcome: row.answer,
            opened_by: row.opened_by,
            opened_at: row.opened_at,
            closed_by: row.closed_by,
            closed_at: row.closed_at,
            version: row.version,
        }
    }
}

/// A kind of activity with how it can end.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ActivityType {
    pub id: ActivityTypeId,
    pub key: String,
    pub name: String,
    pub icon: String,
    /// 1 to 8.
    pub colour: i32,
    pub position: i32,
    pub builtin: bool,
    #[serde(serialize_with = "wire::optional_time")]
    pub archived_at: Option<DateTime<Utc>>,
    pub outcomes: Vec<Outcome>,
}

/// How an activity can end, archived ones too.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Outcome {
    pub id: OutcomeId,
    pub key: String,
    pub name: String,
    /// `positive`, `neutral`, `negative`.
    pub kind: String,
    pub asks: Vec<Ask>,
    pub effects: Effects,
    pub position: i32,
    #[serde(serialize_with = "wire::optional_time")]
    pub archived_at: Option<DateTime<Utc>>,
}

impl From<activity_outcome::Model> for Outcome {
    fn from(row: activity_outcome::Model) -> Self {
        Self {
            id: row.id,
            key: row.key,
            name: row.name,
            kind: row.kind,
            // what a newer server wrote asks for nothing here
            asks: serde_json::from_value(row.asks).unwrap_or_default(),
            effects: serde_json::from_value(row.effects).unwrap_or_default(),
            position: row.position,
            archived_at: row.archived_at,
        }
    }
}

pub(super) fn shown(row: activity_type::Model, outcomes: Vec<Outcome>) -> ActivityType {
    ActivityType {
        id: row.id,
        key: row.key,
        name: row.name,
        icon: row.icon,
        colour: row.colour,
        position: row.position,
        builtin: row.builtin,
        archived_at: row.archived_at,
        outcomes,
    }
}

/// All types of the tenant in their order, archived ones too.
///
/// # Errors
/// Those of the database.
pub async fn activity_types(tx: &Tx<'_>) -> Result<Vec<ActivityType>, Problem> {
    let rows = activity_type::Entity::of(tx.tenant())
        .order_by_asc(activity_type::Column::Position)
        .order_by_asc(activity_type::Column::Id)
        .all(tx)
        .await?;
    let mut of: HashMap<ActivityTypeId, Vec<Outcome>> = HashMap::new();
    for row in outcomes(tx, None).await? {
        of.entry(row.type_id).or_default().push(Outcome::from(row));
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let outcomes = of.remove(&row.id).unwrap_or_default();
            shown(row, outcomes)
        })
        .collect())
}

/// Outcomes in their order, of one type or of all.
pub(super) async fn outcomes(
    tx: &Tx<'_>,
    of: Option<ActivityTypeId>,
) -> Result<Vec<activity_outcome::Model>, Problem> {
    let mut query = activity_outcome::Entity::of(tx.tenant());
    if let Some(id) = of {
        query = query.filter(activity_outcome::Column::TypeId.eq(id));
    }
    let rows = query
        .order_by_asc(activity_outcome::Column::Position)
        .order_by_asc(activity_outcome::Column::Id)
        .all(tx)
        .await?;
    Ok(rows)
}

/// What a customer's page shows: all that is open and the last that was closed, newest first.
/// Empty for who may not see customers; that the customer is visible is the caller's to know.
///
/// # Errors
/// Those of the database.
pub async fn of_customer(
    tx: &Tx<'_>,
    by: &Principal,
    customer: CustomerId,
) -> Result<Vec<Activity>, Problem> {
    if !by.may(Permission::ViewCustomers) {
        return Ok(Vec::new());
    }
    let all =
        || activity::Entity::of(tx.tenant()).filter(activity::Column::CustomerId.eq(customer));
    let mut rows = all()
        .filter(activity::Column::State.eq("open"))
        .order_by_desc(activity::Column::Id)
        .limit(OPEN_MAX)
        .all(tx)
        .await?;
    let closed = all()
        .filter(activity::Column::State.ne("open"))
        .order_by_desc(activity::Column::ClosedAt)
        .order_by_desc(activity::Column::Id)
        .limit(CLOSED_MAX)
        .all(tx)
        .await?;
    rows.extend(closed);
    Ok(rows.into_iter().map(Activity::from).collect())
}

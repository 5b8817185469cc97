//! Webhooks and their deliveries as people read them.

use chrono::{DateTime, Utc};
use entities::ids::{DeliveryId, WebhookId};
use entities::tenancy::OfTenant;
use entities::{webhook, webhook_delivery};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::signing;
use crate::db::Tx;
use crate::gateway::Secrets;
use crate::kernel::clock::wire;
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::problem::Problem;

pub(super) const WAITING: &str = "waiting";
pub(super) const DELIVERED: &str = "delivered";
pub(super) const FAILED: &str = "failed";

/// An address that is told of events.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Webhook {
    pub id: WebhookId,
    pub url: String,
    pub ops: Vec<String>,
    pub enabled: bool,
    /// `by_hand`, `failing`.
    pub off_because: Option<String>,
    /// The last characters of its secret.
    pub secret_hint: String,
    #[serde(serialize_with = "wire::optional_time")]
    pub failing_since: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_by: String,
    #[serde(serialize_with = "wire::time")]
    pub created_at: DateTime<Utc>,
}

impl Webhook {
    pub(super) fn new(row: webhook::Model, secrets: &Secrets) -> Self {
        let secret_hint = signing::hint(secrets, &row);
        Self {
            id: row.id,
            url: row.url,
            ops: row.ops.0,
            enabled: row.enabled,
            off_because: row.off_because,
            secret_hint,
            failing_since: row.failing_since,
            version: row.version,
            created_by: row.created_by,
            created_at: row.created_at,
        }
    }
}

/// The same with its secret: only where it was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Revealed {
    #[serde(flatten)]
    webhook: Webhook,
    secret: String,
}

impl Revealed {
    pub(super) fn new(row: webhook::Model, secrets: &Secrets) -> Self {
        let secret = signing::secret(secrets, &row, row.key_version);
        Self { webhook: Webhook::new(row, secrets), secret }
    }
}

/// One event on its way to one address.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Delivery {
    pub id: DeliveryId,
    pub op: String,
    pub topic: String,
    pub seq: i64,
    /// `waiting`, `delivered`, `failed`.
    pub state: String,
    pub attempts: i32,
    /// Of the last answer.
    pub status: Option<i32>,
    /// Its beginning.
    pub excerpt: Option<String>,
    /// Why there was none.
    pub error: Option<String>,
    pub took_ms: Option<i32>,
    #[serde(serialize_with = "wire::time")]
    pub created_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    pub tried_at: Option<DateTime<Utc>>,
    #[serde(serialize_with = "wire::optional_time")]
    pub next_at: Option<DateTime<Utc>>,
    pub replay_of: Option<DeliveryId>,
}

impl From<webhook_delivery::Model> for Delivery {
    fn from(row: webhook_delivery::Model) -> Self {
        Self {
            id: row.id,
            op: row.op,
            topic: row.topic,
            seq: row.seq,
            state: row.state,
            attempts: row.attempts,
            status: row.status,
            excerpt: row.excerpt,
            error: row.error,
            took_ms: row.took_ms,
            created_at: row.created_at,
            tried_at: row.tried_at,
            next_at: row.next_at,
            replay_of: row.replay_of,
        }
    }
}

/// A webhook that was not removed.
///
/// # Errors
/// `not_found`.
pub(super) async fn find(tx: &Tx<'_>, id: WebhookId) -> Result<webhook::Model, Problem> {
    let row = webhook::Entity::of(tx.tenant())
        .filter(webhook::Column::Id.eq(id))
        .filter(webhook::Column::RemovedAt.is_null())
        .one(tx)
        .await?;
    row.ok_or_else(Problem::not_found)
}

/// Whether this webhook is there and on.
///
/// # Errors
/// Those of the database.
pub async fn is_on(tx: &Tx<'_>, id: WebhookId) -> Result<bool, Problem> {
    match find(tx, id).await {
        Ok(row) => Ok(row.enabled),
        Err(problem) if problem.code == "not_found" => Ok(false),
        Err(problem) => Err(problem),
    }
}

pub(super) async fn all(tx: &Tx<'_>) -> Result<Vec<webhook::Model>, Problem> {
    Ok(webhook::Entity::of(tx.tenant())
        .filter(webhook::Column::RemovedAt.is_null())
        .order_by_asc(webhook::Column::Id)
        .limit(paging::LIMIT_MAX)
        .all(tx)
        .await?)
}

/// A delivery of this webhook.
///
/// # Errors
/// `not_found`.
pub(super) async fn find_delivery(
    tx: &Tx<'_>,
    hook: WebhookId,
    id: DeliveryId,
) -> Result<webhook_delivery::Model, Problem> {
    let row = webhook_delivery::Entity::of(tx.tenant())
        .filter(webhook_delivery::Column::Id.eq(id))
        .filter(webhook_delivery::Column::WebhookId.eq(hook))
        .one(tx)
        .await?;
    row.ok_or_else(Problem::not_found)
}

#[derive(Serialize, Deserialize)]
struct Position(DateTime<Utc>, DeliveryId);

/// Deliveries of a webhook, newest first.
pub(super) async fn deliveries(
    tx: &Tx<'_>,
    hook: WebhookId,
    state: Option<&str>,
    paging: &Paging,
) -> Result<Page<Delivery>, Problem> {
    use webhook_delivery::Column;
    let (limit, after) = (paging.limit()?, paging.after::<Position>()?);
    find(tx, hook).await?;
    let mut query = webhook_delivery::Entity::of(tx.tenant()).filter(Column::WebhookId.eq(hook));
    match state {
        None => {}
        Some(known @ (WAITING | DELIVERED | FAILED)) => {
            query = query.filter(Column::State.eq(known))
        }
        Some(_) => return Err(Problem::invalid("state", "unknown_value")),
    }
    if let Some(Position(at, id)) = after {
        let tie = Condition::all().add(Column::CreatedAt.eq(at)).add(Column::Id.lt(id));
        query = query.filter(Condition::any().add(Column::CreatedAt.lt(at)).add(tie));
    }
    let mut rows = query
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit + 1)
        .all(tx)
        .await?;
    let next_cursor = paging::cut(&mut rows, limit, |row| Position(row.created_at, row.id));
    Ok(Page { items: rows.into_iter().map(Delivery::from).collect(), next_cursor })
}

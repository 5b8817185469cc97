//! Offboardings as they are shown, and what there is to hand over.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::{CustomerId, OffboardingId, UserId};
use entities::tenancy::OfTenant;
use entities::{card, customer, customer_owner, offboarding};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::open_work::{self, Heirs, Kind};
use crate::db::Tx;
use crate::kernel::clock::wire;
use crate::kernel::problem::Problem;

pub(super) const RUNNING: &str = "running";
pub(super) const DONE: &str = "done";
pub(super) const REVERTING: &str = "reverting";
pub(super) const REVERTED: &str = "reverted";

/// How much there is, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(default)]
pub(super) struct Counts {
    pub(super) customers: i64,
    /// Live cards of these customers; they follow.
    pub(super) cards: i64,
    pub(super) reminders: i64,
    pub(super) activities: i64,
    pub(super) appointments: i64,
}

impl Counts {
    fn add(&mut self, kind: Kind, cards: i64) {
        match kind {
            Kind::Customer => self.customers += 1,
            Kind::Reminder => self.reminders += 1,
            Kind::Activity => self.activities += 1,
            Kind::Appointment => self.appointments += 1,
        }
        self.cards += cards;
    }

    /// What is handed over one by one.
    pub(super) fn total(self) -> i64 {
        self.customers + self.reminders + self.activities + self.appointments
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Offboarding {
    id: OffboardingId,
    user: UserId,
    by: UserId,
    #[serde(serialize_with = "wire::time")]
    at: DateTime<Utc>,
    #[schema(value_type = Object)]
    plan: Value,
    /// `running`, `done`, `reverting` or `reverted`.
    state: String,
    counts: Counts,
    done: i64,
    total: i64,
    /// What stayed: nobody could take it; after a reversal: somebody had changed it since.
    kept: i64,
    #[serde(serialize_with = "wire::time")]
    revertible_until: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    finished_at: Option<DateTime<Utc>>,
}

impl Offboarding {
    pub(super) fn id(&self) -> OffboardingId {
        self.id
    }
}

impl From<&offboarding::Model> for Offboarding {
    fn from(row: &offboarding::Model) -> Self {
        Self {
            id: row.id,
            user: row.user_id,
            by: row.by,
            at: row.at,
            plan: row.plan.clone(),
            state: row.state.clone(),
            counts: serde_json::from_value(row.counts.clone()).unwrap_or_default(),
            done: row.done,
            total: row.total,
            kept: row.kept,
            revertible_until: row.revertible_until,
            finished_at: row.finished_at,
        }
    }
}

pub(super) async fn find(tx: &Tx<'_>, id: OffboardingId) -> Result<offboarding::Model, Problem> {
    let rows = offboarding::Entity::of(tx.tenant()).filter(offboarding::Column::Id.eq(id));
    rows.one(tx).await?.ok_or_else(Problem::not_found)
}

/// Newest first, behind an id.
pub(super) async fn list(
    tx: &Tx<'_>,
    after: Option<OffboardingId>,
    limit: u64,
) -> Result<Vec<Offboarding>, Problem> {
    let mut rows = offboarding::Entity::of(tx.tenant());
    if let Some(after) = after {
        rows = rows.filter(offboarding::Column::Id.lt(after));
    }
    let rows = rows.order_by_desc(offboarding::Column::Id).limit(limit).all(tx).await?;
    Ok(rows.iter().map(Offboarding::from).collect())
}

fn owned_by(tx: &Tx<'_>, user: UserId) -> SelectStatement {
    Query::select()
        .column(customer_owner::Column::CustomerId)
        .from(customer_owner::Entity)
        .and_where(customer_owner::Column::TenantId.eq(tx.tenant()))
        .and_where(customer_owner::Column::UserId.eq(user))
        .to_owned()
}

/// Customers that have this owner, archived ones too, in the order of the hand-over.
pub(super) async fn customers_of(
    tx: &Tx<'_>,
    user: UserId,
    after: Option<CustomerId>,
    limit: Option<u64>,
) -> Result<Vec<CustomerId>, Problem> {
    let mut query = customer::Entity::of(tx.tenant())
        .filter(customer::Column::MergedInto.is_null())
        .filter(customer::Column::Id.in_subquery(owned_by(tx, user)))
        .order_by_asc(customer::Column::Id);
    if let Some(after) = after {
        query = query.filter(customer::Column::Id.gt(after));
    }
    if let Some(limit) = limit {
        query = query.limit(limit);
    }
    Ok(query.select_only().column(customer::Column::Id).into_tuple().all(tx).await?)
}

/// Live cards of the customers of this owner, by customer.
async fn cards_of(tx: &Tx<'_>, user: UserId) -> Result<HashMap<CustomerId, i64>, Problem> {
    let rows: Vec<(CustomerId, i64)> = card::Entity::of(tx.tenant())
        .filter(card::Column::ArchivedAt.is_null())
        .filter(card::Column::CustomerId.in_subquery(owned_by(tx, user)))
        .select_only()
        .column(card::Column::CustomerId)
        .column_as(Expr::col(card::Column::Id).count(), "count")
        .group_by(card::Column::CustomerId)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(rows.into_iter().collect())
}

/// What one colleague would get.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Share {
    pub(super) user: UserId,
    #[serde(flatten)]
    pub(super) counts: Counts,
}

/// What there is to hand over, and who would get how much.
pub(super) async fn shares(
    tx: &Tx<'_>,
    user: UserId,
    now: DateTime<Utc>,
    receivers: &[UserId],
) -> Result<(Counts, Vec<Share>), Problem> {
    let open = open_work::next(tx, user, now, None, None).await?;
    let cards = cards_of(tx, user).await?;
    let mut heirs = Heirs::load(tx, user, receivers, &open).await?;
    let mut all = Counts::default();
    let mut of: HashMap<UserId, Counts> = HashMap::new();
    for (n, open) in (0_i64..).zip(&open) {
        let live = match (open.kind, open.customer) {
            (Kind::Customer, Some(customer)) => cards.get(&customer).copied().unwrap_or_default(),
            _ => 0,
        };
        all.add(open.kind, live);
        if let Some(heir) = heirs.of(open, n) {
            of.entry(heir).or_default().add(open.kind, live);
        }
    }
    // whoever has no turn, but has the customer already, comes last
    let mut people = receivers.to_vec();
    let mut others: Vec<UserId> = of.keys().filter(|one| !people.contains(one)).copied().collect();
    others.sort_unstable();
    people.append(&mut others);
    let mut share = |user: UserId| Share { user, counts: of.remove(&user).unwrap_or_default() };
    Ok((all, people.into_iter().map(&mut share).collect()))
}

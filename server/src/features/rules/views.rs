//! Rules and their runs as people read them.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use entities::ids::{CustomerId, RuleId, RunId, UserId};
use entities::tenancy::OfTenant;
use entities::{rule, rule_run};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition as Where, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::parse::{Action, Condition, Trigger};
use crate::db::Tx;
use crate::features::customers;
use crate::kernel::clock::wire;
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

pub(super) const WAITING: &str = "waiting";
pub(super) const RUNNING: &str = "running";
pub(super) const RAN: &str = "ran";
pub(super) const SKIPPED: &str = "skipped";
pub(super) const FAILED: &str = "failed";

/// A rule with what it has done lately.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Rule {
    pub id: RuleId,
    pub name: String,
    pub enabled: bool,
    pub trigger: Trigger,
    pub conditions: Vec<Condition>,
    pub actions: Vec<Action>,
    pub delay_minutes: i32,
    /// `always` or `business`.
    pub hours: String,
    pub position: i32,
    /// Which default of the product it is.
    pub builtin: Option<String>,
    pub version: i64,
    /// Runs of the last seven days in which it acted, or tried to.
    pub runs_week: i64,
    /// How many of these failed.
    pub failed_week: i64,
    #[serde(serialize_with = "wire::optional_time")]
    pub last_run_at: Option<DateTime<Utc>>,
    /// The newest of those that failed this week.
    #[serde(serialize_with = "wire::optional_time")]
    pub last_failed_at: Option<DateTime<Utc>>,
    pub created_by: String,
    #[serde(serialize_with = "wire::time")]
    pub created_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::time")]
    pub updated_at: DateTime<Utc>,
}

/// What became of one action.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Done {
    #[serde(rename = "do")]
    pub action: String,
    pub ok: bool,
    /// Why it failed, or why there was nothing to do.
    pub code: Option<String>,
    /// Whom it fell on.
    pub user: Option<UserId>,
}

/// What a rule did about one event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Run {
    pub id: RunId,
    pub rule_id: RuleId,
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub op: String,
    pub state: String,
    pub reason: Option<String>,
    pub results: Vec<Done>,
    /// Place in the chain of causes, from 1.
    pub depth: usize,
    #[serde(serialize_with = "wire::time")]
    pub at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    pub waits_until: Option<DateTime<Utc>>,
    #[serde(serialize_with = "wire::optional_time")]
    pub finished_at: Option<DateTime<Utc>>,
}

/// The parts of a row that are JSON. What an older server wrote otherwise reads as nothing.
pub(super) fn parts(row: &rule::Model) -> (Trigger, Vec<Condition>, Vec<Action>) {
    let trigger = Trigger::deserialize(&row.trigger).unwrap_or_default();
    let conditions = Vec::deserialize(&row.conditions).unwrap_or_default();
    let actions = Vec::deserialize(&row.actions).unwrap_or_default();
    (trigger, conditions, actions)
}

/// How often and when last.
#[derive(Clone, Copy, Default)]
pub(super) struct Lately {
    runs_week: i64,
    failed_week: i64,
    last_run_at: Option<DateTime<Utc>>,
    last_failed_at: Option<DateTime<Utc>>,
}

impl Rule {
    pub(super) fn new(row: rule::Model, lately: Lately) -> Self {
        let (trigger, conditions, actions) = parts(&row);
        Self {
            id: row.id,
            name: row.name,
            enabled: row.enabled,
            trigger,
            conditions,
            actions,
            delay_minutes: row.delay_minutes,
            hours: row.hours,
            position: row.position,
            builtin: row.builtin,
            version: row.version,
            runs_week: lately.runs_week,
            failed_week: lately.failed_week,
            last_run_at: lately.last_run_at,
            last_failed_at: lately.last_failed_at,
            created_by: row.created_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A rule that was not removed.
///
/// # Errors
/// `not_found`.
pub(super) async fn find(tx: &Tx<'_>, id: RuleId) -> Result<rule::Model, Problem> {
    let row = rule::Entity::of(tx.tenant())
        .filter(rule::Column::Id.eq(id))
        .filter(rule::Column::RemovedAt.is_null())
        .one(tx)
        .await?;
    row.ok_or_else(Problem::not_found)
}

pub(super) async fn all(tx: &Tx<'_>) -> Result<Vec<rule::Model>, Problem> {
    Ok(rule::Entity::of(tx.tenant())
        .filter(rule::Column::RemovedAt.is_null())
        .order_by_asc(rule::Column::Position)
        .order_by_asc(rule::Column::Id)
        .limit(paging::LIMIT_MAX)
        .all(tx)
        .await?)
}

/// What rules did in the last week; all rules, or one.
pub(super) async fn lately(
    tx: &Tx<'_>,
    only: Option<RuleId>,
    now: DateTime<Utc>,
) -> Result<HashMap<RuleId, Lately>, Problem> {
    let runs_in = |states: &[&str]| {
        let mut runs = rule_run::Entity::of(tx.tenant())
            .filter(rule_run::Column::State.is_in(states.iter().copied()))
            .select_only()
            .column(rule_run::Column::RuleId)
            .group_by(rule_run::Column::RuleId);
        if let Some(id) = only {
            runs = runs.filter(rule_run::Column::RuleId.eq(id));
        }
        runs
    };
    let mut found: HashMap<RuleId, Lately> = HashMap::new();
    let acted = || runs_in(&[RUNNING, RAN, FAILED]);
    let this_week = rule_run::Column::BegunAt.gt(now - Duration::days(7));
    let week: Vec<(RuleId, i64)> = acted()
        .filter(this_week.clone())
        .column_as(rule_run::Column::Id.count(), "runs")
        .into_tuple()
        .all(tx)
        .await?;
    for (rule, runs) in week {
        found.entry(rule).or_default().runs_week = runs;
    }
    let last: Vec<(RuleId, Option<DateTime<Utc>>)> =
        acted().column_as(rule_run::Column::BegunAt.max(), "last").into_tuple().all(tx).await?;
    for (rule, at) in last {
        found.entry(rule).or_default().last_run_at = at;
    }
    let failed: Vec<(RuleId, i64, Option<DateTime<Utc>>)> = runs_in(&[FAILED])
        .filter(this_week)
        .column_as(rule_run::Column::Id.count(), "runs")
        .column_as(rule_run::Column::BegunAt.max(), "last")
        .into_tuple()
        .all(tx)
        .await?;
    for (rule, runs, at) in failed {
        let lately = found.entry(rule).or_default();
        lately.failed_week = runs;
        lately.last_failed_at = at;
    }
    Ok(found)
}

/// A row with what it did lately, as events and answers show it.
pub(super) async fn shown(
    tx: &Tx<'_>,
    row: rule::Model,
    now: DateTime<Utc>,
) -> Result<Rule, Problem> {
    let lately = lately(tx, Some(row.id), now).await?.remove(&row.id).unwrap_or_default();
    Ok(Rule::new(row, lately))
}

pub(super) async fn list(tx: &Tx<'_>, now: DateTime<Utc>) -> Result<Vec<Rule>, Problem> {
    let rows = all(tx).await?;
    let mut lately = lately(tx, None, now).await?;
    let shown = |row: rule::Model| {
        let lately = lately.remove(&row.id).unwrap_or_default();
        Rule::new(row, lately)
    };
    Ok(rows.into_iter().map(shown).collect())
}

#[derive(Serialize, Deserialize)]
struct Position(DateTime<Utc>, RunId);

/// Runs of a rule, newest first, of customers whom the asker may see.
pub(super) async fn runs(
    tx: &Tx<'_>,
    by: &Principal,
    id: RuleId,
    state: Option<&str>,
    paging: &Paging,
) -> Result<Page<Run>, Problem> {
    let (limit, after) = (paging.limit()?, paging.after::<Position>()?);
    find(tx, id).await?;
    let customer = Expr::col((rule_run::Entity, rule_run::Column::CustomerId));
    let mut query = rule_run::Entity::of(tx.tenant())
        .filter(rule_run::Column::RuleId.eq(id))
        .filter(customers::visible_on(by, customer));
    match state {
        None => {}
        Some(known @ (WAITING | RUNNING | RAN | SKIPPED | FAILED)) => {
            query = query.filter(rule_run::Column::State.eq(known));
        }
        Some(_) => return Err(Problem::invalid("state", "unknown_value")),
    }
    if let Some(Position(at, id)) = after {
        let tie =
            Where::all().add(rule_run::Column::BegunAt.eq(at)).add(rule_run::Column::Id.lt(id));
        query = query.filter(Where::any().add(rule_run::Column::BegunAt.lt(at)).add(tie));
    }
    let mut rows = query
        .order_by_desc(rule_run::Column::BegunAt)
        .order_by_desc(rule_run::Column::Id)
        .limit(limit + 1)
        .all(tx)
        .await?;
    let next_cursor = paging::cut(&mut rows, limit, |row| Position(row.begun_at, row.id));
    let ids: Vec<CustomerId> = rows.iter().map(|row| row.customer_id).collect();
    let faces = customers::faces(tx, &ids).await?;
    let items = rows.into_iter().map(|row| {
        let name = faces.get(&row.customer_id).map(|face| face.name.clone()).unwrap_or_default();
        run(row, name)
    });
    Ok(Page { items: items.collect(), next_cursor })
}

fn run(row: rule_run::Model, customer_name: String) -> Run {
    Run {
        id: row.id,
        rule_id: row.rule_id,
        customer_id: row.customer_id,
        customer_name,
        op: row.op,
        state: row.state,
        reason: row.reason,
        results: Vec::deserialize(&row.results).unwrap_or_default(),
        depth: row.chain.as_array().map_or(0, Vec::len).max(1),
        at: row.begun_at,
        waits_until: row.waits_until,
        finished_at: row.finished_at,
    }
}

/// The rules of a run's chain of causes.
pub(super) fn chain(value: &Value) -> Vec<RuleId> {
    Vec::deserialize(value).unwrap_or_default()
}

pub(super) async fn find_run(tx: &Tx<'_>, id: RunId) -> Result<Option<rule_run::Model>, Problem> {
    Ok(rule_run::Entity::of(tx.tenant()).filter(rule_run::Column::Id.eq(id)).one(tx).await?)
}

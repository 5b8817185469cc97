//! Work on many as clients read it, and what is said of it.

use chrono::{DateTime, Utc};
use entities::bulk;
use entities::ids::{BulkId, CustomerId, UserId};
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::commands::Action;
use crate::db::Tx;
use crate::kernel::clock::wire;
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::principal::{Principal, Visibility};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::workers::janitor::UNDO_KEPT;

/// States, by their words on the wire.
pub(super) const RUNNING: &str = "running";
pub(super) const DONE: &str = "done";
pub(super) const CANCELLED: &str = "cancelled";
pub(super) const FAILED: &str = "failed";
pub(super) const UNDOING: &str = "undoing";
pub(super) const UNDONE: &str = "undone";

/// Failures that are kept with their reasons; the others are only counted.
pub(super) const FAILED_KEPT: usize = 200;

/// Whom it could not be done to, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(super) struct Failure {
    pub(super) customer_id: CustomerId,
    /// A code as of any refusal: `not_found`, `forbidden`, `stage_full`, …
    pub(super) code: String,
}

/// One act on many customers.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Bulk {
    pub(super) id: BulkId,
    #[schema(value_type = Action)]
    pub(super) action: Value,
    /// `running`, `done`, `cancelled`, `failed`, `undoing` or `undone`.
    pub(super) state: String,
    pub(super) total: i64,
    /// How many were looked at; while it is undone, how many are still to be.
    pub(super) done: i64,
    /// How many are others now.
    pub(super) changed: i64,
    pub(super) failed_count: i64,
    /// The first 200 of them; in a list none.
    pub(super) failed: Vec<Failure>,
    /// After undoing: how many were given back, and how many had been changed since and stay.
    pub(super) restored: i64,
    pub(super) kept: i64,
    pub(super) by: UserId,
    #[serde(serialize_with = "wire::time")]
    pub(super) at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    pub(super) finished_at: Option<DateTime<Utc>>,
    /// Null while it runs, and after undoing.
    #[serde(serialize_with = "wire::optional_time")]
    pub(super) revertible_until: Option<DateTime<Utc>>,
    pub(super) undone_by: Option<UserId>,
    #[serde(serialize_with = "wire::optional_time")]
    pub(super) undone_at: Option<DateTime<Utc>>,
}

impl Bulk {
    pub(super) fn of(row: &bulk::Model) -> Self {
        Self {
            id: row.id,
            action: row.action.clone(),
            state: row.state.clone(),
            total: row.total,
            done: row.done,
            changed: row.changed,
            failed_count: row.failed_count,
            failed: failures(row),
            restored: row.restored,
            kept: row.kept,
            by: row.created_by,
            at: row.created_at,
            finished_at: row.finished_at,
            revertible_until: revertible_until(row),
            undone_by: row.undone_by,
            undone_at: row.undone_at,
        }
    }
}

/// Until when it can be taken back; none while it runs, and after undoing.
pub(super) fn revertible_until(row: &bulk::Model) -> Option<DateTime<Utc>> {
    let is_over = [DONE, CANCELLED, FAILED].contains(&row.state.as_str());
    row.finished_at.filter(|_| is_over).map(|at| at + UNDO_KEPT)
}

pub(super) fn failures(row: &bulk::Model) -> Vec<Failure> {
    serde_json::from_value(row.failed.clone()).unwrap_or_default()
}

/// # Errors
/// `internal` when the row holds none of ours.
pub(super) fn action(row: &bulk::Model) -> Result<Action, Problem> {
    serde_json::from_value(row.action.clone()).map_err(|_| Problem::internal())
}

/// `bulk.started`: the one entry of the journal that says who did what to how many.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Started<'a> {
    pub(super) bulk: &'a Bulk,
}

/// `bulk.progressed`.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Progress<'a> {
    bulk: BulkId,
    state: &'a str,
    done: i64,
    total: i64,
    changed: i64,
    failed: i64,
    restored: i64,
    kept: i64,
}

/// On `tenant`, for the person and for those who see all that they see.
fn heard(op: &'static str, row: &bulk::Model, d: &impl Serialize) -> Result<NewEvent, Problem> {
    let people = [row.created_by];
    Ok(NewEvent::new(Topic::tenant(), op, d)?.heard_by(Audience::owners(&[], &people)))
}

pub(super) fn started(row: &bulk::Model) -> Result<NewEvent, Problem> {
    heard("bulk.started", row, &Started { bulk: &Bulk::of(row) })
}

pub(super) fn progressed(row: &bulk::Model) -> Result<NewEvent, Problem> {
    let d = Progress {
        bulk: row.id,
        state: &row.state,
        done: row.done,
        total: row.total,
        changed: row.changed,
        failed: row.failed_count,
        restored: row.restored,
        kept: row.kept,
    };
    heard("bulk.progressed", row, &d)
}

/// One's own, or everybody's for who sees all.
fn admits(by: &Principal, row: &bulk::Model) -> bool {
    by.visibility == Visibility::All || by.in_person() == Some(row.created_by)
}

/// # Errors
/// `not_found`, also for what is hidden.
pub(super) async fn find(tx: &Tx<'_>, by: &Principal, id: BulkId) -> Result<bulk::Model, Problem> {
    let row = bulk::Entity::of(tx.tenant()).filter(bulk::Column::Id.eq(id)).one(tx).await?;
    row.filter(|row| admits(by, row)).ok_or_else(Problem::not_found)
}

/// The history, newest first.
pub(super) async fn list(
    tx: &Tx<'_>,
    by: &Principal,
    paging: &Paging,
) -> Result<Page<Bulk>, Problem> {
    let (limit, after) = (paging.limit()?, paging.after::<BulkId>()?);
    let mut query = bulk::Entity::of(tx.tenant());
    if by.visibility != Visibility::All {
        query = query.filter(bulk::Column::CreatedBy.eq(by.in_person().unwrap_or(UserId::NIL)));
    }
    if let Some(after) = after {
        query = query.filter(bulk::Column::Id.lt(after));
    }
    // ids are made in the order of time
    let mut rows = query.order_by_desc(bulk::Column::Id).limit(limit + 1).all(tx).await?;
    let next_cursor = paging::cut(&mut rows, limit, |row| row.id);
    let items = rows.iter().map(|row| Bulk { failed: Vec::new(), ..Bulk::of(row) }).collect();
    Ok(Page { items, next_cursor })
}

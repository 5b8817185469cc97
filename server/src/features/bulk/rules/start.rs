//! `bulk.start`: who is meant is settled here, in one transaction; the work follows.

use chrono::{DateTime, Utc};
use entities::ids::{BulkId, CustomerId};
use entities::tenancy::OfTenant;
use entities::{bulk, bulk_chunk};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use serde_json::json;

use crate::db::Tx;
use crate::features::boards;
use crate::features::bulk::commands::{Action, StartBulk};
use crate::features::bulk::records::{self, RUNNING, UNDOING};
use crate::features::bulk::{CHUNK, runner};
use crate::features::customers::{self, Selection, check_owners, check_tags};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Most customers of one act.
pub(in crate::features::bulk) const CUSTOMERS_MAX: u64 = 20_000;
/// Most ids that are named one by one; more are chosen by what they have in common.
const NAMED_MAX: usize = 1_000;
/// Most acts of a tenant that run at once.
const RUNNING_MAX: u64 = 5;
/// Chunks of one INSERT.
const ROWS_MAX: usize = 50;

/// Who is meant.
///
/// # Errors
/// `invalid`.
pub(in crate::features::bulk) fn selection(cmd: &StartBulk) -> Result<Selection, Problem> {
    let named = |field: &str, ids: Option<&Vec<CustomerId>>| match ids {
        Some(ids) if ids.len() > NAMED_MAX => Err(Problem::invalid(field, "too_many")),
        _ => Ok(()),
    };
    named("ids", cmd.ids.as_ref())?;
    named("except", cmd.except.as_ref())?;
    let by_query = cmd.q.is_some() || cmd.filter.is_some();
    match (by_query, cmd.ids.is_some()) {
        // "all" is said by an empty filter, never by saying nothing
        (false, false) => Err(Problem::invalid("filter", "required")),
        (true, true) => Err(Problem::invalid("ids", "bad_value")),
        _ => Ok(Selection {
            q: cmd.q.clone(),
            filter: cmd.filter.clone(),
            ids: cmd.ids.clone(),
            except: cmd.except.clone().unwrap_or_default(),
        }),
    }
}

/// Whether the person may do this, and whether it can be done at all.
///
/// # Errors
/// `forbidden`, `invalid`, or what the board answers.
pub(in crate::features::bulk) async fn check(
    tx: &Tx<'_>,
    by: &Principal,
    action: &Action,
) -> Result<(), Problem> {
    if !by.may(action.needs()) {
        return Err(Problem::forbidden());
    }
    match action {
        Action::Assign { owners, add, remove } => {
            let differs = add.is_some() || remove.is_some();
            if owners.is_some() == differs {
                let code = if differs { "bad_value" } else { "required" };
                return Err(Problem::invalid("action.owners", code));
            }
            let named: Vec<_> = owners.iter().chain(add).flatten().copied().collect();
            check_owners(tx, "action.owners", &named).await
        }
        Action::Tag { add, remove } => {
            if add.is_empty() && remove.is_empty() {
                return Err(Problem::invalid("action.add", "required"));
            }
            check_tags("action.add", add)?;
            check_tags("action.remove", remove)
        }
        Action::Move { board, stage } => {
            if !by.may(crate::kernel::principal::Permission::ViewBoards) {
                return Err(Problem::forbidden());
            }
            boards::check_target(tx, *board, *stage).await
        }
        Action::Archive {} | Action::Restore {} => Ok(()),
    }
}

pub(in crate::features::bulk) async fn start(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &StartBulk,
) -> Decided {
    // a key has no name in which anything could be done
    let by = cx.by.user().ok_or_else(Problem::forbidden)?;
    let selection = selection(cmd)?;
    check(tx, &cx.by, &cmd.action).await?;
    let running = bulk::Entity::of(tx.tenant())
        .filter(bulk::Column::State.is_in([RUNNING, UNDOING]))
        .count(tx)
        .await?;
    if running >= RUNNING_MAX {
        return Err(Problem::conflict("bulk_busy"));
    }
    let mut ids = match &selection.ids {
        // those whom the person does not see are listed as failures, not passed over in silence
        Some(named) => each_once(named, &selection.except),
        None => selection.customers(tx, &cx.by, cx.at, CUSTOMERS_MAX + 1).await?,
    };
    if ids.len() as u64 > CUSTOMERS_MAX {
        return Err(Problem::invalid("filter", "too_many").with(json!({ "max": CUSTOMERS_MAX })));
    }
    if ids.is_empty() {
        return Err(Problem::invalid("filter", "no_one"));
    }
    if let Some(board) = cmd.action.board() {
        ids = boards::in_order(tx, board, ids).await?;
    }
    let row = bulk::Model {
        tenant_id: tx.tenant(),
        id: cx.fresh(BulkId),
        action: serde_json::to_value(&cmd.action).map_err(|_| Problem::internal())?,
        state: RUNNING.to_owned(),
        total: ids.len() as i64,
        done: 0,
        changed: 0,
        failed_count: 0,
        failed: json!([]),
        restored: 0,
        kept: 0,
        created_by: by,
        created_at: cx.at,
        finished_at: None,
        undone_by: None,
        undone_at: None,
    };
    bulk::Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    let chunks: Vec<bulk_chunk::ActiveModel> = ids
        .chunks(CHUNK)
        .zip(0i32..)
        .map(|(ids, chunk)| {
            let (tenant_id, bulk_id) = (row.tenant_id, row.id);
            let customers = json!(ids);
            let model = bulk_chunk::Model { tenant_id, bulk_id, chunk, customers, trace: None };
            model.into_active_model().reset_all()
        })
        .collect();
    for part in chunks.chunks(ROWS_MAX) {
        bulk_chunk::Entity::insert_many(part.to_vec()).exec_without_returning(tx).await?;
    }
    let jobs = vec![runner::work(row.id, cx.at)];
    let decision = Decision { jobs, ..Decision::events(vec![records::started(&row)?]) };
    Ok(decision.reply(&json!({ "bulk_id": row.id, "total": row.total })))
}

fn each_once(ids: &[CustomerId], except: &[CustomerId]) -> Vec<CustomerId> {
    let mut seen: std::collections::HashSet<CustomerId> = except.iter().copied().collect();
    ids.iter().copied().filter(|id| seen.insert(*id)).collect()
}

/// How many are meant.
///
/// # Errors
/// As for [`start`].
pub(in crate::features::bulk) async fn preview(
    tx: &Tx<'_>,
    by: &Principal,
    now: DateTime<Utc>,
    cmd: &StartBulk,
) -> Result<u64, Problem> {
    if !by.may(crate::kernel::principal::Permission::EditCustomers) {
        return Err(Problem::forbidden());
    }
    let selection = selection(cmd)?;
    check(tx, by, &cmd.action).await?;
    customers::Selection::count(&selection, tx, by, now).await
}

//! One chunk, forward or back, in the name and with the rights of the person as they are now.

use entities::ids::{BulkId, CustomerId, StageId};
use entities::tenancy::OfTenant;
use entities::{bulk, bulk_chunk};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::{ended, save, take};
use crate::db::Tx;
use crate::features::bulk::CHUNK;
use crate::features::bulk::commands::{Action, WorkBulk};
use crate::features::bulk::records::{
    self, DONE, FAILED, FAILED_KEPT, Failure, RUNNING, UNDOING, UNDONE, progressed,
};
use crate::features::customers::{AssignOwners, Change, Deed};
use crate::features::{accounts, boards, customers};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;

/// What a chunk did; JSON of `bulk_chunk.trace`.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Trace {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deeds: Vec<Deed>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    carried: Vec<boards::Carried>,
}

/// What came of a chunk.
#[derive(Default)]
struct Came {
    trace: Trace,
    failed: Vec<(CustomerId, &'static str)>,
    events: Vec<NewEvent>,
}

impl Came {
    fn changed(&self) -> i64 {
        (self.trace.deeds.len() + self.trace.carried.len()) as i64
    }
}

impl From<customers::Many> for Came {
    fn from(many: customers::Many) -> Self {
        let trace = Trace { deeds: many.deeds, carried: Vec::new() };
        Self { trace, failed: many.failed, events: many.events }
    }
}

impl From<boards::Carriage> for Came {
    fn from(carriage: boards::Carriage) -> Self {
        let trace = Trace { deeds: Vec::new(), carried: carriage.carried };
        Self { trace, failed: carriage.failed, events: carriage.events }
    }
}

pub(in crate::features::bulk) async fn work(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &WorkBulk,
) -> Decided {
    let mut row = take(tx, cmd.bulk).await?;
    let first = i64::from(cmd.chunk) * CHUNK as i64;
    let is_next = match row.state.as_str() {
        RUNNING => !cmd.back && row.done == first,
        UNDOING => cmd.back && row.done > first && row.done <= first + CHUNK as i64,
        _ => false,
    };
    if !is_next {
        return Ok(Decision::default());
    }
    let person = if cmd.back { row.undone_by.unwrap_or(row.created_by) } else { row.created_by };
    let Some(by) = accounts::standing(tx, person).await? else {
        // who has left does nothing any more
        FAILED.clone_into(&mut row.state);
        row.finished_at = Some(cx.at);
        save(tx, &row).await?;
        return Ok(Decision::events(vec![progressed(&row)?]));
    };
    let action = records::action(&row)?;
    let may = by.may(action.needs());
    let cx = CommandContext { by, ..cx.clone() };
    let chunk = chunk_of(tx, row.id, cmd.chunk).await?;
    let mut events = if cmd.back {
        back(tx, &cx, &mut row, &chunk, may).await?
    } else {
        forth(tx, &cx, &mut row, &chunk, may.then_some(&action)).await?
    };
    save(tx, &row).await?;
    events.push(progressed(&row)?);
    let mut jobs = Vec::new();
    if row.state == DONE {
        let (told, more) = ended::told(tx, &cx, &row).await?;
        events.extend(told);
        jobs = more;
    }
    Ok(Decision { jobs, ..Decision::events(events) })
}

async fn chunk_of(tx: &Tx<'_>, id: BulkId, chunk: i32) -> Result<bulk_chunk::Model, Problem> {
    let row = bulk_chunk::Entity::of(tx.tenant())
        .filter(bulk_chunk::Column::BulkId.eq(id))
        .filter(bulk_chunk::Column::Chunk.eq(chunk))
        .one(tx)
        .await?;
    row.ok_or_else(Problem::internal)
}

async fn forth(
    tx: &Tx<'_>,
    cx: &CommandContext,
    row: &mut bulk::Model,
    chunk: &bulk_chunk::Model,
    action: Option<&Action>,
) -> Result<Vec<NewEvent>, Problem> {
    let ids: Vec<CustomerId> =
        serde_json::from_value(chunk.customers.clone()).map_err(|_| Problem::internal())?;
    let came = match action {
        Some(action) => act(tx, cx, action, &ids).await?,
        None => {
            Came { failed: ids.iter().map(|id| (*id, "forbidden")).collect(), ..Came::default() }
        }
    };
    let trace = serde_json::to_value(&came.trace).map_err(|_| Problem::internal())?;
    bulk_chunk::Entity::change(tx.tenant())
        .filter(bulk_chunk::Column::BulkId.eq(chunk.bulk_id))
        .filter(bulk_chunk::Column::Chunk.eq(chunk.chunk))
        .col_expr(bulk_chunk::Column::Trace, Expr::value(trace))
        .exec(tx)
        .await?;
    row.done += ids.len() as i64;
    row.changed += came.changed();
    row.failed_count += came.failed.len() as i64;
    let mut failed = records::failures(row);
    let room = FAILED_KEPT.saturating_sub(failed.len());
    failed.extend(came.failed.iter().take(room).map(|(customer_id, code)| Failure {
        customer_id: *customer_id,
        code: (*code).to_owned(),
    }));
    row.failed = serde_json::to_value(failed).map_err(|_| Problem::internal())?;
    if row.done >= row.total {
        DONE.clone_into(&mut row.state);
        row.finished_at = Some(cx.at);
    }
    Ok(came.events)
}

async fn act(
    tx: &Tx<'_>,
    cx: &CommandContext,
    action: &Action,
    ids: &[CustomerId],
) -> Result<Came, Problem> {
    let change = match action {
        Action::Move { stage, .. } => return carry(tx, cx, *stage, ids).await,
        Action::Assign { owners, add, remove } => Change::Assign(AssignOwners {
            owners: owners.clone(),
            add: add.clone(),
            remove: remove.clone(),
        }),
        Action::Tag { add, remove } => Change::Tag { add: add.clone(), remove: remove.clone() },
        Action::Archive {} => Change::Archive,
        Action::Restore {} => Change::Restore,
    };
    Ok(customers::change_many(tx, cx, ids, &change).await?.into())
}

async fn carry(
    tx: &Tx<'_>,
    cx: &CommandContext,
    stage: StageId,
    ids: &[CustomerId],
) -> Result<Came, Problem> {
    Ok(boards::carry(tx, cx, stage, ids).await?.into())
}

async fn back(
    tx: &Tx<'_>,
    cx: &CommandContext,
    row: &mut bulk::Model,
    chunk: &bulk_chunk::Model,
    may: bool,
) -> Result<Vec<NewEvent>, Problem> {
    let trace: Trace = match &chunk.trace {
        Some(trace) => serde_json::from_value(trace.clone()).map_err(|_| Problem::internal())?,
        None => Trace::default(),
    };
    let did = (trace.deeds.len() + trace.carried.len()) as i64;
    let came: Came = match () {
        () if !may || did == 0 => Came::default(),
        () if trace.carried.is_empty() => customers::undo_many(tx, cx, &trace.deeds).await?.into(),
        () => boards::carry_back(tx, cx, &trace.carried).await?.into(),
    };
    row.restored += came.changed();
    row.kept += did - came.changed();
    row.done = i64::from(chunk.chunk) * CHUNK as i64;
    if row.done == 0 {
        UNDONE.clone_into(&mut row.state);
        row.undone_at = Some(cx.at);
    }
    Ok(came.events)
}

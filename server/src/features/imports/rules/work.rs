//! One chunk of rows becomes customers and cards, in one transaction, exactly once.

use std::collections::{BTreeMap, HashMap};

use entities::ids::{CardId, CustomerId, StageId};
use entities::{customer, import, import_row};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};

use super::{chunk_rows, load, progressed, reading, save};
use crate::db::Tx;
use crate::features::boards::{self, NewPlace};
use crate::features::customers::{self, Remembered, Resolution, Slot};
use crate::features::imports::commands::{WorkImport, topic};
use crate::features::imports::read::{CHUNK_ROWS, Row};
use crate::features::imports::row::{Reading, Taken};
use crate::features::imports::views::{DONE, Imported, OnMatch, RUNNING, RowError};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::problem::Problem;

/// What undoing needs to know of a row; JSON of `import_row.before`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Trace {
    /// The customer's version after this row.
    pub(super) version: i64,
    /// The customer before this import touched them; only where they existed.
    pub(super) was: Option<Remembered>,
    /// Identities and notes that this row added.
    pub(super) identities: Vec<entities::ids::IdentityId>,
    pub(super) notes: Vec<entities::ids::NoteId>,
}

pub(in crate::features::imports) async fn chunk(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &WorkImport,
) -> Decided {
    let mut row = load(tx, cmd.import).await?;
    let first = i64::from(cmd.chunk) * CHUNK_ROWS as i64;
    if row.state != RUNNING || row.done != first {
        return Ok(Decision::default());
    }
    let Some(rows) = chunk_rows(tx, row.id, cmd.chunk).await? else {
        return Err(Problem::internal());
    };
    let reading = reading(tx, &row).await?;
    let (taken, mut refused) = sort_out(&reading, first, &rows);
    let on_match = match reading.options.on_match {
        OnMatch::Update => customers::OnMatch::Replace,
        OnMatch::Skip => customers::OnMatch::Skip,
    };
    let mut who = Vec::with_capacity(taken.len());
    let mut cards = Vec::with_capacity(taken.len());
    for Taken { row, who: newcomer, need, amount, stage } in taken {
        who.push(newcomer);
        cards.push((row, need, amount, stage));
    }
    let resolution = customers::resolve_many(tx, cx, who, on_match).await?;

    let mut events = Vec::new();
    for slot in resolution.slots.iter().filter(|slot| slot.before.is_some()) {
        events.extend(customers::of_slot(tx, cx, slot).await?);
    }
    let placed = place(tx, cx, &reading, &resolution, &cards, &mut events).await?;
    let mut written = write_up(&row, &resolution, &cards, &placed, &mut refused, &mut events)?;
    written.extend(refused.iter().map(|error| failed(&row, error)));
    insert(tx, &written).await?;

    row.done += rows.len() as i64;
    row.created += count(&written, "created");
    row.matched += count(&written, "matched");
    row.failed += count(&written, "failed");
    if row.done >= row.total {
        DONE.clone_into(&mut row.state);
        row.finished_at = Some(cx.at);
        events.push(progressed(&row)?);
    }
    save(tx, &row).await?;
    let mut jobs = Vec::new();
    if row.state == DONE {
        let (told, more) = super::tell_ended(tx, cx, &row).await?;
        events.extend(told);
        jobs = more;
    }
    Ok(Decision { events, jobs, ..Decision::default() })
}

/// Rows that can be taken, and why the others cannot.
fn sort_out(reading: &Reading, first: i64, rows: &[Row]) -> (Vec<Taken>, Vec<RowError>) {
    let mut taken = Vec::with_capacity(rows.len());
    let mut refused = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        // as a spreadsheet counts: the header is line 1
        match reading.take(first + at as i64 + 2, row) {
            Ok(row) => taken.push(row),
            Err(error) => refused.push(error),
        }
    }
    (taken, refused)
}

type CardOf = (i64, Option<String>, Option<crate::kernel::money::Money>, Option<StageId>);

/// Cards for everybody of the chunk, stage by stage; who has one on the board keeps it.
async fn place(
    tx: &Tx<'_>,
    cx: &CommandContext,
    reading: &Reading,
    resolution: &Resolution,
    cards: &[CardOf],
    events: &mut Vec<NewEvent>,
) -> Result<HashMap<CustomerId, CardId>, Problem> {
    let Some(board) = reading.options.board_id else { return Ok(HashMap::new()) };
    let mut by_stage: BTreeMap<Option<StageId>, Vec<NewPlace>> = BTreeMap::new();
    for (outcome, (_, need, amount, stage)) in resolution.outcomes.iter().zip(cards) {
        if outcome.hidden {
            continue;
        }
        let slot = resolution.slots.get(outcome.slot).ok_or_else(Problem::internal)?;
        let stage = stage.or(reading.options.stage_id);
        let (need, amount) = (need.clone(), amount.clone());
        let place = NewPlace { customer: slot.row.id, need, amount };
        by_stage.entry(stage).or_default().push(place);
    }
    let mut made = HashMap::new();
    for (stage, places) in by_stage {
        let (placed, said) = boards::place_many(tx, cx, board, stage, places).await?;
        made.extend(placed.into_iter().filter(|p| p.created).map(|p| (p.customer, p.card)));
        events.extend(said);
    }
    Ok(made)
}

/// A line for each row that was taken, and its word on the customer's timeline.
fn write_up(
    import: &import::Model,
    resolution: &Resolution,
    cards: &[CardOf],
    placed: &HashMap<CustomerId, CardId>,
    refused: &mut Vec<RowError>,
    events: &mut Vec<NewEvent>,
) -> Result<Vec<import_row::Model>, Problem> {
    let mut lines = Vec::with_capacity(cards.len());
    let mut seen = vec![false; resolution.slots.len()];
    for (outcome, (row, ..)) in resolution.outcomes.iter().zip(cards) {
        if outcome.hidden {
            let (field, code) = (String::new(), "identity_taken".to_owned());
            refused.push(RowError { row: *row, field, code, value: String::new() });
            continue;
        }
        let slot = resolution.slots.get(outcome.slot).ok_or_else(Problem::internal)?;
        // the first row of a customer in this chunk tells all that the chunk did to them
        let first = seen.get_mut(outcome.slot).is_some_and(|seen| !std::mem::replace(seen, true));
        let trace = if first {
            trace(slot)
        } else {
            Trace { version: slot.row.version, ..Trace::default() }
        };
        let id = slot.row.id;
        lines.push(import_row::Model {
            tenant_id: import.tenant_id,
            import_id: import.id,
            row: *row,
            outcome: if outcome.created { "created" } else { "matched" }.to_owned(),
            customer_id: Some(id),
            card_id: placed.get(&id).copied().filter(|_| first),
            error: None,
            before: serde_json::to_string(&trace).ok(),
        });
        let d = Imported {
            customer: id,
            import: import.id,
            file_name: &import.file_name,
            row: *row,
            created: outcome.created,
        };
        let owners = &slot.row.owners.0;
        events.push(
            NewEvent::new(topic(import.id), "customer.imported", &d)?
                .on_timeline_of(id)
                .heard_by(Audience::owners(owners, owners)),
        );
    }
    Ok(lines)
}

fn trace(slot: &Slot) -> Trace {
    Trace {
        version: slot.row.version,
        was: slot.before.as_ref().map(|before: &customer::Model| Remembered::of(before)),
        identities: slot.added().iter().map(|identity| identity.id).collect(),
        notes: slot.notes.iter().map(|note| note.id).collect(),
    }
}

fn failed(import: &import::Model, error: &RowError) -> import_row::Model {
    import_row::Model {
        tenant_id: import.tenant_id,
        import_id: import.id,
        row: error.row,
        outcome: "failed".to_owned(),
        customer_id: None,
        card_id: None,
        error: serde_json::to_string(error).ok(),
        before: None,
    }
}

fn count(lines: &[import_row::Model], outcome: &str) -> i64 {
    lines.iter().filter(|line| line.outcome == outcome).count() as i64
}

async fn insert(tx: &Tx<'_>, lines: &[import_row::Model]) -> Result<(), Problem> {
    if lines.is_empty() {
        return Ok(());
    }
    let models = lines.iter().map(|line| line.clone().into_active_model().reset_all());
    import_row::Entity::insert_many(models).exec_without_returning(tx).await?;
    Ok(())
}

//! Taking a chunk back: who was made is removed, who was changed is restored, and whoever somebody
//! has worked on since is left as they are and counted.

use std::collections::{BTreeMap, HashMap};

use entities::ids::{CardId, CustomerId};
use entities::tenancy::OfTenant;
use entities::{import, import_row};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};

use super::work::Trace;
use super::{load, progressed, save};
use crate::db::Tx;
use crate::features::boards;
use crate::features::customers::{self, Restoration};
use crate::features::imports::commands::WorkImport;
use crate::features::imports::read::CHUNK_ROWS;
use crate::features::imports::views::{self, UNDOING, UNDONE};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::problem::Problem;

/// All that an import did to one customer.
#[derive(Default)]
struct Deeds {
    first_row: i64,
    created: bool,
    version: i64,
    cards: Vec<CardId>,
    restore: Restoration,
}

pub(in crate::features::imports) async fn chunk(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &WorkImport,
) -> Decided {
    let mut row = load(tx, cmd.import).await?;
    let first = i64::from(cmd.chunk) * CHUNK_ROWS as i64;
    if row.state != UNDOING || (row.done <= first && row.done > 0) {
        return Ok(Decision::default());
    }
    let deeds = deeds_of_chunk(tx, &row, first).await?;
    let mut counts = views::counts(&row);
    let mut events = Vec::new();
    let (created, touched): (BTreeMap<_, _>, BTreeMap<_, _>) =
        deeds.into_iter().partition(|(_, deeds)| deeds.created);

    // cards first: a customer with a card of their own cannot be removed
    let cards: Vec<CardId> =
        created.values().chain(touched.values()).flat_map(|d| d.cards.iter().copied()).collect();
    let made_here: Vec<(CustomerId, i64)> =
        created.iter().map(|(id, d)| (*id, d.version)).collect();
    let notes: Vec<_> = created.values().flat_map(|d| d.restore.notes.iter().copied()).collect();
    let removable = customers::removable(tx, &made_here, &notes, &cards).await?;
    let unmoved: HashMap<CardId, CustomerId> = boards::untouched(tx, &cards).await?;
    let (mut gone_cards, mut gone) = (Vec::new(), Vec::new());
    for (id, deeds) in &created {
        let cards_free = deeds.cards.iter().all(|card| unmoved.contains_key(card));
        if removable.contains(id) && cards_free {
            gone.push(*id);
            gone_cards.extend(&deeds.cards);
        } else {
            counts.left += 1;
        }
    }
    for (id, deeds) in &touched {
        let mut left = deeds.cards.iter().any(|card| !unmoved.contains_key(card));
        gone_cards.extend(deeds.cards.iter().filter(|card| unmoved.contains_key(card)));
        match customers::restore(tx, cx, *id, deeds.version, &deeds.restore).await? {
            Some(said) => events.extend(said),
            None => left = true,
        }
        if left { counts.left += 1 } else { counts.restored += 1 }
    }
    events.extend(boards::withdraw(tx, cx, &gone_cards).await?);
    boards::erase(tx, &gone_cards).await?;
    events.extend(customers::erase(tx, &gone).await?);
    counts.removed += gone.len() as i64;

    row.counts = serde_json::to_value(&counts).map_err(|_| Problem::internal())?;
    row.done = first;
    if first == 0 {
        UNDONE.clone_into(&mut row.state);
        row.undone_at = Some(cx.at);
        events.push(progressed(&row)?);
    }
    save(tx, &row).await?;
    Ok(Decision::events(events))
}

/// What the import did to the customers whom it met first in this chunk. Later chunks are undone
/// before, so each customer is taken back once, with all that was done to them.
async fn deeds_of_chunk(
    tx: &Tx<'_>,
    row: &import::Model,
    first: i64,
) -> Result<BTreeMap<CustomerId, Deeds>, Problem> {
    let lines = |condition| {
        import_row::Entity::of(tx.tenant())
            .filter(import_row::Column::ImportId.eq(row.id))
            .filter(condition)
            .order_by_asc(import_row::Column::Row)
            .all(tx)
    };
    let here = first + 2..first + 2 + CHUNK_ROWS as i64;
    let own = lines(import_row::Column::Row.between(here.start, here.end - 1)).await?;
    let met: Vec<CustomerId> = own.iter().filter_map(|line| line.customer_id).collect();
    let all = lines(import_row::Column::CustomerId.is_in(met)).await?;
    let mut deeds: BTreeMap<CustomerId, Deeds> = BTreeMap::new();
    for line in all {
        let Some(id) = line.customer_id else { continue };
        let trace: Trace = line
            .before
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let of =
            deeds.entry(id).or_insert_with(|| Deeds { first_row: line.row, ..Deeds::default() });
        of.created |= line.outcome == "created";
        of.version = of.version.max(trace.version);
        of.cards.extend(line.card_id);
        if of.restore.was.is_none() {
            of.restore.was = trace.was;
        }
        of.restore.identities.extend(trace.identities);
        of.restore.notes.extend(trace.notes);
    }
    deeds.retain(|_, deeds| here.contains(&deeds.first_row));
    Ok(deeds)
}

//! The dry run: what every row would become, without writing a customer.

use std::collections::{HashMap, HashSet};

use entities::ids::ImportId;
use entities::import;
use futures_util::FutureExt;

use super::read::CHUNK_ROWS;
use super::rules;
use super::views::{Counts, ERRORS_KEPT, RowError};
use crate::db::{Db, Tx};
use crate::features::customers::{self, Checked};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Chunks of one transaction: 2,000 rows.
const CHUNKS_AT_ONCE: i32 = 10;

/// Counts and the first errors.
pub(super) struct Outlook {
    pub(super) counts: Counts,
    pub(super) errors: Vec<RowError>,
}

/// Goes through all rows of an import as its row stands, a few thousand a transaction.
pub(super) async fn look_ahead(
    db: &Db,
    by: &Principal,
    row: &import::Model,
) -> Result<Outlook, Problem> {
    let mut outlook = Outlook { counts: Counts::default(), errors: Vec::new() };
    let mut met: HashSet<(&'static str, String)> = HashSet::new();
    let mut from = 0;
    loop {
        let (asker, import) = (by.clone(), row.clone());
        let part = db.read(by.tenant, move |tx| {
            async move { part(tx, &asker, &import, from).await }.boxed()
        });
        let Some(Part { taken, errors, known }) = part.await? else { break };
        for who in &taken {
            outlook.counts.rows += 1;
            let mine = |kind: &'static str, value: &String| (kind, value.clone());
            let keys = || who.idents.iter().map(|ident| mine(ident.kind, &ident.value));
            if keys().any(|key| known.contains_key(&key)) {
                outlook.counts.r#match += 1;
            } else if keys().any(|key| met.contains(&key)) {
                outlook.counts.duplicate += 1;
            } else {
                outlook.counts.create += 1;
            }
            met.extend(keys());
        }
        outlook.counts.rows += errors.len() as i64;
        outlook.counts.error += errors.len() as i64;
        let room = ERRORS_KEPT.saturating_sub(outlook.errors.len());
        outlook.errors.extend(errors.into_iter().take(room));
        from += CHUNKS_AT_ONCE;
    }
    Ok(outlook)
}

struct Part {
    taken: Vec<Checked>,
    errors: Vec<RowError>,
    known: HashMap<(&'static str, String), bool>,
}

async fn part(
    tx: &Tx<'_>,
    by: &Principal,
    row: &import::Model,
    from: i32,
) -> Result<Option<Part>, Problem> {
    let reading = rules::reading(tx, row).await?;
    let (mut taken, mut errors) = (Vec::new(), Vec::new());
    let mut numbers = Vec::new();
    let mut any = false;
    for chunk in from..from + CHUNKS_AT_ONCE {
        let Some(rows) = rules::chunk_rows(tx, row.id, chunk).await? else { break };
        any = true;
        let first = i64::from(chunk) * CHUNK_ROWS as i64 + 2;
        for (at, row) in rows.iter().enumerate() {
            match reading.take(first + at as i64, row) {
                Ok(row) => {
                    numbers.push(row.row);
                    taken.push(row.who);
                }
                Err(error) => errors.push(error),
            }
        }
    }
    let known = customers::known(tx, by, &taken).await?;
    // a match that the asker may not see is refused, here as in earnest
    let hidden = |who: &Checked| {
        who.idents.iter().any(|i| known.get(&(i.kind, i.value.clone())) == Some(&false))
    };
    let mut shown = Vec::with_capacity(taken.len());
    for (who, row) in taken.into_iter().zip(numbers) {
        if hidden(&who) {
            let (field, code) = (String::new(), "identity_taken".to_owned());
            errors.push(RowError { row, field, code, value: String::new() });
        } else {
            shown.push(who);
        }
    }
    errors.sort_by_key(|error| error.row);
    Ok(any.then_some(Part { taken: shown, errors, known }))
}

/// All errors of one chunk that can be seen without writing; none behind the last chunk.
pub(super) async fn errors_of_chunk(
    tx: &Tx<'_>,
    id: ImportId,
    chunk: i32,
) -> Result<Option<Vec<RowError>>, Problem> {
    let Some(rows) = rules::chunk_rows(tx, id, chunk).await? else { return Ok(None) };
    let reading = rules::reading(tx, &rules::load(tx, id).await?).await?;
    let first = i64::from(chunk) * CHUNK_ROWS as i64 + 2;
    let errors = rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| reading.take(first + at as i64, row).err())
        .collect();
    Ok(Some(errors))
}

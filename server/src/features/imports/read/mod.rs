//! From the bytes of a file to a table: which kind it is, its columns, and its rows in chunks of
//! JSON. Everything is bounded before it is believed.

mod csv;
mod sniff;
mod vcard;
mod xlsx;
mod zip_guard;

use serde::{Deserialize, Serialize};

use crate::kernel::problem::{Class, Problem};

/// Rows of one chunk: what one command commits.
pub(super) const CHUNK_ROWS: usize = 200;
/// Most rows of a file.
const ROWS_MAX: usize = 200_000;
/// Most columns, and longest cell in characters.
const COLUMNS_MAX: usize = 200;
const CELL_MAX: usize = 32_000;
/// Rows that cannot be read at all; a file with more of them is no list.
const BROKEN_MAX: usize = 2_000;
/// Sample values of a column.
const SAMPLES: usize = 5;

/// One row as it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Row {
    Cells(Vec<String>),
    /// Could not be read; the code says why.
    Broken {
        broken: String,
        text: String,
    },
}

/// A file, read.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// `csv`, `xlsx`, `vcard`.
    pub(super) kind: &'static str,
    pub(super) encoding: Option<String>,
    pub(super) delimiter: Option<String>,
    pub(super) sheet: Option<String>,
    pub(super) headers: Vec<String>,
    /// First values of each column that are not empty.
    pub(super) samples: Vec<Vec<String>>,
    /// JSON arrays of [`Row`], [`CHUNK_ROWS`] each.
    pub(super) chunks: Vec<String>,
    pub(super) rows: usize,
}

/// Reads a file whole. Blocking: run it beside the event loop.
///
/// # Errors
/// `unsupported_file` for what is no list, `too_big` for what would unpack to more than it should,
/// `too_many` rows or columns.
pub(super) fn read(bytes: &[u8]) -> Result<Table, Problem> {
    if bytes.is_empty() {
        return Err(Problem::invalid("file", "required"));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return xlsx::read(bytes);
    }
    let text = sniff::text(bytes).ok_or_else(unsupported)?;
    let begins = text.text.trim_start().get(..11);
    if begins.is_some_and(|begins| begins.eq_ignore_ascii_case("BEGIN:VCARD")) {
        return vcard::read(&text);
    }
    csv::read(&text)
}

fn unsupported() -> Problem {
    Problem::new(Class::Invalid, "unsupported_file")
}

/// Collects rows into chunks.
struct Collector {
    table: Table,
    chunk: Vec<Row>,
    broken: usize,
}

impl Collector {
    fn new(kind: &'static str, headers: Vec<String>) -> Result<Self, Problem> {
        if headers.len() > COLUMNS_MAX {
            return Err(Problem::invalid("file", "too_many"));
        }
        let samples = vec![Vec::new(); headers.len()];
        let headers = headers.iter().map(|header| header.chars().take(200).collect()).collect();
        let table = Table { kind, headers, samples, ..Table::default() };
        Ok(Self { table, chunk: Vec::with_capacity(CHUNK_ROWS), broken: 0 })
    }

    /// Takes one row; rows without any content are not counted.
    fn push(&mut self, row: Row) -> Result<(), Problem> {
        let row = match row {
            Row::Cells(cells) => {
                if cells.iter().all(|cell| cell.trim().is_empty()) {
                    return Ok(());
                }
                self.checked(cells)
            }
            broken @ Row::Broken { .. } => broken,
        };
        if let Row::Broken { .. } = &row {
            self.broken += 1;
            if self.broken > BROKEN_MAX {
                return Err(unsupported());
            }
        }
        self.table.rows += 1;
        if self.table.rows > ROWS_MAX {
            return Err(Problem { status: Some(413), ..Problem::invalid("file", "too_many") });
        }
        self.chunk.push(row);
        if self.chunk.len() == CHUNK_ROWS {
            self.flush()?;
        }
        Ok(())
    }

    fn checked(&mut self, mut cells: Vec<String>) -> Row {
        let broken = |code: &str, cells: &[String]| {
            let text = cells.iter().map(|cell| cell.chars().take(40).collect::<String>());
            Row::Broken {
                broken: code.to_owned(),
                text: text.take(5).collect::<Vec<_>>().join(" | "),
            }
        };
        let long = |cell: &String| cell.len() > CELL_MAX && cell.chars().count() > CELL_MAX;
        if cells.iter().any(long) {
            return broken("too_long", &cells);
        }
        if cells.iter().any(|cell| cell.contains('\0')) {
            return broken(
                "bad_value",
                &cells.iter().map(|c| c.replace('\0', "")).collect::<Vec<_>>(),
            );
        }
        let width = self.table.headers.len();
        if cells.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
            return broken("too_many", &cells);
        }
        cells.resize(width, String::new());
        for (cell, samples) in cells.iter_mut().zip(&mut self.table.samples) {
            if cell.len() != cell.trim().len() {
                *cell = cell.trim().to_owned();
            }
            if samples.len() < SAMPLES && !cell.is_empty() {
                samples.push(cell.chars().take(80).collect());
            }
        }
        Row::Cells(cells)
    }

    fn flush(&mut self) -> Result<(), Problem> {
        if !self.chunk.is_empty() {
            let rows = serde_json::to_string(&self.chunk).map_err(|_| Problem::internal())?;
            self.table.chunks.push(rows);
            self.chunk.clear();
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Table, Problem> {
        self.flush()?;
        if self.table.rows == 0 {
            return Err(Problem::invalid("file", "required"));
        }
        Ok(self.table)
    }
}

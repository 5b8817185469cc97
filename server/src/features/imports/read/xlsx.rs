//! The first sheet of a workbook that has something in it, read cell by cell.

use std::io::Cursor;

use calamine::{DataRef, Reader, SheetVisible, Xlsx};

use super::{COLUMNS_MAX, Collector, Row, Table, unsupported, zip_guard};
use crate::kernel::problem::{Class, Problem};

/// Bytes of all cells together, about what the largest file of plain text may hold. A text that
/// cells share is packed once and stands in each of them.
const TEXT_MAX: usize = 64 * 1024 * 1024;

pub(super) fn read(bytes: &[u8]) -> Result<Table, Problem> {
    zip_guard::check(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unsupported())?;
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    for sheet in sheets {
        if let Some(table) = read_sheet(&mut book, &sheet)? {
            return Ok(table);
        }
    }
    Err(Problem::invalid("file", "required"))
}

fn read_sheet(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Option<Table>, Problem> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|_| unsupported())?;
    let mut collector: Option<Collector> = None;
    let mut row: Vec<String> = Vec::new();
    let (mut number, mut unpacked) = (0, 0);
    loop {
        let cell = cells.next_cell().map_err(|_| unsupported())?;
        let place = cell.as_ref().map(calamine::Cell::get_position);
        if place.is_none_or(|(at, _)| at != number) {
            let whole = std::mem::take(&mut row);
            if whole.iter().any(|cell| !cell.trim().is_empty()) {
                match &mut collector {
                    Some(collector) => collector.push(Row::Cells(whole))?,
                    None => collector = Some(Collector::new("xlsx", whole)?),
                }
            }
        }
        let (Some(cell), Some((at, column))) = (cell, place) else { break };
        number = at;
        let column = column as usize;
        // far to the right stand stray formats, not customers
        if column >= COLUMNS_MAX {
            continue;
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        let text = text_of(cell.get_value());
        unpacked += text.len();
        if unpacked > TEXT_MAX {
            return Err(Problem::of(Class::TooBig));
        }
        if let Some(place) = row.get_mut(column) {
            *place = text;
        }
    }
    let Some(mut collector) = collector else { return Ok(None) };
    collector.table.sheet = Some(sheet.to_owned());
    collector.finish().map(Some)
}

/// A cell as a person sees it: whole numbers without a point (phones are often numbers), dates as
/// ISO 8601, formulas by their result.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) if n.fract() == 0.0 && n.abs() < 9e15 => format!("{n:.0}"),
        DataRef::Float(n) => n.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "1".to_owned(),
        DataRef::Bool(false) => "0".to_owned(),
        DataRef::DateTime(at) if !at.is_duration() => {
            let (year, month, day, hour, minute, ..) = at.to_ymd_hms_milli();
            match (hour, minute) {
                (0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}"),
            }
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::DateTime(_) | DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

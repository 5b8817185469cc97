//! CSV as spreadsheets write it. Own splitting, because a quote that is never closed must cost one
//! row and not the rest of the file.

use super::sniff::{Text, delimiter};
use super::{Collector, Row, Table, unsupported};
use crate::kernel::problem::Problem;

/// A quoted cell that is longer than this, in bytes, was never closed.
const QUOTED_MAX: usize = 130_000;

pub(super) fn read(file: &Text) -> Result<Table, Problem> {
    let mut text = file.text.as_str();
    let mut separator = None;
    // Excel's own hint
    if let Some(rest) = text.strip_prefix("sep=") {
        separator = rest.chars().next().filter(|c| !c.is_control());
        text = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    let separator = separator.unwrap_or_else(|| delimiter(text));
    let mut rows = Rows { rest: text, separator };
    let headers = loop {
        match rows.next() {
            Some(Row::Cells(cells)) if cells.iter().all(|cell| cell.trim().is_empty()) => {}
            Some(Row::Cells(cells)) => break cells,
            _ => return Err(unsupported()),
        }
    };
    let mut collector = Collector::new("csv", headers)?;
    collector.table.encoding = Some(file.encoding.to_owned());
    collector.table.delimiter = Some(separator.to_string());
    for row in rows {
        collector.push(row)?;
    }
    collector.finish()
}

struct Rows<'t> {
    rest: &'t str,
    separator: char,
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        // an old end-of-file mark counts as the end
        if self.rest.is_empty() || self.rest.starts_with('\u{1a}') {
            return None;
        }
        let (row, used) = match split(self.rest, self.separator) {
            Some((cells, used)) => (Row::Cells(cells), used),
            None => {
                let line = self.rest.find('\n').map_or(self.rest.len(), |at| at + 1);
                let text = self.rest.get(..line).unwrap_or_default().trim_end();
                let text = text.chars().take(120).collect();
                (Row::Broken { broken: "bad_quotes".to_owned(), text }, line)
            }
        };
        self.rest = self.rest.get(used..).unwrap_or_default();
        Some(row)
    }
}

/// The cells of the first row and how many bytes it takes. None when its quotes do not match.
fn split(text: &str, separator: char) -> Option<(Vec<String>, usize)> {
    let bytes = text.as_bytes();
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        if bytes.get(at) == Some(&b'"') {
            let (cell, after) = quoted(text, at + 1)?;
            cells.push(cell);
            at = after;
            match text.get(at..)?.chars().next() {
                None => return Some((cells, at)),
                Some(c) if c == separator => at += c.len_utf8(),
                Some('\r') if bytes.get(at + 1) == Some(&b'\n') => return Some((cells, at + 2)),
                Some('\n' | '\r') => return Some((cells, at + 1)),
                // something behind a closing quote
                Some(_) => return None,
            }
        } else {
            let rest = text.get(at..)?;
            let end = rest.find([separator, '\n', '\r']).unwrap_or(rest.len());
            cells.push(rest.get(..end)?.to_owned());
            at += end;
            match text.get(at..)?.chars().next() {
                None => return Some((cells, at)),
                Some('\r') if bytes.get(at + 1) == Some(&b'\n') => return Some((cells, at + 2)),
                Some('\n' | '\r') => return Some((cells, at + 1)),
                Some(c) => at += c.len_utf8(),
            }
        }
    }
}

/// A quoted cell from behind its opening quote: its content, and where it ends.
fn quoted(text: &str, from: usize) -> Option<(String, usize)> {
    let mut cell = String::new();
    let mut at = from;
    loop {
        let rest = text.get(at..)?;
        let quote = rest.find('"')?;
        cell.push_str(rest.get(..quote)?);
        if cell.len() > QUOTED_MAX {
            return None;
        }
        at += quote + 1;
        if text.as_bytes().get(at) != Some(&b'"') {
            return Some((cell, at));
        }
        cell.push('"');
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Rows, read};
    use crate::features::imports::read::Row;
    use crate::features::imports::read::sniff::Text;

    fn rows(text: &str) -> Vec<Row> {
        Rows { rest: text, separator: ';' }.collect()
    }

    fn cells(cells: &[&str]) -> Row {
        Row::Cells(cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn quotes_newlines_and_endings() {
        let text = "a;\"b;\"\"c\"\"\nd\"\r\n;x\n\"\";\"y\"";
        assert_eq!(rows(text), [cells(&["a", "b;\"c\"\nd"]), cells(&["", "x"]), cells(&["", "y"])]);
    }

    #[test]
    fn a_broken_quote_costs_one_row() {
        let found = rows("1;ok\n2;\"never closed\n3;ok\n4;\"x\"y;z\n5;ok\n");
        assert_eq!(found.len(), 5);
        assert!(matches!(found[1], Row::Broken { .. }));
        assert_eq!(found[2], cells(&["3", "ok"]));
        assert!(matches!(found[3], Row::Broken { .. }));
        assert_eq!(found[4], cells(&["5", "ok"]));
    }

    #[test]
    fn a_table_has_headers_samples_and_chunks() {
        let body: String = (0..450).map(|n| format!("Ad {n};0532 000 {n:04}\n")).collect();
        let file = Text { text: format!("İsim;Telefon\n{body}\n;\n"), encoding: "utf-8" };
        let table = read(&file).unwrap();
        assert_eq!((table.rows, table.chunks.len()), (450, 3));
        assert_eq!(table.headers, ["İsim", "Telefon"]);
        assert_eq!(table.samples[0][0], "Ad 0");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic_or_hang(text in "[a;\"\\n\\rçİ,]{0,200}") {
            let _ = rows(&text);
        }
    }
}

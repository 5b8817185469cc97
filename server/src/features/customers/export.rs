//! Customers as CSV for spreadsheets: UTF-8 with BOM, `;`, and no cell that a spreadsheet would
//! run as a formula, at whichever separator it cuts the lines.

use entities::custom_field;

use super::views::Customer;
use crate::kernel::clock::wire_time;

/// What a spreadsheet takes for the beginning of a formula; the wide ones are those of CJK keyboards.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// Where one that guesses another separator than ours begins a cell of its own, quoted or not.
const CUTS: [char; 6] = [',', ';', '\t', '|', '\r', '\n'];

/// Makes a cell harmless: what begins like a formula, or would after a cut, gets an apostrophe in
/// front.
pub fn safe_cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 1);
    if text.starts_with(['\t', '\r']) {
        safe.push('\'');
    }
    let mut begins = true;
    for c in text.chars() {
        if begins && FORMULA.contains(&c) {
            safe.push('\'');
        }
        // blanks and quotes in front of a formula do not keep it from running
        begins = CUTS.contains(&c) || (begins && (c == '"' || c.is_whitespace()));
        safe.push(c);
    }
    safe
}

/// Lines of CSV in our dialect.
pub fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        // writing to memory does not fail
        let _ = writer.write_record(row.iter().map(|cell| safe_cell(cell)));
    }
    writer.into_inner().unwrap_or_default()
}

pub(super) fn header(fields: &[custom_field::Model]) -> Vec<String> {
    let fixed = [
        "id",
        "name",
        "company",
        "phones",
        "emails",
        "quality",
        "owners",
        "tags",
        "source",
        "last_contact_at",
        "created_at",
        "updated_at",
    ];
    fixed.into_iter().map(str::to_owned).chain(fields.iter().map(|f| f.label.clone())).collect()
}

/// `owner` names a colleague.
pub(super) fn row(
    customer: &Customer,
    fields: &[custom_field::Model],
    owner: impl Fn(&entities::ids::UserId) -> String,
) -> Vec<String> {
    let shown = |list: &[super::views::Contact]| {
        list.iter().map(|c| c.display.as_str()).collect::<Vec<_>>().join(", ")
    };
    let owners: Vec<String> = customer.owners.iter().map(owner).collect();
    let source = customer.source.as_ref().and_then(|source| source["channel"].as_str());
    let mut cells = vec![
        customer.id.to_string(),
        customer.name.clone(),
        customer.company.clone().unwrap_or_default(),
        shown(&customer.phones),
        shown(&customer.emails),
        customer.quality.clone().unwrap_or_default(),
        owners.join(", "),
        customer.tags.join(", "),
        source.unwrap_or_default().to_owned(),
        customer.last_contact_at.map(wire_time).unwrap_or_default(),
        wire_time(customer.created_at),
        wire_time(customer.updated_at),
    ];
    cells.extend(fields.iter().map(|field| match &customer.custom[field.key.as_str()] {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }));
    cells
}

#[cfg(test)]
mod tests {
    use super::{lines, safe_cell};

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+905", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert!(safe_cell(text).starts_with('\''), "{text:?}");
        }
        for text in ["Ayşe = iyi", "1,5", "a-b; c@d", "'=1", "x, y"] {
            assert_eq!(safe_cell(text), text);
        }
        let csv =
            lines([vec!["a;b".to_owned(), "=cmd|' /C calc'!A0".to_owned(), "x\"y".to_owned()]]);
        assert_eq!(String::from_utf8(csv).unwrap(), "\"a;b\";'=cmd|' /C calc'!A0;\"x\"\"y\"\r\n");
    }

    /// The cells of a line as a spreadsheet sees them that cuts at this separator.
    fn cells(csv: &[u8], separator: u8) -> Vec<String> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(csv);
        let records = reader.records().filter_map(Result::ok);
        records.flat_map(|r| r.iter().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn no_cell_is_a_formula_wherever_lines_are_cut() {
        let tricks = [
            "Foo,=1+1",
            "Foo;=1+1",
            "Foo\t=1+1",
            "Foo|@SUM(A1)",
            "Foo\n=1+1",
            "Foo\r\n-1+1",
            "Foo,  \"=1+1",
            "\"\",\"=1+1\",\"",
            ",+1+1,",
            "a\", \"=cmd|' /C calc'!A0",
            "Foo,＝1+1",
        ];
        for trick in tricks {
            let csv = lines([vec!["önce".to_owned(), trick.to_owned(), "sonra".to_owned()]]);
            for separator in *b",;\t|" {
                for cell in cells(&csv, separator) {
                    let bare = cell.trim_start_matches(|c: char| c == '"' || c.is_whitespace());
                    let runs = bare.starts_with(super::FORMULA);
                    assert!(!runs, "{trick:?} cut at {:?}: {cell:?}", char::from(separator));
                }
            }
            // in our own dialect it is one cell, whole but for the apostrophes
            let own = cells(&csv, b';');
            assert_eq!(own.len(), 3, "{trick:?}: {own:?}");
            assert_eq!(own[1].replace('\'', ""), trick.replace('\'', ""), "{trick:?}");
        }
    }
}

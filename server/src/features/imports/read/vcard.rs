//! A phone book: one row a card, columns by what people have there.

use calcard::vcard::{VCard, VCardProperty, VCardValue};
use calcard::{Entry, Parser};

use super::sniff::Text;
use super::{Collector, Row, Table, unsupported};
use crate::kernel::problem::Problem;

const HEADERS: [&str; 7] = ["FN", "TEL", "TEL 2", "EMAIL", "ORG", "NOTE", "CATEGORIES"];

pub(super) fn read(file: &Text) -> Result<Table, Problem> {
    let headers = HEADERS.into_iter().map(str::to_owned).collect();
    let mut collector = Collector::new("vcard", headers)?;
    collector.table.encoding = Some(file.encoding.to_owned());
    let mut parser = Parser::new(&file.text);
    let mut lines_lost = 0;
    loop {
        match parser.entry() {
            Entry::VCard(card) => collector.push(Row::Cells(cells(&card)))?,
            Entry::Eof => break,
            Entry::UnterminatedComponent(_) => {
                let text = "BEGIN:VCARD …".to_owned();
                collector.push(Row::Broken { broken: "bad_value".to_owned(), text })?;
                break;
            }
            // lines between cards say nothing; a file of nothing else is no phone book
            _ => {
                lines_lost += 1;
                if lines_lost > 10_000 {
                    return Err(unsupported());
                }
            }
        }
    }
    collector.finish()
}

fn cells(card: &VCard) -> Vec<String> {
    let all = |wanted: VCardProperty| -> Vec<String> {
        let entries = card.entries.iter().filter(|entry| entry.name == wanted);
        entries.map(|entry| joined(&entry.values, " ")).filter(|text| !text.is_empty()).collect()
    };
    let one = |wanted| all(wanted).into_iter().next().unwrap_or_default();
    let name = match one(VCardProperty::Fn) {
        name if !name.is_empty() => name,
        _ => structured_name(card).unwrap_or_else(|| one(VCardProperty::Nickname)),
    };
    let mut phones = all(VCardProperty::Tel).into_iter();
    let first = phones.next().unwrap_or_default();
    let others: Vec<String> = phones.collect();
    vec![
        name,
        first,
        others.join("; "),
        all(VCardProperty::Email).join("; "),
        one(VCardProperty::Org),
        all(VCardProperty::Note).join("\n"),
        card.entries
            .iter()
            .filter(|entry| entry.name == VCardProperty::Categories)
            .map(|entry| joined(&entry.values, ","))
            .collect::<Vec<_>>()
            .join(","),
    ]
}

/// `N:family;given;middle;…`, put in the order in which it is spoken.
fn structured_name(card: &VCard) -> Option<String> {
    let entry = card.entries.iter().find(|entry| entry.name == VCardProperty::N)?;
    let parts: Vec<String> = entry.values.iter().flat_map(texts).collect();
    let part = |at: usize| parts.get(at).map(String::as_str).unwrap_or_default();
    let spoken: Vec<&str> =
        [part(3), part(1), part(2), part(0)].into_iter().filter(|text| !text.is_empty()).collect();
    (!spoken.is_empty()).then(|| spoken.join(" "))
}

fn joined(values: &[VCardValue], between: &str) -> String {
    let parts: Vec<String> =
        values.iter().flat_map(texts).filter(|text| !text.trim().is_empty()).collect();
    parts.join(between).trim().to_owned()
}

fn texts(value: &VCardValue) -> Vec<String> {
    match value {
        VCardValue::Text(text) => vec![text.clone()],
        VCardValue::Component(parts) => parts.clone(),
        VCardValue::Integer(n) => vec![n.to_string()],
        VCardValue::Float(n) => vec![n.to_string()],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::features::imports::read::sniff::Text;

    fn first_row(text: &str) -> Vec<String> {
        let table = read(&Text { text: text.to_owned(), encoding: "utf-8" }).unwrap();
        let rows: Vec<Vec<String>> = serde_json::from_str(&table.chunks[0]).unwrap();
        rows[0].clone()
    }

    #[test]
    fn the_three_versions_are_read() {
        let three = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Öztürk;Ayşe;;;\r\nFN:Ayşe Öztürk\r\n\
                     TEL;TYPE=CELL:0532 123 45 67\r\nTEL;TYPE=WORK:+90 212 444 55 66\r\n\
                     EMAIL:ayse@ornek.com\r\nORG:Işık Yapı;Satış\r\nNOTE:İlk satır\\nikinci\r\nEND:VCARD\r\n";
        let row = first_row(three);
        assert_eq!(row[0], "Ayşe Öztürk");
        assert_eq!(row[1], "0532 123 45 67");
        assert_eq!(row[2], "+90 212 444 55 66");
        assert_eq!(row[3], "ayse@ornek.com");
        assert!(row[4].starts_with("Işık Yapı"), "{row:?}");
        assert_eq!(row[5], "İlk satır\nikinci");

        let four =
            "BEGIN:VCARD\nVERSION:4.0\nFN:Ali Veli\nTEL;VALUE=uri:tel:+905321234567\nEND:VCARD\n";
        let row = first_row(four);
        assert_eq!((row[0].as_str(), row[1].as_str()), ("Ali Veli", "tel:+905321234567"));

        let two = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=96zt=C3=BCrk;Ay=C5=9Fe;;;\r\n\
                   TEL;CELL:05321234567\r\nEND:VCARD\r\n";
        let row = first_row(two);
        assert_eq!((row[0].as_str(), row[1].as_str()), ("Ayşe Öztürk", "05321234567"));
    }
}

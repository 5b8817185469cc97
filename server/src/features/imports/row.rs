//! One row of a file as somebody who comes in: pure, the same in the dry run and in earnest.

use std::collections::HashMap;

use entities::ids::{StageId, UserId};
use serde_json::{Map, Value};

use super::mapping::Mapping;
use super::read::Row;
use super::views::{Options, RowError};
use crate::features::customers::{Checked, House, NewCustomer};
use crate::kernel::fold::fold;
use crate::kernel::money::Money;

/// A row that can be taken.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) row: i64,
    pub(super) who: Checked,
    pub(super) need: Option<String>,
    pub(super) amount: Option<Money>,
    /// By the name in the file; none = the stage of the options.
    pub(super) stage: Option<StageId>,
}

/// All that a row is read with.
pub(super) struct Reading {
    pub(super) house: House,
    pub(super) options: Options,
    pub(super) currency: String,
    /// Folded name and e-mail of colleagues.
    pub(super) colleagues: HashMap<String, UserId>,
    /// Folded names of the stages of the board that cards go to.
    pub(super) stages: HashMap<String, StageId>,
    /// Column to field.
    columns: Vec<(usize, String)>,
}

impl Reading {
    pub(super) fn new(house: House, options: Options, mapping: &Mapping, currency: String) -> Self {
        let mut columns: Vec<(usize, String)> = mapping
            .iter()
            .filter_map(|(at, field)| Some((at.parse().ok()?, field.clone()?)))
            .collect();
        columns.sort_unstable();
        let (colleagues, stages) = (HashMap::new(), HashMap::new());
        Self { house, options, currency, colleagues, stages, columns }
    }

    /// # Errors
    /// The first thing that is wrong with it.
    pub(super) fn take(&self, number: i64, row: &Row) -> Result<Taken, RowError> {
        let cells = match row {
            Row::Cells(cells) => cells,
            Row::Broken { broken, text } => return Err(error(number, "", broken, text)),
        };
        let mut said = Said::default();
        for (at, field) in &self.columns {
            let cell = cells.get(*at).map_or("", |cell| cell.trim());
            if !cell.is_empty() {
                self.hear(&mut said, field, cell)
                    .map_err(|code| error(number, field, code, cell))?;
            }
        }
        let person = [said.first.take(), said.last.take()].into_iter().flatten();
        let person: Vec<String> = person.collect();
        let mut who = said.who;
        who.name = who.name.or_else(|| (!person.is_empty()).then(|| person.join(" ")));
        // a company without a person is known by its name
        who.name = who.name.or_else(|| who.company.clone());
        who.phones = Some(said.phones);
        who.emails = Some(said.emails);
        said.tags.extend(self.options.tags.iter().cloned());
        who.tags = Some(said.tags);
        if said.owners.is_empty() {
            said.owners.clone_from(&self.options.owners);
        }
        who.owners = Some(said.owners);
        who.custom = Some(said.custom);
        let checked = who.check(&self.house).map_err(|problem| {
            let first = problem.errors.first();
            let (field, code) = first.map_or(("", problem.code), |e| (e.field.as_str(), e.code));
            error(number, field_of(field), code, value_of(&who, field))
        })?;
        if checked.name.is_none() && checked.idents.is_empty() {
            return Err(error(number, "name", "required", ""));
        }
        let (need, amount, stage) = (said.need, said.amount, said.stage);
        Ok(Taken { row: number, who: checked, need, amount, stage })
    }

    fn hear(&self, said: &mut Said, field: &str, cell: &str) -> Result<(), &'static str> {
        let text = || Some(cell.to_owned());
        match field {
            "name" => said.who.name = text(),
            "first_name" => said.first = text(),
            "last_name" => said.last = text(),
            "company" => said.who.company = text(),
            "phone" | "phone2" => said.phones.extend(parts(cell, &[',', ';', '|', '\n'])),
            "email" => said.emails.extend(parts(cell, &[',', ';', '|', '\n', ' '])),
            "quality" => said.who.quality = text(),
            "tags" => said.tags.extend(parts(cell, &[',', ';', '|'])),
            "owner" => {
                for name in parts(cell, &[',', ';', '|']) {
                    let known = self.colleagues.get(&fold(&name)).ok_or("unknown_value")?;
                    said.owners.push(*known);
                }
            }
            "source" => said.who.source = Some(Value::from(cell)),
            "note" => {
                let note = said.who.note.get_or_insert_default();
                if !note.is_empty() {
                    note.push('\n');
                }
                note.push_str(cell);
            }
            "need" if cell.chars().count() > 500 => return Err("too_long"),
            "need" => said.need = text(),
            "amount" => said.amount = Some(self.amount(cell)?),
            "stage" => {
                // without a board there are no cards, and so no stages
                if self.options.board_id.is_some() {
                    said.stage = Some(*self.stages.get(&fold(cell)).ok_or("unknown_value")?);
                }
            }
            _ => {
                let key = field.strip_prefix("custom:").unwrap_or_default();
                let value = self.custom(key, cell)?;
                said.custom.insert(key.to_owned(), value);
            }
        }
        Ok(())
    }

    fn amount(&self, cell: &str) -> Result<Money, &'static str> {
        let number: String =
            cell.chars().filter(|c| c.is_ascii_digit() || ",.-".contains(*c)).collect();
        let minor = minor_units(&number).ok_or("bad_value")?;
        let folded = fold(cell);
        let currency = match () {
            () if cell.contains('$') || folded.contains("usd") => "USD",
            () if cell.contains('€') || folded.contains("eur") => "EUR",
            () if cell.contains('£') || folded.contains("gbp") => "GBP",
            () if cell.contains('₺') || folded.contains("try") || folded.ends_with("tl") => "TRY",
            () => &self.currency,
        };
        Ok(Money { minor, currency: currency.to_owned() })
    }

    fn custom(&self, key: &str, cell: &str) -> Result<Value, &'static str> {
        let field = self.house.field(key).ok_or("unknown_value")?;
        match field.kind.as_str() {
            "number" => {
                let minor = minor_units(cell.trim()).ok_or("bad_value")?;
                let whole = minor % 100 == 0;
                Ok(if whole { Value::from(minor / 100) } else { Value::from(minor as f64 / 100.0) })
            }
            "bool" => match fold(cell).as_str() {
                "evet" | "e" | "yes" | "y" | "true" | "dogru" | "1" | "x" | "var" => {
                    Ok(true.into())
                }
                "hayir" | "h" | "no" | "n" | "false" | "yanlis" | "0" | "yok" => Ok(false.into()),
                _ => Err("bad_value"),
            },
            "date" => date(cell).map(Value::from).ok_or("bad_value"),
            "choice" => {
                let wanted = fold(cell);
                let option = field.options.0.iter().find(|option| fold(option) == wanted);
                option.map(|option| Value::from(option.as_str())).ok_or("unknown_value")
            }
            _ => Ok(Value::from(cell)),
        }
    }
}

#[derive(Default)]
struct Said {
    who: NewCustomer,
    first: Option<String>,
    last: Option<String>,
    phones: Vec<String>,
    emails: Vec<String>,
    tags: Vec<String>,
    owners: Vec<UserId>,
    custom: Map<String, Value>,
    need: Option<String>,
    amount: Option<Money>,
    stage: Option<StageId>,
}

fn parts(cell: &str, separators: &[char]) -> Vec<String> {
    let parts = cell.split(separators).map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

fn error(row: i64, field: &str, code: &str, value: &str) -> RowError {
    let value = value.chars().take(120).collect();
    RowError { row, field: field.to_owned(), code: code.to_owned(), value }
}

/// `phones.0` is a matter of the column `phone`.
fn field_of(field: &str) -> &str {
    match field.split('.').next().unwrap_or_default() {
        "phones" => "phone",
        "emails" => "email",
        other => other,
    }
}

fn value_of<'a>(who: &'a NewCustomer, field: &str) -> &'a str {
    let (name, at) = field.split_once('.').unwrap_or((field, "0"));
    let at: usize = at.parse().unwrap_or_default();
    let list =
        |list: &'a Option<Vec<String>>| list.as_ref().and_then(|l| l.get(at)).map(String::as_str);
    match name {
        "phones" => list(&who.phones),
        "emails" => list(&who.emails),
        "tags" => list(&who.tags),
        "name" => who.name.as_deref(),
        "company" => who.company.as_deref(),
        "quality" => who.quality.as_deref(),
        "note" => who.note.as_deref(),
        _ => None,
    }
    .unwrap_or_default()
}

/// Hundredths of a number in Turkish or English notation: `1.250,50`, `1,250.50`, `1250`, `12.5`.
fn minor_units(text: &str) -> Option<i64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if text.is_empty()
        || text.len() > 24
        || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
    {
        return None;
    }
    let last = text.rfind(['.', ',']);
    let (whole, fraction) = match last {
        None => (text, ""),
        Some(at) => {
            let mark = text.as_bytes().get(at).copied()?;
            let (whole, fraction) = (text.get(..at)?, text.get(at + 1..)?);
            let other = whole.bytes().any(|b| (b == b'.' || b == b',') && b != mark);
            let again = whole.bytes().any(|b| b == mark);
            // three digits behind a single kind of mark are thousands: 1.250
            if again || (!other && fraction.len() == 3) { (text, "") } else { (whole, fraction) }
        }
    };
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let cents = match fraction.len() {
        0 => "00".to_owned(),
        1 => format!("{fraction}0"),
        _ => fraction.get(..2)?.to_owned(),
    };
    let minor: i64 = format!("{digits}{cents}").parse().ok().filter(|n: &i64| *n < (1 << 53))?;
    Some(if negative { -minor } else { minor })
}

/// `2026-11-21`, `21.11.2026`, `21/11/2026`, with or without a time behind.
fn date(cell: &str) -> Option<String> {
    let day = cell.split(['T', ' ']).next()?;
    let parsed = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y"]
        .iter()
        .find_map(|form| chrono::NaiveDate::parse_from_str(day, form).ok())?;
    Some(parsed.format("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Reading, date, minor_units};
    use crate::features::customers::House;
    use crate::features::imports::read::Row;
    use crate::features::imports::views::Options;

    #[test]
    fn numbers_in_both_notations() {
        for (text, minor) in [
            ("1250", 125_000),
            ("1.250", 125_000),
            ("1.250,50", 125_050),
            ("1,250.50", 125_050),
            ("12,5", 1_250),
            ("12.5", 1_250),
            ("1.250.000", 125_000_000),
            ("-3,99", -399),
            ("0", 0),
        ] {
            assert_eq!(minor_units(text), Some(minor), "{text}");
        }
        assert_eq!(minor_units("abc"), None);
        assert_eq!(minor_units(""), None);
        assert_eq!(date("21.11.2026").as_deref(), Some("2026-11-21"));
        assert_eq!(date("2026-11-21T10:00").as_deref(), Some("2026-11-21"));
        assert_eq!(date("31.02.2026"), None);
    }

    fn reading(fields: &[&str]) -> Reading {
        let house = House { country: "TR".to_owned(), fields: Vec::new() };
        let mapping: BTreeMap<String, Option<String>> = fields
            .iter()
            .enumerate()
            .map(|(at, field)| (at.to_string(), Some((*field).to_owned())))
            .collect();
        Reading::new(house, Options::default(), &mapping, "TRY".to_owned())
    }

    fn cells(cells: &[&str]) -> Row {
        Row::Cells(cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn a_row_becomes_somebody() {
        let reading = reading(&["first_name", "last_name", "phone", "email", "tags", "amount"]);
        let row = cells(&[
            "Ayşe",
            "Öz",
            "0532 123 45 67; 0533 123 45 67",
            "A@B.com",
            "vip, yeni",
            "1.500 TL",
        ]);
        let taken = reading.take(2, &row).unwrap();
        assert_eq!(taken.who.name.as_deref(), Some("Ayşe Öz"));
        assert_eq!(taken.who.idents.len(), 3);
        assert_eq!(taken.who.tags, ["vip", "yeni"]);
        assert_eq!(taken.amount.unwrap().minor, 150_000);
    }

    #[test]
    fn errors_name_row_field_and_value() {
        let reading = reading(&["name", "phone"]);
        let error = reading.take(7, &cells(&["Ali", "12"])).unwrap_err();
        assert_eq!(
            (error.row, error.field.as_str(), error.code.as_str(), error.value.as_str()),
            (7, "phone", "bad_phone", "12")
        );
        assert_eq!(reading.take(8, &cells(&["", ""])).unwrap_err().code, "required");
    }
}

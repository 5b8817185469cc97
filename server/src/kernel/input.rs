//! What every text from outside must pass before anything looks at its meaning.

use serde_json::Value;

use super::problem::{FieldError, Problem};

/// Longest name, title or label, in characters.
pub const NAME_MAX: usize = 200;
/// Longest free text, in characters.
pub const TEXT_MAX: usize = 10_000;

/// Refuses U+0000 anywhere: PostgreSQL cannot keep it, and nobody types it.
///
/// # Errors
/// `invalid` naming the top-level field.
pub fn refuse_nul(d: &Value) -> Result<(), Problem> {
    fn has_nul(value: &Value) -> bool {
        match value {
            Value::String(text) => text.contains('\0'),
            Value::Array(items) => items.iter().any(has_nul),
            Value::Object(fields) => fields.iter().any(|(k, v)| k.contains('\0') || has_nul(v)),
            _ => false,
        }
    }
    match d {
        Value::Object(fields) => {
            match fields.iter().find(|(k, v)| k.contains('\0') || has_nul(v)) {
                Some((field, _)) => Err(Problem::invalid(&field.replace('\0', ""), "bad_value")),
                None => Ok(()),
            }
        }
        other if has_nul(other) => Err(Problem::invalid("d", "bad_value")),
        _ => Ok(()),
    }
}

/// A name: trimmed, not empty, at most [`NAME_MAX`] characters, no control characters.
///
/// # Errors
/// `invalid` on the field.
pub fn name(field: &str, text: &str) -> Result<String, Problem> {
    bounded(field, text, NAME_MAX, false)
}

/// Free text: trimmed, not empty, at most [`TEXT_MAX`] characters; line breaks are fine.
///
/// # Errors
/// `invalid` on the field.
pub fn text(field: &str, text: &str) -> Result<String, Problem> {
    bounded(field, text, TEXT_MAX, true)
}

fn bounded(field: &str, text: &str, max: usize, lines: bool) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::invalid(field, "required"));
    }
    // bytes first: counting the characters of ten megabytes is work done for nothing
    if text.len() > max * 4 || text.chars().count() > max {
        return Err(Problem::invalid(field, "too_long"));
    }
    if text.chars().any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'))) {
        return Err(Problem::invalid(field, "bad_value"));
    }
    Ok(text.to_owned())
}

/// Collects field errors, so that a form hears of all of them at once.
#[derive(Default)]
pub struct Fields(Vec<FieldError>);

impl Fields {
    /// Keeps the value of a check, or its errors.
    pub fn keep<T>(&mut self, checked: Result<T, Problem>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(problem) => {
                self.0.extend(problem.errors);
                None
            }
        }
    }

    pub fn add(&mut self, field: &str, code: &'static str) {
        self.0.push(FieldError { field: field.to_owned(), code });
    }

    /// # Errors
    /// `invalid` with all that was collected.
    pub fn done(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::fields(self.0)) }
    }
}

//! Whether what a rule asks for holds: one small comparison a condition.

use serde_json::Value;

use super::parse::{Condition, Is};
use crate::kernel::fold::fold;

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Seen {
    Nothing,
    /// One word; `has` looks inside it.
    Text(String),
    /// Several; `has` looks for one of them.
    List(Vec<String>),
    Number(f64),
    Flag(bool),
}

impl Seen {
    pub(super) fn text(text: Option<&str>) -> Self {
        match text {
            Some(text) if !text.is_empty() => Self::Text(text.to_owned()),
            _ => Self::Nothing,
        }
    }

    pub(super) fn number(number: Option<f64>) -> Self {
        number.map_or(Self::Nothing, Self::Number)
    }

    pub(super) fn list(all: Vec<String>) -> Self {
        if all.is_empty() { Self::Nothing } else { Self::List(all) }
    }

    /// A plain value of JSON; objects count as nothing.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::text(Some(text)),
            Value::Number(number) => Self::number(number.as_f64()),
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Array(all) => {
                Self::list(all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect())
            }
            Value::Null | Value::Object(_) => Self::Nothing,
        }
    }

    fn equals(&self, wanted: &Value) -> bool {
        match (self, wanted) {
            (Self::Text(text), Value::String(wanted)) => fold(text) == fold(wanted),
            (Self::List(all), Value::String(wanted)) => {
                let wanted = fold(wanted);
                all.iter().any(|one| fold(one) == wanted)
            }
            (Self::Number(number), wanted) => {
                wanted.as_f64().is_some_and(|wanted| (number - wanted).abs() < 1e-9)
            }
            (Self::Flag(flag), Value::Bool(wanted)) => flag == wanted,
            _ => false,
        }
    }

    fn has(&self, wanted: &Value) -> bool {
        match (self, wanted) {
            (Self::Text(text), Value::String(wanted)) => fold(text).contains(&fold(wanted)),
            _ => self.equals(wanted),
        }
    }
}

/// Whether a field that holds this fulfils the condition. What is empty is neither more nor less.
pub(super) fn holds(condition: &Condition, seen: &Seen) -> bool {
    let one = std::slice::from_ref(&condition.value);
    let wanted = condition.value.as_array().map_or(one, Vec::as_slice);
    match condition.is {
        Is::Is => wanted.iter().any(|value| seen.equals(value)),
        Is::IsNot => !wanted.iter().any(|value| seen.equals(value)),
        Is::Has => wanted.iter().any(|value| seen.has(value)),
        Is::HasNot => !wanted.iter().any(|value| seen.has(value)),
        Is::More => {
            matches!((seen, condition.value.as_f64()), (Seen::Number(n), Some(w)) if *n > w)
        }
        Is::Less => {
            matches!((seen, condition.value.as_f64()), (Seen::Number(n), Some(w)) if *n < w)
        }
        Is::Empty => *seen == Seen::Nothing,
        Is::NotEmpty => *seen != Seen::Nothing,
    }
}

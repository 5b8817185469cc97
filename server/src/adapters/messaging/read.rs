//! Reading what others wrote: numbers that come as text, text that comes as numbers, and what may be
//! absent.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::items::Fault;

/// Longest id that stands in a key as it is.
const ID_MAX: usize = 200;

/// A text, or a number as one; nothing where it is empty.
pub(super) fn text(of: &Value, field: &str) -> Option<String> {
    match &of[field] {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn list<'v>(of: &'v Value, field: &str) -> &'v [Value] {
    of[field].as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn flag(of: &Value, field: &str) -> bool {
    of[field].as_bool().unwrap_or_default()
}

/// A number, or a text as one.
pub(super) fn number(of: &Value, field: &str) -> Option<i64> {
    match &of[field] {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Unix seconds.
pub(super) fn seconds(of: &Value, field: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(number(of, field)?, 0)
}

/// Unix milliseconds.
pub(super) fn millis(of: &Value, field: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(number(of, field)?)
}

/// The texts of one field of each.
pub(super) fn each(of: &Value, list_of: &str, field: &str) -> Vec<String> {
    list(of, list_of).iter().filter_map(|one| text(one, field)).collect()
}

pub(super) fn faults(of: &Value) -> Vec<Fault> {
    let fault = |one: &Value| Fault {
        code: number(one, "code").unwrap_or_default(),
        title: text(one, "title"),
        details: text(&one["error_data"], "details").or_else(|| text(one, "message")),
    };
    list(of, "errors").iter().map(fault).collect()
}

/// An id as it can stand in a key: what is long, or has letters that no id has, by its hash.
pub(super) fn plain(id: &str) -> String {
    if id.len() <= ID_MAX && !id.chars().any(char::is_control) {
        id.to_owned()
    } else {
        hash(&Value::from(id))
    }
}

/// A short name of a content, the same for the same content. The fields of an object are sorted.
pub(super) fn hash(of: &Value) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, of.to_string().as_bytes()))
}

/// The fields of an object beside these, of which the second are only known as lists; none where
/// nothing is left.
pub(super) fn rest(of: &Value, known: &[&str], lists: &[&str]) -> Option<Value> {
    let fields = of.as_object()?.iter().filter(|(name, value)| {
        let name = name.as_str();
        !known.contains(&name) && !(lists.contains(&name) && value.is_array())
    });
    let left: Map<String, Value> =
        fields.map(|(name, value)| (name.clone(), value.clone())).collect();
    (!left.is_empty()).then_some(Value::Object(left))
}

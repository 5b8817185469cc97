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
/// Letters of a name that stand beside an item; the payload has it whole.
const NAME_MAX: usize = 200;
/// The first second that is no time any more: the year 10000. Not every database and no wire knows more.
const SECONDS_END: i64 = 253_402_300_800;
/// Above it a number counts milliseconds, not seconds: as seconds it would be the year 5138.
const MILLIS_FROM: i64 = 100_000_000_000;

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

/// Unix seconds. What is no time of ours is none.
pub(super) fn seconds(of: &Value, field: &str) -> Option<DateTime<Utc>> {
    number(of, field)
        .filter(|at| (0..SECONDS_END).contains(at))
        .and_then(|at| DateTime::from_timestamp(at, 0))
}

/// Unix milliseconds.
pub(super) fn millis(of: &Value, field: &str) -> Option<DateTime<Utc>> {
    number(of, field)
        .filter(|at| (0..SECONDS_END * 1_000).contains(at))
        .and_then(DateTime::from_timestamp_millis)
}

/// Seconds or milliseconds, whichever it can be: entries have either.
pub(super) fn moment(of: &Value, field: &str) -> Option<DateTime<Utc>> {
    match number(of, field)? {
        MILLIS_FROM.. => millis(of, field),
        _ => seconds(of, field),
    }
}

/// A name, cut where it is no name any more: it stands beside everything that is about its owner.
pub(super) fn name(of: &Value, field: &str) -> Option<String> {
    text(of, field).map(|name| name.chars().take(NAME_MAX).collect())
}

/// An id, as long as one is.
pub(super) fn id(of: &Value, field: &str) -> Option<String> {
    text(of, field).map(|id| plain(&id))
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

/// What of an object is read elsewhere; a field in another shape than expected is not.
#[derive(Clone, Copy, Default)]
pub(super) struct Known {
    pub(super) plain: &'static [&'static str],
    pub(super) lists: &'static [&'static str],
    pub(super) objects: &'static [&'static str],
}

/// The other fields; none where nothing is left.
pub(super) fn rest(of: &Value, known: Known) -> Option<Value> {
    let fields = of.as_object()?.iter().filter(|(name, value)| {
        let among = match value {
            Value::Array(_) => known.lists,
            Value::Object(_) => known.objects,
            _ => known.plain,
        };
        !among.contains(&name.as_str())
    });
    let left: Map<String, Value> =
        fields.map(|(name, value)| (name.clone(), value.clone())).collect();
    (!left.is_empty()).then_some(Value::Object(left))
}

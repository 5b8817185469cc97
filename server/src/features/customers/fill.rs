//! How what a newcomer says changes what is known: fields, tags, owners, and first and last touch.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entities::customer;
use serde_json::{Map, Value};

use super::newcomer::{Checked, TAGS_MAX};
use super::store::channel_of;
use crate::kernel::clock::wire_time;
use crate::kernel::fold::fold;

/// Largest `custom` as JSON, in bytes; snapshots hold a customer whole.
const CUSTOM_BYTES: usize = 24_000;

/// How to go about it.
#[derive(Clone, Copy)]
pub(super) struct How {
    /// The name so far only stands in for one.
    pub(super) nameless: bool,
    /// The newcomer's word counts more than what was known.
    pub(super) replace: bool,
}

/// Takes over what the newcomer says.
pub(super) fn from_newcomer(
    row: &mut customer::Model,
    changed: &mut BTreeSet<&'static str>,
    newcomer: &Checked,
    how: How,
) {
    let wanted = |known: bool| how.replace || !known;
    if let Some(name) = &newcomer.name
        && (how.nameless || how.replace)
        && row.name != *name
    {
        row.name.clone_from(name);
        row.name_key = fold(name);
        changed.insert("name");
    }
    if newcomer.company.is_some()
        && wanted(row.company.is_some())
        && row.company != newcomer.company
    {
        row.company.clone_from(&newcomer.company);
        changed.insert("company");
    }
    if newcomer.quality.is_some()
        && wanted(row.quality.is_some())
        && row.quality != newcomer.quality
    {
        row.quality.clone_from(&newcomer.quality);
        changed.insert("quality");
    }
    if !newcomer.owners.is_empty()
        && wanted(!row.owners.0.is_empty())
        && row.owners.0 != newcomer.owners
    {
        let mut owners = newcomer.owners.clone();
        let mut seen = BTreeSet::new();
        owners.retain(|owner| seen.insert(*owner));
        row.owners.0 = owners;
        changed.insert("owners");
    }
    for tag in &newcomer.tags {
        if !row.tags.0.contains(tag) && row.tags.0.len() < TAGS_MAX {
            row.tags.0.push(tag.clone());
            changed.insert("tags");
        }
    }
    if set_custom(row, &newcomer.custom, how.replace) {
        changed.insert("custom");
    }
    if let Some(utm) = &newcomer.utm
        && row.utm.is_none()
    {
        row.utm = Some(Value::Object(utm.clone()));
        changed.insert("utm");
    }
    if let Some(source) = &newcomer.source
        && row.source.is_none()
    {
        row.source = Some(Value::Object(source.clone()));
        row.source_channel = channel_of(row.source.as_ref());
        changed.insert("source");
    }
}

fn set_custom(row: &mut customer::Model, said: &Map<String, Value>, replace: bool) -> bool {
    let mut custom = row.custom.as_object().cloned().unwrap_or_default();
    let before = custom.clone();
    for (key, value) in said {
        if replace || !super::matcher::known_value(custom.get(key)) {
            custom.insert(key.clone(), value.clone());
        }
    }
    let custom = Value::Object(custom);
    if Value::Object(before) == custom || custom.to_string().len() > CUSTOM_BYTES {
        return false;
    }
    row.custom = custom;
    true
}

/// Remembers when somebody first and last showed up, and the last source beside the first one.
pub(super) fn touch(row: &mut customer::Model, newcomer: &Checked, at: DateTime<Utc>, again: bool) {
    row.first_touch_at = row.first_touch_at.or(Some(at));
    row.last_touch_at = Some(at);
    if !again || (newcomer.source.is_none() && newcomer.utm.is_none()) {
        return;
    }
    let mut last = newcomer.source.clone().unwrap_or_default();
    if let Some(utm) = &newcomer.utm {
        last.insert("utm".to_owned(), Value::Object(utm.clone()));
    }
    last.insert("at".to_owned(), Value::from(wire_time(at)));
    if let Some(source) = row.source.as_mut().and_then(Value::as_object_mut) {
        source.insert("last".to_owned(), Value::Object(last));
    }
}

/// Whether a `custom` of this size may be kept.
pub(super) fn custom_fits(custom: &Value) -> bool {
    custom.to_string().len() <= CUSTOM_BYTES
}

/// The field of a customer in which an identity of this kind is shown.
pub(super) fn field_of(kind: &str) -> &'static str {
    match kind {
        "phone" => "phones",
        "email" => "emails",
        _ => "identities",
    }
}

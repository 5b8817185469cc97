//! Meta's envelope: entries, and in them changes or messages, in any number and company.

use serde_json::{Value, json};

use super::items::Inbound;
use super::read::{hash, list, plain, rest, seconds, text};
use super::{Item, Kind, Source, thread, whatsapp};

/// All things that a payload holds, in its order.
pub fn split(payload: &Value) -> Vec<Item> {
    let object = payload["object"].as_str().unwrap_or_default();
    let Some(entries) = payload["entry"].as_array() else {
        return vec![unknown(None, "", payload.clone())];
    };
    let mut items = Vec::new();
    for entry in entries {
        match object {
            "whatsapp_business_account" => whatsapp::entry(entry, &mut items),
            "page" => page(Source::Messenger, entry, &mut items),
            "instagram" => page(Source::Instagram, entry, &mut items),
            _ => items.push(unknown(None, "", json!({ "object": object, "entry": entry }))),
        }
    }
    if let Some(more) = rest(payload, &["object"], &["entry"]) {
        items.push(unknown(None, "", json!({ "object": object, "rest": more })));
    }
    items
}

/// A page's or an Instagram account's part.
fn page(source: Source, entry: &Value, items: &mut Vec<Item>) {
    let account = text(entry, "id").unwrap_or_default();
    for (field, standby) in [("messaging", false), ("standby", true)] {
        for event in list(entry, field) {
            items.push(thread::event(source, &account, event, standby));
        }
    }
    for change in list(entry, "changes") {
        items.push(page_change(source, &account, change));
    }
    if let Some(more) = rest(entry, &["id", "time"], &["messaging", "standby", "changes"]) {
        items.push(unknown(Some(source), &account, json!({ "rest": more })));
    }
}

fn page_change(source: Source, account: &str, change: &Value) -> Item {
    let value = &change["value"];
    match change["field"].as_str() {
        Some("leadgen") => lead(source, account, change),
        Some("comments") => comment(source, account, change),
        // how the dashboard of Instagram sends its tests
        Some("messages") if value.is_object() => thread::event(source, account, value, false),
        _ => unknown(Some(source), account, change.clone()),
    }
}

/// No personal data is in it: it has to be fetched by its id.
fn lead(source: Source, account: &str, change: &Value) -> Item {
    let value = &change["value"];
    let Some(id) = text(value, "leadgen_id") else {
        return unknown(Some(source), account, change.clone());
    };
    Item {
        source: Some(source),
        account: plain(account),
        key: format!("lead:{}", plain(&id)),
        kind: Kind::Lead,
        inbound: Inbound {
            id: Some(id),
            at: seconds(value, "created_time"),
            what: "leadgen".to_owned(),
            target: text(value, "form_id"),
            referral: text(value, "ad_id").map(|ad| super::Referral {
                source: Some("ad".to_owned()),
                id: Some(ad),
                ..Default::default()
            }),
            ..Inbound::default()
        },
        raw: change.clone(),
    }
}

fn comment(source: Source, account: &str, change: &Value) -> Item {
    let value = &change["value"];
    let Some(id) = text(value, "id") else {
        return unknown(Some(source), account, change.clone());
    };
    let from = &value["from"];
    let contact = thread::contact(source, text(from, "id")).map(|contact| super::Contact {
        username: text(from, "username"),
        name: text(from, "name"),
        ..contact
    });
    Item {
        source: Some(source),
        account: plain(account),
        key: format!("comment:{}", plain(&id)),
        kind: Kind::Comment,
        inbound: Inbound {
            id: Some(id),
            contact,
            what: "comment".to_owned(),
            text: text(value, "text"),
            target: text(&value["media"], "id"),
            ..Inbound::default()
        },
        raw: change.clone(),
    }
}

/// What is not understood is kept, and told apart by its content.
pub(super) fn unknown(source: Option<Source>, account: &str, raw: Value) -> Item {
    of_content(source, account, Kind::Unknown, Inbound::default(), raw)
}

/// What has no id of its own is told apart by its content.
pub(super) fn of_content(
    source: Option<Source>,
    account: &str,
    kind: Kind,
    inbound: Inbound,
    raw: Value,
) -> Item {
    let key = format!("{}:{}", kind.name(), hash(&raw));
    Item { source, account: plain(account), key, kind, inbound, raw }
}

//! Meta's envelope: entries, and in them changes or messages, in any number and company.

use serde_json::{Value, json};

use super::items::Inbound;
use super::read::{Known, hash, list, moment, plain, rest, seconds, text};
use super::tray::{Part, Tray};
use super::{Item, Kind, Source, thread, whatsapp};

/// Of the things that a payload holds, in its order, at most so many from this one on.
pub fn part(payload: &Value, from: usize, most: usize) -> Part {
    let mut tray = Tray::new(from, most);
    walk(payload, &mut tray);
    tray.part()
}

fn walk(payload: &Value, tray: &mut Tray) {
    const ENVELOPE: Known = Known { plain: &["object"], lists: &["entry"], objects: &[] };
    let object = plain(payload["object"].as_str().unwrap_or_default());
    let Some(entries) = payload["entry"].as_array() else {
        return tray.put(|| unknown(None, "", payload.clone()));
    };
    for entry in entries {
        match object.as_str() {
            "whatsapp_business_account" if entry.is_object() => whatsapp::entry(entry, tray),
            "page" if entry.is_object() => page(Source::Messenger, entry, tray),
            "instagram" if entry.is_object() => page(Source::Instagram, entry, tray),
            _ => tray.put(|| unknown(None, "", json!({ "object": object, "entry": entry }))),
        }
    }
    if let Some(more) = rest(payload, ENVELOPE) {
        tray.put(|| unknown(None, "", json!({ "object": object, "rest": more })));
    }
}

/// Whose part of a payload it is, and of when.
pub(super) struct Entry<'v> {
    pub(super) account: String,
    value: &'v Value,
}

impl<'v> Entry<'v> {
    pub(super) fn of(value: &'v Value) -> Self {
        Self { account: plain(&text(value, "id").unwrap_or_default()), value }
    }

    /// What has no id, and may be said again on another day and be news again: told apart by its
    /// content and by when it was said.
    pub(super) fn news(
        &self,
        source: Option<Source>,
        kind: Kind,
        inbound: Inbound,
        raw: Value,
    ) -> Item {
        let inbound = Inbound { at: moment(self.value, "time"), ..inbound };
        let item = of_content(source, &self.account, kind, inbound, raw);
        match text(self.value, "time") {
            Some(time) => {
                let key = format!("{}:{}", kind.name(), hash(&json!([time, item.raw])));
                Item { key, ..item }
            }
            None => item,
        }
    }
}

/// A page's or an Instagram account's part.
fn page(source: Source, entry: &Value, tray: &mut Tray) {
    const ENTRY: Known =
        Known { plain: &["id", "time"], lists: &["messaging", "standby", "changes"], objects: &[] };
    let whose = Entry::of(entry);
    let account = whose.account.as_str();
    for (field, standby) in [("messaging", false), ("standby", true)] {
        for event in list(entry, field) {
            tray.put(|| thread::event(source, account, event, standby));
        }
    }
    for change in list(entry, "changes") {
        page_change(source, &whose, change, tray);
    }
    if let Some(more) = rest(entry, ENTRY) {
        tray.put(|| {
            whose.news(Some(source), Kind::Unknown, Inbound::default(), json!({ "rest": more }))
        });
    }
}

fn page_change(source: Source, whose: &Entry<'_>, change: &Value, tray: &mut Tray) {
    let (account, value) = (whose.account.as_str(), &change["value"]);
    let unread = || whose.news(Some(source), Kind::Unknown, Inbound::default(), change.clone());
    match change["field"].as_str() {
        Some("leadgen") => tray.put(|| lead(source, account, change).unwrap_or_else(unread)),
        Some("comments") => tray.put(|| comment(source, account, change).unwrap_or_else(unread)),
        // how the dashboard of Instagram sends its tests
        Some("messages") if value.is_object() => {
            tray.put(|| thread::event(source, account, value, false));
            if let Some(more) = rest(change, CHANGE) {
                tray.put(|| unknown(Some(source), account, json!({ "rest": more })));
            }
        }
        _ => tray.put(unread),
    }
}

/// What of a change is read where its value is taken apart.
pub(super) const CHANGE: Known = Known { plain: &["field"], lists: &[], objects: &["value"] };

/// No personal data is in it: it has to be fetched by its id.
fn lead(source: Source, account: &str, change: &Value) -> Option<Item> {
    let value = &change["value"];
    let id = text(value, "leadgen_id")?;
    Some(Item {
        source: Some(source),
        account: account.to_owned(),
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
    })
}

fn comment(source: Source, account: &str, change: &Value) -> Option<Item> {
    let value = &change["value"];
    let id = text(value, "id")?;
    let from = &value["from"];
    let contact = thread::contact(source, text(from, "id")).map(|contact| super::Contact {
        username: text(from, "username"),
        name: text(from, "name"),
        ..contact
    });
    Some(Item {
        source: Some(source),
        account: account.to_owned(),
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
    })
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
    Item { source, account: account.to_owned(), key, kind, inbound, raw }
}

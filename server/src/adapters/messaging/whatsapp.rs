//! The WhatsApp Cloud API: messages, statuses, echoes of the phone app, and the account's own news.

use serde_json::{Value, json};

use super::items::{
    Card, Choice, Contact, Inbound, Location, Media, Order, OrderLine, Referral, ReplyTo,
};
use super::meta::{CHANGE, Entry, of_content, unknown};
use super::people::{People, contact};
use super::read::{Known, each, faults, flag, id, list, plain, rest, seconds, text};
use super::tray::Tray;
use super::{Item, Kind, Source};

/// Which number it came to, and the part of the payload that says so.
struct Number<'v> {
    id: String,
    field: String,
    people: People<'v>,
}

pub(super) fn entry(entry: &Value, tray: &mut Tray) {
    const ENTRY: Known = Known { plain: &["id", "time"], lists: &["changes"], objects: &[] };
    let whose = Entry::of(entry);
    for one in list(entry, "changes") {
        change(&whose, one, tray);
    }
    if let Some(more) = rest(entry, ENTRY) {
        tray.put(|| whose.news(None, Kind::Unknown, Inbound::default(), json!({ "rest": more })));
    }
}

fn change(whose: &Entry<'_>, change: &Value, tray: &mut Tray) {
    let (field, value) = (change["field"].as_str().unwrap_or_default(), &change["value"]);
    if let Some(id) = id(&value["metadata"], "phone_number_id") {
        let number = Number { id, field: plain(field), people: People::of(value) };
        return number.take(change, value, tray);
    }
    if field == "user_preferences" && value.is_object() {
        return preferences(whose, change, value, tray);
    }
    tray.put(|| {
        let what = text(value, "event").unwrap_or_else(|| field.to_owned());
        let (kind, inbound) = match field {
            "message_template_status_update"
            | "message_template_quality_update"
            | "template_category_update" => (Kind::Template, template(field, value)),
            "account_update" | "phone_number_quality_update" => {
                (Kind::Account, Inbound { what, ..Inbound::default() })
            }
            _ => (Kind::Unknown, Inbound { what, ..Inbound::default() }),
        };
        whose.news(None, kind, inbound, change.clone())
    });
}

/// Where no number is named: a list of them, or only one.
fn preferences(whose: &Entry<'_>, change: &Value, value: &Value, tray: &mut Tray) {
    const VALUE: Known = Known {
        plain: &["messaging_product"],
        lists: &["contacts", "user_preferences"],
        objects: &[],
    };
    let people = People::of(value);
    let all = list(value, "user_preferences");
    for one in if all.is_empty() { std::slice::from_ref(value) } else { all } {
        tray.put(|| preference(None, &whose.account, &people, one));
    }
    let beside = rest(value, VALUE).filter(|_| !all.is_empty());
    for more in beside.into_iter().chain(rest(change, CHANGE)) {
        tray.put(|| whose.news(None, Kind::Unknown, Inbound::default(), json!({ "rest": more })));
    }
}

impl<'v> Number<'v> {
    /// All that came for this number in one change.
    fn take(&self, change: &Value, value: &'v Value, tray: &mut Tray) {
        const VALUE: Known = Known {
            plain: &["messaging_product"],
            lists: &[
                "contacts",
                "messages",
                "message_echoes",
                "statuses",
                "user_preferences",
                "calls",
            ],
            objects: &["metadata"],
        };
        const METADATA: Known =
            Known { plain: &["phone_number_id", "display_phone_number"], lists: &[], objects: &[] };
        let before = tray.count();
        for (place, one) in list(value, "messages").iter().enumerate() {
            tray.put(|| message(self, one, place));
        }
        for one in list(value, "message_echoes") {
            tray.put(|| echo(self, one));
        }
        for one in list(value, "statuses") {
            tray.put(|| status(self, one));
        }
        for one in list(value, "user_preferences") {
            tray.put(|| preference(Some(Source::Whatsapp), &self.id, &self.people, one));
        }
        for one in list(value, "calls") {
            tray.put(|| call(self, one));
        }
        // once each, and not beside every message
        for one in self.people.unread() {
            tray.put(|| self.unknown(json!({ "contact": one })));
        }
        if let Some(more) = rest(&value["metadata"], METADATA) {
            tray.put(|| self.unknown(json!({ "metadata": more })));
        }
        if let Some(more) = rest(change, CHANGE) {
            tray.put(|| self.unknown(json!({ "change": more })));
        }
        if let Some(more) = rest(value, VALUE) {
            tray.put(|| self.unknown(json!({ "rest": more })));
        } else if tray.count() == before {
            tray.put(|| self.unknown(json!({ "value": value })));
        }
    }

    fn unknown(&self, part: Value) -> Item {
        unknown(Some(Source::Whatsapp), &self.id, json!({ "field": self.field, "part": part }))
    }

    /// Told apart by an id of its own, or else by its content.
    fn item(&self, kind: Kind, key: Option<String>, inbound: Inbound, raw: Value) -> Item {
        let item = of_content(Some(Source::Whatsapp), &self.id, kind, inbound, raw);
        match key {
            Some(key) => Item { key, ..item },
            None => item,
        }
    }

    /// The part of the payload that is about one thing. What all things of a change have in common
    /// stands beside each, so only what is short is taken along.
    fn raw(&self, part: &str, one: &Value, contact: Option<&Contact>) -> Value {
        json!({ "field": self.field, "metadata": { "phone_number_id": self.id }, "contact": contact,
            part: one })
    }
}

fn message(number: &Number<'_>, one: &Value, place: usize) -> Item {
    let contact = number.people.about(one, ["from", "from_user_id"], Some(place));
    let raw = number.raw("message", one, contact.as_ref());
    let (kind, inbound) = content(one, contact);
    let key = inbound.id.as_ref().map(|id| format!("message:{}", plain(id)));
    number.item(kind, key, inbound, raw)
}

fn echo(number: &Number<'_>, one: &Value) -> Item {
    let contact = number.people.about(one, ["to", "to_user_id"], None);
    let raw = number.raw("message", one, contact.as_ref());
    let (_, inbound) = content(one, contact);
    let key = inbound.id.as_ref().map(|id| format!("echo:{}", plain(id)));
    number.item(Kind::Echo, key, inbound, raw)
}

/// What a message says; its body stands in the field that is named like its type.
fn content(one: &Value, contact: Option<Contact>) -> (Kind, Inbound) {
    let what = text(one, "type").unwrap_or_default();
    let body = &one[what.as_str()];
    let mut inbound = Inbound {
        id: text(one, "id"),
        contact,
        at: seconds(one, "timestamp"),
        reply_to: reply_to(&one["context"]),
        forwarded: flag(&one["context"], "forwarded")
            || flag(&one["context"], "frequently_forwarded"),
        referral: referral(&one["referral"]),
        faults: faults(one),
        ..Inbound::default()
    };
    let mut kind = Kind::Message;
    match what.as_str() {
        "text" => inbound.text = text(body, "body"),
        "image" | "video" | "audio" | "document" | "sticker" => {
            inbound.text = text(body, "caption");
            inbound.media = vec![media(&what, body)];
        }
        "location" => inbound.location = location(body),
        "contacts" => inbound.cards = list(one, "contacts").iter().map(card).collect(),
        "button" => {
            inbound.text = text(body, "text");
            inbound.choice = Some(Choice {
                payload: text(body, "payload"),
                title: text(body, "text"),
                ..Choice::default()
            });
        }
        "interactive" => {
            let choice = choice(body);
            inbound.text.clone_from(&choice.title);
            inbound.choice = Some(choice);
        }
        "order" => {
            inbound.text = text(body, "text");
            inbound.order = Some(order(body));
        }
        "reaction" => {
            kind = Kind::Reaction;
            inbound.target = text(body, "message_id");
            inbound.emoji = text(body, "emoji");
        }
        "edit" => {
            kind = Kind::Edit;
            let (_, edited) = content(&body["message"], inbound.contact.clone());
            inbound = Inbound {
                target: text(body, "original_message_id"),
                text: edited.text,
                media: edited.media,
                ..inbound
            };
        }
        "revoke" => {
            kind = Kind::Revoke;
            inbound.target = text(body, "original_message_id");
        }
        "system" => {
            kind = Kind::System;
            inbound.text = text(body, "body");
            inbound.target = text(body, "wa_id");
            inbound.what = text(body, "type").unwrap_or_default();
        }
        "unsupported" => {}
        _ => kind = Kind::Unknown,
    }
    if inbound.what.is_empty() {
        inbound.what = what;
    }
    (kind, inbound)
}

fn media(kind: &str, body: &Value) -> Media {
    Media {
        kind: kind.to_owned(),
        id: text(body, "id"),
        url: text(body, "url"),
        mime_type: text(body, "mime_type"),
        sha256: text(body, "sha256"),
        name: text(body, "filename"),
        voice: flag(body, "voice"),
        animated: flag(body, "animated"),
    }
}

fn location(body: &Value) -> Option<Location> {
    Some(Location {
        latitude: body["latitude"].as_f64()?,
        longitude: body["longitude"].as_f64()?,
        name: text(body, "name"),
        address: text(body, "address"),
        url: text(body, "url"),
    })
}

fn card(of: &Value) -> Card {
    let address = |one: &Value| {
        let parts = ["street", "city", "state", "zip", "country"];
        let parts: Vec<String> = parts.iter().filter_map(|part| text(one, part)).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    };
    let full = || {
        let parts = ["first_name", "last_name"].iter().filter_map(|part| text(&of["name"], part));
        let parts: Vec<String> = parts.collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    Card {
        name: text(&of["name"], "formatted_name").or_else(full),
        company: text(&of["org"], "company"),
        birthday: text(of, "birthday"),
        phones: each(of, "phones", "phone"),
        emails: each(of, "emails", "email"),
        addresses: list(of, "addresses").iter().filter_map(address).collect(),
        urls: each(of, "urls", "url"),
    }
}

fn choice(body: &Value) -> Choice {
    match body["type"].as_str().unwrap_or_default() {
        "nfm_reply" => Choice {
            payload: text(&body["nfm_reply"], "name"),
            title: text(&body["nfm_reply"], "body"),
            form: text(&body["nfm_reply"], "response_json"),
            ..Choice::default()
        },
        reply => Choice {
            payload: text(&body[reply], "id"),
            title: text(&body[reply], "title"),
            description: text(&body[reply], "description"),
            form: None,
        },
    }
}

fn order(body: &Value) -> Order {
    let line = |one: &Value| OrderLine {
        product: text(one, "product_retailer_id").unwrap_or_default(),
        quantity: text(one, "quantity"),
        price: text(one, "item_price"),
        currency: text(one, "currency"),
    };
    Order {
        catalog: text(body, "catalog_id"),
        lines: list(body, "product_items").iter().map(line).collect(),
    }
}

fn reply_to(context: &Value) -> Option<ReplyTo> {
    let reply = ReplyTo {
        id: text(context, "id"),
        product: text(&context["referred_product"], "product_retailer_id"),
        ..ReplyTo::default()
    };
    (reply != ReplyTo::default()).then_some(reply)
}

fn referral(of: &Value) -> Option<Referral> {
    let referral = Referral {
        source: text(of, "source_type"),
        id: text(of, "source_id"),
        url: text(of, "source_url"),
        title: text(of, "headline"),
        click: text(of, "ctwa_clid"),
        reference: None,
    };
    (referral != Referral::default()).then_some(referral)
}

fn status(number: &Number<'_>, one: &Value) -> Item {
    let contact = number.people.about(one, ["recipient_id", "recipient_user_id"], None);
    let what = text(one, "status").unwrap_or_default();
    let id = text(one, "id");
    let key = id.as_ref().map(|id| format!("status:{}:{}", plain(id), plain(&what)));
    let raw = number.raw("status", one, contact.as_ref());
    let inbound = Inbound {
        contact,
        at: seconds(one, "timestamp"),
        target: id,
        callback: text(one, "biz_opaque_callback_data"),
        faults: faults(one),
        what,
        ..Inbound::default()
    };
    number.item(Kind::Status, key, inbound, raw)
}

fn call(number: &Number<'_>, one: &Value) -> Item {
    let from = match one["direction"].as_str() {
        Some("BUSINESS_INITIATED") => ["to", "to_user_id"],
        _ => ["from", "from_user_id"],
    };
    let contact = number.people.about(one, from, None);
    let (id, what) = (text(one, "id"), text(one, "event").unwrap_or_default());
    let key = id.as_ref().map(|id| format!("call:{}:{}", plain(id), plain(&what)));
    let raw = number.raw("call", one, contact.as_ref());
    let at = seconds(one, "timestamp");
    number.item(Kind::Call, key, Inbound { id, contact, at, what, ..Inbound::default() }, raw)
}

/// `stop` must end the consent to marketing.
fn preference(source: Option<Source>, account: &str, people: &People<'_>, one: &Value) -> Item {
    let own = contact(one);
    let known = people.about(one, ["wa_id", "user_id"], None).unwrap_or_default();
    let contact = Contact {
        name: own.name.or(known.name),
        username: own.username.or(known.username),
        ..known
    };
    let inbound = Inbound {
        contact: (contact != Contact::default()).then_some(contact),
        at: seconds(one, "timestamp"),
        what: text(one, "value").unwrap_or_default(),
        text: text(one, "category"),
        ..Inbound::default()
    };
    of_content(source, account, Kind::Preference, inbound, one.clone())
}

fn template(field: &str, value: &Value) -> Inbound {
    let news = ["event", "new_quality_score", "new_category"];
    Inbound {
        what: field.to_owned(),
        target: text(value, "message_template_id"),
        text: news.iter().find_map(|name| text(value, name)),
        ..Inbound::default()
    }
}

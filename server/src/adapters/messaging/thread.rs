//! Messenger and Instagram: one event of a conversation holds exactly one thing.

use serde_json::Value;

use super::items::{Choice, Contact, Inbound, Location, Media, Referral, ReplyTo};
use super::meta::{of_content, unknown};
use super::read::{flag, list, millis, plain, text};
use super::{Item, Kind, Source};

pub(super) fn contact(source: Source, id: Option<String>) -> Option<Contact> {
    let id = Some(id?);
    Some(match source {
        Source::Instagram => Contact { igsid: id, ..Contact::default() },
        Source::Messenger => Contact { psid: id, ..Contact::default() },
        Source::Whatsapp => Contact { wa_id: id, ..Contact::default() },
    })
}

pub(super) fn event(source: Source, account: &str, event: &Value, standby: bool) -> Item {
    let base = Inbound {
        contact: contact(source, text(&event["sender"], "id")),
        at: millis(event, "timestamp"),
        standby,
        ..Inbound::default()
    };
    let raw = event.clone();
    let of = |kind, inbound| of_content(Some(source), account, kind, inbound, raw.clone());
    if event["message"].is_object() {
        return message(source, account, event, base);
    }
    if let Some(postback) = event.get("postback").filter(|one| one.is_object()) {
        let inbound = Inbound {
            id: text(postback, "mid"),
            what: "postback".to_owned(),
            choice: Some(Choice {
                payload: text(postback, "payload"),
                title: text(postback, "title"),
                ..Choice::default()
            }),
            referral: referral(&postback["referral"]),
            ..base
        };
        let Some(mid) = inbound.id.clone() else { return of(Kind::Postback, inbound) };
        return Item { key: format!("postback:{}", plain(&mid)), ..of(Kind::Postback, inbound) };
    }
    if let Some(reaction) = event.get("reaction").filter(|one| one.is_object()) {
        let taken_back = reaction["action"] == "unreact";
        let emoji = text(reaction, "emoji").or_else(|| text(reaction, "reaction"));
        let inbound = Inbound {
            what: text(reaction, "action").unwrap_or_default(),
            target: text(reaction, "mid"),
            emoji: emoji.filter(|_| !taken_back),
            ..base
        };
        return of(Kind::Reaction, inbound);
    }
    for (field, kind) in [("delivery", Kind::Delivered), ("read", Kind::Read)] {
        if let Some(mark) = event.get(field).filter(|one| one.is_object()) {
            let first = list(mark, "mids").first().and_then(Value::as_str).map(str::to_owned);
            let inbound = Inbound {
                what: field.to_owned(),
                // Messenger: all up to the watermark; Instagram: this message
                target: text(mark, "mid").or(first),
                at: millis(mark, "watermark").or(base.at),
                ..base
            };
            return of(kind, inbound);
        }
    }
    if event["referral"].is_object() {
        let inbound = Inbound { referral: referral(&event["referral"]), ..base };
        return of(Kind::Referral, Inbound { what: "referral".to_owned(), ..inbound });
    }
    if event["optin"].is_object() {
        let text = text(&event["optin"], "ref").or_else(|| text(&event["optin"], "payload"));
        return of(Kind::Optin, Inbound { what: "optin".to_owned(), text, ..base });
    }
    Item { inbound: base, ..unknown(Some(source), account, raw.clone()) }
}

/// What somebody wrote, what the business wrote elsewhere, or what was taken back.
fn message(source: Source, account: &str, event: &Value, base: Inbound) -> Item {
    let message = &event["message"];
    let is_echo = flag(message, "is_echo");
    // what the business took back elsewhere is both
    let kind = match flag(message, "is_deleted") {
        true => Kind::Revoke,
        false if is_echo => Kind::Echo,
        false => Kind::Message,
    };
    let attachments = list(message, "attachments");
    let what = match attachments.first().and_then(|first| text(first, "type")) {
        _ if flag(message, "is_unsupported") => "unsupported".to_owned(),
        Some(first) => first,
        None => "text".to_owned(),
    };
    let mid = text(message, "mid");
    let mut inbound = Inbound {
        id: mid.clone(),
        what,
        text: text(message, "text"),
        media: attachments.iter().filter_map(media).collect(),
        location: attachments.iter().find_map(location),
        choice: text(&message["quick_reply"], "payload").map(|payload| Choice {
            payload: Some(payload),
            title: text(message, "text"),
            ..Choice::default()
        }),
        reply_to: reply_to(&message["reply_to"]),
        referral: referral(&message["referral"]),
        ..base
    };
    if is_echo {
        // the sender is the business, and the customer receives it
        inbound.contact = contact(source, text(&event["recipient"], "id"));
    }
    if kind == Kind::Revoke {
        inbound.target.clone_from(&mid);
    }
    let item = of_content(Some(source), account, kind, inbound, event.clone());
    match mid {
        Some(mid) => Item { key: format!("{}:{}", kind.name(), plain(&mid)), ..item },
        None => item,
    }
}

fn media(attachment: &Value) -> Option<Media> {
    let kind = text(attachment, "type")?;
    if kind == "location" {
        return None;
    }
    let payload = &attachment["payload"];
    Some(Media {
        id: text(payload, "sticker_id").or_else(|| text(payload, "reel_video_id")),
        url: text(payload, "url").or_else(|| text(attachment, "url")),
        name: text(payload, "title").or_else(|| text(attachment, "title")),
        kind,
        ..Media::default()
    })
}

fn location(attachment: &Value) -> Option<Location> {
    let at = &attachment["payload"]["coordinates"];
    Some(Location {
        latitude: at["lat"].as_f64()?,
        longitude: at["long"].as_f64()?,
        name: text(attachment, "title"),
        address: None,
        url: text(attachment, "url"),
    })
}

fn reply_to(of: &Value) -> Option<ReplyTo> {
    let reply = ReplyTo {
        id: text(of, "mid"),
        story: text(&of["story"], "id"),
        url: text(&of["story"], "url"),
        product: None,
    };
    (reply != ReplyTo::default()).then_some(reply)
}

fn referral(of: &Value) -> Option<Referral> {
    let ad = &of["ads_context_data"];
    let referral = Referral {
        source: text(of, "source"),
        id: text(of, "ad_id").or_else(|| text(ad, "post_id")),
        url: text(ad, "photo_url").or_else(|| text(ad, "video_url")),
        title: text(ad, "ad_title"),
        click: None,
        reference: text(of, "ref"),
    };
    (referral != Referral::default()).then_some(referral)
}

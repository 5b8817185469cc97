//! Every shape of the facts.

mod edges;
mod properties;

use serde_json::{Value, json};

use super::{Item, Kind, Source, part, written};

/// All that a payload holds.
fn split(payload: &Value) -> Vec<Item> {
    part(payload, 0, usize::MAX).items
}

fn whatsapp(value: Value) -> Value {
    let mut value = value;
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] =
        json!({ "display_phone_number": "905550000100", "phone_number_id": "200300400500600" });
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "100200300400500",
        "changes": [{ "field": "messages", "value": value }] }] })
}

fn deniz() -> Value {
    json!({ "profile": { "name": "Deniz Örnek", "username": "deniz.ornek" },
        "wa_id": "905550000101", "user_id": "TR.10020030040050060070" })
}

/// One message of this type, from Deniz.
fn of_type(kind: &str, body: Value) -> Item {
    let message = json!({ "from": "905550000101", "id": "wamid.1", "timestamp": "1767258000",
        "type": kind, kind: body });
    only(&whatsapp(json!({ "contacts": [deniz()], "messages": [message] })))
}

fn only(payload: &Value) -> Item {
    let mut items = split(payload);
    assert_eq!(items.len(), 1, "{items:#?}");
    items.remove(0)
}

fn shown(item: &Item) -> Value {
    serde_json::from_str(&written(&item.inbound)).unwrap()
}

#[test]
fn a_text_has_its_contact_context_and_referral() {
    let message = json!({ "from": "905550000101", "id": "wamid.1", "timestamp": "1767258000",
        "type": "text", "text": { "body": "Merhaba" },
        "context": { "from": "905550000100", "id": "wamid.0" },
        "referral": { "source_url": "https://fb.me/x1", "source_id": "120", "source_type": "ad",
            "headline": "Yaz fırsatı", "ctwa_clid": "ARtest" } });
    let item = only(&whatsapp(json!({ "contacts": [deniz()], "messages": [message] })));
    assert_eq!((item.source, item.kind), (Some(Source::Whatsapp), Kind::Message));
    assert_eq!((item.account.as_str(), item.key.as_str()), ("200300400500600", "message:wamid.1"));
    assert_eq!(item.contact().as_deref(), Some("user:TR.10020030040050060070"));
    let seen = shown(&item);
    assert_eq!(seen["contact"]["wa_id"], "905550000101");
    assert_eq!(seen["contact"]["username"], "deniz.ornek");
    assert_eq!(
        (&seen["text"], &seen["at"]),
        (&json!("Merhaba"), &json!("2026-01-01T09:00:00.000Z"))
    );
    assert_eq!(seen["reply_to"], json!({ "id": "wamid.0" }));
    assert_eq!(
        seen["referral"],
        json!({ "source": "ad", "id": "120", "url": "https://fb.me/x1",
        "title": "Yaz fırsatı", "click": "ARtest" })
    );
}

#[test]
fn somebody_without_a_phone_is_somebody() {
    let hidden = json!({ "profile": { "name": "Ece" }, "user_id": "TR.7" });
    let message = json!({ "id": "wamid.2", "timestamp": "1767258000", "type": "text",
        "text": { "body": "Selam" } });
    let payload = whatsapp(json!({ "contacts": [hidden], "messages": [message.clone()] }));
    assert_eq!(only(&payload).contact().as_deref(), Some("user:TR.7"));
    // two at once, neither with a phone: each is in its place
    let other = json!({ "profile": { "name": "Can" }, "user_id": "TR.8" });
    let mut second = message.clone();
    second["id"] = json!("wamid.3");
    let both = whatsapp(json!({ "contacts": [hidden, other], "messages": [message, second] }));
    let contacts: Vec<_> = split(&both).iter().map(Item::contact).collect();
    assert_eq!(contacts, [Some("user:TR.7".to_owned()), Some("user:TR.8".to_owned())]);
    // a status of such a person
    let status = json!({ "id": "wamid.9", "status": "read", "timestamp": "1767258011",
        "recipient_user_id": "TR.7" });
    assert_eq!(
        only(&whatsapp(json!({ "statuses": [status] }))).contact().as_deref(),
        Some("user:TR.7")
    );
}

#[test]
fn every_type_of_the_cloud_api_is_understood() {
    let image =
        json!({ "id": "m1", "mime_type": "image/jpeg", "sha256": "aGFzaA==", "caption": "Bak" });
    let seen = shown(&of_type("image", image));
    assert_eq!((&seen["media"][0]["id"], &seen["text"]), (&json!("m1"), &json!("Bak")));
    let seen = shown(&of_type(
        "audio",
        json!({ "id": "m2", "mime_type": "audio/ogg; codecs=opus", "voice": true }),
    ));
    assert_eq!(seen["media"][0]["voice"], true);
    let seen = shown(&of_type("document", json!({ "id": "m3", "filename": "teklif.pdf" })));
    assert_eq!(seen["media"][0]["name"], "teklif.pdf");
    let seen = shown(&of_type("sticker", json!({ "id": "m4", "animated": true })));
    assert_eq!(seen["media"][0]["animated"], true);
    assert_eq!(of_type("video", json!({ "id": "m5" })).kind, Kind::Message);
    let seen = shown(&of_type("location", json!({ "latitude": 41.0, "longitude": 29.0 })));
    assert_eq!(seen["location"], json!({ "latitude": 41.0, "longitude": 29.0 }));
    let card = json!([{ "name": { "first_name": "Ali", "last_name": "Er" }, "org": { "company": "Er" },
        "phones": [{ "phone": "+90 555" }], "emails": [{ "email": "a@b.example" }],
        "addresses": [{ "street": "Bağ", "city": "İzmir" }], "urls": [{ "url": "https://e.example" }],
        "birthday": "1990-01-02" }]);
    let seen = shown(&of_type("contacts", card));
    assert_eq!(seen["cards"][0]["name"], "Ali Er");
    assert_eq!(seen["cards"][0]["addresses"], json!(["Bağ, İzmir"]));
    let seen = shown(&of_type("button", json!({ "payload": "CONFIRM:77", "text": "Onayla" })));
    assert_eq!(seen["choice"], json!({ "payload": "CONFIRM:77", "title": "Onayla" }));
    for (kind, reply, wanted) in [
        (
            "button_reply",
            json!({ "id": "b1", "title": "Evet" }),
            json!({ "payload": "b1", "title": "Evet" }),
        ),
        (
            "list_reply",
            json!({ "id": "r1", "title": "Bir", "description": "İlk" }),
            json!({ "payload": "r1", "title": "Bir", "description": "İlk" }),
        ),
        (
            "nfm_reply",
            json!({ "name": "flow", "body": "Sent", "response_json": "{\"a\":1}" }),
            json!({ "payload": "flow", "title": "Sent", "form": "{\"a\":1}" }),
        ),
    ] {
        let seen = shown(&of_type("interactive", json!({ "type": kind, kind: reply })));
        assert_eq!(seen["choice"], wanted, "{kind}");
    }
    let order = json!({ "catalog_id": "c", "text": "Acil", "product_items": [
        { "product_retailer_id": "p1", "quantity": 2, "item_price": 12.5, "currency": "TRY" }] });
    let seen = shown(&of_type("order", order));
    assert_eq!(
        seen["order"]["lines"][0],
        json!({ "product": "p1", "quantity": "2", "price": "12.5", "currency": "TRY" })
    );
    let reaction = of_type("reaction", json!({ "message_id": "wamid.0", "emoji": "👍" }));
    assert_eq!((reaction.kind, reaction.inbound.emoji.as_deref()), (Kind::Reaction, Some("👍")));
    for taken_back in
        [json!({ "message_id": "wamid.0", "emoji": "" }), json!({ "message_id": "wamid.0" })]
    {
        assert_eq!(of_type("reaction", taken_back).inbound.emoji, None);
    }
    let edit = json!({ "original_message_id": "wamid.0", "message": { "type": "text", "text": { "body": "Yeni" } } });
    let edit = of_type("edit", edit);
    assert_eq!((edit.kind, edit.inbound.target.as_deref()), (Kind::Edit, Some("wamid.0")));
    assert_eq!((edit.inbound.text.as_deref(), edit.inbound.what.as_str()), (Some("Yeni"), "edit"));
    assert_eq!(of_type("revoke", json!({ "original_message_id": "wamid.0" })).kind, Kind::Revoke);
    let system = of_type(
        "system",
        json!({ "body": "…", "type": "user_changed_number", "wa_id": "905550000199" }),
    );
    assert_eq!((system.kind, system.inbound.what.as_str()), (Kind::System, "user_changed_number"));
    assert_eq!(system.inbound.target.as_deref(), Some("905550000199"));
    // what nobody has heard of is kept, and told apart by its id
    let odd = of_type("hologram", json!({ "x": 1 }));
    assert_eq!((odd.kind, odd.key.as_str()), (Kind::Unknown, "message:wamid.1"));
    let mut unsupported = json!({ "from": "905550000101", "id": "wamid.4", "timestamp": "1767258000",
        "type": "unsupported", "errors": [{ "code": 131_051, "title": "Message type unknown" }] });
    unsupported["from"] = json!("905550000101");
    let item = only(&whatsapp(json!({ "contacts": [deniz()], "messages": [unsupported] })));
    assert_eq!((item.kind, item.inbound.faults[0].code), (Kind::Message, 131_051));
}

#[test]
fn statuses_echoes_and_the_accounts_news_are_items() {
    let payload = whatsapp(json!({ "statuses": [
        { "id": "wamid.0", "status": "failed", "timestamp": "1767258011", "recipient_id": "905550000101",
          "biz_opaque_callback_data": "bc:42:7", "errors": [{ "code": 131_047, "title": "Re-engagement message",
          "error_data": { "details": "more than 24 hours" } }] },
        { "id": "wamid.0", "status": "sent", "timestamp": "1767258012" } ] }));
    let items = split(&payload);
    let keys: Vec<&str> = items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["status:wamid.0:failed", "status:wamid.0:sent"]);
    assert_eq!(items[0].inbound.faults[0].details.as_deref(), Some("more than 24 hours"));
    assert_eq!(items[0].inbound.callback.as_deref(), Some("bc:42:7"));
    let news = |field: &str, value: Value| {
        only(&json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1002", "changes": [
            { "field": field, "value": value }] }] }))
    };
    let metadata = json!({ "phone_number_id": "2003" });
    let echo = news(
        "smb_message_echoes",
        json!({ "metadata": metadata, "message_echoes": [
        { "from": "905550000100", "to": "905550000101", "id": "wamid.5", "timestamp": "1767258000",
          "type": "text", "text": { "body": "Telefondan" } }] }),
    );
    assert_eq!((echo.kind, echo.contact().as_deref()), (Kind::Echo, Some("phone:905550000101")));
    let stop = news(
        "user_preferences",
        json!({ "metadata": metadata, "user_preferences": [
        { "wa_id": "905550000101", "category": "marketing_messages", "value": "stop", "timestamp": 1_767_258_000 }] }),
    );
    assert_eq!((stop.kind, stop.inbound.what.as_str()), (Kind::Preference, "stop"));
    let call = news(
        "calls",
        json!({ "metadata": metadata, "calls": [
        { "id": "wacid.1", "event": "connect", "direction": "USER_INITIATED", "from": "905550000101", "timestamp": "1767258000" }] }),
    );
    assert_eq!((call.kind, call.key.as_str()), (Kind::Call, "call:wacid.1:connect"));
    let template = news(
        "message_template_status_update",
        json!({ "event": "REJECTED", "message_template_id": 7,
        "message_template_name": "randevu", "reason": "INVALID_FORMAT" }),
    );
    assert_eq!((template.kind, template.source), (Kind::Template, None));
    assert_eq!(
        (template.inbound.target.as_deref(), template.inbound.text.as_deref()),
        (Some("7"), Some("REJECTED"))
    );
    assert_eq!(news("account_update", json!({ "event": "ACCOUNT_DELETED" })).kind, Kind::Account);
    assert_eq!(news("never_seen", json!({ "a": 1 })).kind, Kind::Unknown);
    // a new list beside one that is known
    let items =
        split(&whatsapp(json!({ "contacts": [deniz()], "messages": [], "holograms": [1, 2] })));
    assert_eq!(items.iter().map(|item| item.kind).collect::<Vec<_>>(), [Kind::Unknown]);
}

fn page(event: Value) -> Item {
    let mut event = event;
    event["sender"] = json!({ "id": "6000000000000001" });
    event["recipient"] = json!({ "id": "300400500600" });
    event["timestamp"] = json!(1_767_258_000_111_i64);
    only(
        &json!({ "object": "page", "entry": [{ "id": "300400500600", "time": 1_767_258_000_123_i64,
        "messaging": [event] }] }),
    )
}

#[test]
fn messenger_and_instagram_are_understood() {
    let item = page(
        json!({ "message": { "mid": "m_1", "text": "Fiyat?", "reply_to": { "mid": "m_0" },
        "attachments": [{ "type": "image", "payload": { "url": "https://cdn.example.com/i.jpg" } }] } }),
    );
    assert_eq!((item.source, item.key.as_str()), (Some(Source::Messenger), "message:m_1"));
    assert_eq!(item.contact().as_deref(), Some("psid:6000000000000001"));
    assert_eq!(shown(&item)["media"][0]["url"], "https://cdn.example.com/i.jpg");
    assert_eq!(shown(&item)["at"], "2026-01-01T09:00:00.111Z");
    let echo = page(
        json!({ "message": { "mid": "m_2", "text": "Buyurun", "is_echo": true, "app_id": 1 } }),
    );
    assert_eq!((echo.kind, echo.contact().as_deref()), (Kind::Echo, Some("psid:300400500600")));
    let gone = page(json!({ "message": { "mid": "m_1", "is_deleted": true } }));
    assert_eq!((gone.kind, gone.key.as_str()), (Kind::Revoke, "revoke:m_1"));
    let place = page(json!({ "message": { "mid": "m_3", "attachments": [{ "type": "location",
        "payload": { "coordinates": { "lat": 41.5, "long": 29.5 } } }] } }));
    assert_eq!(
        (place.inbound.location.map(|at| at.latitude), place.inbound.media.len()),
        (Some(41.5), 0)
    );
    let press = page(json!({ "postback": { "mid": "m_4", "title": "Başla", "payload": "START",
        "referral": { "ref": "kart", "source": "ADS", "type": "OPEN_THREAD", "ad_id": "5" } } }));
    assert_eq!((press.kind, press.key.as_str()), (Kind::Postback, "postback:m_4"));
    assert_eq!(
        shown(&press)["referral"],
        json!({ "source": "ADS", "id": "5", "reference": "kart" })
    );
    let heart = page(
        json!({ "reaction": { "mid": "m_1", "action": "react", "reaction": "love", "emoji": "❤" } }),
    );
    assert_eq!((heart.kind, heart.inbound.emoji.as_deref()), (Kind::Reaction, Some("❤")));
    let none =
        page(json!({ "reaction": { "mid": "m_1", "action": "unreact", "reaction": "love" } }));
    assert_eq!(none.inbound.emoji, None);
    assert_eq!(
        page(json!({ "delivery": { "mids": ["m_9"], "watermark": 1_767_258_000_000_i64 } })).kind,
        Kind::Delivered
    );
    assert_eq!(page(json!({ "read": { "watermark": 1_767_258_000_000_i64 } })).kind, Kind::Read);
    assert_eq!(page(json!({ "optin": { "ref": "x" } })).kind, Kind::Optin);
    assert_eq!(
        page(json!({ "referral": { "ref": "x", "source": "SHORTLINK" } })).kind,
        Kind::Referral
    );
    assert_eq!(page(json!({ "novelty": { "x": 1 } })).kind, Kind::Unknown);
    let insta = |body: Value| json!({ "object": "instagram", "entry": [{ "id": "1784", "time": 1, "messaging": [body] }] });
    let story = only(&insta(
        json!({ "sender": { "id": "7000" }, "recipient": { "id": "1784" }, "timestamp": 1_767_258_000_111_i64,
        "message": { "mid": "aWd", "text": "Bu ne?", "reply_to": { "story": { "id": "18", "url": "https://cdn.example.com/s" } } } }),
    ));
    assert_eq!(story.contact().as_deref(), Some("igsid:7000"));
    assert_eq!(
        shown(&story)["reply_to"],
        json!({ "story": "18", "url": "https://cdn.example.com/s" })
    );
    let change = |object: &str, field: &str, value: Value| {
        only(&json!({ "object": object, "entry": [{ "id": "0", "time": 1,
        "changes": [{ "field": field, "value": value }] }] }))
    };
    let trial = change(
        "instagram",
        "messages",
        json!({ "sender": { "id": "12" }, "message": { "mid": "x1", "text": "test" } }),
    );
    assert_eq!((trial.kind, trial.account.as_str()), (Kind::Message, "0"));
    let comment = change(
        "instagram",
        "comments",
        json!({ "id": "c1", "text": "Güzel", "from": { "id": "7", "username": "u" }, "media": { "id": "m" } }),
    );
    assert_eq!((comment.kind, comment.key.as_str()), (Kind::Comment, "comment:c1"));
    // ids as texts or as numbers
    for id in [json!("555000111"), json!(555_000_111)] {
        let lead = change(
            "page",
            "leadgen",
            json!({ "leadgen_id": id, "page_id": "3", "form_id": 888, "created_time": 1_767_257_990 }),
        );
        assert_eq!((lead.kind, lead.key.as_str()), (Kind::Lead, "lead:555000111"));
        assert_eq!(lead.inbound.target.as_deref(), Some("888"));
    }
}

#[test]
fn nothing_is_lost_of_what_makes_no_sense() {
    for odd in [
        json!(null),
        json!(7),
        json!([]),
        json!({}),
        json!({ "object": "user" }),
        json!({ "object": "page", "entry": {} }),
        json!({ "object": "user", "entry": [{ "id": "1" }] }),
        json!({ "object": "page", "entry": [{ "id": "1", "news": 1 }] }),
        json!({ "object": "page", "entry": [{ "id": "1", "messaging": [7, null] }] }),
        json!({ "object": "page", "entry": [7] }),
        json!({ "object": "whatsapp_business_account", "entry": [null] }),
        json!({ "object": { "a": 1 }, "entry": [] }),
        json!({ "object": "page", "entry": [{ "id": { "a": 1 } }] }),
        json!({ "object": "whatsapp_business_account", "entry": [{ "changes": [{}] }] }),
    ] {
        let items = split(&odd);
        assert!(!items.is_empty() && items.iter().all(|item| item.kind == Kind::Unknown), "{odd}");
    }
    let strange = format!("wamid.{}", "\u{0}".repeat(3));
    let item = only(&whatsapp(json!({ "messages": [{ "id": strange, "type": "text" }] })));
    assert!(!item.key.contains('\0') && item.key.len() < 80, "{}", item.key);
}

//! What is large, old, repeated, without an id, or beside what is expected.

use serde_json::{Value, json};

use super::{only, page, split, whatsapp};
use crate::adapters::messaging::{Kind, part, written};

/// News of the business account, as they were said at this time.
fn news(time: Value, field: &str, value: Value) -> Value {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1002", "time": time,
        "changes": [{ "field": field, "value": value }] }] })
}

#[test]
fn what_all_things_of_a_change_have_in_common_is_not_kept_beside_each() {
    let long = "x".repeat(100_000);
    let person = json!({ "profile": { "name": long, "username": long }, "wa_id": "905550000101" });
    let statuses: Vec<Value> = (0..200)
        .map(|n| json!({ "id": format!("wamid.{n}"), "status": "read", "recipient_id": "905550000101" }))
        .collect();
    let mut payload = whatsapp(json!({ "contacts": [person], "statuses": statuses }));
    let change = &mut payload["entry"][0]["changes"][0];
    change["value"]["metadata"] =
        json!({ "phone_number_id": format!("2{long}"), "display_phone_number": long });
    change["field"] = json!(long);
    payload["entry"][0]["id"] = json!(long);
    let items = split(&payload);
    assert_eq!(items.len(), 200);
    let kept: usize = items
        .iter()
        .map(|item| item.raw.to_string().len() + written(&item.inbound).len() + item.account.len())
        .sum();
    assert!(kept < 200 * 3_000, "{kept} bytes of a payload of {}", payload.to_string().len());
    let payload = json!({ "object": long, "entry": vec![json!({}); 200] });
    let kept: usize = split(&payload).iter().map(|item| item.raw.to_string().len()).sum();
    assert!(kept < 200 * 1_000, "{kept}");
}

#[test]
fn of_many_things_only_a_part_is_made() {
    let statuses = vec![json!({}); 50_000];
    let payload = whatsapp(json!({ "statuses": statuses }));
    let some = part(&payload, 49_990, 500);
    assert_eq!((some.all, some.items.len()), (50_000, 10));
    let none = part(&payload, 50_000, 500);
    assert_eq!((none.all, none.items.len()), (50_000, 0));
}

#[test]
fn the_same_news_on_another_day_are_news() {
    let value = json!({ "event": "PAUSED", "message_template_id": 7 });
    for (field, kind) in [
        ("message_template_status_update", Kind::Template),
        ("message_template_quality_update", Kind::Template),
        ("account_update", Kind::Account),
        ("phone_number_quality_update", Kind::Account),
        ("never_seen", Kind::Unknown),
    ] {
        let first = only(&news(json!(1_767_258_000), field, value.clone()));
        let again = only(&news(json!(1_767_258_000), field, value.clone()));
        let later = only(&news(json!(1_767_344_400), field, value.clone()));
        assert_eq!((first.kind, &first.key), (kind, &again.key), "{field}");
        assert_ne!(first.key, later.key, "{field}");
        let at = |item: &super::Item| item.at().map(|at| at.timestamp());
        assert_eq!((at(&first), at(&later)), (Some(1_767_258_000), Some(1_767_344_400)));
        // pages count milliseconds
        let millis = only(&news(json!(1_767_258_000_123_i64), field, value.clone()));
        assert_eq!(millis.at().map(|at| at.timestamp_millis()), Some(1_767_258_000_123));
        assert_eq!(only(&news(json!(null), field, value.clone())).at(), None);
    }
}

#[test]
fn what_is_no_time_is_none() {
    for odd in ["-300000000000", "300000000000", "253402300800", "-1", "1e9", "now", ""] {
        let status = json!({ "id": "wamid.1", "status": "read", "timestamp": odd });
        let item = only(&whatsapp(json!({ "statuses": [status] })));
        assert_eq!((item.at(), item.kind), (None, Kind::Status), "{odd}");
    }
    let last = json!({ "id": "wamid.1", "status": "read", "timestamp": 253_402_300_799_i64 });
    assert!(only(&whatsapp(json!({ "statuses": [last] }))).at().is_some());
    let mut far = json!({ "object": "page", "entry": [{ "id": "3", "messaging": [
        { "sender": { "id": "6" }, "timestamp": 9_000_000_000_000_000_i64, "message": { "mid": "m" } }] }] });
    assert_eq!(only(&far).at(), None);
    far["entry"][0]["messaging"][0]["timestamp"] = json!(-1);
    assert_eq!(only(&far).at(), None);
}

#[test]
fn what_the_business_took_back_is_taken_back() {
    let item = page(json!({ "message": { "mid": "m_2", "is_echo": true, "is_deleted": true } }));
    assert_eq!((item.kind, item.key.as_str()), (Kind::Revoke, "revoke:m_2"));
    assert_eq!(item.inbound.target.as_deref(), Some("m_2"));
    // the customer is who received it
    assert_eq!(item.contact().as_deref(), Some("psid:300400500600"));
}

#[test]
fn one_person_is_known_by_each_of_their_ids() {
    let deniz =
        json!({ "profile": { "name": "Deniz" }, "wa_id": "905550000101", "user_id": "TR.1" });
    let both = whatsapp(json!({ "contacts": [deniz], "statuses": [
        { "id": "wamid.1", "status": "read", "recipient_id": "905550000101" },
        { "id": "wamid.2", "status": "read", "recipient_user_id": "TR.1" },
        { "id": "wamid.3", "status": "read", "recipient_id": "TR.1" }] }));
    for item in split(&both) {
        assert_eq!(item.contact().as_deref(), Some("user:TR.1"), "{}", item.key);
        assert_eq!(item.phone(), Some("905550000101"), "{}", item.key);
    }
    // where only the phone was said, it is what both have in common
    let bare = only(&whatsapp(json!({ "statuses": [
        { "id": "wamid.4", "status": "read", "recipient_id": "905550000101" }] })));
    assert_eq!(
        (bare.contact().as_deref(), bare.phone()),
        (Some("phone:905550000101"), Some("905550000101"))
    );
    // an id of a person where a phone is expected is no phone
    let hidden = only(&whatsapp(json!({ "statuses": [
        { "id": "wamid.5", "status": "read", "recipient_id": "TR.7" }] })));
    assert_eq!((hidden.contact().as_deref(), hidden.phone()), (Some("user:TR.7"), None));
    let block = json!({ "profile": { "name": "Ece" }, "wa_id": "TR.7" });
    let message =
        json!({ "from": "TR.7", "id": "wamid.6", "type": "text", "text": { "body": "S" } });
    let item = only(&whatsapp(json!({ "contacts": [block], "messages": [message] })));
    assert_eq!(item.contact().as_deref(), Some("user:TR.7"));
    assert_eq!(item.inbound.contact.and_then(|contact| contact.name).as_deref(), Some("Ece"));
}

#[test]
fn who_wants_no_marketing_is_the_person_of_the_block() {
    let stop = json!({ "wa_id": "905550000101", "category": "marketing_messages", "value": "stop",
        "timestamp": 1_767_258_000 });
    let deniz =
        json!({ "profile": { "name": "Deniz" }, "wa_id": "905550000101", "user_id": "TR.1" });
    let value = json!({ "contacts": [deniz], "user_preferences": [stop] });
    for payload in [whatsapp(value.clone()), news(json!(1), "user_preferences", value)] {
        let item = only(&payload);
        assert_eq!((item.kind, item.inbound.what.as_str()), (Kind::Preference, "stop"));
        assert_eq!(item.contact().as_deref(), Some("user:TR.1"));
        assert_eq!(item.inbound.contact.and_then(|one| one.name).as_deref(), Some("Deniz"));
    }
}

#[test]
fn what_stands_beside_what_is_read_is_kept() {
    let kinds = |payload: &Value| split(payload).iter().map(|item| item.kind).collect::<Vec<_>>();
    let kept = |payload: &Value| {
        split(payload)
            .iter()
            .any(|item| item.kind == Kind::Unknown && item.raw.to_string().contains("yeni"))
    };
    let message =
        json!({ "from": "905550000101", "id": "wamid.1", "type": "text", "text": { "body": "S" } });
    let person = json!({ "wa_id": "905550000101", "profile": { "name": "Deniz" } });
    let plain = whatsapp(json!({ "contacts": [person], "messages": [message] }));
    assert_eq!(kinds(&plain), [Kind::Message]);

    let mut beside = plain.clone();
    beside["entry"][0]["changes"][0]["yeni"] = json!(1);
    let mut of_person = plain.clone();
    of_person["entry"][0]["changes"][0]["value"]["contacts"][0]["yeni"] = json!(1);
    let mut of_profile = plain.clone();
    of_profile["entry"][0]["changes"][0]["value"]["contacts"][0]["profile"]["yeni"] = json!(1);
    let mut of_number = plain.clone();
    of_number["entry"][0]["changes"][0]["value"]["metadata"]["yeni"] = json!(1);
    let mut nobody = plain;
    nobody["entry"][0]["changes"][0]["value"]["contacts"] = json!(["yeni"]);
    let trial = json!({ "object": "instagram", "entry": [{ "id": "0", "changes": [{ "field": "messages",
        "yeni": 1, "value": { "sender": { "id": "12" }, "message": { "mid": "x1" } } }] }] });
    for payload in [beside, of_person, of_profile, of_number, nobody, trial] {
        assert_eq!(kinds(&payload), [Kind::Message, Kind::Unknown], "{payload}");
        assert!(kept(&payload), "{payload}");
    }
    let stop =
        json!({ "user_preferences": [{ "wa_id": "905550000101", "value": "stop" }], "yeni": 1 });
    let stop = news(json!(1), "user_preferences", stop);
    assert_eq!(kinds(&stop), [Kind::Preference, Kind::Unknown]);
    assert!(kept(&stop));
    assert!(kept(&json!({ "object": "page", "entry": ["yeni"] })));
}

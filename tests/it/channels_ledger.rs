//! The ledger from outside: what comes in is one item each, in order, whatever company it came in; what nobody claims
//! waits; silence is told.
use std::{collections::BTreeSet, time::Duration};

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{
    TestApp, User, on_both,
    simulators::meta::payloads::{Person, change, lead, one_text, page, status, text, whatsapp},
    within,
};

use crate::{
    channels::{channel, connected},
    webhooks::hurry,
};

on_both!(
    a_batch_becomes_items_in_order_and_once,
    whatever_the_batching_the_ledger_is_the_same,
    what_nobody_claims_waits_for_who_does,
    a_payload_can_be_read_once_more,
    a_channel_that_falls_silent_is_told_once,
    many_at_once_are_all_there,
);

const NUMBER: &str = "2001";

/// The ledger, oldest first, once it has so many items.
async fn ledger(admin: &User, query: &str, count: usize) -> Vec<Value> {
    let path = format!("/channels/ledger?limit=200{query}");
    within(Duration::from_secs(20), "the ledger", || async {
        let page = admin.get(&path).await.ok();
        let mut items = page["items"].as_array().cloned().unwrap_or_default();
        items.reverse();
        if items.len() == count { Ok(items) } else { Err(page) }
    })
    .await
}

fn keys(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["key"].as_str().expect("a key")).collect()
}

async fn a_batch_becomes_items_in_order_and_once(app: TestApp) {
    let admin = app.tenant().await;
    let (made, door) = connected(&admin).await;
    let hat = channel(&admin, &made, "whatsapp", NUMBER).await;
    let sayfa = channel(&admin, &made, "messenger", "3001").await;
    let (deniz, ece) =
        (Person::new("Deniz Örnek", "905550000101"), Person::without_phone("Ece", "TR.7"));
    let batch = whatsapp(&[
        change(
            NUMBER,
            &[&deniz, &ece],
            &[text(&deniz, "wamid.1", "Merhaba ş"), text(&ece, "wamid.2", "Selam")],
            &[],
        ),
        change(
            NUMBER,
            &[],
            &[],
            &[status("wamid.0", "delivered", &deniz), status("wamid.0", "sent", &deniz)],
        ),
        json!({ "field": "something_new", "value": { "a": 1 } }),
    ]);
    assert_eq!(door.send(&batch).await, 200);
    let items = ledger(&admin, "", 5).await;
    assert_eq!(
        keys(&items)[..4],
        ["message:wamid.1", "message:wamid.2", "status:wamid.0:delivered", "status:wamid.0:sent"]
    );
    assert_eq!(
        items.iter().map(|item| item["kind"].clone()).collect::<Vec<_>>(),
        ["message", "message", "status", "status", "unknown"]
    );
    assert_eq!(
        (&items[0]["d"]["text"], &items[0]["channel_id"]),
        (&json!("Merhaba ş"), &json!(hat))
    );
    assert_eq!(
        (&items[0]["contact"], &items[1]["contact"]),
        (&json!("user:TR.905550000101"), &json!("user:TR.7"))
    );
    assert_eq!(items[1]["d"]["contact"], json!({ "user_id": "TR.7", "name": "Ece" }));
    assert_eq!(items[0]["at"], "2026-01-01T09:00:00.000Z");
    assert_eq!((&items[4]["channel_id"], &items[4]["state"]), (&Value::Null, &json!("ready")));

    // one of them again, in new company
    let again = whatsapp(&[change(
        NUMBER,
        &[&ece],
        &[text(&ece, "wamid.2", "Selam"), text(&ece, "wamid.3", "Orada mısınız?")],
        &[],
    )]);
    assert_eq!(door.send(&again).await, 200);
    assert_eq!(door.send(&page("3001", "6001", "m_1", "Fiyat?")).await, 200);
    assert_eq!(door.send(&lead("3001", 555_000_111)).await, 200);
    let items = ledger(&admin, "", 8).await;
    assert_eq!(keys(&items)[5..], ["message:wamid.3", "message:m_1", "lead:555000111"]);
    assert_eq!(ledger(&admin, &format!("&channel={sayfa}"), 2).await.len(), 2);
    let first = admin.get("/channels/ledger?limit=3").await.ok();
    let next = format!(
        "/channels/ledger?limit=200&cursor={}",
        first["next_cursor"].as_str().expect("more")
    );
    assert_eq!(admin.get(&next).await.ok()["items"].as_array().map(Vec::len), Some(5));
    let seen = admin.get("/channels").await.ok();
    assert!(
        seen["items"]
            .as_array()
            .expect("channels")
            .iter()
            .all(|one| one["last_inbound_at"].is_string()),
        "{seen}"
    );
}

async fn whatever_the_batching_the_ledger_is_the_same(app: TestApp) {
    let people: Vec<Person> = (0..4)
        .map(|n| match n {
            3 => Person::without_phone("Gizli", "TR.3"),
            n => Person::new(&format!("Kişi {n}"), &format!("90555000010{n}")),
        })
        .collect();
    let pieces: Vec<(usize, Value)> = (0..24)
        .map(|n| (n % 4, text(&people[n % 4], &format!("wamid.{n}"), &format!("{n}"))))
        .collect();
    let mut ledgers = BTreeSet::new();
    for (size, step) in [(1, 1), (5, 7), (24, 11), (3, 5)] {
        let admin = app.tenant().await;
        let (made, door) = connected(&admin).await;
        channel(&admin, &made, "whatsapp", NUMBER).await;
        // 24 and the steps have no common part but 1: every piece once, in another order
        let order: Vec<&(usize, Value)> = (0..24).map(|n| &pieces[(n * step) % 24]).collect();
        for part in order.chunks(size) {
            let all: Vec<&Person> = people.iter().collect();
            let messages: Vec<Value> = part.iter().map(|(_, message)| message.clone()).collect();
            let payload = whatsapp(&[change(NUMBER, &all, &messages, &[])]);
            assert_eq!(door.insist(&payload, 3).await, Some(1));
            if size == 3 {
                // twice, and once more in another company
                assert_eq!(door.send(&payload).await, 200);
                let other = whatsapp(&[change(NUMBER, &all, &messages[..1], &[])]);
                assert_eq!(door.send(&other).await, 200);
            }
        }
        let items = ledger(&admin, "", 24).await;
        let seen: BTreeSet<String> = items
            .iter()
            .map(|item| {
                format!("{} {} {} {}", item["key"], item["kind"], item["contact"], item["d"])
            })
            .collect();
        let positions: Vec<i64> =
            items.iter().filter_map(|item| item["position"].as_i64()).collect();
        assert!(positions.is_sorted(), "{positions:?}");
        ledgers.insert(seen);
    }
    assert_eq!(ledgers.len(), 1, "{ledgers:#?}");
}

async fn what_nobody_claims_waits_for_who_does(app: TestApp) {
    let admin = app.tenant().await;
    let (made, door) = connected(&admin).await;
    let (_, other_door) = connected(&admin).await;
    let deniz = Person::new("Deniz", "905550000101");
    for (app, number, id) in
        [(&door, "2001", "wamid.1"), (&door, "2002", "wamid.2"), (&other_door, "2001", "wamid.3")]
    {
        assert_eq!(app.send(&one_text(number, &deniz, id, "Merhaba")).await, 200);
    }
    let items = ledger(&admin, "&state=unclaimed", 3).await;
    assert!(items.iter().all(|item| item["channel_id"].is_null()));
    let hat = channel(&admin, &made, "whatsapp", "2001").await;
    let taken = ledger(&admin, &format!("&channel={hat}"), 1).await;
    assert_eq!((keys(&taken)[0], &taken[0]["state"]), ("message:wamid.1", &json!("ready")));
    // another number, and the same number behind another app, are not this channel's
    let mut left = keys(&ledger(&admin, "&state=unclaimed", 2).await)
        .join(" ")
        .split(' ')
        .map(str::to_owned)
        .collect::<Vec<_>>();
    left.sort();
    assert_eq!(left, ["message:wamid.2", "message:wamid.3"]);
    assert!(admin.get("/channels").await.ok()["items"][0]["last_inbound_at"].is_string());
    admin.get("/channels/ledger?state=lost").await.problem(422, "invalid");
}

async fn a_payload_can_be_read_once_more(app: TestApp) {
    let admin = app.tenant().await;
    let stranger = app.tenant().await;
    let (made, door) = connected(&admin).await;
    channel(&admin, &made, "whatsapp", NUMBER).await;
    let deniz = Person::new("Deniz", "905550000101");
    let payload = whatsapp(&[
        change(NUMBER, &[&deniz], &[text(&deniz, "wamid.1", "Merhaba")], &[]),
        json!({ "field": "something_new", "value": { "a": 1 } }),
    ]);
    assert_eq!(door.send(&payload).await, 200);
    let before = ledger(&admin, "", 2).await;
    let hook = json!({ "hook": before[0]["hook_id"] });
    stranger.command_refused("tenant", "hook.reprocess", hook.clone(), "not_found").await;
    let db = app.database().connect().await;
    db.execute_unprepared("DELETE FROM hook_item WHERE kind = 'message'").await.expect("a delete");
    let _ = db.close().await; // nothing is asked of it any more
    admin.command("tenant", "hook.reprocess", hook).await;
    let after = within(Duration::from_secs(15), "read once more", || async {
        let items = admin.get("/channels/ledger").await.ok()["items"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        if items.len() == 2 && items.iter().all(|item| item["id"] != before[1]["id"]) {
            Ok(items)
        } else {
            Err(items)
        }
    })
    .await;
    let sorted =
        |items: &[Value]| keys(items).into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(sorted(&after), sorted(&before));
    let whole = admin
        .get(&format!("/channels/hooks/{}", before[0]["hook_id"].as_str().expect("an id")))
        .await
        .ok();
    assert_eq!((&whole["state"], &whole["coding"]), (&json!("split"), &json!("text")));
    assert_eq!(
        serde_json::from_str::<Value>(whole["body"].as_str().expect("a body")).expect("JSON"),
        payload
    );
}

async fn a_channel_that_falls_silent_is_told_once(app: TestApp) {
    let (admin, [sales]) = app.team(["sales"]).await;
    let (made, door) = connected(&admin).await;
    let hat = channel(&admin, &made, "whatsapp", NUMBER).await;
    let deniz = Person::new("Deniz", "905550000101");
    assert_eq!(door.send(&one_text(NUMBER, &deniz, "wamid.1", "Merhaba")).await, 200);
    ledger(&admin, "", 1).await;
    let mut ear = admin.subscribe("tenant").await;
    admin.command("tenant", "channel.save", json!({ "channel": hat, "silent_hours": 2 })).await;
    // not yet: it has spoken just now
    listened(&app).await;
    assert_eq!(app.database().count("notification WHERE kind = 'channel_silent'").await, 0);
    let db = app.database().connect().await;
    let past = "UPDATE channel SET last_inbound_at = '2026-01-01T00:00:00+00:00'";
    db.execute_unprepared(past).await.expect("an update");
    let _ = db.close().await; // nothing is asked of it any more
    let notice = within(Duration::from_secs(20), "the notification", || async {
        hurry(&app).await;
        let list = admin.get("/notifications").await.ok();
        let found = list["items"]
            .as_array()
            .and_then(|all| all.iter().find(|one| one["kind"] == "channel_silent").cloned());
        found.ok_or(list)
    })
    .await;
    assert_eq!(
        (&notice["d"]["channel"], &notice["d"]["hours"]),
        (&json!(hat), &json!(2)),
        "{notice}"
    );
    let silent = ear.event("channel.silent").await;
    assert_eq!(silent["d"], json!({ "id": hat, "since": "2026-01-01T00:00:00.000Z" }));
    let shown = admin.get("/channels").await.ok()["items"][0].clone();
    assert_eq!((&shown["silent"], &shown["version"]), (&json!(true), &json!(2)));
    // who was told is not told again
    listened(&app).await;
    assert_eq!(app.database().count("notification WHERE kind = 'channel_silent'").await, 1);
    // it speaks again, and is silent no more
    assert_eq!(door.send(&one_text(NUMBER, &deniz, "wamid.2", "Döndüm")).await, 200);
    ledger(&admin, "", 2).await;
    assert_eq!(ear.event("channel.heard").await["d"]["id"], json!(hat));
    let shown = admin.get("/channels").await.ok()["items"][0].clone();
    assert_eq!((&shown["silent"], &shown["version"]), (&json!(false), &json!(2)));
    listened(&app).await;
    assert_eq!(app.database().count("notification WHERE kind = 'channel_silent'").await, 1);
    assert_eq!(sales.get("/notifications").await.ok()["items"], json!([]));
    // nobody has changed it
    let audit = admin.get("/audit?kind=channel").await.ok();
    let kinds: Vec<&Value> =
        audit["items"].as_array().expect("lines").iter().map(|line| &line["kind"]).collect();
    assert_eq!(kinds, ["channel.saved", "channel.saved"], "{audit}");
}

/// Lets the one job that listens run now: it looks again in some hours.
async fn listened(app: &TestApp) {
    hurry(app).await;
    within(Duration::from_secs(20), "a look", || async {
        let due = app.database().count("job_due WHERE run_at < '2021-01-01T00:00:00+00:00'").await;
        if due == 0 { Ok(()) } else { Err(due) }
    })
    .await;
    assert_eq!(app.database().count("job WHERE kind = 'channels.listen'").await, 1);
}

async fn many_at_once_are_all_there(app: TestApp) {
    let admin = app.tenant().await;
    let (made, door) = connected(&admin).await;
    channel(&admin, &made, "whatsapp", NUMBER).await;
    let deniz = Person::new("Deniz", "905550000101");
    let payloads: Vec<Value> =
        (0..120).map(|n| one_text(NUMBER, &deniz, &format!("wamid.{n}"), "Merhaba")).collect();
    let sent = payloads.iter().chain(payloads.iter().take(40)).map(|payload| door.send(payload));
    let answers = futures_util::future::join_all(sent).await;
    assert!(answers.iter().all(|status| *status == 200), "{answers:?}");
    let items = ledger(&admin, "", 120).await;
    assert_eq!(keys(&items).into_iter().collect::<BTreeSet<_>>().len(), 120);
    assert_eq!(app.database().count("hook").await, 120);
    let waiting = app.database().count("hook WHERE state <> 'split'").await;
    assert_eq!(waiting, 0);
    // in the order in which the payloads were written down
    let order = "SELECT i.position AS position, h.n AS n FROM hook_item i \
        JOIN hook h ON h.tenant_id = i.tenant_id AND h.id = i.hook_id ORDER BY i.position";
    let order = app.database().rows(order).await;
    assert!(order.iter().all(|row| row["position"] == row["n"]), "{order:?}");
}

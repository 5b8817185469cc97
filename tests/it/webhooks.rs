//! Webhooks from outside: signed, told again, on record, and never to an address that only we can reach.
use std::time::Duration;

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{
    Kind, Settings, TestApp, User, on_both,
    receiver::{Mood, Receiver},
    unique, with_both, within,
};

with_both!(
    what_happens_is_told_signed_and_only_what_was_asked_for,
    a_failure_is_on_record_told_again_and_can_be_replayed,
    what_fails_for_days_is_switched_off,
    deliveries_to_a_receiver_that_fails_step_aside_for_long,
    answers_that_are_traps_do_no_harm,
    a_new_secret_leaves_time_to_change,
);
on_both!(addresses_of_our_own_network_are_refused, webhooks_are_for_those_who_manage_them);

/// An app that may call this machine, as in development.
async fn lax(kind: Kind) -> TestApp {
    let settings = Settings::default().with("webhooks.allow_private", true);
    TestApp::start_with(kind, settings).await
}

async fn hook(admin: &User, url: &str, ops: &[&str]) -> Value {
    admin.post("/webhooks", json!({ "url": url, "ops": ops })).await.ok()
}

fn id(record: &Value) -> &str {
    record["id"].as_str().expect("an id")
}

/// Waits until the newest delivery fits.
async fn delivery(admin: &User, hook: &Value, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
    within(Duration::from_secs(15), what, || async {
        let page = admin.get(&format!("/webhooks/{}/deliveries", id(hook))).await.ok();
        let newest = page["items"][0].clone();
        if fits(&newest) { Ok(newest) } else { Err(page) }
    })
    .await
}

/// What waits is due now.
pub(crate) async fn hurry(app: &TestApp) {
    let db = app.database().connect().await;
    let sql = "UPDATE job_due SET run_at = '2020-01-01T00:00:00+00:00'";
    db.execute_unprepared(sql).await.expect("an update");
    let _ = db.close().await; // nothing is asked of it any more
}

async fn what_happens_is_told_signed_and_only_what_was_asked_for(kind: Kind) {
    let app = lax(kind).await;
    let admin = app.tenant().await;
    let other = app.tenant().await;
    let receiver = Receiver::start().await;
    let made = hook(&admin, &receiver.url, &["customer.created", "card.moved"]).await;
    let secret = made["secret"].as_str().expect("a secret");
    assert!(
        secret.starts_with("whsec_")
            && secret.ends_with(made["secret_hint"].as_str().expect("a hint"))
    );

    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Işık Ltd.").await;
    other.customer("Başkasının", json!({})).await;
    let d = json!({ "card": card, "to_stage": board.stage("Randevu") });
    admin.command(&board.topic, "card.move", d).await;
    let calls = receiver.heard(2).await;

    let mut ops: Vec<&str> = calls.iter().map(|call| call.header("nabiz-event")).collect();
    ops.sort_unstable();
    assert_eq!(ops, ["card.moved", "customer.created"]);
    for call in &calls {
        assert!(call.is_signed_with(secret), "{call:?}");
        assert!(!call.is_signed_with("whsec_other"));
        assert_eq!(call.body["tenant"], admin.tenant_id());
        assert_eq!(call.body["op"], call.header("nabiz-event"));
        assert_eq!(call.body["by"], admin.id());
        assert!(
            call.body["seq"].is_u64()
                && call.body["topic"].as_str().is_some_and(|t| t.starts_with("customer:"))
        );
    }
    let moved = calls.iter().find(|call| call.body["op"] == "card.moved").expect("the move");
    assert_eq!(moved.body["d"]["to"], board.stage("Randevu"));
    let kept = delivery(&admin, &made, "delivered", |one| one["state"] == "delivered").await;
    assert_eq!((&kept["status"], &kept["attempts"]), (&json!(204), &json!(1)));
    let listed = admin.get("/webhooks").await.ok();
    assert!(listed["items"][0]["secret"].is_null() && !listed.to_string().contains(secret));
    // off is off, and another tenant's hook is nobody's
    admin.command("tenant", "webhook.disable", json!({ "webhook": made["id"] })).await;
    admin.customer("Sessiz", json!({})).await;
    let test = admin.post(&format!("/webhooks/{}/test", id(&made)), json!({})).await.ok();
    assert_eq!((&test["op"], &test["state"]), (&json!("webhook.test"), &json!("delivered")));
    assert_eq!(receiver.calls().len(), 3);
    other.get(&format!("/webhooks/{}/deliveries", id(&made))).await.problem(404, "not_found");
    app.database().drop_now().await;
}

async fn a_failure_is_on_record_told_again_and_can_be_replayed(kind: Kind) {
    let app = lax(kind).await;
    let admin = app.tenant().await;
    let receiver = Receiver::start().await;
    receiver.be(Mood::Status(500));
    let made = hook(&admin, &receiver.url, &["customer.created"]).await;
    let mut ear = admin.subscribe("tenant").await;
    admin.customer("İnatçı", json!({})).await;

    let failed = delivery(&admin, &made, "a failure", |one| one["attempts"] == 1).await;
    assert_eq!((&failed["state"], &failed["status"]), (&json!("waiting"), &json!(500)), "{failed}");
    assert_eq!(failed["excerpt"], "status 500 çünkü");
    assert!(failed["next_at"].is_string());
    let saved = ear
        .next_where("failing", |f| {
            f["op"] == "webhook.saved" && !f["d"]["webhook"]["failing_since"].is_null()
        })
        .await;
    assert!(
        saved["d"]["webhook"]["url"].is_null() && saved["d"]["webhook"]["host"] == "127.0.0.1",
        "{saved}"
    );

    receiver.be(Mood::Status(200));
    hurry(&app).await;
    let heard = delivery(&admin, &made, "the second try", |one| one["state"] == "delivered").await;
    assert_eq!((&heard["attempts"], &heard["id"]), (&json!(2), &failed["id"]));
    ear.next_where("well again", |f| {
        f["op"] == "webhook.saved" && f["d"]["webhook"]["failing_since"].is_null()
    })
    .await;

    let path = format!("/webhooks/{}/deliveries/{}/replay", id(&made), id(&heard));
    let again = admin.post(&path, json!({})).await;
    assert_eq!(again.status, 202, "{}", again.text);
    let calls = receiver.heard(3).await;
    assert_eq!(calls[2].raw, calls[1].raw);
    assert_eq!(calls[2].header("nabiz-delivery"), again.body["delivery_id"]);
    assert_ne!(calls[2].header("nabiz-delivery"), calls[1].header("nabiz-delivery"));
    let replayed = delivery(&admin, &made, "the replay", |one| !one["replay_of"].is_null()).await;
    assert_eq!(replayed["replay_of"], heard["id"]);
    app.database().drop_now().await;
}

async fn what_fails_for_days_is_switched_off(kind: Kind) {
    let app = lax(kind).await;
    let admin = app.tenant().await;
    let made = hook(&admin, "http://127.0.0.1:1/nobody", &["customer.created"]).await;
    let mut ear = admin.subscribe("tenant").await;
    admin.customer("Bir", json!({})).await;
    let failed = delivery(&admin, &made, "a failure", |one| one["attempts"] == 1).await;
    assert_eq!((&failed["error"], &failed["status"]), (&json!("unreachable"), &Value::Null));
    ear.next_where("failing", |f| {
        f["op"] == "webhook.saved" && !f["d"]["webhook"]["failing_since"].is_null()
    })
    .await;

    let db = app.database().connect().await;
    let sql = "UPDATE webhook SET failing_since = '2020-01-01T00:00:00+00:00'";
    db.execute_unprepared(sql).await.expect("an update");
    let _ = db.close().await; // nothing is asked of it any more
    let mut own = admin.subscribe("me").await;
    hurry(&app).await;
    let off = ear
        .next_where("switched off", |f| {
            f["op"] == "webhook.saved" && f["d"]["webhook"]["enabled"] == false
        })
        .await;
    assert_eq!(off["d"]["webhook"]["off_because"], "failing");
    let told = own.event("notification.added").await;
    assert_eq!(told["d"]["notification"]["kind"], "webhook_off", "{told}");
    let path = format!("/webhooks/{}/deliveries/{}/replay", id(&made), id(&failed));
    admin.post(&path, json!({})).await.problem(409, "webhook_off");
    app.database().drop_now().await;
}

async fn deliveries_to_a_receiver_that_fails_step_aside_for_long(kind: Kind) {
    let app = lax(kind).await;
    let admin = app.tenant().await;
    let receiver = Receiver::start().await;
    receiver.be(Mood::Silent);
    hook(&admin, &receiver.url, &["customer.created"]).await;
    let since = chrono::Utc::now() - chrono::Duration::hours(1);
    let db = app.database().connect().await;
    let sql = format!("UPDATE webhook SET failing_since = '{}'", since.to_rfc3339());
    db.execute_unprepared(&sql).await.expect("an update");
    let _ = db.close().await; // nothing is asked of it any more

    // one is told, and takes its time; the other does not ask every second whether it is over
    for name in ["Bir", "İki"] {
        admin.customer(name, json!({})).await;
    }
    let far = (chrono::Utc::now() + chrono::Duration::minutes(3)).to_rfc3339();
    let waiting = format!("job_due WHERE run_at > '{far}'");
    within(Duration::from_secs(9), "who stepped aside", || async {
        let count = app.database().count(&waiting).await;
        if count == 1 { Ok(()) } else { Err(count) }
    })
    .await;
    app.database().drop_now().await;
}

async fn answers_that_are_traps_do_no_harm(kind: Kind) {
    let app = lax(kind).await;
    let admin = app.tenant().await;
    let (receiver, inside) = (Receiver::start().await, Receiver::start().await);
    let made = hook(&admin, &receiver.url, &["customer.created"]).await;
    let path = format!("/webhooks/{}/test", id(&made));
    receiver.be(Mood::Redirect(inside.url.clone()));
    let moved = admin.post(&path, json!({})).await.ok();
    assert_eq!((&moved["status"], &moved["error"]), (&json!(302), &json!("redirect")), "{moved}");
    assert!(inside.calls().is_empty(), "a redirect was followed");
    receiver.be(Mood::Endless);
    let endless = admin.post(&path, json!({})).await.ok();
    assert_eq!((&endless["status"], &endless["state"]), (&json!(200), &json!("delivered")));
    assert!(endless["excerpt"].as_str().is_some_and(|text| text.len() <= 500), "{endless}");
    if kind == Kind::Sqlite {
        receiver.be(Mood::Silent);
        let silent = admin.post(&path, json!({})).await.ok();
        assert_eq!((&silent["error"], &silent["state"]), (&json!("timeout"), &json!("failed")));
    }
    app.database().drop_now().await;
}

async fn a_new_secret_leaves_time_to_change(kind: Kind) {
    let app = lax(kind).await;
    let admin = app.tenant().await;
    let receiver = Receiver::start().await;
    let made = hook(&admin, &receiver.url, &["customer.created"]).await;
    let new = admin.post(&format!("/webhooks/{}/rotate", id(&made)), json!({})).await.ok();
    let (old, new) = (made["secret"].as_str().expect("old"), new["secret"].as_str().expect("new"));
    assert_ne!(old, new);
    admin.customer("İki imza", json!({})).await;
    let call = &receiver.heard(1).await[0];
    assert!(call.is_signed_with(new) && call.is_signed_with(old), "{call:?}");
    app.database().drop_now().await;
}

async fn addresses_of_our_own_network_are_refused(app: TestApp) {
    let admin = app.tenant().await;
    for url in [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]:8443/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00:ec2::254]/",
        "https://192.168.0.1/",
        "https://a:b@example.com/",
        "javascript:alert(1)",
        "",
    ] {
        let refused = admin.post("/webhooks", json!({ "url": url, "ops": ["card.moved"] })).await;
        let refused = refused.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["code"], "bad_address", "{url}: {refused}");
    }
    // a name gives nothing away until it is asked
    let made = hook(&admin, "https://localhost:8443/x", &["card.moved"]).await;
    let tried = admin.post(&format!("/webhooks/{}/test", id(&made)), json!({})).await.ok();
    assert_eq!((&tried["error"], &tried["status"]), (&json!("refused_address"), &Value::Null));
    for ops in [json!([]), json!(["card.moved", "user.joined"])] {
        let d = json!({ "url": "https://example.com/x", "ops": ops });
        admin.command_refused("tenant", "webhook.create", d, "invalid").await;
    }
}

async fn webhooks_are_for_those_who_manage_them(app: TestApp) {
    let (admin, [rep]) = app.team(["sales"]).await;
    let stranger = app.tenant().await;
    let made = hook(&admin, "https://example.com/x?key=gizli", &["card.moved"]).await;
    rep.get("/webhooks").await.problem(403, "forbidden");
    let d = json!({ "url": "https://example.com/", "ops": ["card.moved"] });
    rep.post("/webhooks", d.clone()).await.problem(403, "forbidden");
    rep.post(&format!("/webhooks/{}/rotate", id(&made)), json!({})).await.problem(403, "forbidden");
    for op in ["webhook.enable", "webhook.disable", "webhook.rotate", "webhook.remove"] {
        let d = json!({ "webhook": made["id"] });
        rep.command_refused("tenant", op, d.clone(), "forbidden").await;
        stranger.command_refused("tenant", op, d, "not_found").await;
    }
    let health = json!({ "webhook": made["id"], "failing": true });
    admin.command_refused("tenant", "webhook.health", health, "forbidden").await;
    // over the socket there is no secret and no whole address, and whoever may not read it hears nothing
    let mut ear = admin.subscribe("tenant").await;
    let by_command = admin.command("tenant", "webhook.create", d).await;
    assert!(by_command["d"]["secret"].is_null() && by_command["d"]["webhook_id"].is_string());
    let saved = ear.event("webhook.saved").await;
    assert_eq!(
        (&saved["d"]["webhook"]["host"], &saved["d"]["webhook"]["url"]),
        (&json!("example.com"), &Value::Null)
    );
    // the same key, the same webhook
    let key = unique("key");
    let body = json!({ "url": "https://example.com/once", "ops": ["card.moved"] });
    let mut made = Vec::new();
    for _ in 0..2 {
        let request =
            admin.request(reqwest::Method::POST, "/webhooks").header("idempotency-key", &key);
        made.push(admin.send(request.json(&body)).await.ok());
    }
    assert_eq!(made[0], made[1]);
    admin.command("tenant", "webhook.remove", json!({ "webhook": made[0]["id"] })).await;
    admin.get(&format!("/webhooks/{}/deliveries", id(&made[0]))).await.problem(404, "not_found");
}

//! What a series of appointments sets off: rules and webhooks hear of each of it, and nobody is told a thing twice.
use chrono::Duration;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{Kind, Settings, TestApp, User, on_both, receiver::Receiver, with_both};

use crate::agenda::{always_open, book, monday, wire};
use crate::rules::{alone, rule, runs};

on_both!(
    each_of_a_series_is_to_be_confirmed_and_its_customer_is_told_once,
    a_long_series_does_not_use_up_a_rules_day,
    an_old_rule_that_does_nothing_for_each_has_one_run,
);
with_both!(webhooks_hear_of_each_of_a_series);

/// So many Mondays with a customer; their ids.
async fn weekly(admin: &User, person: &User, customer: &str, count: usize) -> Vec<String> {
    let d = json!({ "customer_id": customer, "starts_at": wire(monday(9)), "people": [person.id()],
                    "repeat": { "rrule": "FREQ=WEEKLY", "count": count } });
    let made = admin.command("agenda", "appointment.book", d).await;
    let ids = made["d"]["appointment_ids"].as_array().expect("ids").iter();
    ids.map(|id| id.as_str().expect("an id").to_owned()).collect()
}

/// The appointments that open reminders are about, and when they are due, sorted.
async fn reminded(person: &User) -> Vec<(String, String)> {
    let page = person.get("/reminders?state=open").await.ok();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = page["items"].as_array().cloned().expect("reminders");
    let mut all: Vec<_> =
        items.iter().map(|one| (text(&one["due_at"]), text(&one["appointment_id"]))).collect();
    all.sort_unstable();
    all
}

async fn each_of_a_series_is_to_be_confirmed_and_its_customer_is_told_once(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    always_open(&admin).await;
    alone(&admin).await;
    let who = format!("user:{}", ayse.id());
    let confirm = json!([
        { "do": "remind", "minutes": 1_440, "from": "appointment", "who": who, "text": "Teyit" },
        { "do": "remind", "minutes": 5, "who": who, "text": "Hoş geldin" },
        { "do": "tag", "add": ["randevulu"] },
        { "do": "notify", "who": who, "text": "Randevu var" },
    ]);
    let booked = json!({ "op": "appointment.booked" });
    let confirms = rule(&admin, booked.clone(), json!([]), confirm.clone()).await;
    let tag = json!([{ "do": "tag", "add": ["vazgeçti"] }]);
    let tags = rule(&admin, json!({ "op": "appointment.cancelled" }), json!([]), tag).await;
    let customer = admin.customer("Işık Ltd.", json!({})).await;

    let ids = weekly(&admin, &ayse, &customer, 3).await;

    let acted = runs(&admin, &confirms, 3).await;
    assert!(acted.iter().all(|run| run["state"] == "ran"), "{acted:?}");
    let mut codes: Vec<String> = acted
        .iter()
        .map(|run| run["results"].as_array().expect("results").iter())
        .map(|done| {
            done.map(|one| one["code"].as_str().unwrap_or("-")).collect::<Vec<_>>().join(" ")
        })
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, ["- - - -", "- series series series", "- series series series"]);
    let due = |n: i64| wire(monday(9) + Duration::days(7 * n - 1));
    let expected: Vec<_> = ids.iter().zip(0..).map(|(id, n)| (due(n), id.clone())).collect();
    let mut open = reminded(&ayse).await;
    assert_eq!(open.len(), 4, "{open:?}");
    open.retain(|one| expected.contains(one));
    assert_eq!(open, expected);
    let told = ayse.get("/notifications").await.ok();
    let of_rules = told["items"].as_array().expect("notices").iter();
    assert_eq!(of_rules.filter(|one| one["kind"] == "rule").count(), 1, "{told}");
    let page = admin.get(&format!("/customers/{customer}/timeline?limit=200")).await.ok();
    let lines = |op: &str| {
        page["items"].as_array().expect("lines").iter().filter(|one| one["op"] == op).count()
    };
    assert_eq!((lines("appointment.booked"), lines("rule.ran")), (1, 1), "{page}");
    let asked = json!({ "rule": { "trigger": booked, "conditions": [], "actions": confirm } });
    let would = admin.post("/rules/preview", asked).await.ok();
    assert_eq!(would["would_have_fired"], 3, "{would}");

    // what is called off need not be confirmed, and is called off once
    let off = json!({ "appointment": ids[1], "reason": "Tatil", "scope": "following" });
    admin.command("agenda", "appointment.cancel", off).await;
    runs(&admin, &tags, 1).await;
    let mut open = reminded(&ayse).await;
    open.retain(|one| expected.contains(one));
    assert_eq!(open, expected[..1]);
    assert_eq!(runs(&admin, &tags, 1).await.len(), 1);
}

async fn a_long_series_does_not_use_up_a_rules_day(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    always_open(&admin).await;
    alone(&admin).await;
    let who = format!("user:{}", ayse.id());
    let remind = json!([{ "do": "remind", "minutes": 60, "from": "appointment", "who": who, "text": "Teyit" }]);
    let id = rule(&admin, json!({ "op": "appointment.booked" }), json!([]), remind).await;
    let customer = admin.customer("Işık Ltd.", json!({})).await;

    weekly(&admin, &ayse, &customer, 25).await;
    let all = runs(&admin, &id, 25).await;
    assert!(all.iter().all(|run| run["state"] == "ran"), "{all:?}");
    let d =
        json!({ "customer_id": customer, "starts_at": wire(monday(14)), "people": [ayse.id()] });
    book(&admin, d).await;

    let all = runs(&admin, &id, 26).await;
    assert!(all.iter().all(|run| run["state"] == "ran"), "{:?}", all[0]);
    assert_eq!(reminded(&ayse).await.len(), 26);
}

async fn webhooks_hear_of_each_of_a_series(kind: Kind) {
    let settings = Settings::default().with("webhooks.allow_private", true);
    let app = TestApp::start_with(kind, settings).await;
    let (admin, [ayse]) = app.team(["sales"]).await;
    always_open(&admin).await;
    alone(&admin).await;
    let receiver = Receiver::start().await;
    let ops = ["appointment.booked", "appointment.moved", "appointment.cancelled"];
    admin.post("/webhooks", json!({ "url": receiver.url, "ops": ops })).await.ok();
    let customer = admin.customer("Işık Ltd.", json!({})).await;

    let ids = weekly(&admin, &ayse, &customer, 4).await;
    let later = json!({ "appointment": ids[1], "scope": "following",
                        "starts_at": wire(monday(11) + Duration::days(7)) });
    admin.command("agenda", "appointment.move", later).await;
    let off = json!({ "appointment": ids[2], "reason": "Tatil", "scope": "following" });
    admin.command("agenda", "appointment.cancel", off).await;

    let mut heard: Vec<(String, String)> = receiver
        .heard(4 + 3 + 2)
        .await
        .iter()
        .map(|call| {
            let about = call.body["d"]["appointment"]["id"].as_str().expect("an id");
            (call.header("nabiz-event").to_owned(), about.to_owned())
        })
        .collect();
    heard.sort_unstable();
    let mut expected: Vec<(String, String)> = Vec::new();
    for (op, from) in ops.into_iter().zip([0, 1, 2]) {
        expected.extend(ids[from..].iter().map(|id| (op.to_owned(), id.clone())));
    }
    expected.sort_unstable();
    assert_eq!(heard, expected);
    app.database().drop_now().await;
}

async fn an_old_rule_that_does_nothing_for_each_has_one_run(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    always_open(&admin).await;
    alone(&admin).await;
    let booked = json!({ "op": "appointment.booked" });
    let tag = json!([{ "do": "tag", "add": ["randevulu"] }]);
    let tags = rule(&admin, booked.clone(), json!([]), tag).await;
    let who = format!("user:{}", ayse.id());
    let remind = json!([{ "do": "remind", "minutes": 60, "from": "appointment", "who": who, "text": "Teyit" }]);
    let reminds = rule(&admin, booked, json!([]), remind).await;
    // written down before a rule said whether it does something for each
    let db = app.database().connect().await;
    let old = match app.database().kind {
        Kind::Sqlite => "UPDATE watch SET detail = json_remove(detail, '$.of_each')",
        Kind::Postgres => "UPDATE watch SET detail = detail - 'of_each'",
    };
    db.execute_unprepared(old).await.expect("an old rule");
    let _ = db.close().await; // PostgreSQL drops no database that is in use
    let customer = admin.customer("Işık Ltd.", json!({})).await;

    weekly(&admin, &ayse, &customer, 3).await;

    runs(&admin, &reminds, 3).await;
    assert_eq!(runs(&admin, &tags, 1).await.len(), 1);
}

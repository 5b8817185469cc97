//! What the list says of a rule's week, and a removal that is taken back.
use chrono::{Duration, Utc};
use serde_json::{Value, json};
use tests::{Subscriber, TestApp, on_both};

use crate::agenda::{always_open, book, monday, wire};
use crate::rules::{alone, rule, runs};
use crate::webhooks::hurry;

on_both!(
    a_failing_rule_is_told_from_a_sound_one,
    a_visit_that_is_over_needs_no_reminder_and_is_no_failure,
    a_removed_rule_comes_back_as_it_was,
    a_preview_asks_of_the_card_that_moved,
    a_rule_that_waited_looks_at_the_appointment_as_it_is_now,
    who_looks_at_rules_hears_that_they_worked,
);

async fn a_failing_rule_is_told_from_a_sound_one(app: TestApp) {
    let admin = app.tenant().await;
    alone(&admin).await;
    let created = || json!({ "op": "customer.created" });
    let remind = json!([{ "do": "remind", "minutes": 5, "text": "x", "who": "owner" }]);
    let failing = rule(&admin, created(), json!([]), remind).await;
    let tag = json!([{ "do": "tag", "add": ["yeni"] }]);
    let sound = rule(&admin, created(), json!([]), tag).await;
    admin.customer("Kimsesiz", json!({})).await;
    runs(&admin, &failing, 1).await;
    runs(&admin, &sound, 1).await;

    let listed = admin.get("/rules").await.ok();
    let of = |id: &str| listed["items"].as_array().expect("rules").iter().find(|r| r["id"] == id);
    let (failing, sound) = (of(&failing).expect("listed"), of(&sound).expect("listed"));
    assert_eq!((&failing["runs_week"], &failing["failed_week"]), (&json!(1), &json!(1)));
    assert_eq!(failing["last_failed_at"], failing["last_run_at"], "{failing}");
    assert_eq!((&sound["runs_week"], &sound["failed_week"]), (&json!(1), &json!(0)));
    assert_eq!(sound["last_failed_at"], Value::Null);
}

async fn a_visit_that_is_over_needs_no_reminder_and_is_no_failure(app: TestApp) {
    let admin = app.tenant().await;
    alone(&admin).await;
    always_open(&admin).await;
    let confirm = json!([{ "do": "remind", "minutes": 1440, "from": "appointment", "text": "x", "who": "owner" }]);
    let id = rule(&admin, json!({ "op": "appointment.booked" }), json!([]), confirm).await;
    let customer = admin.customer("Dün gelen", json!({ "owners": [admin.id()] })).await;
    let visit = |start| {
        json!({ "customer_id": customer, "title": "Ziyaret", "people": [admin.id()],
                                "starts_at": wire(start), "ends_at": wire(start + Duration::minutes(30)) })
    };
    book(&admin, visit(Utc::now() - Duration::days(1))).await;
    book(&admin, visit(Utc::now() + Duration::days(3))).await;

    let all = runs(&admin, &id, 2).await;

    let ends: Vec<_> = all.iter().map(|run| (&run["state"], &run["results"][0]["code"])).collect();
    assert!(all.iter().all(|run| run["state"] == "ran"), "{all:?}");
    assert_eq!(ends.iter().filter(|(_, code)| **code == "over").count(), 1, "{all:?}");
    assert_eq!(app.database().count("reminder").await, 1);
    assert_eq!(admin.get("/rules").await.ok()["items"][0]["failed_week"], 0);
}

async fn a_removed_rule_comes_back_as_it_was(app: TestApp) {
    let admin = app.tenant().await;
    let stranger = app.tenant().await;
    alone(&admin).await;
    let trigger = json!({ "op": "customer.created" });
    let tag = json!([{ "do": "tag", "add": ["yeni"] }]);
    let id = rule(&admin, trigger, json!([]), tag).await;
    admin.customer("Önceki", json!({})).await;
    runs(&admin, &id, 1).await;

    let named = || json!({ "rule": id });
    admin.command("tenant", "rule.remove", named()).await;
    stranger.command_refused("tenant", "rule.restore", named(), "not_found").await;
    let mut ear = admin.subscribe("tenant").await;
    admin.command("tenant", "rule.restore", named()).await;
    let back = ear.event("rule.saved").await["d"]["rule"].clone();
    assert_eq!((&back["id"], &back["enabled"]), (&json!(id), &json!(true)), "{back}");

    // it waits again, and its record goes on
    admin.customer("Sonraki", json!({})).await;
    assert_eq!(runs(&admin, &id, 2).await.len(), 2);

    // what was off stays off
    admin.command("tenant", "rule.disable", named()).await;
    admin.command("tenant", "rule.remove", named()).await;
    admin.command("tenant", "rule.restore", named()).await;
    let listed = admin.get("/rules").await.ok();
    assert_eq!(listed["items"][0]["enabled"], false, "{listed}");
}

async fn a_rule_that_waited_looks_at_the_appointment_as_it_is_now(app: TestApp) {
    let admin = app.tenant().await;
    alone(&admin).await;
    always_open(&admin).await;
    let confirm = json!([{ "do": "remind", "minutes": 1440, "from": "appointment", "text": "x", "who": "owner" }]);
    let d = json!({ "name": "Bekler", "trigger": { "op": "appointment.booked" }, "actions": confirm,
                    "delay_minutes": 30 });
    let made = admin.command("tenant", "rule.create", d).await;
    let rule = made["d"]["rule_id"].as_str().expect("a rule's id").to_owned();
    let customer = admin.customer("Bekleyen", json!({ "owners": [admin.id()] })).await;
    let start = monday(9);
    let visit = |hours| json!({ "customer_id": customer, "starts_at": wire(start + Duration::hours(hours)) });
    book(&admin, visit(0)).await;
    let gone = book(&admin, visit(2)).await;
    let moved = book(&admin, visit(4)).await;
    let d = json!({ "appointment": gone, "reason": "Vazgeçti" });
    admin.command("agenda", "appointment.cancel", d).await;
    let d = json!({ "appointment": moved, "starts_at": wire(start + Duration::days(3)) });
    admin.command("agenda", "appointment.move", d).await;

    hurry(&app).await;
    let all = runs(&admin, &rule, 3).await;

    let over = all.iter().filter(|run| run["results"][0]["code"] == "over").count();
    assert_eq!(over, 1, "{all:?}");
    let open = admin.get("/reminders?assignee=me").await.ok();
    let due: Vec<&Value> =
        open["items"].as_array().expect("items").iter().map(|one| &one["due_at"]).collect();
    assert_eq!(
        due,
        [&json!(wire(start - Duration::days(1))), &json!(wire(start + Duration::days(2)))]
    );
}

async fn a_preview_asks_of_the_card_that_moved(app: TestApp) {
    let admin = app.tenant().await;
    alone(&admin).await;
    let first = admin.default_board().await;
    let d = json!({ "name": "İkinci", "stages": [{ "name": "Giriş" }, { "name": "Devam" }] });
    let second = admin.command("tenant", "board.create", d).await["d"]["board_id"].clone();
    let customer = admin.customer("İki kartlı", json!({})).await;
    let trigger = || json!({ "op": "card.moved" });
    let dear = || json!([{ "field": "card.amount", "is": "more", "value": 100_000 }]);
    let tag = json!([{ "do": "tag", "add": ["pahalı"] }]);
    let rule = rule(&admin, trigger(), dear(), tag).await;
    let amount = |minor: i64| json!({ "minor": minor, "currency": "TRY" });
    let d =
        json!({ "customer_id": customer, "stage": first.first_stage(), "amount": amount(500_000) });
    let moved = admin.command(&first.topic, "card.create", d).await["d"]["card_id"].clone();
    // the newer card is not the one that moves
    let topic = format!("board:{}", second.as_str().expect("a board"));
    let d = json!({ "customer_id": customer, "amount": amount(100) });
    admin.command(&topic, "card.create", d).await;
    let d = json!({ "card": moved, "to_stage": first.stage("Kapora") });
    admin.command(&first.topic, "card.move", d).await;

    let ran = runs(&admin, &rule, 1).await;
    assert_eq!(ran[0]["state"], "ran", "{ran:?}");
    let ask = json!({ "rule": { "trigger": trigger(), "conditions": dear(), "actions": [] } });
    let preview = admin.post("/rules/preview", ask).await.ok();
    assert_eq!(preview["would_have_fired"], 1, "{preview}");
}

async fn who_looks_at_rules_hears_that_they_worked(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    alone(&admin).await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Ahmet").await;
    let tag = json!([{ "do": "tag", "add": ["x"] }]);
    let acts = rule(&admin, json!({ "op": "card.moved" }), json!([]), tag.clone()).await;
    let never = json!([{ "field": "customer.name", "is": "is", "value": "Mehmet" }]);
    let skips = rule(&admin, json!({ "op": "card.moved" }), never, tag).await;
    let mut screen = admin.subscribe("rules").await;

    let d = json!({ "card": card, "to_stage": board.stage("Randevu") });
    admin.command(&board.topic, "card.move", d).await;

    let mut waiting: Vec<&str> = vec![&acts, &skips];
    while !waiting.is_empty() {
        let told = screen.event("rule.worked").await;
        let rules = told["d"]["rules"].as_array().expect("rules").clone();
        waiting.retain(|id| !rules.contains(&json!(id)));
    }
    assert_eq!(runs(&admin, &acts, 1).await[0]["state"], "ran");
    assert_eq!(runs(&admin, &skips, 1).await[0]["reason"], "conditions");
    let d = json!({ "rules": [acts] });
    admin.command_refused("rules", "rule.tell", d, "forbidden").await;
    let mut other = Subscriber::connect(&ayse, json!({})).await;
    let refused = other.sub("rules", json!({})).await;
    assert_eq!((&refused["t"], &refused["code"]), (&json!("err"), &json!("forbidden")));
}

//! Rules from outside: what happens by itself, in whose name, how often, and why it did not.
use std::time::Duration;

use serde_json::{Value, json};
use tests::{TestApp, User, on_both, unique, within};

on_both!(
    a_rule_acts_in_its_own_name_and_is_on_record,
    what_is_not_meant_is_skipped_with_a_reason,
    rules_that_chase_each_other_stop,
    rules_are_for_those_who_manage_them,
    what_is_no_rule_is_refused_by_field,
    a_preview_counts_what_would_have_been,
    a_run_is_shown_only_to_who_sees_the_customer,
    the_products_rules_are_there_once,
    what_a_rule_cannot_do_is_said,
);

/// A rule of these parts; its id.
pub(crate) async fn rule(
    admin: &User,
    trigger: Value,
    conditions: Value,
    actions: Value,
) -> String {
    let d = json!({ "name": unique("kural"), "trigger": trigger, "conditions": conditions, "actions": actions });
    let made = admin.command("tenant", "rule.create", d).await;
    made["d"]["rule_id"].as_str().expect("a rule's id").to_owned()
}

/// Puts the product's own rules away, so that a test has only its own.
pub(crate) async fn alone(admin: &User) {
    for one in admin.get("/rules").await.ok()["items"].as_array().expect("rules") {
        admin.command("tenant", "rule.remove", json!({ "rule": one["id"] })).await;
    }
}

/// Waits until a rule has this many runs that are over; newest first.
pub(crate) async fn runs(admin: &User, rule: &str, count: usize) -> Vec<Value> {
    within(Duration::from_secs(15), "runs", || async {
        let page = admin.get(&format!("/rules/{rule}/runs?limit=200")).await.ok();
        let all = page["items"].as_array().cloned().unwrap_or_default();
        let over = all.iter().filter(|run| !run["finished_at"].is_null()).count();
        if over >= count { Ok(all) } else { Err(page) }
    })
    .await
}

/// State and reason of each, sorted: `skipped loop`.
fn states(runs: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let line = |run: &Value| format!("{} {}", text(&run["state"]), text(&run["reason"]));
    let mut all: Vec<String> = runs.iter().map(|run| line(run).trim().to_owned()).collect();
    all.sort_unstable();
    all
}

async fn a_rule_acts_in_its_own_name_and_is_on_record(app: TestApp) {
    let (admin, [mehmet]) = app.team(["sales"]).await;
    alone(&admin).await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Işık Ltd.").await;
    let customer = board.read(&admin).await.cards[&card]["customer_id"].clone();
    let customer = customer.as_str().expect("an id");
    let id = rule(
        &admin,
        json!({ "op": "card.moved", "stage": board.stage("Randevu") }),
        json!([{ "field": "customer.name", "is": "has", "value": "ışık" }]),
        json!([
            { "do": "tag", "add": ["sıcak"] },
            { "do": "assign", "to": format!("user:{}", mehmet.id()) },
            { "do": "remind", "minutes": 30, "text": "{name} aranacak", "kind": "call", "who": "owner" },
            { "do": "notify", "who": "owners", "text": "{name} randevuda" },
        ]),
    )
    .await;
    let mut screen = mehmet.subscribe(&format!("customer:{customer}")).await;
    let mut own = mehmet.subscribe("me").await;

    let d = json!({ "card": card, "to_stage": board.stage("Randevu") });
    admin.command(&board.topic, "card.move", d).await;

    let author = format!("rule:{id}");
    let tagged = screen.event("customer.tagged").await;
    assert_eq!((tagged["by"].as_str(), &tagged["d"]["add"]), (Some(&*author), &json!(["sıcak"])));
    assert_eq!(screen.event("customer.assigned").await["d"]["owners"], json!([mehmet.id()]));
    let ran = screen.event("rule.ran").await;
    assert_eq!((&ran["d"]["rule"], ran["by"].as_str()), (&json!(id), Some(&*author)));
    let told = own
        .next_where("the notice", |f| {
            f["op"] == "notification.added" && f["d"]["notification"]["kind"] == "rule"
        })
        .await;
    assert_eq!(told["d"]["notification"]["d"]["text"], "Işık Ltd. randevuda");

    let run = &runs(&admin, &id, 1).await[0];
    assert_eq!(
        (&run["state"], &run["customer_name"]),
        (&json!("ran"), &json!("Işık Ltd.")),
        "{run}"
    );
    let done = run["results"].as_array().expect("results");
    assert!(done.len() == 4 && done.iter().all(|one| one["ok"] == true), "{run}");
    assert_eq!(done[1]["user"], json!(mehmet.id()));
    let reminders = mehmet.get("/reminders?state=open").await.ok();
    assert_eq!(reminders["items"][0]["text"], "Işık Ltd. aranacak", "{reminders}");
    let listed = admin.get("/rules").await.ok();
    assert_eq!(listed["items"][0]["runs_week"], 1, "{listed}");
}

async fn what_is_not_meant_is_skipped_with_a_reason(app: TestApp) {
    let admin = app.tenant().await;
    alone(&admin).await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Ahmet").await;
    let tag = json!([{ "do": "tag", "add": ["x"] }]);
    let other = json!([{ "field": "customer.quality", "is": "is", "value": ["A", "B"] }]);
    let unmet = rule(&admin, json!({ "op": "card.moved" }), other, tag.clone()).await;
    let narrow = json!({ "op": "card.moved", "stage": board.stage("Kapora") });
    let narrowed = rule(&admin, narrow, json!([]), tag.clone()).await;
    let off = rule(&admin, json!({ "op": "card.moved" }), json!([]), tag).await;
    admin.command("tenant", "rule.disable", json!({ "rule": off })).await;

    let d = json!({ "card": card, "to_stage": board.stage("Randevu") });
    admin.command(&board.topic, "card.move", d).await;

    assert_eq!(states(&runs(&admin, &unmet, 1).await), ["skipped conditions"]);
    for quiet in [narrowed, off] {
        assert_eq!(admin.get(&format!("/rules/{quiet}/runs")).await.ok()["items"], json!([]));
    }
    let none = admin.get(&format!("/rules/{unmet}/runs?state=ran")).await.ok();
    assert_eq!(none["items"], json!([]));
    admin.get(&format!("/rules/{unmet}/runs?state=gone")).await.problem(422, "invalid");
}

async fn rules_that_chase_each_other_stop(app: TestApp) {
    let admin = app.tenant().await;
    alone(&admin).await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Ahmet").await;
    let (here, there) = (board.stage("Potansiyel"), board.stage("Randevu"));
    let to = |stage: &str| json!([{ "do": "move_card", "stage": stage }]);
    let on = |stage: &str| json!({ "op": "card.moved", "stage": stage });
    let back = rule(&admin, on(there), json!([]), to(here)).await;
    let forth = rule(&admin, on(here), json!([]), to(there)).await;

    admin.command(&board.topic, "card.move", json!({ "card": card, "to_stage": there })).await;

    let backs = runs(&admin, &back, 2).await;
    assert_eq!(states(&backs), ["ran", "skipped loop"]);
    let forths = runs(&admin, &forth, 1).await;
    assert_eq!(states(&forths), ["ran"]);
    assert_eq!(forths[0]["depth"], 2);
    assert_eq!(board.read(&admin).await.cards[&card]["stage_id"], there);
}

async fn rules_are_for_those_who_manage_them(app: TestApp) {
    let (admin, [rep]) = app.team(["sales"]).await;
    let stranger = app.tenant().await;
    let tag = json!([{ "do": "tag", "add": ["x"] }]);
    let id = rule(&admin, json!({ "op": "card.moved" }), json!([]), tag.clone()).await;
    rep.get("/rules").await.problem(403, "forbidden");
    rep.get(&format!("/rules/{id}/runs")).await.problem(403, "forbidden");
    rep.command_refused("tenant", "rule.disable", json!({ "rule": id }), "forbidden").await;
    stranger.get(&format!("/rules/{id}/runs")).await.problem(404, "not_found");
    for op in ["rule.enable", "rule.disable", "rule.remove"] {
        stranger.command_refused("tenant", op, json!({ "rule": id }), "not_found").await;
    }
    // the server's own work is nobody's to order
    let order = json!({ "customer": id, "to": "round_robin:all", "replace": true });
    admin.command_refused("tenant", "rule.assign", order, "forbidden").await;
    admin.command_refused("tenant", "rule.defaults", json!({}), "forbidden").await;

    let command = unique("cmd");
    let d = json!({ "name": "Bir kez", "trigger": { "op": "card.moved" }, "actions": tag });
    let first = admin.try_command_as(&command, "tenant", "rule.create", d.clone()).await;
    let second = admin.try_command_as(&command, "tenant", "rule.create", d).await;
    assert_eq!((&second["dup"], &second["d"]), (&json!(true), &first["d"]), "{first} {second}");

    let mut ear = admin.subscribe("tenant").await;
    let update = json!({ "rule": id, "name": "Yeni ad" });
    admin.command("tenant", "rule.update", update).await;
    let saved = ear.event("rule.saved").await;
    assert_eq!(
        (&saved["d"]["rule"]["name"], &saved["d"]["rule"]["version"]),
        (&json!("Yeni ad"), &json!(2))
    );
    let old = json!({ "id": unique("c"), "topic": "tenant", "op": "rule.update",
                      "d": { "rule": id, "name": "Geç" }, "if": { "ver": 1 } });
    let late = admin.post("/commands", old).await.ok();
    assert_eq!(late["results"][0]["error"]["reason"], "version_conflict", "{late}");
    let mut order: Vec<Value> = admin.get("/rules").await.ok()["items"]
        .as_array()
        .expect("rules")
        .iter()
        .map(|rule| rule["id"].clone())
        .collect();
    order.reverse();
    admin.command("tenant", "rule.reorder", json!({ "order": order })).await;
    let listed = admin.get("/rules").await.ok();
    assert_eq!(listed["items"][0]["id"], order[0]);
    admin.command_refused("tenant", "rule.reorder", json!({ "order": [id] }), "invalid").await;
}

async fn what_is_no_rule_is_refused_by_field(app: TestApp) {
    let admin = app.tenant().await;
    let foreign = app.tenant().await.default_board().await;
    let tag = json!([{ "do": "tag", "add": ["x"] }]);
    let op = json!({ "op": "card.moved" });
    let nobody = "user:0190aaaa-0000-7000-8000-000000000000";
    for (trigger, conditions, actions, field) in [
        (json!({ "op": "card.burnt" }), json!([]), tag.clone(), "trigger.op"),
        (
            json!({ "op": "card.moved", "board": foreign.id }),
            json!([]),
            tag.clone(),
            "trigger.board",
        ),
        (op.clone(), json!([]), json!([]), "actions"),
        (
            op.clone(),
            json!([]),
            json!([{ "do": "move_card", "stage": foreign.first_stage() }]),
            "actions.0.stage",
        ),
        (op.clone(), json!([]), json!([{ "do": "assign", "to": nobody }]), "actions.0.to"),
        (
            op.clone(),
            json!([]),
            json!([{ "do": "mail", "to": "a@b.example", "subject": "x", "body": "y" }]),
            "actions.0.to",
        ),
        (
            op.clone(),
            json!([]),
            json!([{ "do": "notify", "who": nobody, "text": "x" }]),
            "actions.0.who",
        ),
        (
            op.clone(),
            json!([{ "field": "customer.secret", "is": "empty" }]),
            tag.clone(),
            "conditions.0.field",
        ),
        (
            op.clone(),
            json!([{ "field": "card.amount", "is": "more", "value": "çok" }]),
            tag.clone(),
            "conditions.0.value",
        ),
    ] {
        let d = json!({ "name": "Olmaz", "trigger": trigger, "conditions": conditions, "actions": actions });
        let refused = admin.command_refused("tenant", "rule.create", d, "invalid").await;
        assert_eq!(refused["error"]["errors"][0]["field"], field, "{refused}");
    }
    for actions in [
        json!([{ "do": "explode" }]),
        json!([{ "do": "tag", "add": ["x"], "also": 1 }]),
        json!("x"),
    ] {
        let d = json!({ "name": "Olmaz", "trigger": op, "actions": actions });
        admin.command_refused("tenant", "rule.create", d, "invalid").await;
    }
    let many: Vec<Value> = (0..11).map(|_| tag[0].clone()).collect();
    let d = json!({ "name": "Çok", "trigger": op, "actions": many });
    admin.command_refused("tenant", "rule.create", d, "invalid").await;
}

async fn a_preview_counts_what_would_have_been(app: TestApp) {
    let (admin, [rep]) = app.team(["sales"]).await;
    let board = admin.default_board().await;
    for name in ["Ali", "Veli", "Selami"] {
        let card = board.card(&admin, "Potansiyel", name).await;
        let d = json!({ "card": card, "to_stage": board.stage("Kapora") });
        admin.command(&board.topic, "card.move", d).await;
    }
    let ask = |trigger: Value, conditions: Value| json!({ "rule": { "trigger": trigger, "conditions": conditions, "actions": [] } });
    let trigger = json!({ "op": "card.moved", "stage": board.stage("Kapora") });
    let all = admin.post("/rules/preview", ask(trigger.clone(), json!([]))).await.ok();
    assert_eq!(
        (&all["would_have_fired"], &all["days"], &all["capped"]),
        (&json!(3), &json!(7), &json!(false))
    );
    assert_eq!(all["examples"][0]["customer_name"], "Selami", "{all}");
    let one = json!([{ "field": "customer.name", "is": "is", "value": "veli" }]);
    let one = admin.post("/rules/preview", ask(trigger.clone(), one)).await.ok();
    assert_eq!(one["would_have_fired"], 1, "{one}");
    let none = json!({ "op": "card.moved", "stage": board.stage("Randevu") });
    let none = admin.post("/rules/preview", ask(none, json!([]))).await.ok();
    assert_eq!(none["would_have_fired"], 0);
    admin
        .post("/rules/preview", ask(json!({ "op": "x" }), json!([])))
        .await
        .problem(422, "invalid");
    rep.post("/rules/preview", ask(trigger, json!([]))).await.problem(403, "forbidden");
}

async fn a_run_is_shown_only_to_who_sees_the_customer(app: TestApp) {
    let (admin, [chief]) = app.team(["manager"]).await;
    alone(&admin).await;
    let tag = json!([{ "do": "tag", "add": ["x"] }]);
    let id = rule(&admin, json!({ "op": "customer.created" }), json!([]), tag).await;
    admin.customer("Saklı", json!({})).await;
    admin.customer("Açık", json!({ "owners": [chief.id()] })).await;
    runs(&admin, &id, 2).await;
    admin.patch("/roles/manager", json!({ "visibility": "own" })).await.ok();
    let seen = within(Duration::from_secs(5), "the narrowed list", || async {
        let page = chief.get(&format!("/rules/{id}/runs")).await.ok();
        if page["items"].as_array().is_some_and(|all| all.len() == 1) {
            Ok(page)
        } else {
            Err(page)
        }
    })
    .await;
    assert_eq!(seen["items"][0]["customer_name"], "Açık");
    let ask = json!({ "rule": { "trigger": { "op": "customer.created" } } });
    let preview = chief.post("/rules/preview", ask).await.ok();
    assert_eq!(preview["would_have_fired"], 1, "{preview}");
}

async fn the_products_rules_are_there_once(app: TestApp) {
    let admin = app.tenant().await;
    let listed = admin.get("/rules").await.ok();
    let all = listed["items"].as_array().expect("rules");
    assert!(all.len() >= 3 && all.iter().all(|rule| rule["enabled"] == true), "{listed}");
    for key in ["lead_owner", "appointment_confirm", "no_show_follow_up", "deposit_stage"] {
        assert!(all.iter().any(|rule| rule["builtin"] == key), "{key}: {listed}");
    }
    alone(&admin).await;
    assert_eq!(admin.get("/rules").await.ok()["items"], json!([]));
}

async fn what_a_rule_cannot_do_is_said(app: TestApp) {
    let admin = app.tenant().await;
    alone(&admin).await;
    let board = admin.default_board().await;
    let actions = json!([
        { "do": "move_card", "stage": board.stage("Kapora") },
        { "do": "remind", "minutes": 5, "text": "x", "who": "owner" },
        { "do": "mail", "to": "customer", "subject": "Merhaba {name}", "body": "x" },
        { "do": "tag", "add": ["yine de"] },
    ]);
    let id = rule(&admin, json!({ "op": "customer.created" }), json!([]), actions).await;
    let customer = admin.customer("Kartsız", json!({})).await;
    let run = &runs(&admin, &id, 1).await[0];
    let codes: Vec<&str> = run["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|one| one["code"].as_str().unwrap_or("fine"))
        .collect();
    assert_eq!(codes, ["no_card", "no_owner", "no_address", "fine"], "{run}");
    assert_eq!((&run["state"], &run["reason"]), (&json!("failed"), &json!("no_card")));
    let tags = admin.get(&format!("/customers/{customer}")).await.ok()["tags"].clone();
    assert_eq!(tags, json!(["yine de"]));
    // with an address the letter goes out, once
    admin.customer("Adresli", json!({ "emails": ["adresli@ornek.example"] })).await;
    runs(&admin, &id, 2).await;
    let folder = app.database().folder().join("mail");
    let letters = within(Duration::from_secs(10), "the letter", || async {
        let all: Vec<String> = std::fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| std::fs::read_to_string(entry.path()).ok())
            .filter(|text| text.contains("To: adresli@ornek.example"))
            .collect();
        if all.is_empty() { Err("none yet") } else { Ok(all) }
    })
    .await;
    assert!(letters.len() == 1 && letters[0].contains("Subject: Merhaba Adresli"), "{letters:?}");
}

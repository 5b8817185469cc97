//! Activities from outside: opened, answered, cancelled, and for whose eyes.
mod defaults;
mod following;
mod reading;
mod stages;
mod types;

use serde_json::{Value, json};
use tests::{Board, TestApp, User, on_both, unique};

on_both!(
    an_activity_is_open_until_it_has_an_outcome,
    an_outcome_has_what_it_asks_for,
    hidden_customers_have_no_activities,
    activities_follow_a_merge_and_back,
    strange_input_is_refused_by_name,
);

struct Desk {
    admin: User,
    board: Board,
    card: String,
    customer: String,
    topic: String,
}

/// A customer with one card in the first stage.
async fn desk(app: &TestApp) -> Desk {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let d = json!({ "stage": board.first_stage(), "customer": { "name": "Işıl Ağaoğlu" } });
    let made = admin.command(&board.topic, "card.create", d).await["d"].clone();
    let (card, customer) = (text(&made["card_id"]), text(&made["customer_id"]));
    let topic = format!("customer:{customer}");
    // what follows here follows from outcomes alone
    for rule in admin.get("/rules").await.ok()["items"].as_array().expect("rules") {
        admin.command("tenant", "rule.disable", json!({ "rule": rule["id"] })).await;
    }
    let desk = Desk { admin, board, card, customer, topic };
    // a deposit's outcome may lead to its stage by itself
    let effects = json!({ "stage_id": desk.board.stage("Kapora"), "last_contact": true, "notify": "managers" });
    let d =
        json!({ "outcome": desk.outcome("deposit", "received").await["id"], "effects": effects });
    desk.admin.command("tenant", "outcome.update", d).await;
    desk
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

impl Desk {
    async fn outcome(&self, kind: &str, outcome: &str) -> Value {
        let types = self.admin.get("/activity-types").await.ok()["items"].clone();
        let of = |list: &Value, key: &str| {
            list.as_array().expect("a list").iter().find(|one| one["key"] == key).cloned()
        };
        let kind = of(&types, kind).expect("the type");
        of(&kind["outcomes"], outcome).expect("the outcome")
    }

    async fn open(&self, kind: &str) -> String {
        let d = json!({ "type": kind });
        text(&self.admin.command(&self.topic, "activity.open", d).await["d"]["activity_id"])
    }

    async fn close(&self, activity: &str, outcome: &str, fields: Value) -> Value {
        let d = json!({ "activity": activity, "outcome": outcome, "fields": fields });
        self.admin.command(&self.topic, "activity.close", d).await["d"].clone()
    }

    async fn reopen(&self, activity: &str) {
        self.admin.command(&self.topic, "activity.reopen", json!({ "activity": activity })).await;
    }

    async fn card(&self) -> Value {
        self.board.read(&self.admin).await.cards[&self.card].clone()
    }

    async fn seen(&self) -> Value {
        self.admin.get(&format!("/customers/{}", self.customer)).await.ok()
    }
}

fn lira(minor: i64) -> Value {
    json!({ "minor": minor, "currency": "TRY" })
}

/// Field errors of a refused command, sorted.
fn fields(result: &Value) -> Vec<&str> {
    let errors = result["error"]["errors"].as_array().into_iter().flatten();
    let mut named: Vec<&str> = errors.filter_map(|error| error["field"].as_str()).collect();
    named.sort_unstable();
    named
}

async fn an_activity_is_open_until_it_has_an_outcome(app: TestApp) {
    let desk = desk(&app).await;
    let colleague = desk.admin.invite("sales").await;
    let mut screen = colleague.subscribe(&desk.topic).await;
    let id = unique("c");
    let d = json!({ "type": "call", "title": "  Akşam ara ", "assignee": colleague.id(),
        "due_at": "2026-11-25T15:00:00Z" });
    let made = desk.admin.try_command_as(&id, &desk.topic, "activity.open", d.clone()).await;
    let again = desk.admin.try_command_as(&id, &desk.topic, "activity.open", d).await;
    let activity = text(&made["d"]["activity_id"]);
    assert_eq!((&again["d"], &again["dup"]), (&made["d"], &json!(true)), "{again}");
    let opened = screen.event("activity.opened").await["d"]["activity"].clone();
    assert_eq!((&opened["title"], &opened["state"]), (&json!("Akşam ara"), &json!("open")));
    assert_eq!((&opened["card_id"], &opened["version"]), (&json!(desk.card), &json!(1)));
    assert_eq!(opened["opened_by"], desk.admin.id());
    assert_eq!(opened["due_at"], "2026-11-25T15:00:00.000Z");

    let d = json!({ "activity": activity, "body": "Kredi sonucunu sor", "due_at": null });
    colleague.command(&desk.topic, "activity.update", d).await;
    let updated = screen.event("activity.updated").await["d"]["activity"].clone();
    assert_eq!(
        (&updated["body"], &updated["due_at"]),
        (&json!("Kredi sonucunu sor"), &Value::Null)
    );

    desk.close(&activity, "interested", json!({ "note": "Çok istekli" })).await;
    let closed = screen.event("activity.closed").await["d"]["activity"].clone();
    assert_eq!(
        (&closed["state"], &closed["outcome"]),
        (&json!("done"), &json!({ "note": "Çok istekli" }))
    );
    assert!(closed["closed_at"].is_string() && closed["outcome_id"].is_string());
    let d = json!({ "activity": activity, "outcome": "interested" });
    let refused = desk.admin.try_command(&desk.topic, "activity.close", d).await;
    assert_eq!(refused["error"]["reason"], "activity_state", "{refused}");
    assert_eq!(refused["error"]["d"]["state"], "done");

    let other = desk.open("sale").await;
    let d = json!({ "activity": other, "reason": "Yanlışlıkla açıldı" });
    desk.admin.command(&desk.topic, "activity.cancel", d).await;
    let cancelled = screen.event("activity.cancelled").await["d"]["activity"].clone();
    assert_eq!(cancelled["outcome"]["note"], "Yanlışlıkla açıldı");
    desk.reopen(&other).await;
    assert_eq!(screen.event("activity.reopened").await["d"]["activity"]["state"], "open");

    let snapshot = colleague.socket().await.snapshot(&desk.topic).await;
    let states: Vec<&Value> =
        snapshot["d"]["activities"].as_array().unwrap().iter().map(|a| &a["state"]).collect();
    assert_eq!(states, ["open", "done"]);
}

async fn an_outcome_has_what_it_asks_for(app: TestApp) {
    let desk = desk(&app).await;
    let activity = desk.open("sale").await;
    let close = |outcome: &'static str, fields: Value| {
        let d = json!({ "activity": activity, "outcome": outcome, "fields": fields });
        desk.admin.try_command(&desk.topic, "activity.close", d)
    };
    let refused = close("sold", json!({})).await;
    assert_eq!(
        (&refused["error"]["code"], fields(&refused)),
        (&json!("invalid"), vec!["fields.amount"])
    );
    assert_eq!(refused["error"]["errors"][0]["code"], "required");
    let strange = json!({ "amount": { "minor": 1, "currency": "lira" }, "quality": "Z" });
    assert_eq!(fields(&close("sold", strange).await), ["fields.amount", "fields.quality"]);
    assert_eq!(fields(&close("deciding", json!({ "note": "  " })).await), ["fields.date"]);
    assert_eq!(fields(&close("interested", json!({})).await), ["outcome"]);
    assert_eq!(desk.card().await["stage_id"], desk.board.first_stage());
    let kept = close("sold", json!({ "amount": lira(890_000_000), "note": "Peşin" })).await;
    assert_eq!(kept["d"]["moved_to"], desk.board.stage("Satış Tamamlandı"), "{kept}");
}

async fn hidden_customers_have_no_activities(app: TestApp) {
    let desk = desk(&app).await;
    let activity = desk.open("call").await;
    let rep = desk.admin.invite("sales").await;
    desk.admin.patch("/roles/sales", json!({ "visibility": "own" })).await.ok();
    let rep = rep.login().await;
    assert_eq!(rep.get("/activities").await.ok()["items"], json!([]));
    let path = format!("/customers/{}", desk.customer);
    for tail in ["/activities", "/timeline", "/timeline.csv"] {
        let answer = rep.get(&format!("{path}{tail}")).await;
        assert!(matches!(answer.status, 403 | 404), "{tail}: {} {}", answer.status, answer.text);
    }
    for (op, d) in [
        ("activity.open", json!({ "type": "call" })),
        ("activity.update", json!({ "activity": activity, "title": "x" })),
        ("activity.close", json!({ "activity": activity, "outcome": "interested" })),
        ("activity.cancel", json!({ "activity": activity })),
        ("activity.reopen", json!({ "activity": activity })),
    ] {
        rep.command_refused(&desk.topic, op, d, "not_found").await;
    }
    // who would hear nothing of it is given nothing
    for (op, d) in [
        ("activity.open", json!({ "type": "call", "assignee": rep.id() })),
        ("activity.update", json!({ "activity": activity, "assignee": rep.id() })),
    ] {
        let refused = desk.admin.command_refused(&desk.topic, op, d, "invalid").await;
        assert_eq!(refused["error"]["errors"][0]["field"], "assignee", "{refused}");
    }
    // an activity of somebody else's customer, asked for by one's own
    let own = rep.customer("Benim", json!({ "owners": [rep.id()] })).await;
    let d = json!({ "activity": activity, "outcome": "interested" });
    rep.command_refused(&format!("customer:{own}"), "activity.close", d, "not_found").await;
    let d = json!({ "type": "call", "card": desk.card });
    rep.command_refused(&format!("customer:{own}"), "activity.open", d, "invalid").await;
    // and of another house
    let stranger = app.tenant().await;
    let d = json!({ "activity": activity, "outcome": "interested" });
    stranger.command_refused(&desk.topic, "activity.close", d, "not_found").await;
    assert_eq!(stranger.get("/activities").await.ok()["items"], json!([]));
}

async fn activities_follow_a_merge_and_back(app: TestApp) {
    let desk = desk(&app).await;
    let activity = desk.open("call").await;
    let winner = desk.admin.customer("Aynı kişi", json!({})).await;
    let topic = format!("customer:{winner}");
    let merged =
        desk.admin.command(&topic, "customer.merge", json!({ "other": desk.customer })).await;
    let of = |id: &str| {
        let path = format!("/customers/{id}/activities");
        let admin = desk.admin.clone();
        async move { admin.get(&path).await.ok()["items"].as_array().unwrap().len() }
    };
    assert_eq!(of(&winner).await, 1);
    let d = json!({ "activity": activity, "outcome": "interested" });
    desk.admin.command(&topic, "activity.close", d).await;
    let d = json!({ "merge": merged["d"]["merge_id"] });
    desk.admin.command(&topic, "customer.unmerge", d).await;
    assert_eq!((of(&winner).await, of(&desk.customer).await), (0, 1));
}

async fn strange_input_is_refused_by_name(app: TestApp) {
    let desk = desk(&app).await;
    let activity = desk.open("call").await;
    for (op, d, field) in [
        ("activity.open", json!({}), "type"),
        ("activity.open", json!({ "type": "x".repeat(5_000) }), "type"),
        ("activity.open", json!({ "type": "call", "title": "x".repeat(201) }), "title"),
        ("activity.open", json!({ "type": "call", "body": "x".repeat(10_001) }), "body"),
        ("activity.open", json!({ "type": "call", "assignee": desk.customer }), "assignee"),
        ("activity.open", json!({ "type": "call", "card": desk.customer }), "card"),
        ("activity.open", json!({ "type": "call", "due_at": "0001-01-01T00:00:00Z" }), "due_at"),
        ("activity.open", json!({ "type": "call", "colour": 1 }), "colour"),
        ("activity.update", json!({ "activity": activity, "title": " " }), "title"),
        ("activity.close", json!({ "activity": activity }), "outcome"),
        ("activity.cancel", json!({ "activity": activity, "reason": "a\u{0}b" }), "reason"),
    ] {
        let refused = desk.admin.command_refused(&desk.topic, op, d, "invalid").await;
        assert_eq!(fields(&refused), [field], "{op}: {refused}");
    }
    let d = json!({ "activity": desk.customer, "outcome": "interested" });
    desk.admin.command_refused(&desk.topic, "activity.close", d, "not_found").await;
    let d = json!({ "activity": activity, "title": "Geç kaldı" });
    let body = json!({ "id": unique("c"), "topic": desk.topic, "op": "activity.update", "d": d, "if": { "ver": 7 } });
    let late = desk.admin.post("/commands", body).await.ok();
    assert_eq!(late["results"][0]["error"]["reason"], "version_conflict", "{late}");
}

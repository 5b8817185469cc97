//! What a stage demands of a card that comes in.
use serde_json::{Value, json};
use tests::{TestApp, on_both};

use super::{desk, fields, lira};

on_both!(a_stage_takes_no_card_without_what_it_demands, many_cards_are_filled_in_at_once,);

async fn a_stage_takes_no_card_without_what_it_demands(app: TestApp) {
    let desk = desk(&app).await;
    let (topic, to) = (desk.board.topic.as_str(), desk.board.stage("Kapora"));
    let mut screen = desk.admin.subscribe(topic).await;
    let wants = json!({ "stage": to, "requires": ["owner", "amount", "lost_reason", "quality"] });
    desk.admin.command(topic, "stage.update", wants).await;
    let updated = screen.event("stage.updated").await["d"]["stage"]["requires"].clone();
    assert_eq!(updated, json!(["amount", "lost_reason", "quality", "owner"]));
    let wrong = json!({ "stage": to, "requires": ["colour"] });
    desk.admin.command_refused(topic, "stage.update", wrong, "invalid").await;

    let go = |fields: Value| {
        let d = json!({ "card": desk.card, "to_stage": to, "fields": fields });
        desk.admin.try_command(topic, "card.move", d)
    };
    let refused = go(json!({ "amount": lira(500) })).await;
    assert_eq!(
        (&refused["error"]["code"], &refused["error"]["reason"]),
        (&json!("invalid"), &json!("fields_required"))
    );
    assert_eq!(refused["error"]["d"]["missing"], json!(["lost_reason", "quality", "owner"]));
    assert_eq!(fields(&refused), ["fields.lost_reason", "fields.owner", "fields.quality"]);
    let strange =
        json!({ "amount": lira(i64::MAX), "lost_reason": "x".repeat(201), "quality": "Q" });
    assert_eq!(
        fields(&go(strange).await),
        ["fields.amount", "fields.lost_reason", "fields.quality"]
    );
    let nobody = json!({ "amount": lira(500), "lost_reason": "Fiyat", "quality": "b",
        "owner": "0190aaaa-0000-7000-8000-000000000000" });
    assert_eq!(fields(&go(nobody).await), ["fields.owner"]);
    assert_eq!(desk.card().await["stage_id"], desk.board.first_stage());

    let all = json!({ "amount": lira(500), "lost_reason": " Fiyat ", "quality": "b", "owner": desk.admin.id() });
    let moved = go(all).await;
    assert_eq!(moved["ok"], true, "{moved}");
    let filled = screen.event("card.updated").await;
    assert_eq!(filled["d"]["card"]["amount"], lira(500));
    let seen = screen.event("card.moved").await;
    assert_eq!((&seen["d"]["to"], &seen["d"]["version"]), (&json!(to), &moved["d"]["version"]));
    let card = desk.card().await;
    assert_eq!((&card["lost_reason"], &card["quality"]), (&json!("Fiyat"), &json!("B")));
    assert_eq!(
        (&card["owners"], &card["version"]),
        (&json!([desk.admin.id()]), &moved["d"]["version"])
    );
    let reasons = desk.admin.get("/lost-reasons").await.ok();
    assert_eq!(reasons["items"], json!([{ "name": "Fiyat", "count": 1 }]));
    // inside the stage nothing is asked; back and in again neither, it is all there
    assert_eq!(go(Value::Null).await["ok"], true);

    let mover = desk.admin.invite("operations").await;
    let narrow = json!({ "permissions": ["boards.view", "customers.view", "cards.move"] });
    desk.admin.patch("/roles/operations", narrow).await.ok();
    let d = json!({ "card": desk.card, "to_stage": desk.board.first_stage(), "fields": { "need": "x" } });
    mover.login().await.command_refused(topic, "card.move", d, "forbidden").await;
    tests::at_rest(&screen, topic);
}

async fn many_cards_are_filled_in_at_once(app: TestApp) {
    let desk = desk(&app).await;
    let (topic, to) = (desk.board.topic.as_str(), desk.board.stage("Takip Edilecek"));
    let other = desk.board.card(&desk.admin, "Potansiyel", "İkinci").await;
    let d = json!({ "card": desk.card, "need": "3+1" });
    desk.admin.command(topic, "card.update", d).await;
    let d = json!({ "stage": to, "requires": ["need"] });
    desk.admin.command(topic, "stage.update", d).await;
    let mut screen = desk.admin.subscribe(topic).await;
    let cards = json!({ "cards": [desk.card, other], "to_stage": to });
    let refused = desk.admin.try_command(topic, "card.move_many", cards.clone()).await;
    assert_eq!(
        refused["error"]["d"],
        json!({ "requires": ["need"], "missing": ["need"], "cards": [other] })
    );
    let mut filled = cards;
    filled["fields"] = json!({ "need": "2+1" });
    desk.admin.command(topic, "card.move_many", filled).await;
    screen.event("card.moved_many").await;
    screen.settle().await;
    let state = desk.board.read(&desk.admin).await;
    assert_eq!(state.cards_in(to), [&desk.card, &other]);
    assert!([&desk.card, &other].iter().all(|card| state.cards[*card]["need"] == "2+1"));
    assert_eq!(tests::at_rest(&screen, topic), state);
}

//! What a new house can do on its first day: a deposit, a sale that is lost.
use std::time::Duration;

use serde_json::{Value, json};
use tests::{TestApp, on_both, within};

use super::{desk, fields, lira, text};
use crate::rules::runs;

on_both!(a_deposit_takes_the_card_along_once, a_deal_is_lost_with_its_reason,);

async fn a_deposit_takes_the_card_along_once(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let d = json!({ "stage": board.first_stage(), "customer": { "name": "Işıl Ağaoğlu" } });
    let made = admin.command(&board.topic, "card.create", d).await["d"].clone();
    let (card, topic) =
        (text(&made["card_id"]), format!("customer:{}", text(&made["customer_id"])));
    let mut screen = admin.subscribe(&board.topic).await;
    let opened = admin.command(&topic, "activity.open", json!({ "type": "deposit" })).await;
    let close = json!({ "activity": opened["d"]["activity_id"], "outcome": "received",
                        "fields": { "amount": lira(25_000_000) } });
    let closed = admin.command(&topic, "activity.close", close).await;
    assert_eq!(closed["d"]["moved_to"], Value::Null, "{closed}");

    let moved = screen.event("card.moved").await;
    assert_eq!(moved["d"]["to"], board.stage("Kapora"));
    let rules = admin.get("/rules").await.ok()["items"].clone();
    let rule = rules.as_array().expect("rules").iter().find(|r| r["builtin"] == "deposit_stage");
    let id = text(&rule.expect("the rule")["id"]);
    assert_eq!(moved["by"], format!("rule:{id}"));
    let ran = runs(&admin, &id, 1).await;
    assert_eq!((&ran[0]["state"], &ran[0]["results"][0]["code"]), (&json!("ran"), &Value::Null));
    screen.settle().await;
    let all = screen.events(&board.topic).into_iter().filter(|ev| ev["op"] == "card.moved");
    assert_eq!(all.count(), 1);
    let state = board.read(&admin).await;
    assert_eq!(state.cards[&card]["amount"], lira(25_000_000));
}

async fn a_deal_is_lost_with_its_reason(app: TestApp) {
    let desk = desk(&app).await;
    let lost = desk.board.stage("Kaybedildi");
    let activity = desk.open("sale").await;
    let d = json!({ "activity": activity, "outcome": "lost", "fields": {} });
    let refused = desk.admin.try_command(&desk.topic, "activity.close", d).await;
    assert_eq!(fields(&refused), ["fields.lost_reason"], "{refused}");
    let done = desk.close(&activity, "lost", json!({ "lost_reason": "Fiyat yüksek" })).await;
    assert_eq!(done["moved_to"], lost);
    let card = desk.card().await;
    assert_eq!((&card["stage_id"], &card["lost_reason"]), (&json!(lost), &json!("Fiyat yüksek")));
    desk.reopen(&activity).await;
    assert_eq!(desk.card().await["stage_id"], desk.board.first_stage());

    // dropped there by hand, the stage asks for the same
    let topic = &desk.board.topic;
    let drop = json!({ "card": desk.card, "to_stage": lost });
    let refused = desk.admin.try_command(topic, "card.move", drop).await;
    assert_eq!(refused["error"]["reason"], "fields_required", "{refused}");
    let d = json!({ "card": desk.card, "to_stage": lost, "fields": { "lost_reason": "Rakip" } });
    desk.admin.command(topic, "card.move", d).await;
    let reasons = within(Duration::from_secs(5), "the reason", || async {
        let list = desk.admin.get("/lost-reasons").await.ok();
        if list["items"] == json!([]) { Err(list) } else { Ok(list) }
    })
    .await;
    assert_eq!(reasons["items"], json!([{ "name": "Rakip", "count": 1 }]));
}

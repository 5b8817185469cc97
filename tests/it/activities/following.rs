//! What follows from an outcome, and how it is taken back.
use serde_json::{Value, json};
use tests::{TestApp, on_both};

use super::{desk, lira, text};

on_both!(
    what_follows_from_an_outcome_is_taken_back,
    what_somebody_changed_since_stays,
    an_outcome_reminds_and_tells,
    a_reminder_that_somebody_made_is_not_taken_back,
    an_outcome_obeys_the_stage_it_leads_to,
);

async fn what_follows_from_an_outcome_is_taken_back(app: TestApp) {
    let desk = desk(&app).await;
    // somebody above and somebody below, so that the old place can be told from the end
    let above = desk.board.card(&desk.admin, "Potansiyel", "Üstteki").await;
    let below = desk.board.card(&desk.admin, "Potansiyel", "Alttaki").await;
    let d = json!({ "card": desk.card, "to_stage": desk.board.first_stage(), "after": above });
    desk.admin.command(&desk.board.topic, "card.move", d).await;
    let (before, seen) = (desk.card().await, desk.seen().await);
    let mut screen = desk.admin.subscribe(&desk.board.topic).await;

    let activity = desk.open("deposit").await;
    let done = desk.close(&activity, "received", json!({ "amount": lira(25_000_000) })).await;
    assert_eq!(done["moved_to"], desk.board.stage("Kapora"));
    assert_eq!(screen.event("card.moved").await["d"]["to"], desk.board.stage("Kapora"));
    let after = desk.card().await;
    assert_eq!((&after["amount"], &after["stage_id"]), (&lira(25_000_000), &done["moved_to"]));
    assert!(desk.seen().await["last_contact_at"].is_string());

    desk.reopen(&activity).await;
    assert_eq!(screen.event("card.moved").await["d"]["to"], desk.board.first_stage());
    let back = desk.card().await;
    for field in ["stage_id", "amount", "lost_reason", "next_due_at", "need", "last_contact_at"] {
        assert_eq!(back[field], before[field], "{field}");
    }
    assert_eq!(desk.seen().await["last_contact_at"], seen["last_contact_at"]);
    let order = desk.board.read(&desk.admin).await;
    assert_eq!(order.cards_in(desk.board.first_stage()), [&above, &desk.card, &below]);
}

async fn what_somebody_changed_since_stays(app: TestApp) {
    let desk = desk(&app).await;
    let activity = desk.open("deposit").await;
    desk.close(&activity, "received", json!({ "amount": lira(100), "quality": "A" })).await;
    let elsewhere = desk.board.stage("Takip Edilecek");
    let d = json!({ "card": desk.card, "to_stage": elsewhere });
    desk.admin.command(&desk.board.topic, "card.move", d).await;
    let d = json!({ "card": desk.card, "amount": lira(200) });
    desk.admin.command(&desk.board.topic, "card.update", d).await;
    desk.reopen(&activity).await;
    let card = desk.card().await;
    assert_eq!((&card["stage_id"], &card["amount"]), (&json!(elsewhere), &lira(200)));
    // what nobody touched went back
    assert_eq!((&card["quality"], &card["last_contact_at"]), (&Value::Null, &Value::Null));
    // moved away and back again is moved too
    desk.close(&activity, "received", json!({ "amount": lira(300) })).await;
    for stage in ["Randevu", "Kapora"] {
        let d = json!({ "card": desk.card, "to_stage": desk.board.stage(stage) });
        desk.admin.command(&desk.board.topic, "card.move", d).await;
    }
    desk.reopen(&activity).await;
    assert_eq!(desk.card().await["stage_id"], desk.board.stage("Kapora"));
}

async fn an_outcome_reminds_and_tells(app: TestApp) {
    let desk = desk(&app).await;
    let [owner, manager] = [desk.admin.invite("sales").await, desk.admin.invite("manager").await];
    let d = json!({ "owners": [owner.id()] });
    desk.admin.command(&desk.topic, "customer.assign", d).await;
    let d = json!({ "type": "appointment", "assignee": owner.id() });
    let opened = desk.admin.command(&desk.topic, "activity.open", d).await;
    let activity = text(&opened["d"]["activity_id"]);
    let told = |items: &Value, kind: &str| {
        items["items"].as_array().unwrap().iter().filter(|n| n["kind"] == kind).count()
    };
    let given = owner.get("/notifications").await.ok();
    assert_eq!(told(&given, "activity_assigned"), 1, "{given}");

    desk.close(&activity, "no_show", json!({})).await;
    let heard = owner.get("/notifications").await.ok();
    assert_eq!(told(&heard, "rule"), 1, "{heard}");
    let open = desk.admin.get(&format!("/reminders?customer={}", desk.customer)).await.ok();
    let reminder = &open["items"][0];
    assert_eq!(
        (&reminder["assignee"], &reminder["activity_id"]),
        (&json!(owner.id()), &json!(activity)),
        "{open}"
    );
    assert_eq!(desk.card().await["next_due_at"], reminder["due_at"]);
    desk.reopen(&activity).await;
    let left =
        desk.admin.get(&format!("/reminders?state=open&customer={}", desk.customer)).await.ok();
    assert_eq!(left["items"], json!([]));
    assert_eq!(desk.card().await["next_due_at"], Value::Null);

    let activity = desk.open("sale").await;
    let date = json!({ "date": "2026-12-01T09:00:00Z" });
    desk.close(&activity, "deciding", date).await;
    assert_eq!(desk.card().await["next_due_at"], "2026-12-01T09:00:00.000Z");
    desk.reopen(&activity).await;
    desk.close(&activity, "sold", json!({ "amount": lira(100) })).await;
    assert_eq!(told(&manager.get("/notifications").await.ok(), "rule"), 1);
    // who ended it knows
    assert_eq!(told(&desk.admin.get("/notifications").await.ok(), "rule"), 0);
}

async fn a_reminder_that_somebody_made_is_not_taken_back(app: TestApp) {
    let desk = desk(&app).await;
    let d = json!({ "type": "appointment" });
    let opened = desk.admin.command(&desk.topic, "activity.open", d).await;
    let activity = text(&opened["d"]["activity_id"]);
    desk.close(&activity, "no_show", json!({})).await;
    let d = json!({ "text": "Elle", "due_at": "2031-01-05T09:00:00Z", "activity": activity });
    desk.admin.command(&desk.topic, "reminder.add", d).await;
    let path = format!("/reminders?customer={}", desk.customer);
    let open = || async { desk.admin.get(&path).await.ok()["items"].clone() };
    assert_eq!(open().await.as_array().map(Vec::len), Some(2));

    desk.reopen(&activity).await;

    let left = open().await;
    assert_eq!((left.as_array().map(Vec::len), &left[0]["text"]), (Some(1), &json!("Elle")));
}

async fn an_outcome_obeys_the_stage_it_leads_to(app: TestApp) {
    let desk = desk(&app).await;
    let won = desk.board.stage("Satış Tamamlandı");
    let d = json!({ "stage": won, "requires": ["need", "owner"] });
    desk.admin.command(&desk.board.topic, "stage.update", d).await;
    let activity = desk.open("sale").await;
    let d = json!({ "activity": activity, "outcome": "sold", "fields": { "amount": lira(100) } });
    let refused = desk.admin.try_command(&desk.topic, "activity.close", d).await;
    assert_eq!(refused["error"]["reason"], "fields_required", "{refused}");
    assert_eq!(refused["error"]["d"]["missing"], json!(["need", "owner"]));
    // nothing of it happened
    assert_eq!(desk.card().await["amount"], Value::Null);
    let all = json!({ "amount": lira(100), "need": "4+1", "owner": desk.admin.id() });
    desk.close(&activity, "sold", all).await;
    let card = desk.card().await;
    assert_eq!((&card["stage_id"], &card["need"]), (&json!(won), &json!("4+1")));
    // a full stage takes nobody by this door either
    let d = json!({ "stage": desk.board.stage("Kapora"), "wip_limit": 1 });
    desk.admin.command(&desk.board.topic, "stage.update", d).await;
    desk.board.card(&desk.admin, "Kapora", "Yer tutan").await;
    let deposit = desk.open("deposit").await;
    let d =
        json!({ "activity": deposit, "outcome": "received", "fields": { "amount": lira(100) } });
    let refused = desk.admin.try_command(&desk.topic, "activity.close", d).await;
    assert_eq!(refused["error"]["reason"], "stage_full", "{refused}");
}

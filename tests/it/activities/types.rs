//! The tenant's own types and outcomes.
use serde_json::{Value, json};
use tests::{TestApp, on_both};

use super::{desk, fields};

on_both!(a_tenant_begins_with_the_usual_types, types_and_outcomes_are_the_tenants_own,);

async fn a_tenant_begins_with_the_usual_types(app: TestApp) {
    let admin = app.tenant().await;
    let snapshot = admin.socket().await.snapshot("tenant").await;
    let types = snapshot["d"]["activity_types"].as_array().expect("types").clone();
    let keys: Vec<&str> = types.iter().filter_map(|kind| kind["key"].as_str()).collect();
    let usual = ["lead", "call", "appointment", "deposit", "sale", "no_show", "reapplication"];
    assert_eq!(keys, usual);
    assert_eq!((&types[3]["name"], &types[3]["builtin"]), (&json!("Kapora"), &json!(true)));
    let received = &types[3]["outcomes"][0];
    assert_eq!(received["asks"][0], json!({ "field": "amount", "required": true }));
    // a rule takes the card to the stage of deposits
    assert_eq!(received["effects"], json!({ "last_contact": true, "notify": "managers" }));
    assert_eq!(admin.get("/activity-types").await.ok()["items"], json!(types));
}

async fn types_and_outcomes_are_the_tenants_own(app: TestApp) {
    let desk = desk(&app).await;
    let rep = desk.admin.invite("sales").await;
    let mut lists = rep.subscribe("tenant").await;
    let d = json!({ "name": "Yerinde keşif", "icon": "map-pin", "colour": 3, "outcomes": [
        { "name": "Uygun", "kind": "positive", "asks": [{ "field": "note", "required": true }],
          "effects": { "stage_id": desk.board.stage("Randevu"), "last_contact": true } }] });
    rep.command_refused("tenant", "activity_type.create", d.clone(), "forbidden").await;
    let made = desk.admin.command("tenant", "activity_type.create", d).await["d"].clone();
    let saved = lists.event("activity_type.saved").await["d"]["activity_type"].clone();
    assert_eq!((&saved["key"], &saved["id"]), (&json!("yerinde_kesif"), &made["activity_type_id"]));
    assert_eq!(
        saved["outcomes"][0]["effects"],
        json!({ "stage_id": desk.board.stage("Randevu"), "last_contact": true })
    );

    let d = json!({ "activity_type": saved["id"], "name": "Uygun", "kind": "negative" });
    let second = desk.admin.command("tenant", "outcome.create", d).await["d"]["outcome_id"].clone();
    let outcomes =
        lists.event("activity_type.saved").await["d"]["activity_type"]["outcomes"].clone();
    assert_eq!(outcomes[1]["key"], "uygun_2");
    let d = json!({ "outcome": second, "name": "Uygun değil", "position": 0, "asks": [] });
    desk.admin.command("tenant", "outcome.update", d).await;
    let outcomes =
        lists.event("activity_type.saved").await["d"]["activity_type"]["outcomes"].clone();
    assert_eq!(
        (&outcomes[0]["name"], &outcomes[0]["key"]),
        (&json!("Uygun değil"), &json!("uygun_2"))
    );

    let activity = desk.open("yerinde_kesif").await;
    desk.close(&activity, "uygun", json!({ "note": "Ölçü alındı" })).await;
    assert_eq!(desk.card().await["stage_id"], desk.board.stage("Randevu"));

    desk.admin.command("tenant", "outcome.archive", json!({ "outcome": second })).await;
    // whoever has the sheet open chooses what was put away meanwhile
    let activity = desk.open("yerinde_kesif").await;
    let code = |refused: &Value| refused["error"]["errors"][0]["code"].clone();
    for (outcome, expected) in [(&second, "archived"), (&json!("yok"), "unknown_value")] {
        let d = json!({ "activity": activity, "outcome": outcome });
        let refused = desk.admin.try_command(&desk.topic, "activity.close", d).await;
        assert_eq!((code(&refused), fields(&refused)), (json!(expected), vec!["outcome"]));
    }
    let last = json!({ "outcome": outcomes[1]["id"] });
    let refused = desk.admin.try_command("tenant", "outcome.archive", last).await;
    assert_eq!(refused["error"]["reason"], "last_outcome", "{refused}");
    let kind = json!({ "activity_type": saved["id"] });
    desk.admin.command("tenant", "activity_type.archive", kind.clone()).await;
    let d = json!({ "type": saved["id"] });
    let refused = desk.admin.try_command(&desk.topic, "activity.open", d).await;
    assert_eq!((code(&refused), fields(&refused)), (json!("archived"), vec!["type"]));
    desk.admin.command("tenant", "activity_type.restore", kind).await;

    let listed = desk.admin.get("/activity-types").await.ok();
    let mut order: Vec<Value> =
        listed["items"].as_array().unwrap().iter().map(|kind| kind["id"].clone()).collect();
    order.rotate_right(1);
    desk.admin.command("tenant", "activity_type.reorder", json!({ "order": order })).await;
    let listed = desk.admin.get("/activity-types").await.ok();
    assert_eq!(listed["items"][0]["id"], saved["id"]);
    for bad in [
        json!({ "name": "" }),
        json!({ "name": "x", "colour": 9 }),
        json!({ "name": "x", "icon": "<b>" }),
        json!({ "name": "x", "outcomes": [{ "name": "y", "kind": "good" }] }),
        json!({ "name": "x", "outcomes": [{ "name": "y", "kind": "neutral",
            "effects": { "stage_id": "0190aaaa-0000-7000-8000-000000000000" } }] }),
        json!({ "name": "x", "outcomes": [{ "name": "y", "kind": "neutral",
            "effects": { "stage_kind": "open", "stage_id": desk.board.first_stage() } }] }),
        json!({ "name": "x", "outcomes": [{ "name": "y", "kind": "neutral",
            "effects": { "reminder": { "minutes": -1, "text": "x" } } }] }),
        json!({ "name": "x", "outcomes": [{ "name": "y", "kind": "neutral", "asks": [
            { "field": "note", "required": true }, { "field": "note", "required": false }] }] }),
    ] {
        desk.admin.command_refused("tenant", "activity_type.create", bad, "invalid").await;
    }
    assert_eq!(desk.admin.get("/activity-types").await.ok()["items"].as_array().unwrap().len(), 8);
}

//! Saved views: one's own stay one's own, those of the house are everybody's, and a link opens what may be seen.
use serde_json::{Value, json};
use tests::{TestApp, User, on_both};

on_both!(
    a_personal_view_is_nobody_elses,
    a_view_of_the_house_is_heard_by_all_and_changed_by_few,
    strange_views_are_refused,
    a_repeated_save_makes_one,
);

async fn save(user: &User, topic: &str, name: &str) -> String {
    let query = json!({ "filter": { "tag": ["vip"] }, "sort": "name" });
    let d = json!({ "screen": "customers", "name": name, "query": query });
    let made = user.command(topic, "view.save", d).await;
    made["d"]["view_id"].as_str().expect("a view").to_owned()
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().expect("items");
    items.iter().filter_map(|view| view["name"].as_str()).collect()
}

async fn a_personal_view_is_nobody_elses(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let mut phone = ayse.subscribe("me").await;
    let view = save(&ayse, "me", "Benim VIP").await;
    let saved = phone.event("view.saved").await;
    assert_eq!(
        (&saved["d"]["view"]["id"], &saved["d"]["view"]["shared"]),
        (&json!(view), &json!(false))
    );

    let shown = ayse.get(&format!("/views/{view}")).await.ok();
    assert_eq!((&shown["query"]["sort"], &shown["owner"]), (&json!("name"), &json!(ayse.id())));
    admin.get(&format!("/views/{view}")).await.problem(404, "not_found");
    assert_eq!(names(&admin.get("/views").await.ok()), Vec::<&str>::new());
    let gone = json!({ "view": view });
    admin.command_refused("me", "view.remove", gone.clone(), "not_found").await;
    admin.command_refused("tenant", "view.remove", gone.clone(), "not_found").await;

    let second = save(&ayse, "me", "İkinci").await;
    let order = json!({ "screen": "customers", "order": [second, view] });
    ayse.command("me", "view.reorder", order).await;
    ayse.command("me", "view.update", json!({ "view": view, "name": "Ağır VIP" })).await;
    assert_eq!(names(&ayse.get("/views?screen=customers").await.ok()), ["İkinci", "Ağır VIP"]);
    assert_eq!(names(&ayse.get("/views?screen=board").await.ok()), Vec::<&str>::new());
    let mut tablet = ayse.socket().await;
    let snap = tablet.snapshot("me").await;
    assert_eq!(snap["d"]["views"].as_array().map(Vec::len), Some(2), "{snap}");

    ayse.command("me", "view.remove", gone).await;
    assert_eq!(phone.event("view.removed").await["d"]["id"], json!(view));
    ayse.get(&format!("/views/{view}")).await.problem(404, "not_found");
}

async fn a_view_of_the_house_is_heard_by_all_and_changed_by_few(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let mut ear = ayse.subscribe("tenant").await;
    let view = save(&admin, "tenant", "Sıcak adaylar").await;
    assert_eq!(ear.event("view.saved").await["d"]["view"]["shared"], true);
    assert_eq!(ayse.get(&format!("/views/{view}")).await.ok()["name"], "Sıcak adaylar");
    let d = json!({ "view": view, "name": "x" });
    ayse.command_refused("tenant", "view.update", d.clone(), "forbidden").await;
    ayse.command_refused("me", "view.update", d, "not_found").await;
    let mut late = ayse.socket().await;
    let snap = late.snapshot("tenant").await;
    assert_eq!(snap["d"]["views"][0]["id"], json!(view), "{snap}");

    let stranger = app.tenant().await;
    stranger.get(&format!("/views/{view}")).await.problem(404, "not_found");
    let gone = json!({ "view": view });
    stranger.command_refused("tenant", "view.remove", gone, "not_found").await;
}

async fn strange_views_are_refused(app: TestApp) {
    let admin = app.tenant().await;
    let long = "x".repeat(5_000);
    for (d, field) in [
        (json!({ "screen": "moon", "name": "a", "query": {} }), "screen"),
        (json!({ "screen": "board", "name": " ", "query": {} }), "name"),
        (json!({ "screen": "board", "name": "a", "query": { "q": long } }), "query"),
        (json!({ "screen": "board", "name": "a", "query": {}, "more": 1 }), "more"),
    ] {
        let refused = admin.command_refused("me", "view.save", d, "invalid").await;
        assert_eq!(refused["error"]["errors"][0]["field"], field, "{refused}");
    }
    let d = json!({ "screen": "board", "name": "a", "query": {} });
    admin.command_refused("board:x", "view.save", d, "invalid").await;
    let order = json!({ "screen": "board", "order": [uuid()] });
    admin.command_refused("me", "view.reorder", order, "invalid").await;
}

fn uuid() -> String {
    "01939d7e-0000-7000-8000-000000000001".to_owned()
}

async fn a_repeated_save_makes_one(app: TestApp) {
    let admin = app.tenant().await;
    let d = json!({ "screen": "board", "name": "Bir kez", "query": {} });
    let first = admin.try_command_as("view-1", "me", "view.save", d.clone()).await;
    let again = admin.try_command_as("view-1", "me", "view.save", d).await;
    assert_eq!((&first["d"], &again["dup"]), (&again["d"], &json!(true)), "{again}");
    assert_eq!(names(&admin.get("/views").await.ok()), ["Bir kez"]);
}

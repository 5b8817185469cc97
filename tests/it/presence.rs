//! Who is here: many tabs are one person, ghosts go, and passing remarks reach the others only.
use serde_json::{Value, json};
use tests::{Subscriber, TestApp, on_both};

on_both!(
    three_tabs_are_one_person,
    remarks_reach_the_others_and_no_journal,
    viewing_a_card_shows_in_presence,
    what_is_said_on_arrival_is_not_lost
);

/// Everybody whom this socket believes to be on the topic now.
fn present(socket: &Subscriber, topic: &str) -> Vec<String> {
    let mut here: Vec<String> = Vec::new();
    let id = |one: &Value| one["user"].as_str().unwrap_or_default().to_owned();
    for frame in socket.frames().iter().filter(|f| f["t"] == "pres" && f["topic"] == topic) {
        if let Some(full) = frame["full"].as_array() {
            here = full.iter().map(id).collect();
        }
        // One record, or several.
        let many = |field: &str| match &frame[field] {
            Value::Array(all) => all.clone(),
            Value::Null => Vec::new(),
            one => vec![one.clone()],
        };
        here.extend(many("join").iter().map(id));
        here.retain(|known| !many("leave").iter().any(|gone| id(gone) == *known));
    }
    here
}

async fn three_tabs_are_one_person(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let board = admin.default_board().await;
    let watcher = admin.subscribe(&board.topic).await;
    let mut tabs = Vec::new();
    for _ in 0..3 {
        tabs.push(ayse.subscribe(&board.topic).await);
    }
    let joined = |f: &Value| f["t"] == "pres" && f.to_string().contains(ayse.id());
    watcher.find("her arrival", joined).await;
    for tab in tabs.drain(..2) {
        tab.drop_connection();
    }
    let mut third = tabs.remove(0);
    third.settle().await;

    let of_hers = present(&watcher, &board.topic).iter().filter(|id| **id == ayse.id()).count();
    assert_eq!(of_hers, 1, "{:?}", present(&watcher, &board.topic));
    third.drop_connection();
    watcher
        .find("her leave", |f| f["t"] == "pres" && f["leave"].to_string().contains(ayse.id()))
        .await;
    assert!(!present(&watcher, &board.topic).iter().any(|id| id == ayse.id()));
}

async fn remarks_reach_the_others_and_no_journal(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Sürüklenen").await;
    let mut watcher = admin.subscribe(&board.topic).await;
    let mut mover = ayse.subscribe(&board.topic).await;
    let before = app.database().count("event").await;

    mover.send(json!({ "t": "eph", "topic": board.topic, "k": "dragging", "d": { "card": card } }));
    let heard = watcher.next("eph").await;
    mover.settle().await;

    assert_eq!((heard["k"].as_str(), heard["by"].as_str()), (Some("dragging"), Some(ayse.id())));
    assert_eq!(heard["d"]["card"], *card);
    assert!(mover.frames().iter().all(|f| f["t"] != "eph"), "the sender heard itself");
    assert_eq!(app.database().count("event").await, before);
}

async fn viewing_a_card_shows_in_presence(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Bakılan").await;
    let watcher = admin.subscribe(&board.topic).await;
    let viewer = ayse.subscribe(&board.topic).await;

    viewer.send(json!({ "t": "eph", "topic": board.topic, "k": "viewing", "d": { "card": card } }));
    watcher.find("where she looks", |f| f["t"] == "pres" && f.to_string().contains(&card)).await;

    let late = admin.login().await.subscribe(&board.topic).await;
    late.find("the same for who comes later", |f| {
        f["t"] == "pres" && f["full"].to_string().contains(&card)
    })
    .await;
}

/// Between `subbed` and being live lies the snapshot: who says where she looks meanwhile is heard.
async fn what_is_said_on_arrival_is_not_lost(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Bakılan").await;
    let watcher = admin.subscribe(&board.topic).await;
    let viewer = ayse.socket().await;

    viewer.send(json!({ "t": "sub", "id": "s", "topic": board.topic }));
    viewer.send(
        json!({ "t": "eph", "topic": board.topic, "k": "viewing", "d": { "card": "other" } }),
    );
    viewer.send(json!({ "t": "eph", "topic": board.topic, "k": "viewing", "d": { "card": card } }));
    viewer.send(json!({ "t": "eph", "topic": board.topic, "k": "away", "d": { "idle": true } }));

    watcher
        .find("where she looks, and that she is away", |f| {
            f["update"]["at"]["card"] == *card && f["update"]["state"] == "idle"
        })
        .await;
}

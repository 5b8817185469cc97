//! What of a board a person sees: visibility by owner, filters, windows, counts.
use serde_json::{Value, json};
use tests::{Board, TestApp, User, at_rest, on_both};

on_both!(
    who_sees_only_their_own_hears_only_of_their_own,
    a_position_of_other_rights_is_none,
    a_move_names_no_hidden_neighbour,
    what_an_own_seller_makes_is_theirs,
    filters_narrow_cards_and_counts_alike,
    windows_lead_through_a_stage_to_its_end,
);

/// The administrator narrows a role to its own customers.
async fn narrow(admin: &User, role: &str) {
    admin.patch(&format!("/roles/{role}"), json!({ "visibility": "own" })).await.ok();
}

/// A card whose customer has these owners.
async fn owned(admin: &User, board: &Board, stage: &str, name: &str, owners: &[&str]) -> String {
    let customer = json!({ "name": name, "owners": owners });
    let d = json!({ "stage": board.stage(stage), "customer": customer });
    let made = admin.command(&board.topic, "card.create", d).await;
    made["d"]["card_id"].as_str().expect("a card id").to_owned()
}

fn count(board: &Value, stage: &str) -> i64 {
    let stages = board["stages"].as_array().expect("stages");
    stages.iter().find(|s| s["id"] == stage).and_then(|s| s["count"].as_i64()).expect("a count")
}

async fn who_sees_only_their_own_hears_only_of_their_own(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    narrow(&admin, "sales").await;
    let board = admin.default_board().await;
    let mine = owned(&admin, &board, "Potansiyel", "Benim", &[ayse.id()]).await;
    let hidden = owned(&admin, &board, "Potansiyel", "Gizli kanarya", &[mehmet.id()]).await;
    let shared = owned(&admin, &board, "Potansiyel", "Ortak", &[ayse.id(), mehmet.id()]).await;
    let ayse = ayse.login().await;

    let read = ayse.get(&format!("/boards/{}", board.id)).await.ok();
    assert_eq!(count(&read, board.first_stage()), 2);
    assert_eq!(ayse.get("/boards").await.ok()["items"][0]["card_count"], 2);
    let mut screen = ayse.socket().await;
    let snapshot = screen.snapshot(&board.topic).await;
    assert_eq!(snapshot["d"]["total"], 2);
    assert!(!snapshot.to_string().contains("kanarya") && !read.to_string().contains("kanarya"));

    let to = board.stage("Randevu");
    admin.command(&board.topic, "card.move", json!({ "card": hidden, "to_stage": to })).await;
    let skip = screen.next("skip").await;
    assert_eq!(skip["topic"], board.topic.as_str());
    let all = json!({ "cards": [mine, hidden, shared], "to_stage": to });
    admin.command(&board.topic, "card.move_many", all).await;
    for (op, d) in [
        ("card.move", json!({ "card": hidden, "to_stage": to })),
        ("card.archive", json!({ "card": hidden })),
        ("card.update", json!({ "card": hidden, "need": "merak" })),
    ] {
        let result = ayse.try_command(&board.topic, op, d).await;
        let code = result["error"]["code"].as_str().unwrap_or_default();
        assert!(["not_found", "forbidden"].contains(&code), "{op}: {result}");
    }
    // given to her, then taken away again
    admin
        .command(&board.topic, "card.assign", json!({ "cards": [hidden], "add": [ayse.id()] }))
        .await;
    screen.event("card.assigned").await;
    assert_eq!(board.read(&ayse).await.cards.len(), 3);
    admin
        .command(&board.topic, "card.assign", json!({ "cards": [hidden], "remove": [ayse.id()] }))
        .await;
    screen.event("card.withdrawn").await;
    assert_eq!(board.read(&ayse).await.cards.len(), 2);
    assert_eq!(at_rest(&screen, &board.topic), board.read(&ayse).await);
    admin
        .command(&board.topic, "card.update", json!({ "card": hidden, "need": "çok gizli" }))
        .await;
    let done =
        admin.command(&board.topic, "card.move", json!({ "card": mine, "to_stage": to })).await;
    screen.reaches(&board.topic, done["seq"].as_u64().expect("a seq")).await;
    assert!(!screen.frames().iter().any(|frame| frame.to_string().contains("çok gizli")));
}

/// Who was away, or whose socket was closed, while the rights changed holds a board as it was seen
/// before: hidden cards on it must go, and shown ones must come.
async fn a_position_of_other_rights_is_none(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let board = admin.default_board().await;
    owned(&admin, &board, "Potansiyel", "Benim", &[ayse.id()]).await;
    owned(&admin, &board, "Potansiyel", "Başkasının", &[mehmet.id()]).await;
    let mut total = 2;
    let mut screen = ayse.socket().await;
    assert_eq!(screen.snapshot(&board.topic).await["d"]["total"], total);
    for visibility in ["own", "all", "team"] {
        let position = screen.position(&board.topic).expect("a position");
        admin.patch("/roles/sales", json!({ "visibility": visibility })).await.ok();
        assert_eq!(screen.closed(std::time::Duration::from_secs(1)).await, 4010);
        screen = ayse.socket().await;
        let subbed = screen.sub(&board.topic, json!({ "since": position })).await;
        assert_eq!(subbed["mode"], "snapshot", "{visibility}: {subbed}");
        total = if visibility == "all" { 2 } else { 1 };
        assert_eq!(screen.whole_snapshot(&board.topic).await["d"]["total"], total);
    }
    // a new colleague in the team shows more than before; somebody else's team does not
    let position = screen.position(&board.topic).expect("a position");
    let team = admin.post("/teams", json!({ "name": "Kuzey" })).await.ok();
    for user in [&ayse, &mehmet] {
        let into = json!({ "team_id": team["id"] });
        admin.patch(&format!("/users/{}", user.id()), into).await.ok();
    }
    let mut screen = ayse.socket().await;
    let subbed = screen.sub(&board.topic, json!({ "since": position })).await;
    assert_eq!(subbed["mode"], "snapshot", "{subbed}");
    assert_eq!(screen.whole_snapshot(&board.topic).await["d"]["total"], 2);
    // rights that stay leave the position as it is
    let position = screen.position(&board.topic).expect("a position");
    let mut other = ayse.socket().await;
    let subbed = other.sub(&board.topic, json!({ "since": position })).await;
    assert_eq!(subbed["mode"], "live", "{subbed}");
}

async fn a_move_names_no_hidden_neighbour(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    narrow(&admin, "sales").await;
    let board = admin.default_board().await;
    let top = owned(&admin, &board, "Randevu", "Üst", &[mehmet.id()]).await;
    let bottom = owned(&admin, &board, "Randevu", "Alt", &[mehmet.id()]).await;
    let mine = [
        owned(&admin, &board, "Potansiyel", "Bir", &[ayse.id()]).await,
        owned(&admin, &board, "Potansiyel", "İki", &[ayse.id()]).await,
    ];
    let ayse = ayse.login().await;
    let (mut hers, mut all) =
        (ayse.subscribe(&board.topic).await, admin.subscribe(&board.topic).await);
    let to = board.stage("Randevu");
    // the gap between the two is used up, so that a hidden one must make room
    for round in 0..60 {
        let d = json!({ "card": mine[round % 2], "to_stage": to, "after": top, "before": bottom });
        admin.command(&board.topic, "card.move", d).await;
    }
    all.event("card.reranked").await;
    hers.settle().await;
    all.settle().await;
    for frame in hers.frames() {
        let text = frame.to_string();
        assert!(!text.contains(&top) && !text.contains(&bottom), "{text}");
    }
    assert_eq!(at_rest(&hers, &board.topic), board.read(&ayse).await);
    assert_eq!(at_rest(&all, &board.topic), board.read(&admin).await);
    // her own drag below a card that she cannot see is a drag to the end
    let d = json!({ "card": mine[0], "to_stage": to, "after": top });
    ayse.command(&board.topic, "card.move", d).await;
    assert_eq!(board.read(&admin).await.cards_in(to).last(), Some(&mine[0].as_str()));
}

async fn what_an_own_seller_makes_is_theirs(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    narrow(&admin, "sales").await;
    let ayse = ayse.login().await;
    let board = admin.default_board().await;
    let hidden = json!({ "name": "Başkasının", "phones": ["0532 765 43 21"] });
    admin.command(&board.topic, "card.create", json!({ "customer": hidden })).await;
    let card = board.card(&ayse, "Potansiyel", "Yeni").await;
    let state = board.read(&ayse).await;
    assert_eq!(state.cards.keys().collect::<Vec<_>>(), [&card]);
    assert_eq!(state.cards[&card]["owners"], json!([ayse.id()]));
    let same = json!({ "customer": { "name": "Merak", "phones": ["0532 765 43 21"] } });
    let refused = ayse.command_refused(&board.topic, "card.create", same, "conflict").await;
    assert_eq!(refused["error"]["reason"], "identity_taken", "{refused}");
    assert!(refused["error"]["d"].is_null(), "whose it is stays hidden: {refused}");
    assert_eq!(board.read(&admin).await.cards.len(), 2);
}

async fn filters_narrow_cards_and_counts_alike(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let board = admin.default_board().await;
    let mut ids = Vec::new();
    for customer in [
        json!({ "name": "Işık Yapı", "phones": ["0532 111 22 33"], "quality": "A", "owners": [ayse.id()] }),
        json!({ "name": "IŞIK Mobilya", "tags": ["vip"], "source": { "channel": "web" } }),
        json!({ "name": "Güneş Cam", "quality": "B", "tags": ["vip", "acele"] }),
    ] {
        let made =
            admin.command(&board.topic, "card.create", json!({ "customer": customer })).await;
        ids.push(made["d"]["card_id"].as_str().expect("a card").to_owned());
    }
    let due = json!({ "card": ids[2], "next_due_at": "2020-01-01T00:00:00Z" });
    admin.command(&board.topic, "card.update", due).await;
    let path = format!("/boards/{}", board.id);
    for (filter, expected) in [
        (json!({}), vec![0, 1, 2]),
        (json!({ "owner": [ayse.id()] }), vec![0]),
        (json!({ "owner": ["none"] }), vec![1, 2]),
        (json!({ "owner": ["none", ayse.id()] }), vec![0, 1, 2]),
        (json!({ "quality": ["A", "B"] }), vec![0, 2]),
        (json!({ "tag": ["vip"] }), vec![1, 2]),
        (json!({ "tag": ["vip"], "quality": ["B"] }), vec![2]),
        (json!({ "source": ["web"] }), vec![1]),
        (json!({ "overdue": true }), vec![2]),
        (json!({ "overdue": false }), vec![0, 1]),
        (json!({ "q": "ışık" }), vec![0, 1]),
        (json!({ "q": "isik mob" }), vec![1]),
        (json!({ "q": "532 111" }), vec![0]),
        (json!({ "q": "yok" }), vec![]),
    ] {
        let read = admin.get_with(&path, "filter", &filter.to_string()).await.ok();
        let seen: Vec<&str> =
            read["cards"].as_array().unwrap().iter().filter_map(|c| c["id"].as_str()).collect();
        let expected: Vec<&str> = expected.iter().map(|n: &usize| ids[*n].as_str()).collect();
        assert_eq!(seen, expected, "{filter}");
        assert_eq!(count(&read, board.first_stage()), seen.len() as i64, "{filter}");
    }
    for bad in ["{", "[]", r#"{"x":1}"#, r#"{"owner":["x"]}"#, r#"{"q":"a\u0000"}"#] {
        admin.get_with(&path, "filter", bad).await.problem(422, "invalid");
    }
}

async fn windows_lead_through_a_stage_to_its_end(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    for n in 0..23 {
        board.card(&admin, "Potansiyel", &format!("Müşteri {n}")).await;
    }
    let path = format!("/boards/{}?limit=10", board.id);
    let first = admin.get(&path).await.ok();
    let stage = board.first_stage();
    assert_eq!((count(&first, stage), first["cards"].as_array().map(Vec::len)), (23, Some(10)));
    let mut seen: Vec<i64> = Vec::new();
    let mut take = |window: &Value| {
        seen.extend(window["cards"].as_array().unwrap().iter().filter_map(|c| c["rank"].as_i64()));
    };
    take(&first);
    let stages = first["stages"].as_array().unwrap();
    let mut cursor = stages[0]["next_cursor"].as_str().map(str::to_owned);
    assert!(stages[1]["next_cursor"].is_null());
    let mut windows = 0;
    while let Some(at) = cursor {
        let window = admin.get(&format!("{path}&stage={stage}&cursor={at}")).await.ok();
        assert_eq!(window["seq"], first["seq"]);
        take(&window);
        cursor = window["next_cursor"].as_str().map(str::to_owned);
        windows += 1;
    }
    assert_eq!((windows, seen.len()), (2, 23));
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]));
    for bad in ["limit=0", "limit=-1", "limit=201", "limit=x", "stage=x", "stage=&cursor=%%%"] {
        admin.get(&format!("/boards/{}?{bad}", board.id)).await.refused();
    }
    let strange = uuid::Uuid::now_v7();
    admin.get(&format!("/boards/{}?stage={strange}", board.id)).await.problem(404, "not_found");
}

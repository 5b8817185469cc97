//! Work on many customers at once: chosen by what they have in common, done once each, heard in one word, taken back.
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use tests::{Board, Subscriber, TestApp, User, at_rest, on_both, within};

on_both!(
    who_is_meant_is_chosen_by_query_not_by_page,
    a_board_hears_one_event_for_many_and_undo_gives_the_places_back,
    undo_leaves_what_somebody_changed_since,
    it_goes_no_further_than_the_persons_sight_and_rights,
    what_cannot_be_done_is_listed_and_the_rest_is_done,
    customers_go_and_come_back_with_their_cards,
    a_repeated_start_acts_once_and_strange_ones_are_refused,
);

pub(crate) const LONG: std::time::Duration = std::time::Duration::from_secs(60);

pub(crate) async fn start(user: &User, d: Value) -> String {
    let made = user.command("tenant", "bulk.start", d).await;
    made["d"]["bulk_id"].as_str().expect("a bulk").to_owned()
}

pub(crate) async fn reached(user: &User, bulk: &str, state: &str) -> Value {
    within(LONG, state, || async {
        let now = user.get(&format!("/bulks/{bulk}")).await.ok();
        if now["state"] == state { Ok(now) } else { Err(now) }
    })
    .await
}

pub(crate) async fn undo(user: &User, bulk: &str) -> Value {
    user.command("tenant", "bulk.undo", json!({ "bulk": bulk })).await;
    reached(user, bulk, "undone").await
}

/// Customers with a card in the first stage of the board.
pub(crate) async fn crowd(user: &User, board: &Board, count: usize) {
    let rows: String =
        (0..count).map(|n| format!("Müşteri {n};053{:08};kalabalık\n", 20_000_000 + n)).collect();
    let csv = format!("Ad Soyad;Telefon;Etiket\n{rows}");
    let form = Form::new().part("file", Part::bytes(csv.into_bytes()).file_name("uzun.csv"));
    let import = user.send(user.request(Method::POST, "/imports").multipart(form)).await.ok();
    let path = format!("/imports/{}", import["id"].as_str().expect("an id"));
    let options =
        json!({ "board_id": board.id, "stage_id": board.first_stage(), "tags": ["kalabalık"] });
    user.post(&format!("{path}/commit"), json!({ "options": options })).await.ok();
    within(3 * LONG, "the import", || async {
        let now = user.get(&path).await.ok();
        if now["state"] == "done" { Ok(()) } else { Err(now) }
    })
    .await;
}

fn heard(screen: &Subscriber, topic: &str, op: &str) -> Vec<Value> {
    screen.events(topic).into_iter().filter(|ev| ev["op"] == op).collect()
}

async fn who_is_meant_is_chosen_by_query_not_by_page(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    crowd(&admin, &board, 260).await;
    let left_out = admin.get("/customers?limit=1").await.ok()["items"][0]["id"].clone();
    let other = admin.customer("Başkası", json!({})).await;
    let ask = json!({ "filter": { "tag": ["kalabalık"] }, "except": [left_out],
                      "action": { "do": "tag", "add": ["Bahar"] } });
    let preview = admin.post("/bulk/preview", ask.clone()).await.ok();
    assert_eq!(preview["total"], 259, "{preview}");
    let mut list = admin.subscribe("tenant").await;
    let mut screen = admin.socket().await;
    screen.snapshot(&board.topic).await;

    let bulk = start(&admin, ask).await;

    let done = reached(&admin, &bulk, "done").await;
    assert_eq!(
        (&done["done"], &done["changed"], &done["failed"]),
        (&json!(259), &json!(259), &json!([]))
    );
    list.next_where("the end", |f| f["op"] == "bulk.progressed" && f["d"]["state"] == "done").await;
    list.settle().await;
    screen.settle().await;
    assert_eq!(heard(&list, "tenant", "bulk.started").len(), 1, "one entry of the journal");
    let words = heard(&list, "tenant", "customer.changed_many");
    assert!(words.len() <= 3, "{} words for 259 customers", words.len());
    let ids: usize = words.iter().filter_map(|ev| ev["d"]["ids"].as_array().map(Vec::len)).sum();
    assert_eq!(ids, 259);
    assert!(heard(&list, "tenant", "customer.updated").is_empty());
    assert!(heard(&screen, &board.topic, "card.updated").is_empty());
    assert_eq!(at_rest(&screen, &board.topic), board.read(&admin).await);
    let total = admin.get_with("/customers", "filter", r#"{"tag":["Bahar"]}"#).await.ok();
    assert_eq!(total["total"], 259);
    for (id, count) in [(left_out.as_str().expect("an id"), 0), (&*other, 0)] {
        let story = admin.get(&format!("/customers/{id}/timeline?kind=customer")).await.ok();
        let tagged = story["items"].as_array().expect("items").iter();
        assert_eq!(tagged.filter(|item| item["op"] == "customer.tagged").count(), count);
    }
    let one = words[0]["d"]["ids"][0].as_str().expect("an id");
    let story = admin.get(&format!("/customers/{one}/timeline")).await.ok();
    assert_eq!(story["items"][0]["op"], "customer.tagged", "each story has its own word: {story}");
    assert_eq!(story["items"][0]["by"], json!(admin.id()));

    let undone = undo(&admin, &bulk).await;
    assert_eq!((&undone["restored"], &undone["kept"]), (&json!(259), &json!(0)), "{undone}");
    let total = admin.get_with("/customers", "filter", r#"{"tag":["Bahar"]}"#).await.ok();
    assert_eq!(total["total"], 0);
    let history = admin.get("/bulks").await.ok();
    assert_eq!(
        (&history["items"][0]["id"], &history["items"][0]["state"]),
        (&json!(bulk), &json!("undone"))
    );
}

async fn a_board_hears_one_event_for_many_and_undo_gives_the_places_back(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    crowd(&admin, &board, 450).await;
    let before = board.read(&admin).await;
    let order: Vec<String> =
        before.cards_in(board.first_stage()).into_iter().map(str::to_owned).collect();
    let mut screen = admin.socket().await;
    screen.snapshot(&board.topic).await;
    let to = board.stages[1].1.clone();
    let action = json!({ "do": "move", "board": board.id, "stage": to });

    let ask = json!({ "filter": { "stage": [board.first_stage()] }, "action": action });
    let bulk = start(&admin, ask).await;

    let done = reached(&admin, &bulk, "done").await;
    assert_eq!((&done["changed"], &done["failed_count"]), (&json!(450), &json!(0)), "{done}");
    let after = board.read(&admin).await;
    assert_eq!(after.cards_in(&to), order, "in the order they stood");
    within(LONG, "the screen", || async {
        if at_rest(&screen, &board.topic) == after { Ok(()) } else { Err("not yet") }
    })
    .await;
    assert_eq!(heard(&screen, &board.topic, "card.moved_many").len(), 3, "one for 200");
    assert!(heard(&screen, &board.topic, "card.moved").is_empty());

    undo(&admin, &bulk).await;
    let back = board.read(&admin).await;
    assert_eq!(back.places(), before.places());
    within(LONG, "the way back", || async {
        let said = heard(&screen, &board.topic, "card.moved_many").len();
        if said == 6 { Ok(()) } else { Err(said) }
    })
    .await;
    assert!(heard(&screen, &board.topic, "card.updated_many").is_empty(), "what moved, no more");
    let (was, is) = (&before.cards[&order[9]], &back.cards[&order[9]]);
    assert_eq!((&was["rank"], &was["entered_stage_at"]), (&is["rank"], &is["entered_stage_at"]));
    within(LONG, "the screen", || async {
        if at_rest(&screen, &board.topic) == back { Ok(()) } else { Err("not yet") }
    })
    .await;
}

async fn undo_leaves_what_somebody_changed_since(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(admin.customer(&format!("Müşteri {n}"), json!({})).await);
    }
    let action = json!({ "do": "assign", "owners": [ayse.id()] });
    let bulk = start(&admin, json!({ "ids": ids, "action": action })).await;
    reached(&admin, &bulk, "done").await;
    let topic = format!("customer:{}", ids[1]);
    admin.command(&topic, "customer.assign", json!({ "owners": [mehmet.id()] })).await;
    // another field is no reason to keep the owners
    let topic = format!("customer:{}", ids[2]);
    admin.command(&topic, "customer.update", json!({ "quality": "A" })).await;

    let undone = undo(&admin, &bulk).await;

    assert_eq!((&undone["restored"], &undone["kept"]), (&json!(3), &json!(1)), "{undone}");
    for (n, owners) in [json!([]), json!([mehmet.id()]), json!([]), json!([])].iter().enumerate() {
        let now = admin.get(&format!("/customers/{}", ids[n])).await.ok();
        assert_eq!(&now["owners"], owners, "customer {n}");
    }
    admin.command_refused("tenant", "bulk.undo", json!({ "bulk": bulk }), "conflict").await;
}

async fn it_goes_no_further_than_the_persons_sight_and_rights(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let mine = admin.customer("Benim", json!({ "owners": [ayse.id()] })).await;
    let hidden = admin.customer("Saklı", json!({ "owners": [mehmet.id()] })).await;
    admin.patch("/roles/sales", json!({ "visibility": "own" })).await.ok();
    let action = json!({ "do": "tag", "add": ["x"] });
    let all = json!({ "filter": {}, "action": action });
    assert_eq!(ayse.post("/bulk/preview", all.clone()).await.ok()["total"], 1);
    let mut other = mehmet.subscribe("tenant").await;
    let bulk = start(&ayse, all).await;
    assert_eq!(reached(&ayse, &bulk, "done").await["changed"], 1);

    let named = json!({ "ids": [mine, hidden], "action": action });
    let second = start(&ayse, named).await;
    let done = reached(&ayse, &second, "done").await;
    assert_eq!(done["failed"], json!([{ "customer_id": hidden, "code": "not_found" }]), "{done}");
    assert_eq!(admin.get(&format!("/customers/{hidden}")).await.ok()["tags"], json!([]));
    other.settle().await;
    assert!(other.events("tenant").is_empty(), "nothing of it is Mehmet's business");

    mehmet.get(&format!("/bulks/{bulk}")).await.problem(404, "not_found");
    mehmet.command_refused("tenant", "bulk.undo", json!({ "bulk": bulk }), "not_found").await;
    assert_eq!(mehmet.get("/bulks").await.ok()["items"], json!([]));
    let archive = json!({ "ids": [mine], "action": { "do": "archive" } });
    ayse.command_refused("tenant", "bulk.start", archive, "forbidden").await;
    app.tenant().await.get(&format!("/bulks/{bulk}")).await.problem(404, "not_found");
    let work = json!({ "bulk": bulk, "chunk": 0, "back": true, "board": null });
    admin.command_refused("tenant", "bulk.work", work, "forbidden").await;
}

async fn what_cannot_be_done_is_listed_and_the_rest_is_done(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let mut ids = Vec::new();
    for n in 0..4 {
        board.card(&admin, "Potansiyel", &format!("Müşteri {n}")).await;
    }
    for card in board.read(&admin).await.cards.values() {
        ids.push(card["customer_id"].as_str().expect("a customer").to_owned());
    }
    let elsewhere = admin.customer("Panosuz", json!({})).await;
    ids.push(elsewhere.clone());
    let to = &board.stages[1].1;
    let limit = json!({ "stage": to, "wip_limit": 3 });
    admin.command(&board.topic, "stage.update", limit).await;
    let action = json!({ "do": "move", "board": board.id, "stage": to });
    let bulk = start(&admin, json!({ "ids": ids, "action": action })).await;

    let done = reached(&admin, &bulk, "done").await;

    assert_eq!((&done["changed"], &done["failed_count"]), (&json!(3), &json!(2)), "{done}");
    let codes: Vec<&str> = done["failed"]
        .as_array()
        .expect("failed")
        .iter()
        .filter_map(|f| f["code"].as_str())
        .collect();
    assert!(codes.contains(&"stage_full") && codes.contains(&"not_on_this_board"), "{codes:?}");
    assert_eq!(board.read(&admin).await.cards_in(to).len(), 3);
}

async fn customers_go_and_come_back_with_their_cards(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    crowd(&admin, &board, 210).await;
    let before = board.read(&admin).await;
    let mut screen = admin.socket().await;
    screen.snapshot(&board.topic).await;
    let ask = json!({ "q": "müşteri", "action": { "do": "archive" } });
    let bulk = start(&admin, ask).await;
    reached(&admin, &bulk, "done").await;
    assert_eq!(admin.get("/customers").await.ok()["total"], 0);
    assert!(board.read(&admin).await.cards.is_empty());
    within(LONG, "the screen", || async {
        let left = at_rest(&screen, &board.topic).cards.len();
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
    assert!(heard(&screen, &board.topic, "card.archived").len() <= 1);

    undo(&admin, &bulk).await;
    assert_eq!(admin.get("/customers").await.ok()["total"], 210);
    assert_eq!(board.read(&admin).await.cards.len(), before.cards.len());
    within(LONG, "the screen", || async {
        let now = board.read(&admin).await;
        if at_rest(&screen, &board.topic) == now { Ok(()) } else { Err("not yet") }
    })
    .await;
}

async fn a_repeated_start_acts_once_and_strange_ones_are_refused(app: TestApp) {
    let admin = app.tenant().await;
    let id = admin.customer("Bir", json!({})).await;
    let tag = json!({ "do": "tag", "add": ["x"] });
    let ask = json!({ "ids": [id], "action": tag });
    let first = admin.try_command_as("bulk-1", "tenant", "bulk.start", ask.clone()).await;
    let again = admin.try_command_as("bulk-1", "tenant", "bulk.start", ask).await;
    assert_eq!((&first["d"], &again["dup"]), (&again["d"], &json!(true)), "{again}");
    assert_eq!(admin.get("/bulks").await.ok()["items"].as_array().map(Vec::len), Some(1));
    let stranger = uuid();
    for (d, class) in [
        (json!({ "action": tag }), "invalid"),
        (json!({ "ids": [id], "filter": {}, "action": tag }), "invalid"),
        (json!({ "ids": [], "action": tag }), "invalid"),
        (json!({ "filter": { "tag": ["yok"] }, "action": tag }), "invalid"),
        (json!({ "filter": { "moon": 1 }, "action": tag }), "invalid"),
        (json!({ "ids": [id], "action": { "do": "tag" } }), "invalid"),
        (json!({ "ids": [id], "action": { "do": "assign" } }), "invalid"),
        (json!({ "ids": [id], "action": { "do": "assign", "owners": [stranger] } }), "invalid"),
        (json!({ "ids": [id], "action": { "do": "erase" } }), "invalid"),
        (json!({ "ids": vec![&*id; 1_001], "action": tag }), "invalid"),
        (
            json!({ "ids": [id], "action": { "do": "move", "board": stranger, "stage": stranger } }),
            "not_found",
        ),
    ] {
        admin.command_refused("tenant", "bulk.start", d, class).await;
    }
    let done = reached(&admin, first["d"]["bulk_id"].as_str().expect("a bulk"), "done").await;
    admin.command_refused("tenant", "bulk.cancel", json!({ "bulk": done["id"] }), "conflict").await;
    admin.command_refused("tenant", "bulk.undo", json!({ "bulk": stranger }), "not_found").await;
}

fn uuid() -> String {
    "01939d7e-0000-7000-8000-000000000001".to_owned()
}

//! What goes out of sight takes along what hangs on it, and brings it back: customers and their cards, stages and
//! theirs, however many.
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use tests::{Board, TestApp, User, on_both, within};

on_both!(
    an_archived_customer_takes_their_cards_along,
    a_restored_customer_brings_back_what_went_and_can_stand,
    a_lead_of_an_archived_customer_finds_their_card,
    a_stage_of_thousands_is_archived_at_once,
);

async fn place(user: &User, board: &Board, customer: &str) -> String {
    let d = json!({ "stage": board.first_stage(), "customer_id": customer });
    let made = user.command(&board.topic, "card.create", d).await;
    made["d"]["card_id"].as_str().expect("a card").to_owned()
}

async fn an_archived_customer_takes_their_cards_along(app: TestApp) {
    let (admin, [rep]) = app.team(["sales"]).await;
    let (one, two) = (admin.default_board().await, admin.board("İkinci", &["A", "B"]).await);
    let customer = admin.customer("Işık Ltd.", json!({})).await;
    let cards = [place(&admin, &one, &customer).await, place(&admin, &two, &customer).await];
    let (mut first, mut second) = (rep.socket().await, rep.socket().await);
    first.snapshot(&one.topic).await;
    second.snapshot(&two.topic).await;
    let topic = format!("customer:{customer}");

    rep.command_refused(&topic, "customer.archive", json!({}), "forbidden").await;
    admin.command(&topic, "customer.archive", json!({})).await;

    for (screen, card) in [(&mut first, &cards[0]), (&mut second, &cards[1])] {
        assert_eq!(screen.event("card.archived").await["d"]["card"], json!(card));
    }
    assert!(one.read(&admin).await.cards.is_empty() && two.read(&admin).await.cards.is_empty());
    let story = admin.get(&format!("/customers/{customer}/timeline?kind=card")).await.ok();
    let ops: Vec<&str> =
        story["items"].as_array().expect("items").iter().filter_map(|i| i["op"].as_str()).collect();
    assert_eq!(ops.iter().filter(|op| **op == "card.archived").count(), 2, "{ops:?}");
}

async fn a_restored_customer_brings_back_what_went_and_can_stand(app: TestApp) {
    let admin = app.tenant().await;
    let boards = [
        admin.board("Kalan", &["A", "B"]).await,
        admin.board("Kalkan", &["A", "B"]).await,
        admin.board("Aşamasız", &["A", "B"]).await,
        admin.board("Önceden", &["A", "B"]).await,
    ];
    let customer = admin.customer("Işık Ltd.", json!({})).await;
    let mut cards = Vec::new();
    for board in &boards {
        cards.push(place(&admin, board, &customer).await);
    }
    // one is gone before, and for its own reason
    admin.command(&boards[3].topic, "card.archive", json!({ "card": cards[3] })).await;
    let topic = format!("customer:{customer}");
    admin.command(&topic, "customer.archive", json!({})).await;
    admin.command(&boards[1].topic, "board.archive", json!({})).await;
    let stage = boards[2].first_stage();
    admin.command(&boards[2].topic, "stage.archive", json!({ "stage": stage })).await;
    let mut screen = admin.socket().await;
    screen.snapshot(&boards[0].topic).await;

    admin.command(&topic, "customer.restore", json!({})).await;

    assert_eq!(screen.event("card.restored").await["d"]["card"]["id"], json!(cards[0]));
    let shown = admin.get(&format!("/customers/{customer}")).await.ok();
    let live: Vec<&str> =
        shown["cards"].as_array().expect("cards").iter().filter_map(|c| c["id"].as_str()).collect();
    assert_eq!(live, [&*cards[0]], "{shown}");
    assert!(boards[3].read(&admin).await.cards.is_empty());
}

async fn a_lead_of_an_archived_customer_finds_their_card(app: TestApp) {
    let admin = app.tenant().await;
    let lead = json!({ "name": "Ayşe", "phones": ["0532 111 22 33"] });
    let first = admin.lead(lead.clone()).await;
    let topic = format!("customer:{}", first.customer_id);
    admin.command(&topic, "customer.archive", json!({})).await;
    let again = admin.lead(lead).await;
    assert_eq!((again.customer_id, again.card_id), (first.customer_id, first.card_id));
}

async fn a_stage_of_thousands_is_archived_at_once(app: TestApp) {
    const CARDS: usize = 1_300;
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let rows: String =
        (0..CARDS).map(|n| format!("Müşteri {n};053{:08}\n", 20_000_000 + n)).collect();
    let file = Part::bytes(format!("Ad Soyad;Telefon\n{rows}").into_bytes()).file_name("uzun.csv");
    let form = Form::new().part("file", file);
    let import = admin.send(admin.request(Method::POST, "/imports").multipart(form)).await.ok();
    let path = format!("/imports/{}", import["id"].as_str().expect("an id"));
    let choice = json!({ "options": { "board_id": board.id, "stage_id": board.first_stage() } });
    admin.post(&format!("{path}/commit"), choice).await.ok();
    within(std::time::Duration::from_secs(120), "the import", || async {
        let now: Value = admin.get(&path).await.ok();
        if now["state"] == "done" { Ok(()) } else { Err(now) }
    })
    .await;
    let before = board.read(&admin).await;
    let order: Vec<String> =
        before.cards_in(board.first_stage()).into_iter().map(str::to_owned).collect();
    let customer = before.cards[&order[7]]["customer_id"].as_str().expect("a customer").to_owned();
    let story = admin.get(&format!("/customers/{customer}/timeline?kind=card")).await.ok();
    assert_eq!(story["items"][0]["op"], "card.imported", "placed by the import: {story}");
    let mut screen = admin.socket().await;
    screen.snapshot(&board.topic).await;

    let to = &board.stages[1].1;
    let d = json!({ "stage": board.first_stage(), "move_to": to });
    let done = admin.command(&board.topic, "stage.archive", d).await;

    screen.reaches(&board.topic, done["seq"].as_u64().expect("a seq")).await;
    let after = board.read(&admin).await;
    assert_eq!(after.cards_in(to), order, "all of them, in their order");
    assert_eq!(tests::at_rest(&screen, &board.topic), after);
}

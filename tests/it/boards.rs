//! Boards from outside: every op with what is heard of it and what it refuses.
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Board, TestApp, at_rest, on_both};

on_both!(
    a_board_comes_is_renamed_goes_and_comes_back,
    stages_are_added_changed_ordered_and_archived,
    a_card_lives_and_its_customer_hears_of_it,
    a_customers_change_is_on_its_cards,
    a_customer_has_one_card_on_a_board,
    what_is_not_there_is_refused_by_name,
    a_limit_holds_when_all_come_at_once,
    a_hundred_drops_at_one_spot_end_alike_everywhere,
    many_cards_keep_the_order_given,
);

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

async fn a_board_comes_is_renamed_goes_and_comes_back(app: TestApp) {
    let admin = app.tenant().await;
    let mut lists = admin.subscribe("tenant").await;
    let made = admin.command("tenant", "board.create", json!({ "name": "Satış sonrası" })).await;
    let created = lists.event("board.created").await;
    assert_eq!(created["d"]["board"]["id"], made["d"]["board_id"]);
    assert_eq!(created["d"]["board"]["card_count"], 0);

    let board = Board::load(&admin, text(&made["d"]["board_id"])).await;
    let names: Vec<&str> = board.stages.iter().map(|(name, _)| name.as_str()).collect();
    let default = [
        "Potansiyel",
        "Görüşülüyor",
        "Randevu",
        "Kapora",
        "Satış Tamamlandı",
        "Takip Edilecek",
        "Kaybedildi",
    ];
    assert_eq!(names, default);
    let mut screen = admin.subscribe(&board.topic).await;
    for (op, d, heard) in [
        ("board.rename", json!({ "name": "  Servis  " }), "board.renamed"),
        ("board.archive", json!({}), "board.archived"),
        ("board.restore", json!({}), "board.restored"),
    ] {
        admin.command(&board.topic, op, d).await;
        let (own, listed) = (screen.event(heard).await, lists.event(heard).await);
        assert_eq!((&own["d"], &own["d"]["board"]), (&listed["d"], &json!(board.id)));
        if op == "board.rename" {
            assert_eq!(own["d"]["name"], "Servis");
        }
        if op == "board.archive" {
            let name = json!({ "name": "Geç kaldı" });
            admin.command_refused(&board.topic, "board.rename", name.clone(), "gone").await;
            admin.command_refused(&board.topic, "stage.create", name, "gone").await;
        }
    }
    let list = admin.get("/boards").await.ok();
    let listed: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|b| text(&b["name"])).collect();
    assert_eq!(listed.last(), Some(&"Servis"));
    for bad in ["", " \t", &"x".repeat(201)] {
        admin.command_refused("tenant", "board.create", json!({ "name": bad }), "invalid").await;
    }
}

async fn stages_are_added_changed_ordered_and_archived(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.board("Üretim", &["Bir", "İki"]).await;
    let mut screen = admin.subscribe(&board.topic).await;
    let (one, two) = (board.stage("Bir"), board.stage("İki"));

    let d = json!({ "name": "Arada", "after": one, "kind": "lost", "colour": 8, "wip_limit": 3 });
    let made = admin.command(&board.topic, "stage.create", d).await;
    let middle = text(&made["d"]["stage_id"]);
    let created = screen.event("stage.created").await;
    assert_eq!(created["d"]["order"], json!([one, middle, two]));
    assert_eq!(created["d"]["stage"]["kind"], "lost");

    let d = json!({ "stage": middle, "name": "Ara", "kind": "won", "wip_limit": null });
    admin.command(&board.topic, "stage.update", d).await;
    let updated = screen.event("stage.updated").await["d"]["stage"].clone();
    assert_eq!((&updated["name"], &updated["kind"]), (&json!("Ara"), &json!("won")));
    assert_eq!((&updated["colour"], &updated["wip_limit"]), (&json!(8), &Value::Null));

    for order in [json!([two]), json!([two, middle, one, one]), json!([one, one, two])] {
        let d = json!({ "order": order });
        admin.command_refused(&board.topic, "stage.reorder", d, "invalid").await;
    }
    let order = json!([two, middle, one]);
    admin.command(&board.topic, "stage.reorder", json!({ "order": order })).await;
    assert_eq!(screen.event("stage.reordered").await["d"]["order"], order);

    let first = board.card(&admin, "Bir", "Işık Ltd.").await;
    let second = board.card(&admin, "Bir", "Güneş A.Ş.").await;
    let d = json!({ "stage": one });
    let refused = admin.try_command(&board.topic, "stage.archive", d).await;
    assert_eq!(refused["error"]["reason"], "stage_not_empty", "{refused}");
    admin.command(&board.topic, "stage.archive", json!({ "stage": one, "move_to": two })).await;
    screen.event("card.moved_many").await;
    assert_eq!(screen.event("stage.archived").await["d"]["stage"], one);
    assert_eq!(board.read(&admin).await.cards_in(two), [first.as_str(), second.as_str()]);

    admin.command(&board.topic, "stage.archive", json!({ "stage": middle })).await;
    let refused = admin.try_command(&board.topic, "stage.archive", json!({ "stage": two })).await;
    assert_eq!(refused["error"]["reason"], "last_stage", "{refused}");
    for bad in [json!({ "kind": "closed" }), json!({ "colour": 9 }), json!({ "wip_limit": 0 })] {
        let mut d = json!({ "stage": two });
        d.as_object_mut().unwrap().extend(bad.as_object().unwrap().clone());
        admin.command_refused(&board.topic, "stage.update", d, "invalid").await;
    }
    screen.settle().await;
    assert_eq!(at_rest(&screen, &board.topic), board.read(&admin).await);
}

async fn a_card_lives_and_its_customer_hears_of_it(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let board = admin.default_board().await;
    let mut screen = admin.subscribe(&board.topic).await;
    let customer =
        json!({ "name": "Çiğdem Öztürk", "phones": ["0532 123 45 67"], "tags": ["vip"] });
    let amount = json!({ "minor": 1_250_000, "currency": "TRY" });
    let d = json!({ "customer": customer, "need": "Balkon kapatma", "amount": amount });
    let made = admin.command(&board.topic, "card.create", d).await["d"].clone();
    assert_eq!((&made["created"], &made["matched_by"]), (&json!(true), &Value::Null));
    let card = screen.event("card.created").await["d"]["card"].clone();
    assert_eq!((&card["id"], &card["customer_id"]), (&made["card_id"], &made["customer_id"]));
    assert_eq!((&card["title"], &card["amount"]), (&json!("Çiğdem Öztürk"), &amount));
    assert_eq!((&card["need"], &card["tags"]), (&json!("Balkon kapatma"), &json!(["vip"])));
    assert_eq!((&card["stage_id"], &card["version"]), (&json!(board.first_stage()), &json!(1)));
    assert!(text(&card["phone"]).replace(' ', "").contains("5321234567"), "{card}");

    let topic = format!("customer:{}", text(&made["customer_id"]));
    let mut page = ayse.subscribe(&topic).await;
    let id = made["card_id"].clone();
    let to = board.stage("Kapora");
    let due = "2020-01-02T03:04:05.000Z";
    for (op, d, heard) in [
        ("card.update", json!({ "card": id, "need": null, "next_due_at": due }), "card.updated"),
        ("card.move", json!({ "card": id, "to_stage": to }), "card.moved"),
        ("card.archive", json!({ "card": id }), "card.archived"),
        ("card.restore", json!({ "card": id }), "card.restored"),
    ] {
        admin.command(&board.topic, op, d).await;
        let (own, copy) = (screen.event(heard).await["d"].clone(), page.event(heard).await);
        let mut with_board = own.clone();
        with_board["board"] = json!(board.id);
        assert_eq!(copy["d"], with_board);
        if op == "card.update" {
            assert_eq!(
                (&own["card"]["need"], &own["card"]["next_due_at"]),
                (&Value::Null, &json!(due))
            );
        }
    }
    admin
        .command_refused(
            &board.topic,
            "card.update",
            json!({ "card": id, "amount": { "minor": 1, "currency": "lira" } }),
            "invalid",
        )
        .await;
    admin.command(&board.topic, "card.assign", json!({ "card": id, "owners": [ayse.id()] })).await;
    let assigned = screen.event("card.assigned").await["d"].clone();
    assert_eq!(
        (&assigned["card"]["owners"], &assigned["before"]),
        (&json!([ayse.id()]), &json!([]))
    );
    page.event("customer.assigned").await;

    let timeline = admin
        .get(&format!("/customers/{}/timeline?kind=card", text(&made["customer_id"])))
        .await
        .ok();
    let ops: Vec<&str> =
        timeline["items"].as_array().unwrap().iter().map(|i| text(&i["op"])).collect();
    assert_eq!(
        ops,
        ["card.restored", "card.archived", "card.moved", "card.updated", "card.created"]
    );
    screen.settle().await;
    assert_eq!(at_rest(&screen, &board.topic), board.read(&admin).await);
}

async fn a_customers_change_is_on_its_cards(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let customer = admin.customer("Eski Ad", json!({ "board_id": board.id })).await;
    let mut screen = admin.subscribe(&board.topic).await;
    let topic = format!("customer:{customer}");
    admin.command(&topic, "customer.update", json!({ "name": "Yeni Ad", "quality": "A" })).await;
    let card = screen.event("card.updated").await["d"]["card"].clone();
    assert_eq!((&card["title"], &card["quality"]), (&json!("Yeni Ad"), &json!("A")));
    admin.command(&topic, "customer.assign", json!({ "owners": [admin.id()] })).await;
    let assigned = screen.event("card.assigned").await["d"].clone();
    assert_eq!(assigned["card"]["owners"], json!([admin.id()]));
    screen.settle().await;
    assert_eq!(at_rest(&screen, &board.topic), board.read(&admin).await);
}

async fn a_customer_has_one_card_on_a_board(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let d = json!({ "customer": { "name": "Işık", "phones": ["0532 000 00 01"] } });
    let first = admin.command(&board.topic, "card.create", d.clone()).await["d"].clone();
    let second = admin.command(&board.topic, "card.create", d).await["d"].clone();
    assert_eq!(first["card_id"], second["card_id"]);
    assert_eq!((&second["created"], &second["matched_by"]), (&json!(false), &json!("phone")));
    let by_id = json!({ "customer_id": first["customer_id"] });
    let third = admin.command(&board.topic, "card.create", by_id.clone()).await;
    assert_eq!(third["d"]["card_id"], first["card_id"]);
    let other = admin.board("Başka", &["Bir"]).await;
    let fourth = admin.command(&other.topic, "card.create", by_id).await;
    assert_ne!(fourth["d"]["card_id"], first["card_id"]);
    let detail = admin.get(&format!("/customers/{}", text(&first["customer_id"]))).await.ok();
    assert_eq!(detail["cards"].as_array().map(Vec::len), Some(2), "{detail}");
}

async fn what_is_not_there_is_refused_by_name(app: TestApp) {
    let admin = app.tenant().await;
    let (board, other) = (admin.default_board().await, admin.board("Başka", &["Bir"]).await);
    let card = board.card(&admin, "Randevu", "Işık").await;
    let strange = uuid::Uuid::now_v7().to_string();
    let to = board.first_stage();
    for (topic, op, d, class, reason) in [
        (&board, "card.move", json!({ "card": strange, "to_stage": to }), "not_found", None),
        (&board, "card.move", json!({ "card": card, "to_stage": strange }), "not_found", None),
        (
            &board,
            "card.move",
            json!({ "card": card, "to_stage": other.first_stage() }),
            "not_found",
            None,
        ),
        (
            &other,
            "card.move",
            json!({ "card": card, "to_stage": other.first_stage() }),
            "not_found",
            Some("not_on_this_board"),
        ),
        (&other, "card.archive", json!({ "card": card }), "not_found", Some("not_on_this_board")),
        (&board, "card.create", json!({}), "invalid", None),
        (&board, "card.create", json!({ "customer_id": strange }), "not_found", None),
        (
            &board,
            "card.create",
            json!({ "stage": strange, "customer": { "name": "A" } }),
            "not_found",
            None,
        ),
        (&board, "card.move_many", json!({ "cards": [], "to_stage": to }), "invalid", None),
        (
            &board,
            "card.move_many",
            json!({ "cards": vec![&strange; 1], "to_stage": to }),
            "not_found",
            None,
        ),
        (&board, "card.move", json!({ "card": "x", "to_stage": to }), "invalid", None),
        (&board, "card.assign", json!({ "card": card }), "invalid", None),
        (&board, "card.assign", json!({ "card": card, "owners": [strange] }), "invalid", None),
    ] {
        let refused = admin.command_refused(&topic.topic, op, d, class).await;
        if let Some(reason) = reason {
            assert_eq!(refused["error"]["reason"], reason, "{refused}");
        }
    }
    admin.command(&board.topic, "card.archive", json!({ "card": card })).await;
    admin
        .command_refused(&board.topic, "card.move", json!({ "card": card, "to_stage": to }), "gone")
        .await;
    admin.get(&format!("/boards/{strange}")).await.problem(404, "not_found");
    admin.get("/boards/nonsense").await.refused();
    assert!(board.read(&admin).await.cards.is_empty());
}

async fn a_limit_holds_when_all_come_at_once(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let (from, to) = ("Potansiyel", board.stage("Randevu"));
    let mut cards = Vec::new();
    for n in 0..20 {
        cards.push(board.card(&admin, from, &format!("Müşteri {n}")).await);
    }
    admin.command(&board.topic, "stage.update", json!({ "stage": to, "wip_limit": 5 })).await;
    let moves = cards.iter().map(|card| {
        admin.try_command(&board.topic, "card.move", json!({ "card": card, "to_stage": to }))
    });
    let placed = (0..10).map(|n| {
        let d = json!({ "name": format!("Yeni {n}"), "board_id": board.id, "stage_id": to });
        admin.try_command("tenant", "customer.create", d)
    });
    let (moved, placed) = tokio::join!(join_all(moves), join_all(placed));
    let all: Vec<Value> = moved.into_iter().chain(placed).collect();
    let (good, bad): (Vec<&Value>, Vec<&Value>) = all.iter().partition(|r| r["ok"] == true);
    assert_eq!(good.len(), 5, "{all:?}");
    assert!(bad.iter().all(|r| r["error"]["reason"] == "stage_full"), "{bad:?}");
    assert_eq!(board.read(&admin).await.cards_in(to).len(), 5);
}

async fn a_hundred_drops_at_one_spot_end_alike_everywhere(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let top = board.card(&admin, "Potansiyel", "Üst").await;
    let bottom = board.card(&admin, "Potansiyel", "Alt").await;
    let mut cards = Vec::new();
    for n in 0..20 {
        cards.push(board.card(&admin, "Randevu", &format!("Müşteri {n}")).await);
    }
    let mut screen = admin.subscribe(&board.topic).await;
    let to = board.stage("Potansiyel");
    for round in 0..100 {
        let card = &cards[round % cards.len()];
        let d = json!({ "card": card, "to_stage": to, "after": top, "before": bottom });
        admin.command(&board.topic, "card.move", d).await;
    }
    screen.settle().await;
    let (heard, read) = (at_rest(&screen, &board.topic), board.read(&admin).await);
    assert_eq!(heard, read);
    let mut expected = vec![top.as_str()];
    expected.extend(cards.iter().rev().map(String::as_str));
    expected.push(&bottom);
    assert_eq!(read.cards_in(to), expected);
    let ranks: std::collections::BTreeSet<i64> =
        read.cards.values().filter_map(|card| card["rank"].as_i64()).collect();
    assert_eq!(ranks.len(), 22);
    assert!(ranks.iter().all(|rank| rank.abs() <= 1 << 52));
}

async fn many_cards_keep_the_order_given(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let mut cards = Vec::new();
    for n in 0..12 {
        let stage = ["Potansiyel", "Randevu"][n % 2];
        cards.push(board.card(&admin, stage, &format!("Müşteri {n}")).await);
    }
    let mut screen = admin.subscribe(&board.topic).await;
    let to = board.stage("Randevu");
    let order = [9, 2, 5, 4, 0];
    let moved: Vec<&str> = order.iter().map(|n| cards[*n].as_str()).collect();
    let d = json!({ "cards": moved, "to_stage": to, "after": cards[1], "before": cards[3] });
    let answer = admin.command(&board.topic, "card.move_many", d).await;
    assert_eq!(answer["d"]["moved"], 5);
    let event = screen.event("card.moved_many").await;
    assert_eq!(event["d"]["cards"].as_array().map(Vec::len), Some(5));
    let mut expected = vec![cards[1].as_str()];
    expected.extend(&moved);
    expected.extend([3, 7, 11].map(|n| cards[n].as_str()));
    screen.settle().await;
    let read = board.read(&admin).await;
    assert_eq!(read.cards_in(to), expected);
    assert_eq!(at_rest(&screen, &board.topic), read);
    let crowd: Vec<String> = (0..201).map(|_| uuid::Uuid::now_v7().to_string()).collect();
    let d = json!({ "cards": crowd, "to_stage": to });
    admin.command_refused(&board.topic, "card.move_many", d, "invalid").await;
}

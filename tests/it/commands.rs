//! Commands by both doors: answers after the commit, ids that act once, order that is kept.
use serde_json::{Value, json};
use tests::{TestApp, on_both, unique};

on_both!(
    a_command_by_http_is_heard_on_a_socket_with_its_position,
    an_id_sent_three_times_by_different_sockets_is_one_event,
    an_id_with_another_body_is_a_conflict,
    an_id_is_of_its_tenant_alone,
    a_batch_is_answered_in_order_and_one_refusal_stops_no_other,
    one_sockets_commands_commit_in_the_order_sent,
    the_own_event_comes_before_its_answer,
    a_refused_command_leaves_nothing_behind,
    a_version_that_was_overtaken_is_a_conflict,
    commands_that_are_none_are_refused_by_name,
    an_idempotency_key_acts_once_on_http,
);

async fn a_command_by_http_is_heard_on_a_socket_with_its_position(app: TestApp) {
    let (admin, [mehmet]) = app.team(["sales"]).await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Işık Ltd.").await;
    let mut screen = mehmet.subscribe(&board.topic).await;

    let d = json!({ "card": card, "to_stage": board.stage("Randevu") });
    let result = admin.command(&board.topic, "card.move", d).await;
    let event = screen.event("card.moved").await;

    assert_eq!((&event["seq"], &event["topic"]), (&result["seq"], &result["topic"]));
    assert_eq!(
        (event["d"]["card"].as_str(), event["by"].as_str()),
        (Some(&*card), Some(admin.id()))
    );
    assert_eq!(event["d"]["from"], board.stage("Potansiyel"));
    assert_eq!(event["d"]["to"], board.stage("Randevu"));
}

async fn an_id_sent_three_times_by_different_sockets_is_one_event(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let mut screen = admin.subscribe(&board.topic).await;
    let (mut one, mut two) = (admin.socket().await, admin.login().await.socket().await);
    let id = unique("cmd");
    let d = json!({ "stage": board.first_stage(), "customer": { "name": "Çağrı Öz" } });

    // Two at the same instant, the third afterwards by the other door.
    let (first, second) = tokio::join!(
        one.try_command_as(&id, &board.topic, "card.create", d.clone()),
        two.try_command_as(&id, &board.topic, "card.create", d.clone()),
    );
    let third = admin.try_command_as(&id, &board.topic, "card.create", d).await;

    let dup = |answer: &Value| answer["dup"] == true;
    assert_eq!(
        [&first, &second, &third].iter().filter(|answer| dup(answer)).count(),
        2,
        "{first} {second} {third}"
    );
    for answer in [&second, &third] {
        assert_eq!((&answer["seq"], &answer["d"]), (&first["seq"], &first["d"]));
    }
    screen.event("card.created").await;
    screen.settle().await;
    assert_eq!(screen.events(&board.topic).len(), 1);
    assert_eq!(app.database().count("card").await, 1);
}

async fn an_id_with_another_body_is_a_conflict(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let id = unique("cmd");
    let d = |name: &str| json!({ "stage": board.first_stage(), "customer": { "name": name } });
    let first = admin.try_command_as(&id, &board.topic, "card.create", d("Ayşe")).await;
    assert_eq!(first["ok"], true, "{first}");

    let by_http = admin.try_command_as(&id, &board.topic, "card.create", d("Fatma")).await;
    let by_socket =
        admin.socket().await.try_command_as(&id, &board.topic, "card.create", d("Fatma")).await;
    let other_op =
        admin.try_command_as(&id, &board.topic, "board.rename", json!({ "name": "Başka" })).await;

    assert_eq!(by_http["error"]["code"], "conflict", "{by_http}");
    assert_eq!(
        (&by_socket["t"], &by_socket["code"]),
        (&json!("err"), &json!("conflict")),
        "{by_socket}"
    );
    assert_eq!(other_op["error"]["code"], "conflict", "{other_op}");
    assert!(by_socket["retry_ms"].is_null(), "a conflict does not pass by itself: {by_socket}");
    assert_eq!(app.database().count("card").await, 1);
}

async fn an_id_is_of_its_tenant_alone(app: TestApp) {
    let (a, b) = (app.tenant().await, app.tenant().await);
    let id = unique("cmd");
    for admin in [&a, &b] {
        let result = admin
            .try_command_as(&id, "tenant", "board.create", json!({ "name": "Aynı kimlik" }))
            .await;
        assert_eq!((&result["ok"], &result["dup"]), (&json!(true), &Value::Null), "{result}");
    }
}

async fn a_batch_is_answered_in_order_and_one_refusal_stops_no_other(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let rename = |id: &str, name: &str| json!({ "id": id, "topic": board.topic, "op": "board.rename", "d": { "name": name } });
    let ids = [unique("c"), unique("c"), unique("c")];
    let batch = json!([rename(&ids[0], "Bir"), rename(&ids[1], ""), rename(&ids[2], "Üç")]);

    let body = admin.post("/commands", batch).await.ok();
    let results = body["results"].as_array().expect("results");

    let seen: Vec<(&str, bool)> =
        results.iter().map(|r| (r["id"].as_str().unwrap_or_default(), r["ok"] == true)).collect();
    assert_eq!(seen, [(&*ids[0], true), (&*ids[1], false), (&*ids[2], true)]);
    assert_eq!(results[1]["error"]["code"], "invalid", "{}", results[1]);
    assert!(results[0]["seq"].as_u64() < results[2]["seq"].as_u64());
    let after = admin.get(&format!("/boards/{}", board.id)).await.ok();
    assert_eq!(after["name"], "Üç");
}

async fn one_sockets_commands_commit_in_the_order_sent(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let screen = admin.subscribe(&board.topic).await;
    let socket = admin.socket().await;
    let start =
        screen.position(&board.topic).expect("a position")["seq"].as_u64().expect("a number");

    for n in 0..30 {
        let d = json!({ "name": format!("Ad {n}") });
        socket.send(json!({ "t": "cmd", "id": unique("c"), "topic": board.topic, "op": "board.rename", "d": d }));
    }
    screen.reaches(&board.topic, start + 30).await;

    let names: Vec<String> = screen
        .events(&board.topic)
        .iter()
        .filter_map(|ev| ev["d"]["name"].as_str().map(str::to_owned))
        .collect();
    let sent: Vec<String> = (0..30).map(|n| format!("Ad {n}")).collect();
    assert_eq!(names, sent);
}

async fn the_own_event_comes_before_its_answer(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let mut socket = admin.subscribe(&board.topic).await;
    let id = unique("c");

    let answer =
        socket.try_command_as(&id, &board.topic, "board.rename", json!({ "name": "Yeni" })).await;

    let frames = socket.frames();
    let at = |kind: &str| {
        frames.iter().position(|f| f["t"] == kind && (f["id"] == *id || f["cmd"] == *id))
    };
    assert!(at("ev").is_some() && at("ev") < at("res"), "{answer}");
}

async fn a_refused_command_leaves_nothing_behind(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let before = (app.database().count("event").await, app.database().count("customer").await);

    // The customer would be made first; the stage that does not exist refuses all of it.
    let d =
        json!({ "stage": "0190aaaa-0000-7000-8000-000000000000", "customer": { "name": "Yarım" } });
    admin.command_refused(&board.topic, "card.create", d, "not_found").await;

    let after = (app.database().count("event").await, app.database().count("customer").await);
    assert_eq!(before, after);
}

async fn a_version_that_was_overtaken_is_a_conflict(app: TestApp) {
    let admin = app.tenant().await;
    let customer = admin.customer("Sürüm", json!({})).await;
    let topic = format!("customer:{customer}");
    let update = |name: &str, ver: &Value| json!({ "id": unique("c"), "topic": topic, "op": "customer.update", "d": { "name": name }, "if": { "ver": ver } });
    let seen = admin.get(&format!("/customers/{customer}")).await.ok()["version"].clone();

    let first = admin.post("/commands", update("Birinci", &seen)).await.ok();
    let second = admin.post("/commands", update("İkinci", &seen)).await.ok();

    assert_eq!(first["results"][0]["ok"], true, "{first}");
    assert_eq!(second["results"][0]["error"]["code"], "conflict", "{second}");
    let now = admin.get(&format!("/customers/{customer}")).await.ok();
    assert_eq!(now["name"], "Birinci");
}

async fn commands_that_are_none_are_refused_by_name(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    for (topic, op, class) in [
        (&*board.topic, "card.fly", "invalid"),
        (&*board.topic, "", "invalid"),
        ("board:not-an-id", "board.rename", "not_found"),
        ("board:0190aaaa-0000-7000-8000-000000000000", "board.rename", "not_found"),
        ("nowhere", "board.rename", "not_found"),
    ] {
        let result = admin.try_command(topic, op, json!({ "name": "Ad" })).await;
        let code = result["error"]["code"].as_str().unwrap_or_default();
        let fits = code == class || matches!(code, "invalid" | "not_found" | "unknown_op");
        assert!(result["ok"] == false && fits, "{op} on {topic}: {result}");
    }
}

async fn an_idempotency_key_acts_once_on_http(app: TestApp) {
    let admin = app.tenant().await;
    let key = unique("anahtar");
    let send = |name: &str| {
        let body = json!({ "name": name, "phones": ["0532 000 11 22"] });
        let request = admin
            .request(reqwest::Method::POST, "/leads")
            .header("idempotency-key", &key)
            .json(&body);
        admin.send(request)
    };

    let first = send("Bir kez").await;
    let again = send("Bir kez").await;
    let other = send("Başka gövde").await;

    assert_eq!(first.body["customer_id"], again.body["customer_id"], "{first:?} {again:?}");
    assert_eq!((first.status, first.text.clone()), (again.status, again.text.clone()));
    other.problem(409, "idempotency_conflict");
    assert_eq!(app.database().count("card").await, 1);
}

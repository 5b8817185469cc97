//! The WebSocket contract: hello, topics, snapshots, replay, resume, limits and close codes.
use std::time::Duration;

use serde_json::{Value, json};
use tests::{RawSocket, Subscriber, TestApp, at_rest, on_both, unique};

on_both!(
    a_welcome_says_who_and_within_which_limits,
    a_bad_token_ends_the_socket_for_good,
    a_snapshot_and_the_events_after_it_are_the_whole_truth,
    a_resume_brings_exactly_what_was_missed,
    an_equal_position_brings_nothing,
    position_zero_is_a_position,
    an_unknown_epoch_or_a_position_ahead_brings_a_snapshot,
    a_big_board_arrives_in_parts_of_one_moment,
    an_unsubscribed_topic_is_silent,
    a_topic_of_nobody_is_not_found,
    too_many_topics_are_refused,
    frames_that_are_none_are_answered_by_bad_frame,
    a_strange_origin_is_refused_before_the_upgrade,
    silence_instead_of_hello_is_closed,
    an_ending_token_can_be_renewed_on_the_open_socket,
);

async fn a_welcome_says_who_and_within_which_limits(app: TestApp) {
    let admin = app.tenant().await;
    let socket = admin.socket().await;
    let welcome = &socket.welcome;
    assert_eq!(
        (&welcome["user"]["id"], &welcome["tenant"]["id"]),
        (&admin.user["id"], &admin.tenant["id"])
    );
    assert_eq!(welcome["limits"]["topics"], 128);
    assert_eq!(welcome["limits"]["inflight"], 32);
    assert!(
        welcome["sid"].is_string() && welcome["now"].is_string() && welcome["hb"].is_u64(),
        "{welcome}"
    );
}

async fn a_bad_token_ends_the_socket_for_good(app: TestApp) {
    let admin = app.tenant().await;
    for token in ["", "x", "eyJhbGciOiJub25lIn0.e30.", &format!("{}x", admin.token)] {
        let socket = Subscriber::open(&admin).await;
        socket.send(json!({ "t": "hello", "v": 1, "token": token, "cid": "c" }));
        assert_eq!(socket.closed(Duration::from_secs(5)).await, 4101, "{token}");
    }
    let socket = Subscriber::open(&admin).await;
    socket.send(json!({ "t": "sub", "id": "1", "topic": "tenant" }));
    assert_eq!(socket.closed(Duration::from_secs(5)).await, 4100, "a first frame that is no hello");
}

async fn a_snapshot_and_the_events_after_it_are_the_whole_truth(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    for n in 0..5 {
        board.card(&admin, "Potansiyel", &format!("Müşteri {n}")).await;
    }
    let mut early = admin.socket().await;
    early.snapshot(&board.topic).await;
    let moved = board.card(&admin, "Randevu", "Geç gelen").await;
    let d = json!({ "card": moved, "to_stage": board.stage("Potansiyel"), "before": Value::Null });
    let last = admin.command(&board.topic, "card.move", d).await;
    early.reaches(&board.topic, last["seq"].as_u64().expect("a seq")).await;
    let mut late = admin.socket().await;
    late.snapshot(&board.topic).await;

    let (folded, fresh, rows) =
        (at_rest(&early, &board.topic), at_rest(&late, &board.topic), board.read(&admin).await);
    assert_eq!(folded.cards.len(), 6);
    assert_eq!(folded.places(), fresh.places());
    assert_eq!(folded, fresh);
    assert_eq!(fresh, rows);
}

async fn a_resume_brings_exactly_what_was_missed(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let first = admin.subscribe(&board.topic).await;
    first.find("the snapshot", |f| f["t"] == "snap" && f["last"] == true).await;
    let left_at = first.position(&board.topic).expect("a position");
    first.drop_connection();
    for n in 0..7 {
        admin.command(&board.topic, "board.rename", json!({ "name": format!("Ad {n}") })).await;
    }

    let resume =
        json!([{ "topic": board.topic, "epoch": left_at["epoch"], "seq": left_at["seq"] }]);
    let mut again = Subscriber::connect(&admin, json!({ "resume": resume })).await;
    let subbed = again.next("subbed").await;
    let start = left_at["seq"].as_u64().expect("a number");
    again.reaches(&board.topic, start + 7).await;

    assert_eq!(
        (&subbed["mode"], subbed["seq"].as_u64()),
        (&json!("replay"), Some(start + 7)),
        "{subbed}"
    );
    let seqs: Vec<u64> =
        again.events(&board.topic).iter().filter_map(|ev| ev["seq"].as_u64()).collect();
    assert_eq!(seqs, (start + 1..=start + 7).collect::<Vec<_>>());
    admin.command(&board.topic, "board.rename", json!({ "name": "Canlı" })).await;
    again.reaches(&board.topic, start + 8).await;
    again.check();
}

async fn an_equal_position_brings_nothing(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let mut socket = admin.socket().await;
    socket.snapshot(&board.topic).await;
    let position = socket.position(&board.topic).expect("a position");

    let mut other = admin.socket().await;
    let subbed = other.sub(&board.topic, json!({ "since": position })).await;
    other.settle().await;

    assert_eq!((&subbed["mode"], &subbed["seq"]), (&json!("live"), &position["seq"]));
    assert!(other.frames().iter().all(|f| f["t"] != "snap" && f["t"] != "ev"));
}

async fn position_zero_is_a_position(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.board("Sıfırdan", &["Bir"]).await;
    let mut socket = admin.socket().await;
    let epoch = socket.snapshot(&board.topic).await["epoch"].clone();
    for n in 0..3 {
        admin.command(&board.topic, "board.rename", json!({ "name": format!("Ad {n}") })).await;
    }

    let mut other = admin.socket().await;
    let subbed = other.sub(&board.topic, json!({ "since": { "epoch": epoch, "seq": 0 } })).await;
    let head = subbed["seq"].as_u64().expect("a number");
    other.reaches(&board.topic, head).await;

    assert_eq!(subbed["mode"], "replay", "0 is not the absence of a position");
    assert_eq!(other.events(&board.topic).len() as u64, head);
}

async fn an_unknown_epoch_or_a_position_ahead_brings_a_snapshot(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let mut socket = admin.socket().await;
    let snap = socket.snapshot(&board.topic).await;
    for since in [
        json!({ "epoch": "başka", "seq": snap["seq"] }),
        json!({ "epoch": snap["epoch"], "seq": 1_000_000 }),
        json!({ "epoch": "", "seq": 0 }),
    ] {
        let mut other = admin.socket().await;
        let subbed = other.sub(&board.topic, json!({ "since": since })).await;
        assert_eq!(subbed["mode"], "snapshot", "{since}: {subbed}");
        let again = other.whole_snapshot(&board.topic).await;
        assert_eq!((&again["epoch"], &again["d"]), (&snap["epoch"], &snap["d"]));
    }
}

async fn a_big_board_arrives_in_parts_of_one_moment(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    for chunk in 0..4 {
        let commands: Vec<Value> = (0..100)
            .map(|n| {
                let customer = json!({ "name": format!("Müşteri {chunk}-{n} {}", "ğ".repeat(80)) });
                let d = json!({ "stage": board.first_stage(), "customer": customer });
                json!({ "id": unique("c"), "topic": board.topic, "op": "card.create", "d": d })
            })
            .collect();
        let results = admin.post("/commands", Value::Array(commands)).await.ok();
        assert!(
            results["results"].as_array().expect("results").iter().all(|r| r["ok"] == true),
            "{results}"
        );
    }
    let mut socket = admin.socket().await;
    let whole = socket.snapshot(&board.topic).await;

    let parts: Vec<Value> = socket.frames().into_iter().filter(|f| f["t"] == "snap").collect();
    assert!(parts.len() > 1, "one part of {} bytes", parts[0].to_string().len());
    assert!(
        parts.iter().all(|part| part["seq"] == whole["seq"] && part["epoch"] == whole["epoch"])
    );
    assert!(parts.iter().all(|part| part.to_string().len() <= 68 * 1024), "a part above 64 KiB");
    assert_eq!(whole["d"]["cards"].as_array().map(Vec::len), Some(400));
    assert_eq!(at_rest(&socket, &board.topic), board.read(&admin).await);
}

async fn an_unsubscribed_topic_is_silent(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let mut socket = admin.subscribe(&board.topic).await;
    socket.send(json!({ "t": "unsub", "id": unique("u"), "topic": board.topic }));
    socket.settle().await;
    admin.command(&board.topic, "board.rename", json!({ "name": "Duyulmaz" })).await;
    socket.settle().await;
    assert_eq!(socket.events(&board.topic), Vec::<Value>::new());
}

async fn a_topic_of_nobody_is_not_found(app: TestApp) {
    let (admin, other) = (app.tenant().await, app.tenant().await);
    let theirs = other.default_board().await;
    let mut socket = admin.socket().await;
    // an id has one spelling: another would be a second stream of the same board
    let board = admin.default_board().await;
    let customer = admin.customer("Işıl", json!({})).await;
    let upper = format!("board:{}", board.id.to_uppercase());
    let simple = format!("board:{}", board.id.replace('-', ""));
    let person = format!("customer:{}", customer.to_uppercase());
    let me = format!("user:{}", admin.id().to_uppercase());
    for (topic, op, d) in [
        (&upper, "board.rename", json!({ "name": "Başka" })),
        (&person, "customer.update", json!({ "name": "Başka" })),
        (&person, "note.add", json!({ "body": "Başka" })),
        (&me, "notification.read", json!({})),
    ] {
        admin.command_refused(topic, op, d.clone(), "not_found").await;
        let answer = socket.try_command_as(&unique("c"), topic, op, d).await;
        assert_eq!(answer["code"], "not_found", "{topic} {op}: {answer}");
    }
    for topic in [
        &*upper,
        &simple,
        &person,
        &me,
        &*theirs.topic,
        "board:0190aaaa-0000-7000-8000-000000000000",
        "board:x",
        "nowhere",
        "board:",
    ] {
        let answer = socket.sub(topic, json!({})).await;
        assert_eq!(
            (&answer["t"], &answer["code"]),
            (&json!("err"), &json!("not_found")),
            "{topic}: {answer}"
        );
    }
}

async fn too_many_topics_are_refused(app: TestApp) {
    let admin = app.tenant().await;
    let mut socket = admin.socket().await;
    let mut customers = Vec::new();
    for _ in 0..2 {
        let commands: Vec<Value> = (0..65)
            .map(|n| json!({ "id": unique("c"), "topic": "tenant", "op": "customer.create", "d": { "name": format!("M {n}") } }))
            .collect();
        let body = admin.post("/commands", Value::Array(commands)).await.ok();
        let ids = body["results"].as_array().expect("results").iter();
        customers.extend(ids.map(|r| r["d"]["customer_id"].as_str().expect("an id").to_owned()));
    }
    for customer in &customers[..128] {
        let answer = socket.sub(&format!("customer:{customer}"), json!({})).await;
        assert_eq!(answer["t"], "subbed", "{answer}");
    }
    let answer = socket.sub(&format!("customer:{}", customers[128]), json!({})).await;
    assert_eq!(answer["t"], "err", "{answer}");
    socket.settle().await;
}

async fn frames_that_are_none_are_answered_by_bad_frame(app: TestApp) {
    let admin = app.tenant().await;
    let mut socket = admin.socket().await;
    let no_frames = [
        "",
        "{",
        "[]",
        "null",
        "7",
        r#"{"t":"fly"}"#,
        r#"{"t":7}"#,
        r#"{"t":"sub","id":"1"}"#,
        r#"{"t":"cmd"}"#,
    ];
    for text in no_frames {
        socket.send_text(text);
        let answer = socket.next("err").await;
        assert_eq!(answer["code"], "bad_frame", "{text}: {answer}");
    }
    socket.settle().await;
}

async fn a_strange_origin_is_refused_before_the_upgrade(app: TestApp) {
    for (origin, fine) in
        [("https://kotu.example", false), ("null", false), (app.base().trim_end_matches('/'), true)]
    {
        let mut socket = RawSocket::connect(app.base(), false).await;
        let head = socket.upgrade(&format!("Origin: {origin}\r\n")).await;
        assert_eq!(head.starts_with("HTTP/1.1 101"), fine, "{origin}: {head}");
    }
}

async fn silence_instead_of_hello_is_closed(app: TestApp) {
    let mut socket = RawSocket::websocket(app.base(), false).await;
    let reply = socket.until_closed(Duration::from_secs(8)).await;
    assert!(reply.is_some(), "still open after 8 s without hello");
}

async fn an_ending_token_can_be_renewed_on_the_open_socket(app: TestApp) {
    let admin = app.tenant().await;
    let mut socket = admin.socket().await;
    let fresh = admin.post("/auth/refresh", json!({})).await.ok();
    let id = unique("a");
    socket.send(json!({ "t": "auth", "id": id, "token": fresh["access_token"] }));
    let answer = socket.answer_to(&id).await;
    assert_eq!(answer["t"], "res", "{answer}");

    let (stranger, id) = (app.tenant().await, unique("a"));
    socket.send(json!({ "t": "auth", "id": id, "token": stranger.token }));
    let refused = socket.find("a refusal", |f| f["t"] == "err" && f["id"] == *id);
    let closed = socket.closed(Duration::from_secs(5));
    tokio::select! { _ = refused => {}, _ = closed => {} }
}

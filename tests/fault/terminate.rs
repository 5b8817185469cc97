//! SIGTERM under load: no acknowledgement is lost, everybody is told when to come back, and the server goes in time.
use std::{collections::BTreeSet, time::Duration};

use serde_json::json;
use tests::{Database, Kind, Process, Settings, User, unique, with_both};

with_both!(a_terminated_server_drains_and_loses_no_acknowledgement);

async fn a_terminated_server_drains_and_loses_no_acknowledgement(kind: Kind) {
    let database = Database::fresh(kind).await;
    let settings = Settings::default();
    let server = Process::start(&database, &settings).await;
    let admin = User::stranger_at(&server.base).register(&unique("isletme")).await;
    let board = admin.default_board().await;
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.push(admin.subscribe(&board.topic).await);
    }
    let mut sent = Vec::new();
    for (n, socket) in sockets.iter().enumerate() {
        for k in 0..25 {
            let id = unique("c");
            let d = json!({ "stage": board.first_stage(), "customer": { "name": format!("M {n}-{k}") } });
            socket.send(
                json!({ "t": "cmd", "id": id, "topic": board.topic, "op": "card.create", "d": d }),
            );
            sent.push(id);
        }
    }
    sockets[0].find("a first answer", |f| f["t"] == "res").await;

    let (status, took) = server.terminate().await;

    assert!(took < Duration::from_secs(15), "{took:?}");
    assert!(status.success(), "{status}");
    let mut acknowledged = BTreeSet::new();
    for socket in &sockets {
        assert_eq!(socket.closed(Duration::from_secs(2)).await, 1012);
        let frames = socket.frames();
        let drain = frames.iter().find(|f| f["t"] == "drain").expect("a drain frame");
        assert!(drain["retry_ms"][0].as_u64() <= drain["retry_ms"][1].as_u64(), "{drain}");
        let answers = frames
            .iter()
            .filter(|f| f["t"] == "res")
            .filter_map(|f| f["id"].as_str().map(str::to_owned));
        acknowledged.extend(answers);
    }
    let server = Process::start(&database, &settings).await;
    let there = admin.at(&server.base);
    for id in &acknowledged {
        let found = format!(
            "event WHERE op = 'card.created' AND topic = '{}' AND cmd = '{id}'",
            board.topic
        );
        assert_eq!(database.count(&found).await, 1, "{id} was acknowledged");
    }
    let cards = board.read(&there).await.cards.len();
    assert!(
        cards >= acknowledged.len() && cards <= sent.len(),
        "{cards} cards, {} answers",
        acknowledged.len()
    );
    drop(server);
    database.drop_now().await;
}

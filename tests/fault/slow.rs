//! Peers that do not read: bounded in memory, ended in time, and nobody else waits for them.
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::{Database, Kind, Process, RawSocket, Settings, User, declared, unique, with_both};

with_both!(sockets_that_never_read_cost_little_and_slow_nobody, a_declared_gibibyte_costs_nothing);

const DEAF: usize = 100;
const MIB: u64 = 1024 * 1024;

/// A socket that says hello, follows a topic, and never reads another byte.
async fn deaf(user: &User, topic: &str) -> RawSocket {
    let mut socket = RawSocket::websocket(&user.base, true).await;
    socket
        .text(
            &json!({ "t": "hello", "v": 1, "token": user.token, "cid": unique("cid") }).to_string(),
        )
        .await;
    socket.text(&json!({ "t": "sub", "id": "1", "topic": topic }).to_string()).await;
    socket
}

async fn sockets_that_never_read_cost_little_and_slow_nobody(kind: Kind) {
    let database = Database::fresh(kind).await;
    let server = Process::start(&database, &Settings::default()).await;
    let admin = User::stranger_at(&server.base).register(&unique("isletme")).await;
    let topic = format!("customer:{}", admin.customer("Gezgin", json!({})).await);
    let mut reader = admin.socket().await;
    reader.snapshot(&topic).await;
    let mut sockets = Vec::new();
    for _ in 0..DEAF {
        sockets.push(deaf(&admin, &topic).await);
    }
    reader.settle().await;
    let before = server.memory();

    // Fat events: 3 KiB each, together far more than a socket may hold back.
    let (mut slowest, mut peak) = (Duration::ZERO, 0);
    for n in 0..600 {
        let d = json!({ "body": format!("{n} {}", "uzun bir not ".repeat(240)) });
        let began = Instant::now();
        let done = admin.command(&topic, "note.add", d).await;
        reader.reaches(&topic, done["seq"].as_u64().expect("a seq")).await;
        slowest = slowest.max(began.elapsed());
        peak = peak.max(server.memory());
    }

    let grown = peak.saturating_sub(before);
    let bound = (DEAF as u64) * 5 * MIB / 4 + 64 * MIB;
    assert!(grown < bound, "{} MiB for {DEAF} deaf sockets", grown / MIB);
    assert!(slowest < Duration::from_secs(5), "a reader waited {slowest:?}");
    for socket in &mut sockets {
        // What the kernel still held comes first; then the close, or just the end.
        assert!(
            socket.until_closed(Duration::from_secs(60)).await.is_some(),
            "a deaf socket is still open"
        );
    }
    admin.get("/me").await.ok();
    drop(server);
    database.drop_now().await;
}

async fn a_declared_gibibyte_costs_nothing(kind: Kind) {
    let database = Database::fresh(kind).await;
    let server = Process::start(&database, &Settings::default()).await;
    let admin = User::stranger_at(&server.base).register(&unique("isletme")).await;
    let mut reader = admin.socket().await;
    let before = server.memory();
    let mut sockets = Vec::new();
    for n in 0..40 {
        let mut socket = RawSocket::websocket(&server.base, false).await;
        if n % 2 == 0 {
            let hello = json!({ "t": "hello", "v": 1, "token": admin.token, "cid": unique("cid") });
            socket.text(&hello.to_string()).await;
        }
        socket.write(&declared(0x81, 1 << 30)).await;
        socket.write(&vec![b'x'; 256 * 1024]).await;
        sockets.push(socket);
    }
    for socket in &mut sockets {
        let end = socket.until_closed(Duration::from_secs(10)).await;
        assert!(end.is_some(), "a socket that declared 1 GiB is still open");
    }
    let grown = server.memory().saturating_sub(before);
    assert!(grown < 50 * MIB, "{} MiB", grown / MIB);
    reader.settle().await;
    let limits: &Value = &reader.welcome["limits"];
    assert_eq!((&limits["frame"], &limits["assembled"]), (&json!(65_536), &json!(262_144)));
    drop(server);
    database.drop_now().await;
}

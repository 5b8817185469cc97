//! Readers that are too slow, or do not read at all: bounded, told, cut, and nobody else's worry.

use std::time::Instant;

use tokio::io::AsyncReadExt;

use super::super::frames::CloseCode;
use super::super::outbox::BYTES_MAX;
use super::super::sessions::Whom;
use super::*;

/// Subscribes a bare socket and stops reading it.
async fn deaf(bench: &Bench, n: u128) -> TcpStream {
    use tokio::io::AsyncWriteExt;
    let mut stream = bench.raw(n).await;
    let sub = json!({ "t": "sub", "id": "s", "topic": "board:1" }).to_string();
    stream.write_all(&raw_frame(0x81, sub.as_bytes())).await.unwrap();
    bench.until("the subscription", || bench.handle_of(n).listens_to("board:1")).await;
    stream
}

/// Publishes until the deaf socket has lost the topic; how many events that took.
async fn fill(bench: &Bench) -> usize {
    for n in 1..=2_000 {
        bench.hub.publish("board:1", 8 * 1024);
        for handle in bench.sessions.handles() {
            assert!(handle.outbox().progress().bytes <= BYTES_MAX + 64 * 1024);
        }
        if bench.hub.listeners("board:1") == 0 {
            return n;
        }
        tokio::task::yield_now().await;
    }
    panic!("never full");
}

#[actix_web::test]
async fn who_never_reads_is_bounded_and_cut() {
    let bench = Bench::start().await;
    let mut stream = deaf(&bench, 1).await;
    let handle = bench.handle_of(1);
    fill(&bench).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    bench.pass(25).await;
    bench.until("cut", || bench.sessions.is_empty()).await;
    assert_eq!(*bench.hub.gone.lock().unwrap(), [handle.key()]);
    // Whatever the kernel still held comes out, then the end.
    let mut rest = Vec::new();
    let _ = timeout(LIMIT, stream.read_to_end(&mut rest)).await.expect("the end");
    assert!(rest.len() < BYTES_MAX, "{}", rest.len());
}

#[actix_web::test]
async fn a_deaf_socket_slows_nobody() {
    let bench = Bench::start().await;
    let _deaf = deaf(&bench, 1).await;
    let mut client = bench.client(2).await;
    client.sub("board:1").await;
    for _ in 0..400 {
        let seq = bench.hub.publish("board:1", 8 * 1024);
        assert_eq!(client.next("ev").await["seq"], seq);
    }
    assert_eq!(bench.hub.listeners("board:1"), 1);
}

#[actix_web::test]
async fn a_slow_reader_is_told_where_it_stands() {
    let bench = Bench::start().await;
    let mut client = bench.client(1).await;
    client.sub("board:1").await;
    client.sub("board:2").await;
    let handle = bench.handle_of(1);
    // The test's thread publishes without letting the client read.
    while handle.listens_to("board:1") {
        bench.hub.publish("board:1", 32 * 1024);
    }
    bench.hub.publish("board:2", 0);
    let (mut reached, mut frame) = (0, client.frame().await);
    while frame["t"] == "ev" {
        reached = frame["seq"].as_i64().unwrap();
        frame = client.frame().await;
    }
    assert_eq!(frame, json!({ "t": "lag", "topic": "board:1", "seq": reached }));
    assert_eq!(client.next("ev").await["topic"], "board:2");
    let since = json!({ "epoch": "e", "seq": reached });
    client.send(json!({ "t": "sub", "id": "s", "topic": "board:1", "since": since })).await;
    client.next("subbed").await;
    assert_eq!(bench.hub.since.lock().unwrap().last().unwrap(), &format!("e:{reached}"));
}

#[actix_web::test]
async fn too_many_answers_for_a_deaf_socket_close_it() {
    let bench = Bench::start().await;
    let _stream = deaf(&bench, 1).await;
    let handle = bench.handle_of(1);
    let answer = frames::text(&[b'x'; 32 * 1024]);
    while !handle.is_ending() {
        handle.push(answer.clone());
    }
    bench.until("cut", || bench.sessions.is_empty()).await;
}

#[actix_web::test]
async fn a_deaf_socket_is_shut_out_within_a_second_too() {
    let bench = Bench::start().await;
    let _stream = deaf(&bench, 1).await;
    fill(&bench).await;
    let start = Instant::now();
    bench.sessions.end(&Whom::Session(SessionId(Uuid::from_u128(100))), CloseCode::Forbidden);
    bench.until("cut", || bench.sessions.is_empty()).await;
    assert!(start.elapsed() < Duration::from_millis(1_300), "{:?}", start.elapsed());
}

#[actix_web::test]
async fn a_presence_list_that_was_dropped_is_sent_again() {
    let bench = Bench::start().await;
    let mut client = bench.client(1).await;
    client.sub("board:1").await;
    let handle = bench.handle_of(1);
    let slot = handle.attach("board:1", Arc::default()).unwrap();
    let pres = frames::text(br#"{"t":"pres"}"#);
    while handle.outbox().progress().dropped == 0 {
        handle.push_presence(slot, pres.clone());
    }
    bench.until("read", || handle.outbox().progress().queued == 0).await;
    bench.pass(1).await;
    assert_eq!(*bench.hub.asked_again.lock().unwrap(), ["board:1"]);
}

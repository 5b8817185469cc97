//! What is too big, too much, or no WebSocket at all.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::*;

/// The code of the close frame at the end of what a bare connection still hears.
async fn raw_close(stream: &mut TcpStream) -> u16 {
    let mut all = Vec::new();
    // A reset after the close frame is an end, too.
    let _ = timeout(LIMIT, stream.read_to_end(&mut all)).await.expect("the end in time");
    let at = all.iter().rposition(|byte| *byte == 0x88).expect("a close frame");
    u16::from_be_bytes([all[at + 2], all[at + 3]])
}

#[actix_web::test]
async fn a_declared_gigabyte_is_refused_by_its_header() {
    let bench = Bench::start().await;
    let mut stream = bench.raw(1).await;
    let mut header = vec![0x81, 0xff];
    header.extend_from_slice(&(1u64 << 30).to_be_bytes());
    stream.write_all(&header).await.unwrap();
    assert_eq!(raw_close(&mut stream).await, 4113);
    bench.until("gone", || bench.sessions.is_empty()).await;
}

#[actix_web::test]
async fn what_is_no_protocol_is_closed() {
    let bench = Bench::start().await;
    for bytes in [vec![0x81, 0x01, b'x'], raw_frame(0x82, b"binary"), raw_frame(0xc1, b"x")] {
        let mut stream = bench.raw(1).await;
        stream.write_all(&bytes).await.unwrap();
        assert_eq!(raw_close(&mut stream).await, 4100, "{bytes:?}");
    }
}

#[actix_web::test]
async fn before_the_welcome_little_is_taken() {
    let bench = Bench::start().await;
    let mut client = bench.open().await;
    client.say(Message::text("x".repeat(16 * 1024 + 1))).await;
    assert_eq!(client.closed().await, 4113);
}

#[actix_web::test]
async fn fragments_become_one_message_with_a_ping_between_them() {
    let bench = Bench::start().await;
    let mut client = bench.client(1).await;
    let part = |text: &str, opcode, last| {
        Message::Frame(Frame::message(text.to_owned().into_bytes(), OpCode::Data(opcode), last))
    };
    client.say(part(r#"{"t":"ping","#, Data::Text, false)).await;
    client.say(Message::Ping(b"beat".as_slice().into())).await;
    client.say(part(r#""n":"#, Data::Continue, false)).await;
    client.say(part("9}", Data::Continue, true)).await;
    assert_eq!(client.next("pong").await["n"], 9);
    let ballast = "x".repeat(60_000);
    client.say(part(&format!(r#"{{"t":"ping","n":10,"x":"{ballast}"#), Data::Text, false)).await;
    client.say(part(&ballast, Data::Continue, false)).await;
    client.say(part(r#""}"#, Data::Continue, true)).await;
    assert_eq!(client.next("pong").await["n"], 10);
    client.say(part(&ballast, Data::Text, false)).await;
    for _ in 0..4 {
        // The server closes in the middle of it.
        let _ = client.stream.send(part(&ballast, Data::Continue, false)).await;
    }
    assert_eq!(client.closed().await, 4113);
}

#[actix_web::test]
async fn text_that_is_no_text_ends_the_socket() {
    let bench = Bench::start().await;
    let whole = vec![(b"{\"t\":\"\xff\"}".to_vec(), Data::Text, true)];
    let parts = vec![(b"{\xc3".to_vec(), Data::Text, false), (b"}".to_vec(), Data::Continue, true)];
    for frames in [whole, parts] {
        let mut client = bench.client(1).await;
        for (bytes, opcode, last) in frames {
            let frame = Frame::message(bytes, OpCode::Data(opcode), last);
            client.say(Message::Frame(frame)).await;
        }
        assert_eq!(client.next("err").await["code"], "bad_frame");
        assert_eq!(client.closed().await, 4100);
    }
}

#[actix_web::test]
async fn a_flood_is_refused_then_closed() {
    let settings =
        SessionSettings { frames_per_second: 1, frame_burst: 20, ..SessionSettings::default() };
    let bench = Bench::with(settings).await;
    let mut client = bench.client(1).await;
    for n in 0..100 {
        // The server closes in the middle of it.
        let cmd = json!({ "t": "cmd", "id": n.to_string(), "topic": "me", "op": "x.y", "d": {} });
        let _ = client.stream.send(Message::text(cmd.to_string())).await;
    }
    let err = client.next("err").await;
    assert_eq!(err["code"], "rate");
    assert!(err["retry_ms"].as_u64() > Some(0), "{err}");
    assert_eq!(client.closed().await, 4029);
}

#[actix_web::test]
async fn tiny_frames_do_not_pile_up() {
    let bench = Bench::start().await;
    let mut stream = bench.raw(1).await;
    let many = raw_frame(0x8a, b"").repeat(200_000);
    // The server closes in the middle of it.
    let _ = stream.write_all(&many).await;
    assert_eq!(raw_close(&mut stream).await, 4029);
}

#[actix_web::test]
async fn topics_and_commands_in_flight_are_counted() {
    let bench = Bench::start().await;
    let mut client = bench.client(1).await;
    for n in 0..128 {
        client.sub(&format!("board:{n}")).await;
    }
    client.send(json!({ "t": "sub", "id": "x", "topic": "board:128" })).await;
    let err = client.next("err").await;
    assert_eq!((&err["code"], &err["id"]), (&json!("invalid"), &json!("x")));
    client.sub("board:5").await;
    client.send(json!({ "t": "unsub", "id": "u", "topic": "board:5" })).await;
    client.next("res").await;
    client.sub("board:128").await;
    for n in 0..33 {
        let id = n.to_string();
        client.send(json!({ "t": "cmd", "id": id, "topic": "me", "op": "hold", "d": {} })).await;
    }
    let err = client.next("err").await;
    assert_eq!((&err["code"], &err["id"]), (&json!("rate"), &json!("32")));
    let held: Vec<_> = bench.hub.held.lock().unwrap().drain(..).collect();
    assert_eq!(held.len(), 32);
    for answer in held {
        let receipt = Receipt { topic: "me".to_owned(), seq: 1, dup: true, d: None };
        answer.send(Ok(receipt)).unwrap();
    }
    for _ in 0..32 {
        assert_eq!(client.next("res").await["dup"], true);
    }
    client.send(json!({ "t": "cmd", "id": "c", "topic": "me", "op": "x.y", "d": {} })).await;
    client.next("res").await;
}

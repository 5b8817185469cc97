//! From the handshake to the welcome, and all the ways not to get there.

use tokio::io::AsyncWriteExt;

use super::super::frames::CloseCode;
use super::super::sessions::Whom;
use super::*;

#[actix_web::test]
async fn a_hello_is_welcomed_and_its_topics_are_resumed() {
    let bench = Bench::start().await;
    let mut client = bench.open().await;
    let resume = json!([{ "topic": "board:1", "epoch": "e", "seq": 0 }]);
    client.send(json!({ "t": "hello", "v": 1, "token": "1", "cid": "c", "resume": resume })).await;
    let welcome = client.frame().await;
    assert_eq!(welcome["t"], "welcome");
    assert_eq!(welcome["now"], "2027-01-15T08:00:00.000Z");
    assert_eq!(welcome["hb"], 25_000);
    assert_eq!(
        welcome["limits"],
        json!({ "topics": 128, "inflight": 32, "frame": 65_536, "assembled": 262_144 })
    );
    assert_eq!(welcome["user"]["id"], json!(user(1)));
    assert_eq!(welcome["resumed"], json!(["board:1"]));
    let subbed = client.frame().await;
    assert_eq!((&subbed["t"], &subbed["id"]), (&json!("subbed"), &Value::Null));
    assert_eq!(*bench.hub.since.lock().unwrap(), ["e:0"]);
}

#[actix_web::test]
async fn frames_behind_the_hello_wait_for_the_welcome() {
    let bench = Bench::start().await;
    let mut client = bench.open().await;
    let hello = json!({ "t": "hello", "v": 1, "token": "1" }).to_string();
    let sub = json!({ "t": "sub", "id": "s", "topic": "me" }).to_string();
    client.stream.feed(Message::text(hello)).await.unwrap();
    client.stream.feed(Message::text(sub)).await.unwrap();
    client.stream.flush().await.unwrap();
    assert_eq!(client.frame().await["t"], "welcome");
    assert_eq!(client.frame().await["t"], "subbed");
}

#[actix_web::test]
async fn a_bad_start_ends_with_its_code() {
    let bench = Bench::start().await;
    let hello = |token: &str| json!({ "t": "hello", "v": 1, "token": token });
    for (frame, code, close) in [
        (hello("nonsense"), "unauthenticated", 4101),
        (hello("ended"), "unauthenticated", 4001),
        (hello("busy"), "busy", 4000),
        (json!({ "t": "hello", "v": 2, "token": "1" }), "bad_frame", 4100),
        (json!({ "t": "hello", "v": 1 }), "bad_frame", 4100),
        (json!({ "t": "ping", "n": 1 }), "bad_frame", 4100),
    ] {
        let mut client = bench.open().await;
        client.send(frame.clone()).await;
        assert_eq!(client.next("err").await["code"], code, "{frame}");
        assert_eq!(client.closed().await, close, "{frame}");
    }
}

#[actix_web::test]
async fn whoever_is_ended_while_a_token_is_looked_at_does_not_come_in() {
    let bench = Bench::start().await;
    for (whom, code, close) in [
        (Whom::User(TENANT, user(1)), CloseCode::Forbidden, 4103),
        (Whom::Tenant(TENANT), CloseCode::Reset, 4010),
        (Whom::Session(SessionId(Uuid::from_u128(100))), CloseCode::SignIn, 4001),
    ] {
        let sessions = bench.sessions.clone();
        let ends = move || {
            sessions.end(&whom, code);
        };
        *bench.hub.meanwhile.lock().unwrap() = Some(Box::new(ends));
        let mut client = bench.open().await;
        client.send(json!({ "t": "hello", "v": 1, "token": "1" })).await;
        assert_eq!(client.closed().await, close);
    }
    // somebody else's end is nobody's business, and what is over is over
    let sessions = bench.sessions.clone();
    let ends = move || {
        sessions.end(&Whom::User(TENANT, user(2)), CloseCode::Forbidden);
    };
    *bench.hub.meanwhile.lock().unwrap() = Some(Box::new(ends));
    bench.client(1).await;
    bench.client(2).await;
}

#[actix_web::test]
async fn a_late_hello_ends_the_socket() {
    let bench = Bench::start().await;
    let mut client = bench.open().await;
    bench.until("the socket", || bench.sessions.len() == 1).await;
    bench.pass(5).await;
    assert!(!bench.sessions.handles()[0].is_ending());
    bench.pass(1).await;
    assert_eq!(client.closed().await, 4100);
    bench.until("no socket", || bench.sessions.is_empty()).await;
}

#[actix_web::test]
async fn foreign_pages_and_foreign_protocols_are_refused() {
    let bench = Bench::start().await;
    let own = format!("http://{}", bench.base);
    assert!(bench.try_open(&[("origin", &own)]).await.is_ok());
    assert!(bench.try_open(&[]).await.is_ok());
    assert_eq!(bench.try_open(&[("origin", "https://evil.example")]).await.err(), Some(403));
    let foreign = [("sec-websocket-protocol", "chat.v2")];
    assert_eq!(bench.try_open(&foreign).await.err(), Some(400));
}

#[actix_web::test]
async fn what_is_no_handshake_is_refused() {
    use tokio::io::AsyncReadExt;
    let bench = Bench::start().await;
    let mut stream = TcpStream::connect(&bench.base).await.unwrap();
    stream.write_all(b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

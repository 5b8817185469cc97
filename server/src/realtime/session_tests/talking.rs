//! A welcomed socket: commands, topics, heartbeats, and the end of a session.

use super::super::frames::CloseCode;
use super::super::sessions::Whom;
use super::*;

#[actix_web::test]
async fn the_own_event_comes_before_the_answer() {
    let bench = Bench::start().await;
    let mut client = bench.client(1).await;
    client.sub("board:1").await;
    client
        .send(json!({ "t": "cmd", "id": "c1", "topic": "board:1", "op": "x.y", "d": {"a": 1} }))
        .await;
    let (event, answer) = (client.frame().await, client.frame().await);
    assert_eq!((&event["t"], &event["seq"]), (&json!("ev"), &json!(1)));
    assert_eq!(
        answer,
        json!({ "t": "res", "id": "c1", "ok": true, "topic": "board:1", "seq": 1, "d": {"a": 1} })
    );
}

#[actix_web::test]
async fn refusals_name_class_reason_and_retry() {
    let bench = Bench::start().await;
    let mut client = bench.client(1).await;
    for (op, code, reason, retry) in
        [("refuse", "conflict", json!("stage_full"), false), ("die", "busy", Value::Null, true)]
    {
        client.send(json!({ "t": "cmd", "id": op, "topic": "me", "op": op, "d": {} })).await;
        let err = client.next("err").await;
        assert_eq!((&err["id"], &err["code"], &err["reason"]), (&json!(op), &json!(code), &reason));
        assert_eq!(err["retry_ms"].is_u64(), retry);
    }
    client.send(json!({ "t": "sub", "id": "s", "topic": "hidden" })).await;
    assert_eq!(client.next("err").await["code"], "not_found");
    assert!(!bench.handle_of(1).listens_to("hidden"));
}

#[actix_web::test]
async fn what_cannot_be_understood_is_answered_and_forgiven() {
    let bench = Bench::start().await;
    let mut client = bench.client(1).await;
    client.send(json!({ "t": "dance", "id": "d" })).await;
    let err = client.next("err").await;
    assert_eq!((&err["code"], &err["id"]), (&json!("bad_frame"), &json!("d")));
    client.say(Message::text("{broken")).await;
    assert_eq!(client.next("err").await["code"], "bad_frame");
    client.send(json!({ "t": "hello", "v": 1, "token": "1" })).await;
    assert_eq!(client.next("err").await["code"], "bad_frame");
    client.send(json!({ "t": "ping", "n": 5 })).await;
    assert_eq!(client.next("pong").await["n"], 5);
}

#[actix_web::test]
async fn passing_remarks_reach_the_others_of_the_topic() {
    let bench = Bench::start().await;
    let (mut ayse, mut mehmet) = (bench.client(1).await, bench.client(2).await);
    mehmet.sub("board:1").await;
    let typing = json!({ "t": "eph", "topic": "board:1", "k": "typing", "d": {"field": "name"} });
    ayse.send(typing.clone()).await;
    ayse.sub("board:1").await;
    ayse.send(typing).await;
    ayse.send(json!({ "t": "eph", "topic": "board:1", "k": "shouting", "d": {} })).await;
    ayse.send(json!({ "t": "ping", "n": 1 })).await;
    ayse.next("pong").await;
    bench.hub.publish("board:1", 0);
    assert_eq!(mehmet.frame().await["d"], json!({ "field": "name" }), "once: not before the sub");
    assert_eq!(mehmet.frame().await["t"], "ev");
    assert_eq!(ayse.frame().await["t"], "ev");
}

#[actix_web::test]
async fn heartbeats_name_the_heads_that_moved() {
    let bench = Bench::start().await;
    let mut client = bench.client(1).await;
    client.sub("board:1").await;
    client.sub("board:2").await;
    bench.hub.publish("board:1", 0);
    bench.pass(28).await;
    let ping = client.next("ping").await;
    assert_eq!((&ping["n"], &ping["heads"]), (&json!(1), &json!({ "board:1": 1 })));
    client.send(json!({ "t": "pong", "n": 1 })).await;
    client.send(json!({ "t": "ping", "n": 1 })).await;
    client.next("pong").await;
    bench.pass(28).await;
    assert_eq!(client.next("ping").await["heads"], json!({}));
}

#[actix_web::test]
async fn silence_and_expiry_end_a_session() {
    let bench = Bench::start().await;
    let mut silent = bench.client(1).await;
    bench.pass(61).await;
    assert_eq!(silent.closed().await, 4009);
    let (mut old, mut renewed) = (bench.client(2).await, bench.client(3).await);
    bench.clock.advance(chrono::Duration::minutes(10));
    renewed.send(json!({ "t": "auth", "id": "a", "token": "3" })).await;
    assert_eq!(renewed.next("res").await, json!({ "t": "res", "id": "a", "ok": true }));
    bench.clock.advance(chrono::Duration::minutes(10));
    bench.pass(1).await;
    assert_eq!(old.closed().await, 4001);
    renewed.send(json!({ "t": "auth", "id": "b", "token": "4" })).await;
    assert_eq!(renewed.next("err").await["code"], "forbidden", "another person's token");
}

#[actix_web::test]
async fn a_revoked_user_is_shut_out_at_once() {
    let bench = Bench::start().await;
    let (mut gone, mut stays) = (bench.client(1).await, bench.client(2).await);
    gone.sub("board:1").await;
    assert_eq!(bench.sessions.end(&Whom::User(TENANT, user(1)), CloseCode::Forbidden), 1);
    bench.hub.publish("board:1", 0);
    assert_eq!(gone.frame_or_close().await, Err(4103));
    bench.until("the rest", || bench.sessions.len() == 1).await;
    assert_eq!(bench.hub.gone.lock().unwrap().len(), 1);
    stays.send(json!({ "t": "ping", "n": 1 })).await;
    stays.next("pong").await;
}

#[actix_web::test]
async fn who_leaves_is_gone_once() {
    let bench = Bench::start().await;
    let mut client = bench.client(1).await;
    client.sub("board:1").await;
    drop(client);
    bench.until("gone", || bench.sessions.is_empty()).await;
    assert_eq!((bench.hub.gone.lock().unwrap().len(), bench.hub.listeners("board:1")), (1, 0));
    let mut polite = bench.client(1).await;
    polite.stream.close(None).await.unwrap();
    assert_eq!(polite.closed().await, 1000);
    bench.until("gone", || bench.sessions.is_empty()).await;
}

#[actix_web::test]
async fn a_leaving_server_says_so_and_closes_after_what_is_queued() {
    let bench = Bench::start().await;
    let mut client = bench.client(1).await;
    client.send(json!({ "t": "ping", "n": 1 })).await;
    client.next("pong").await;
    bench.sessions.leave().await;
    let drain = client.next("drain").await;
    assert!(drain["retry_ms"][0].as_u64() < drain["retry_ms"][1].as_u64(), "{drain}");
    assert_eq!(client.closed().await, 1012);
    assert_eq!(bench.try_open(&[]).await.err(), Some(503));
    assert!(bench.sessions.is_empty(), "leaving waits for the last");
}

impl Client {
    async fn frame_or_close(&mut self) -> Result<Value, u16> {
        match timeout(LIMIT, self.stream.next()).await.expect("in time") {
            Some(Ok(Message::Close(Some(close)))) => Err(close.code.into()),
            Some(Ok(message)) => Ok(serde_json::from_str(message.to_text().unwrap()).unwrap()),
            other => panic!("{other:?}"),
        }
    }
}

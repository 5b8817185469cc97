//! A small RFC 6455 suite, byte by byte: what must be answered, and what must end the connection without a panic.
use std::time::Duration;

use serde_json::json;
use tests::{RawSocket, Reply, TestApp, frame, on_both, unique};

on_both!(
    frames_that_are_fine_are_answered,
    frames_against_the_protocol_end_the_socket,
    handshakes_that_are_none_fail
);

const SOON: Duration = Duration::from_secs(6);
const FIN: u8 = 0x80;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;

/// A socket that was welcomed.
async fn welcomed(app: &TestApp) -> RawSocket {
    let admin = app.tenant().await;
    let mut socket = RawSocket::websocket(app.base(), false).await;
    socket
        .text(
            &json!({ "t": "hello", "v": 1, "token": admin.token, "cid": unique("cid") })
                .to_string(),
        )
        .await;
    let welcome = socket.reply(SOON).await;
    assert!(matches!(&welcome, Some(Reply::Text(text)) if text.contains("welcome")), "{welcome:?}");
    socket
}

/// The next text that is the answer to a `ping` frame of the contract.
async fn pong(socket: &mut RawSocket, n: u32) {
    loop {
        match socket.reply(SOON).await {
            Some(Reply::Text(text))
                if text.contains("\"pong\"") && text.contains(&n.to_string()) =>
            {
                return;
            }
            Some(Reply::Text(_) | Reply::Other(_)) => {}
            other => panic!("no pong but {other:?}"),
        }
    }
}

async fn frames_that_are_fine_are_answered(app: TestApp) {
    let mut socket = welcomed(&app).await;
    let message = |n: u32| format!(r#"{{"t":"ping","n":{n}}}"#).into_bytes();

    // In fragments, with a control frame in between, and one byte at a time.
    let text = message(7001);
    socket.write(&frame(TEXT, &text[..5])).await;
    socket.write(&frame(FIN | PING, b"araya")).await;
    socket.write(&frame(0, &text[5..9])).await;
    socket.write(&frame(FIN, &text[9..])).await;
    pong(&mut socket, 7001).await;
    for byte in frame(FIN | TEXT, &message(7002)) {
        socket.write(&[byte]).await;
    }
    pong(&mut socket, 7002).await;
    // Many in one write.
    let many: Vec<u8> = (7003..7010).flat_map(|n| frame(FIN | TEXT, &message(n))).collect();
    socket.write(&many).await;
    pong(&mut socket, 7009).await;
    // An empty continuation, and letters split between frames.
    let text = r#"{"t":"ping","n":7011,"not":"ığüşöç"}"#.as_bytes();
    socket.write(&frame(TEXT, &text[..29])).await;
    socket.write(&frame(0, b"")).await;
    socket.write(&frame(FIN, &text[29..])).await;
    pong(&mut socket, 7011).await;
    // A close is answered by a close.
    socket.write(&frame(FIN | CLOSE, &1000_u16.to_be_bytes())).await;
    let end = socket.until_closed(SOON).await;
    assert!(matches!(end, Some(Reply::Close(_) | Reply::End)), "{end:?}");
}

async fn frames_against_the_protocol_end_the_socket(app: TestApp) {
    let unmasked = b"\x81\x02{}".to_vec();
    let too_long_control = frame(FIN | PING, &[b'x'; 126]);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("no mask", unmasked),
        ("a reserved bit", frame(FIN | 0x40 | TEXT, b"{}")),
        ("a reserved opcode", frame(FIN | 3, b"{}")),
        ("a reserved control opcode", frame(FIN | 0xb, b"{}")),
        ("a fragmented control frame", frame(PING, b"x")),
        ("a control frame above 125 bytes", too_long_control),
        ("a continuation of nothing", frame(FIN, b"{}")),
        ("text inside fragments", [frame(TEXT, b"{"), frame(FIN | TEXT, b"}")].concat()),
        ("no UTF-8", frame(FIN | TEXT, b"\"\xc3\x28\"")),
        ("a surrogate in UTF-8", frame(FIN | TEXT, b"\"\xed\xa0\x80\"")),
        ("a binary frame", frame(FIN | BINARY, b"{}")),
        ("a frame above the limit", frame(FIN | TEXT, &vec![b' '; 70_000])),
        (
            "fragments above the limit",
            (0..6)
                .flat_map(|n| frame(if n == 0 { TEXT } else { 0 }, &vec![b' '; 60_000]))
                .collect(),
        ),
        ("a close of one byte", frame(FIN | CLOSE, b"x")),
    ];
    for (what, bytes) in cases {
        let mut socket = welcomed(&app).await;
        socket.write(&bytes).await;
        let end = socket.until_closed(SOON).await;
        assert!(matches!(end, Some(Reply::Close(_) | Reply::End)), "{what}: {end:?}");
    }
    welcomed(&app).await;
}

async fn handshakes_that_are_none_fail(app: TestApp) {
    let base = "GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\n";
    let cases = [
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
        "",
    ];
    for headers in cases {
        let mut socket = RawSocket::connect(app.base(), false).await;
        socket.write(format!("{base}{headers}\r\n").as_bytes()).await;
        let head = socket.head().await;
        assert!(head.starts_with("HTTP/1.1 4"), "{headers}: {head}");
    }
    welcomed(&app).await;
}

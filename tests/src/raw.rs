//! A socket without a library: sends what no well-behaved client would, byte by byte.
use std::time::Duration;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// What came back on a raw socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    Text(String),
    Other(u8),
    /// A close frame with its code, or `None` for one without.
    Close(Option<u16>),
    /// The peer ended the connection.
    End,
}

/// A WebSocket after its handshake, or (before it) any TCP connection to the server.
#[derive(Debug)]
pub struct RawSocket(TcpStream);

impl RawSocket {
    /// Connects; `small` asks for receive buffers that fill at once.
    pub async fn connect(base: &str, small: bool) -> Self {
        let address = base.trim_start_matches("http://").trim_end_matches('/');
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        if small {
            socket.set_recv_buffer_size(4096).expect("a small buffer");
        }
        Self(socket.connect(address.parse().expect("an address")).await.expect("a connection"))
    }

    /// Sends an upgrade with these headers and answers the status line and headers.
    pub async fn upgrade(&mut self, headers: &str) -> String {
        let request = format!(
            "GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: nabiz.v1\r\n{headers}\r\n"
        );
        self.write(request.as_bytes()).await;
        self.head().await
    }

    /// Reads up to the blank line that ends the headers.
    pub async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            match timeout(Duration::from_secs(10), self.0.read(&mut byte)).await {
                Ok(Ok(1)) => head.push(byte[0]),
                _ => break,
            }
        }
        String::from_utf8_lossy(&head).into_owned()
    }

    /// A connection that is already a WebSocket.
    pub async fn websocket(base: &str, small: bool) -> Self {
        let mut socket = Self::connect(base, small).await;
        let head = socket.upgrade("").await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        socket
    }

    pub async fn write(&mut self, bytes: &[u8]) {
        // The server may close while we still write; the reply tells.
        let _ = self.0.write_all(bytes).await;
    }

    /// A masked text frame, as the protocol wants it.
    pub async fn text(&mut self, text: &str) {
        self.write(&frame(0x81, text.as_bytes())).await;
    }

    /// The next frame, within `limit`; `None` if nothing came.
    pub async fn reply(&mut self, limit: Duration) -> Option<Reply> {
        timeout(limit, self.read_frame()).await.ok()
    }

    /// Reads until the close or the end.
    pub async fn until_closed(&mut self, limit: Duration) -> Option<Reply> {
        timeout(limit, async {
            loop {
                let reply = self.read_frame().await;
                if matches!(reply, Reply::Close(_) | Reply::End) {
                    return reply;
                }
            }
        })
        .await
        .ok()
    }

    async fn read_frame(&mut self) -> Reply {
        self.try_read_frame().await.unwrap_or(Reply::End)
    }

    async fn try_read_frame(&mut self) -> std::io::Result<Reply> {
        let mut two = [0; 2];
        self.0.read_exact(&mut two).await?;
        let length = match two[1] & 0x7f {
            126 => usize::from(self.0.read_u16().await?),
            127 => usize::try_from(self.0.read_u64().await?).unwrap_or(usize::MAX),
            short => usize::from(short),
        };
        let mut payload = vec![0; length];
        self.0.read_exact(&mut payload).await?;
        Ok(match two[0] & 0x0f {
            1 => Reply::Text(String::from_utf8_lossy(&payload).into_owned()),
            8 => Reply::Close(payload.get(..2).map(|code| u16::from_be_bytes([code[0], code[1]]))),
            other => Reply::Other(other),
        })
    }
}

/// A masked frame: `head` is the first byte (FIN, reserved bits, opcode).
pub fn frame(head: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![head];
    match payload.len() {
        short @ 0..126 => bytes.push(0x80 | short as u8),
        middle @ 126..65_536 => {
            bytes.push(0x80 | 126);
            bytes.extend((middle as u16).to_be_bytes());
        }
        long => {
            bytes.push(0x80 | 127);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    let mask = [7, 77, 177, 27];
    bytes.extend(mask);
    bytes.extend(payload.iter().enumerate().map(|(at, byte)| byte ^ mask[at % 4]));
    bytes
}

/// The header alone of a masked frame that declares `length` bytes.
pub fn declared(head: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![head, 0x80 | 127];
    bytes.extend(length.to_be_bytes());
    bytes.extend([1, 2, 3, 4]);
    bytes
}

/// One HTTP/1.1 request as raw bytes; the status and the body as JSON (`Null` if it is none).
pub async fn raw_http(base: &str, request: &[u8]) -> (u16, Value) {
    let mut socket = RawSocket::connect(base, false).await;
    socket.write(request).await;
    let mut all = Vec::new();
    let _ = timeout(Duration::from_secs(10), socket.0.read_to_end(&mut all)).await;
    let text = String::from_utf8_lossy(&all).into_owned();
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

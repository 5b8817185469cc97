//! A receiver of webhooks on loopback: verifies signatures as a stranger would, keeps what it hears, and fails,
//! redirects or keeps silent on demand.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What the receiver does with the next calls.
#[derive(Debug, Clone)]
pub enum Mood {
    Status(u16),
    /// 302 to this address.
    Redirect(String),
    /// A body that does not end.
    Endless,
    /// Takes the call and never answers.
    Silent,
}

/// One call, whole.
#[derive(Debug, Clone)]
pub struct Call {
    pub headers: HashMap<String, String>,
    pub raw: String,
    pub body: Value,
}

impl Call {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Whether one of the signatures is that of this secret over `t.body`, and recent.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let header = self.header("nabiz-signature");
        let parts: Vec<(&str, &str)> =
            header.split(',').filter_map(|part| part.split_once('=')).collect();
        let t = parts.iter().find(|(name, _)| *name == "t").map_or("", |(_, t)| *t);
        let now = chrono::Utc::now().timestamp();
        let fresh = t.parse::<i64>().is_ok_and(|t| (now - t).abs() < 300);
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
        mac.update(format!("{t}.{}", self.raw).as_bytes());
        let wanted: String =
            mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        fresh && parts.iter().any(|(name, value)| *name == "v1" && *value == wanted)
    }
}

/// A running receiver; it ends with the test's runtime.
#[derive(Debug, Clone)]
pub struct Receiver {
    pub url: String,
    heard: Arc<Mutex<(Mood, Vec<Call>)>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heard = Arc::new(Mutex::new((Mood::Status(204), Vec::new())));
        let receiver = Self { url: format!("http://127.0.0.1:{port}/hook"), heard };
        let heard = receiver.heard.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // a caller that goes away in the middle has simply not been heard
                let heard = heard.clone();
                tokio::spawn(async move { drop(serve(stream, heard).await) });
            }
        });
        receiver
    }

    fn lock(&self) -> MutexGuard<'_, (Mood, Vec<Call>)> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn be(&self, mood: Mood) {
        self.lock().0 = mood;
    }

    pub fn calls(&self) -> Vec<Call> {
        self.lock().1.clone()
    }

    /// Waits until so many calls have been heard.
    pub async fn heard(&self, count: usize) -> Vec<Call> {
        crate::wait::within(std::time::Duration::from_secs(15), "calls", || async {
            let calls = self.calls();
            if calls.len() >= count { Ok(calls) } else { Err(calls.len()) }
        })
        .await
    }
}

async fn serve(mut stream: TcpStream, heard: Arc<Mutex<(Mood, Vec<Call>)>>) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    loop {
        let Some(call) = read_call(&mut stream, &mut bytes).await? else { return Ok(()) };
        let mood = {
            let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
            heard.1.push(call);
            heard.0.clone()
        };
        let answer = match mood {
            Mood::Status(204) => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
            Mood::Status(status) => {
                let body = format!("status {status} \u{1}çünkü");
                format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{body}", body.len())
            }
            Mood::Redirect(to) => {
                format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n")
            }
            Mood::Endless => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
                let chunk = format!("400\r\n{}\r\n", "x".repeat(0x400));
                loop {
                    // ends when the caller has read enough and lets go
                    stream.write_all(chunk.as_bytes()).await?;
                }
            }
            Mood::Silent => std::future::pending().await,
        };
        stream.write_all(answer.as_bytes()).await?;
    }
}

/// One request of HTTP/1.1 with a `content-length`.
async fn read_call(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> std::io::Result<Option<Call>> {
    let mut part = [0_u8; 4_096];
    let head = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        match stream.read(&mut part).await? {
            0 => return Ok(None),
            n => bytes.extend_from_slice(&part[..n]),
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let headers: HashMap<String, String> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
    while bytes.len() < head + 4 + length {
        match stream.read(&mut part).await? {
            0 => return Ok(None),
            n => bytes.extend_from_slice(&part[..n]),
        }
    }
    let raw = String::from_utf8_lossy(&bytes[head + 4..head + 4 + length]).into_owned();
    bytes.drain(..head + 4 + length);
    let body = serde_json::from_str(&raw).unwrap_or(Value::Null);
    Ok(Some(Call { headers, raw, body }))
}

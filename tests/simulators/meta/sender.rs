//! An app that was given our address: signs the bytes it sends, and sends them as often as it likes.
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Client;
use serde_json::Value;
use sha2::Sha256;

/// An app with its secret, and where it sends.
#[derive(Debug, Clone)]
pub struct App {
    pub url: String,
    pub secret: String,
    pub http: Client,
}

/// The header over these bytes.
pub fn signature(secret: &str, bytes: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(bytes);
    let hex: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

/// As Meta writes JSON: every letter beyond ASCII as `\u00e4`, in lower case.
fn escaped(payload: &Value) -> Vec<u8> {
    let mut text = String::new();
    for letter in payload.to_string().chars() {
        if letter.is_ascii() {
            text.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    text.into_bytes()
}

impl App {
    pub fn new(url: &str, secret: &str) -> Self {
        Self { url: url.to_owned(), secret: secret.to_owned(), http: Client::new() }
    }

    /// Sends a payload once; what came back.
    pub async fn send(&self, payload: &Value) -> u16 {
        self.send_bytes(escaped(payload)).await
    }

    pub async fn send_bytes(&self, bytes: Vec<u8>) -> u16 {
        let signature = signature(&self.secret, &bytes);
        self.send_signed(bytes, &signature).await
    }

    /// Whatever the signature.
    pub async fn send_signed(&self, bytes: Vec<u8>, signature: &str) -> u16 {
        let request = self.http.post(&self.url).header("content-type", "application/json");
        let sent = request.header("x-hub-signature-256", signature).body(bytes).send().await;
        sent.map_or(0, |answer| answer.status().as_u16())
    }

    /// Sends until it was taken, as Meta does; how often it took. Gives up after so many tries.
    pub async fn insist(&self, payload: &Value, tries: usize) -> Option<usize> {
        for n in 1..=tries {
            if self.send(payload).await == 200 {
                return Some(n);
            }
        }
        None
    }

    /// The handshake: what came back for this token.
    pub async fn shake(&self, token: &str, challenge: &str) -> (u16, String) {
        let query =
            [("hub.mode", "subscribe"), ("hub.verify_token", token), ("hub.challenge", challenge)];
        let query: Vec<String> =
            query.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let url = format!("{}?{}", self.url, query.join("&"));
        match self.http.get(url).send().await {
            Ok(answer) => (answer.status().as_u16(), answer.text().await.unwrap_or_default()),
            Err(_) => (0, String::new()),
        }
    }
}

//! A push service on loopback and the browsers that use it: takes pushes as RFC 8030 wants them, checks their
//! signature (RFC 8292), and opens them as a browser would (RFC 8291). Written from the RFCs, not from the server.
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey},
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
    signature::{self, ECDSA_P256_SHA256_FIXED},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Push {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Push {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }
}

/// A running service; it ends with the test's runtime.
#[derive(Debug, Clone)]
pub struct PushService {
    pub origin: String,
    pushes: Arc<Mutex<Vec<Push>>>,
    /// What the next answers are; 201 when there are none left.
    answers: Arc<Mutex<Vec<u16>>>,
}

impl PushService {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let service = Self {
            origin: format!("http://127.0.0.1:{port}"),
            pushes: Arc::default(),
            answers: Arc::default(),
        };
        let own = service.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Who goes away in the middle has pushed nothing.
                let own = own.clone();
                tokio::spawn(async move { drop(own.converse(stream).await) });
            }
        });
        service
    }

    /// The next pushes are answered by these, in this order.
    pub fn answers(&self, statuses: &[u16]) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner) = statuses.to_vec();
    }

    pub fn pushes(&self) -> Vec<Push> {
        self.pushes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn converse(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            let mut headers = Vec::new();
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).await?;
                match line.trim_end().split_once(": ") {
                    Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
                    None => break,
                }
            }
            let push = Push { path, headers, body: Vec::new() };
            let length = push.header("content-length").parse().unwrap_or(0);
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await?;
            let status = {
                let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
                if answers.is_empty() { 201 } else { answers.remove(0) }
            };
            self.pushes.lock().unwrap_or_else(PoisonError::into_inner).push(Push { body, ..push });
            let answer = format!("HTTP/1.1 {status} Fine\r\ncontent-length: 0\r\n\r\n");
            stream.get_mut().write_all(answer.as_bytes()).await?;
        }
    }
}

/// A browser with keys of its own.
pub struct Browser {
    key: PrivateKey,
    secret: [u8; 16],
    pub endpoint: String,
}

impl Browser {
    pub fn new(endpoint: &str) -> Self {
        let key = PrivateKey::generate(&ECDH_P256).expect("a key");
        Self { key, secret: rand::random(), endpoint: endpoint.to_owned() }
    }

    fn point(&self) -> Vec<u8> {
        self.key.compute_public_key().expect("a point").as_ref().to_vec()
    }

    /// As `PushSubscription.toJSON()` writes it.
    pub fn subscription(&self) -> Value {
        json!({
            "endpoint": self.endpoint,
            "expirationTime": null,
            "keys": {
                "p256dh": URL_SAFE_NO_PAD.encode(self.point()),
                "auth": URL_SAFE_NO_PAD.encode(self.secret),
            },
        })
    }

    /// Opens a push for this browser: none for another's.
    pub fn open(&self, push: &Push) -> Option<Value> {
        let (salt, rest) = push.body.split_at_checked(16)?;
        let (size, rest) = rest.split_at_checked(4)?;
        assert!(u32::from_be_bytes(size.try_into().expect("four bytes")) >= 18);
        let (length, rest) = rest.split_first()?;
        let (theirs, record) = rest.split_at_checked(usize::from(*length))?;
        let peer = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let info = [b"WebPush: info\0".as_slice(), &self.point(), theirs].concat();
        let shared = agreement::agree(&self.key, peer, (), |shared| {
            Ok(expand(&Salt::new(HKDF_SHA256, &self.secret).extract(shared), &info, 32))
        })
        .ok()?;
        let prk = Salt::new(HKDF_SHA256, salt).extract(&shared);
        let key = expand(&prk, b"Content-Encoding: aes128gcm\0", 16);
        let nonce = expand(&prk, b"Content-Encoding: nonce\0", 12);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(&nonce).ok()?;
        let mut record = record.to_vec();
        let opened = key.open_in_place(nonce, Aad::empty(), &mut record).ok()?;
        let end = opened.iter().rposition(|byte| *byte != 0)?;
        assert_eq!(opened[end], 2, "the last record ends in a 2");
        serde_json::from_slice(&opened[..end]).ok()
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand(prk: &Prk, info: &[u8], length: usize) -> Vec<u8> {
    let mut out = vec![0; length];
    let info = [info];
    prk.expand(&info, Length(length)).expect("a length").fill(&mut out).expect("as long");
    out
}

/// The claims of a push's signature, which must be by this key.
pub fn claims(push: &Push, key: &str) -> Value {
    let header = push.header("authorization");
    let rest = header.strip_prefix("vapid t=").unwrap_or_else(|| panic!("no vapid: {header}"));
    let (token, k) = rest.split_once(", k=").expect("a key");
    assert_eq!(k, key, "signed by the key that browsers subscribed with");
    let (text, signed) = token.rsplit_once('.').expect("a signature");
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(k))
        .verify(text.as_bytes(), &decode(signed))
        .expect("a signature of this key");
    serde_json::from_slice(&decode(text.split_once('.').expect("claims").1)).expect("claims")
}

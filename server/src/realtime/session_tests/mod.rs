//! Sockets against a real HTTP server with a fake hub: the bench everything here stands on.

mod greeting;
mod limits;
mod slow;
mod talking;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use chrono::DateTime;
use entities::ids::{SessionId, TenantId, UserId};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, SinkExt, StreamExt};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use uuid::Uuid;

use super::frames::{self, Mode, ServerFrame};
use super::handle::{Delivery, SessionHandle};
use super::outbox::Slot;
use super::port::{CommandFrame, Receipt, SessionHost, SignedIn, Subscribe, TopicHead};
use super::session::Door;
use super::sessions::{SessionSettings, Sessions};
use super::socket;
use crate::kernel::clock::Clock;
use crate::kernel::principal::{Principal, Who};
use crate::kernel::problem::{Class, Problem};

pub(super) const TENANT: TenantId = TenantId(Uuid::from_u128(7));
const LIMIT: Duration = Duration::from_secs(5);

pub(super) fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

#[derive(Default)]
struct Topic {
    seq: i64,
    head: Arc<TopicHead>,
    listeners: Vec<(Arc<SessionHandle>, Slot)>,
}

/// A hub in one lock: every topic exists but `hidden`, every command but `hold` is an event.
pub(super) struct FakeHub {
    clock: Clock,
    topics: Mutex<HashMap<String, Topic>>,
    /// Answers that a test gives by hand.
    pub(super) held: Mutex<Vec<oneshot::Sender<Result<Receipt, Problem>>>>,
    pub(super) gone: Mutex<Vec<u64>>,
    pub(super) asked_again: Mutex<Vec<String>>,
    /// The since of every subscription, as `epoch:seq`.
    pub(super) since: Mutex<Vec<String>>,
    /// What happens while a token is looked at.
    pub(super) meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl FakeHub {
    /// Publishes one event with this many bytes of ballast.
    pub(super) fn publish(&self, name: &str, ballast: usize) -> i64 {
        let mut topics = self.topics.lock().unwrap();
        let topic = topics.entry(name.to_owned()).or_default();
        topic.seq += 1;
        topic.head.set(topic.seq);
        let d = json!({ "x": "x".repeat(ballast) }).to_string();
        let frame = frames::json(&ServerFrame::Ev {
            topic: name,
            seq: topic.seq,
            at: "2026-01-01T00:00:00.000Z",
            by: "u",
            op: "thing.done",
            d: &RawValue::from_string(d).unwrap(),
            cmd: None,
        });
        let before = topic.seq - 1;
        let still = |(handle, slot): &(Arc<SessionHandle>, Slot)| {
            handle.push_event(*slot, before, frame.clone()) == Delivery::Queued
        };
        topic.listeners.retain(still);
        topic.seq
    }

    pub(super) fn listeners(&self, name: &str) -> usize {
        self.topics.lock().unwrap().get(name).map_or(0, |topic| topic.listeners.len())
    }
}

impl SessionHost for FakeHub {
    fn authenticate<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<SignedIn, Problem>> {
        async move {
            let n: u128 = match token {
                "ended" => return Err(Problem::new(Class::Unauthenticated, "session_ended")),
                "busy" => return Err(Problem::busy()),
                _ => token.parse().map_err(|_| Problem::unauthenticated())?,
            };
            let session = SessionId(Uuid::from_u128(n * 100));
            let mut principal = Principal::system(TENANT);
            principal.who = Who::User { id: user(n), session };
            principal.locale = Arc::from("en");
            if let Some(happens) = self.meanwhile.lock().unwrap().take() {
                happens();
            }
            let expires_at = self.clock.now() + chrono::Duration::minutes(15);
            let user = json!({ "id": user(n) });
            let tenant = json!({ "id": TENANT });
            Ok(SignedIn { principal, session, expires_at, user, tenant })
        }
        .boxed()
    }

    fn submit(
        &self,
        _by: &Principal,
        frame: CommandFrame,
    ) -> oneshot::Receiver<Result<Receipt, Problem>> {
        let (answer, receiver) = oneshot::channel();
        match frame.op.as_str() {
            "hold" => self.held.lock().unwrap().push(answer),
            "refuse" => drop(answer.send(Err(Problem::conflict("stage_full")))),
            "die" => drop(answer),
            _ => {
                let seq = self.publish(&frame.topic, 0);
                let receipt = Receipt { topic: frame.topic, seq, dup: false, d: Some(frame.d) };
                drop(answer.send(Ok(receipt)));
            }
        }
        receiver
    }

    fn subscribe(&self, sub: Subscribe) {
        let Subscribe { id, topic: name, since, subscriber: handle, .. } = sub;
        if name == "hidden" {
            handle.detach(&name);
            return handle.push_err(id.as_deref(), &Problem::not_found());
        }
        let since = since.map_or("none".to_owned(), |at| format!("{}:{}", at.epoch, at.seq));
        self.since.lock().unwrap().push(since);
        let mut topics = self.topics.lock().unwrap();
        let topic = topics.entry(name.clone()).or_default();
        let slot = handle.attach(&name, topic.head.clone()).unwrap();
        topic.listeners.retain(|(one, _)| one.key() != handle.key());
        topic.listeners.push((handle.clone(), slot));
        let id = id.as_deref();
        let (seq, mode) = (topic.seq, Mode::Live);
        handle.push(frames::json(&ServerFrame::Subbed { id, topic: &name, epoch: "e", seq, mode }));
    }

    fn unsubscribe(&self, name: &str, handle: &Arc<SessionHandle>) {
        if let Some(topic) = self.topics.lock().unwrap().get_mut(name) {
            topic.listeners.retain(|(one, _)| one.key() != handle.key());
        }
    }

    fn ephemeral(&self, name: &str, from: &Arc<SessionHandle>, k: &str, d: &RawValue) {
        let topics = self.topics.lock().unwrap();
        let by = from.sid();
        let frame = frames::json(&ServerFrame::Eph { topic: name, by: &by, k, d });
        let others = topics[name].listeners.iter().filter(|(one, _)| one.key() != from.key());
        others.for_each(|(handle, _)| handle.push_ephemeral(frame.clone()));
    }

    fn presence_again(&self, topic: &str, _handle: &Arc<SessionHandle>) {
        self.asked_again.lock().unwrap().push(topic.to_owned());
    }

    fn gone(&self, handle: &Arc<SessionHandle>) {
        for name in handle.topic_names() {
            self.unsubscribe(&name, handle);
        }
        self.gone.lock().unwrap().push(handle.key());
    }
}

/// A server on a free port. It stops with the test's thread.
pub(super) struct Bench {
    pub(super) base: String,
    pub(super) hub: Arc<FakeHub>,
    pub(super) sessions: Arc<Sessions>,
    pub(super) clock: Clock,
}

impl Bench {
    pub(super) async fn start() -> Self {
        Self::with(SessionSettings::default()).await
    }

    pub(super) async fn with(mut settings: SessionSettings) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("127.0.0.1:{}", listener.local_addr().unwrap().port());
        settings.base_url = format!("http://{base}");
        let clock = Clock::manual(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let hub = Arc::new(FakeHub {
            clock: clock.clone(),
            topics: Mutex::default(),
            held: Mutex::default(),
            gone: Mutex::default(),
            asked_again: Mutex::default(),
            since: Mutex::default(),
            meanwhile: Mutex::default(),
        });
        let sessions = Sessions::new(settings, clock.clone());
        let door = Door { host: hub.clone(), sessions: sessions.clone() };
        let server = HttpServer::new(move || {
            App::new().app_data(web::Data::new(door.clone())).configure(super::session::routes)
        })
        .workers(1)
        .disable_signals()
        .on_connect(socket::on_connect())
        .listen(listener)
        .unwrap()
        .run();
        actix_web::rt::spawn(server);
        actix_web::rt::spawn(sessions.clone().watch(hub.clone()));
        Self { base, hub, sessions, clock }
    }

    /// As if so many seconds had passed for the watchdog; the sockets get a turn in each.
    pub(super) async fn pass(&self, seconds: u32) {
        for _ in 0..seconds {
            self.sessions.tick(&*self.hub);
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }

    pub(super) async fn try_open(&self, headers: &[(&'static str, &str)]) -> Result<Client, u16> {
        use tokio_tungstenite::tungstenite::Error;
        let mut request = format!("ws://{}/ws", self.base).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match tokio_tungstenite::connect_async(request).await {
            Ok((stream, _)) => Ok(Client { stream }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub(super) async fn open(&self) -> Client {
        self.try_open(&[("sec-websocket-protocol", "nabiz.v1")]).await.unwrap()
    }

    /// A welcomed socket of this user.
    pub(super) async fn client(&self, n: u128) -> Client {
        let mut client = self.open().await;
        client.send(json!({ "t": "hello", "v": 1, "token": n.to_string(), "cid": "c" })).await;
        client.next("welcome").await;
        client
    }

    /// A welcomed socket on a bare connection with a small receive buffer, for those who do not
    /// read or write frames that no library would.
    pub(super) async fn raw(&self, n: u128) -> TcpStream {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut stream = socket.connect(self.base.parse().unwrap()).await.unwrap();
        let head = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let hello = json!({ "t": "hello", "v": 1, "token": n.to_string() }).to_string();
        stream.write_all(&raw_frame(0x81, hello.as_bytes())).await.unwrap();
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains("welcome") {
            let mut some = [0; 256];
            let len = stream.read(&mut some).await.unwrap();
            assert!(len > 0, "{}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&some[..len]);
        }
        stream
    }

    pub(super) fn handle_of(&self, n: u128) -> Arc<SessionHandle> {
        self.sessions.of_user(TENANT, user(n)).pop().unwrap()
    }

    /// Waits until a fact holds.
    pub(super) async fn until(&self, what: &str, fact: impl Fn() -> bool) {
        for _ in 0..500 {
            if fact() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{what} did not come to pass");
    }
}

/// A frame masked with zeroes.
pub(super) fn raw_frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match u16::try_from(payload.len()).unwrap() {
        len @ 0..=125 => frame.push(0x80 | len as u8),
        len => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&len.to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(payload);
    frame
}

pub(super) struct Client {
    pub(super) stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    pub(super) async fn send(&mut self, frame: Value) {
        self.say(Message::text(frame.to_string())).await;
    }

    pub(super) async fn say(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    /// The next frame of this kind; those before it are passed over.
    pub(super) async fn next(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["t"] == kind {
                return frame;
            }
        }
    }

    pub(super) async fn frame(&mut self) -> Value {
        loop {
            match timeout(LIMIT, self.stream.next()).await.expect("a frame in time") {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Close(close))) => panic!("closed: {close:?}"),
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The code of the close frame; what comes before it is passed over.
    pub(super) async fn closed(&mut self) -> u16 {
        loop {
            match timeout(LIMIT, self.stream.next()).await.expect("a close in time") {
                Some(Ok(Message::Close(Some(close)))) => return close.code.into(),
                Some(Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    pub(super) async fn sub(&mut self, topic: &str) {
        self.send(json!({ "t": "sub", "id": topic, "topic": topic })).await;
        self.next("subbed").await;
    }
}

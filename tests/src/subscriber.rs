//! A WebSocket client that keeps every frame it hears, answers pings, and checks the chain of every topic: after a
//! snapshot at `seq`, every `ev` or `skip` continues at exactly `seq + 1`.
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    ear::{Chain, Ear, Heard, handshake},
    user::{User, unique},
    wait::DEADLINE,
};

/// An open socket. Dropping it fails the test if a chain was broken.
#[derive(Debug)]
pub struct Subscriber {
    heard: Arc<Mutex<Heard>>,
    changed: watch::Receiver<usize>,
    out: mpsc::UnboundedSender<Message>,
    /// Frames before this one were already handed out by [`Self::next`].
    cursor: usize,
    pub welcome: Value,
}

impl Subscriber {
    /// Opens a socket, says hello with these fields beside the token, and waits for the welcome.
    pub async fn connect(user: &User, hello: Value) -> Self {
        let mut socket = Self::open(user).await;
        let mut frame = json!({ "t": "hello", "v": 1, "token": user.token, "cid": unique("cid") });
        merge(&mut frame, hello);
        socket.expect_resumed(&frame["resume"]);
        socket.send(frame);
        socket.welcome = socket.next("welcome").await;
        socket
    }

    /// Opens a socket and says nothing.
    pub async fn open(user: &User) -> Self {
        let stream =
            handshake(&user.base).await.unwrap_or_else(|error| panic!("the handshake: {error}"));
        let (out, outbox) = mpsc::unbounded_channel();
        let (changes, changed) = watch::channel(0);
        let heard = Arc::<Mutex<Heard>>::default();
        let tenant = user.tenant_id().to_owned();
        let ear = Ear {
            heard: heard.clone(),
            changes,
            tenant,
            ledger: user.ledger.clone(),
            out: out.clone(),
        };
        tokio::spawn(ear.listen(stream, outbox));
        Self { heard, changed, out, cursor: 0, welcome: Value::Null }
    }

    // ---- speaking

    pub fn send(&self, frame: Value) {
        self.send_text(frame.to_string());
    }

    pub fn send_text(&self, text: impl Into<String>) {
        // A socket that is closed already shows in what the test waits for next.
        let _ = self.out.send(Message::text(text.into()));
    }

    pub fn send_message(&self, message: Message) {
        let _ = self.out.send(message);
    }

    /// Subscribes and waits for the answer; then every part of a snapshot or replay has been heard or follows.
    pub async fn sub(&mut self, topic: &str, more: Value) -> Value {
        let id = unique("s");
        let mut frame = json!({ "t": "sub", "id": id, "topic": topic });
        merge(&mut frame, more);
        if let Some(seq) = frame["since"]["seq"].as_u64() {
            self.set_chain(topic, frame["since"]["epoch"].as_str().unwrap_or_default(), seq);
        }
        self.send(frame);
        self.answer_to(&id).await
    }

    /// Subscribes, and for a snapshot also waits for its last part; all parts joined: `d` merged, `cards` appended.
    pub async fn snapshot(&mut self, topic: &str) -> Value {
        let subbed = self.sub(topic, json!({})).await;
        assert_eq!(subbed["mode"], "snapshot", "{subbed}");
        self.whole_snapshot(topic).await
    }

    /// The next complete snapshot of a topic among the frames not yet handed out.
    pub async fn whole_snapshot(&mut self, topic: &str) -> Value {
        let mut whole = Value::Null;
        loop {
            let part = self
                .next_where("a part of the snapshot", |f| f["t"] == "snap" && f["topic"] == topic)
                .await;
            if whole.is_null() {
                whole = part.clone();
            } else if let (Some(all), Value::Array(more)) =
                (whole["d"]["cards"].as_array_mut(), part["d"]["cards"].clone())
            {
                all.extend(more);
            }
            if part["last"] == true {
                return whole;
            }
        }
    }

    /// Sends a command and waits for its `res` or `err`.
    pub async fn try_command_as(&mut self, id: &str, topic: &str, op: &str, d: Value) -> Value {
        self.send(json!({ "t": "cmd", "id": id, "topic": topic, "op": op, "d": d }));
        self.answer_to(id).await
    }

    /// Sends a command that must succeed.
    pub async fn command(&mut self, topic: &str, op: &str, d: Value) -> Value {
        let answer = self.try_command_as(&unique("c"), topic, op, d.clone()).await;
        assert_eq!(answer["t"], "res", "{op} {d}: {answer}");
        answer
    }

    /// The `subbed`, `res` or `err` that carries this id.
    pub async fn answer_to(&mut self, id: &str) -> Value {
        self.find("an answer", |f| f["id"] == id && f["t"] != "ev").await
    }

    // ---- hearing

    /// The next frame of this kind; those before it are passed over.
    pub async fn next(&mut self, kind: &str) -> Value {
        self.next_where(kind, |frame| frame["t"] == kind).await
    }

    /// The next event of this op.
    pub async fn event(&mut self, op: &str) -> Value {
        self.next_where(op, |frame| frame["t"] == "ev" && frame["op"] == op).await
    }

    /// The next frame that fits, after those already handed out.
    pub async fn next_where(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let from = self.cursor;
        let (at, frame) = self.wait(what, DEADLINE, |heard| first_from(heard, from, &fits)).await;
        self.cursor = at + 1;
        frame
    }

    /// The first frame that fits of all that were heard or will be; hands nothing out.
    pub async fn find(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        self.wait(what, DEADLINE, |heard| first_from(heard, 0, &fits)).await.1
    }

    /// As [`Self::find`], with a deadline of its own.
    pub async fn find_within(
        &self,
        limit: Duration,
        what: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Value {
        self.wait(what, limit, |heard| first_from(heard, 0, &fits)).await.1
    }

    /// Waits until the server has closed this socket; its code.
    pub async fn closed(&self, limit: Duration) -> u16 {
        self.wait("the close", limit, |heard| heard.closed).await
    }

    pub fn is_closed(&self) -> bool {
        self.lock().closed.is_some()
    }

    /// Waits until this topic has reached this position here.
    pub async fn reaches(&self, topic: &str, seq: u64) {
        self.wait(&format!("{topic} at {seq}"), Duration::from_secs(20), |heard| {
            let at = heard.chains.get(topic).and_then(|chain| chain.seq);
            at.filter(|at| *at >= seq)
        })
        .await;
    }

    /// Where a topic stands here: `{epoch, seq}`, fit for `since` and `resume`.
    pub fn position(&self, topic: &str) -> Option<Value> {
        let heard = self.lock();
        let chain = heard.chains.get(topic)?;
        Some(json!({ "epoch": chain.epoch, "seq": chain.seq? }))
    }

    /// All that was heard so far.
    pub fn frames(&self) -> Vec<Value> {
        self.lock().frames.clone()
    }

    /// The events of a topic heard so far.
    pub fn events(&self, topic: &str) -> Vec<Value> {
        self.frames().into_iter().filter(|f| f["t"] == "ev" && f["topic"] == topic).collect()
    }

    /// A round trip: whatever the server sent before is heard when it returns.
    pub async fn settle(&mut self) {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1_000_000);
        let n = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.send(json!({ "t": "ping", "n": n }));
        self.find("the pong", |frame| frame["t"] == "pong" && frame["n"] == n).await;
    }

    /// Fails if any chain was broken.
    #[track_caller]
    pub fn check(&self) {
        let violations = self.lock().violations.clone();
        assert!(violations.is_empty(), "broken chains:\n{}", violations.join("\n"));
    }

    /// Goes away without a word, as a phone in a tunnel does.
    pub fn drop_connection(self) {
        self.check();
    }

    // ---- inside

    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_chain(&self, topic: &str, epoch: &str, seq: u64) {
        let chain = Chain { epoch: epoch.to_owned(), seq: Some(seq) };
        self.lock().chains.insert(topic.to_owned(), chain);
    }

    fn expect_resumed(&self, resume: &Value) {
        for one in resume.as_array().into_iter().flatten() {
            let (topic, epoch) = (one["topic"].as_str(), one["epoch"].as_str());
            self.set_chain(
                topic.unwrap_or_default(),
                epoch.unwrap_or_default(),
                one["seq"].as_u64().unwrap_or(0),
            );
        }
    }

    async fn wait<T>(
        &self,
        what: &str,
        limit: Duration,
        mut look: impl FnMut(&Heard) -> Option<T>,
    ) -> T {
        let mut changed = self.changed.clone();
        let seen = async {
            loop {
                changed.mark_unchanged();
                if let Some(found) = look(&self.lock()) {
                    return Some(found);
                }
                if changed.changed().await.is_err() {
                    return look(&self.lock());
                }
            }
        };
        if let Ok(Some(found)) = timeout(limit, seen).await {
            return found;
        }
        let heard = self.lock();
        let last: Vec<String> =
            heard.frames.iter().rev().take(12).map(|f| clip(&f.to_string())).collect();
        panic!(
            "{what}: not within {limit:?}; closed: {:?}; heard, newest first:\n{}",
            heard.closed,
            last.join("\n")
        );
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.check();
        }
    }
}

fn first_from(
    heard: &Heard,
    from: usize,
    fits: &impl Fn(&Value) -> bool,
) -> Option<(usize, Value)> {
    heard.frames.iter().enumerate().skip(from).find(|(_, f)| fits(f)).map(|(at, f)| (at, f.clone()))
}

pub(crate) fn clip(text: &str) -> String {
    text.chars().take(300).collect()
}

fn merge(into: &mut Value, more: Value) {
    if let (Some(into), Value::Object(more)) = (into.as_object_mut(), more) {
        into.extend(more);
    }
}

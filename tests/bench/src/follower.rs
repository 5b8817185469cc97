//! Somebody who keeps one topic on screen: checks that its chain has no hole, and comes back after a lost connection
//! as the web client does, with what was seen last.
use std::{
    borrow::Cow,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::wire::Socket;

/// What the web client does: full jitter, from half a second to twenty.
const FIRST_RETRY_MS: u64 = 500;
const LAST_RETRY_MS: u64 = 20_000;

/// What all followers of a load have seen together.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) online: AtomicUsize,
    pub(crate) events: AtomicU64,
    /// Frames of other topics.
    pub(crate) others: AtomicU64,
    /// Events that did not continue the chain.
    pub(crate) holes: AtomicU64,
    /// Times somebody had to start from a snapshot although it named its position.
    pub(crate) snapshots: AtomicU64,
    pub(crate) connects: AtomicU64,
    /// Where each follower stands.
    pub(crate) at: Mutex<Vec<u64>>,
}

impl Seen {
    pub(crate) fn of(people: usize) -> Arc<Self> {
        Arc::new(Self { at: Mutex::new(vec![0; people]), ..Self::default() })
    }

    /// How many followers have not come to this position yet.
    pub(crate) fn behind(&self, head: u64) -> usize {
        let at = self.at.lock().unwrap_or_else(|e| e.into_inner());
        at.iter().filter(|seq| **seq < head).count()
    }

    pub(crate) async fn all_at(&self, head: u64, patience: Duration) -> Result<()> {
        let began = Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(5));
        while self.behind(head) > 0 {
            tick.tick().await;
            if began.elapsed() > patience {
                bail!("{} did not come to {head} within {patience:?}", self.behind(head));
            }
        }
        Ok(())
    }
}

#[derive(Debug)]
pub(crate) struct Follower {
    pub(crate) who: usize,
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    pub(crate) topic: String,
    /// Subscribed to as well, and only counted.
    pub(crate) others: Vec<String>,
    pub(crate) seen: Arc<Seen>,
}

/// How a connection ended, and when to come back if the server said so.
enum End {
    Drained([u64; 2]),
    Lost,
}

/// What a follower looks at in a frame. The rest is only skimmed: with everything kept, hundreds of
/// followers on one core measured themselves.
#[derive(Deserialize)]
struct Heard<'a> {
    seq: Option<u64>,
    from: Option<u64>,
    to: Option<u64>,
    #[serde(borrow)]
    epoch: Option<Cow<'a, str>>,
    #[serde(borrow)]
    mode: Option<Cow<'a, str>>,
}

impl Follower {
    /// Runs until it is aborted, or fails when the server says never to come back.
    pub(crate) async fn run(self) -> Result<()> {
        let mut position: Option<(String, u64)> = None;
        let mut tries = 0;
        loop {
            let wait = match self.connect(&mut position, &mut tries).await {
                Ok(End::Drained([least, most])) => {
                    tries = 0;
                    rand::random_range(least..=most.max(least))
                }
                Ok(End::Lost) | Err(_) => {
                    let ceiling = (FIRST_RETRY_MS << tries.min(6)).min(LAST_RETRY_MS);
                    tries += 1;
                    rand::random_range(0..=ceiling)
                }
            };
            tokio::time::sleep_until((Instant::now() + Duration::from_millis(wait)).into()).await;
        }
    }

    async fn connect(&self, position: &mut Option<(String, u64)>, tries: &mut u32) -> Result<End> {
        let mut socket = Socket::open(self.address, "/api/v1/ws", Some("nabiz.v1")).await?;
        let resume: Vec<Value> = position
            .iter()
            .map(|(epoch, seq)| json!({ "topic": self.topic, "epoch": epoch, "seq": seq }))
            .collect();
        let cid = format!("f-{}", self.who);
        let hello =
            json!({ "t": "hello", "v": 1, "token": self.token, "cid": cid, "resume": resume });
        socket.mouth.say(&hello.to_string()).await?;
        if position.is_none() {
            let topics = self.others.iter().chain([&self.topic]);
            for (n, topic) in topics.enumerate() {
                let sub =
                    json!({ "t": "sub", "id": format!("s{n}"), "topic": topic, "snap": false });
                socket.mouth.say(&sub.to_string()).await?;
            }
        }
        self.seen.connects.fetch_add(1, Relaxed);
        let mut end = End::Lost;
        let mut is_online = false;
        while let Ok(text) = socket.next().await {
            let kind = text.get(6..).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            match kind {
                "ping" => {
                    let n =
                        crate::wire::number_after(text.as_bytes(), b"\"n\":").unwrap_or_default();
                    socket.mouth.say(&json!({ "t": "pong", "n": n }).to_string()).await?;
                }
                "drain" => {
                    let frame: Value = serde_json::from_str(&text)?;
                    let at = |n: usize| frame["retry_ms"][n].as_u64().unwrap_or(FIRST_RETRY_MS);
                    end = End::Drained([at(0), at(1)]);
                }
                "err" => eprintln!("a follower was refused: {text}"),
                "ev" | "skip" | "subbed" | "snap" if !text.contains(&self.topic) => {
                    self.seen.others.fetch_add(1, Relaxed);
                }
                "ev" | "skip" | "subbed" | "snap" => {
                    self.hear(kind, &text, position)?;
                    if kind == "subbed" && !std::mem::replace(&mut is_online, true) {
                        self.seen.online.fetch_add(1, Relaxed);
                        *tries = 0;
                    }
                }
                _ => {}
            }
        }
        if is_online {
            self.seen.online.fetch_sub(1, Relaxed);
        }
        Ok(end)
    }

    fn hear(&self, kind: &str, text: &str, position: &mut Option<(String, u64)>) -> Result<()> {
        let frame: Heard = serde_json::from_str(text)?;
        let said = |number: Option<u64>| number.with_context(|| format!("no number: {text}"));
        match (kind, &mut *position) {
            ("ev" | "skip", Some((_, at))) => {
                let (from, to) = match kind {
                    "ev" => (said(frame.seq)?, said(frame.seq)?),
                    _ => (said(frame.from)?, said(frame.to)?),
                };
                if from != *at + 1 {
                    self.seen.holes.fetch_add(1, Relaxed);
                }
                *at = to;
                self.seen.events.fetch_add(1, Relaxed);
            }
            ("subbed", known) => {
                let epoch = frame.epoch.unwrap_or_default().into_owned();
                match (frame.mode.as_deref(), &known) {
                    (Some("replay"), Some(_)) => {}
                    (Some("live"), Some((_, at))) if *at != said(frame.seq)? => {
                        self.seen.holes.fetch_add(1, Relaxed);
                    }
                    (Some("live"), _) => *known = Some((epoch, said(frame.seq)?)),
                    _ => {
                        self.seen.snapshots.fetch_add(1, Relaxed);
                        *known = Some((epoch, said(frame.seq)?));
                    }
                }
            }
            ("snap", Some((_, at))) => *at = said(frame.seq)?,
            _ => bail!("an event before `subbed`: {text}"),
        }
        if let Some((_, at)) = position {
            self.seen.at.lock().unwrap_or_else(|e| e.into_inner())[self.who] = *at;
        }
        Ok(())
    }
}

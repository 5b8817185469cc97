//! (a) What one delivery costs: 1,000 sockets hear what one says, with 8 messages in flight and with 1.
//!
//! A burst is written at once by one of eight authors in turn, and the next follows when every socket has heard all
//! of it. The figure is CPU of the server, not speed: the load generator shares no core with it.
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use tokio::{sync::Notify, time::timeout};

use crate::{
    house::{DatabaseProcesses, House, Person},
    plan::{Plan, SERVER_CORE},
    proc::{self, Running, Start},
    report::{Aim, Durability, Row},
    wire::{Listening, Socket, number_after, text_frame},
};

const LISTENERS: usize = 1_000;
/// More than one, because a socket may send 250 frames a second.
const AUTHORS: usize = 8;
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// Passing remarks: what is comparable with peers that store nothing.
    Remarks,
    /// `card.move`: committed, journalled, then delivered.
    Moves,
    SocketIo,
    Ws,
    Bun,
}

impl Subject {
    fn name(self) -> &'static str {
        match self {
            Self::Remarks => "nabiz, eph frames",
            Self::Moves => "nabiz, card.move",
            Self::SocketIo => "Socket.IO",
            Self::Ws => "ws",
            Self::Bun => "Bun",
        }
    }

    fn is_ours(self) -> bool {
        matches!(self, Self::Remarks | Self::Moves)
    }
}

/// What the sockets of one server have heard.
#[derive(Debug, Default)]
struct Heard {
    frames: AtomicU64,
    bytes: AtomicU64,
    /// Frames that came twice or out of order.
    disorder: AtomicU64,
    awaited: AtomicU64,
    all: Notify,
}

impl Heard {
    fn hear(&self, last: &mut u64, payload: &[u8]) {
        // The author's answer names the message too, and is no delivery.
        let is_answer = payload.starts_with(b"{\"t\":\"res\"");
        let Some(n) = number_after(payload, b"\"n-").filter(|_| !is_answer) else { return };
        if n <= *last {
            self.disorder.fetch_add(1, Relaxed);
        }
        *last = n;
        self.bytes.fetch_add(payload.len() as u64, Relaxed);
        if self.frames.fetch_add(1, Relaxed) + 1 == self.awaited.load(Relaxed) {
            self.all.notify_one();
        }
    }
}

/// One server with its listeners.
struct Stage {
    subject: Subject,
    crowd: Vec<Listening>,
    heard: Arc<Heard>,
    house: Option<House>,
    _peer: Option<Running>,
    pid: u32,
    /// For moves: cards and the stages they go between.
    board: Option<crate::house::Board>,
    topic: String,
    next: u64,
}

impl Stage {
    async fn set(plan: &Plan, subject: Subject, folder: &std::path::Path) -> Result<Self> {
        let heard = Arc::new(Heard::default());
        let (mut house, mut peer, mut board, mut person) = (None, None, None, None);
        if subject.is_ours() {
            let opened = House::open(plan, Durability::SqliteFull).await?;
            let admin = opened.tenant().await?;
            board = Some(admin.board(64).await?);
            person = Some(admin);
            house = Some(opened);
        } else {
            peer = Some(start_peer(plan, subject, folder).await?);
        }
        let topic = board
            .as_ref()
            .map_or("board:01980000-0000-7000-8000-000000000000", |b| &b.topic)
            .to_owned();
        let address = match (&person, &peer) {
            (Some(person), _) => person.address,
            (None, Some(peer)) => peer.address()?,
            (None, None) => unreachable!("one of both was started"),
        };
        let crowd = stream::iter(0..LISTENERS + 1)
            .map(|_| open(subject, address, person.as_ref(), &topic))
            .buffered(32)
            .map_ok(|socket| {
                let (heard, mut last) = (heard.clone(), 0);
                socket.listen(move |payload| heard.hear(&mut last, payload))
            })
            .try_collect::<Vec<_>>()
            .await?;
        let pid = peer.as_ref().map_or_else(|| house.as_ref().map_or(0, House::pid), Running::pid);
        Ok(Self { subject, crowd, heard, house, _peer: peer, pid, board, topic, next: 1 })
    }

    fn message(&self, n: u64) -> String {
        let topic = &self.topic;
        match (self.subject, &self.board) {
            (Subject::Moves, Some(board)) => {
                let card = &board.cards[n as usize % board.cards.len()];
                let to = &board.stages[(n as usize / board.cards.len()) % board.stages.len()];
                let d = json!({ "card": card, "to_stage": to });
                json!({ "t": "cmd", "id": format!("n-{n:010}"), "topic": topic, "op": "card.move", "d": d }).to_string()
            }
            (Subject::SocketIo, _) => {
                format!(
                    r#"42["eph",{{"topic":"{topic}","k":"dragging","d":{{"card":"n-{n:010}"}}}}]"#
                )
            }
            _ => format!(
                r#"{{"t":"eph","topic":"{topic}","k":"dragging","d":{{"card":"n-{n:010}"}}}}"#
            ),
        }
    }

    /// One burst, until all have heard it; how many deliveries are missing, and the time it took.
    async fn burst(&mut self, author: usize, size: usize) -> Result<(u64, Duration)> {
        let mut bytes = Vec::new();
        for n in self.next..self.next + size as u64 {
            bytes.extend(text_frame(&self.message(n)));
        }
        self.next += size as u64;
        // An author hears its own commands, but not its own remarks.
        let hearers = LISTENERS + usize::from(self.subject == Subject::Moves);
        let before = self.heard.frames.load(Relaxed);
        let target = before + (size * hearers) as u64;
        self.heard.awaited.store(target, Relaxed);
        let began = Instant::now();
        self.crowd[author].mouth.send(&bytes).await?;
        let all = timeout(PATIENCE, self.heard.all.notified()).await;
        let missing =
            if all.is_ok() { 0 } else { target.saturating_sub(self.heard.frames.load(Relaxed)) };
        ensure!(
            self.crowd.iter().all(|one| !one.is_over()),
            "{}: a socket was closed",
            self.subject.name()
        );
        Ok((missing, began.elapsed()))
    }

    /// CPU-seconds per million deliveries over the window.
    async fn measure(&mut self, size: usize, window: Duration) -> Result<Sample> {
        for n in 0..AUTHORS * 2 {
            self.burst(n % AUTHORS, size).await?;
        }
        let (cpu, frames) = (proc::cpu_of(&[self.pid]), self.heard.frames.load(Relaxed));
        let bytes = self.heard.bytes.load(Relaxed);
        let (began, own) = (Instant::now(), proc::cpu_of(&[std::process::id()]));
        let (mut lost, mut bursts) = (0, Vec::new());
        while began.elapsed() < window {
            let (missing, took) = self.burst(bursts.len() % AUTHORS, size).await?;
            lost += missing;
            bursts.push(took.as_secs_f64() * 1e3);
        }
        let seconds = began.elapsed().as_secs_f64();
        let delivered = (self.heard.frames.load(Relaxed) - frames) as f64;
        let cpu = proc::cpu_of(&[self.pid]) - cpu;
        let load = proc::cpu_of(&[std::process::id()]) - own;
        Ok(Sample {
            cost: cpu / delivered * 1e6,
            cpu,
            delivered,
            per_second: delivered / seconds,
            lost: lost + self.heard.disorder.load(Relaxed),
            server_busy: cpu / seconds,
            load_busy: load / seconds,
            bytes: (self.heard.bytes.load(Relaxed) - bytes) as f64 / delivered,
            burst_p99_ms: crate::report::percentile(&bursts, 0.99),
        })
    }

    async fn close(self) -> Result<()> {
        drop(self.crowd);
        match self.house {
            Some(house) => house.close().await,
            None => Ok(()),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    cost: f64,
    cpu: f64,
    delivered: f64,
    per_second: f64,
    lost: u64,
    server_busy: f64,
    load_busy: f64,
    bytes: f64,
    burst_p99_ms: f64,
}

async fn start_peer(plan: &Plan, subject: Subject, folder: &std::path::Path) -> Result<Running> {
    let (program, script) = match subject {
        Subject::Bun => (&plan.bun, "fanout-bun.js"),
        Subject::SocketIo => (&plan.node, "fanout-socketio.js"),
        _ => (&plan.node, "fanout-ws.js"),
    };
    let start = Start {
        name: script.trim_end_matches(".js").to_owned(),
        core: SERVER_CORE,
        words: vec![program.clone(), plan.peers.join(script).display().to_string()],
        env: vec![("NODE_ENV".to_owned(), "production".to_owned())],
        ready_file: None,
    };
    start.run(folder).await
}

async fn open(
    subject: Subject,
    address: std::net::SocketAddr,
    person: Option<&Person>,
    topic: &str,
) -> Result<Socket> {
    match (subject, person) {
        (_, Some(person)) => person.subscribed(&[topic]).await,
        (Subject::SocketIo, None) => socket_io(address).await,
        _ => Socket::open(address, "/", None).await,
    }
}

/// Engine.IO's `open`, then Socket.IO's `connect` to the default namespace.
pub(crate) async fn socket_io(address: std::net::SocketAddr) -> Result<Socket> {
    let mut socket = Socket::open(address, "/socket.io/?EIO=4&transport=websocket", None).await?;
    let open = socket.next().await?;
    ensure!(open.starts_with('0'), "no Engine.IO: {open}");
    socket.mouth.say("40").await?;
    let connected = socket.next().await?;
    ensure!(connected.starts_with("40"), "no Socket.IO: {connected}");
    Ok(socket)
}

pub(crate) async fn run(plan: &Plan, _database: &DatabaseProcesses) -> Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let mut subjects =
        vec![Subject::Remarks, Subject::Moves, Subject::SocketIo, Subject::Ws, Subject::Bun];
    if plan.bun.is_empty() {
        eprintln!("(a) without Bun: its binary cannot be had here");
        subjects.pop();
    }
    if std::env::var_os("BENCH_PEERS_ONLY").is_some() {
        subjects.retain(|subject| !subject.is_ours());
    }
    let mut samples: Vec<(Subject, usize, Sample)> = Vec::new();
    for round in 1..=plan.rounds {
        for subject in &subjects {
            let mut stage = Stage::set(plan, *subject, folder.path()).await?;
            for size in [8, 1] {
                let sample = stage.measure(size, plan.fan_out).await?;
                eprintln!(
                    "(a) round {round}, {}, {size} in flight: {:.2} CPU s per million, {:.0} deliveries/s, \
                     server {:.0} % and load {:.0} % of a core",
                    subject.name(),
                    sample.cost,
                    sample.per_second,
                    sample.server_busy * 100.0,
                    sample.load_busy * 100.0
                );
                samples.push((*subject, size, sample));
            }
            stage.close().await?;
        }
    }
    let mut rows = Vec::new();
    for size in [8, 1] {
        for subject in &subjects {
            let of: Vec<Sample> = samples
                .iter()
                .filter(|(who, how_many, _)| who == subject && *how_many == size)
                .map(|(_, _, sample)| *sample)
                .collect();
            rows.push(row(*subject, size, &of));
        }
    }
    Ok(rows)
}

fn row(subject: Subject, size: usize, of: &[Sample]) -> Row {
    let all = |field: fn(&Sample) -> f64| of.iter().map(field).collect::<Vec<_>>();
    let aim = match (subject.is_ours(), size) {
        (true, 8) => Aim::AtMost(2.0),
        (true, _) => Aim::AtMost(7.5),
        _ => Aim::None,
    };
    let durability =
        if subject == Subject::Moves { Durability::SqliteFull } else { Durability::Memory };
    Row::new("a", format!("1,000 sockets, {size} in flight"), subject.name())
        .durability(durability)
        .rounds(all(|sample| sample.cost), "CPU s/M")
        .aim(aim)
        .lost(of.iter().map(|sample| sample.lost).sum())
        .cpu(all(|sample| sample.cpu).iter().sum(), None)
        .beside(json!({
            "delivered": all(|sample| sample.delivered),
            "deliveries_per_second": all(|sample| sample.per_second),
            "server_core_busy": all(|sample| sample.server_busy),
            "load_core_busy": all(|sample| sample.load_busy),
            "payload_bytes": all(|sample| sample.bytes),
            "burst_p99_ms": all(|sample| sample.burst_p99_ms),
        }))
}

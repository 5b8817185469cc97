//! The stage of part (b): a server, 16 writers and 100 watchers, and a book of every move.
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::{
    fan_out::socket_io,
    house::{Board, House, Person, peer_database},
    plan::{Plan, SERVER_CORE},
    proc::{Running, Start},
    report::Durability,
    wire::{Listening, number_after, text_frame},
};

pub(crate) const WRITERS: usize = 16;
pub(crate) const WATCHERS: usize = 100;
const CARDS: usize = 960;

/// Every move by its number: when it was sent, how many have heard of it, when the last did.
#[derive(Debug)]
pub(crate) struct Book {
    began: Instant,
    pub(crate) moves: Mutex<Vec<Move>>,
    pub(crate) next: AtomicU64,
    pub(crate) strays: AtomicU64,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Move {
    pub(crate) sent_us: u64,
    pub(crate) heard: u32,
    pub(crate) last_us: u64,
    pub(crate) answered_us: u64,
}

impl Book {
    fn new() -> Arc<Self> {
        let (moves, next, strays) = (Mutex::new(Vec::new()), AtomicU64::new(1), AtomicU64::new(0));
        Arc::new(Self { began: Instant::now(), moves, next, strays })
    }

    fn now(&self) -> u64 {
        self.began.elapsed().as_micros() as u64
    }

    fn change(&self, n: u64, change: impl FnOnce(&mut Move, u64)) {
        let now = self.now();
        match self.moves.lock().unwrap_or_else(|e| e.into_inner()).get_mut(n as usize) {
            Some(one) => change(one, now),
            None => drop(self.strays.fetch_add(1, Relaxed)),
        }
    }

    fn sent(&self) -> u64 {
        let n = self.next.fetch_add(1, Relaxed);
        let sent_us = self.now();
        let mut moves = self.moves.lock().unwrap_or_else(|e| e.into_inner());
        moves.resize(n as usize + 1, Move::default());
        moves[n as usize].sent_us = sent_us;
        n
    }

    fn answered(&self, n: u64) {
        self.change(n, |one, now| one.answered_us = now);
    }

    fn heard(&self, n: u64) {
        self.change(n, |one, now| (one.heard, one.last_us) = (one.heard + 1, now));
    }
}

/// The server, its writers and its watchers, ready to go.
pub(crate) struct Scene {
    pub(crate) server: Vec<u32>,
    pub(crate) house: Option<House>,
    peer: Option<Running>,
    board: Board,
    admin: Option<Person>,
    writers: Writers,
    _watchers: Vec<Listening>,
    pub(crate) book: Arc<Book>,
}

pub(crate) enum Writers {
    /// The socket of each, and where its answers arrive.
    Sockets(Vec<(Listening, mpsc::UnboundedReceiver<bool>)>),
    Http(reqwest::Client, String),
}

impl Scene {
    pub(crate) async fn of_ours(plan: &Plan, durability: Durability) -> Result<Self> {
        let house = House::open(plan, durability).await?;
        let admin = house.tenant().await?;
        let board = admin.board(CARDS).await?;
        let book = Book::new();
        let topics = [board.topic.as_str()];
        let watchers = stream::iter(0..WATCHERS)
            .map(|_| admin.subscribed(&topics))
            .buffered(16)
            .map_ok(|socket| {
                let book = book.clone();
                socket.listen(move |payload| {
                    if payload.starts_with(b"{\"t\":\"ev\"") {
                        heard(&book, payload);
                    }
                })
            })
            .try_collect()
            .await?;
        let mut writers = Vec::new();
        for _ in 0..WRITERS {
            let (answers, arrive) = mpsc::unbounded_channel();
            let book = book.clone();
            let socket = admin.socket().await?.listen(move |payload| {
                let good = payload.starts_with(b"{\"t\":\"res\"");
                if good || payload.starts_with(b"{\"t\":\"err\"") {
                    if let (true, Some(n)) = (good, number_after(payload, b"\"n-")) {
                        book.answered(n);
                    }
                    if !good {
                        eprintln!("(b) refused: {}", String::from_utf8_lossy(payload));
                    }
                    let _ = answers.send(good); // the writer may have gone home
                }
            });
            writers.push((socket, arrive));
        }
        let server = vec![house.pid()];
        let writers = Writers::Sockets(writers);
        Ok(Self {
            server,
            house: Some(house),
            peer: None,
            board,
            admin: Some(admin),
            writers,
            _watchers: watchers,
            book,
        })
    }

    pub(crate) async fn of_peer(plan: &Plan, folder: &std::path::Path) -> Result<Self> {
        let roles = plan.postgres.as_ref().context("no PostgreSQL: run by `make bench`")?;
        let start = Start {
            name: "crm".to_owned(),
            core: SERVER_CORE,
            words: vec![plan.node.clone(), plan.peers.join("crm.js").display().to_string()],
            env: vec![
                ("NODE_ENV".to_owned(), "production".to_owned()),
                ("DATABASE_URL".to_owned(), peer_database(roles).await?),
            ],
            ready_file: None,
        };
        let peer = start.run(folder).await?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        let made = http
            .post(format!("{}/boards", peer.base))
            .json(&json!({ "cards": CARDS }))
            .send()
            .await?;
        let made: Value = made.error_for_status()?.json().await?;
        let texts = |value: &Value| -> Vec<String> {
            value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect()
        };
        let topic = made["board"].as_str().context("no board")?.to_owned();
        let board = Board { topic, stages: texts(&made["stages"]), cards: texts(&made["cards"]) };
        let book = Book::new();
        let address: SocketAddr = peer.address()?;
        let mut watchers = Vec::new();
        for _ in 0..WATCHERS {
            let socket = socket_io(address).await?;
            socket.mouth.say(&format!("42{}", json!(["join", board.topic]))).await?;
            let book = book.clone();
            watchers.push(socket.listen(move |payload| heard(&book, payload)));
        }
        let writers = Writers::Http(http, peer.base.clone());
        let server = vec![peer.pid()];
        Ok(Self {
            server,
            house: None,
            peer: Some(peer),
            board,
            admin: None,
            writers,
            _watchers: watchers,
            book,
        })
    }

    /// Whoever made the board; nobody at a peer's.
    pub(crate) fn admin(&self) -> Result<Person> {
        self.admin.clone().context("a peer has nobody")
    }

    pub(crate) fn board(&self) -> &Board {
        &self.board
    }

    /// All write until the window is over and their last move is answered. Counts refusals.
    pub(crate) async fn write(&mut self, window: Duration) -> Result<u64> {
        let over = Arc::new(AtomicBool::new(false));
        let (board, book) = (Arc::new(self.board.clone()), self.book.clone());
        let mut all = tokio::task::JoinSet::new();
        match &mut self.writers {
            Writers::Sockets(sockets) => {
                for (who, (socket, mut arrive)) in std::mem::take(sockets).into_iter().enumerate() {
                    let (over, board, book) = (over.clone(), board.clone(), book.clone());
                    all.spawn(async move {
                        let mut refused = 0;
                        for turn in 0.. {
                            if over.load(Relaxed) {
                                break;
                            }
                            let (card, to) = board.turn(who, turn);
                            let n = book.sent();
                            let frame = format!(
                                r#"{{"t":"cmd","id":"n-{n:010}","topic":"{}","op":"card.move","d":{{"card":"{card}","to_stage":"{to}"}}}}"#,
                                board.topic
                            );
                            socket.mouth.send(&text_frame(&frame)).await?;
                            let good = tokio::time::timeout(Duration::from_secs(30), arrive.recv()).await;
                            refused += u64::from(!good?.context("a writer was closed")?);
                        }
                        Ok::<_, anyhow::Error>((refused, Some((socket, arrive))))
                    });
                }
            }
            Writers::Http(http, base) => {
                for who in 0..WRITERS {
                    let (over, board, book) = (over.clone(), board.clone(), book.clone());
                    let (http, base) = (http.clone(), base.clone());
                    all.spawn(async move {
                        let mut refused = 0;
                        for turn in 0.. {
                            if over.load(Relaxed) {
                                break;
                            }
                            let (card, to) = board.turn(who, turn);
                            let n = book.sent();
                            let url = format!("{base}/boards/{}/cards/{card}/move", board.topic);
                            let body = json!({ "cmd": format!("n-{n:010}"), "to_stage": to });
                            let answer = http.post(url).json(&body).send().await?;
                            let good = answer.status().is_success();
                            answer.bytes().await?;
                            if good {
                                book.answered(n);
                            }
                            refused += u64::from(!good);
                        }
                        Ok((refused, None))
                    });
                }
            }
        }
        tokio::time::sleep_until((Instant::now() + window).into()).await;
        over.store(true, Relaxed);
        let (mut refused, mut back) = (0, Vec::new());
        while let Some(done) = all.join_next().await {
            let (no, socket) = done??;
            refused += no;
            back.extend(socket);
        }
        if !back.is_empty() {
            self.writers = Writers::Sockets(back);
        }
        Ok(refused)
    }

    pub(crate) async fn close(self) -> Result<()> {
        drop((self.writers, self._watchers));
        drop(self.peer);
        match self.house {
            Some(house) => house.close().await,
            None => Ok(()),
        }
    }
}

fn heard(book: &Book, payload: &[u8]) {
    if let Some(n) = number_after(payload, b"\"n-") {
        book.heard(n);
    }
}

impl Board {
    /// Each writer has cards of its own and takes one after the other to its next stage.
    fn turn(&self, who: usize, turn: usize) -> (&str, &str) {
        let own = self.cards.len() / WRITERS;
        let card = (turn % own) * WRITERS + who;
        let stage = (card + 1 + turn / own) % self.stages.len();
        (&self.cards[card], &self.stages[stage])
    }
}

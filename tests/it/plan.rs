//! The random plan: people on two servers join, leave, come back, fall into holes and command, in an order that a seed
//! decides. At rest every screen equals a fresh snapshot equals the rows, and every acknowledged command is in the
//! journal once. `PLAN=<seed>` replays one; `make soak` runs many (`PLANS`, `SEED`).
use std::{collections::BTreeMap, env};

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use tests::{Board, Cluster, Subscriber, User, at_rest, unique, within};

const STEPS: usize = 120;
const PEOPLE: usize = 4;
/// What CI runs; a failure prints the seed to replay.
const SEEDS: u64 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plans_of_people_end_in_agreement() {
    let number = |name: &str| env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let seeds = match number("PLAN") {
        Some(one) => one..one + 1,
        None => {
            number("SEED").unwrap_or(1)
                ..number("SEED").unwrap_or(1) + number("PLANS").unwrap_or(SEEDS)
        }
    };
    for seed in seeds {
        let Some(cluster) = Cluster::start(2).await else { return };
        eprintln!("plan {seed}: replay with PLAN={seed}");
        Plan::new(cluster, seed).await.run().await;
    }
}

/// One person at one screen, online or not.
struct Person {
    user: User,
    server: usize,
    screen: Option<Subscriber>,
    /// Where the last screen stood when it went dark.
    left_at: Option<Value>,
    /// What earlier screens showed, for the fold across a resume.
    frames: Vec<Value>,
    /// Sent and not yet answered: the same id goes out again after coming back.
    pending: BTreeMap<String, Value>,
}

struct Plan {
    cluster: Cluster,
    seed: u64,
    rng: StdRng,
    board: Board,
    people: Vec<Person>,
    cards: Vec<String>,
    acknowledged: BTreeMap<String, u64>,
}

impl Plan {
    async fn new(cluster: Cluster, seed: u64) -> Self {
        let admin = cluster.tenant().await;
        let board = admin.default_board().await;
        let mut cards = Vec::new();
        for n in 0..8 {
            let stage = &board.stages[n % board.stages.len()].0.clone();
            cards.push(board.card(&admin, stage, &format!("Müşteri {n}")).await);
        }
        let mut people = Vec::new();
        for n in 0..PEOPLE {
            let user = if n == 0 { admin.clone() } else { admin.invite("manager").await };
            let (screen, left_at) = (None, None);
            people.push(Person {
                user,
                server: n % 2,
                screen,
                left_at,
                frames: Vec::new(),
                pending: BTreeMap::new(),
            });
        }
        let rng = StdRng::seed_from_u64(seed);
        Self { cluster, seed, rng, board, people, cards, acknowledged: BTreeMap::new() }
    }

    async fn run(mut self) {
        for step in 0..STEPS {
            let who = self.rng.random_range(0..PEOPLE);
            match self.rng.random_range(0..100) {
                _ if self.people[who].screen.is_none() => self.join(who).await,
                0..8 => self.leave(who),
                8..10 => self.switch_server(who),
                10..14 => self.forget_position(who).await,
                14..16 if step > 20 => self.restart_a_server().await,
                _ => self.command(who),
            }
            self.collect(who);
        }
        self.settle().await;
        self.compare().await;
    }

    /// Opens a screen: with the old position if there is one, else from a snapshot.
    async fn join(&mut self, who: usize) {
        let topic = self.board.topic.clone();
        let person = &mut self.people[who];
        let user = person.user.at(self.cluster.base(person.server));
        let mut screen = user.socket().await;
        let more = person.left_at.take().map_or(json!({}), |since| json!({ "since": since }));
        screen.sub(&topic, more).await;
        for (id, command) in &person.pending {
            let mut again = command.clone();
            again["id"] = json!(id);
            screen.send(again);
        }
        person.screen = Some(screen);
    }

    /// Goes dark, remembering the position; answers on their way are lost to this person.
    fn leave(&mut self, who: usize) {
        self.collect(who);
        let person = &mut self.people[who];
        if let Some(screen) = person.screen.take() {
            person.left_at = screen.position(&self.board.topic);
            person.frames.extend(screen.frames());
            screen.drop_connection();
        }
    }

    fn switch_server(&mut self, who: usize) {
        self.leave(who);
        self.people[who].server = 1 - self.people[who].server;
    }

    /// Comes back as a browser whose storage was wiped.
    async fn forget_position(&mut self, who: usize) {
        self.leave(who);
        self.people[who].left_at = None;
        self.people[who].frames.clear();
        self.join(who).await;
    }

    async fn restart_a_server(&mut self) {
        let server = self.rng.random_range(0..2);
        for who in 0..PEOPLE {
            if self.people[who].server == server {
                self.leave(who);
            }
        }
        self.cluster.kill(server);
        self.cluster.revive(server).await;
    }

    fn command(&mut self, who: usize) {
        let (op, d) = self.something_to_do();
        let frame =
            json!({ "t": "cmd", "id": unique("c"), "topic": self.board.topic, "op": op, "d": d });
        let person = &mut self.people[who];
        // The contract allows 32 in flight.
        if let (Some(screen), true) = (&person.screen, person.pending.len() < 24) {
            screen.send(frame.clone());
            person.pending.insert(frame["id"].as_str().expect("an id").to_owned(), frame);
        }
    }

    fn something_to_do(&mut self) -> (&'static str, Value) {
        let stage =
            |plan: &mut Self| plan.board.stages.choose(&mut plan.rng).expect("a stage").1.clone();
        let card = |plan: &mut Self| plan.cards.choose(&mut plan.rng).expect("a card").clone();
        match self.rng.random_range(0..10) {
            0 => (
                "card.create",
                json!({ "stage": stage(self), "customer": { "name": unique("Yeni") } }),
            ),
            1 => {
                let mut cards = vec![card(self), card(self), card(self)];
                cards.sort();
                cards.dedup();
                ("card.move_many", json!({ "cards": cards, "to_stage": stage(self) }))
            }
            2 => ("card.update", json!({ "card": card(self), "need": unique("ihtiyaç") })),
            3 => ("board.rename", json!({ "name": unique("Pano") })),
            _ => {
                let (mover, mut d) = (card(self), json!({ "to_stage": stage(self) }));
                let neighbour = card(self);
                if neighbour != mover {
                    d[if self.rng.random_bool(0.5) { "after" } else { "before" }] =
                        json!(neighbour);
                }
                d["card"] = json!(mover);
                ("card.move", d)
            }
        }
    }

    /// Takes note of the answers that this person has heard.
    fn collect(&mut self, who: usize) {
        let person = &mut self.people[who];
        let Some(screen) = &person.screen else { return };
        if screen.is_closed() {
            person.left_at = screen.position(&self.board.topic);
            person.frames.extend(screen.frames());
            person.screen = None;
            return;
        }
        for frame in screen.frames() {
            let Some(id) = frame["id"].as_str() else { continue };
            if frame["t"] == "res" && person.pending.remove(id).is_some() {
                let seq = frame["seq"].as_u64().expect("a seq");
                assert_eq!(
                    *self.acknowledged.entry(id.to_owned()).or_insert(seq),
                    seq,
                    "plan {}",
                    self.seed
                );
            } else if frame["t"] == "err" && frame["retry_ms"].is_null() {
                person.pending.remove(id);
            }
        }
    }

    /// Everybody comes back and every command gets its answer.
    async fn settle(&mut self) {
        for who in 0..PEOPLE {
            if self.people[who].screen.as_ref().is_none_or(Subscriber::is_closed) {
                self.leave(who);
                self.join(who).await;
            }
            let user = self.people[who].user.at(self.cluster.base(self.people[who].server));
            self.collect(who);
            for (id, frame) in std::mem::take(&mut self.people[who].pending) {
                let answer = within(std::time::Duration::from_secs(20), "an answer", || async {
                    let op = frame["op"].as_str().expect("an op");
                    let answer =
                        user.try_command_as(&id, &self.board.topic, op, frame["d"].clone()).await;
                    if answer["error"]["retry_ms"].is_null() { Ok(answer) } else { Err(answer) }
                })
                .await;
                if answer["ok"] == true {
                    self.acknowledged.insert(id, answer["seq"].as_u64().expect("a seq"));
                }
            }
        }
    }

    async fn compare(self) {
        let (seed, topic) = (self.seed, &self.board.topic);
        let admin = &self.people[0].user.at(self.cluster.base(0));
        let head = admin.get(&format!("/boards/{}", self.board.id)).await.ok()["seq"]
            .as_u64()
            .expect("a seq");
        let rows = self.board.read(admin).await;
        for server in 0..2 {
            let mut fresh = admin.at(self.cluster.base(server)).socket().await;
            fresh.snapshot(topic).await;
            assert_eq!(
                at_rest(&fresh, topic),
                rows,
                "plan {seed}: a fresh snapshot of server {server}"
            );
        }
        for (n, person) in self.people.iter().enumerate() {
            let screen = person.screen.as_ref().expect("a screen");
            screen.reaches(topic, head).await;
            screen.check();
            let mut frames = person.frames.clone();
            frames.extend(screen.frames());
            let shown = tests::folded(&frames, topic);
            assert_eq!(
                shown.places(),
                rows.places(),
                "plan {seed}: places on the screen of person {n}"
            );
            assert_eq!(shown, rows, "plan {seed}: the screen of person {n}");
        }
        let count = self.acknowledged.len();
        assert!(count > STEPS / 4, "plan {seed}: only {count} commands were acknowledged");
        for (id, seq) in &self.acknowledged {
            let found = format!("event WHERE topic = '{topic}' AND cmd = '{id}' AND seq <= {head}");
            assert!(
                self.cluster.database().count(&found).await >= 1,
                "plan {seed}: {id} at {seq} is not in the journal"
            );
        }
        self.cluster.finish().await;
    }
}

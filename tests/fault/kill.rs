//! `kill -9` in the middle of a thousand acknowledged commands: what was acknowledged is there, what was not is there
//! at most once, and after a retry exactly once.
use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use tests::{Database, Kind, Process, Settings, Subscriber, User, unique, with_both, within};

with_both!(a_killed_server_has_lost_nothing_that_it_acknowledged);

const COMMANDS: usize = 1000;
const SOCKETS: usize = 8;

/// A person with a bounded number of commands in flight, as the contract wants.
struct Sender {
    socket: Subscriber,
    waiting: BTreeMap<String, usize>,
    read: usize,
}

async fn a_killed_server_has_lost_nothing_that_it_acknowledged(kind: Kind) {
    let database = Database::fresh(kind).await;
    let settings = Settings::default();
    let mut server = Process::start(&database, &settings).await;
    let mut admin = User::stranger_at(&server.base).register(&unique("isletme")).await;
    let board = admin.default_board().await;
    let mut todo: Vec<(String, usize)> = (0..COMMANDS).rev().map(|n| (unique("c"), n)).collect();
    let mut acknowledged: BTreeMap<String, u64> = BTreeMap::new();
    let mut kills = [400, 150, 700].into_iter().collect::<std::collections::BTreeSet<_>>();

    let mut senders = connect(&admin).await;
    while acknowledged.len() < COMMANDS {
        for sender in &mut senders {
            while sender.waiting.len() < 30 {
                let Some((id, n)) = todo.pop() else { break };
                let d = json!({ "stage": board.first_stage(), "customer": { "name": format!("Müşteri {n}") } });
                sender.socket.send(json!({ "t": "cmd", "id": id, "topic": board.topic, "op": "card.create", "d": d }));
                sender.waiting.insert(id, n);
            }
            take_answers(sender, &mut acknowledged, &mut todo).await;
        }
        if kills.first().is_some_and(|at| acknowledged.len() >= *at) {
            kills.pop_first();
            server.kill();
            for sender in senders.drain(..) {
                todo.extend(sender.waiting.clone());
            }
            server = Process::start(&database, &settings).await;
            assert!(
                server.ready_after < Duration::from_secs(10),
                "ready after {:?}",
                server.ready_after
            );
            admin = admin.at(&server.base);
            senders = connect(&admin).await;
        }
    }

    let state = board.read(&admin).await;
    assert_eq!(state.cards.len(), COMMANDS, "each exactly once");
    let mut names: Vec<&str> =
        state.cards.values().filter_map(|card| card["title"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), COMMANDS);
    let journal = database
        .count(&format!("event WHERE topic = '{}' AND op = 'card.created'", board.topic))
        .await;
    assert_eq!(usize::try_from(journal), Ok(COMMANDS));
    drop(server);
    database.drop_now().await;
}

async fn connect(admin: &User) -> Vec<Sender> {
    let mut senders = Vec::new();
    for _ in 0..SOCKETS {
        senders.push(Sender { socket: admin.socket().await, waiting: BTreeMap::new(), read: 0 });
    }
    senders
}

/// Waits for at least one answer, then takes all that are there.
async fn take_answers(
    sender: &mut Sender,
    acknowledged: &mut BTreeMap<String, u64>,
    todo: &mut Vec<(String, usize)>,
) {
    if sender.waiting.is_empty() {
        return;
    }
    let (from, socket) = (sender.read, &sender.socket);
    let new: Vec<Value> = within(Duration::from_secs(20), "an answer", || async {
        let new = socket.frames().split_off(from);
        if new.is_empty() { Err("none") } else { Ok(new) }
    })
    .await;
    sender.read += new.len();
    for frame in new {
        let Some(id) = frame["id"].as_str() else { continue };
        let Some(n) = sender.waiting.remove(id) else { continue };
        match frame["t"].as_str() {
            Some("res") => {
                acknowledged.insert(id.to_owned(), frame["seq"].as_u64().expect("a seq"));
            }
            _ if !frame["retry_ms"].is_null() => todo.push((id.to_owned(), n)),
            _ => panic!("refused: {frame}"),
        }
    }
}

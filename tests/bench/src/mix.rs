//! (c) A busy office: 1,000 colleagues with open boards, and 300 requests a second that do not wait for each other:
//! 70 % reads, 20 % writes, 10 % searches over all customers. A latency counts from the moment the request was due,
//! so that a server that stalls cannot hide it.
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    follower::{Follower, Seen},
    house::{DatabaseProcesses, Person},
    plan::Plan,
    report::{Aim, Durability, Row, percentile},
    town::{self, BOARDS, Town},
};

const PER_SECOND: u32 = 300;

#[derive(Debug)]
struct Request {
    kind: &'static str,
    path: String,
    body: Option<Value>,
}

struct Done {
    kind: &'static str,
    ms: f64,
    good: bool,
}

fn next_request(dice: &mut StdRng, town: &Town, customers: usize) -> Request {
    let get = |kind, path| Request { kind, path, body: None };
    let board = |dice: &mut StdRng| &town.boards[dice.random_range(0..BOARDS)];
    let customer = |dice: &mut StdRng| &town.customers[dice.random_range(0..town.customers.len())];
    let command = |topic: &str, op: &str, d: Value| json!({ "id": uuid::Uuid::now_v7(), "topic": topic, "op": op, "d": d });
    let post = |kind, body| Request { kind, path: "/commands".to_owned(), body: Some(body) };
    match dice.random_range(0..100) {
        0..20 => get(
            "board",
            format!("/boards/{}?limit=50", board(dice).topic.trim_start_matches("board:")),
        ),
        20..25 => get(
            "large board",
            format!("/boards/{}?limit=50", town.large.topic.trim_start_matches("board:")),
        ),
        25..45 => get("customers", "/customers?limit=50".to_owned()),
        45..60 => get("customer", format!("/customers/{}", customer(dice))),
        60..70 => get("timeline", format!("/customers/{}/timeline", customer(dice))),
        70..80 => {
            let board = board(dice);
            let card = &board.cards[dice.random_range(0..board.cards.len())];
            let to = &board.stages[dice.random_range(0..board.stages.len())];
            post(
                "card.move",
                command(&board.topic, "card.move", json!({ "card": card, "to_stage": to })),
            )
        }
        80..85 => {
            let topic = format!("customer:{}", customer(dice));
            post(
                "note.add",
                command(&topic, "note.add", json!({ "body": "Arandı, yarın tekrar aranacak." })),
            )
        }
        85..90 => {
            let topic = format!("customer:{}", customer(dice));
            let tag = format!("etiket-{}", dice.random_range(0..50));
            post("customer.tag", command(&topic, "customer.tag", json!({ "add": [tag] })))
        }
        _ => get("search", search(dice, customers)),
    }
}

/// What people type: the start of a name, two words, Turkish letters or plain ones, a piece of a phone number.
pub(crate) fn search(dice: &mut StdRng, customers: usize) -> String {
    let (name, phone) = town::customer(dice.random_range(0..customers));
    let words: Vec<&str> = name.split(' ').collect();
    let typed = match dice.random_range(0..5) {
        0 => words[0].chars().take(3).collect(),
        1 => format!("{} {}", words[0], words[1].chars().take(3).collect::<String>()),
        2 => plain(&format!("{} {}", words[1], words[2])),
        3 => phone[4..].to_owned(),
        _ => phone.clone(),
    };
    let q: String = typed.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/customers?limit=20&q={q}")
}

fn plain(text: &str) -> String {
    let plain = |c| match c {
        'ç' => 'c',
        'ğ' => 'g',
        'ı' | 'İ' => 'i',
        'ö' => 'o',
        'ş' => 's',
        'ü' => 'u',
        other => other,
    };
    text.to_lowercase().chars().map(plain).collect()
}

/// Failures that are told in words; the rest are only counted.
const TOLD: usize = 5;

async fn perform(person: &Person, request: &Request, failures: &AtomicUsize) -> bool {
    match &request.body {
        None => person.get(&request.path).await.map(|_| ()),
        Some(body) => person.commands(std::slice::from_ref(body)).await.map(|_| ()),
    }
    .inspect_err(|error| {
        if failures.fetch_add(1, Relaxed) < TOLD {
            eprintln!("(c) {}: {error:#}", request.kind);
        }
    })
    .is_ok()
}

pub(crate) async fn run(
    plan: &Plan,
    town: &Town,
    database: &DatabaseProcesses,
) -> Result<Vec<Row>> {
    let people = Arc::new(town.people(plan.users).await.context("colleagues")?);
    let seen = Seen::of(people.len());
    let mut crowd = JoinSet::new();
    for (who, person) in people.iter().enumerate() {
        let follower = Follower {
            who,
            address: person.address,
            token: person.token.clone(),
            topic: town.boards[who % BOARDS].topic.clone(),
            others: vec!["tenant".to_owned(), "me".to_owned()],
            seen: seen.clone(),
        };
        crowd.spawn(follower.run());
    }
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    while seen.online.load(Relaxed) < people.len() {
        tick.tick().await;
    }

    let mut dice = StdRng::seed_from_u64(2026);
    let count = plan.mix.as_secs() as u32 * PER_SECOND;
    let requests: Vec<Request> =
        (0..count).map(|_| next_request(&mut dice, town, plan.customers)).collect();
    let (cpu, events) =
        (town.house.cpu(database), seen.events.load(Relaxed) + seen.others.load(Relaxed));
    let failures = Arc::new(AtomicUsize::new(0));
    let mut all = JoinSet::new();
    let began = Instant::now();
    for (n, request) in requests.into_iter().enumerate() {
        let due = began + Duration::from_secs(n as u64) / PER_SECOND;
        tokio::time::sleep_until(due.into()).await;
        let (people, failures) = (people.clone(), failures.clone());
        all.spawn(async move {
            let good = perform(&people[n * 7 % people.len()], &request, &failures).await;
            Done { kind: request.kind, ms: due.elapsed().as_secs_f64() * 1e3, good }
        });
    }
    let done = all.join_all().await;
    let seconds = began.elapsed().as_secs_f64();
    let after = town.house.cpu(database);
    let mut unheard = 0;
    for (n, board) in town.boards.iter().enumerate() {
        let read = town
            .admin
            .get(&format!("/boards/{}?limit=1", board.topic.trim_start_matches("board:")))
            .await?;
        let head = read["seq"].as_u64().context("no seq")?;
        unheard += wait_for(&seen, n, head).await;
    }
    let frames = seen.events.load(Relaxed) + seen.others.load(Relaxed) - events;
    crowd.abort_all();
    Ok(rows(
        town.house.durability,
        &done,
        unheard + seen.holes.load(Relaxed),
        (cpu, after),
        seconds,
        frames,
    ))
}

/// Followers of the board number `n` that do not come to its head within five seconds.
async fn wait_for(seen: &Seen, n: usize, head: u64) -> u64 {
    let began = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    loop {
        tick.tick().await;
        let behind = {
            let at = seen.at.lock().unwrap_or_else(|e| e.into_inner());
            at.iter().skip(n).step_by(BOARDS).filter(|seq| **seq < head).count() as u64
        };
        if behind == 0 || began.elapsed() > Duration::from_secs(5) {
            return behind;
        }
    }
}

type Cpu = (f64, Option<f64>);

fn rows(
    durability: Durability,
    done: &[Done],
    unheard: u64,
    (before, after): (Cpu, Cpu),
    seconds: f64,
    frames: u64,
) -> Vec<Row> {
    let mut by_kind: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    done.iter().for_each(|one| by_kind.entry(one.kind).or_default().push(one.ms));
    let kinds: BTreeMap<&str, Value> = by_kind
        .iter()
        .map(|(kind, ms)| {
            let at = |share| (percentile(ms, share) * 10.0).round() / 10.0;
            (*kind, json!({ "n": ms.len(), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": at(1.0) }))
        })
        .collect();
    eprintln!("(c) on {durability:?}: {}", json!(kinds));
    let all: Vec<f64> = done.iter().map(|one| one.ms).collect();
    let failed = done.iter().filter(|one| !one.good).count() as u64;
    let database = after.1.zip(before.1).map(|(after, before)| after - before);
    let row = |what: &str, share: f64, most: f64| {
        Row::new("c", what, "nabiz")
            .durability(durability)
            .value(percentile(&all, share), "ms")
            .aim(Aim::AtMost(most))
            .lost(failed + unheard)
            .cpu(after.0 - before.0, database)
    };
    let beside = json!({ "requests": done.len(), "failed": failed, "unheard": unheard, "seconds": seconds,
                         "events_delivered": frames, "by_kind_ms": kinds });
    vec![
        row("1,000 users, 300 requests/s: p99", 0.99, 250.0).beside(beside),
        row("1,000 users, 300 requests/s: slowest", 1.0, 2_000.0),
    ]
}

//! (h) Five thousand cards are moved by one act while two hundred look at the board: how long until it is done and until
//! the last of them has heard of it, what others wait meanwhile, and how long taking it back takes.
use std::{
    sync::{Arc, Mutex, PoisonError, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    follower::{Follower, Seen},
    house::{Board, DatabaseProcesses, House, Person},
    plan::Plan,
    report::{Aim, Durability, Row, median, percentile},
};

const CARDS: usize = 5_000;
const WATCHERS: usize = 200;
/// Somebody else moves a card of another board so often.
const BESIDE_EVERY: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(120);

struct Sample {
    done_s: f64,
    heard_s: f64,
    undone_s: f64,
    beside_ms: Vec<f64>,
    frames: u64,
    lost: u64,
    cpu: (f64, Option<f64>),
}

pub(crate) async fn run(plan: &Plan, database: &DatabaseProcesses) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for durability in plan.databases() {
        let mut samples = Vec::new();
        for _ in 0..plan.rounds {
            let house = House::open(plan, durability).await?;
            samples.push(act(&house, database).await?);
            house.close().await?;
        }
        rows.extend(rows_of(durability, &samples));
    }
    Ok(rows)
}

async fn act(house: &House, database: &DatabaseProcesses) -> Result<Sample> {
    let admin = house.tenant().await?;
    let (board, other) = (admin.board(CARDS).await?, admin.board(20).await?);
    let admin = admin.sign_in(house).await?;
    let seen = Seen::of(WATCHERS);
    let mut crowd = JoinSet::new();
    for who in 0..WATCHERS {
        let follower = Follower {
            who,
            address: admin.address,
            token: admin.token.clone(),
            topic: board.topic.clone(),
            others: vec!["tenant".to_owned(), "me".to_owned()],
            seen: seen.clone(),
        };
        crowd.spawn(follower.run());
    }
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    while seen.online.load(Relaxed) < WATCHERS {
        tick.tick().await;
    }
    let waited = Waited::default();
    let beside = tokio::spawn(others(admin.clone(), other, waited.clone()));
    let before = house.cpu(database);

    let began = Instant::now();
    let id = board.topic.trim_start_matches("board:");
    let action = json!({ "do": "move", "board": id, "stage": board.stages[1] });
    let d = json!({ "filter": { "board": id }, "action": action });
    let made = admin.command("tenant", "bulk.start", d).await?;
    let bulk = made["bulk_id"].as_str().context("no bulk")?.to_owned();
    let ended = reached(&admin, &bulk, "done").await?;
    let done_s = began.elapsed().as_secs_f64();
    let head = head(&admin, id).await?;
    seen.all_at(head, PATIENCE).await?;
    let heard_s = began.elapsed().as_secs_f64();
    let after = house.cpu(database);
    // a sixth of them stood there already
    let moved = ended["changed"].as_u64().unwrap_or_default();
    let missing = (CARDS - CARDS.div_ceil(board.stages.len())) as u64;
    let frames = seen.events.load(Relaxed) + seen.others.load(Relaxed);

    let began = Instant::now();
    admin.command("tenant", "bulk.undo", json!({ "bulk": bulk })).await?;
    let undone = reached(&admin, &bulk, "undone").await?;
    let undone_s = began.elapsed().as_secs_f64();
    beside.abort();
    if let Ok(ended) = beside.await {
        bail!("the others stopped working: {ended:?}");
    }
    crowd.abort_all();
    let beside_ms = waited.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let kept = undone["kept"].as_u64().unwrap_or_default();
    Ok(Sample {
        done_s,
        heard_s,
        undone_s,
        beside_ms,
        frames,
        lost: missing.abs_diff(moved) + kept + seen.holes.load(Relaxed),
        cpu: (after.0 - before.0, after.1.zip(before.1).map(|(after, before)| after - before)),
    })
}

/// What each move of a colleague took who went on with other work.
type Waited = Arc<Mutex<Vec<f64>>>;

/// One card after the other of another board, until it is stopped.
async fn others(by: Person, board: Board, waited: Waited) -> Result<()> {
    let mut tick = tokio::time::interval(BESIDE_EVERY);
    for turn in 0.. {
        tick.tick().await;
        let card = &board.cards[turn % board.cards.len()];
        let to = &board.stages[(turn / board.cards.len() + turn + 1) % board.stages.len()];
        let began = Instant::now();
        by.command(&board.topic, "card.move", json!({ "card": card, "to_stage": to })).await?;
        let ms = began.elapsed().as_secs_f64() * 1e3;
        waited.lock().unwrap_or_else(PoisonError::into_inner).push(ms);
    }
    Ok(())
}

async fn reached(by: &Person, bulk: &str, state: &str) -> Result<Value> {
    let began = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(25));
    loop {
        tick.tick().await;
        let now = by.get(&format!("/bulks/{bulk}")).await?;
        if now["state"] == state {
            return Ok(now);
        }
        if began.elapsed() > PATIENCE || now["state"] == "failed" {
            bail!("not {state}: {now}");
        }
    }
}

async fn head(by: &Person, board: &str) -> Result<u64> {
    let read = by.get(&format!("/boards/{board}?limit=1")).await?;
    read["seq"].as_u64().context("no seq")
}

fn rows_of(durability: Durability, of: &[Sample]) -> [Row; 4] {
    let all = |field: fn(&Sample) -> f64| of.iter().map(field).collect::<Vec<_>>();
    let beside: Vec<f64> = of.iter().flat_map(|sample| sample.beside_ms.clone()).collect();
    let cpu = (
        of.iter().map(|sample| sample.cpu.0).sum(),
        of.iter().map(|sample| sample.cpu.1).sum::<Option<f64>>(),
    );
    let lost = of.iter().map(|sample| sample.lost).sum();
    let row = |what: &str| Row::new("h", what, "nabiz").durability(durability);
    [
        row("5,000 cards moved by one act, 200 watchers: done")
            .rounds(all(|sample| sample.done_s), "s")
            .lost(lost)
            .cpu(cpu.0, cpu.1)
            .beside(json!({ "frames": of.iter().map(|sample| sample.frames).collect::<Vec<_>>() })),
        row("the same: the last watcher has heard").rounds(all(|sample| sample.heard_s), "s"),
        row("the same: taken back").rounds(all(|sample| sample.undone_s), "s"),
        row("somebody else's move meanwhile, p95")
            .value(percentile(&beside, 0.95), "ms")
            .aim(Aim::AtMost(250.0))
            .beside(json!({ "p50_ms": median(&beside), "max_ms": percentile(&beside, 1.0), "n": beside.len() })),
    ]
}

//! (e) What people wait for: the first sight of a large board, a search, a start; and what the server holds when
//! nobody is there.
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::{
    house::{DatabaseProcesses, House},
    mix,
    plan::Plan,
    proc,
    report::{Aim, Durability, Row, median, percentile},
    town::Town,
};

const STARTS: usize = 5;
const SEARCHES: usize = 300;
const SNAPSHOTS: usize = 10;

pub(crate) async fn run(
    plan: &Plan,
    town: &mut Town,
    database: &DatabaseProcesses,
) -> Result<Vec<Row>> {
    let durability = town.house.durability;
    let row = |what: String| Row::new("e", what, "nabiz").durability(durability);
    let mut rows = starts(&mut town.house, &format!("{} customers", plan.customers)).await?;
    town.admin = town.admin.sign_in(&town.house).await?;

    let before = town.house.cpu(database);
    let first = snapshot(town).await?;
    let mut warm = Vec::new();
    for _ in 0..SNAPSHOTS {
        warm.push(snapshot(town).await?.ms);
    }
    let mut by_http = Vec::new();
    for _ in 0..SNAPSHOTS {
        let began = Instant::now();
        town.admin
            .get(&format!("/boards/{}", town.large.topic.trim_start_matches("board:")))
            .await?;
        by_http.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let of = format!("{}-card board", plan.board_cards);
    let beside = json!({ "parts": first.parts, "cards": first.cards, "bytes": first.bytes, "warm_ms": warm });
    rows.push(
        row(format!("first snapshot of a {of}, after a start"))
            .value(first.ms, "ms")
            .beside(beside),
    );
    rows.push(row(format!("snapshot of a {of}, again")).value(median(&warm), "ms"));
    rows.push(row(format!("GET of a {of}")).value(median(&by_http), "ms"));

    let mut dice = StdRng::seed_from_u64(7);
    let mut searches = Vec::new();
    for _ in 0..SEARCHES {
        let path = mix::search(&mut dice, plan.customers);
        let began = Instant::now();
        let found = town.admin.get(&path).await?;
        searches.push(began.elapsed().as_secs_f64() * 1e3);
        ensure!(
            found["items"].as_array().is_some_and(|items| !items.is_empty()),
            "nothing found: {path}"
        );
    }
    let after = town.house.cpu(database);
    let of_database = after.1.zip(before.1).map(|(after, before)| after - before);
    rows.push(
        row(format!("search over {} customers, p95", plan.customers))
            .value(percentile(&searches, 0.95), "ms")
            .aim(Aim::AtMost(100.0))
            .cpu(after.0 - before.0, of_database)
            .beside(json!({ "p50_ms": median(&searches), "max_ms": percentile(&searches, 1.0) })),
    );
    rows.push(row(format!("import of {} customers", plan.customers)).value(town.seconds, "s"));
    Ok(rows)
}

/// Starts of a server over this database, and what it holds two seconds after the last.
pub(crate) async fn starts(house: &mut House, of: &str) -> Result<Vec<Row>> {
    let mut ready = Vec::new();
    for _ in 0..STARTS {
        house.stop(true).await?;
        house.start_again().await?;
        ready.push(house.server()?.ready_after.as_secs_f64() * 1e3);
    }
    tokio::time::sleep_until((Instant::now() + Duration::from_secs(2)).into()).await;
    let megabytes = proc::resident(house.pid()) as f64 / 1e6;
    let row = |what: String| Row::new("e", what, "nabiz").durability(house.durability);
    Ok(vec![
        row(format!("start to ready, {of}")).rounds(ready, "ms"),
        row(format!("idle memory, {of}")).value(megabytes, "MB").aim(Aim::AtMost(40.0)),
    ])
}

/// The same over an empty database.
pub(crate) async fn empty(plan: &Plan, durability: Durability) -> Result<Vec<Row>> {
    let mut house = House::open(plan, durability).await?;
    let rows = starts(&mut house, "empty").await?;
    house.close().await?;
    Ok(rows)
}

struct Snapshot {
    ms: f64,
    parts: usize,
    cards: usize,
    bytes: usize,
}

/// Subscribes as a fresh client does, until the last part is here and read.
async fn snapshot(town: &Town) -> Result<Snapshot> {
    let mut socket = town.admin.socket().await?;
    let sub = json!({ "t": "sub", "id": "s", "topic": town.large.topic, "snap": true });
    let began = Instant::now();
    socket.mouth.say(&sub.to_string()).await?;
    let mut seen = Snapshot { ms: 0.0, parts: 0, cards: 0, bytes: 0 };
    loop {
        let text = socket.next().await?;
        ensure!(!text.starts_with("{\"t\":\"err\""), "no snapshot: {text}");
        if !text.starts_with("{\"t\":\"snap\"") {
            continue;
        }
        let frame: Value = serde_json::from_str(&text)?;
        seen.parts += 1;
        seen.bytes += text.len();
        seen.cards += frame["d"]["cards"].as_array().map_or(0, Vec::len);
        if frame["last"] == true {
            seen.ms = began.elapsed().as_secs_f64() * 1e3;
            return Ok(seen);
        }
    }
}

//! (g) A customer whose story is ten thousand entries long: how soon the screen stands, and what a page of the story
//! costs at its beginning, filtered, and far back.
use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    house::{DatabaseProcesses, House, Person},
    plan::Plan,
    report::{Aim, Durability, Row, median, percentile},
};

const ENTRIES: usize = 10_000;
const OPENINGS: usize = 40;
const PAGES: usize = 60;
const NOTES: usize = 60;

pub(crate) async fn run(plan: &Plan, database: &DatabaseProcesses) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for durability in plan.databases() {
        let house = House::open(plan, durability).await?;
        rows.extend(story(&house, durability, database).await?);
        house.close().await?;
    }
    Ok(rows)
}

async fn story(
    house: &House,
    durability: Durability,
    database: &DatabaseProcesses,
) -> Result<Vec<Row>> {
    let admin = house.tenant().await?;
    let d = json!({ "name": "Işıl Ağaoğlu", "phones": ["0532 111 22 33"] });
    let made = admin.command("tenant", "customer.create", d).await?;
    let id = made["customer_id"].as_str().unwrap_or_default().to_owned();
    let topic = format!("customer:{id}");
    write(&admin, &topic).await?;
    let before = house.cpu(database);

    let mut opened = Vec::new();
    for _ in 0..OPENINGS {
        opened.push(open(&admin, &id, &topic).await?);
    }
    let path = format!("/customers/{id}/timeline");
    let first = timed(&admin, |_| path.clone()).await?;
    let filtered = timed(&admin, |_| format!("{path}?kind=customer")).await?;
    let deep = walk(&admin, &path).await?;
    let mut added = Vec::new();
    for n in 0..NOTES {
        let began = Instant::now();
        admin.command(&topic, "note.add", json!({ "body": format!("Sonraki {n}") })).await?;
        added.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let after = house.cpu(database);
    let of_database = after.1.zip(before.1).map(|(after, before)| after - before);
    let row = |what: &str, ms: &[f64]| {
        Row::new("g", what, "nabiz")
            .durability(durability)
            .value(percentile(ms, 0.95), "ms")
            .aim(Aim::AtMost(100.0))
            .beside(json!({ "p50_ms": median(ms), "max_ms": percentile(ms, 1.0), "n": ms.len() }))
    };
    Ok(vec![
        row("the viewer stands, 10,000 entries, p95", &opened)
            .aim(Aim::AtMost(250.0))
            .cpu(after.0 - before.0, of_database),
        row("first page of the story, p95", &first),
        row("first page of one rare kind, p95", &filtered),
        row("any page back to the beginning, p95", &deep),
        row("a note more, p95", &added),
    ])
}

/// Notes and tags in turn, so that there are kinds to tell apart: one in a hundred is a tag.
async fn write(admin: &Person, topic: &str) -> Result<()> {
    for from in (0..ENTRIES).step_by(100) {
        let commands: Vec<Value> = (from..from + 100)
            .map(|n| {
                let (op, d) = match n % 100 {
                    0 => ("customer.update", json!({ "company": format!("Firma {n}") })),
                    _ => ("note.add", json!({ "body": format!("Arandı, {n}. kez görüşüldü.") })),
                };
                json!({ "id": uuid::Uuid::now_v7(), "topic": topic, "op": op, "d": d })
            })
            .collect();
        admin.commands(&commands).await?;
    }
    Ok(())
}

/// As the screen does: the customer's topic from its snapshot on, and the first page of the story.
async fn open(admin: &Person, id: &str, topic: &str) -> Result<f64> {
    let mut socket = admin.socket().await?;
    let sub = json!({ "t": "sub", "id": "s", "topic": topic, "snap": true });
    let began = Instant::now();
    socket.mouth.say(&sub.to_string()).await?;
    let page = async {
        let page = admin.get(&format!("/customers/{id}/timeline")).await?;
        ensure!(page["items"].as_array().is_some_and(|items| !items.is_empty()), "an empty story");
        Ok(())
    };
    let snapshot = async {
        loop {
            let text = socket.next().await?;
            ensure!(!text.starts_with("{\"t\":\"err\""), "no snapshot: {text}");
            if text.starts_with("{\"t\":\"snap\"") {
                let frame: Value = serde_json::from_str(&text)?;
                if frame["last"] == true {
                    return Ok(());
                }
            }
        }
    };
    tokio::try_join!(page, snapshot)?;
    Ok(began.elapsed().as_secs_f64() * 1e3)
}

async fn timed(by: &Person, path: impl Fn(usize) -> String) -> Result<Vec<f64>> {
    let mut ms = Vec::with_capacity(PAGES);
    for n in 0..PAGES {
        let began = Instant::now();
        by.get(&path(n)).await?;
        ms.push(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(ms)
}

/// Every page to the last; all entries once.
async fn walk(by: &Person, path: &str) -> Result<Vec<f64>> {
    let (mut ms, mut seen) = (Vec::new(), 0);
    let mut cursor: Option<String> = None;
    loop {
        let at = cursor.map_or_else(String::new, |at| format!("&cursor={at}"));
        let began = Instant::now();
        let page = by.get(&format!("{path}?limit=200{at}")).await?;
        ms.push(began.elapsed().as_secs_f64() * 1e3);
        seen += page["items"].as_array().map_or(0, Vec::len);
        cursor = page["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            ensure!(seen > ENTRIES, "{seen} entries");
            return Ok(ms);
        }
    }
}

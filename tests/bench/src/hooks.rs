//! (j) Webhooks from outside: how long the other system waits for its 200 while 300 signed payloads a second come in and
//! are split behind it. Open loop: a latency counts from the moment the payload was due.
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tests::simulators::meta::{
    App,
    payloads::{Person, one_text},
};

use crate::{
    house::{DatabaseProcesses, House, Person as Somebody},
    plan::Plan,
    report::{Aim, Row, median, percentile},
};

const PER_SECOND: u32 = 300;
const NUMBER: &str = "200300400500600";
const SECRET: &str = "only-for-load-app-secret";
/// So long everything may take to be split once the last has come.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn run(plan: &Plan, database: &DatabaseProcesses) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for durability in plan.databases() {
        let house = House::open(plan, durability).await?;
        rows.extend(storm(plan, &house, database).await?);
        house.close().await?;
    }
    Ok(rows)
}

async fn storm(plan: &Plan, house: &House, database: &DatabaseProcesses) -> Result<Vec<Row>> {
    let admin = house.tenant().await?;
    let body = json!({ "name": "Ölçüm", "app_secret": SECRET, "verify_token": SECRET });
    let made = admin.post("/connections", &body).await?;
    let d = json!({ "connection": made["id"], "kind": "whatsapp", "external_id": NUMBER, "name": "Hat" });
    admin.command("tenant", "channel.save", d).await?;
    let app = App::new(made["hook_url"].as_str().context("no hook_url")?, SECRET);
    let people: Vec<Person> =
        (0..50).map(|n| Person::new(&format!("Kişi {n}"), &format!("9055500001{n:02}"))).collect();

    let count = PER_SECOND as usize * plan.hooks.as_secs() as usize;
    let before = house.cpu(database);
    let began = Instant::now();
    let mut sending = Vec::with_capacity(count);
    for n in 0..count {
        let due = began + Duration::from_secs(n as u64) / PER_SECOND;
        tokio::time::sleep_until(due.into()).await;
        let (app, payload) = (
            app.clone(),
            one_text(
                NUMBER,
                &people[n % people.len()],
                &format!("wamid.{n}"),
                "Merhaba, randevu alabilir miyim?",
            ),
        );
        sending.push(tokio::spawn(async move {
            let status = app.send(&payload).await;
            (status, due.elapsed().as_secs_f64() * 1e3)
        }));
    }
    let mut ms = Vec::with_capacity(count);
    let mut lost = 0;
    for one in sending {
        let (status, took) = one.await?;
        lost += u64::from(status != 200);
        ms.push(took);
    }
    let seconds = began.elapsed().as_secs_f64();
    let behind = split(&admin, count - lost as usize).await?;
    let after = house.cpu(database);
    let of_database = after.1.zip(before.1).map(|(after, before)| after - before);
    let row = |what: &str| Row::new("j", what, "nabiz").durability(house.durability).lost(lost);
    Ok(vec![
        row("300 webhooks a second: until 200, p99")
            .value(percentile(&ms, 0.99), "ms")
            .aim(Aim::AtMost(20.0))
            .cpu(after.0 - before.0, of_database)
            .beside(
                json!({ "p50_ms": median(&ms), "max_ms": percentile(&ms, 1.0), "payloads": count,
                "last_split_after_ms": behind }),
            ),
        row("webhooks acknowledged").value((count as u64 - lost) as f64 / seconds, "/s"),
    ])
}

/// Waits until the last payload is split; how long that took.
async fn split(admin: &Somebody, count: usize) -> Result<f64> {
    let began = Instant::now();
    loop {
        let waiting = admin.get("/channels/hooks?state=received&limit=1").await?;
        if waiting["items"].as_array().is_some_and(Vec::is_empty) {
            break;
        }
        ensure!(began.elapsed() < PATIENCE, "payloads were not split within {PATIENCE:?}");
        tokio::time::sleep_until((Instant::now() + Duration::from_millis(20)).into()).await;
    }
    let took = began.elapsed().as_secs_f64() * 1e3;
    let newest = admin.get("/channels/ledger?limit=1").await?;
    let position = newest["items"][0]["position"].as_i64().unwrap_or_default();
    ensure!(position == count as i64, "{position} items of {count}: {newest}");
    Ok(took)
}

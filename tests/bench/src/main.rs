//! `make bench`: what Nabız costs and how fast it is, beside the peers that it is measured against, in one run.
//!
//! Servers run on one core, this load on the other. Prints one table and writes JSON; `tests/bench/README.md` says
//! what each part means.
mod diary;
mod fan_out;
mod follower;
mod hooks;
mod house;
mod idle;
mod many;
mod mix;
mod moves;
mod plan;
mod proc;
mod reading;
mod report;
mod scene;
mod town;
mod viewer;
mod watched;
mod wire;

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    house::DatabaseProcesses,
    plan::Plan,
    proc::Machine,
    report::{Durability, Row},
    town::Town,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let plan = Plan::from_env()?;
    let database = DatabaseProcesses::find(&plan).await?;
    let before = Machine::now();
    let mut rows: Vec<Row> = Vec::new();
    if plan.has('a') {
        rows.extend(fan_out::run(&plan, &database).await?);
    }
    if plan.has('b') {
        rows.extend(moves::run(&plan, &database).await?);
    }
    if plan.has('d') {
        rows.extend(idle::run(&plan).await?);
    }
    if plan.has('c') || plan.has('e') {
        for durability in plan.databases() {
            rows.extend(office(&plan, durability, &database).await?);
        }
    }
    if plan.has('f') {
        rows.extend(diary::run(&plan, &database).await?);
    }
    if plan.has('g') {
        rows.extend(viewer::run(&plan, &database).await?);
    }
    if plan.has('h') {
        rows.extend(many::run(&plan, &database).await?);
    }
    if plan.has('i') {
        rows.extend(watched::run(&plan, &database).await?);
    }
    if plan.has('j') {
        rows.extend(hooks::run(&plan, &database).await?);
    }
    rows.sort_by_key(|row| row.part);
    let machine = describe(&plan, before);
    println!("{}", serde_json::to_string_pretty(&machine)?);
    println!("{}", report::table(&rows));
    println!("written to {}", report::write(&plan.out, &machine, &rows)?.display());
    Ok(())
}

/// Parts (e) and (c) on one database.
async fn office(
    plan: &Plan,
    durability: Durability,
    database: &DatabaseProcesses,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut town = Town::found(plan, durability).await?;
    if plan.has('e') {
        rows.extend(reading::empty(plan, durability).await?);
        rows.extend(reading::run(plan, &mut town, database).await?);
    }
    if plan.has('c') {
        town.admin = town.admin.sign_in(&town.house).await?;
        rows.extend(mix::run(plan, &town, database).await?);
    }
    town.house.close().await?;
    Ok(rows)
}

fn describe(plan: &Plan, before: Machine) -> Value {
    let (busy, seconds) = before.since();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    json!({
        "cpu": model.trim_start_matches([' ', '\t', ':']),
        "cores": cpuinfo.lines().filter(|line| line.starts_with("processor")).count(),
        "fsync_per_second": proc::fsyncs().unwrap_or_default(),
        "at": chrono::Utc::now().to_rfc3339(),
        "short": plan.short,
        "rounds": plan.rounds,
        "seconds": seconds,
        "machine_cpu_s": busy,
        "load_average": load.trim(),
    })
}

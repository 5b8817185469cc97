//! (d) What a socket costs while nobody says anything, and how soon a thousand are back after a restart.
use std::{
    fs,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    follower::{Follower, Seen},
    house::{Board, House, Person},
    plan::Plan,
    proc,
    report::{Aim, Durability, Row},
    wire::Listening,
};

const COMING_BACK: usize = 1_000;
/// Moves made while nobody is back yet: what must not be missed.
const WHILE_AWAY: usize = 20;

pub(crate) async fn run(plan: &Plan) -> Result<Vec<Row>> {
    let mut rows = sockets(plan).await?;
    rows.push(restart(plan, true).await?);
    rows.push(restart(plan, false).await?);
    Ok(rows)
}

/// Sockets that one process may hold, with room for the rest of it.
fn descriptors_allow() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap_or_default();
    let soft = line.split_whitespace().nth(3).and_then(|word| word.parse::<usize>().ok());
    soft.unwrap_or(1_024).saturating_sub(200)
}

async fn sockets(plan: &Plan) -> Result<Vec<Row>> {
    let count = plan.idle_sockets.min(descriptors_allow());
    let house = House::open(plan, Durability::SqliteFull).await?;
    let admin = house.tenant().await?;
    let board = admin.board(10).await?;
    let settle = || tokio::time::sleep_until((Instant::now() + Duration::from_secs(2)).into());
    settle().await;
    let before = proc::resident(house.pid());
    let crowd: Vec<Listening> = stream::iter(0..count)
        .map(|_| admin.socket())
        .buffered(32)
        .map_ok(|socket| socket.listen(|_| ()))
        .try_collect()
        .await?;
    settle().await;
    let signed_in = proc::resident(house.pid());
    let cpu = proc::cpu_of(&[house.pid()]);
    for one in &crowd {
        let sub = json!({ "t": "sub", "id": "s", "topic": board.topic, "snap": false });
        one.mouth.say(&sub.to_string()).await?;
    }
    settle().await;
    let subscribed = proc::resident(house.pid());
    let lost = crowd.iter().filter(|one| one.is_over()).count() as u64;
    let each = |bytes: u64| bytes.saturating_sub(before) as f64 / count as f64 / 1024.0;
    eprintln!(
        "(d) {count} sockets: {:.1} KB each signed in, {:.1} KB each subscribed, {lost} lost",
        each(signed_in),
        each(subscribed)
    );
    drop(crowd);
    house.close().await?;
    let what = |what: &str| format!("memory of an idle socket, {what}, at {count}");
    Ok(vec![
        Row::new("d", what("signed in"), "nabiz")
            .value(each(signed_in), "KB")
            .aim(Aim::AtMost(12.0))
            .lost(lost)
            .cpu(cpu, None)
            .beside(json!({ "before_bytes": before, "after_bytes": signed_in })),
        Row::new("d", what("on a board"), "nabiz").value(each(subscribed), "KB").lost(lost),
    ])
}

async fn restart(plan: &Plan, gently: bool) -> Result<Row> {
    let mut house = House::open(plan, Durability::SqliteFull).await?;
    let admin = house.tenant().await?;
    let board = admin.board(WHILE_AWAY).await?;
    let seen = Seen::of(COMING_BACK);
    let mut crowd = JoinSet::new();
    for who in 0..COMING_BACK {
        let follower = Follower {
            who,
            address: admin.address,
            token: admin.token.clone(),
            topic: board.topic.clone(),
            others: Vec::new(),
            seen: Arc::clone(&seen),
        };
        crowd.spawn(follower.run());
        if who % 32 == 31 {
            tokio::task::yield_now().await;
        }
    }
    let head = move_all(&admin, &board, 1).await?;
    seen.all_at(head, Duration::from_secs(30)).await.context("before the restart")?;
    let connects = seen.connects.load(Relaxed);

    let began = Instant::now();
    house.stop(gently).await?;
    let stopped = began.elapsed();
    house.start_again().await?;
    let ready = began.elapsed();
    let head = move_all(&admin, &board, 2).await?;
    seen.all_at(head, Duration::from_secs(60)).await.context("after the restart")?;
    let back = began.elapsed();
    ensure!(seen.online.load(Relaxed) == COMING_BACK, "somebody is not back");
    let lost = seen.holes.load(Relaxed);
    let how = if gently { "SIGTERM" } else { "kill -9" };
    eprintln!(
        "(d) {how}: gone after {:.1} s, ready after {:.1} s, all back after {:.1} s, {lost} holes, {} snapshots",
        stopped.as_secs_f64(),
        ready.as_secs_f64(),
        back.as_secs_f64(),
        seen.snapshots.load(Relaxed)
    );
    let server_cpu = proc::cpu_of(&[house.pid()]);
    crowd.abort_all();
    drop(crowd);
    house.close().await?;
    Ok(Row::new("d", format!("1,000 sockets back after {how}, nothing missed"), "nabiz")
        .durability(Durability::SqliteFull)
        .value(back.as_secs_f64(), "s")
        .aim(Aim::AtMost(10.0))
        .lost(lost)
        .cpu(server_cpu, None)
        .beside(json!({
            "stopped_s": stopped.as_secs_f64(),
            "ready_s": ready.as_secs_f64(),
            "connects": seen.connects.load(Relaxed) - connects,
            "started_from_a_snapshot": seen.snapshots.load(Relaxed),
        })))
}

/// Moves every card to that stage; the head of the board's topic afterwards.
async fn move_all(admin: &Person, board: &Board, stage: usize) -> Result<u64> {
    let mut head = 0;
    for card in &board.cards {
        let d = json!({ "card": card, "to_stage": board.stages[stage] });
        let id = uuid::Uuid::now_v7().to_string();
        let command = json!({ "id": id, "topic": board.topic, "op": "card.move", "d": d });
        let result = admin.commands(&[command]).await?.remove(0);
        head = result["seq"].as_u64().context("no seq")?;
    }
    Ok(head)
}

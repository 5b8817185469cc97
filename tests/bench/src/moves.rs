//! (b) Durable moves: 16 people move cards of one board as fast as they are answered, and 100 others watch. A move
//! counts when its mover was answered, and its latency ends when the last of the hundred has heard of it.
use std::{
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    house::DatabaseProcesses,
    plan::Plan,
    proc,
    report::{Aim, Durability, Row, median, percentile},
    scene::{Move, Scene, WATCHERS},
};

/// After the last answer, for what is still under way.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Sqlite,
    Postgres,
    Peer,
}

impl Subject {
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => "nabiz",
            Self::Peer => "Express + Sequelize + Socket.IO",
        }
    }

    fn durability(self) -> Durability {
        match self {
            Self::Sqlite => Durability::SqliteFull,
            _ => Durability::PostgresSync,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
    pub(crate) answer_p99_ms: f64,
    pub(crate) lost: u64,
    pub(crate) refused: u64,
    pub(crate) server_cpu: f64,
    pub(crate) database_cpu: Option<f64>,
    pub(crate) seconds: f64,
    pub(crate) moves: usize,
}

pub(crate) async fn measure(
    scene: &mut Scene,
    window: Duration,
    database: &DatabaseProcesses,
) -> Result<Sample> {
    scene.write(window / 4).await?;
    let from = scene.book.next.load(Relaxed) as usize;
    let uses_postgres =
        scene.house.as_ref().is_none_or(|house| house.durability == Durability::PostgresSync);
    let postgres = || if uses_postgres { database.cpu() } else { 0.0 };
    let (server, of_database, began) = (proc::cpu_of(&scene.server), postgres(), Instant::now());
    let refused = scene.write(window).await?;
    let seconds = began.elapsed().as_secs_f64();
    let server_cpu = proc::cpu_of(&scene.server) - server;
    let database_cpu = uses_postgres.then(|| postgres() - of_database);
    let deadline = Instant::now() + PATIENCE;
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    let (mut moves, mut missing) = (Vec::new(), u64::MAX);
    while missing > 0 && Instant::now() < deadline {
        tick.tick().await;
        moves = scene.book.moves.lock().unwrap_or_else(|e| e.into_inner())[from..].to_vec();
        moves.retain(|one| one.answered_us > 0);
        missing = moves.iter().map(|one| u64::from((WATCHERS as u32).abs_diff(one.heard))).sum();
    }
    ensure!(!moves.is_empty(), "nothing was moved");
    let all = |end: fn(&Move) -> u64| -> Vec<f64> {
        moves.iter().map(|one| end(one).saturating_sub(one.sent_us) as f64 / 1e3).collect()
    };
    let (to_last, to_answer) = (all(|one| one.last_us), all(|one| one.answered_us));
    Ok(Sample {
        per_second: moves.len() as f64 / seconds,
        p50_ms: median(&to_last),
        p99_ms: percentile(&to_last, 0.99),
        max_ms: percentile(&to_last, 1.0),
        answer_p99_ms: percentile(&to_answer, 0.99),
        lost: missing + scene.book.strays.load(Relaxed),
        refused,
        server_cpu,
        database_cpu,
        seconds,
        moves: moves.len(),
    })
}

pub(crate) async fn run(plan: &Plan, database: &DatabaseProcesses) -> Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let mut subjects = vec![Subject::Sqlite];
    if plan.postgres.is_some() {
        subjects.extend([Subject::Postgres, Subject::Peer]);
    }
    if std::env::var_os("BENCH_PEERS_ONLY").is_some() {
        subjects.retain(|subject| *subject == Subject::Peer);
    }
    let mut samples: Vec<(Subject, Sample)> = Vec::new();
    for round in 1..=plan.rounds {
        for subject in &subjects {
            let mut scene = match subject {
                Subject::Peer => Scene::of_peer(plan, folder.path()).await?,
                _ => Scene::of_ours(plan, subject.durability()).await?,
            };
            let sample = measure(&mut scene, plan.moves, database).await?;
            scene.close().await?;
            eprintln!(
                "(b) round {round}, {} on {:?}: {:.0} moves/s, p50 {:.1} ms, p99 {:.1} ms, CPU ms a move {:.2} + {:.2}",
                subject.name(),
                subject.durability(),
                sample.per_second,
                sample.p50_ms,
                sample.p99_ms,
                sample.server_cpu * 1e3 / sample.moves as f64,
                sample.database_cpu.unwrap_or_default() * 1e3 / sample.moves as f64
            );
            samples.push((*subject, sample));
        }
    }
    let mut rows = Vec::new();
    for subject in &subjects {
        let of: Vec<Sample> =
            samples.iter().filter(|(who, _)| who == subject).map(|(_, sample)| *sample).collect();
        rows.extend(rows_of(*subject, &of));
    }
    Ok(rows)
}

fn rows_of(subject: Subject, of: &[Sample]) -> [Row; 2] {
    let all = |field: fn(&Sample) -> f64| of.iter().map(field).collect::<Vec<_>>();
    let aims = match subject {
        Subject::Peer => (Aim::None, Aim::None),
        _ => (Aim::AtLeast(2_000.0), Aim::AtMost(40.0)),
    };
    let lost = of.iter().map(|sample| sample.lost).sum();
    let beside = json!({
        "p50_ms": all(|sample| sample.p50_ms),
        "max_ms": all(|sample| sample.max_ms),
        "answer_p99_ms": all(|sample| sample.answer_p99_ms),
        "refused": of.iter().map(|sample| sample.refused).sum::<u64>(),
        "moves": of.iter().map(|sample| sample.moves).sum::<usize>(),
        "server_cpu_ms_per_move": all(|sample| sample.server_cpu * 1e3 / sample.moves as f64),
        "database_cpu_ms_per_move": all(|sample| sample.database_cpu.unwrap_or_default() * 1e3 / sample.moves as f64),
        "server_core_busy": all(|sample| sample.server_cpu / sample.seconds),
    });
    let cpu = (
        of.iter().map(|sample| sample.server_cpu).sum(),
        of.iter().map(|sample| sample.database_cpu).sum::<Option<f64>>(),
    );
    let row = |what: &str| {
        Row::new("b", what, subject.name())
            .durability(subject.durability())
            .lost(lost)
            .cpu(cpu.0, cpu.1)
    };
    [
        row("moves, 16 writers, 100 watchers")
            .rounds(all(|sample| sample.per_second), "/s")
            .aim(aims.0)
            .beside(beside),
        row("p99 to the last watcher").rounds(all(|sample| sample.p99_ms), "ms").aim(aims.1),
    ]
}

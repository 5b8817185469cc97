//! How long and how large: the whole bench, or the short one for working on it (`BENCH_SHORT=1`).
//! `BENCH=ab` runs single parts.
use std::{env, path::PathBuf, time::Duration};

use anyhow::{Context, Result};

use crate::report::Durability;

/// The server under load has one core to itself, the load the other; the database runs where it likes.
pub(crate) const SERVER_CORE: usize = 0;

#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) parts: String,
    pub(crate) short: bool,
    /// Rounds of each subject, in turn with the others.
    pub(crate) rounds: usize,
    pub(crate) fan_out: Duration,
    pub(crate) moves: Duration,
    pub(crate) mix: Duration,
    pub(crate) hooks: Duration,
    pub(crate) customers: usize,
    pub(crate) board_cards: usize,
    pub(crate) idle_sockets: usize,
    pub(crate) users: usize,
    pub(crate) nabiz: PathBuf,
    pub(crate) peers: PathBuf,
    pub(crate) node: String,
    /// Bun's binary; empty when it cannot be had.
    pub(crate) bun: String,
    /// Where the results go.
    pub(crate) out: PathBuf,
    pub(crate) postgres: Option<Postgres>,
}

/// The roles of the run's own PostgreSQL.
#[derive(Debug, Clone)]
pub(crate) struct Postgres {
    pub(crate) admin: String,
    pub(crate) owner: String,
    pub(crate) app: String,
}

impl Plan {
    pub(crate) fn from_env() -> Result<Self> {
        let short = env::var("BENCH_SHORT").is_ok_and(|value| !value.is_empty() && value != "0");
        let pick = |whole: u64, short_one: u64| if short { short_one } else { whole };
        let path = |name: &str| {
            env::var(name)
                .map(PathBuf::from)
                .with_context(|| format!("{name}: run tests/bench/run"))
        };
        let url = |name: &str| env::var(format!("NABIZ_TEST_PG_{name}_URL")).ok();
        let postgres = match (url("ADMIN"), url("OWNER"), url("APP")) {
            (Some(admin), Some(owner), Some(app)) => Some(Postgres { admin, owner, app }),
            _ => None,
        };
        Ok(Self {
            parts: env::var("BENCH")
                .ok()
                .filter(|parts| !parts.is_empty())
                .unwrap_or("abcdefghij".to_owned()),
            short,
            rounds: pick(3, 1) as usize,
            fan_out: Duration::from_millis(pick(3_000, 1_000)),
            moves: Duration::from_millis(pick(8_000, 3_000)),
            mix: Duration::from_secs(pick(40, 8)),
            hooks: Duration::from_secs(pick(30, 5)),
            customers: pick(100_000, 10_000) as usize,
            board_cards: 10_000,
            idle_sockets: pick(10_000, 2_000) as usize,
            users: pick(1_000, 200) as usize,
            nabiz: path("BENCH_NABIZ")?,
            peers: path("BENCH_PEERS")?,
            node: env::var("BENCH_NODE").unwrap_or("node".to_owned()),
            bun: env::var("BENCH_BUN").unwrap_or_default(),
            out: path("BENCH_OUT")?,
            postgres,
        })
    }

    /// What a server of ours is measured on.
    pub(crate) fn databases(&self) -> Vec<Durability> {
        let postgres = self.postgres.as_ref().map(|_| Durability::PostgresSync);
        [Some(Durability::SqliteFull), postgres].into_iter().flatten().collect()
    }

    pub(crate) fn has(&self, part: char) -> bool {
        self.parts.contains(part)
    }
}

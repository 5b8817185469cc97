//! The committer: merges pending commands of several topics into one transaction (SQLite, which
//! has one writer), or gives every topic's batch a transaction of its own (PostgreSQL, as many at
//! once as the pool holds). Only what was committed leaves this file.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};

use super::batch::{Batch, Outcome};
use super::bus::Bus;
use super::transaction::{BatchWritten, Mode, Stop, Work, Written};
use super::watch::Watches;
use crate::db::{Db, Engine};
use crate::kernel::clock::Clock;
use crate::kernel::problem::{Fault, Problem};

/// Commands of one transaction; more wait for the next.
const MERGED_MAX: usize = 256;
/// Batches that may wait for SQLite's writer. Actors have at most one each.
const QUEUE_MAX: usize = 4_096;
/// Tries of a transaction that lost races before its commands are told to come back.
const TRIES_MAX: u32 = 8;
/// The same for one that waits for its turn on a busy topic: a few seconds in all.
const TURNS_MAX: u32 = 30;

/// Called after a commit that wrote jobs.
pub(super) type JobsWritten = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
pub(super) struct Committer {
    shared: Arc<Shared>,
    queue: Option<mpsc::Sender<Batch>>,
}

struct Shared {
    db: Db,
    clock: Clock,
    bus: Arc<dyn Bus>,
    jobs_written: JobsWritten,
    watches: Watches,
    in_flight: Semaphore,
}

impl Committer {
    pub(super) fn start(
        db: Db,
        clock: Clock,
        bus: Arc<dyn Bus>,
        jobs_written: JobsWritten,
        watches: Watches,
    ) -> Self {
        let in_flight = Semaphore::new(db.pool_size());
        let engine = db.engine();
        let shared = Arc::new(Shared { db, clock, bus, jobs_written, watches, in_flight });
        let queue = (engine == Engine::Sqlite).then(|| {
            let (sender, receiver) = mpsc::channel(QUEUE_MAX);
            let runs = shared.clone();
            shared.db.detach_writer(async move { runs.merge(receiver).await });
            sender
        });
        Self { shared, queue }
    }

    /// Takes a batch; its outcome comes by `done`. Never blocks.
    pub(super) fn submit(&self, batch: Batch) {
        match &self.queue {
            Some(queue) => {
                if let Err(refused) = queue.try_send(batch) {
                    let Batch { commands, done, .. } = refused.into_inner();
                    let _ = done.send(Outcome::Failed { problem: Problem::busy(), commands });
                }
            }
            None => {
                let shared = self.shared.clone();
                self.shared.db.detach(async move {
                    let Ok(_permit) = shared.in_flight.acquire().await else { return };
                    shared.commit(vec![batch]).await;
                });
            }
        }
    }
}

impl Shared {
    async fn merge(self: Arc<Self>, mut queue: mpsc::Receiver<Batch>) {
        while let Some(first) = queue.recv().await {
            let mut commands = first.commands.len();
            let mut batches = vec![first];
            while commands < MERGED_MAX
                && let Ok(next) = queue.try_recv()
            {
                commands += next.commands.len();
                batches.push(next);
            }
            self.commit(batches).await;
        }
    }

    /// Tries until the batches are committed or the database is out of reach.
    async fn commit(&self, batches: Vec<Batch>) {
        metrics::histogram!("nabiz_commit_commands")
            .record(batches.iter().map(|b| b.commands.len()).sum::<usize>() as f64);
        let mut mode = Mode::Together;
        let mut tries = 0;
        let problem = loop {
            match self.transaction(&batches, mode).await {
                Ok(written) => return self.publish(batches, written),
                Err(Stop::Dirty) => mode = Mode::OneByOne,
                Err(Stop::Failed(problem)) => {
                    tries += 1;
                    let most = match problem.fault {
                        Some(Fault::Race) => TRIES_MAX,
                        Some(Fault::Held) => TURNS_MAX,
                        _ => 0,
                    };
                    if tries >= most {
                        break problem;
                    }
                    metrics::counter!("nabiz_commit_races").increment(1);
                    mode = Mode::OneByOne;
                    tokio::time::sleep(jitter(tries)).await;
                }
            }
        };
        let problem = match problem.fault {
            Some(_) => Problem::busy(),
            None => problem,
        };
        for Batch { commands, done, .. } in batches {
            let _ = done.send(Outcome::Failed { problem: problem.clone(), commands });
        }
    }

    async fn transaction(&self, batches: &[Batch], mode: Mode) -> Result<Written, Stop> {
        let _turn = self.db.turn().await;
        let inner = self.db.begin_write().await?;
        let mut work = Work::new(&self.clock, &self.watches, mode);
        let mut outcome = Ok(());
        for batch in batches {
            outcome = work.batch(&inner, batch).await;
            if outcome.is_err() {
                break;
            }
        }
        match outcome {
            Ok(()) => {
                inner.commit().await.map_err(Problem::from)?;
                Ok(work.written)
            }
            Err(stop) => {
                let _ = inner.rollback().await; // a broken connection rolls back by itself
                Err(stop)
            }
        }
    }

    fn publish(&self, batches: Vec<Batch>, written: Written) {
        let Written { mut events, per_batch, jobs } = written;
        if jobs > 0 {
            (self.jobs_written)();
        }
        for (batch, BatchWritten { base, answers }) in batches.into_iter().zip(per_batch) {
            let events = events.remove(&batch.key).map(|(_, events)| events).unwrap_or_default();
            let answers = batch.commands.into_iter().zip(answers).collect();
            // An actor that died reads what it missed when it starts again.
            let _ = batch.done.send(Outcome::Committed { base, events, answers });
        }
        if !events.is_empty() {
            self.bus.publish(events);
        }
    }
}

/// Grows with the tries; differs between those who met.
fn jitter(tries: u32) -> Duration {
    let ceiling = 4u64 << tries.min(6);
    Duration::from_millis(rand::random_range(1..=ceiling))
}

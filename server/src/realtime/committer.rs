//! The committer: merges pending commands of several topics into one transaction (SQLite, which
//! has one writer), or gives every topic's batch a transaction of its own (PostgreSQL, as many at
//! once as the pool holds). Only what was committed leaves this file.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use entities::ids::TenantId;
use futures_util::FutureExt;
use sea_orm::DatabaseTransaction;
use tokio::sync::{Semaphore, mpsc};

use super::batch::{Batch, Elsewhere, Outcome, Submit, key};
use super::journal::{self, Answered, Draft, Head};
use super::port::Receipt;
use crate::db::{Db, Engine, Tx};
use crate::kernel::clock::Clock;
use crate::kernel::command::{Decided, NewJob};
use crate::kernel::event::Event;
use crate::kernel::problem::{Fault, Problem};

/// Commands of one transaction; more wait for the next.
const MERGED_MAX: usize = 256;
/// Batches that may wait for SQLite's writer. Actors have at most one each.
const QUEUE_MAX: usize = 4_096;
/// Tries of a transaction that lost races before its commands are told to come back.
const TRIES_MAX: u32 = 8;

/// Called after a commit with what it wrote to topics that were not asked: their actors must hear.
pub(super) type Heard = Arc<dyn Fn(Elsewhere) + Send + Sync>;
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
    heard: Heard,
    jobs_written: JobsWritten,
    in_flight: Semaphore,
}

impl Committer {
    pub(super) fn start(db: Db, clock: Clock, heard: Heard, jobs_written: JobsWritten) -> Self {
        let in_flight = Semaphore::new(db.pool_size());
        let engine = db.engine();
        let shared = Arc::new(Shared { db, clock, heard, jobs_written, in_flight });
        let queue = (engine == Engine::Sqlite).then(|| {
            let (sender, receiver) = mpsc::channel(QUEUE_MAX);
            let runs = shared.clone();
            shared.db.detach(async move { runs.merge(receiver).await });
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
                    if problem.fault != Some(Fault::Race) || tries >= TRIES_MAX {
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
        let mut work = Work { shared: self, mode, written: Written::default() };
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
            (self.heard)(events);
        }
    }
}

/// Grows with the tries; differs between those who met.
fn jitter(tries: u32) -> Duration {
    let ceiling = 4u64 << tries.min(6);
    Duration::from_millis(rand::random_range(1..=ceiling))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// No savepoints: cheapest, and enough as long as what is refused wrote nothing.
    Together,
    /// A savepoint for each command.
    OneByOne,
}

enum Stop {
    /// A command was refused after it had written: all again, one by one.
    Dirty,
    Failed(Problem),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

#[derive(Default)]
struct Written {
    /// By topic, with its epoch, in order.
    events: Elsewhere,
    per_batch: Vec<BatchWritten>,
    jobs: usize,
}

struct BatchWritten {
    base: Head,
    answers: Vec<Result<Receipt, Problem>>,
}

struct Work<'s> {
    shared: &'s Shared,
    mode: Mode,
    written: Written,
}

/// A command's answer before its place in the topic is known.
enum Verdict {
    /// Its events are `drafts[from..to]`.
    Decided {
        from: usize,
        to: usize,
        reply: Option<String>,
    },
    /// Answered before, or by an earlier command of this batch.
    Known(Answered),
    SameAs(usize),
    Refused(Problem),
}

impl Work<'_> {
    async fn batch(&mut self, inner: &DatabaseTransaction, batch: &Batch) -> Result<(), Stop> {
        let tenant = batch.key.tenant;
        let tx = Tx::new(inner, tenant);
        tx.enter().await?;
        let epoch = self.shared.clock.fresh_id().simple().to_string();
        let locked = journal::lock(&tx, &batch.key.topic, &epoch).await?;
        // an earlier batch of this transaction may have appended here already
        let mut base = locked.clone();
        if let Some((_, events)) = self.written.events.get(&batch.key) {
            base.seq -= i64::try_from(events.len()).unwrap_or_default();
        }
        let ids: Vec<Arc<str>> = batch.commands.iter().map(|c| c.cx.id.clone()).collect();
        let known = journal::answered(&tx, &ids).await?;

        let mut drafts = Vec::new();
        let mut jobs = Vec::new();
        let mut verdicts = Vec::with_capacity(batch.commands.len());
        let mut first_of: HashMap<Arc<str>, usize> = HashMap::new();
        for (n, submit) in batch.commands.iter().enumerate() {
            let verdict = if let Some(answered) = known.get(&submit.cx.id) {
                repeated(submit, &answered.body_hash, Verdict::Known(answered.clone()))
            } else if let Some(first) = first_of.get(&submit.cx.id) {
                repeated(submit, &batch.commands[*first].body_hash, Verdict::SameAs(*first))
            } else {
                match self.decide(inner, tenant, submit).await? {
                    Ok((decision, at)) => {
                        first_of.insert(submit.cx.id.clone(), n);
                        let from = drafts.len();
                        let by: Arc<str> = submit.cx.by.author().into();
                        let cmd = Some(submit.cx.id.clone());
                        drafts.extend(decision.events.into_iter().map(|event| Draft {
                            event,
                            at,
                            by: by.clone(),
                            cmd: cmd.clone(),
                        }));
                        jobs.extend(decision.jobs);
                        let reply = decision.reply.map(|reply| reply.to_string());
                        Verdict::Decided { from, to: drafts.len(), reply }
                    }
                    Err(problem) => Verdict::Refused(problem),
                }
            };
            verdicts.push(verdict);
        }
        let others = drafts.iter().map(|draft: &Draft| &draft.event.topic);
        journal::take_earlier(&tx, &batch.key.topic, others).await?;
        let (events, epochs) = journal::append(&tx, drafts, &epoch).await?;
        self.write_jobs(&tx, tenant, &jobs).await?;
        let answers = self.answer(&tx, batch, &locked, &events, verdicts).await?;
        self.written.jobs += jobs.len();
        for event in events {
            let epoch = epochs.get(&event.topic).cloned().unwrap_or_else(|| epoch.as_str().into());
            let entry = self.written.events.entry(key(tenant, &event.topic));
            entry.or_insert_with(|| (epoch, Vec::new())).1.push(event);
        }
        self.written.per_batch.push(BatchWritten { base, answers });
        Ok(())
    }

    /// Decides one command. The outer error ends the transaction, the inner one is an answer.
    async fn decide(
        &self,
        inner: &DatabaseTransaction,
        tenant: TenantId,
        submit: &Submit,
    ) -> Result<
        Result<(crate::kernel::command::Decision, chrono::DateTime<chrono::Utc>), Problem>,
        Stop,
    > {
        let mut cx = submit.cx.clone();
        cx.at = self.shared.clock.now();
        if self.mode == Mode::Together {
            let tx = Tx::new(inner, tenant);
            return match caught(submit.command.decide(&tx, &cx)).await {
                Ok(decision) => Ok(Ok((decision, cx.at))),
                Err(problem) if problem.fault.is_some() => Err(Stop::Failed(problem)),
                Err(_) if tx.writes() > 0 => Err(Stop::Dirty),
                Err(problem) => Ok(Err(problem)),
            };
        }
        for _ in 0..3 {
            let savepoint = Tx::new(inner, tenant).savepoint().await?;
            let tx = Tx::new(&savepoint, tenant);
            match caught(submit.command.decide(&tx, &cx)).await {
                Ok(decision) => {
                    savepoint.commit().await.map_err(Problem::from)?;
                    return Ok(Ok((decision, cx.at)));
                }
                Err(problem) => {
                    savepoint.rollback().await.map_err(Problem::from)?;
                    match problem.fault {
                        // the faster transaction has committed: what it wrote is seen now
                        Some(Fault::Race) => {}
                        Some(Fault::Away) => return Err(Stop::Failed(problem)),
                        None => return Ok(Err(problem)),
                    }
                }
            }
        }
        Ok(Err(Problem::of(crate::kernel::problem::Class::Conflict)))
    }

    async fn answer(
        &self,
        tx: &Tx<'_>,
        batch: &Batch,
        locked: &Head,
        events: &[Event],
        verdicts: Vec<Verdict>,
    ) -> Result<Vec<Result<Receipt, Problem>>, Problem> {
        let topic = &batch.key.topic;
        let mut position = locked.seq;
        let mut fresh: HashMap<usize, Answered> = HashMap::new();
        for (n, (submit, verdict)) in batch.commands.iter().zip(&verdicts).enumerate() {
            if let Verdict::Decided { from, to, reply } = verdict {
                let own = events[*from..*to].iter().filter(|event| event.topic == *topic);
                position = own.map(|event| event.seq).max().unwrap_or(position);
                let answered = Answered {
                    id: submit.cx.id.clone(),
                    body_hash: submit.body_hash.clone(),
                    topic: topic.clone(),
                    seq: position,
                    reply: reply.clone(),
                };
                fresh.insert(n, answered);
            }
        }
        let mut stored: Vec<Answered> = fresh.values().cloned().collect();
        stored.sort_by(|a, b| a.id.cmp(&b.id));
        journal::store_answers(tx, &stored, self.shared.clock.now()).await?;
        let answers = verdicts.into_iter().enumerate().map(|(n, verdict)| match verdict {
            Verdict::Decided { .. } => {
                fresh.get(&n).map(|a| receipt(a, false)).ok_or_else(Problem::internal)
            }
            Verdict::Known(answered) => Ok(receipt(&answered, true)),
            Verdict::SameAs(first) => {
                fresh.get(&first).map(|a| receipt(a, true)).ok_or_else(Problem::internal)
            }
            Verdict::Refused(problem) => Err(problem),
        });
        Ok(answers.collect())
    }

    async fn write_jobs(
        &self,
        tx: &Tx<'_>,
        tenant: TenantId,
        jobs: &[NewJob],
    ) -> Result<(), Problem> {
        for job in jobs {
            crate::workers::queue::write(tx, tenant, &self.shared.clock, job).await?;
        }
        Ok(())
    }
}

fn repeated(submit: &Submit, body_hash: &str, same: Verdict) -> Verdict {
    if submit.body_hash == body_hash {
        same
    } else {
        Verdict::Refused(Problem::conflict("idempotency_conflict"))
    }
}

fn receipt(answered: &Answered, dup: bool) -> Receipt {
    let d = answered.reply.clone();
    Receipt {
        topic: answered.topic.to_string(),
        seq: answered.seq,
        dup,
        d: d.and_then(|d| serde_json::value::RawValue::from_string(d).ok()),
    }
}

/// A rule that panics is a defect of one command, not of all that share its transaction.
async fn caught(decide: impl Future<Output = Decided>) -> Decided {
    match AssertUnwindSafe(decide).catch_unwind().await {
        Ok(decided) => decided,
        Err(_) => {
            tracing::error!("a command panicked");
            Err(Problem::internal())
        }
    }
}

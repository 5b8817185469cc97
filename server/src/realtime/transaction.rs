//! What happens inside one transaction: lock the topic, look for answers given before, let the
//! rules decide, number the events, let the watch look, write events, answers and jobs.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::TenantId;
use futures_util::FutureExt;
use sea_orm::DatabaseTransaction;

use super::batch::{Batch, Submit, key};
use super::bus::News;
use super::journal::{self, Answered, Draft, Head};
use super::port::Receipt;
use super::watch::Watches;
use crate::db::{Tx, queue};
use crate::kernel::clock::Clock;
use crate::kernel::command::{Decided, Decision};
use crate::kernel::event::Event;
use crate::kernel::problem::{Class, Fault, Problem};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// No savepoints: cheapest, and enough as long as what is refused wrote nothing.
    Together,
    /// A savepoint for each command.
    OneByOne,
}

pub(super) enum Stop {
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
pub(super) struct Written {
    /// By topic, with its epoch, in order.
    pub(super) events: News,
    pub(super) per_batch: Vec<BatchWritten>,
    pub(super) jobs: usize,
}

pub(super) struct BatchWritten {
    pub(super) base: Head,
    pub(super) answers: Vec<Result<Receipt, Problem>>,
}

pub(super) struct Work<'s> {
    clock: &'s Clock,
    watches: &'s Watches,
    mode: Mode,
    pub(super) written: Written,
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

impl<'s> Work<'s> {
    pub(super) fn new(clock: &'s Clock, watches: &'s Watches, mode: Mode) -> Self {
        Self { clock, watches, mode, written: Written::default() }
    }

    /// Decides a batch and writes what came of it; nothing is kept before the commit.
    pub(super) async fn batch(
        &mut self,
        inner: &DatabaseTransaction,
        batch: &Batch,
    ) -> Result<(), Stop> {
        let tenant = batch.key.tenant;
        let tx = Tx::new(inner, tenant);
        tx.enter().await?;
        let epoch = self.clock.fresh_id().simple().to_string();
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
        jobs.extend(self.watches.jobs(&tx, &events).await?);
        queue::write_all(&tx, tenant, self.clock, &jobs).await?;
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
    ) -> Result<Result<(Decision, DateTime<Utc>), Problem>, Stop> {
        let mut cx = submit.cx.clone();
        cx.at = self.clock.now();
        if self.mode == Mode::Together {
            let tx = Tx::new(inner, tenant);
            return match caught(submit.command.decide(&tx, &cx)).await {
                Ok(decision) => Ok(Ok((decision, cx.at))),
                Err(problem) if problem.fault.is_some() => Err(Stop::Failed(problem)),
                // a statement that failed has spoilt all of PostgreSQL's transaction
                Err(problem) if tx.writes() > 0 || problem.class == Class::Internal => {
                    Err(Stop::Dirty)
                }
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
                        Some(Fault::Away | Fault::Held) => return Err(Stop::Failed(problem)),
                        None => return Ok(Err(problem)),
                    }
                }
            }
        }
        Ok(Err(Problem::of(Class::Conflict)))
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
        journal::store_answers(tx, &stored, self.clock.now()).await?;
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

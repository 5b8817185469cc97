//! The actor that owns one topic: pending -> batch -> commit -> apply -> publish -> answer, and
//! again. Never waits: commits and reads run elsewhere and come back as futures of the context.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, WrapFuture};
use tokio::sync::oneshot;

use super::batch::{Batch, Outcome, Submit};
use super::frames::CloseCode;
use super::handle::{Delivery, SessionHandle};
use super::hub::Services;
use super::inbox::{Inbox, Message};
use super::joining::Joining;
use super::journal::{self, Head};
use super::outbox::Slot;
use super::port::{Subscribe, TopicHead};
use super::presence::Presence;
use super::published::Published;
use crate::kernel::event::Event;
use crate::kernel::principal::Principal;
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::TopicKey;

/// Commands of one batch.
const BATCH_MAX: usize = 64;
/// Events read at once when catching up.
const CATCH_UP_MAX: u64 = 500;
/// A topic nobody uses leaves memory after this long.
const IDLE: Duration = Duration::from_secs(60);

/// "Look into your inbox."
#[derive(actix::Message)]
#[rtype(result = "()")]
pub(super) struct Wake;

/// Who hears the topic.
pub(super) struct Subscriber {
    pub(super) handle: Arc<SessionHandle>,
    pub(super) slot: Slot,
    pub(super) by: Arc<Principal>,
}

impl Subscriber {
    /// Hands over one event, or the notice that one was hidden.
    pub(super) fn deliver(&self, published: &Published) -> Delivery {
        let sees = published.admits(&self.by);
        let frame = if sees { &published.frame } else { &published.skip };
        self.handle.push_event(self.slot, published.seq - 1, frame.clone())
    }
}

pub(crate) struct TopicActor {
    pub(super) key: TopicKey,
    /// The topic's name on the wire: `me` for a person's own.
    pub(super) wire: Arc<str>,
    pub(super) services: Arc<Services>,
    inbox: Arc<Inbox>,
    /// What subscribers have heard up to; none until it was read.
    pub(super) head: Option<Head>,
    pub(super) told: Arc<TopicHead>,
    pending: VecDeque<Submit>,
    committing: bool,
    /// Outcomes in the order of their commits.
    ready: VecDeque<Outcome>,
    reading: bool,
    pub(super) subscribers: Vec<Subscriber>,
    pub(super) joining: HashMap<u64, Joining>,
    /// Who came before the head was read.
    pub(super) early: Vec<(Subscribe, Arc<Principal>)>,
    pub(super) presence: Presence,
    asked_ready: Vec<oneshot::Sender<()>>,
    used: Instant,
}

impl TopicActor {
    pub(super) fn new(key: TopicKey, inbox: Arc<Inbox>, services: Arc<Services>) -> Self {
        let wire = if key.topic.kind() == "user" { "me" } else { key.topic.as_str() };
        Self {
            wire: wire.into(),
            key,
            services,
            inbox,
            head: None,
            told: Arc::default(),
            pending: VecDeque::new(),
            committing: false,
            ready: VecDeque::new(),
            reading: false,
            subscribers: Vec::new(),
            joining: HashMap::new(),
            early: Vec::new(),
            presence: Presence::default(),
            asked_ready: Vec::new(),
            used: Instant::now(),
        }
    }

    fn take(&mut self, message: Message, ctx: &mut Context<Self>) {
        match message {
            Message::Submit(submit) => self.pending.push_back(*submit),
            Message::Subscribe(sub, by) if self.head.is_none() => self.early.push((sub, by)),
            Message::Subscribe(sub, by) => self.join(sub, by, ctx),
            Message::Unsubscribe { session } => self.leave(session),
            Message::Appended { epoch, events } => {
                let base = events.first().map_or(0, |event| event.seq - 1);
                let base = Head { epoch, seq: base };
                self.ready.push_back(Outcome::Committed { base, events, answers: Vec::new() });
            }
            Message::Seen(seen) => self.seen(&seen, ctx),
            Message::Remark { from, k, d } => self.remark(&from, &k, &d),
            Message::PresenceAgain { to } => self.tell_who_is_here(&to),
            Message::Keep => {}
            Message::Ready(ready) if self.head.is_none() => self.asked_ready.push(ready),
            Message::Ready(ready) => {
                // whoever asked may have gone
                let _ = ready.send(());
            }
        }
    }

    fn seen(&mut self, seen: &Head, ctx: &mut Context<Self>) {
        let Some(head) = &self.head else { return };
        if head.epoch != seen.epoch {
            self.reset(seen.clone());
        } else if head.seq < seen.seq && !self.committing {
            self.catch_up(ctx);
        }
    }

    /// The topic was restored: nothing that was said before holds.
    fn reset(&mut self, head: Head) {
        if self.head.as_ref().is_some_and(|known| !known.epoch.is_empty()) {
            for subscriber in self.subscribers.drain(..) {
                subscriber.handle.close(CloseCode::Reset, false);
            }
        }
        self.told.set(head.seq);
        self.head = Some(head);
    }

    fn commit_next(&mut self, ctx: &mut Context<Self>) {
        if self.committing || self.pending.is_empty() || self.head.is_none() {
            return;
        }
        self.committing = true;
        let commands = self.pending.drain(..self.pending.len().min(BATCH_MAX)).collect();
        let (done, outcome) = oneshot::channel();
        self.services.committer.submit(Batch { key: self.key.clone(), commands, done });
        ctx.spawn(outcome.into_actor(self).map(|outcome, actor, ctx| {
            actor.committing = false;
            // dropped: the committer died with the promise; the askers are told by theirs
            if let Ok(outcome) = outcome {
                actor.ready.push_back(outcome);
            }
            actor.settle(ctx);
            actor.commit_next(ctx);
        }));
    }

    /// Publishes and answers what was committed, oldest first; stops where something is missing
    /// and reads that.
    pub(super) fn settle(&mut self, ctx: &mut Context<Self>) {
        while let Some(outcome) = self.ready.pop_front() {
            match outcome {
                Outcome::Committed { base, events, answers } => {
                    let Some(head) = &self.head else {
                        self.ready.push_front(Outcome::Committed { base, events, answers });
                        return;
                    };
                    if head.epoch != base.epoch {
                        self.reset(base.clone());
                    } else if head.seq < base.seq {
                        self.ready.push_front(Outcome::Committed { base, events, answers });
                        return self.catch_up(ctx);
                    }
                    self.publish(events);
                    self.inbox.answered(answers.len());
                    for (submit, answer) in answers {
                        submit.answer(answer);
                    }
                }
                Outcome::Failed { problem, commands } => {
                    self.inbox.answered(commands.len());
                    for submit in commands {
                        submit.answer(Err(problem.clone()));
                    }
                    // what is truly there decides what comes next
                    self.catch_up(ctx);
                }
            }
        }
    }

    fn publish(&mut self, events: Vec<Event>) {
        for event in events {
            let Some(head) = &mut self.head else { return };
            if event.seq != head.seq + 1 {
                continue; // heard already
            }
            head.seq = event.seq;
            self.told.set(event.seq);
            let published = Published::new(&self.wire, &event);
            self.deliver(&published);
            for joining in self.joining.values_mut() {
                joining.buffer(&published);
            }
            self.part(event.audience.gone());
            self.services.react(&self.key, &event);
        }
    }

    fn deliver(&mut self, published: &Published) {
        let lost: Vec<u64> = self
            .subscribers
            .iter()
            .filter(|subscriber| subscriber.deliver(published) != Delivery::Queued)
            .map(|subscriber| subscriber.handle.key())
            .collect();
        for session in lost {
            self.leave(session);
        }
    }

    /// Reads what was written elsewhere: another node, a lost answer, a message that came early.
    pub(super) fn catch_up(&mut self, ctx: &mut Context<Self>) {
        let Some(head) = self.head.clone() else { return };
        if std::mem::replace(&mut self.reading, true) {
            return;
        }
        let (db, key) = (self.services.db.clone(), self.key.clone());
        let read = async move {
            db.read(key.tenant, move |tx| {
                Box::pin(async move {
                    let now = journal::head(tx, &key.topic).await?;
                    let events =
                        journal::read_after(tx, &key.topic, head.seq, CATCH_UP_MAX).await?;
                    Ok((now, events))
                })
            })
            .await
        };
        ctx.spawn(read.into_actor(self).map(|read, actor, ctx| {
            actor.reading = false;
            match read {
                Ok((Some(now), events)) => {
                    let known = actor.head.as_ref().map(|head| head.epoch.clone());
                    if known.as_ref() == Some(&now.epoch) {
                        let more = events.len() as u64 == CATCH_UP_MAX;
                        actor.publish(events);
                        if more {
                            return actor.catch_up(ctx);
                        }
                    } else {
                        actor.reset(now);
                    }
                    actor.settle(ctx);
                }
                Ok((None, _)) => actor.settle(ctx),
                Err(_) => {
                    // the database is away: what waits must not wait for ever
                    ctx.run_later(Duration::from_millis(250), |actor, ctx| {
                        if !actor.ready.is_empty() {
                            actor.catch_up(ctx);
                        }
                    });
                }
            }
        }));
    }

    fn load(&mut self, ctx: &mut Context<Self>) {
        let (db, key) = (self.services.db.clone(), self.key.clone());
        let read = async move {
            let topic = key.topic;
            db.read(key.tenant, move |tx| Box::pin(async move { journal::head(tx, &topic).await }))
                .await
        };
        ctx.spawn(read.into_actor(self).map(|read, actor, ctx| match read {
            Ok(head) => {
                let head = head.unwrap_or(Head { epoch: "".into(), seq: 0 });
                actor.told.set(head.seq);
                actor.head = Some(head);
                for ready in actor.asked_ready.drain(..) {
                    let _ = ready.send(()); // whoever asked may have gone
                }
                for (sub, by) in std::mem::take(&mut actor.early) {
                    actor.join(sub, by, ctx);
                }
                actor.settle(ctx);
                actor.commit_next(ctx);
            }
            Err(problem) => {
                let count = actor.pending.len();
                actor.inbox.answered(count);
                for submit in actor.pending.drain(..) {
                    submit.answer(Err(problem.clone()));
                }
                ctx.run_later(Duration::from_millis(250), Self::load);
            }
        }));
    }

    fn stop_if_idle(&mut self, ctx: &mut Context<Self>) {
        let busy = self.committing
            || self.reading
            || !self.pending.is_empty()
            || !self.ready.is_empty()
            || !self.subscribers.is_empty()
            || !self.joining.is_empty()
            || !self.early.is_empty();
        if !busy && self.used.elapsed() >= IDLE && self.inbox.close_if_empty() {
            self.services.forget(&self.key, &self.inbox);
            ctx.stop();
        }
    }
}

impl Actor for TopicActor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.load(ctx);
        ctx.run_interval(IDLE / 4, Self::stop_if_idle);
    }
}

impl Handler<Wake> for TopicActor {
    type Result = ();

    fn handle(&mut self, _: Wake, ctx: &mut Self::Context) {
        self.used = Instant::now();
        for message in self.inbox.take() {
            self.take(message, ctx);
        }
        self.settle(ctx);
        self.commit_next(ctx);
    }
}

/// What a subscriber is told when its topic cannot be taken up now.
pub(super) fn refuse(handle: &SessionHandle, named: &str, id: Option<&str>, problem: &Problem) {
    handle.detach(named);
    if id.is_some() || problem.class != Class::NotFound {
        handle.push_err(id, problem);
    }
}

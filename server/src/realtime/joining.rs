//! How a subscriber comes up to date: live, replay or snapshot, and never a part.
//!
//! While the past is read and sent at the reader's pace, the present is buffered; when the past
//! has gone out, the buffer follows and the subscriber is live. The chain has no hole and no twin.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use actix::{ActorFutureExt, AsyncContext, Context, WrapFuture};
use bytes::Bytes;
use serde_json::value::RawValue;

use super::frames::{self, Mode, ServerFrame};
use super::handle::{Delivery, SessionHandle};
use super::journal::{self, Head};
use super::outbox::Slot;
use super::port::Subscribe;
use super::published::{Published, skip};
use super::registry::TopicKind;
use super::topic_actor::{Subscriber, TopicActor, refuse};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::topic::TopicKey;

/// Events that may pass while somebody joins; beyond that he begins again.
const BUFFER_MAX: usize = 4_096;
/// Missed events that are replayed; who missed more gets a snapshot.
const REPLAY_MAX: u64 = 5_000;
/// Buffered events that are handed over in one go.
const AT_ONCE: usize = 64;
/// A reader that takes nothing for so long is too slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody between "may I" and "live".
pub(super) struct Joining {
    pub(super) handle: Arc<SessionHandle>,
    pub(super) by: Arc<Principal>,
    /// Tells this attempt from an earlier one of the same socket.
    attempt: Arc<()>,
    buffer: VecDeque<Published>,
    overflown: bool,
    /// Where he looks and whether he is away, said since `subbed`: one of each kind, the latest.
    said: Vec<(String, Box<RawValue>)>,
}

impl Joining {
    pub(super) fn buffer(&mut self, published: &Published) {
        if self.buffer.len() == BUFFER_MAX {
            self.overflown = true;
        } else {
            self.buffer.push_back(published.clone());
        }
    }

    /// `subbed` is out before the subscriber is live: what he says in between is for later.
    pub(super) fn remember(&mut self, k: &str, d: &RawValue) {
        self.said.retain(|(kind, _)| kind != k);
        self.said.push((k.to_owned(), d.to_owned()));
    }
}

/// What was read for a joiner.
struct Past {
    head: Head,
    /// What the reader calls the head's epoch.
    epoch: String,
    mode: Mode,
    /// Ready frames with the reader's position before each.
    frames: Vec<(i64, Bytes)>,
}

/// Everything that is known about one attempt to join.
#[derive(Clone)]
struct Ticket {
    id: Option<String>,
    named: Arc<str>,
    handle: Arc<SessionHandle>,
    by: Arc<Principal>,
    attempt: Arc<()>,
}

impl TopicActor {
    pub(super) fn join(&mut self, sub: Subscribe, by: Arc<Principal>, ctx: &mut Context<Self>) {
        let Subscribe { id, topic, since, snap, subscriber: handle } = sub;
        self.leave(handle.key());
        let attempt = Arc::new(());
        let joining = Joining {
            handle: handle.clone(),
            by: by.clone(),
            attempt: attempt.clone(),
            buffer: VecDeque::new(),
            overflown: false,
            said: Vec::new(),
        };
        self.joining.insert(handle.key(), joining);
        let ticket = Ticket { id, named: topic.into(), handle, by: by.clone(), attempt };

        let services = self.services.clone();
        let (key, wire) = (self.key.clone(), self.wire.clone());
        let read = async move {
            let kind = services.registry.kind(&key.topic)?;
            let db = services.db.clone();
            let (asked, fresh) = (key.clone(), services.clock.fresh_id().simple().to_string());
            let past = db.read(key.tenant, move |tx| {
                Box::pin(async move {
                    kind.admit(tx, &by, &asked.topic).await?;
                    let Some(head) = journal::head(tx, &asked.topic).await? else {
                        return Ok(None);
                    };
                    let epoch = epoch_for(&head, &by);
                    if let Some(since) = since.filter(|since| since.epoch == epoch)
                        && let Some(past) =
                            replay(tx, kind.as_ref(), (&asked, &*wire), &by, since.seq, &head)
                                .await?
                    {
                        return Ok(Some(past));
                    }
                    if !snap {
                        return Ok(Some(Past::live(head, epoch)));
                    }
                    let parts = kind.snapshot(tx, &by, &asked.topic).await?;
                    Ok(Some(snapshot(&wire, head, epoch, &parts)?))
                })
            });
            match past.await? {
                Some(past) => Ok(Some(past)),
                None => {
                    // the first subscriber of a topic without events gives it its epoch
                    db.write(key.tenant, move |tx| {
                        let (topic, fresh) = (key.topic.clone(), fresh.clone());
                        Box::pin(async move { journal::lock(tx, &topic, &fresh).await })
                    })
                    .await?;
                    Ok(None)
                }
            }
        };
        ctx.spawn(read.into_actor(self).map(move |past: Result<_, Problem>, actor, ctx| {
            if !actor.is_current(&ticket) {
                return;
            }
            match past {
                Ok(Some(past)) => actor.send_past(ticket, past, ctx),
                Ok(None) => actor.join_again(&ticket, snap, ctx),
                Err(problem) => {
                    actor.joining.remove(&ticket.handle.key());
                    refuse(&ticket.handle, &ticket.named, ticket.id.as_deref(), &problem);
                }
            }
        }));
    }

    fn join_again(&mut self, ticket: &Ticket, snap: bool, ctx: &mut Context<Self>) {
        let sub = Subscribe {
            id: ticket.id.clone(),
            topic: ticket.named.to_string(),
            since: None,
            snap,
            subscriber: ticket.handle.clone(),
        };
        self.join(sub, ticket.by.clone(), ctx);
    }

    fn is_current(&self, ticket: &Ticket) -> bool {
        self.joining
            .get(&ticket.handle.key())
            .is_some_and(|joining| Arc::ptr_eq(&joining.attempt, &ticket.attempt))
    }

    /// `subbed`, then the past at the reader's pace.
    fn send_past(&mut self, ticket: Ticket, past: Past, ctx: &mut Context<Self>) {
        let Some(slot) = ticket.handle.attach(&ticket.named, self.told.clone()) else {
            self.joining.remove(&ticket.handle.key());
            return;
        };
        ticket.handle.push(frames::json(&ServerFrame::Subbed {
            id: ticket.id.as_deref(),
            topic: &self.wire,
            epoch: &past.epoch,
            seq: past.head.seq,
            mode: past.mode,
        }));
        // Ours may be behind another node's: what lies between comes by replay, not by luck.
        if self.head.as_ref().is_some_and(|own| own.epoch.is_empty()) {
            self.head = Some(past.head.clone());
            self.told.set(past.head.seq);
        }
        let handle = ticket.handle.clone();
        let reached = past.head.seq;
        let feed = async move { feed(&handle, slot, past.frames).await };
        ctx.spawn(feed.into_actor(self).map(move |fed, actor, ctx| {
            actor.go_live(ticket, slot, reached, fed, ctx);
        }));
    }

    /// The past has gone out; what was buffered meanwhile follows, then the present.
    fn go_live(
        &mut self,
        ticket: Ticket,
        slot: Slot,
        reached: i64,
        fed: bool,
        ctx: &mut Context<Self>,
    ) {
        if !self.is_current(&ticket) {
            return;
        }
        let session = ticket.handle.key();
        let Some(joining) = self.joining.get_mut(&session) else { return };
        if !fed || ticket.handle.is_ending() {
            self.joining.remove(&session);
            return;
        }
        if joining.overflown {
            self.joining.remove(&session);
            ticket.handle.detach(&ticket.named);
            ticket.handle.push(frames::json(&ServerFrame::Lag { topic: &self.wire, seq: reached }));
            return;
        }
        joining.buffer.retain(|published| published.seq > reached);
        // The actor has not heard yet what the reader was given: it must not be said twice.
        let behind = self.head.as_ref().is_some_and(|own| own.seq < reached);
        let subscriber = Subscriber { handle: ticket.handle.clone(), slot, by: ticket.by.clone() };
        if behind {
            self.catch_up(ctx);
            let wait = tokio::time::sleep(Duration::from_millis(5));
            ctx.spawn(wait.into_actor(self).map(move |(), actor, ctx| {
                actor.go_live(ticket, slot, reached, true, ctx);
            }));
            return;
        }
        let count = joining.buffer.len().min(AT_ONCE);
        let mut reached = reached;
        for published in joining.buffer.drain(..count).collect::<Vec<_>>() {
            reached = published.seq;
            if subscriber.deliver(&published) != Delivery::Queued {
                self.joining.remove(&session);
                return;
            }
        }
        if joining.buffer.is_empty() {
            let said = std::mem::take(&mut joining.said);
            self.joining.remove(&session);
            self.welcome(subscriber);
            for (k, d) in said {
                self.remark(&ticket.handle, &k, &d);
            }
            return;
        }
        let handle = ticket.handle.clone();
        let paced = async move { has_space(&handle, 0).await };
        ctx.spawn(paced.into_actor(self).map(move |fed, actor, ctx| {
            actor.go_live(ticket, slot, reached, fed, ctx);
        }));
    }
}

async fn has_space(handle: &SessionHandle, len: usize) -> bool {
    let waited = tokio::time::timeout(PATIENCE, handle.outbox().space(len)).await;
    waited.unwrap_or_else(|_| {
        handle.close(frames::CloseCode::Slow, false);
        false
    })
}

async fn feed(handle: &SessionHandle, slot: Slot, frames: Vec<(i64, Bytes)>) -> bool {
    for (before, frame) in frames {
        if !has_space(handle, frame.len()).await
            || handle.push_event(slot, before, frame) != Delivery::Queued
        {
            return false;
        }
    }
    true
}

/// The topic's epoch and with which rights it is read: who reads with others now holds a position
/// of another epoch, so that nothing hidden stays on a screen and nothing shown is missing there.
fn epoch_for(head: &Head, by: &Principal) -> String {
    format!("{}.{}", head.epoch, by.sight())
}

impl Past {
    fn live(head: Head, epoch: String) -> Self {
        Self { head, epoch, mode: Mode::Live, frames: Vec::new() }
    }
}

/// The missed events after a position of this epoch, if it is not ahead and not too far back.
async fn replay(
    tx: &crate::db::Tx<'_>,
    kind: &dyn TopicKind,
    (key, wire): (&TopicKey, &str),
    by: &Principal,
    since: i64,
    head: &Head,
) -> Result<Option<Past>, Problem> {
    if since > head.seq || since < 0 {
        return Ok(None);
    }
    if since == head.seq {
        return Ok(Some(Past::live(head.clone(), epoch_for(head, by))));
    }
    let missed = u64::try_from(head.seq - since).unwrap_or(u64::MAX);
    if missed > REPLAY_MAX {
        return Ok(None);
    }
    let events = journal::read_after(tx, &key.topic, since, REPLAY_MAX).await?;
    if events.first().map(|event| event.seq) != Some(since + 1) {
        return Ok(None); // older than what is kept
    }
    let events = kind.replayed(tx, events).await?;
    let mut frames = Vec::with_capacity(events.len());
    let mut hidden: Option<(i64, i64)> = None;
    for event in &events {
        if event.admits(by) {
            if let Some((from, to)) = hidden.take() {
                frames.push((from - 1, skip(wire, from, to)));
            }
            frames.push((event.seq - 1, Published::new(wire, event).frame));
        } else {
            hidden = Some((hidden.map_or(event.seq, |(from, _)| from), event.seq));
        }
    }
    if let Some((from, to)) = hidden {
        frames.push((from - 1, skip(wire, from, to)));
    }
    let epoch = epoch_for(head, by);
    Ok(Some(Past { head: head.clone(), epoch, mode: Mode::Replay, frames }))
}

fn snapshot(wire: &str, head: Head, epoch: String, parts: &[String]) -> Result<Past, Problem> {
    let mut frames = Vec::with_capacity(parts.len());
    for (n, part) in parts.iter().enumerate() {
        let d: &RawValue = serde_json::from_str(part).map_err(|error| {
            tracing::error!(%error, topic = wire, "a snapshot is no JSON");
            Problem::internal()
        })?;
        let frame = frames::json(&ServerFrame::Snap {
            topic: wire,
            epoch: &epoch,
            seq: head.seq,
            part: u32::try_from(n).unwrap_or(u32::MAX),
            last: n + 1 == parts.len(),
            d,
        });
        frames.push((0, frame));
    }
    Ok(Past { head, epoch, mode: Mode::Snapshot, frames })
}

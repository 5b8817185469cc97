//! One WebSocket as the rest of the server sees it: who it belongs to, what it listens to, and
//! the queue to its socket. Shared by the session's actor, the hub and the watchdog.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bytes::Bytes;

use super::frames::{self, CloseCode, ServerFrame};
use super::meters::Meters;
use super::outbox::{Class, Outbox, Push, Slot};
use super::port::TopicHead;
use super::socket::Killer;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Topics one socket may listen to.
pub const TOPICS_MAX: usize = 128;

/// What became of an event that was pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    Queued,
    /// The reader was too slow: the topic's frames are gone and `lag` is on its way. The hub
    /// drops the subscription; the client asks again.
    Lagged,
    /// The socket is ending.
    Gone,
}

#[derive(Default)]
struct Topics {
    all: Vec<Subscription>,
    /// Where the search for a free slot begins, so that a slot just given back is taken last:
    /// its old topic may still have a frame on the way.
    next: u8,
}

struct Subscription {
    slot: Slot,
    /// As the client named it.
    topic: Arc<str>,
    /// Set once the hub has taken the subscription up.
    head: Option<Arc<TopicHead>>,
    /// The head that the last heartbeat told.
    told: i64,
}

/// What the watchdog remembers about a session between two looks; seconds of its own clock.
#[derive(Default)]
pub(super) struct Watched {
    pub(super) popped: u64,
    pub(super) dropped: u64,
    pub(super) stuck_for: u32,
    pub(super) next_ping: u32,
    pub(super) pings: u32,
}

pub struct SessionHandle {
    key: u64,
    outbox: Outbox,
    killer: Option<Killer>,
    meters: Arc<Meters>,
    principal: RwLock<Option<Arc<Principal>>>,
    /// Unix milliseconds; 0 before `hello`.
    expires_at: AtomicI64,
    /// Seconds of the watchdog's clock.
    born: u32,
    heard: AtomicU32,
    topics: Mutex<Topics>,
    pub(super) watched: Mutex<Watched>,
}

impl SessionHandle {
    pub(super) fn new(key: u64, killer: Option<Killer>, meters: Arc<Meters>, now: u32) -> Self {
        Self {
            key,
            outbox: Outbox::default(),
            killer,
            meters,
            principal: RwLock::new(None),
            expires_at: AtomicI64::new(0),
            born: now,
            heard: AtomicU32::new(now),
            topics: Mutex::default(),
            watched: Mutex::default(),
        }
    }

    /// Tells sockets apart; never reused while the server runs.
    pub fn key(&self) -> u64 {
        self.key
    }

    /// The name of the socket on the wire and in logs.
    pub fn sid(&self) -> String {
        format!("{:016x}", self.key)
    }

    /// Who listens; None until `hello` was accepted. Swapped when the token is renewed.
    pub fn principal(&self) -> Option<Arc<Principal>> {
        self.principal.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gives the socket its owner, or the owner's new rights.
    pub fn set_principal(&self, principal: Arc<Principal>) {
        *self.principal.write().unwrap_or_else(PoisonError::into_inner) = Some(principal);
    }

    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// An answer or a notice. A reader with no room for these is cut off.
    pub fn push(&self, frame: Bytes) {
        if self.outbox.push(frame, Class::Control) == Push::Full {
            self.close(CloseCode::Slow, false);
        }
    }

    /// The `err` of a problem, in the reader's language.
    pub fn push_err(&self, id: Option<&str>, problem: &Problem) {
        self.push(frames::err(id, problem, &self.locale()));
    }

    /// A frame of a topic's stream. `before` is the reader's position before the frame: `seq - 1`
    /// of an event, `from - 1` of a skip, 0 of a snapshot's part.
    pub fn push_event(&self, slot: Slot, before: i64, frame: Bytes) -> Delivery {
        match self.outbox.push(frame, Class::Event { slot, before }) {
            Push::Queued => return Delivery::Queued,
            Push::Closed => return Delivery::Gone,
            Push::Full | Push::Dropped => {}
        }
        let reached = self.outbox.purge(slot).unwrap_or(before);
        self.meters.lags.increment(1);
        if let Some(topic) = self.release(slot) {
            self.push(frames::json(&ServerFrame::Lag { topic: &topic, seq: reached }));
        }
        Delivery::Lagged
    }

    /// A presence frame; a slow reader gets the whole list later instead.
    pub fn push_presence(&self, slot: Slot, frame: Bytes) {
        self.push_droppable(frame, Class::Presence { slot });
    }

    /// A passing remark; a slow reader never learns of it.
    pub fn push_ephemeral(&self, frame: Bytes) {
        self.push_droppable(frame, Class::Ephemeral);
    }

    fn push_droppable(&self, frame: Bytes, class: Class) {
        // What was dropped is counted by the outbox and read by the watchdog.
        let _ = self.outbox.push(frame, class);
    }

    /// Reserves a place for a topic; again for one it has is allowed. False when all are taken.
    pub fn reserve(&self, topic: &str) -> bool {
        self.slot(topic).is_some()
    }

    /// The hub takes a subscription up: frames go to the slot, heartbeats name the head.
    /// None when all places are taken.
    pub fn attach(&self, topic: &str, head: Arc<TopicHead>) -> Option<Slot> {
        let slot = self.slot(topic)?;
        if let Some(entry) = self.topics().all.iter_mut().find(|entry| entry.slot == slot) {
            entry.told = head.get();
            entry.head = Some(head);
        }
        Some(slot)
    }

    /// Gives a topic's place back: unsubscribed, refused or revoked. What is queued still goes
    /// out.
    pub fn detach(&self, topic: &str) {
        self.topics().all.retain(|entry| &*entry.topic != topic);
    }

    pub fn listens_to(&self, topic: &str) -> bool {
        self.topics().all.iter().any(|entry| &*entry.topic == topic)
    }

    /// The topics as the client named them.
    pub fn topic_names(&self) -> Vec<Arc<str>> {
        self.topics().all.iter().map(|entry| entry.topic.clone()).collect()
    }

    /// Ends the session with a close frame, after or instead of what is queued. The socket is
    /// cut soon after, whether or not the peer reads. False when it was ending already.
    pub fn close(&self, code: CloseCode, flush: bool) -> bool {
        let is_first = self.outbox.close(Some(frames::close(code)), flush);
        if is_first {
            self.meters.closed(code);
            self.meters.cut_later(self.killer.clone());
        }
        is_first
    }

    pub fn is_ending(&self) -> bool {
        self.outbox.is_closed()
    }

    /// Ends the connection without a word: the peer does not read anyway.
    pub(super) fn kill(&self) {
        self.outbox.close(None, false);
        self.meters.kills.increment(1);
        if let Some(killer) = &self.killer {
            killer.kill();
        }
    }

    /// Frames handed to the socket since the watchdog last looked.
    pub(super) fn unseen_frames(&self) -> u64 {
        let seen = self.watched.lock().unwrap_or_else(PoisonError::into_inner).popped;
        self.outbox.progress().popped.saturating_sub(seen)
    }

    pub(super) fn set_expiry(&self, unix_ms: i64) {
        self.expires_at.store(unix_ms, Ordering::Relaxed);
    }

    pub(super) fn has_expired(&self, unix_ms: i64) -> bool {
        let expires_at = self.expires_at.load(Ordering::Relaxed);
        expires_at != 0 && expires_at <= unix_ms
    }

    pub(super) fn heard_at(&self, now: u32) {
        self.heard.store(now, Ordering::Relaxed);
    }

    pub(super) fn silent_for(&self, now: u32) -> u32 {
        now.saturating_sub(self.heard.load(Ordering::Relaxed))
    }

    pub(super) fn age(&self, now: u32) -> u32 {
        now.saturating_sub(self.born)
    }

    /// The heads that moved since the last call.
    pub(super) fn changed_heads(&self) -> Vec<(Arc<str>, i64)> {
        let mut topics = self.topics();
        let mut changed = Vec::new();
        for entry in &mut topics.all {
            let Some(head) = entry.head.as_ref().map(|head| head.get()) else { continue };
            if head != entry.told {
                entry.told = head;
                changed.push((entry.topic.clone(), head));
            }
        }
        changed
    }

    /// The topics behind a set of slots.
    pub(super) fn topics_of(&self, slots: u128) -> Vec<Arc<str>> {
        let topics = self.topics();
        let of = topics.all.iter().filter(|entry| slots & (1 << entry.slot.0) != 0);
        of.map(|entry| entry.topic.clone()).collect()
    }

    pub(super) fn locale(&self) -> Arc<str> {
        self.principal().map_or_else(|| Arc::from("en"), |principal| principal.locale.clone())
    }

    /// The topic's slot, a new one if it has none.
    fn slot(&self, topic: &str) -> Option<Slot> {
        let mut topics = self.topics();
        if let Some(entry) = topics.all.iter().find(|entry| &*entry.topic == topic) {
            return Some(entry.slot);
        }
        let used = topics.all.iter().fold(0u128, |used, entry| used | 1 << entry.slot.0);
        if topics.all.len() == TOPICS_MAX {
            return None;
        }
        let steps = (!used).rotate_right(topics.next.into()).trailing_zeros();
        let slot = Slot((topics.next + u8::try_from(steps).ok()?) % 128);
        topics.next = (slot.0 + 1) % 128;
        topics.all.push(Subscription { slot, topic: Arc::from(topic), head: None, told: 0 });
        Some(slot)
    }

    fn release(&self, slot: Slot) -> Option<Arc<str>> {
        let mut topics = self.topics();
        let at = topics.all.iter().position(|entry| entry.slot == slot)?;
        Some(topics.all.swap_remove(at).topic)
    }

    fn topics(&self) -> MutexGuard<'_, Topics> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

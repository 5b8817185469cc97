//! The bounded queue of one socket: pre-framed bytes, shared with every other subscriber.
//! Filled by any thread, drained by the response body. Costs one short lock a push and one wake
//! for as many frames as arrive before the body runs.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use tokio::sync::Notify;

/// Frames an outbox holds before its events are given up.
pub const FRAMES_MAX: usize = 256;
/// Bytes an outbox holds before its events are given up.
pub const BYTES_MAX: usize = 1024 * 1024;
/// Room above the limits for answers and notices, so that a full queue can still say `lag`.
const CONTROL_EXTRA: usize = 32;
const CONTROL_EXTRA_BYTES: usize = 64 * 1024;
/// A longer deque is given back once it is empty: idle sockets are many.
const DEQUE_KEPT: usize = 32;

/// Which of a session's topics a frame belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot(pub(super) u8);

/// What may happen to a frame when its reader is slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Never dropped: answers, heartbeats, notices.
    Control,
    /// Dropped together with all of its topic. `before` is the reader's position before the
    /// frame: `seq - 1` of an event, `from - 1` of a skip, 0 of a snapshot's part.
    Event { slot: Slot, before: i64 },
    /// Dropped from half full on, but the topic's whole list is owed.
    Presence { slot: Slot },
    /// Dropped from half full on.
    Ephemeral,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Push {
    Queued,
    Dropped,
    /// Nothing was queued; the caller decides what to give up.
    Full,
    /// The socket is ending; nothing is queued any more.
    Closed,
}

struct Entry {
    frame: Bytes,
    class: Class,
}

#[derive(Default)]
struct Queue {
    entries: VecDeque<Entry>,
    bytes: usize,
    /// Set while the body waits; taken by the first push.
    waker: Option<Waker>,
    closed: bool,
    popped: u64,
    dropped: u64,
    /// One bit a slot: presence frames of this topic were dropped.
    presence_owed: u128,
    waiting_for_space: bool,
}

impl Queue {
    fn add(&mut self, frame: Bytes, class: Class) {
        self.bytes += frame.len();
        self.entries.push_back(Entry { frame, class });
    }

    fn is_half_full(&self) -> bool {
        self.entries.len() >= FRAMES_MAX / 2 || self.bytes >= BYTES_MAX / 2
    }

    fn has_room(&self, len: usize, class: Class) -> bool {
        let (frames, bytes) = match class {
            Class::Control => (FRAMES_MAX + CONTROL_EXTRA, BYTES_MAX + CONTROL_EXTRA_BYTES),
            _ => (FRAMES_MAX, BYTES_MAX),
        };
        // A single frame above the limit still passes through an empty queue.
        self.entries.is_empty() || self.entries.len() < frames && self.bytes + len <= bytes
    }
}

/// What the watchdog reads once a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub queued: usize,
    pub bytes: usize,
    /// Frames handed to the socket, and frames dropped, since birth.
    pub popped: u64,
    pub dropped: u64,
}

#[derive(Default)]
pub struct Outbox {
    queue: Mutex<Queue>,
    space: Notify,
}

impl Outbox {
    pub fn push(&self, frame: Bytes, class: Class) -> Push {
        let mut queue = self.lock();
        if queue.closed {
            return Push::Closed;
        }
        match class {
            Class::Presence { slot } if queue.is_half_full() => {
                queue.presence_owed |= 1 << slot.0;
                queue.dropped += 1;
                return Push::Dropped;
            }
            Class::Ephemeral if queue.is_half_full() => {
                queue.dropped += 1;
                return Push::Dropped;
            }
            _ if !queue.has_room(frame.len(), class) => return Push::Full,
            _ => queue.add(frame, class),
        }
        wake(queue);
        Push::Queued
    }

    /// Takes a topic's frames out of the queue. Answers the position the reader will have, if
    /// any of its events was still queued.
    pub fn purge(&self, slot: Slot) -> Option<i64> {
        let mut queue = self.lock();
        let (mut bytes, mut before) = (0, None);
        queue.entries.retain(|entry| match entry.class {
            Class::Event { slot: of, before: at } if of == slot => {
                bytes += entry.frame.len();
                before = Some(before.map_or(at, |first: i64| first.min(at)));
                false
            }
            Class::Presence { slot: of } if of == slot => {
                bytes += entry.frame.len();
                false
            }
            _ => true,
        });
        queue.bytes -= bytes;
        queue.presence_owed &= !(1 << slot.0);
        before
    }

    /// Ends the stream after `last`. With `flush` what is queued goes out first, else it is
    /// given up. False when it had been closed already.
    pub fn close(&self, last: Option<Bytes>, flush: bool) -> bool {
        let mut queue = self.lock();
        if queue.closed {
            return false;
        }
        queue.closed = true;
        if !flush {
            queue.entries.clear();
            queue.bytes = 0;
        }
        if let Some(frame) = last {
            queue.add(frame, Class::Control);
        }
        wake(queue);
        self.space.notify_waiters();
        true
    }

    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Waits until `len` bytes fit into the lower half, for senders that pace themselves.
    /// False when the socket is ending.
    pub async fn space(&self, len: usize) -> bool {
        loop {
            let freed = self.space.notified();
            {
                let mut queue = self.lock();
                if queue.closed {
                    return false;
                }
                let fits = queue.entries.len() < FRAMES_MAX / 2
                    && (queue.bytes == 0 || queue.bytes + len <= BYTES_MAX / 2);
                if fits {
                    return true;
                }
                queue.waiting_for_space = true;
            }
            freed.await;
        }
    }

    /// The next frame for the socket; None once closed and empty.
    pub fn poll_pop(&self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut queue = self.lock();
        let Some(Entry { frame, .. }) = queue.entries.pop_front() else {
            if queue.closed {
                return Poll::Ready(None);
            }
            if queue.entries.capacity() > DEQUE_KEPT {
                queue.entries = VecDeque::new();
            }
            if !queue.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
                queue.waker = Some(cx.waker().clone());
            }
            return Poll::Pending;
        };
        queue.bytes -= frame.len();
        queue.popped += 1;
        if queue.waiting_for_space && !queue.is_half_full() {
            queue.waiting_for_space = false;
            drop(queue);
            self.space.notify_waiters();
        }
        Poll::Ready(Some(frame))
    }

    /// Makes the body run although nothing was pushed.
    pub fn wake(&self) {
        wake(self.lock());
    }

    pub fn progress(&self) -> Progress {
        let queue = self.lock();
        Progress {
            queued: queue.entries.len(),
            bytes: queue.bytes,
            popped: queue.popped,
            dropped: queue.dropped,
        }
    }

    /// The topics whose presence list must be sent again, once there is room for it.
    pub fn take_owed_presence(&self) -> u128 {
        let mut queue = self.lock();
        if queue.entries.len() > FRAMES_MAX / 4 || queue.bytes > BYTES_MAX / 4 {
            return 0;
        }
        std::mem::take(&mut queue.presence_owed)
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // No code panics while it holds the lock; a poisoned queue is still a queue.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes outside the lock: the woken task may run at once on another thread.
fn wake(mut queue: MutexGuard<'_, Queue>) {
    let waker = queue.waker.take();
    drop(queue);
    if let Some(waker) = waker {
        waker.wake();
    }
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;

//! Looks after every socket once a second from outside its actor, which stands still when its
//! peer does not read: heartbeats, silence, stalled queues, expired tokens, late `hello`s.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::frames::{self, CloseCode, Heads, ServerFrame};
use super::handle::{SessionHandle, Watched};
use super::outbox::Progress;
use super::port::SessionHost;
use super::sessions::Sessions;

/// The usual time between two heartbeats, as `welcome` tells it.
pub(super) const HEARTBEAT_MS: u32 = 25_000;
/// Seconds between two heartbeats: 25 ± 10 %, so that sockets do not beat together.
const HEARTBEAT: std::ops::RangeInclusive<u32> = 23..=27;
/// Seconds until the first frame must be there.
const HELLO_WITHIN: u32 = 5;
/// Seconds without any frame after which the peer counts as gone.
const SILENCE_MAX: u32 = 60;
/// Seconds a queue may stand still before its socket is cut.
const STUCK_MAX: u32 = 20;
/// How often sockets that must be cut are looked at.
const CUT_EVERY: Duration = Duration::from_millis(250);

impl Sessions {
    /// Runs for as long as the server does; the caller spawns it on a runtime that no socket can
    /// hold up.
    pub async fn watch(self: Arc<Self>, host: Arc<dyn SessionHost>) {
        let mut beat = tokio::time::interval(CUT_EVERY);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        for quarter in 0u64.. {
            beat.tick().await;
            self.meters.cut_due();
            if quarter % 4 == 3 {
                self.tick(&*host);
            }
        }
    }

    /// One second has passed.
    pub fn tick(&self, host: &dyn SessionHost) {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        let unix_ms = self.clock.now().timestamp_millis();
        for handle in self.handles() {
            self.look_at(&handle, host, now, unix_ms);
        }
    }

    fn look_at(&self, handle: &Arc<SessionHandle>, host: &dyn SessionHost, now: u32, unix_ms: i64) {
        let progress = handle.outbox().progress();
        let (is_stuck, ping) = {
            let mut watched = handle.watched.lock().unwrap_or_else(PoisonError::into_inner);
            self.count(&watched, progress);
            (watched.note(progress), watched.next_beat(now))
        };
        if is_stuck {
            return handle.kill();
        }
        if handle.is_ending() {
            return;
        }
        if handle.principal().is_none() {
            if handle.age(now) > HELLO_WITHIN {
                handle.close(CloseCode::Protocol, false);
            }
        } else if handle.has_expired(unix_ms) {
            handle.close(CloseCode::SignIn, false);
        } else if handle.silent_for(now) >= SILENCE_MAX {
            handle.close(CloseCode::Silent, false);
        } else {
            if let Some(n) = ping {
                let heads = handle.changed_heads();
                handle.push(frames::json(&ServerFrame::Ping { n, heads: Heads(&heads) }));
            }
            let owed = handle.outbox().take_owed_presence();
            for topic in if owed == 0 { Vec::new() } else { handle.topics_of(owed) } {
                host.presence_again(&topic, handle);
            }
        }
    }

    fn count(&self, before: &Watched, progress: Progress) {
        self.meters.frames_out.increment(progress.popped - before.popped);
        self.meters.ephemeral_dropped.increment(progress.dropped - before.dropped);
    }
}

impl Watched {
    /// Whether the queue has stood still for too long.
    fn note(&mut self, progress: Progress) -> bool {
        let stands_still = progress.queued > 0 && progress.popped == self.popped;
        self.stuck_for = if stands_still { self.stuck_for + 1 } else { 0 };
        self.popped = progress.popped;
        self.dropped = progress.dropped;
        self.stuck_for >= STUCK_MAX
    }

    /// The number of the heartbeat that is due, if one is.
    fn next_beat(&mut self, now: u32) -> Option<u32> {
        if self.next_ping == 0 {
            self.next_ping = now + rand::random_range(HEARTBEAT);
        }
        if now < self.next_ping {
            return None;
        }
        self.next_ping = now + rand::random_range(HEARTBEAT);
        self.pings += 1;
        Some(self.pings)
    }
}

//! After five wrong passwords for one address the next try waits, and each further one longer.
//! Counted for addresses nobody has, too: the wait tells nothing. The user's row keeps the same for
//! other nodes and the next start.

use std::time::{Duration, Instant};

use dashmap::DashMap;

use super::error::Error;
use crate::kernel::problem::Problem;

/// Wrong tries that cost nothing.
pub(super) const FREE: i32 = 5;
/// A quiet time after which all is forgotten.
const FORGET: Duration = Duration::from_secs(3_600);
const REMEMBERED: usize = 50_000;

/// The wait after so many wrong tries: 30 s from the fifth on, doubling up to 15 min.
pub(super) fn wait_after(failures: i32) -> Option<Duration> {
    let beyond = u32::try_from(failures - FREE).ok()?;
    Some(Duration::from_secs((30_u64 << beyond.min(5)).min(900)))
}

/// How soon to try again while other tries of the same address are being looked at.
const CROWDED: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Failures {
    count: i32,
    /// Tries that are being looked at.
    trying: i32,
    last: Instant,
    until: Option<Instant>,
}

impl Failures {
    fn none() -> Self {
        Self { count: 0, trying: 0, last: Instant::now(), until: None }
    }
}

/// A try that is being looked at, until it is dropped.
#[derive(Debug)]
pub(super) struct Try<'a> {
    of: &'a Lockouts,
    key: [u8; 32],
}

impl Drop for Try<'_> {
    fn drop(&mut self) {
        if let Some(mut failures) = self.of.0.get_mut(&self.key) {
            failures.trying = (failures.trying - 1).max(0);
        }
    }
}

/// By keyed hash of the address.
#[derive(Debug, Default)]
pub(super) struct Lockouts(DashMap<[u8; 32], Failures>);

impl Lockouts {
    /// Lets a try begin. Never more at once than may still fail: guesses that come together are
    /// counted like those that come one by one.
    ///
    /// # Errors
    /// `locked` with the rest of the wait.
    pub(super) fn begin(&self, key: [u8; 32]) -> Result<Try<'_>, Problem> {
        let mut failures = self.0.entry(key).or_insert_with(Failures::none);
        let until = failures.until.map(|until| until.saturating_duration_since(Instant::now()));
        if let Some(rest) = until.filter(|rest| !rest.is_zero()) {
            return Err(locked(rest));
        }
        if failures.trying >= (FREE - failures.count).max(1) {
            return Err(locked(CROWDED));
        }
        failures.trying += 1;
        Ok(Try { of: self, key })
    }

    /// Counts a failure; the wait that it brings.
    pub(super) fn failed(&self, key: [u8; 32]) -> Option<Duration> {
        if self.0.len() >= REMEMBERED {
            self.0.retain(|_, failures| failures.trying > 0 || failures.last.elapsed() < FORGET);
        }
        let now = Instant::now();
        let mut entry = self.0.entry(key).or_insert_with(Failures::none);
        if entry.last.elapsed() > FORGET {
            entry.count = 0;
        }
        entry.count = entry.count.saturating_add(1);
        entry.last = now;
        let wait = wait_after(entry.count);
        entry.until = wait.map(|wait| now + wait);
        wait
    }

    pub(super) fn succeeded(&self, key: &[u8; 32]) {
        self.0.remove(key);
    }
}

pub(super) fn locked(rest: Duration) -> Problem {
    Error::Locked { retry_ms: u64::try_from(rest.as_millis()).unwrap_or(u64::MAX).max(1) }.into()
}

#[cfg(test)]
mod tests {
    use super::{Lockouts, wait_after};

    #[test]
    fn waits_begin_with_the_fifth_and_grow() {
        assert_eq!(wait_after(4), None);
        let seconds: Vec<u64> = (5..12).filter_map(|n| Some(wait_after(n)?.as_secs())).collect();
        assert_eq!(seconds, [30, 60, 120, 240, 480, 900, 900]);
    }

    #[test]
    fn one_address_does_not_lock_another() {
        let lockouts = Lockouts::default();
        for _ in 0..4 {
            lockouts.failed([1; 32]);
        }
        assert!(lockouts.begin([1; 32]).is_ok());
        lockouts.failed([1; 32]);
        assert_eq!(lockouts.begin([1; 32]).unwrap_err().code, "locked");
        assert!(lockouts.begin([2; 32]).is_ok());
        lockouts.succeeded(&[1; 32]);
        assert!(lockouts.begin([1; 32]).is_ok());
    }

    #[test]
    fn no_more_are_looked_at_at_once_than_may_fail() {
        let lockouts = Lockouts::default();
        lockouts.failed([1; 32]);
        let tries: Vec<_> = (0..20).filter_map(|_| lockouts.begin([1; 32]).ok()).collect();
        assert_eq!(tries.len(), 4);
        for _ in &tries {
            lockouts.failed([1; 32]);
        }
        drop(tries);
        assert_eq!(lockouts.begin([1; 32]).unwrap_err().code, "locked");
        lockouts.succeeded(&[1; 32]);
        let tries: Vec<_> = (0..20).filter_map(|_| lockouts.begin([1; 32]).ok()).collect();
        assert_eq!(tries.len(), 5, "what has ended is not counted");
    }
}

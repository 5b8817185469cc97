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

struct Failures {
    count: i32,
    last: Instant,
    until: Option<Instant>,
}

/// By keyed hash of the address.
#[derive(Default)]
pub(super) struct Lockouts(DashMap<[u8; 32], Failures>);

impl Lockouts {
    /// # Errors
    /// `locked` with the rest of the wait.
    pub(super) fn check(&self, key: &[u8; 32]) -> Result<(), Problem> {
        let until = self.0.get(key).and_then(|failures| failures.until);
        match until.map(|until| until.saturating_duration_since(Instant::now())) {
            Some(rest) if !rest.is_zero() => Err(locked(rest)),
            _ => Ok(()),
        }
    }

    /// Counts a failure; the wait that it brings.
    pub(super) fn failed(&self, key: [u8; 32]) -> Option<Duration> {
        if self.0.len() >= REMEMBERED {
            self.0.retain(|_, failures| failures.last.elapsed() < FORGET);
        }
        let now = Instant::now();
        let mut entry = self.0.entry(key).or_insert(Failures { count: 0, last: now, until: None });
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
        assert!(lockouts.check(&[1; 32]).is_ok());
        lockouts.failed([1; 32]);
        assert_eq!(lockouts.check(&[1; 32]).unwrap_err().code, "locked");
        assert!(lockouts.check(&[2; 32]).is_ok());
        lockouts.succeeded(&[1; 32]);
        assert!(lockouts.check(&[1; 32]).is_ok());
    }
}

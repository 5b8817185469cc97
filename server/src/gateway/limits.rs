//! How often somebody may try. Counted in memory and for this node; what must hold over all nodes
//! (lockout of an account) stands in the database.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use dashmap::DashMap;
use entities::ids::{ApiKeyId, ConnectionId, TenantId};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::config::Limits;
use crate::kernel::problem::Problem;

/// Tries after which forgotten keys are swept out.
const SWEEP_EVERY: u32 = 4_096;

/// So many in a minute (or a day) for each key, all at once if need be.
pub struct RateLimit<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
    tries: AtomicU32,
    most: NonZeroU32,
}

impl<K: Hash + Eq + Clone> RateLimit<K> {
    pub fn per_minute(most: u32) -> Self {
        Self::of(NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN), Quota::per_minute)
    }

    /// Comes back hour by hour.
    pub fn per_day(most: u32) -> Self {
        let most = NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN);
        Self::of(most, |most| {
            let hourly = NonZeroU32::new(most.get() / 24).unwrap_or(NonZeroU32::MIN);
            Quota::per_hour(hourly).allow_burst(most)
        })
    }

    fn of(most: NonZeroU32, quota: impl Fn(NonZeroU32) -> Quota) -> Self {
        Self {
            limiter: RateLimiter::keyed(quota(most)),
            clock: DefaultClock::default(),
            tries: AtomicU32::new(0),
            most,
        }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// `rate` with the wait until the next.
    pub fn check(&self, key: &K) -> Result<(), Problem> {
        self.check_heavy(key, 1)
    }

    /// Counts a try that weighs as much as several, but no more than a minute's worth.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn check_heavy(&self, key: &K, weight: u32) -> Result<(), Problem> {
        let weight = NonZeroU32::new(weight).unwrap_or(NonZeroU32::MIN).min(self.most);
        if self.tries.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key_n(key, weight) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(refused)) => {
                let wait = refused.wait_time_from(self.clock.now());
                Err(Problem::rate(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1)))
            }
            // heavier than can ever be had at once: not to be, by the cut above
            Err(_) => Err(Problem::rate(60_000)),
        }
    }
}

/// Counts failures only: who gets it right is never slowed down.
pub struct FailureLimit {
    failures: RateLimit<IpAddr>,
    until: DashMap<IpAddr, Instant>,
}

impl FailureLimit {
    pub fn per_minute(most: u32) -> Self {
        Self { failures: RateLimit::per_minute(most), until: DashMap::new() }
    }

    /// # Errors
    /// `rate` while the address has failed too often.
    pub fn check(&self, address: IpAddr) -> Result<(), Problem> {
        let wait = self.until.get(&address).map(|until| until.duration_since(Instant::now()));
        match wait {
            Some(Duration::ZERO) => {
                self.until.remove(&address);
                Ok(())
            }
            Some(wait) => {
                Err(Problem::rate(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1)))
            }
            None => Ok(()),
        }
    }

    /// Counts a failure.
    pub fn failed(&self, address: IpAddr) {
        if let Err(problem) = self.failures.check(&address) {
            let wait = Duration::from_millis(problem.retry_ms.unwrap_or(1_000));
            self.until.insert(address, Instant::now() + wait);
        }
    }
}

/// The limits of this node.
pub struct RateLimits {
    /// Wrong passwords and tokens.
    pub failures: FailureLimit,
    pub registrations: RateLimit<IpAddr>,
    /// Mails that a stranger may cause.
    pub mails: RateLimit<IpAddr>,
    /// Leads by public forms.
    pub leads: RateLimit<IpAddr>,
    pub leads_per_key: RateLimit<ApiKeyId>,
    /// Public pages and calendars.
    pub public: RateLimit<IpAddr>,
    /// Doors for other systems that are none.
    pub doors: FailureLimit,
    /// What a connection's app has signed, by its weight.
    pub hooks: RateLimit<ConnectionId>,
    /// What all connections of a tenant bring, in KiB.
    pub hook_bytes: RateLimit<TenantId>,
}

impl RateLimits {
    pub fn new(limits: &Limits) -> Self {
        Self {
            failures: FailureLimit::per_minute(limits.login_failures_per_minute),
            registrations: RateLimit::per_minute(limits.registrations_per_minute),
            mails: RateLimit::per_minute(limits.mails_per_minute),
            leads: RateLimit::per_minute(limits.leads_per_minute),
            leads_per_key: RateLimit::per_minute(limits.leads_per_key_per_minute),
            public: RateLimit::per_minute(limits.public_per_minute),
            doors: FailureLimit::per_minute(limits.login_failures_per_minute),
            hooks: RateLimit::per_minute(limits.hooks_per_connection_per_minute),
            hook_bytes: RateLimit::per_day(limits.hook_mib_per_tenant_per_day.saturating_mul(1024)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::{FailureLimit, RateLimit};

    #[test]
    fn the_one_too_many_is_told_when_to_come_back() {
        let limit = RateLimit::per_minute(3);
        for _ in 0..3 {
            assert!(limit.check(&1).is_ok());
        }
        let wait = limit.check(&1).unwrap_err().retry_ms.unwrap();
        assert!((1..=20_000).contains(&wait), "{wait}");
        assert!(limit.check(&2).is_ok());
    }

    #[test]
    fn what_is_heavy_counts_more_and_is_never_refused_for_good() {
        let limit = RateLimit::per_minute(10);
        assert!(limit.check_heavy(&1, 8).is_ok());
        assert!(limit.check_heavy(&1, 3).is_err());
        assert!(limit.check(&1).is_ok());
        assert!(limit.check_heavy(&2, 1_000).is_ok());
        assert!(limit.check(&2).is_err());
    }

    #[test]
    fn a_day_may_be_used_up_at_once() {
        let limit = RateLimit::per_day(240);
        assert!(limit.check_heavy(&1, 240).is_ok());
        let wait = limit.check(&1).unwrap_err().retry_ms.unwrap();
        assert!((300_000..=360_000).contains(&wait), "a tenth of an hour: {wait}");
    }

    #[test]
    fn only_failures_count() {
        let limit = FailureLimit::per_minute(2);
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        for _ in 0..9 {
            assert!(limit.check(address).is_ok());
        }
        (0..3).for_each(|_| limit.failed(address));
        assert!(limit.check(address).is_err());
    }
}

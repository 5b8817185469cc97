//! A token bucket: what one socket may send.

use std::time::Instant;

/// Bytes that count as one more frame.
const BYTES_PER_TOKEN: f64 = 4096.0;

/// What to do with a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Pass,
    /// Refuse; worth a retry after so many milliseconds.
    Refuse(u64),
    /// Refused so often that the socket is closed.
    Close,
}

pub(super) struct Bucket {
    per_second: f64,
    burst: f64,
    tokens: f64,
    at: Instant,
    /// Frames refused since the bucket was last half full.
    refused: f64,
}

impl Bucket {
    pub(super) fn new(per_second: u32, burst: u32, at: Instant) -> Self {
        let burst = f64::from(burst.max(1));
        Self { per_second: f64::from(per_second.max(1)), burst, tokens: burst, at, refused: 0.0 }
    }

    /// Takes what a frame of `len` bytes costs.
    pub(super) fn take(&mut self, len: usize, now: Instant) -> Verdict {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.tokens = (self.tokens + passed * self.per_second).min(self.burst);
        if self.tokens >= self.burst / 2.0 {
            self.refused = 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 2^18")]
        let cost = (1.0 + len as f64 / BYTES_PER_TOKEN).min(self.burst);
        if self.tokens >= cost {
            self.tokens -= cost;
            return Verdict::Pass;
        }
        self.refused += 1.0;
        if self.refused > self.burst {
            return Verdict::Close;
        }
        let wait_ms = (cost - self.tokens) / self.per_second * 1000.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
        Verdict::Refuse(wait_ms.ceil().max(1.0) as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_passes_then_the_rate_holds_then_the_socket_closes() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10, 5, start);
        for _ in 0..5 {
            assert_eq!(bucket.take(0, start), Verdict::Pass);
        }
        assert_eq!(bucket.take(0, start), Verdict::Refuse(100));
        let later = start + Duration::from_millis(100);
        assert_eq!(bucket.take(0, later), Verdict::Pass);
        for _ in 0..4 {
            assert!(matches!(bucket.take(0, later), Verdict::Refuse(_)));
        }
        assert_eq!(bucket.take(0, later), Verdict::Close);
    }

    #[test]
    fn large_frames_count_more_and_good_behaviour_is_forgotten() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10, 20, start);
        assert_eq!(bucket.take(64 * 1024, start), Verdict::Pass);
        assert!(matches!(bucket.take(64 * 1024, start), Verdict::Refuse(_)));
        let later = start + Duration::from_secs(2);
        assert_eq!(bucket.take(0, later), Verdict::Pass);
        assert_eq!(bucket.refused, 0.0);
    }
}

//! What the session layer counts, and the list of sockets that are to be cut.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use metrics::{Counter, Gauge, counter, gauge};

use super::frames::CloseCode;
use super::socket::Killer;

/// How long a peer may take to read its close frame.
const GRACE: Duration = Duration::from_millis(750);

/// Handles are looked up once: the look-up by name costs more than a delivery.
pub(super) struct Meters {
    pub(super) sessions: Gauge,
    pub(super) frames_out: Counter,
    pub(super) ephemeral_dropped: Counter,
    pub(super) lags: Counter,
    pub(super) kills: Counter,
    to_cut: Mutex<Vec<(Instant, Killer)>>,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            sessions: gauge!("nabiz_sessions"),
            frames_out: counter!("nabiz_session_frames_out_total"),
            ephemeral_dropped: counter!("nabiz_session_frames_dropped_total"),
            lags: counter!("nabiz_session_lags_total"),
            kills: counter!("nabiz_session_kills_total"),
            to_cut: Mutex::new(Vec::new()),
        }
    }
}

impl Meters {
    pub(super) fn closed(&self, code: CloseCode) {
        let code = (code as u16).to_string();
        counter!("nabiz_session_closes_total", "code" => code).increment(1);
    }

    pub(super) fn cut_later(&self, killer: Option<Killer>) {
        if let Some(killer) = killer {
            self.lock().push((Instant::now() + GRACE, killer));
        }
    }

    /// Cuts what has had its time.
    pub(super) fn cut_due(&self) {
        let now = Instant::now();
        self.lock().retain(|(due, killer)| {
            if *due <= now {
                killer.kill();
            }
            *due > now
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Instant, Killer)>> {
        self.to_cut.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

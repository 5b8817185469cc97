//! All sockets of this node: who is here, ending them, and leaving in good order.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dashmap::DashMap;
use entities::ids::{SessionId, TenantId, UserId};

use super::frames::{self, CloseCode, ServerFrame};
use super::handle::SessionHandle;
use super::meters::Meters;
use super::port::SessionHost;
use super::socket::Killer;
use crate::kernel::clock::Clock;
use crate::kernel::principal::Principal;

/// The longest time over which sockets are closed when the server leaves.
const LEAVE_WITHIN: Duration = Duration::from_secs(8);
/// Sockets closed per step of leaving, while that keeps within the time.
const LEAVE_STEP: Duration = Duration::from_millis(50);
const LEAVE_AT_ONCE: usize = 25;
/// How long the last of them may take to hear of it.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Between how many milliseconds a client should come back after a restart.
const COME_BACK_MS: [u32; 2] = [500, 5_000];
/// Endings that are remembered for those who are signing in.
const ENDINGS_KEPT: usize = 256;

/// What the session layer is told by the configuration.
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// Where the server says it is; its origin may open sockets.
    pub base_url: String,
    /// Further origins, `scheme://host[:port]`.
    pub allowed_origins: Vec<String>,
    /// Frames a socket may send per second in the long run; large frames count more.
    pub frames_per_second: u32,
    /// Frames it may send at once.
    pub frame_burst: u32,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            base_url: String::new(),
            allowed_origins: Vec::new(),
            frames_per_second: 1_000,
            frame_burst: 2_000,
        }
    }
}

/// Whose sockets to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// One device.
    Session(SessionId),
    User(TenantId, UserId),
    Tenant(TenantId),
    Everyone,
}

impl Whom {
    fn includes(&self, principal: &Principal) -> bool {
        match self {
            Self::Session(session) => principal.session() == Some(*session),
            Self::User(tenant, user) => {
                principal.tenant == *tenant && principal.user() == Some(*user)
            }
            Self::Tenant(tenant) => principal.tenant == *tenant,
            Self::Everyone => true,
        }
    }
}

/// Who was ended, and how: a sign-in whose rights were read just before is of nobody yet, and would
/// be passed over.
#[derive(Default)]
struct Endings {
    count: u64,
    last: VecDeque<(Whom, CloseCode)>,
}

pub struct Sessions {
    all: DashMap<u64, Arc<SessionHandle>>,
    pub(super) settings: SessionSettings,
    pub(super) clock: Clock,
    pub(super) meters: Arc<Meters>,
    /// Seconds since start, counted by the watchdog: reading it costs no system call.
    pub(super) now: AtomicU32,
    leaving: AtomicBool,
    endings: Mutex<Endings>,
}

impl Sessions {
    pub fn new(settings: SessionSettings, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            all: DashMap::new(),
            settings,
            clock,
            meters: Arc::default(),
            now: AtomicU32::new(0),
            leaving: AtomicBool::new(false),
            endings: Mutex::default(),
        })
    }

    /// Sockets that are open, signed in or not.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether new sockets are refused.
    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Acquire)
    }

    pub(super) fn open(&self, killer: Option<Killer>) -> Arc<SessionHandle> {
        loop {
            let key = rand::random();
            let now = self.now.load(Ordering::Relaxed);
            let handle = SessionHandle::new(key, killer.clone(), self.meters.clone(), now);
            let handle = Arc::new(handle);
            if let dashmap::Entry::Vacant(place) = self.all.entry(key) {
                place.insert(handle.clone());
                self.meters.sessions.increment(1);
                return handle;
            }
        }
    }

    /// The socket has ended.
    pub(super) fn closed(&self, handle: &Arc<SessionHandle>, host: &dyn SessionHost) {
        if self.all.remove(&handle.key()).is_some() {
            self.meters.sessions.decrement(1);
            self.meters.frames_out.increment(handle.unseen_frames());
            host.gone(handle);
        }
    }

    /// Every open socket; a copy, so that no lock is held while they are worked on.
    pub fn handles(&self) -> Vec<Arc<SessionHandle>> {
        self.all.iter().map(|entry| entry.value().clone()).collect()
    }

    /// The tenants that have somebody here.
    pub fn tenants(&self) -> Vec<TenantId> {
        let mut tenants: Vec<TenantId> = self
            .all
            .iter()
            .filter_map(|entry| entry.value().principal().map(|by| by.tenant))
            .collect();
        tenants.sort_unstable();
        tenants.dedup();
        tenants
    }

    /// The open sockets of a user.
    pub fn of_user(&self, tenant: TenantId, user: UserId) -> Vec<Arc<SessionHandle>> {
        self.matching(&Whom::User(tenant, user))
    }

    /// Ends sockets at once: what is queued for them is given up, a close frame is sent, and the
    /// socket is cut within a second even if the peer does not read. Answers how many.
    pub fn end(&self, whom: &Whom, code: CloseCode) -> usize {
        {
            let mut endings = self.endings.lock().unwrap_or_else(PoisonError::into_inner);
            endings.count += 1;
            endings.last.push_front((whom.clone(), code));
            endings.last.truncate(ENDINGS_KEPT);
        }
        self.matching(whom).iter().filter(|handle| handle.close(code, false)).count()
    }

    /// How often sockets were ended so far.
    pub(super) fn endings(&self) -> u64 {
        self.endings.lock().unwrap_or_else(PoisonError::into_inner).count
    }

    /// How this principal was ended since that count. Asked once the socket has its owner: from
    /// then on it is found.
    pub(super) fn ended_since(&self, count: u64, by: &Principal) -> Option<CloseCode> {
        let endings = self.endings.lock().unwrap_or_else(PoisonError::into_inner);
        let missed = usize::try_from(endings.count - count).unwrap_or(usize::MAX);
        let known = endings.last.iter().take(missed).find(|(whom, _)| whom.includes(by));
        match known {
            Some((_, code)) => Some(*code),
            None => (missed > ENDINGS_KEPT).then_some(CloseCode::Reset),
        }
    }

    fn matching(&self, whom: &Whom) -> Vec<Arc<SessionHandle>> {
        let mut handles = self.handles();
        handles.retain(|handle| handle.principal().is_some_and(|by| whom.includes(&by)));
        handles
    }

    /// From now on new sockets are refused and the open ones know that the server leaves.
    pub fn announce_leaving(&self) {
        self.leaving.store(true, Ordering::Release);
        let drain = frames::json(&ServerFrame::Drain { retry_ms: COME_BACK_MS });
        for handle in self.handles() {
            handle.push(drain.clone());
        }
    }

    /// Announces, then closes every socket with 1012 after what is queued for it. Few sockets
    /// are closed at once, many are spread over at most eight seconds, so that they do not all
    /// come back together. Returns when all are gone, or two seconds after the last close.
    pub async fn leave(&self) {
        self.announce_leaving();
        let handles = self.handles();
        let steps = LEAVE_WITHIN.as_millis() / LEAVE_STEP.as_millis();
        let per_step = handles.len().div_ceil(usize::try_from(steps).unwrap_or(1));
        for some in handles.chunks(per_step.max(LEAVE_AT_ONCE)) {
            for handle in some {
                handle.close(CloseCode::Restart, true);
            }
            tokio::time::sleep(LEAVE_STEP).await;
        }
        // Those that opened while the others were closed.
        self.matching(&Whom::Everyone).iter().for_each(|handle| {
            handle.close(CloseCode::Restart, true);
        });
        self.wait_until_empty().await;
    }

    /// Until what was queued has gone out and every socket has ended; the watchdog cuts those
    /// that do not read.
    async fn wait_until_empty(&self) {
        for _ in 0..LAST_WORDS.as_millis() / LEAVE_STEP.as_millis() {
            if self.is_empty() {
                return;
            }
            tokio::time::sleep(LEAVE_STEP).await;
        }
    }
}

//! One socket's side of the protocol: what may be said when, how often, and what is answered.
//! Knows no actor and no socket; `session` carries bytes in and runs what takes time.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use tokio::sync::oneshot;
use tokio::sync::oneshot::error::RecvError;

use super::bucket::{Bucket, Verdict};
use super::client_frames::{Auth, ClientFrame, Eph, Hello, Resume, Sub};
use super::frame_guard::{ASSEMBLED_MAX, FRAME_MAX};
use super::frames::{self, CloseCode, Limits, ServerFrame};
use super::handle::{SessionHandle, TOPICS_MAX};
use super::port::{CommandFrame, Receipt, SessionHost, SignedIn, Subscribe};
use super::sessions::Sessions;
use super::watchdog::HEARTBEAT_MS;
use crate::kernel::clock::wire_time;
use crate::kernel::principal::Principal;
use crate::kernel::problem::{Class, Problem};

/// Commands of one socket that are not answered yet.
pub(super) const INFLIGHT_MAX: usize = 32;
/// Bytes of a passing remark.
const REMARK_MAX: usize = 4 * 1024;
/// What may be remarked.
const REMARKS: [&str; 4] = ["typing", "viewing", "dragging", "away"];
/// When a client with too many commands in flight may try again.
const CROWDED_MS: u64 = 100;

/// The answer to one command, once it comes.
pub(super) type Answer = Result<Result<Receipt, Problem>, RecvError>;

/// What takes time and comes back later.
pub(super) enum Wait {
    /// For [`Conversation::signed_in`].
    SignIn { token: String, resume: Vec<Resume> },
    /// For [`Conversation::renewed`].
    Renew { id: String, token: String },
    /// For [`Conversation::answered`].
    Answer { id: String, receiver: oneshot::Receiver<Result<Receipt, Problem>> },
}

pub(super) struct Conversation {
    host: Arc<dyn SessionHost>,
    sessions: Arc<Sessions>,
    handle: Arc<SessionHandle>,
    bucket: Bucket,
    has_greeted: bool,
    inflight: usize,
}

impl Conversation {
    pub(super) fn new(
        host: Arc<dyn SessionHost>,
        sessions: Arc<Sessions>,
        handle: Arc<SessionHandle>,
    ) -> Self {
        let settings = &sessions.settings;
        let bucket = Bucket::new(settings.frames_per_second, settings.frame_burst, Instant::now());
        Self { host, sessions, handle, bucket, has_greeted: false, inflight: 0 }
    }

    /// Any sign of life. False when it must not be looked at.
    pub(super) fn hears(&mut self, len: usize) -> Verdict {
        self.handle.heard_at(self.sessions.now.load(Ordering::Relaxed));
        let verdict = self.bucket.take(len, Instant::now());
        if verdict == Verdict::Close {
            self.handle.close(CloseCode::Rate, true);
        }
        verdict
    }

    /// A whole text message, within the limits of the frame guard.
    pub(super) fn hear(&mut self, text: &[u8]) -> Option<Wait> {
        if self.handle.is_ending() {
            return None;
        }
        match self.hears(text.len()) {
            Verdict::Pass => {}
            Verdict::Close => return None,
            Verdict::Refuse(retry_ms) => {
                if let Some(id) = ClientFrame::id_of(text) {
                    self.handle.push_err(Some(&id), &Problem::rate(retry_ms));
                }
                return None;
            }
        }
        match (ClientFrame::parse(text), self.handle.principal()) {
            (Some(ClientFrame::Hello(hello)), None) => self.greet(hello),
            (_, None) => {
                self.refuse(Class::BadFrame, CloseCode::Protocol);
                None
            }
            (None | Some(ClientFrame::Hello(_)), Some(_)) => {
                self.misheard(text);
                None
            }
            (Some(frame), Some(by)) => self.obey(frame, &by),
        }
    }

    /// What cannot be understood is answered; it may not be repeated for ever.
    pub(super) fn misheard(&mut self, text: &[u8]) {
        let id = ClientFrame::id_of(text);
        self.handle.push_err(id.as_deref(), &Problem::of(Class::BadFrame));
    }

    fn greet(&mut self, hello: Hello) -> Option<Wait> {
        if hello.v != 1 || hello.resume.len() > TOPICS_MAX || self.has_greeted {
            self.refuse(Class::BadFrame, CloseCode::Protocol);
            return None;
        }
        self.has_greeted = true;
        Some(Wait::SignIn { token: hello.token, resume: hello.resume })
    }

    fn obey(&mut self, frame: ClientFrame, by: &Principal) -> Option<Wait> {
        match frame {
            ClientFrame::Sub(sub) => self.subscribe(sub),
            ClientFrame::Unsub(unsub) => {
                self.host.unsubscribe(&unsub.topic, &self.handle);
                self.handle.detach(&unsub.topic);
                if let Some(id) = &unsub.id {
                    self.done(id, Some(&unsub.topic));
                }
            }
            ClientFrame::Cmd(command) => return self.command(command, by),
            ClientFrame::Eph(remark) => self.remark(&remark),
            ClientFrame::Auth(Auth { id, token }) => return Some(Wait::Renew { id, token }),
            ClientFrame::Ping(beat) => {
                self.handle.push(frames::json(&ServerFrame::Pong { n: beat.n }));
            }
            ClientFrame::Pong | ClientFrame::Hello(_) => {}
        }
        None
    }

    fn subscribe(&self, Sub { id, topic, since, snap }: Sub) {
        if !self.handle.reserve(&topic) {
            let problem = Problem::invalid("topic", "too_many");
            return self.handle.push_err(Some(&id), &problem);
        }
        let subscriber = self.handle.clone();
        self.host.subscribe(Subscribe { id: Some(id), topic, since, snap, subscriber });
    }

    fn command(&mut self, command: CommandFrame, by: &Principal) -> Option<Wait> {
        if self.inflight == INFLIGHT_MAX {
            self.handle.push_err(Some(&command.id), &Problem::rate(CROWDED_MS));
            return None;
        }
        self.inflight += 1;
        let id = command.id.clone();
        let receiver = self.host.submit(by, command);
        Some(Wait::Answer { id, receiver })
    }

    fn remark(&self, Eph { topic, k, d }: &Eph) {
        let is_known = REMARKS.contains(&k.as_str()) && d.get().len() <= REMARK_MAX;
        if is_known && self.handle.listens_to(topic) {
            self.host.ephemeral(topic, &self.handle, k, d);
        }
    }

    /// The token of `hello` was looked at, beginning when so many endings had been. True when the
    /// conversation goes on.
    pub(super) fn signed_in(
        &mut self,
        answer: Result<SignedIn, Problem>,
        resume: Vec<Resume>,
        endings: u64,
    ) -> bool {
        let signed_in = match answer {
            Ok(signed_in) => signed_in,
            Err(problem) => {
                self.handle.push_err(None, &problem);
                self.handle.close(close_code(&problem), true);
                return false;
            }
        };
        self.handle.set_expiry(signed_in.expires_at.timestamp_millis());
        let by = Arc::new(signed_in.principal);
        self.handle.set_principal(by.clone());
        if let Some(code) = self.sessions.ended_since(endings, &by) {
            self.handle.close(code, false);
            return false;
        }
        let taken: Vec<Resume> =
            resume.into_iter().filter(|at| self.handle.reserve(&at.topic)).collect();
        let topics: Vec<String> = taken.iter().map(|at| at.topic.clone()).collect();
        self.handle.push(frames::json(&ServerFrame::Welcome {
            sid: &self.handle.sid(),
            now: &wire_time(self.sessions.clock.now()),
            hb: HEARTBEAT_MS,
            limits: LIMITS,
            user: &signed_in.user,
            tenant: &signed_in.tenant,
            resumed: &topics,
        }));
        for Resume { topic, since } in taken {
            let (since, subscriber) = (Some(since), self.handle.clone());
            self.host.subscribe(Subscribe { id: None, topic, since, snap: true, subscriber });
        }
        true
    }

    /// The token of `auth` was looked at.
    pub(super) fn renewed(&mut self, id: &str, answer: Result<SignedIn, Problem>) {
        let result = answer.and_then(|fresh| match self.handle.principal() {
            Some(known) if is_same_person(&known, &fresh.principal) => Ok(fresh),
            _ => Err(Problem::forbidden()),
        });
        match result {
            Ok(fresh) => {
                self.handle.set_expiry(fresh.expires_at.timestamp_millis());
                self.handle.set_principal(Arc::new(fresh.principal));
                self.done(id, None);
            }
            Err(problem) => self.handle.push_err(Some(id), &problem),
        }
    }

    /// A command came to an end. The own `ev` was pushed before.
    pub(super) fn answered(&mut self, id: &str, answer: Answer) {
        self.inflight -= 1;
        match answer {
            Ok(Ok(receipt)) => self.handle.push(frames::json(&ServerFrame::Res {
                id,
                ok: true,
                topic: Some(&receipt.topic),
                seq: Some(receipt.seq),
                dup: receipt.dup,
                d: receipt.d.as_deref(),
            })),
            Ok(Err(problem)) => self.handle.push_err(Some(id), &problem),
            // The topic's owner died with the promise; a retry of the same id finds the result.
            Err(_) => self.handle.push_err(Some(id), &Problem::busy()),
        }
    }

    fn done(&self, id: &str, topic: Option<&str>) {
        let frame = ServerFrame::Res { id, ok: true, topic, seq: None, dup: false, d: None };
        self.handle.push(frames::json(&frame));
    }

    /// Says why, then ends.
    pub(super) fn refuse(&self, class: Class, code: CloseCode) {
        self.handle.push_err(None, &Problem::of(class));
        self.handle.close(code, true);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "both are well below 2^32")]
const LIMITS: Limits = Limits {
    topics: TOPICS_MAX,
    inflight: INFLIGHT_MAX,
    frame: FRAME_MAX as usize,
    assembled: ASSEMBLED_MAX as usize,
};

fn is_same_person(one: &Principal, other: &Principal) -> bool {
    one.tenant == other.tenant && one.user().is_some() && one.user() == other.user()
}

/// How a refused `hello` ends: some may come back with the same token, some with another.
fn close_code(problem: &Problem) -> CloseCode {
    match (problem.class, problem.code) {
        (Class::Busy | Class::Internal, _) => CloseCode::Fault,
        (Class::Rate, _) => CloseCode::Rate,
        (Class::Forbidden, _) => CloseCode::Forbidden,
        (_, "session_ended" | "token_expired") => CloseCode::SignIn,
        _ => CloseCode::BadToken,
    }
}

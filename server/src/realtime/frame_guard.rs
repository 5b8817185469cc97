//! Stands between the socket and the WebSocket decoder, which checks a frame's length only after
//! it has buffered the frame. Reads headers as bytes arrive and stops the stream at the first one
//! that breaks a rule, so that nothing of such a frame is kept.
//!
//! It also holds back what the session is not ready for: everything after `hello` until the
//! session is signed in, and new bytes while decoded frames still wait for the session.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_util::Stream;

/// Bytes of one frame.
pub const FRAME_MAX: u64 = 64 * 1024;
/// Bytes of one message assembled from fragments.
pub const ASSEMBLED_MAX: u64 = 256 * 1024;
/// Bytes of a message before the session is signed in.
pub const HELLO_MAX: u64 = 16 * 1024;

const OP_CONTINUE: u8 = 0;
const OP_TEXT: u8 = 1;
const OP_CLOSE: u8 = 8;
const OP_PING: u8 = 9;
const OP_PONG: u8 = 10;

/// Why the stream was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not masked, a reserved bit, an unknown or binary opcode, a broken fragmentation.
    Protocol,
    /// A declared length above the limits.
    TooBig,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The first message has not passed yet.
    Hello,
    /// The first message has passed; the session thinks about it.
    Held,
    Open,
}

/// What guard and session tell each other; both live on the socket's thread.
pub struct Gate {
    phase: Cell<Phase>,
    waker: RefCell<Option<Waker>>,
    refusal: Cell<Option<Refusal>>,
    /// Whole frames that were let through and not yet handled.
    unhandled: Cell<usize>,
}

impl Gate {
    pub fn new() -> Rc<Self> {
        Rc::new(Self {
            phase: Cell::new(Phase::Hello),
            waker: RefCell::new(None),
            refusal: Cell::new(None),
            unhandled: Cell::new(0),
        })
    }

    /// The session is signed in: let the rest come.
    pub fn open(&self) {
        self.phase.set(Phase::Open);
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    /// The session has taken one frame from the decoder.
    pub fn handled(&self) {
        self.unhandled.set(self.unhandled.get().saturating_sub(1));
    }

    pub fn refusal(&self) -> Option<Refusal> {
        self.refusal.get()
    }
}

/// What may still pass of a chunk, and what ended the reading.
#[derive(Debug, PartialEq, Eq)]
struct Scanned {
    passed: usize,
    /// Frames completed within `passed`.
    frames: usize,
    stop: Option<Stop>,
}

#[derive(Debug, PartialEq, Eq)]
enum Stop {
    /// The first data message is complete.
    FirstMessage,
    Refused(Refusal),
}

/// Header parser over arbitrary chunk boundaries.
#[derive(Default)]
struct Scan {
    header: [u8; 14],
    filled: usize,
    body_left: u64,
    /// Opcode and final bit of the frame whose body is being passed.
    data: bool,
    last: bool,
    in_fragments: bool,
    /// Bytes of the message so far.
    assembled: u64,
}

impl Scan {
    fn scan(&mut self, chunk: &[u8], before_hello: bool) -> Scanned {
        let (mut at, mut frames) = (0, 0);
        let mut frame_start = 0;
        while at < chunk.len() {
            if self.filled > 0 || self.body_left == 0 {
                if self.filled == 0 {
                    frame_start = at;
                }
                self.header[self.filled] = chunk[at];
                self.filled += 1;
                at += 1;
                match self.complete_header(before_hello) {
                    Ok(false) => continue,
                    Ok(true) => self.filled = 0,
                    Err(refusal) => {
                        let stop = Some(Stop::Refused(refusal));
                        return Scanned { passed: frame_start, frames, stop };
                    }
                }
            } else {
                let rest = (chunk.len() - at) as u64;
                let taken = rest.min(self.body_left);
                self.body_left -= taken;
                #[expect(clippy::cast_possible_truncation, reason = "at most the chunk's length")]
                let taken = taken as usize;
                at += taken;
            }
            if self.body_left == 0 && self.filled == 0 {
                frames += 1;
                if self.data && self.last {
                    self.assembled = 0;
                    if before_hello {
                        return Scanned { passed: at, frames, stop: Some(Stop::FirstMessage) };
                    }
                }
            }
        }
        Scanned { passed: at, frames, stop: None }
    }

    /// Whether the header is whole; then the fields describe its frame.
    fn complete_header(&mut self, before_hello: bool) -> Result<bool, Refusal> {
        let [first, second, ..] = self.header;
        let opcode = first & 0x0f;
        let last = first & 0x80 != 0;
        let is_control = matches!(opcode, OP_CLOSE | OP_PING | OP_PONG);
        if self.filled == 1 {
            let is_in_turn = match opcode {
                OP_CONTINUE => self.in_fragments,
                OP_TEXT => !self.in_fragments,
                _ => is_control && last,
            };
            return if first & 0x70 == 0 && is_in_turn {
                Ok(false)
            } else {
                Err(Refusal::Protocol)
            };
        }
        let short = second & 0x7f;
        if self.filled == 2 && (second & 0x80 == 0 || is_control && short > 125) {
            return Err(Refusal::Protocol);
        }
        let extended = match short {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        if self.filled < 2 + extended {
            return Ok(false);
        }
        let len = match extended {
            0 => u64::from(short),
            n => self.header[2..2 + n].iter().fold(0, |len, byte| len << 8 | u64::from(*byte)),
        };
        // Judged before the mask arrives: the length is all there is to know.
        self.check_length(len, extended, is_control, before_hello)?;
        if self.filled < 2 + extended + 4 {
            return Ok(false);
        }
        self.body_left = len;
        self.data = !is_control;
        self.last = last;
        if self.data {
            self.assembled += len;
            self.in_fragments = !last;
        }
        Ok(true)
    }

    fn check_length(
        &self,
        len: u64,
        extended: usize,
        is_control: bool,
        before_hello: bool,
    ) -> Result<(), Refusal> {
        if is_control {
            // A close frame has no code, or a whole one.
            let is_half_code = self.header[0] & 0x0f == OP_CLOSE && len == 1;
            return if is_half_code { Err(Refusal::Protocol) } else { Ok(()) };
        }
        let (frame_max, message_max) =
            if before_hello { (HELLO_MAX, HELLO_MAX) } else { (FRAME_MAX, ASSEMBLED_MAX) };
        if len > frame_max || self.assembled + len > message_max {
            return Err(Refusal::TooBig);
        }
        // RFC 6455 §5.2: the minimal number of bytes must be used.
        let is_minimal = match extended {
            2 => len > 125,
            8 => len > 0xffff,
            _ => true,
        };
        if is_minimal { Ok(()) } else { Err(Refusal::Protocol) }
    }
}

/// The payload stream, cut at the first rule that is broken.
pub struct FrameGuard<S> {
    payload: S,
    gate: Rc<Gate>,
    scan: Scan,
    /// What arrived behind the first message.
    rest: Bytes,
    ended: bool,
}

impl<S> FrameGuard<S> {
    pub fn new(payload: S, gate: Rc<Gate>) -> Self {
        Self { payload, gate, scan: Scan::default(), rest: Bytes::new(), ended: false }
    }
}

impl<S, E> Stream for FrameGuard<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    type Item = Result<Bytes, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if this.ended {
                return Poll::Ready(None);
            }
            if this.gate.phase.get() == Phase::Held {
                *this.gate.waker.borrow_mut() = Some(cx.waker().clone());
                return Poll::Pending;
            }
            // The decoder yields these first and asks again after each of them.
            if this.gate.unhandled.get() > 0 {
                return Poll::Pending;
            }
            let mut chunk = std::mem::take(&mut this.rest);
            if chunk.is_empty() {
                match Pin::new(&mut this.payload).poll_next(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Some(Ok(fresh))) => chunk = fresh,
                    // A broken connection is the end of the stream, not a frame.
                    Poll::Ready(Some(Err(_)) | None) => {
                        this.ended = true;
                        continue;
                    }
                }
            }
            let before_hello = this.gate.phase.get() == Phase::Hello;
            let Scanned { passed, frames, stop } = this.scan.scan(&chunk, before_hello);
            let allowed = chunk.split_to(passed);
            match stop {
                None => {}
                Some(Stop::FirstMessage) => {
                    this.gate.phase.set(Phase::Held);
                    this.rest = chunk;
                }
                Some(Stop::Refused(refusal)) => {
                    this.gate.refusal.set(Some(refusal));
                    this.ended = true;
                }
            }
            this.gate.unhandled.set(frames);
            if !allowed.is_empty() {
                return Poll::Ready(Some(Ok(allowed)));
            }
        }
    }
}

#[cfg(test)]
#[path = "frame_guard_tests.rs"]
mod tests;

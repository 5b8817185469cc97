//! Frames that leave the server: WebSocket framing (RFC 6455 §5; unmasked, so the same bytes
//! serve every subscriber) and the JSON objects of the contract.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::kernel::problem::Problem;
use crate::kernel::texts;

const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PONG: u8 = 0x8a;
/// The longest header of an unmasked frame.
const HEADER_MAX: usize = 10;

/// Why a socket is closed. The client reconnects and resumes after those marked *again*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum CloseCode {
    /// The client's own close is answered with its own meaning.
    Normal = 1000,
    /// Again: this server goes away.
    Leaving = 1001,
    /// Again: restart.
    Restart = 1012,
    /// Again: a passing fault of the server.
    Fault = 4000,
    /// Sign in again: the token or the session has ended.
    SignIn = 4001,
    /// Again: the reader was too slow.
    Slow = 4008,
    /// Again: nothing was heard for a minute.
    Silent = 4009,
    /// Again: the state was restored from elsewhere.
    Reset = 4010,
    /// Again: too many frames.
    Rate = 4029,
    /// Never: the peer does not speak the protocol.
    Protocol = 4100,
    /// Never: the token is none of ours.
    BadToken = 4101,
    /// Never: access was taken away.
    Forbidden = 4103,
    /// Never: a frame or message above the limits.
    TooBig = 4113,
}

impl CloseCode {
    fn reason(self) -> &'static str {
        match self {
            Self::Normal => "",
            Self::Leaving | Self::Restart => "restart",
            Self::Fault => "try again",
            Self::SignIn => "sign in again",
            Self::Slow => "too slow",
            Self::Silent => "heartbeat",
            Self::Reset => "state reset",
            Self::Rate => "too many frames",
            Self::Protocol => "protocol",
            Self::BadToken => "bad token",
            Self::Forbidden => "forbidden",
            Self::TooBig => "too big",
        }
    }
}

/// What `welcome` tells about the limits.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Limits {
    pub topics: usize,
    pub inflight: usize,
    /// Bytes of one frame.
    pub frame: usize,
    /// Bytes of one message assembled from fragments.
    pub assembled: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    Live,
    Replay,
    Snapshot,
}

/// The server's frames; `t` is the variant in lower case. `at` and `now` are RFC 3339 UTC with
/// milliseconds.
#[derive(Debug, Serialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub enum ServerFrame<'a> {
    Welcome {
        /// Of this socket, for logs.
        sid: &'a str,
        now: &'a str,
        /// Milliseconds between two heartbeats.
        hb: u32,
        limits: Limits,
        user: &'a Value,
        tenant: &'a Value,
        /// The topics of `resume` that were taken up; `subbed` follows for each.
        resumed: &'a [String],
    },
    Subbed {
        /// Null for a topic of `resume`.
        id: Option<&'a str>,
        topic: &'a str,
        epoch: &'a str,
        seq: i64,
        mode: Mode,
    },
    Snap {
        topic: &'a str,
        epoch: &'a str,
        seq: i64,
        part: u32,
        last: bool,
        d: &'a RawValue,
    },
    Ev {
        topic: &'a str,
        seq: i64,
        at: &'a str,
        by: &'a str,
        op: &'a str,
        d: &'a RawValue,
        #[serde(skip_serializing_if = "Option::is_none")]
        cmd: Option<&'a str>,
    },
    Skip {
        topic: &'a str,
        from: i64,
        to: i64,
    },
    Res {
        id: &'a str,
        ok: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        topic: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        seq: Option<i64>,
        #[serde(skip_serializing_if = "is_false")]
        dup: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        d: Option<&'a RawValue>,
    },
    Err {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a str>,
        /// The class.
        code: &'a str,
        /// The fine code, where it differs.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_ms: Option<u64>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        errors: Vec<WireFieldError<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        d: Option<&'a Value>,
    },
    Eph {
        topic: &'a str,
        by: &'a str,
        k: &'a str,
        d: &'a RawValue,
    },
    Ping {
        n: u32,
        heads: Heads<'a>,
    },
    Pong {
        n: i64,
    },
    Lag {
        topic: &'a str,
        seq: i64,
    },
    Drain {
        /// Between how many milliseconds the client should come back.
        retry_ms: [u32; 2],
    },
}

/// One field of a request and what is wrong with it, with its text.
#[derive(Debug, Serialize)]
pub struct WireFieldError<'a> {
    pub field: &'a str,
    pub code: &'static str,
    pub message: &'static str,
}

/// Topics and their heads, written as an object.
#[derive(Debug)]
pub struct Heads<'a>(pub &'a [(std::sync::Arc<str>, i64)]);

impl Serialize for Heads<'_> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(self.0.iter().map(|(topic, seq)| (topic.as_ref(), seq)))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's shape")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// The `err` frame of a problem, in the reader's language.
pub fn err(id: Option<&str>, problem: &Problem, locale: &str) -> Bytes {
    let code = problem.class.name();
    let errors = problem
        .errors
        .iter()
        .map(|error| WireFieldError {
            field: &error.field,
            code: error.code,
            message: texts::text(error.code, locale),
        })
        .collect();
    json(&ServerFrame::Err {
        id,
        code,
        reason: (problem.code != code).then_some(problem.code),
        message: texts::text(problem.code, locale),
        retry_ms: problem.retry_ms,
        errors,
        d: problem.d.as_ref(),
    })
}

/// A text frame around ready JSON.
pub fn text(payload: &[u8]) -> Bytes {
    framed(TEXT, payload)
}

/// A text frame of an object, written once into one buffer.
pub fn json(frame: &impl Serialize) -> Bytes {
    let mut buffer = Vec::with_capacity(HEADER_MAX + 246);
    buffer.extend_from_slice(&[0; HEADER_MAX]);
    if let Err(error) = serde_json::to_writer(&mut buffer, frame) {
        // Only a map with keys that are no strings can get here: a defect of the caller.
        tracing::error!(%error, "frame cannot be serialised");
        return text(br#"{"t":"err","code":"internal","message":"Error"}"#);
    }
    let (header, len) = header(TEXT, buffer.len() - HEADER_MAX);
    buffer[HEADER_MAX - len..HEADER_MAX].copy_from_slice(&header[..len]);
    Bytes::from(buffer).slice(HEADER_MAX - len..)
}

/// The answer to a ping of the WebSocket layer; `payload` is at most 125 bytes.
pub fn pong(payload: &[u8]) -> Bytes {
    framed(PONG, payload)
}

pub fn close(code: CloseCode) -> Bytes {
    let mut payload = (code as u16).to_be_bytes().to_vec();
    payload.extend_from_slice(code.reason().as_bytes());
    framed(CLOSE, &payload)
}

fn framed(first: u8, payload: &[u8]) -> Bytes {
    let (header, len) = header(first, payload.len());
    let mut frame = Vec::with_capacity(len + payload.len());
    frame.extend_from_slice(&header[..len]);
    frame.extend_from_slice(payload);
    Bytes::from(frame)
}

fn header(first: u8, len: usize) -> ([u8; HEADER_MAX], usize) {
    let mut header = [0; HEADER_MAX];
    header[0] = first;
    let used = if let Ok(short @ 0..=125) = u8::try_from(len) {
        header[1] = short;
        2
    } else if let Ok(middle) = u16::try_from(len) {
        header[1] = 126;
        header[2..4].copy_from_slice(&middle.to_be_bytes());
        4
    } else {
        header[1] = 127;
        header[2..10].copy_from_slice(&(len as u64).to_be_bytes());
        10
    };
    (header, used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_grow_with_the_payload() {
        for (len, start) in [
            (5, vec![0x81, 5]),
            (125, vec![0x81, 125]),
            (126, vec![0x81, 126, 0, 126]),
            (65_535, vec![0x81, 126, 255, 255]),
            (65_536, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let frame = text(&vec![b'x'; len]);
            assert_eq!(&frame[..start.len()], start);
            assert_eq!(frame.len(), start.len() + len);
        }
    }

    #[test]
    fn an_object_is_framed_as_its_text_is() {
        for name in ["a".to_owned(), "b".repeat(300), "c".repeat(70_000)] {
            let frame = ServerFrame::Skip { topic: &name, from: 3, to: 4 };
            let plain = serde_json::to_vec(&frame).unwrap();
            assert_eq!(json(&frame), text(&plain));
        }
    }

    #[test]
    fn fields_stand_as_the_contract_says() {
        let d = RawValue::from_string(r#"{"n":1}"#.to_owned()).unwrap();
        let ev = ServerFrame::Ev {
            topic: "board:1",
            seq: 7,
            at: "2026-01-01T00:00:00.000Z",
            by: "u",
            op: "card.moved",
            d: &d,
            cmd: None,
        };
        assert_eq!(
            serde_json::to_string(&ev).unwrap(),
            r#"{"t":"ev","topic":"board:1","seq":7,"at":"2026-01-01T00:00:00.000Z","by":"u","op":"card.moved","d":{"n":1}}"#
        );
        let heads = [(std::sync::Arc::from("me"), 3)];
        let ping = ServerFrame::Ping { n: 2, heads: Heads(&heads) };
        assert_eq!(serde_json::to_string(&ping).unwrap(), r#"{"t":"ping","n":2,"heads":{"me":3}}"#);
        let full = err(Some("x"), &Problem::conflict("stage_full"), "en");
        assert_eq!(
            std::str::from_utf8(&full[2..]).unwrap(),
            r#"{"t":"err","id":"x","code":"conflict","reason":"stage_full","message":"The stage is full; move a card out of it first"}"#
        );
    }

    #[test]
    fn a_close_frame_carries_its_code() {
        assert_eq!(&close(CloseCode::Slow)[..4], [0x88, 10, 0x0f, 0xa8]);
    }
}

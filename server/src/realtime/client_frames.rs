//! Frames that clients send, read strictly: wrong types and missing fields are `bad_frame`,
//! unknown fields are ignored.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::port::CommandFrame;
use crate::kernel::topic::Position;

const ID_MAX: usize = 64;
const NAME_MAX: usize = 128;
/// The contract's bound for positions: what a JSON number keeps exactly.
const SEQ_END: i64 = 1 << 53;

/// A frame of the contract.
#[derive(Debug)]
pub(super) enum ClientFrame {
    Hello(Hello),
    Sub(Sub),
    Unsub(Unsub),
    Cmd(CommandFrame),
    Eph(Eph),
    Auth(Auth),
    Ping(Beat),
    Pong,
}

#[derive(Debug, Deserialize)]
pub(super) struct Hello {
    pub(super) v: u32,
    pub(super) token: String,
    /// The client's own name of itself; only checked.
    #[serde(default)]
    cid: Option<String>,
    #[serde(default)]
    pub(super) resume: Vec<Resume>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Resume {
    pub(super) topic: String,
    #[serde(flatten)]
    pub(super) since: Position,
}

#[derive(Debug, Deserialize)]
pub(super) struct Sub {
    pub(super) id: String,
    pub(super) topic: String,
    #[serde(default)]
    pub(super) since: Option<Position>,
    #[serde(default = "yes")]
    pub(super) snap: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Unsub {
    #[serde(default)]
    pub(super) id: Option<String>,
    pub(super) topic: String,
}

#[derive(Deserialize)]
struct Cmd {
    id: String,
    topic: String,
    op: String,
    d: Option<Box<RawValue>>,
    #[serde(default, rename = "if")]
    condition: Option<Condition>,
}

#[derive(Deserialize)]
struct Condition {
    ver: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Eph {
    pub(super) topic: String,
    pub(super) k: String,
    pub(super) d: Box<RawValue>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Auth {
    pub(super) id: String,
    pub(super) token: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Beat {
    #[serde(default)]
    pub(super) n: i64,
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(borrow)]
    t: Cow<'a, str>,
}

impl ClientFrame {
    /// None for whatever is no frame of the contract.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        // Checked as a whole: ignored fields must be UTF-8 too.
        let text = std::str::from_utf8(text).ok()?;
        let kind: Kind<'_> = serde_json::from_str(text).ok()?;
        let frame = match &*kind.t {
            "hello" => Self::Hello(read(text)?),
            "sub" => Self::Sub(read(text)?),
            "unsub" => Self::Unsub(read(text)?),
            "cmd" => Self::Cmd(read::<Cmd>(text)?.into()),
            "eph" => Self::Eph(read(text)?),
            "auth" => Self::Auth(read(text)?),
            "ping" => Self::Ping(read(text)?),
            "pong" => Self::Pong,
            _ => return None,
        };
        frame.is_sound().then_some(frame)
    }

    /// The `id` of a frame that could not be understood, to answer to.
    pub(super) fn id_of(text: &[u8]) -> Option<String> {
        #[derive(Deserialize)]
        struct OnlyId {
            id: String,
        }
        let OnlyId { id } = read(std::str::from_utf8(text).ok()?)?;
        is_name(&id, ID_MAX).then_some(id)
    }

    fn is_sound(&self) -> bool {
        match self {
            Self::Hello(hello) => {
                hello.cid.as_ref().is_none_or(|cid| is_name(cid, NAME_MAX))
                    && hello.resume.iter().all(|at| is_topic(&at.topic) && is_position(&at.since))
            }
            Self::Sub(sub) => {
                is_id(&sub.id) && is_topic(&sub.topic) && sub.since.as_ref().is_none_or(is_position)
            }
            Self::Unsub(unsub) => is_topic(&unsub.topic) && unsub.id.as_deref().is_none_or(is_id),
            Self::Cmd(cmd) => is_id(&cmd.id) && is_topic(&cmd.topic) && is_name(&cmd.op, NAME_MAX),
            Self::Eph(eph) => is_topic(&eph.topic) && is_name(&eph.k, ID_MAX),
            Self::Auth(auth) => is_id(&auth.id),
            Self::Ping(_) | Self::Pong => true,
        }
    }
}

impl From<Cmd> for CommandFrame {
    fn from(Cmd { id, topic, op, d, condition }: Cmd) -> Self {
        let d = d.unwrap_or_else(|| RawValue::NULL.to_owned());
        Self { id, topic, op, d, if_ver: condition.and_then(|condition| condition.ver) }
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

fn is_id(text: &str) -> bool {
    is_name(text, ID_MAX)
}

/// Whether there is such a topic is the hub's to say, also of an empty name.
fn is_topic(text: &str) -> bool {
    text.is_empty() || is_name(text, NAME_MAX)
}

/// Not empty, not long, nothing invisible.
fn is_name(text: &str, max: usize) -> bool {
    !text.is_empty() && text.chars().count() <= max && !text.chars().any(char::is_control)
}

fn is_position(at: &Position) -> bool {
    (0..SEQ_END).contains(&at.seq) && at.epoch.len() <= NAME_MAX
}

/// Who asks for a topic wants its state, unless he says otherwise.
fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_frame_is_refused() {
        for text in [
            "",
            "null",
            "[]",
            "[\"ping\"]",
            "{}",
            r#"{"t":5}"#,
            r#"{"t":"dance"}"#,
            r#"{"t":"sub","topic":"me"}"#,
            r#"{"t":"sub","id":"","topic":"me"}"#,
            r#"{"t":"sub","id":"a\u0000b","topic":"me"}"#,
            r#"{"t":"sub","id":"\ud800","topic":"me"}"#,
            r#"{"t":"sub","id":"1","topic":"me","since":{"epoch":"e","seq":-1}}"#,
            r#"{"t":"sub","id":"1","topic":"me","since":{"epoch":"e","seq":9007199254740992}}"#,
            r#"{"t":"sub","id":"1","topic":"me","since":{"epoch":"e","seq":1.5}}"#,
            r#"{"t":"cmd","id":7,"topic":"me","op":"x.y","d":{}}"#,
            r#"{"t":"ping","n":1}{"t":"ping","n":2}"#,
            r#"{"t":"ping","t":"pong"}"#,
        ] {
            assert!(ClientFrame::parse(text.as_bytes()).is_none(), "{text}");
        }
        let long =
            format!(r#"{{"t":"cmd","id":"{}","topic":"me","op":"x.y","d":{{}}}}"#, "ş".repeat(65));
        assert!(ClientFrame::parse(long.as_bytes()).is_none());
        assert!(ClientFrame::parse(b"{\"t\":\"ping\",\"x\":\"\xff\"}").is_none());
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let text = r#"{"x":[1,{"y":2}],"t":"ping","n":4,"id":{}}"#;
        assert!(matches!(
            ClientFrame::parse(text.as_bytes()),
            Some(ClientFrame::Ping(Beat { n: 4 }))
        ));
    }

    #[test]
    fn a_command_keeps_its_payload_as_it_was_written() {
        let id = "ş".repeat(64);
        let text = format!(
            r#"{{"t":"cmd","id":"{id}","topic":"board:1","op":"card.move","d":{{"b": 1, "a":[]}},"if":{{"ver":3}}}}"#
        );
        let Some(ClientFrame::Cmd(cmd)) = ClientFrame::parse(text.as_bytes()) else { panic!() };
        assert_eq!((cmd.d.get(), cmd.if_ver), (r#"{"b": 1, "a":[]}"#, Some(3)));
    }

    #[test]
    fn resume_names_positions() {
        let text = r#"{"t":"hello","v":1,"token":"x","cid":"c","resume":[{"topic":"me","epoch":"e","seq":0}]}"#;
        let Some(ClientFrame::Hello(hello)) = ClientFrame::parse(text.as_bytes()) else { panic!() };
        assert_eq!(hello.resume[0].since, Position { epoch: "e".to_owned(), seq: 0 });
    }

    #[test]
    fn the_id_of_a_broken_frame_is_found() {
        assert_eq!(ClientFrame::id_of(br#"{"t":"dance","id":"7"}"#).as_deref(), Some("7"));
        assert_eq!(ClientFrame::id_of(br#"{"t":"dance","id":7}"#), None);
    }
}

//! `messages.json`: every command, event and frame of the socket as JSON Schema. Features describe
//! theirs with the types they already have; an op nobody described is still listed.

use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::kernel::command::Command;

/// What a feature says of one of its messages.
pub struct Message {
    kind: Kind,
    name: &'static str,
    /// Where it lives: `board:<id>`.
    topic: &'static str,
    schema: Option<RefOr<Schema>>,
    parts: Vec<(String, RefOr<Schema>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Command,
    Event,
    /// A command that nobody outside can send.
    Inner,
}

impl Message {
    /// A command whose `d` is its own type.
    pub fn command<C: Command + ToSchema>(topic: &'static str) -> Self {
        Self::described::<C>(Kind::Command, C::OP, topic)
    }

    /// An event with a `d` of this type.
    pub fn event<D: ToSchema>(op: &'static str, topic: &'static str) -> Self {
        Self::described::<D>(Kind::Event, op, topic)
    }

    /// A command that is only known by its op.
    fn op(op: &'static str) -> Self {
        Self { kind: Kind::Command, name: op, topic: "", schema: None, parts: Vec::new() }
    }

    /// A command that only the server itself sends: not in the document.
    pub fn server_only(op: &'static str) -> Self {
        Self { kind: Kind::Inner, ..Self::op(op) }
    }

    fn described<T: ToSchema>(kind: Kind, name: &'static str, topic: &'static str) -> Self {
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        Self { kind, name, topic, schema: Some(<T as PartialSchema>::schema()), parts }
    }
}

/// The whole document: every op that the server understands, and what features say of theirs. A
/// later description of the same message wins over an earlier one.
pub(super) fn document(messages: &[Message], ops: &[&'static str]) -> Value {
    let (mut commands, mut events, mut parts) = (Map::new(), Map::new(), Map::new());
    let bare: Vec<Message> = ops.iter().map(|op| Message::op(op)).collect();
    for message in bare.iter().chain(messages) {
        for (name, schema) in &message.parts {
            parts.insert(name.clone(), json!(schema));
        }
        let all = match message.kind {
            Kind::Command => &mut commands,
            Kind::Event => &mut events,
            Kind::Inner => {
                commands.remove(message.name);
                continue;
            }
        };
        let described = json!({
            "topic": message.topic,
            "d": message.schema.as_ref().map_or_else(|| json!({ "type": "object" }), |s| json!(s)),
        });
        if message.schema.is_some() || !all.contains_key(message.name) {
            all.insert(message.name.to_owned(), described);
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "protocol": "nabiz.v1",
        "commands": commands,
        "events": events,
        "frames": { "client": client_frames(), "server": server_frames() },
        "components": { "schemas": parts },
    })
}

/// A frame: its type, what it must have, what it may have.
fn frame(t: &str, required: &[(&str, Value)], optional: &[(&str, Value)]) -> Value {
    let mut properties = Map::new();
    properties.insert("t".to_owned(), json!({ "const": t }));
    for (name, schema) in required.iter().chain(optional) {
        properties.insert((*name).to_owned(), schema.clone());
    }
    let names = required.iter().map(|(name, _)| *name);
    let required: Vec<&str> = std::iter::once("t").chain(names).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn id() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 64 })
}

fn seq() -> Value {
    json!({ "type": "integer", "minimum": 0, "exclusiveMaximum": 1_i64 << 53 })
}

fn any() -> Value {
    json!({})
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

fn position() -> Value {
    json!({ "type": "object", "required": ["epoch", "seq"],
            "properties": { "epoch": text(), "seq": seq() } })
}

fn by_name<const N: usize>(frames: [(&str, Value); N]) -> Value {
    Value::Object(frames.into_iter().map(|(name, frame)| (name.to_owned(), frame)).collect())
}

fn client_frames() -> Value {
    let resume = json!({ "type": "array", "items": {
        "type": "object", "required": ["topic", "epoch", "seq"],
        "properties": { "topic": text(), "epoch": text(), "seq": seq() } } });
    let condition = json!({ "type": "object", "properties": { "ver": { "type": "integer" } } });
    let kinds = json!({ "enum": ["typing", "viewing", "dragging", "away"] });
    by_name([
        (
            "hello",
            frame(
                "hello",
                &[("v", json!({ "const": 1 })), ("token", text()), ("cid", text())],
                &[("resume", resume)],
            ),
        ),
        (
            "sub",
            frame(
                "sub",
                &[("id", id()), ("topic", text())],
                &[("since", position()), ("snap", flag())],
            ),
        ),
        ("unsub", frame("unsub", &[("topic", text())], &[("id", id())])),
        (
            "cmd",
            frame(
                "cmd",
                &[("id", id()), ("topic", text()), ("op", text()), ("d", any())],
                &[("if", condition)],
            ),
        ),
        ("eph", frame("eph", &[("topic", text()), ("k", kinds), ("d", any())], &[])),
        ("auth", frame("auth", &[("id", id()), ("token", text())], &[])),
        ("ping", frame("ping", &[], &[("n", seq())])),
        ("pong", frame("pong", &[], &[("n", seq())])),
    ])
}

fn server_frames() -> Value {
    let classes = json!({ "enum": crate::kernel::problem::Class::ALL.map(|class| class.name()) });
    let mode = json!({ "enum": ["live", "replay", "snapshot"] });
    let heads = json!({ "type": "object", "additionalProperties": seq() });
    let wait = json!({ "type": "array", "items": seq(), "minItems": 2, "maxItems": 2 });
    let people = json!({ "type": "array", "items": { "type": "object" } });
    let topic = || ("topic", text());
    by_name([
        (
            "welcome",
            frame(
                "welcome",
                &[
                    ("sid", text()),
                    ("now", text()),
                    ("hb", seq()),
                    ("limits", any()),
                    ("user", any()),
                    ("tenant", any()),
                    ("resumed", any()),
                ],
                &[],
            ),
        ),
        (
            "subbed",
            frame(
                "subbed",
                &[topic(), ("epoch", text()), ("seq", seq()), ("mode", mode)],
                &[("id", id())],
            ),
        ),
        (
            "snap",
            frame(
                "snap",
                &[
                    topic(),
                    ("epoch", text()),
                    ("seq", seq()),
                    ("part", seq()),
                    ("last", flag()),
                    ("d", any()),
                ],
                &[],
            ),
        ),
        (
            "ev",
            frame(
                "ev",
                &[
                    topic(),
                    ("seq", seq()),
                    ("at", text()),
                    ("by", text()),
                    ("op", text()),
                    ("d", any()),
                ],
                &[("cmd", id())],
            ),
        ),
        ("skip", frame("skip", &[topic(), ("from", seq()), ("to", seq())], &[])),
        (
            "res",
            frame(
                "res",
                &[("id", id()), ("ok", flag()), topic(), ("seq", seq())],
                &[("dup", flag()), ("d", any())],
            ),
        ),
        (
            "err",
            frame(
                "err",
                &[("code", classes), ("message", text())],
                &[
                    ("id", id()),
                    ("reason", text()),
                    ("errors", any()),
                    ("retry_ms", seq()),
                    ("d", any()),
                ],
            ),
        ),
        (
            "pres",
            frame(
                "pres",
                &[topic()],
                &[("full", people), ("join", any()), ("leave", any()), ("update", any())],
            ),
        ),
        ("eph", frame("eph", &[topic(), ("by", text()), ("k", text()), ("d", any())], &[])),
        ("ping", frame("ping", &[("n", seq()), ("heads", heads)], &[])),
        ("lag", frame("lag", &[topic(), ("seq", seq())], &[])),
        ("drain", frame("drain", &[("retry_ms", wait)], &[])),
    ])
}

//! An event as it goes out: framed once, the same bytes for all who see it whole.

use bytes::Bytes;

use super::frames;
use crate::kernel::clock::wire_time;
use crate::kernel::event::{Audience, Event, needed};
use crate::kernel::principal::{Permission, Principal};

#[derive(Clone)]
pub(super) struct Published {
    pub(super) seq: i64,
    pub(super) frame: Bytes,
    /// For those from whom it is hidden: keeps their chain without holes.
    pub(super) skip: Bytes,
    audience: Audience,
    needed: Option<Permission>,
}

impl Published {
    pub(super) fn new(wire: &str, event: &Event) -> Self {
        let needed = needed(&event.op);
        let is_for_all = needed.is_none() && event.audience == Audience::Everyone;
        Self {
            seq: event.seq,
            frame: frames::text(ev(wire, event).as_bytes()),
            skip: match is_for_all {
                true => Bytes::new(),
                false => skip(wire, event.seq, event.seq),
            },
            audience: event.audience.clone(),
            needed,
        }
    }

    /// As [`Event::admits`].
    pub(super) fn admits(&self, by: &Principal) -> bool {
        self.needed.is_none_or(|right| by.may(right)) && self.audience.admits(by)
    }
}

/// The `ev` object. `d` is spliced in as it stands in the journal; everything else that is not
/// ours to choose is escaped.
fn ev(wire: &str, event: &Event) -> String {
    let mut json = String::with_capacity(event.d.len() + 220);
    json.push_str("{\"t\":\"ev\",\"topic\":\"");
    json.push_str(wire);
    json.push_str("\",\"seq\":");
    json.push_str(&event.seq.to_string());
    json.push_str(",\"at\":\"");
    json.push_str(&wire_time(event.at));
    json.push_str("\",\"by\":\"");
    json.push_str(&event.by);
    json.push_str("\",\"op\":\"");
    json.push_str(&event.op);
    json.push_str("\",\"d\":");
    json.push_str(&event.d);
    if let Some(cmd) = &event.cmd {
        json.push_str(",\"cmd\":");
        json.push_str(&serde_json::Value::from(cmd.as_ref()).to_string());
    }
    json.push('}');
    json
}

/// The `skip` frame of a hidden range.
pub(super) fn skip(wire: &str, from: i64, to: i64) -> Bytes {
    frames::json(&frames::ServerFrame::Skip { topic: wire, from, to })
}

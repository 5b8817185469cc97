//! Neither order nor repetition nor company changes what comes out, and nothing that comes in does harm.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::split;
use crate::adapters::messaging::{Kind, Source, part, written};

/// A small message or status of one of a few people.
fn piece() -> impl Strategy<Value = Piece> {
    (0..3_usize, 0..6_usize, any::<bool>(), 0..2_usize)
        .prop_map(|(who, n, is_status, number)| Piece { who, n, is_status, number })
}

#[derive(Clone, Debug)]
struct Piece {
    who: usize,
    n: usize,
    is_status: bool,
    number: usize,
}

impl Piece {
    fn contact(&self) -> Value {
        // the last one has no phone
        match self.who {
            2 => json!({ "profile": { "name": "Gizli" }, "user_id": "TR.2" }),
            who => {
                json!({ "profile": { "name": format!("Kişi {who}") }, "wa_id": format!("90555000010{who}"),
                "user_id": format!("TR.{who}") })
            }
        }
    }

    fn body(&self) -> Value {
        let id = format!("wamid.{}.{}", self.who, self.n);
        if self.is_status {
            return json!({ "id": id, "status": "read", "timestamp": "1767258000", "recipient_user_id": format!("TR.{}", self.who) });
        }
        json!({ "id": id, "timestamp": "1767258000", "from_user_id": format!("TR.{}", self.who), "type": "text",
            "text": { "body": format!("{}", self.n) } })
    }
}

/// Puts pieces of one number into as many changes and entries as the cuts say.
fn batched(pieces: &[Piece], cuts: &[bool]) -> Vec<Value> {
    let mut payloads = Vec::new();
    let mut change: Vec<&Piece> = Vec::new();
    let mut cuts = cuts.iter().copied().cycle();
    let mut close = |change: &mut Vec<&Piece>| {
        let Some(first) = change.first() else { return };
        let mut contacts: Vec<Value> = Vec::new();
        for piece in change.iter() {
            if !contacts.contains(&piece.contact()) {
                contacts.push(piece.contact());
            }
        }
        let of = |is_status| -> Vec<Value> {
            change.iter().filter(|p| p.is_status == is_status).map(|p| p.body()).collect()
        };
        payloads.push(json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages",
            "value": { "metadata": { "phone_number_id": format!("{}", first.number) }, "contacts": contacts,
                "messages": of(false), "statuses": of(true) } }] }] }));
        change.clear();
    };
    for piece in pieces {
        if cuts.next() == Some(true)
            || change.first().is_some_and(|first| first.number != piece.number)
        {
            close(&mut change);
        }
        change.push(piece);
    }
    close(&mut change);
    payloads
}

/// What came out, by what tells it apart.
type Seen = BTreeMap<(Option<Source>, String, String), (Kind, Option<String>, String, String)>;

fn set(payloads: &[Value]) -> Seen {
    let items = payloads.iter().flat_map(split);
    items
        .map(|item| {
            let value = (item.kind, item.contact(), written(&item.inbound), item.raw.to_string());
            ((item.source, item.account, item.key), value)
        })
        .collect()
}

proptest! {
    #[test]
    fn order_repetition_and_company_change_nothing(
        pieces in prop::collection::vec(piece(), 1..24),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        cuts in prop::collection::vec(any::<bool>(), 1..16),
        seed in any::<u64>(),
    ) {
        let each: Vec<Value> = pieces.iter().flat_map(|piece| batched(std::slice::from_ref(piece), &[true])).collect();
        let mut mixed = pieces.clone();
        mixed.extend(again.iter().map(|index| index.get(&pieces).clone()));
        let len = mixed.len();
        for n in 0..len {
            mixed.swap(n, (seed.rotate_left(n as u32) % len as u64) as usize);
        }
        prop_assert_eq!(set(&each), set(&batched(&mixed, &cuts)));
    }

    #[test]
    fn the_parts_of_a_payload_are_the_whole(
        pieces in prop::collection::vec(piece(), 1..24),
        cuts in prop::collection::vec(any::<bool>(), 1..16),
        size in 1..7_usize,
    ) {
        for payload in batched(&pieces, &cuts) {
            let whole = split(&payload);
            let mut parts = Vec::new();
            for from in (0..whole.len()).step_by(size) {
                let part = part(&payload, from, size);
                prop_assert_eq!(part.all, whole.len());
                prop_assert!(part.items.len() <= size);
                parts.extend(part.items);
            }
            prop_assert_eq!(parts, whole);
        }
    }

    #[test]
    fn no_payload_is_too_strange(text in "[\\[\\]{}\",:a-z0-9 ]{0,60}") {
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            split(&value);
        }
    }
}

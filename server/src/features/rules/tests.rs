//! Properties of the parts that need no database: the loop guard, conditions, triggers.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use entities::ids::RuleId;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::actions::before;
use super::conditions::{Seen, holds};
use super::guard::{DEPTH_MAX, follow};
use super::parse::{Condition, Is, Parts, Trigger};
use super::watching::matches;

fn rule(n: u8) -> RuleId {
    RuleId(Uuid::from_u128(u128::from(n) + 1))
}

proptest! {
    /// Whatever rules start whatever rules, and whatever each of them does: one event from outside
    /// starts finitely many runs, no chain is longer than three or holds a rule twice.
    #[test]
    fn every_chain_of_causes_ends(
        starts in prop::collection::hash_map(0_u8..8, prop::collection::vec(0_u8..8, 0..8), 0..8),
        first in prop::collection::vec(0_u8..8, 1..8),
    ) {
        let starts: HashMap<u8, Vec<u8>> = starts;
        let mut todo: Vec<(Vec<RuleId>, u8)> = first.iter().map(|n| (Vec::new(), *n)).collect();
        let mut runs = 0_usize;
        while let Some((chain, next)) = todo.pop() {
            let Ok(chain) = follow(&chain, rule(next)) else { continue };
            runs += 1;
            // at most 8 · 8 · 8 · 8 chains of three, with those before them
            prop_assert!(runs <= 8 + 64 + 512 + 4_096);
            prop_assert!(chain.len() <= DEPTH_MAX);
            let mut once = chain.clone();
            once.sort_unstable();
            once.dedup();
            prop_assert_eq!(once.len(), chain.len());
            for after in starts.get(&next).into_iter().flatten() {
                todo.push((chain.clone(), *after));
            }
        }
    }

    /// `is` and `is_not`, `has` and `has_not`, `empty` and `not_empty` never agree.
    #[test]
    fn a_condition_and_its_opposite_never_both_hold(
        seen in prop_oneof![
            Just(Seen::Nothing),
            "[a-cışİI]{0,3}".prop_map(|text| Seen::text(Some(&text))),
            prop::collection::vec("[a-c]{1,2}", 0..4).prop_map(Seen::list),
            (-5_i32..5).prop_map(|n| Seen::Number(f64::from(n))),
            any::<bool>().prop_map(Seen::Flag),
        ],
        value in prop_oneof![
            "[a-cışİI]{1,3}".prop_map(|text| json!(text)),
            (-5_i32..5).prop_map(|n| json!(n)),
            any::<bool>().prop_map(|flag| json!(flag)),
            prop::collection::vec("[a-c]{1,2}", 1..4).prop_map(|all| json!(all)),
        ],
    ) {
        for (one, other) in [(Is::Is, Is::IsNot), (Is::Has, Is::HasNot), (Is::Empty, Is::NotEmpty)] {
            let of = |is| holds(&condition(is, value.clone()), &seen);
            prop_assert_ne!(of(one), of(other));
        }
        let of = |is| holds(&condition(is, value.clone()), &seen);
        prop_assert!(!(of(Is::More) && of(Is::Less)));
    }
}

fn condition(is: Is, value: Value) -> Condition {
    Condition { field: "customer.name".to_owned(), is, value }
}

#[test]
fn conditions_compare_as_people_do() {
    let name = Seen::text(Some("Işıklar Vadisi"));
    assert!(holds(&condition(Is::Has, json!("IŞIK")), &name));
    assert!(holds(&condition(Is::Is, json!("ışıklar vadisi")), &name));
    let tags = Seen::list(vec!["VIP".to_owned(), "acil".to_owned()]);
    assert!(holds(&condition(Is::Has, json!(["vip", "peşin"])), &tags));
    assert!(!holds(&condition(Is::Has, json!("vi")), &tags));
    assert!(holds(&condition(Is::More, json!(10)), &Seen::Number(10.5)));
    assert!(!holds(&condition(Is::More, json!(10)), &Seen::Nothing));
}

#[test]
fn a_trigger_is_narrowed_by_what_the_event_says() {
    let board = Uuid::from_u128(1).to_string();
    let (stage, other) = (Uuid::from_u128(2).to_string(), Uuid::from_u128(3).to_string());
    let trigger: Trigger =
        serde_json::from_value(json!({ "op": "card.moved", "board": board, "stage": stage }))
            .unwrap();
    let moved = |to: &str| json!({ "card": "x", "to": to, "board": board });
    assert!(matches(&trigger, "card.moved", &moved(&stage)));
    assert!(!matches(&trigger, "card.moved", &moved(&other)));
    assert!(!matches(&trigger, "card.created", &moved(&stage)));
    let lead: Trigger =
        serde_json::from_value(json!({ "op": "lead.received", "source": "Instagram" })).unwrap();
    assert!(matches(&lead, "lead.received", &json!({ "source": { "channel": "instagram" } })));
    assert!(!matches(&lead, "lead.received", &json!({ "source": null })));
}

#[test]
fn what_is_no_rule_is_refused_field_by_field() {
    let parts = |trigger: Value, conditions: Value, actions: Value| Parts {
        trigger: serde_json::from_value(trigger).unwrap(),
        conditions: serde_json::from_value(conditions).unwrap(),
        actions: serde_json::from_value(actions).unwrap(),
        delay_minutes: 50_000,
        hours: "sometimes".to_owned(),
    };
    let bad = parts(
        json!({ "op": "card.exploded" }),
        json!([{ "field": "customer.password", "is": "is", "value": "x" },
               { "field": "customer.tags", "is": "more", "value": "x" },
               { "field": "event.a.b", "is": "empty" }]),
        json!([{ "do": "assign", "to": "somebody" },
               { "do": "remind", "minutes": -1, "text": " ", "who": "all" }]),
    );
    let fields: Vec<String> =
        bad.check().unwrap_err().errors.into_iter().map(|error| error.field).collect();
    assert_eq!(
        fields,
        [
            "trigger.op",
            "conditions.0.field",
            "conditions.1.value",
            "conditions.2.field",
            "actions.0.to",
            "actions.1.minutes",
            "actions.1.text",
            "actions.1.who",
            "delay_minutes",
            "hours",
        ]
    );
    let none = parts(json!({ "op": "card.moved" }), json!([]), json!([]));
    assert_eq!(none.check().unwrap_err().errors[0].code, "required");
}

#[test]
fn nobody_is_reminded_of_an_appointment_that_has_begun() {
    let now = DateTime::<Utc>::UNIX_EPOCH + Duration::days(20_000);
    let day = 1_440;
    let tomorrow = now + Duration::days(2);
    assert_eq!(before(tomorrow, day, now), Some(now + Duration::days(1)));
    // later than a day before: at once
    assert_eq!(before(now + Duration::hours(3), day, now), Some(now));
    assert_eq!(before(now, day, now), None);
    assert_eq!(before(now - Duration::days(3), day, now), None);
}

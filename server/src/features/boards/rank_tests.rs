//! Properties of the rank algorithm: order, uniqueness, bounds, and how little it rewrites.

use proptest::prelude::*;

use super::{GAP, LIMIT, Placement, between, place};

/// Applies a placement and says where the new cards stand.
fn apply(ranks: &[i64], at: usize, count: usize) -> (Vec<i64>, Placement) {
    let placement = place(ranks, at, count);
    let mut all = ranks.to_vec();
    for (index, rank) in &placement.moved {
        all[*index] = *rank;
    }
    let at = at.min(ranks.len());
    all.splice(at..at, placement.placed.iter().copied());
    (all, placement)
}

fn in_order(ranks: &[i64]) -> bool {
    ranks.windows(2).all(|pair| pair[0] < pair[1]) && ranks.iter().all(|r| r.abs() <= LIMIT)
}

proptest! {
    #[test]
    fn any_place_in_any_stage_keeps_order_and_bounds(
        mut ranks in prop::collection::vec(prop_oneof![
            -LIMIT..=LIMIT, -50i64..50, LIMIT - 50..=LIMIT, -LIMIT..-LIMIT + 50,
        ], 0..120),
        at in 0usize..121,
        count in 1usize..40,
    ) {
        ranks.sort_unstable();
        ranks.dedup();
        let (all, placement) = apply(&ranks, at, count);
        prop_assert_eq!(all.len(), ranks.len() + count);
        prop_assert!(in_order(&all), "{:?} -> {:?}", ranks, all);
        // what is rewritten is one window around the spot
        let indices: Vec<usize> = placement.moved.iter().map(|(index, _)| *index).collect();
        prop_assert!(indices.windows(2).all(|pair| pair[0] + 1 == pair[1]));
        if let (Some(first), Some(last)) = (indices.first(), indices.last()) {
            let at = at.min(ranks.len());
            prop_assert!(*first <= at && at <= last + 1);
        }
    }

    #[test]
    fn drops_anywhere_keep_the_order_a_list_would_have(
        spots in prop::collection::vec((0usize..64, 1usize..4), 1..200),
    ) {
        let (mut ranks, mut list, mut next) = (Vec::new(), Vec::new(), 0u32);
        for (spot, count) in spots {
            let at = spot % (ranks.len() + 1);
            ranks = apply(&ranks, at, count).0;
            list.splice(at..at, next..next + u32::try_from(count).unwrap());
            next += u32::try_from(count).unwrap();
            prop_assert_eq!(ranks.len(), list.len());
            prop_assert!(in_order(&ranks));
        }
    }

    #[test]
    fn one_card_takes_the_same_place_by_either_way(
        mut ranks in prop::collection::vec(-LIMIT..=LIMIT, 0..20),
        at in 0usize..21,
    ) {
        ranks.sort_unstable();
        ranks.dedup();
        let at = at.min(ranks.len());
        let above = at.checked_sub(1).map(|n| ranks[n]);
        let below = ranks.get(at).copied();
        if let Some(rank) = between(above, below) {
            let (all, placement) = apply(&ranks, at, 1);
            prop_assert!(placement.moved.is_empty());
            prop_assert_eq!(all[at], rank);
        }
    }
}

#[test]
fn ten_thousand_drops_at_one_spot_rewrite_little() {
    let mut ranks = vec![0, GAP];
    let mut rewritten = 0;
    for _ in 0..10_000 {
        let (all, placement) = apply(&ranks, 1, 1);
        assert!(in_order(&all));
        rewritten += placement.moved.len();
        ranks = all;
    }
    assert!(rewritten < 10_000 * 4, "{rewritten} neighbours moved in 10,000 drops");
}

#[test]
fn an_untouched_gap_holds_two_dozen_drops() {
    let mut ranks = vec![0, GAP];
    for _ in 0..23 {
        let (all, placement) = apply(&ranks, 1, 1);
        assert!(placement.moved.is_empty());
        ranks = all;
    }
}

#[test]
fn ends_grow_by_the_gap_and_turn_round_at_the_limit() {
    assert_eq!(between(None, None), Some(0));
    assert_eq!(between(Some(7), None), Some(7 + GAP));
    assert_eq!(between(None, Some(7)), Some(7 - GAP));
    assert_eq!(between(Some(LIMIT), None), None);
    assert_eq!(between(Some(4), Some(5)), None);
    let (all, placement) = apply(&[0, LIMIT], 2, 1);
    assert!(in_order(&all));
    assert_eq!(placement.moved.len(), 1, "only the card at the limit makes way");
}

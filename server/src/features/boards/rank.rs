//! Places in a stage: integer ranks, a gap of 2^24 between neighbours, never beyond ±2^52.
//!
//! A card that is put between two others takes the middle of their gap. Where a gap is used up,
//! the smallest window of neighbours around it is spread out again, in the same event.

/// Distance between neighbours where nobody has squeezed in.
pub(super) const GAP: i64 = 1 << 24;
/// The furthest rank; JavaScript counts exactly to 2^53.
pub(super) const LIMIT: i64 = 1 << 52;
/// What a renumbered window must leave between neighbours, so that the next drop at the same
/// spot does not renumber again: ten more halvings.
const ROOM: i64 = 1 << 10;
/// Ranks from here on are nobody's: cards wait there while a window is rewritten.
pub(super) const PARKED: i64 = 1 << 54;

/// Where `count` cards go that are put in front of the card at `at`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Placement {
    /// Ranks of the cards that are put there, ascending.
    pub(super) placed: Vec<i64>,
    /// Index and new rank of neighbours that must move, ascending.
    pub(super) moved: Vec<(usize, i64)>,
}

/// The rank of one card between its neighbours, or none when there is no room. `None` as a
/// neighbour is the stage's end.
pub(super) fn between(above: Option<i64>, below: Option<i64>) -> Option<i64> {
    let rank = match (above, below) {
        (None, None) => 0,
        (Some(above), None) => above + GAP,
        (None, Some(below)) => below - GAP,
        (Some(above), Some(below)) if below - above >= 2 => above + (below - above) / 2,
        _ => return None,
    };
    (-LIMIT..=LIMIT).contains(&rank).then_some(rank)
}

/// Puts `count` cards in front of `ranks[at]` (at the end when `at` is the length). `ranks` are
/// those of all other cards of the stage, strictly ascending; order never changes but for the
/// cards that are put in.
pub(super) fn place(ranks: &[i64], at: usize, count: usize) -> Placement {
    let at = at.min(ranks.len());
    let (mut from, mut to) = (at, at);
    let mut reach = 1;
    loop {
        let inside = to - from;
        let (low, high) = bounds(ranks, from, to, inside + count);
        let steps = as_i64(inside + count + 1);
        let step = (high - low) / steps;
        let everything = from == 0 && to == ranks.len();
        let needed = if inside == 0 || everything { 1 } else { ROOM };
        if step >= needed || everything {
            return spread(low, step, at - from, count, (from, to));
        }
        // grow by doubling on both sides: the cost stays proportional to what is rewritten
        from = at.saturating_sub(reach);
        to = (at + reach).min(ranks.len());
        reach *= 2;
    }
}

/// The ranks around a window, both exclusive. At an end of the stage the window may take as much
/// as it likes, and likes the usual gap.
fn bounds(ranks: &[i64], from: usize, to: usize, cards: usize) -> (i64, i64) {
    let wanted = GAP * as_i64(cards + 1);
    let above = from.checked_sub(1).and_then(|n| ranks.get(n)).copied();
    let below = ranks.get(to).copied();
    match (above, below) {
        (Some(above), Some(below)) => (above, below),
        (Some(above), None) => (above, (above + wanted).min(LIMIT + 1)),
        (None, Some(below)) => ((below - wanted).max(-LIMIT - 1), below),
        (None, None) => {
            let half = (wanted / 2).min(LIMIT + 1);
            (-half, half)
        }
    }
}

fn spread(
    low: i64,
    step: i64,
    before: usize,
    count: usize,
    (from, to): (usize, usize),
) -> Placement {
    let rank = |n: usize| low + step * as_i64(n + 1);
    let placed = (before..before + count).map(rank).collect();
    let moved = (from..to).map(|index| {
        let n = index - from;
        (index, rank(if n < before { n } else { n + count }))
    });
    Placement { placed, moved: moved.collect() }
}

/// Counts of cards are far below 2^63.
fn as_i64(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX / GAP / 4)
}

#[cfg(test)]
#[path = "rank_tests.rs"]
mod tests;

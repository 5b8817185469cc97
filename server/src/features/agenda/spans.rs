//! Spans of time and what can be done with lists of them. A list is sorted, its spans neither
//! touch nor overlap.

use chrono::{DateTime, Utc};

/// From `start` on, up to but not including `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) start: DateTime<Utc>,
    pub(super) end: DateTime<Utc>,
}

impl Span {
    pub(super) fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Self {
        Self { start, end }
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    fn holds(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// Any spans as a list.
pub(super) fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| span.start < span.end);
    spans.sort_unstable();
    let mut list: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match list.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => list.push(span),
        }
    }
    list
}

/// What of a list another leaves.
pub(super) fn without(list: &[Span], gone: &[Span]) -> Vec<Span> {
    let mut left = Vec::with_capacity(list.len() + gone.len());
    for span in list {
        let mut start = span.start;
        for hole in gone.iter().filter(|hole| hole.overlaps(span)) {
            if start < hole.start {
                left.push(Span::new(start, hole.start));
            }
            start = start.max(hole.end);
        }
        if start < span.end {
            left.push(Span::new(start, span.end));
        }
    }
    left
}

/// Whether one span of the list holds all of this.
pub(super) fn covers(list: &[Span], span: &Span) -> bool {
    let after = list.partition_point(|one| one.start <= span.start);
    after.checked_sub(1).and_then(|at| list.get(at)).is_some_and(|one| one.holds(span))
}

/// Whether anything of the list happens meanwhile.
pub(super) fn touches(list: &[Span], span: &Span) -> bool {
    let after = list.partition_point(|one| one.end <= span.start);
    list.get(after).is_some_and(|one| one.overlaps(span))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::{Span, covers, merged, touches, without};

    fn span((start, length): (i64, i64)) -> Span {
        let at = |minute: i64| DateTime::from_timestamp(minute * 60, 0).unwrap();
        Span::new(at(start), at(start + length))
    }

    fn some() -> impl Strategy<Value = Vec<Span>> {
        proptest::collection::vec((0_i64..300, 0_i64..60), 0..12)
            .prop_map(|all| all.into_iter().map(span).collect())
    }

    fn holds(list: &[Span], minute: i64) -> bool {
        let at = DateTime::from_timestamp(minute * 60 + 30, 0).unwrap();
        list.iter().any(|span| span.start <= at && at < span.end)
    }

    proptest! {
        #[test]
        fn lists_hold_minute_by_minute_what_they_should(a in some(), b in some()) {
            let (list, gone) = (merged(a.clone()), merged(b.clone()));
            let left = without(&list, &gone);
            for pair in list.windows(2).chain(left.windows(2)) {
                prop_assert!(pair[0].end < pair[1].start);
            }
            for minute in 0..370 {
                prop_assert_eq!(holds(&a, minute), holds(&list, minute));
                prop_assert_eq!(holds(&list, minute) && !holds(&gone, minute), holds(&left, minute));
            }
        }

        #[test]
        fn covering_and_touching_agree_with_looking_at_every_minute(
            a in some(), start in 0_i64..300, length in 1_i64..60,
        ) {
            let (list, one) = (merged(a), span((start, length)));
            let minutes = || start..start + length;
            prop_assert_eq!(covers(&list, &one), minutes().all(|minute| holds(&list, minute)));
            prop_assert_eq!(touches(&list, &one), minutes().any(|minute| holds(&list, minute)));
        }
    }
}

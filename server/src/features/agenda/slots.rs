//! Free slots: where a length fits into everybody's open hours and into nobody's other
//! appointments. Pure: the same facts give the same slots.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use entities::ids::{ResourceId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::spans::{Span, covers, touches};
use super::zone::Zone;
use crate::kernel::clock::wire;

/// A time that can be had, and who of those asked for has it free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Slot {
    #[serde(serialize_with = "wire::time")]
    pub(super) starts_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::time")]
    pub(super) ends_at: DateTime<Utc>,
    pub(super) people: Vec<UserId>,
    pub(super) resources: Vec<ResourceId>,
}

impl Slot {
    /// Without what is nobody's business outside.
    pub(super) fn for_strangers(&mut self, with_people: bool) {
        self.resources.clear();
        if !with_people {
            self.people.clear();
        }
    }
}

/// The time of one person or resource: both are lists of spans.
#[derive(Clone, Debug, Default)]
pub(super) struct Seat {
    /// When it can be had at all.
    pub(super) open: Vec<Span>,
    /// When something else has it.
    pub(super) busy: Vec<Span>,
}

impl Seat {
    pub(super) fn is_open(&self, span: &Span) -> bool {
        covers(&self.open, span)
    }

    /// Nothing else meanwhile, nor in the buffer behind it.
    pub(super) fn is_free(&self, span: &Span, buffer: Duration) -> bool {
        !touches(&self.busy, &Span::new(span.start, span.end + buffer))
    }

    fn takes(&self, span: &Span, buffer: Duration) -> bool {
        self.is_open(span) && self.is_free(span, buffer)
    }
}

/// What is looked for. Everybody named in `all` is needed; of `people` and of `resources` one,
/// unless the list is empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub(super) all: Vec<Seat>,
    /// Named in every slot: the people and resources of `all`.
    pub(super) named: (Vec<UserId>, Vec<ResourceId>),
    pub(super) people: Vec<(UserId, Seat)>,
    pub(super) resources: Vec<(ResourceId, Seat)>,
    pub(super) minutes: i64,
    pub(super) buffer_minutes: i64,
}

impl Wanted {
    /// The slot at this instant, if it can be had.
    pub(super) fn at(&self, start: DateTime<Utc>) -> Option<Slot> {
        let span = Span::new(start, start + Duration::minutes(self.minutes));
        let buffer = Duration::minutes(self.buffer_minutes);
        if !self.all.iter().all(|seat| seat.takes(&span, buffer)) {
            return None;
        }
        let mut slot = Slot {
            starts_at: span.start,
            ends_at: span.end,
            people: self.named.0.clone(),
            resources: self.named.1.clone(),
        };
        if !self.people.is_empty() {
            let free = self.people.iter().filter(|(_, seat)| seat.takes(&span, buffer));
            let before = slot.people.len();
            slot.people.extend(free.map(|(id, _)| *id));
            if slot.people.len() == before {
                return None;
            }
        }
        if !self.resources.is_empty() {
            let free = self.resources.iter().filter(|(_, seat)| seat.takes(&span, buffer));
            let before = slot.resources.len();
            slot.resources.extend(free.map(|(id, _)| *id));
            if slot.resources.len() == before {
                return None;
            }
        }
        Some(slot)
    }

    /// The slot at this instant, if it is one of those that are offered.
    pub(super) fn offered(&self, zone: Zone, start: DateTime<Utc>, step: u16) -> Option<Slot> {
        let window = Span::new(start, start + Duration::seconds(1));
        self.within(zone, window, step, 1).pop()
    }

    /// The first `most` slots inside a window. They begin where the clock on the wall shows a
    /// multiple of `step` minutes after midnight.
    pub(super) fn within(&self, zone: Zone, window: Span, step: u16, most: usize) -> Vec<Slot> {
        let mut found = Vec::new();
        let (first, last) = (zone.date(window.start), zone.date(window.end));
        for date in first.iter_days().take_while(|date| *date <= last) {
            // a set: on the day that loses an hour two marks of the clock are one instant
            let marks: BTreeSet<DateTime<Utc>> = (0..24 * 60)
                .step_by(usize::from(step.max(1)))
                .map(|minute| zone.minute(date, minute))
                .filter(|at| window.start <= *at && *at < window.end)
                .collect();
            for slot in marks.into_iter().filter_map(|at| self.at(at)) {
                if found.len() == most {
                    return found;
                }
                found.push(slot);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, NaiveDate, Utc};
    use entities::ids::UserId;
    use proptest::prelude::*;

    use super::{Seat, Wanted};
    use crate::features::agenda::hours::Week;
    use crate::features::agenda::spans::{Span, merged};
    use crate::features::agenda::zone::Zone;

    fn day(day: i64) -> NaiveDate {
        // around the night in which Berlin changes its clock
        NaiveDate::from_ymd_opt(2026, 3, 27).unwrap() + Duration::days(day)
    }

    fn window(zone: Zone) -> Span {
        Span::new(zone.midnight(day(0)), zone.midnight(day(5)))
    }

    fn seat(zone: Zone, busy: &[(i64, i64)]) -> Seat {
        let begin = zone.midnight(day(0));
        let span = |(from, length): &(i64, i64)| {
            let start = begin + Duration::minutes(*from);
            Span::new(start, start + Duration::minutes(*length))
        };
        Seat {
            open: Week::usual().open(zone, day(0), day(5)),
            busy: merged(busy.iter().map(span).collect()),
        }
    }

    #[test]
    fn a_morning_is_cut_into_slots_on_both_sides_of_the_change() {
        let zone = Zone::named("Europe/Berlin");
        let wanted = Wanted { all: vec![seat(zone, &[])], minutes: 60, ..Wanted::default() };
        let of = |date: i64| {
            let window = Span::new(zone.midnight(day(date)), zone.midnight(day(date + 1)));
            let slots = wanted.within(zone, window, 60, 100);
            slots.iter().map(|s| zone.local(s.starts_at).format("%H:%M").to_string()).collect()
        };
        let usual = ["09:00", "10:00", "11:00", "14:00", "15:00", "16:00", "17:00"];
        let (friday, saturday, sunday): (Vec<String>, Vec<String>, Vec<String>) =
            (of(0), of(1), of(2));
        assert_eq!(friday, usual);
        assert_eq!(saturday, ["10:00", "11:00", "12:00", "13:00"]);
        assert!(sunday.is_empty());
        assert_eq!(of(3), friday);
    }

    #[test]
    fn one_of_several_is_enough_and_is_named() {
        let zone = Zone::named("Europe/Istanbul");
        let (ayse, mehmet) = (UserId(uuid::Uuid::from_u128(1)), UserId(uuid::Uuid::from_u128(2)));
        // Ayşe's Friday morning is taken
        let people =
            vec![(ayse, seat(zone, &[(9 * 60, 210)])), (mehmet, seat(zone, &[(10 * 60, 30)]))];
        let wanted = Wanted { people, minutes: 30, buffer_minutes: 15, ..Wanted::default() };
        let slots = wanted.within(zone, window(zone), 30, 4);
        let shown: Vec<_> = slots
            .iter()
            .map(|s| (zone.local(s.starts_at).format("%H:%M").to_string(), s.people.clone()))
            .collect();
        // 09:30 would leave no quarter of an hour before ten
        let expected = [("09:00", vec![mehmet]), ("10:30", vec![mehmet]), ("11:00", vec![mehmet])];
        assert_eq!(shown[..3], expected.map(|(at, who)| (at.to_owned(), who)));
    }

    fn busy() -> impl Strategy<Value = Vec<(i64, i64)>> {
        proptest::collection::vec((0_i64..5 * 24 * 60, 5_i64..300), 0..20)
    }

    fn starts(wanted: &Wanted, zone: Zone, step: u16) -> Vec<DateTime<Utc>> {
        wanted.within(zone, window(zone), step, 10_000).iter().map(|s| s.starts_at).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn slots_are_exactly_the_marks_at_which_it_fits(
            first in busy(), second in busy(), minutes in 10_i64..180, buffer in 0_i64..30,
            step in prop_oneof![Just(15_u16), Just(20), Just(30), Just(60)],
            zone in prop_oneof![Just("Europe/Berlin"), Just("Europe/Istanbul"), Just("UTC")],
        ) {
            let zone = Zone::named(zone);
            let all = vec![seat(zone, &first), seat(zone, &second)];
            let wanted = Wanted {
                all: all.clone(), minutes, buffer_minutes: buffer, ..Wanted::default()
            };
            let found = starts(&wanted, zone, step);
            prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
            let mut at = window(zone).start;
            while at < window(zone).end {
                let clock = zone.local(at).time();
                let minute = clock.signed_duration_since(chrono::NaiveTime::MIN).num_minutes();
                let end = at + Duration::minutes(minutes);
                let fits = minute % i64::from(step) == 0 && all.iter().all(|seat| {
                    seat.open.iter().any(|open| open.start <= at && end <= open.end)
                        && seat.busy.iter().all(|other| {
                            other.end <= at || end + Duration::minutes(buffer) <= other.start
                        })
                });
                prop_assert_eq!(fits, found.contains(&at), "{}", at);
                at += Duration::minutes(5);
            }
        }

        #[test]
        fn what_is_booked_is_not_offered_again(
            taken in busy(), minutes in 15_i64..120, pick in 0_usize..100,
        ) {
            let zone = Zone::named("Europe/Istanbul");
            let mut wanted = Wanted { all: vec![seat(zone, &taken)], minutes, ..Wanted::default() };
            let before = starts(&wanted, zone, 15);
            prop_assume!(!before.is_empty());
            let start = before[pick % before.len()];
            let booked = Span::new(start, start + Duration::minutes(minutes));
            wanted.all[0].busy.push(booked);
            wanted.all[0].busy = merged(wanted.all[0].busy.clone());
            let after = starts(&wanted, zone, 15);
            let length = Duration::minutes(minutes);
            let left: Vec<_> = before
                .into_iter()
                .filter(|at| !Span::new(*at, *at + length).overlaps(&booked))
                .collect();
            prop_assert_eq!(after, left);
        }
    }
}

//! Recurrence against a model that only knows the wall: counted day by day, never by instants.

use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::recurrence::{Every, Repeat, read, written};
use crate::kernel::clock::wire_time;
use crate::kernel::wall;

fn wall_at(y: i32, m: u32, d: u32, h: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(y, m, d).unwrap().and_hms_opt(h, 0, 0).unwrap()
}

fn series(repeat: &Repeat, zone: Tz, anchor: NaiveDateTime, count: usize) -> Vec<String> {
    let mut at = wall::instant(zone, anchor);
    let mut all = Vec::new();
    for _ in 0..count {
        let Some(next) = repeat.next(zone, anchor, at) else { break };
        all.push(wire_time(next));
        at = next;
    }
    all
}

#[test]
fn the_31st_comes_back_after_february() {
    let repeat = Repeat { every: Every::Month, n: 1, until: None };
    let all = series(&repeat, Tz::Europe__Istanbul, wall_at(2026, 1, 31, 9), 4);
    let expected = ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"];
    assert_eq!(all, expected.map(|day| format!("{day}T06:00:00.000Z")));
}

#[test]
fn nine_o_clock_stays_nine_o_clock_when_the_clocks_change() {
    let repeat = Repeat { every: Every::Day, n: 1, until: None };
    let all = series(&repeat, Tz::Europe__Berlin, wall_at(2026, 3, 28, 9), 2);
    assert_eq!(all, ["2026-03-29T07:00:00.000Z", "2026-03-30T07:00:00.000Z"]);
    // 02:30 does not exist on that day: half past three instead, and 02:30 again on the next
    let anchor = wall_at(2026, 3, 28, 2) + Duration::minutes(30);
    let all = series(&repeat, Tz::Europe__Berlin, anchor, 2);
    assert_eq!(all, ["2026-03-29T01:30:00.000Z", "2026-03-30T00:30:00.000Z"]);
}

#[test]
fn a_series_ends_on_its_last_day() {
    let until = NaiveDate::from_ymd_opt(2026, 2, 14);
    let repeat = Repeat { every: Every::Week, n: 2, until };
    let all = series(&repeat, Tz::Europe__Istanbul, wall_at(2026, 1, 17, 23), 9);
    assert_eq!(all, ["2026-01-31T20:00:00.000Z", "2026-02-14T20:00:00.000Z"]);
}

fn zones() -> impl Strategy<Value = Tz> {
    prop::sample::select(vec![
        Tz::Europe__Istanbul,
        Tz::Europe__Berlin,
        Tz::America__New_York,
        Tz::Australia__Lord_Howe,
        Tz::UTC,
    ])
}

fn every() -> impl Strategy<Value = Every> {
    prop::sample::select(vec![Every::Day, Every::Week, Every::Month])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The next time is the first of the series after the instant: nothing skipped, nothing twice.
    #[test]
    fn the_next_is_the_first_after(
        zone in zones(), every in every(), n in 1u32..=12,
        day in 0i64..1_500, minute in 0i64..1_440, later in 0i64..900_000,
    ) {
        let anchor = wall_at(2024, 1, 1, 0) + Duration::days(day) + Duration::minutes(minute);
        let after = wall::instant(zone, anchor) + Duration::minutes(later);
        let repeat = Repeat { every, n, until: None };
        let next = repeat.next(zone, anchor, after).unwrap();
        let expected = model(every, n, zone, anchor, after);
        prop_assert_eq!(next, expected);
        prop_assert!(next > after);
    }

    /// On the wall it is the anchor's time, or later by the gap of a clock change.
    #[test]
    fn the_wall_shows_the_anchors_time(
        zone in zones(), every in every(), n in 1u32..=12, day in 0i64..1_500, minute in 0i64..1_440,
    ) {
        let anchor = wall_at(2024, 1, 1, 0) + Duration::days(day) + Duration::minutes(minute);
        let repeat = Repeat { every, n, until: None };
        let mut at = wall::instant(zone, anchor);
        for _ in 0..12 {
            at = repeat.next(zone, anchor, at).unwrap();
            let shown = wall::local(zone, at);
            let late = (shown.time() - anchor.time()).num_minutes().rem_euclid(1_440);
            prop_assert!(late == 0 || late == 60 || late == 30, "{shown} is not {anchor}");
            if every == Every::Month {
                let last = (shown.date() + Duration::days(1)).day() == 1;
                prop_assert!(shown.day() == anchor.day() || last || late != 0);
            }
        }
    }

    /// What is written into the row comes back.
    #[test]
    fn an_anchor_is_read_as_it_was_written(ms in 0i64..4_000_000_000_000) {
        let anchor = DateTime::<Utc>::from_timestamp_millis(ms).unwrap().naive_utc();
        prop_assert_eq!(read(&written(anchor)), Some(anchor));
    }
}

/// Counts from the anchor, one by one.
fn model(
    every: Every,
    n: u32,
    zone: Tz,
    anchor: NaiveDateTime,
    after: DateTime<Utc>,
) -> DateTime<Utc> {
    (0..100_000_u32)
        .map(|k| match every {
            Every::Day => anchor + Duration::days(i64::from(k * n)),
            Every::Week => anchor + Duration::weeks(i64::from(k * n)),
            Every::Month => anchor.checked_add_months(Months::new(k * n)).unwrap(),
        })
        .map(|shown| wall::instant(zone, shown))
        .find(|at| *at > after)
        .unwrap()
}

//! Repetition: a rule of RFC 5545 becomes a bounded list of wall-clock times. The rule is checked
//! here and expanded by `calcard`; what the clock of a zone makes of the times is the zone's.

use calcard::common::timezone::Tz;
use calcard::{Entry, Parser};
use chrono::{Duration, NaiveDateTime};

use crate::kernel::problem::Problem;

/// Most occurrences of one series.
pub(super) const COUNT_MAX: usize = 100;
/// A series ends within a year.
pub(super) const DAYS_MAX: i64 = 366;
/// Longest rule, in bytes.
const RULE_MAX: usize = 200;
const FIELD: &str = "repeat.rrule";

/// The occurrences from `start` on, the first one included, in order: at most `count`, none after
/// `until` (both wall-clock times).
///
/// # Errors
/// `invalid` for a rule that is none, or that never ends.
pub(super) fn expand(
    start: NaiveDateTime,
    rule: &str,
    until: Option<NaiveDateTime>,
    count: Option<usize>,
) -> Result<Vec<NaiveDateTime>, Problem> {
    if until.is_none() && count.is_none() {
        return Err(Problem::invalid("repeat.count", "required"));
    }
    let most = count.unwrap_or(COUNT_MAX);
    if !(1..=COUNT_MAX).contains(&most) {
        return Err(Problem::invalid("repeat.count", "bad_value"));
    }
    let horizon = start + Duration::days(DAYS_MAX);
    let until = until.unwrap_or(horizon);
    if until < start || until > horizon {
        return Err(Problem::invalid("repeat.until", "bad_value"));
    }
    let rule = checked(rule)?;
    // a floating start: the rule is about clocks on walls
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:{}\r\nDURATION:PT5M\r\n\
         RRULE:{rule};UNTIL={}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        start.format("%Y%m%dT%H%M%S"),
        until.format("%Y%m%dT%H%M%S"),
    );
    let refuse = || Problem::invalid(FIELD, "bad_value");
    let Entry::ICalendar(calendar) = Parser::new(&text).entry() else { return Err(refuse()) };
    let expanded = calendar.expand_dates(Tz::Floating, most + 1);
    if !expanded.errors.is_empty() {
        return Err(refuse());
    }
    let mut times: Vec<NaiveDateTime> =
        expanded.events.iter().map(|event| event.start.naive_local()).collect();
    // the first time is part of every series, whether the rule names it or not
    times.push(start);
    times.retain(|time| (start..=until).contains(time));
    times.sort_unstable();
    times.dedup();
    times.truncate(most);
    Ok(times)
}

/// Days and longer, with the parts that calendars offer; how often and how long is said beside it.
fn checked(rule: &str) -> Result<String, Problem> {
    let refuse = || Problem::invalid(FIELD, "bad_value");
    let rule = rule.trim();
    if rule.len() > RULE_MAX {
        return Err(Problem::invalid(FIELD, "too_long"));
    }
    let rule = rule.strip_prefix("RRULE:").unwrap_or(rule).to_ascii_uppercase();
    let mut seen: Vec<&str> = Vec::new();
    for part in rule.split(';') {
        let (key, value) = part.split_once('=').ok_or_else(refuse)?;
        let each = |fits: fn(&str) -> bool| value.split(',').all(fits);
        let fits = match key {
            "FREQ" => matches!(value, "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY"),
            "INTERVAL" => number(value, 1, 366),
            "BYDAY" => each(week_day),
            "BYMONTHDAY" => each(|text| number(text, -31, 31)),
            "BYMONTH" => each(|text| number(text, 1, 12)),
            "BYSETPOS" => each(|text| number(text, -31, 31)),
            "WKST" => matches!(value, "MO" | "SU"),
            _ => false,
        };
        if !fits || seen.contains(&key) {
            return Err(refuse());
        }
        seen.push(key);
    }
    if seen.contains(&"FREQ") { Ok(rule.clone()) } else { Err(refuse()) }
}

/// A whole number in a range; zero is never one of them.
fn number(text: &str, least: i32, most: i32) -> bool {
    text.len() <= 4 && text.parse().is_ok_and(|n: i32| n != 0 && (least..=most).contains(&n))
}

/// `MO`, `2TU`, `-1FR`.
fn week_day(text: &str) -> bool {
    let Some(split) = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at)) else {
        return false;
    };
    let (place, day) = text.split_at(split);
    matches!(day, "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU")
        && (place.is_empty() || number(place, -5, 5))
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, Weekday};
    use proptest::prelude::*;

    use super::expand;
    use crate::features::agenda::zone::Zone;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn dates(times: &[NaiveDateTime]) -> Vec<String> {
        times.iter().map(|time| time.format("%m-%d").to_string()).collect()
    }

    #[test]
    fn rules_become_the_days_that_people_expect() {
        let start = at("2026-11-23 10:00");
        let of = |rule: &str, count| dates(&expand(start, rule, None, Some(count)).unwrap());
        assert_eq!(of("FREQ=WEEKLY", 3), ["11-23", "11-30", "12-07"]);
        assert_eq!(
            of("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", 4),
            ["11-23", "11-26", "12-07", "12-10"]
        );
        assert_eq!(of("FREQ=MONTHLY;BYDAY=-1FR", 3), ["11-23", "11-27", "12-25"]);
        assert_eq!(of("FREQ=MONTHLY;BYMONTHDAY=31", 3), ["11-23", "12-31", "01-31"]);
        let until = Some(at("2026-11-25 10:00"));
        assert_eq!(dates(&expand(start, "FREQ=DAILY", until, None).unwrap()).len(), 3);
        // a day that never comes leaves the first
        assert_eq!(of("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", 5), ["11-23"]);
    }

    #[test]
    fn what_is_no_rule_or_never_ends_is_refused() {
        let start = at("2026-11-23 10:00");
        for bad in [
            "",
            "FREQ=SECONDLY",
            "FREQ=DAILY;COUNT=5",
            "FREQ=DAILY;FREQ=DAILY",
            "INTERVAL=2",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=WEEKLY;BYDAY=XX",
            "FREQ=WEEKLY;BYDAY=ş",
            "FREQ=DAILY\r\nDTSTART:19700101T000000",
            "FREQ=DAILY;BYMONTHDAY=0",
        ] {
            assert!(expand(start, bad, None, Some(5)).is_err(), "{bad}");
        }
        assert!(expand(start, "FREQ=DAILY", None, None).is_err());
        assert!(expand(start, "FREQ=DAILY", None, Some(101)).is_err());
        assert!(expand(start, "FREQ=DAILY", Some(start + Duration::days(400)), None).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn a_series_is_bounded_ordered_and_keeps_its_clock(
            day in 0_i64..700, hour in 0_u32..24, interval in 1_u32..6, count in 1_usize..100,
            freq in prop_oneof![Just("DAILY"), Just("WEEKLY"), Just("MONTHLY")],
            days in proptest::sample::subsequence(vec!["MO", "TU", "WE", "TH", "FR"], 0..5),
        ) {
            let date = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Duration::days(day);
            let start = date.and_hms_opt(hour, 30, 0).unwrap();
            let mut rule = format!("FREQ={freq};INTERVAL={interval}");
            if !days.is_empty() {
                rule.push_str(";BYDAY=");
                rule.push_str(&days.join(","));
            }
            let times = expand(start, &rule, None, Some(count)).unwrap();
            prop_assert!(times.len() <= count && times[0] == start);
            prop_assert!(times.is_sorted() && times.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(*times.last().unwrap() <= start + Duration::days(366));
            prop_assert!(times.iter().all(|time| time.time() == start.time()));
            if !days.is_empty() {
                let weekend = [Weekday::Sat, Weekday::Sun];
                prop_assert!(times[1..].iter().all(|time| !weekend.contains(&time.weekday())));
            }
            // on the wall it is the same hour all year, whatever the zone does, but for the gap
            for zone in ["Europe/Berlin", "Europe/Istanbul"] {
                let zone = Zone::named(zone);
                for time in &times {
                    let back = zone.local(zone.utc(*time));
                    prop_assert!(back == *time || back == *time + Duration::hours(1));
                }
            }
        }
    }
}

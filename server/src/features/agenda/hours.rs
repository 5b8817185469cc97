//! Weeks of working hours: what people write, checked, and as spans of real time.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::spans::{Span, merged};
use super::zone::Zone;
use crate::kernel::problem::Problem;

/// Most intervals of one day.
const INTERVALS_MAX: usize = 12;

/// `HH:MM` to `HH:MM` on the wall; `24:00` is the end of the day. Breaks are the gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Interval {
    pub(super) from: String,
    pub(super) to: String,
}

/// As it stands on the wire and in the table: seven days, Monday first.
pub(super) type Written = Vec<Vec<Interval>>;

/// A week in minutes after midnight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Week([Vec<(u16, u16)>; 7]);

impl Week {
    /// Monday to Friday with a lunch break, and Saturday morning: what a tenant begins with.
    pub(super) fn usual() -> Self {
        let day = || vec![(9 * 60, 12 * 60 + 30), (13 * 60 + 30, 18 * 60)];
        Self([day(), day(), day(), day(), day(), vec![(10 * 60, 14 * 60)], Vec::new()])
    }

    /// # Errors
    /// `invalid` on `week` or `week.<day>`.
    pub(super) fn read(written: &Written) -> Result<Self, Problem> {
        if written.len() != 7 {
            return Err(Problem::invalid("week", "bad_value"));
        }
        let mut week = Self::default();
        for (at, (day, intervals)) in week.0.iter_mut().zip(written).enumerate() {
            let field = format!("week.{at}");
            if intervals.len() > INTERVALS_MAX {
                return Err(Problem::invalid(&field, "too_many"));
            }
            for interval in intervals {
                let parsed = minute(&interval.from).zip(minute(&interval.to));
                let fits = |(from, to): &(u16, u16)| {
                    from < to && day.last().is_none_or(|(_, last)| last <= from)
                };
                let pair = parsed.filter(fits);
                day.push(pair.ok_or_else(|| Problem::invalid(&field, "bad_value"))?);
            }
        }
        Ok(week)
    }

    pub(super) fn write(&self) -> Written {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let day = |day: &Vec<(u16, u16)>| {
            day.iter().map(|(from, to)| Interval { from: clock(*from), to: clock(*to) }).collect()
        };
        self.0.iter().map(day).collect()
    }

    /// The hours of these days, the last one included.
    pub(super) fn open(&self, zone: Zone, first: NaiveDate, last: NaiveDate) -> Vec<Span> {
        let mut spans = Vec::new();
        for date in first.iter_days().take_while(|date| *date <= last) {
            let day = date.weekday().num_days_from_monday() as usize;
            for (from, to) in self.0.get(day).into_iter().flatten() {
                spans.push(Span::new(zone.minute(date, *from), zone.minute(date, *to)));
            }
        }
        merged(spans)
    }
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= 24 * 60).then_some(total)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{Interval, Week};
    use crate::features::agenda::zone::Zone;

    fn day(pairs: &[(&str, &str)]) -> Vec<Interval> {
        let interval =
            |(from, to): &(&str, &str)| Interval { from: (*from).to_owned(), to: (*to).to_owned() };
        pairs.iter().map(interval).collect()
    }

    fn week(monday: &[(&str, &str)]) -> Vec<Vec<Interval>> {
        let mut week = vec![Vec::new(); 7];
        week[0] = day(monday);
        week
    }

    #[test]
    fn a_week_that_makes_no_sense_is_refused() {
        for good in [&[][..], &[("09:00", "12:30"), ("12:30", "24:00")], &[("00:00", "00:05")]] {
            let read = Week::read(&week(good)).unwrap();
            assert_eq!(read.write(), week(good));
        }
        for bad in [
            &[("9:00", "12:00")][..],
            &[("12:00", "09:00")],
            &[("09:00", "12:00"), ("11:00", "13:00")],
            &[("09:60", "12:00")],
            &[("23:00", "24:01")],
            &[("", "")],
            &[("09:00", "09:00")],
            &[("-1:00", "09:00")],
        ] {
            assert!(Week::read(&week(bad)).is_err(), "{bad:?}");
        }
        assert!(Week::read(&vec![Vec::new(); 6]).is_err());
    }

    #[test]
    fn a_day_is_as_long_as_its_clock_says() {
        let date = |day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
        let mut written = vec![Vec::new(); 7];
        written[6] = day(&[("00:00", "06:00")]);
        let sunday = Week::read(&written).unwrap();
        // the night in which Berlin loses an hour; Istanbul does not
        for (zone, hours) in [("Europe/Berlin", 5), ("Europe/Istanbul", 6)] {
            let open = sunday.open(Zone::named(zone), date(28), date(30));
            assert_eq!(
                (open.len(), (open[0].end - open[0].start).num_hours()),
                (1, hours),
                "{zone}"
            );
        }
    }
}

//! A tenant's time zone: between what a clock on the wall shows and the instant it means.

use chrono::{DateTime, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// A zone of the tz database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Zone(pub(super) Tz);

impl Zone {
    /// An unknown name counts as UTC: wrong for a day's clock, but never for an instant.
    pub(super) fn named(name: &str) -> Self {
        Self(name.parse().unwrap_or(Tz::UTC))
    }

    /// The instant of a wall clock's time. One that comes twice means the first; one that a clock
    /// skips is read with the offset before the gap, as RFC 5545 section 3.3.5 has it.
    pub(super) fn utc(self, local: NaiveDateTime) -> DateTime<Utc> {
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(at) => at.to_utc(),
            LocalResult::Ambiguous(first, _) => first.to_utc(),
            LocalResult::None => {
                // no gap is longer than a day
                let before = self.0.from_utc_datetime(&(local - Duration::hours(36)));
                let offset = before.naive_local() - before.naive_utc();
                (local - offset).and_utc()
            }
        }
    }

    pub(super) fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }

    pub(super) fn date(self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date()
    }

    pub(super) fn midnight(self, date: NaiveDate) -> DateTime<Utc> {
        self.utc(date.and_time(NaiveTime::MIN))
    }

    /// So many minutes on the wall after midnight; 1440 is the next day's midnight.
    pub(super) fn minute(self, date: NaiveDate, minute: u16) -> DateTime<Utc> {
        self.utc(date.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minute)))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::Zone;
    use crate::kernel::clock::wire_time;

    fn at(zone: &str, day: (i32, u32, u32), hour: u32, minute: u32) -> String {
        let local = NaiveDate::from_ymd_opt(day.0, day.1, day.2).unwrap();
        wire_time(Zone::named(zone).utc(local.and_hms_opt(hour, minute, 0).unwrap()))
    }

    #[test]
    fn the_hour_that_is_skipped_and_the_hour_that_comes_twice() {
        // Berlin springs from 02:00 to 03:00 on 29 March 2026, and back on 25 October
        assert_eq!(at("Europe/Berlin", (2026, 3, 29), 1, 30), "2026-03-29T00:30:00.000Z");
        assert_eq!(at("Europe/Berlin", (2026, 3, 29), 2, 30), "2026-03-29T01:30:00.000Z");
        assert_eq!(at("Europe/Berlin", (2026, 3, 29), 3, 30), "2026-03-29T01:30:00.000Z");
        assert_eq!(at("Europe/Berlin", (2026, 10, 25), 2, 30), "2026-10-25T00:30:00.000Z");
        assert_eq!(at("Europe/Istanbul", (2026, 3, 29), 2, 30), "2026-03-28T23:30:00.000Z");
        assert_eq!(at("Nowhere/Else", (2026, 3, 29), 2, 30), "2026-03-29T02:30:00.000Z");
    }
}

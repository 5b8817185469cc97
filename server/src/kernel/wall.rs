//! The clock on the wall: what 09:00 on the 31st is, where the tenant is at home.

use chrono::{DateTime, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// The zone by its IANA name; Istanbul for a name that no table knows.
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::Europe__Istanbul)
}

/// What the wall shows at an instant.
pub fn local(zone: Tz, at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&zone).naive_local()
}

/// The instant at which the wall shows this. What is shown twice means the first time; what is
/// never shown means as much later as the clock was put forward.
pub fn instant(zone: Tz, wall: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
        LocalResult::None => {
            // the offset of before the jump, where there is one on both sides of three hours
            let before = zone.from_local_datetime(&(wall - Duration::hours(3))).latest();
            before.map_or_else(|| wall.and_utc(), |at| at.with_timezone(&Utc) + Duration::hours(3))
        }
    }
}

/// The beginning of a day.
pub fn midnight(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    instant(zone, day.and_time(NaiveTime::MIN))
}

/// The beginning of the day that this instant is in, and of the day `days` later.
pub fn days(zone: Tz, at: DateTime<Utc>, days: u64) -> (DateTime<Utc>, DateTime<Utc>) {
    let today = local(zone, at).date();
    let later = today.checked_add_days(chrono::Days::new(days)).unwrap_or(today);
    (midnight(zone, today), midnight(zone, later))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use chrono_tz::Tz;

    use super::{days, instant, local, zone};
    use crate::kernel::clock::wire_time;

    fn wall(day: u32, month: u32, hour: u32, minute: u32) -> chrono::NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap().and_hms_opt(hour, minute, 0).unwrap()
    }

    #[test]
    fn what_is_never_shown_comes_later_and_what_is_shown_twice_comes_first() {
        // Berlin: 29 March 02:00 -> 03:00, 25 October 03:00 -> 02:00
        let gap = instant(Tz::Europe__Berlin, wall(29, 3, 2, 30));
        assert_eq!(wire_time(gap), "2026-03-29T01:30:00.000Z");
        let twice = instant(Tz::Europe__Berlin, wall(25, 10, 2, 30));
        assert_eq!(wire_time(twice), "2026-10-25T00:30:00.000Z");
        assert_eq!(local(Tz::Europe__Istanbul, twice), wall(25, 10, 3, 30));
    }

    #[test]
    fn a_day_ends_where_the_next_begins() {
        let at = instant(Tz::Europe__Berlin, wall(29, 3, 12, 0));
        let (from, to) = days(Tz::Europe__Berlin, at, 1);
        assert_eq!((to - from).num_hours(), 23);
        assert_eq!(zone("Mars/Olympus"), Tz::Europe__Istanbul);
    }
}

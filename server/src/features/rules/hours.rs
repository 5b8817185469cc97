//! Business hours: when a tenant is open, and when it opens next.

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use entities::hours;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::Value;

use crate::db::Tx;
use crate::features::agenda;
use crate::kernel::problem::Problem;

/// From and to, in the order of the day.
type Open = Vec<(NaiveTime, NaiveTime)>;

/// A tenant's week, Monday first, in its own time zone.
pub(super) struct Hours {
    zone: Tz,
    week: [Open; 7],
}

/// A time of day; midnight for what is none.
fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()
}

impl Hours {
    pub(super) fn new(zone: &str, week: [Open; 7]) -> Self {
        Self { zone: zone.parse().unwrap_or(Tz::Europe__Istanbul), week }
    }

    /// Monday to Friday, nine to six.
    pub(super) fn usual(zone: &str) -> Self {
        let day = || vec![(hour(9), hour(18))];
        Self::new(zone, [day(), day(), day(), day(), day(), Vec::new(), Vec::new()])
    }

    /// The first moment from this one on when the tenant is open; none where it never opens.
    pub(super) fn next_open(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = at.with_timezone(&self.zone).date_naive();
        // one week more than one: the hours of today may be over
        (0..=7).filter_map(|days| today.checked_add_days(Days::new(days))).find_map(|date| {
            let weekday = chrono::Datelike::weekday(&date).num_days_from_monday();
            let open = self.week.get(weekday as usize)?;
            open.iter().find_map(|(from, to)| {
                let (from, to) = (self.moment(date, *from)?, self.moment(date, *to)?);
                (at < to).then(|| at.max(from))
            })
        })
    }

    /// The moment of a local time. Where the clocks jump over it, an hour later; where they show it
    /// twice, the first.
    fn moment(&self, date: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
        let local = date.and_time(time);
        match self.zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.with_timezone(&Utc)),
            LocalResult::None => {
                let later = local.checked_add_signed(chrono::Duration::hours(1))?;
                self.zone.from_local_datetime(&later).earliest().map(|at| at.with_timezone(&Utc))
            }
        }
    }
}

/// The tenant's hours, as it has set them for its agenda.
pub(super) async fn of_tenant(tx: &Tx<'_>) -> Result<Hours, Problem> {
    let zone = super::views::time_zone(tx).await?;
    let set = hours::Entity::of(tx.tenant()).filter(hours::Column::Of.eq("tenant")).one(tx).await?;
    let week = read(&set.map_or_else(agenda::usual_week, |row| row.week));
    Ok(week.map_or_else(|| Hours::usual(&zone), |week| Hours::new(&zone, week)))
}

/// `09:00`; the end of the day is its last moment.
fn clock(text: &str) -> Option<NaiveTime> {
    match text {
        "24:00" => NaiveTime::from_hms_opt(23, 59, 59),
        text => NaiveTime::parse_from_str(text, "%H:%M").ok(),
    }
}

/// Seven days, Monday first, each a list of `{from, to}`.
fn read(week: &Value) -> Option<[Open; 7]> {
    let interval = |one: &Value| Some((clock(one["from"].as_str()?)?, clock(one["to"].as_str()?)?));
    let day = |day: &Value| day.as_array()?.iter().map(interval).collect::<Option<Open>>();
    week.as_array()?.iter().map(day).collect::<Option<Vec<Open>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Datelike, Timelike, Utc, Weekday};
    use chrono_tz::Tz;
    use proptest::prelude::*;

    use super::{Hours, hour, read};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_opening_is_local() {
        let hours = Hours::usual("Europe/Istanbul");
        // Friday evening: Monday at nine, six in UTC
        assert_eq!(hours.next_open(at("2026-11-20T15:00:00Z")), Some(at("2026-11-23T06:00:00Z")));
        // open: at once
        let open = at("2026-11-20T14:59:59Z");
        assert_eq!(hours.next_open(open), Some(open));
        // before nine
        assert_eq!(hours.next_open(at("2026-11-20T02:00:00Z")), Some(at("2026-11-20T06:00:00Z")));
        // summer time elsewhere
        let berlin = Hours::usual("Europe/Berlin");
        assert_eq!(berlin.next_open(at("2026-07-04T10:00:00Z")), Some(at("2026-07-06T07:00:00Z")));
    }

    #[test]
    fn a_lunch_break_is_closed_and_never_is_never() {
        let mut week: [super::Open; 7] = Default::default();
        week[0] = vec![(hour(9), hour(12)), (hour(13), hour(18))];
        let hours = Hours::new("UTC", week);
        assert_eq!(hours.next_open(at("2026-11-23T12:00:00Z")), Some(at("2026-11-23T13:00:00Z")));
        assert_eq!(hours.next_open(at("2026-11-23T18:00:00Z")), Some(at("2026-11-30T09:00:00Z")));
        assert_eq!(
            Hours::new("UTC", Default::default()).next_open(at("2026-11-23T12:00:00Z")),
            None
        );
    }

    #[test]
    fn hours_are_read_as_the_agenda_keeps_them() {
        let day = serde_json::json!([{ "from": "09:00", "to": "12:30" }, { "from": "20:00", "to": "24:00" }]);
        let week = serde_json::json!([day, [], [], [], [], [], []]);
        let hours = Hours::new("UTC", read(&week).unwrap());
        assert_eq!(hours.next_open(at("2026-11-23T12:30:00Z")), Some(at("2026-11-23T20:00:00Z")));
        assert!(
            read(&serde_json::json!([[]])).is_none() && read(&serde_json::json!("x")).is_none()
        );
    }

    proptest! {
        #[test]
        fn what_it_answers_is_open_and_not_before(
            seconds in 1_700_000_000_i64..2_100_000_000,
            zone in prop::sample::select(vec!["Europe/Istanbul", "America/New_York", "Asia/Kolkata", "Pacific/Apia"]),
        ) {
            let from = DateTime::from_timestamp(seconds, 0).unwrap();
            let open = Hours::usual(zone).next_open(from).unwrap();
            prop_assert!(open >= from && open - from <= chrono::Duration::days(4));
            let local = open.with_timezone(&zone.parse::<Tz>().unwrap());
            prop_assert!(!matches!(local.weekday(), Weekday::Sat | Weekday::Sun));
            prop_assert!((9..18).contains(&local.hour()));
        }
    }
}

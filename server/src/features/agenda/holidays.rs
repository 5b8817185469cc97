//! Public holidays of Türkiye, 2024 to 2035.
//!
//! National days: Law 2429 on the national day and public holidays (Ulusal Bayram ve Genel
//! Tatiller Hakkında Kanun), article 1 and 2: the eves of the Republic and of the two feasts are
//! half days from 13:00. Feasts: the first days as the Presidency of Religious Affairs (Diyanet
//! İşleri Başkanlığı, vakithesaplama.diyanet.gov.tr) publishes them up to 2032; 2033 to 2035
//! follow from the same calculation of the lunar calendar and are not published yet.

use chrono::{Datelike, Duration, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::spans::{Span, merged};
use super::zone::Zone;

/// When a half day ends, in minutes after midnight.
const HALF_DAY_ENDS: u16 = 13 * 60;

/// A day on which most do not work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Holiday {
    pub(super) date: NaiveDate,
    pub(super) name: &'static str,
    /// Work ends at 13:00.
    pub(super) half_day: bool,
}

/// (month, day, Turkish, English, half day).
const NATIONAL: [(u32, u32, &str, &str, bool); 8] = [
    (1, 1, "Yılbaşı", "New Year's Day", false),
    (4, 23, "Ulusal Egemenlik ve Çocuk Bayramı", "National Sovereignty and Children's Day", false),
    (5, 1, "Emek ve Dayanışma Günü", "Labour and Solidarity Day", false),
    (
        5,
        19,
        "Atatürk'ü Anma, Gençlik ve Spor Bayramı",
        "Commemoration of Atatürk, Youth and Sports Day",
        false,
    ),
    (7, 15, "Demokrasi ve Millî Birlik Günü", "Democracy and National Unity Day", false),
    (8, 30, "Zafer Bayramı", "Victory Day", false),
    (10, 28, "Cumhuriyet Bayramı arifesi", "Republic Day Eve", true),
    (10, 29, "Cumhuriyet Bayramı", "Republic Day", false),
];

/// First days of Ramazan Bayramı (three days) as (year, month, day).
const RAMAZAN: [(i32, u32, u32); 13] = [
    (2024, 4, 10),
    (2025, 3, 30),
    (2026, 3, 20),
    (2027, 3, 9),
    (2028, 2, 26),
    (2029, 2, 14),
    (2030, 2, 4),
    (2031, 1, 24),
    (2032, 1, 14),
    (2033, 1, 2),
    (2033, 12, 23),
    (2034, 12, 12),
    (2035, 12, 1),
];

/// First days of Kurban Bayramı (four days).
const KURBAN: [(i32, u32, u32); 12] = [
    (2024, 6, 16),
    (2025, 6, 6),
    (2026, 5, 27),
    (2027, 5, 16),
    (2028, 5, 5),
    (2029, 4, 24),
    (2030, 4, 13),
    (2031, 4, 2),
    (2032, 3, 22),
    (2033, 3, 11),
    (2034, 3, 1),
    (2035, 2, 18),
];

/// The years that the table knows.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 2024..=2035;

/// The holidays of these days, the last one included, in their order. `locale` chooses the names.
pub(super) fn between(first: NaiveDate, last: NaiveDate, locale: &str) -> Vec<Holiday> {
    let turkish = locale.starts_with("tr");
    let mut all = Vec::new();
    for year in first.year().max(*YEARS.start())..=last.year().min(*YEARS.end()) {
        all.extend(NATIONAL.iter().filter_map(|(month, day, tr, en, half_day)| {
            let date = NaiveDate::from_ymd_opt(year, *month, *day)?;
            Some(Holiday { date, name: if turkish { tr } else { en }, half_day: *half_day })
        }));
    }
    let ramazan = if turkish {
        ("Ramazan Bayramı arifesi", "Ramazan Bayramı")
    } else {
        ("Ramazan Feast Eve", "Ramazan Feast")
    };
    let kurban = if turkish {
        ("Kurban Bayramı arifesi", "Kurban Bayramı")
    } else {
        ("Feast of Sacrifice Eve", "Feast of Sacrifice")
    };
    all.extend(feasts(&RAMAZAN, 3, ramazan));
    all.extend(feasts(&KURBAN, 4, kurban));
    all.retain(|holiday| (first..=last).contains(&holiday.date));
    all.sort_by_key(|holiday| (holiday.date, holiday.half_day));
    all
}

fn feasts(
    firsts: &[(i32, u32, u32)],
    days: i64,
    (eve, name): (&'static str, &'static str),
) -> Vec<Holiday> {
    let mut all = Vec::new();
    for first in firsts.iter().filter_map(|(y, m, d)| NaiveDate::from_ymd_opt(*y, *m, *d)) {
        all.push(Holiday { date: first - Duration::days(1), name: eve, half_day: true });
        let dates = (0..days).map(|n| first + Duration::days(n));
        all.extend(dates.map(|date| Holiday { date, name, half_day: false }));
    }
    all
}

/// When nobody works because of them.
pub(super) fn closed(zone: Zone, first: NaiveDate, last: NaiveDate) -> Vec<Span> {
    let all = between(first, last, "tr").into_iter();
    let spans = all.map(|Holiday { date, half_day, .. }| {
        let from = if half_day { HALF_DAY_ENDS } else { 0 };
        Span::new(zone.minute(date, from), zone.minute(date, 24 * 60))
    });
    merged(spans.collect())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{YEARS, between};

    fn of_year(year: i32) -> Vec<super::Holiday> {
        let day = |m, d| NaiveDate::from_ymd_opt(year, m, d).unwrap();
        between(day(1, 1), day(12, 31), "tr")
    }

    #[test]
    fn every_year_has_its_national_days_and_both_feasts() {
        for year in YEARS {
            let all = of_year(year);
            let count = |name: &str| all.iter().filter(|h| h.name == name).count();
            assert_eq!(count("Kurban Bayramı"), 4, "{year}");
            assert_eq!(count("Kurban Bayramı arifesi"), 1, "{year}");
            // 2033 sees two of them, as 2000 did
            let feasts = if year == 2033 { 2 } else { 1 };
            assert_eq!(count("Ramazan Bayramı"), 3 * feasts, "{year}");
            assert_eq!(count("Cumhuriyet Bayramı"), 1, "{year}");
            assert_eq!(all.len(), 8 + 5 + 4 * feasts, "{year}");
            assert!(all.is_sorted_by_key(|holiday| holiday.date));
        }
    }

    #[test]
    fn the_feasts_of_2026_are_where_the_calendar_has_them() {
        let all = of_year(2026);
        let half: Vec<String> =
            all.iter().filter(|h| h.half_day).map(|h| h.date.to_string()).collect();
        assert_eq!(half, ["2026-03-19", "2026-05-26", "2026-10-28"]);
        let kurban = all.iter().filter(|h| h.name == "Kurban Bayramı");
        assert_eq!(kurban.map(|h| h.date.to_string()).next_back().unwrap(), "2026-05-30");
    }
}

//! Calendars as other programs read them: RFC 5545. Lines are folded at 75 octets (section 3.1),
//! texts escaped (3.3.11), the zone is described with every change of its clock that matters
//! (3.6.5), and a body is the same bytes as long as nothing has changed.

use std::fmt::Write;

use chrono::{DateTime, Duration, Utc};
use chrono_tz::{OffsetComponents, OffsetName, Tz};

use super::spans::Span;
use super::zone::Zone;

/// Octets of one line, without its end.
const LINE_MAX: usize = 75;

/// One appointment in a calendar.
pub(super) struct Entry {
    /// The same for ever.
    pub(super) uid: String,
    /// Grows with every change.
    pub(super) sequence: i64,
    pub(super) created: DateTime<Utc>,
    pub(super) changed: DateTime<Utc>,
    pub(super) span: Span,
    pub(super) summary: String,
    pub(super) description: Option<String>,
    pub(super) location: Option<String>,
    /// `CONFIRMED`, `TENTATIVE`, `CANCELLED`.
    pub(super) status: &'static str,
    /// Where it is mailed.
    pub(super) organizer: Option<Organizer>,
    pub(super) url: Option<String>,
}

/// Whose appointment it is, and where a calendar could write to.
pub(super) struct Organizer {
    pub(super) name: String,
    pub(super) address: String,
}

/// A whole calendar. `method` only where it is mailed.
pub(super) fn calendar(zone: Zone, name: &str, method: Option<&str>, entries: &[Entry]) -> String {
    let mut out = Lines(String::with_capacity(512 + entries.len() * 512));
    out.line("BEGIN:VCALENDAR");
    out.line("VERSION:2.0");
    out.line("PRODID:-//Nabiz//Agenda//TR");
    out.line("CALSCALE:GREGORIAN");
    match method {
        Some(method) => out.line(&format!("METHOD:{method}")),
        None => {
            out.text("X-WR-CALNAME", name);
            out.line(&format!("X-WR-TIMEZONE:{}", zone.0.name()));
            out.line("REFRESH-INTERVAL;VALUE=DURATION:PT15M");
            out.line("X-PUBLISHED-TTL:PT15M");
        }
    }
    let starts = entries.iter().map(|entry| entry.span.start);
    let ends = entries.iter().map(|entry| entry.span.end);
    if let Some((first, last)) = starts.min().zip(ends.max()) {
        time_zone(&mut out, zone, Span::new(first, last));
    }
    for entry in entries {
        event(&mut out, zone, entry);
    }
    out.line("END:VCALENDAR");
    out.0
}

fn event(out: &mut Lines, zone: Zone, entry: &Entry) {
    let local = |at| zone.local(at).format("%Y%m%dT%H%M%S");
    let utc = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ");
    out.line("BEGIN:VEVENT");
    out.line(&format!("UID:{}", entry.uid));
    out.line(&format!("DTSTAMP:{}", utc(entry.changed)));
    out.line(&format!("CREATED:{}", utc(entry.created)));
    out.line(&format!("LAST-MODIFIED:{}", utc(entry.changed)));
    out.line(&format!("SEQUENCE:{}", entry.sequence));
    out.line(&format!("DTSTART;TZID={}:{}", zone.0.name(), local(entry.span.start)));
    out.line(&format!("DTEND;TZID={}:{}", zone.0.name(), local(entry.span.end)));
    out.text("SUMMARY", &entry.summary);
    if let Some(description) = &entry.description {
        out.text("DESCRIPTION", description);
    }
    if let Some(location) = &entry.location {
        out.text("LOCATION", location);
    }
    if let Some(Organizer { name, address }) = &entry.organizer {
        // a parameter is quoted, not escaped: what ends the quotation cannot stand in it
        let name: String = name.chars().filter(|c| !c.is_control() && *c != '"').collect();
        out.line(&format!("ORGANIZER;CN=\"{name}\":mailto:{address}"));
    }
    if let Some(url) = &entry.url {
        out.line(&format!("URL:{url}"));
    }
    out.line(&format!("STATUS:{}", entry.status));
    out.line(match entry.status {
        "CANCELLED" => "TRANSP:TRANSPARENT",
        _ => "TRANSP:OPAQUE",
    });
    out.line("END:VEVENT");
}

/// The zone from before the first to after the last instant: how it stood, and each change.
fn time_zone(out: &mut Lines, zone: Zone, span: Span) {
    let from = span.start - Duration::days(400);
    let to = span.end + Duration::days(400);
    out.line("BEGIN:VTIMEZONE");
    out.line(&format!("TZID:{}", zone.0.name()));
    observance(out, zone.0, from, from);
    let day = Duration::days(1);
    let mut at = from;
    while at < to {
        // no zone changes twice in a day
        if offset(zone.0, at) != offset(zone.0, at + day) {
            observance(out, zone.0, at, change(zone.0, at, at + day));
        }
        at += day;
    }
    out.line("END:VTIMEZONE");
}

/// The first second of the new offset; it differs between the two instants.
fn change(tz: Tz, before: DateTime<Utc>, after: DateTime<Utc>) -> DateTime<Utc> {
    let (mut low, mut high) = (before.timestamp(), after.timestamp());
    let at = |second: i64| DateTime::from_timestamp(second, 0).unwrap_or_default();
    let old = offset(tz, before);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if offset(tz, at(middle)) == old {
            low = middle;
        } else {
            high = middle;
        }
    }
    at(high)
}

fn offset(tz: Tz, at: DateTime<Utc>) -> i64 {
    let local = at.with_timezone(&tz);
    (local.naive_local() - local.naive_utc()).num_seconds()
}

/// From `at` on the zone stands as it does then; `before` tells what it was.
fn observance(out: &mut Lines, tz: Tz, before: DateTime<Utc>, at: DateTime<Utc>) {
    let local = at.with_timezone(&tz);
    let is_summer = !local.offset().dst_offset().is_zero();
    let kind = if is_summer { "DAYLIGHT" } else { "STANDARD" };
    let (was, is) = (offset(tz, before), offset(tz, at));
    // the onset is written on the clock that ends with it
    let onset = at.naive_utc() + Duration::seconds(was);
    out.line(&format!("BEGIN:{kind}"));
    out.line(&format!("DTSTART:{}", onset.format("%Y%m%dT%H%M%S")));
    out.line(&format!("TZOFFSETFROM:{}", written_offset(was)));
    out.line(&format!("TZOFFSETTO:{}", written_offset(is)));
    if let Some(name) = local.offset().abbreviation() {
        out.text("TZNAME", name);
    }
    out.line(&format!("END:{kind}"));
}

fn written_offset(seconds: i64) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

struct Lines(String);

impl Lines {
    /// A property whose value is text: escaped.
    fn text(&mut self, name: &str, value: &str) {
        self.line(&format!("{name}:{}", escaped(value)));
    }

    /// Folded: no line is longer than 75 octets, and no letter is torn apart.
    fn line(&mut self, line: &str) {
        let mut room = LINE_MAX;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE_MAX - 1;
            }
            self.0.push(c);
            room -= c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                // writing to a String cannot fail
                let _ = write!(out, "\\{c}");
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use calcard::common::timezone::Tz as Calcard;
    use calcard::{Entry as Parsed, Parser};
    use chrono::{DateTime, Duration, Utc};
    use proptest::prelude::*;

    use super::{Entry, Organizer, Span, calendar};
    use crate::features::agenda::zone::Zone;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn entry(start: DateTime<Utc>, summary: &str) -> Entry {
        Entry {
            uid: "a@nabiz".to_owned(),
            sequence: 3,
            created: start,
            changed: start,
            span: Span::new(start, start + Duration::minutes(45)),
            summary: summary.to_owned(),
            description: Some("Satır bir\nsatır; iki, üç\\".to_owned()),
            location: None,
            status: "CONFIRMED",
            organizer: None,
            url: None,
        }
    }

    fn starts(text: &str) -> Vec<DateTime<Utc>> {
        let Parsed::ICalendar(parsed) = Parser::new(text).entry() else {
            panic!("no calendar: {text}")
        };
        let expanded = parsed.expand_dates(Calcard::Floating, 100);
        assert!(expanded.errors.is_empty(), "{:?}", expanded.errors);
        expanded.events.iter().map(|event| event.start.to_utc()).collect()
    }

    #[test]
    fn times_are_read_back_on_both_sides_of_a_change_of_the_clock() {
        for zone in ["Europe/Berlin", "Europe/Istanbul", "America/New_York"] {
            let times: Vec<_> = [
                at("2026-03-28T10:00:00Z"),
                at("2026-03-29T10:00:00Z"),
                at("2026-10-26T10:00:00Z"),
            ]
            .to_vec();
            let entries: Vec<Entry> = times.iter().map(|time| entry(*time, "x")).collect();
            let text = calendar(Zone::named(zone), "Ayşe", None, &entries);
            assert_eq!(starts(&text), times, "{zone}: {text}");
        }
    }

    #[test]
    fn the_zone_of_istanbul_has_stood_still_and_that_of_berlin_moves() {
        let of = |zone: &str| {
            calendar(Zone::named(zone), "a", None, &[entry(at("2026-11-23T07:00:00Z"), "x")])
        };
        let (istanbul, berlin) = (of("Europe/Istanbul"), of("Europe/Berlin"));
        assert_eq!(istanbul.matches("BEGIN:STANDARD").count(), 1, "{istanbul}");
        assert!(istanbul.contains("TZOFFSETTO:+0300\r\n") && !istanbul.contains("DAYLIGHT"));
        assert!(istanbul.contains("DTSTART;TZID=Europe/Istanbul:20261123T100000\r\n"));
        let onset = "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\n\
            TZOFFSETTO:+0200\r\nTZNAME:CEST\r\n";
        assert!(berlin.contains(onset), "{berlin}");
        assert!(berlin.contains("SUMMARY:x\r\n") && berlin.contains("\\nsatır\\; iki\\, üç\\\\"));
    }

    #[test]
    fn an_organizer_is_one_line_whatever_the_house_is_called() {
        let mut mailed = entry(at("2026-11-23T07:00:00Z"), "x");
        let name = "Işık \"Emlak\"\r\nATTENDEE:x; Oğulları".to_owned();
        mailed.organizer = Some(Organizer { name, address: "crm@ornek.example".to_owned() });
        let text = calendar(Zone::named("Europe/Istanbul"), "a", Some("CANCEL"), &[mailed]);
        let unfolded = text.replace("\r\n ", "");
        let line = "ORGANIZER;CN=\"Işık EmlakATTENDEE:x; Oğulları\":mailto:crm@ornek.example\r\n";
        assert!(unfolded.contains(line) && unfolded.contains("METHOD:CANCEL\r\n"), "{unfolded}");
        assert_eq!(starts(&text).len(), 1);
    }

    proptest! {
        #[test]
        fn lines_are_short_and_whole_whatever_stands_in_them(text in "\\PC{0,200}[\n\r\t]{0,2}ğ{0,60}") {
            let entries = [entry(at("2026-11-23T07:00:00Z"), &text)];
            let body = calendar(Zone::named("Europe/Istanbul"), &text, None, &entries);
            prop_assert!(body.ends_with("END:VCALENDAR\r\n"));
            for line in body.split("\r\n") {
                prop_assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{}", line);
            }
            let unfolded = body.replace("\r\n ", "");
            prop_assert_eq!(unfolded.matches("BEGIN:VEVENT").count(), 1);
            prop_assert_eq!(starts(&body).len(), 1);
        }
    }
}

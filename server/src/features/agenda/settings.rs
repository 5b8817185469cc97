//! How a tenant keeps its agenda, and what it is decided by: zone, hours, holidays, time off,
//! what is booked already.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use entities::ids::AppointmentId;
use entities::tenancy::OfTenant;
use entities::{agenda_settings, appointment_seat, hours, tenant, time_off};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::holidays;
use super::hours::{Week, Written};
use super::of::Of;
use super::slots::Seat;
use super::spans::{Span, merged, without};
use super::zone::Zone;
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// Longer than any appointment with its buffer: how far before a moment one that reaches into it
/// can begin.
pub(super) const REACH: Duration = Duration::hours(36);

/// As it stands in the table and on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Settings {
    /// Whether public holidays are free; null: where the tenant is in Türkiye.
    pub(super) holidays: Option<bool>,
    /// Minutes after the start until an appointment that nobody came to is missed.
    pub(super) grace_minutes: i64,
    /// Minutes before the start at which its people are told.
    pub(super) reminder_minutes: i64,
    /// Slots begin at multiples of so many minutes.
    pub(super) step_minutes: u16,
    /// Whether strangers may book.
    pub(super) public: bool,
    /// Shortest time from now for a stranger's booking or change.
    pub(super) notice_minutes: i64,
    /// How far ahead a stranger may book.
    pub(super) horizon_days: i64,
    /// Whether strangers may choose a person by name.
    pub(super) show_people: bool,
    /// What the public page says first.
    pub(super) intro: Option<String>,
    /// What a stranger agrees to; null: our own words.
    pub(super) consent: Option<String>,
    /// Where public appointments take place.
    pub(super) place: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            holidays: None,
            grace_minutes: 30,
            reminder_minutes: 15,
            step_minutes: 30,
            public: false,
            notice_minutes: 120,
            horizon_days: 60,
            show_people: true,
            intro: None,
            consent: None,
            place: None,
        }
    }
}

/// A tenant with all that its agenda is decided by.
pub(super) struct House {
    pub(super) tenant: tenant::Model,
    pub(super) zone: Zone,
    pub(super) settings: Settings,
}

impl House {
    pub(super) async fn load(tx: &Tx<'_>) -> Result<Self, Problem> {
        let tenant = tenant::Entity::find_by_id(tx.tenant()).one(tx).await?;
        let tenant = tenant.ok_or_else(Problem::not_found)?;
        let row = agenda_settings::Entity::of(tx.tenant()).one(tx).await?;
        // what an older or newer server wrote is read as far as it is understood
        let settings = row.and_then(|row| serde_json::from_value(row.settings).ok());
        let zone = Zone::named(&tenant.time_zone);
        Ok(Self { tenant, zone, settings: settings.unwrap_or_default() })
    }

    pub(super) fn keeps_holidays(&self) -> bool {
        self.settings.holidays.unwrap_or(self.tenant.country == "TR")
    }

    /// What a stranger agrees to.
    pub(super) fn consent(&self) -> String {
        const TR: &str = "Verdiğim bilgilerin randevumun düzenlenmesi ve benimle iletişim kurulması \
            için işlenmesini kabul ediyorum.";
        const EN: &str = "I agree that my details are used to arrange my appointment and to \
            contact me about it.";
        let own = if self.tenant.locale.starts_with("tr") { TR } else { EN };
        self.settings.consent.clone().unwrap_or_else(|| own.to_owned())
    }

    /// The time of these people and resources around a window: when they can be had, and what
    /// has them already. Appointments of `except` do not count.
    pub(super) async fn seats(
        &self,
        tx: &Tx<'_>,
        whose: &[Of],
        window: Span,
        except: &[AppointmentId],
    ) -> Result<HashMap<Of, Seat>, Problem> {
        let (first, last) = self.days(window);
        let weeks = weeks(tx, whose).await?;
        let off = off(tx, whose, window).await?;
        let mut busy = busy(tx, whose, window, except).await?;
        let holidays = match self.keeps_holidays() {
            true => holidays::closed(self.zone, first, last),
            false => Vec::new(),
        };
        let of_tenant = off.get(&Of::Tenant).cloned().unwrap_or_default();
        let usual = weeks.get(&Of::Tenant).cloned().unwrap_or_else(Week::usual);
        let mut seats = HashMap::with_capacity(whose.len());
        for of in whose {
            let week = match (of, weeks.get(of)) {
                (_, Some(week)) => Some(week),
                // a room without hours of its own is always there
                (Of::Resource(_), None) => None,
                (_, None) => Some(&usual),
            };
            let mut gone = off.get(of).cloned().unwrap_or_default();
            let open = match week {
                Some(week) => {
                    gone.extend(of_tenant.iter().chain(&holidays).copied());
                    week.open(self.zone, first, last)
                }
                None => vec![Span::new(self.zone.midnight(first), self.zone.midnight(last))],
            };
            let seat = Seat {
                open: without(&open, &merged(gone)),
                busy: merged(busy.remove(of).unwrap_or_default()),
            };
            seats.insert(*of, seat);
        }
        Ok(seats)
    }

    /// The days around a window, with one to spare on either side.
    fn days(&self, window: Span) -> (NaiveDate, NaiveDate) {
        let day = Duration::days(1);
        (self.zone.date(window.start) - day, self.zone.date(window.end) + day + day)
    }
}

/// The first moment from this one on when the house is open: by its week, without public holidays
/// where it keeps them and without its own time off. None where it stays closed for a year.
///
/// # Errors
/// Those of the database.
pub async fn next_opening(
    tx: &Tx<'_>,
    at: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Problem> {
    let house = House::load(tx).await?;
    // a year is looked at only where two weeks are closed
    for days in [14, 366] {
        let window = Span::new(at, at + Duration::days(days));
        let seats = house.seats(tx, &[Of::Tenant], window, &[]).await?;
        let found = seats.get(&Of::Tenant).and_then(|seat| first_from(&seat.open, at));
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The first moment of a list that is not before this one.
fn first_from(list: &[Span], at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    list.iter().find(|span| span.end > at).map(|span| span.start.max(at))
}

/// The weeks that are written down of these, and of the tenant.
async fn weeks(tx: &Tx<'_>, whose: &[Of]) -> Result<HashMap<Of, Week>, Problem> {
    let names = named(whose);
    let mut weeks = HashMap::new();
    for part in names.chunks(500) {
        let rows = hours::Entity::of(tx.tenant())
            .filter(hours::Column::Of.is_in(part.iter().map(String::as_str)))
            .all(tx)
            .await?;
        for row in rows {
            let written: Option<Written> = serde_json::from_value(row.week).ok();
            let week = written.and_then(|written| Week::read(&written).ok());
            if let (Ok(of), Some(week)) = (row.of.parse(), week) {
                weeks.insert(of, week);
            }
        }
    }
    Ok(weeks)
}

async fn off(tx: &Tx<'_>, whose: &[Of], window: Span) -> Result<BTreeMap<Of, Vec<Span>>, Problem> {
    let names = named(whose);
    let mut off: BTreeMap<Of, Vec<Span>> = BTreeMap::new();
    for part in names.chunks(500) {
        let rows = time_off::Entity::of(tx.tenant())
            .filter(time_off::Column::Of.is_in(part.iter().map(String::as_str)))
            .filter(time_off::Column::EndsAt.gt(window.start))
            .filter(time_off::Column::StartsAt.lt(window.end))
            .all(tx)
            .await?;
        for row in rows {
            if let Ok(of) = row.of.parse() {
                off.entry(of).or_default().push(Span::new(row.starts_at, row.ends_at));
            }
        }
    }
    Ok(off)
}

/// What has whose time, in any order.
async fn busy(
    tx: &Tx<'_>,
    whose: &[Of],
    window: Span,
    except: &[AppointmentId],
) -> Result<HashMap<Of, Vec<Span>>, Problem> {
    let names: Vec<String> = whose.iter().map(Of::to_string).collect();
    let mut busy: HashMap<Of, Vec<Span>> = HashMap::new();
    for part in names.chunks(500) {
        let rows = appointment_seat::Entity::of(tx.tenant())
            .filter(appointment_seat::Column::Of.is_in(part.iter().map(String::as_str)))
            .filter(appointment_seat::Column::Held.eq(true))
            .filter(appointment_seat::Column::StartsAt.gt(window.start - REACH))
            .filter(appointment_seat::Column::StartsAt.lt(window.end))
            .filter(appointment_seat::Column::EndsAt.gt(window.start))
            .all(tx)
            .await?;
        for row in rows.into_iter().filter(|row| !except.contains(&row.appointment_id)) {
            if let Ok(of) = row.of.parse() {
                busy.entry(of).or_default().push(Span::new(row.starts_at, row.ends_at));
            }
        }
    }
    Ok(busy)
}

fn named(whose: &[Of]) -> Vec<String> {
    std::iter::once(&Of::Tenant).chain(whose).map(Of::to_string).collect()
}

/// A time that both databases, every client and the tables of holidays can be asked about.
pub(super) fn plausible(field: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>, Problem> {
    use chrono::{Datelike, SubsecRound};
    if (2000..2100).contains(&at.year()) {
        Ok(at.trunc_subsecs(0))
    } else {
        Err(Problem::invalid(field, "bad_value"))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, Utc};

    use super::{Span, Week, Zone, first_from, holidays, without};

    /// When the usual week opens next, with the holidays of Türkiye.
    fn next(zone: &str, at: &str) -> Option<String> {
        let zone = Zone::named(zone);
        let at: DateTime<Utc> = at.parse().unwrap();
        let first = zone.date(at);
        let last = first + chrono::Duration::days(14);
        let open = Week::usual().open(zone, first, last);
        let open = without(&open, &holidays::closed(zone, first, last));
        first_from(&open, at).map(crate::kernel::clock::wire_time)
    }

    #[test]
    fn a_house_opens_by_its_own_clock_and_not_on_holidays() {
        for (zone, at, opens) in [
            // Friday evening: Saturday morning at ten
            ("Europe/Istanbul", "2026-11-20T15:00:00Z", "2026-11-21T07:00:00.000Z"),
            // open: at once
            ("Europe/Istanbul", "2026-11-20T14:59:59Z", "2026-11-20T14:59:59.000Z"),
            // the lunch break ends half past one
            ("Europe/Istanbul", "2026-11-20T09:30:00Z", "2026-11-20T10:30:00.000Z"),
            ("Asia/Tokyo", "2026-11-20T09:30:00Z", "2026-11-21T01:00:00.000Z"),
            // the eve of the Republic is half a day, the day itself none
            ("Europe/Istanbul", "2026-10-28T09:59:00Z", "2026-10-30T06:00:00.000Z"),
            ("Europe/Istanbul", "2026-10-28T06:30:00Z", "2026-10-28T06:30:00.000Z"),
            // the Feast of Sacrifice: from Tuesday noon to Saturday
            ("Europe/Istanbul", "2026-05-26T10:00:00Z", "2026-06-01T06:00:00.000Z"),
        ] {
            assert_eq!(next(zone, at).as_deref(), Some(opens), "{zone} {at}");
        }
    }

    #[test]
    fn what_is_over_is_not_next() {
        let at = |day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap().and_hms_opt(0, 0, 0).unwrap();
        let span = |from, to| Span::new(at(from).and_utc(), at(to).and_utc());
        let list = [span(1, 2), span(5, 6)];
        assert_eq!(first_from(&list, at(2).and_utc()), Some(at(5).and_utc()));
        assert_eq!(first_from(&list, at(6).and_utc()), None);
    }
}

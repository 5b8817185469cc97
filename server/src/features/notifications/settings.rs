//! How somebody wants to be told: by which channel of what, and when not.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;
use entities::ids::UserId;
use entities::notification_settings;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::kinds::Kind;
use crate::db::Tx;
use crate::kernel::problem::Problem;
use crate::kernel::wall;

/// When the daily digest goes out, by the wall's clock.
const DIGEST_HOUR: u32 = 8;

/// When mails of a kind go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MailPace {
    Off,
    Now,
    Hourly,
    Daily,
}

/// The ways in which one kind is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Channels {
    pub app: bool,
    pub mail: MailPace,
    pub push: bool,
}

/// Hours in which neither mail nor push goes out, by the tenant's clock. `to` before `from` ends
/// on the next day; the same time twice is the whole day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// `22:00`.
    pub from: String,
    /// `08:00`.
    pub to: String,
    /// On which days it begins, 1 (Monday) to 7; every day when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<u8>>,
}

/// All of it, as the wire shows it: every kind is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Settings {
    #[schema(value_type = std::collections::HashMap<String, Channels>)]
    pub channels: BTreeMap<Kind, Channels>,
    pub quiet: Option<Quiet>,
}

/// What is kept: only what somebody chose.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Stored {
    #[serde(default)]
    channels: BTreeMap<String, Channels>,
    #[serde(default)]
    quiet: Option<Quiet>,
}

impl Default for Settings {
    fn default() -> Self {
        let channels = Kind::ALL.iter().map(|kind| {
            let push = kind.is_pushed();
            (*kind, Channels { app: true, mail: MailPace::Off, push })
        });
        Self { channels: channels.collect(), quiet: None }
    }
}

impl Settings {
    /// From the row; a kind that this server does not know is left out.
    fn read(row: &notification_settings::Model) -> Self {
        let mut settings = Self::default();
        let stored: Stored = serde_json::from_value(row.settings.clone()).unwrap_or_default();
        for (kind, channels) in stored.channels {
            if let Some(kind) = Kind::parse(&kind) {
                settings.channels.insert(kind, channels);
            }
        }
        settings.quiet = stored.quiet;
        settings
    }

    /// For the row.
    pub(super) fn written(&self) -> serde_json::Value {
        let defaults = Self::default();
        let chosen = self.channels.iter().filter(|(kind, own)| defaults.of(**kind) != **own);
        let channels = chosen.map(|(kind, own)| (kind.name().to_owned(), *own)).collect();
        serde_json::json!(Stored { channels, quiet: self.quiet.clone() })
    }

    pub(super) fn of(&self, kind: Kind) -> Channels {
        let none = Channels { app: true, mail: MailPace::Off, push: false };
        self.channels.get(&kind).copied().unwrap_or(none)
    }

    /// When a push may go out that is due now.
    pub(super) fn push_at(&self, zone: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
        self.quiet.as_ref().map_or(at, |quiet| quiet.after(zone, at))
    }

    /// When a mail of this kind goes out; none = not by mail.
    pub(super) fn mail_at(&self, kind: Kind, zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let pace = self.of(kind).mail;
        let wall = wall::local(zone, at);
        let at = match pace {
            MailPace::Off => return None,
            MailPace::Now => at,
            MailPace::Hourly => {
                let begun = wall.date().and_hms_opt(wall.hour(), 0, 0)?;
                wall::instant(zone, begun + Duration::hours(1)).max(at)
            }
            MailPace::Daily => {
                let today = wall.date().and_hms_opt(DIGEST_HOUR, 0, 0)?;
                let next = if wall < today { today } else { today + Duration::days(1) };
                wall::instant(zone, next).max(at)
            }
        };
        Some(self.push_at(zone, at))
    }
}

impl Quiet {
    /// # Errors
    /// `invalid` on `settings.quiet`.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let bad = || Problem::invalid("settings.quiet", "bad_value");
        if time(&self.from).is_none() || time(&self.to).is_none() {
            return Err(bad());
        }
        match &self.days {
            Some(days) if days.is_empty() || days.len() > 7 => Err(bad()),
            Some(days) if days.iter().any(|day| !(1..=7).contains(day)) => Err(bad()),
            _ => Ok(()),
        }
    }

    /// The instant itself, or the end of the quiet hours it is in.
    fn after(&self, zone: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
        let mut at = at;
        // quiet hours that touch each other are one: at most a week of them
        for _ in 0..8 {
            match self.end(zone, at) {
                Some(end) if end > at => at = end,
                _ => break,
            }
        }
        at
    }

    /// The end of the quiet hours that hold this instant.
    fn end(&self, zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (from, to) = (time(&self.from)?, time(&self.to)?);
        let today = wall::local(zone, at).date();
        let begins = [today.pred_opt()?, today].into_iter().filter(|day| self.begins_on(*day));
        let mut ends = begins.filter_map(|day| {
            let last = if to <= from { day.succ_opt()? } else { day };
            let (start, end) = (day.and_time(from), last.and_time(to));
            let (start, end) = (wall::instant(zone, start), wall::instant(zone, end));
            (start <= at && at < end).then_some(end)
        });
        ends.next()
    }

    fn begins_on(&self, day: NaiveDate) -> bool {
        let number = day.weekday().number_from_monday();
        self.days.as_ref().is_none_or(|days| days.iter().any(|d| u32::from(*d) == number))
    }
}

fn time(text: &str) -> Option<NaiveTime> {
    (text.len() == 5).then(|| NaiveTime::parse_from_str(text, "%H:%M").ok()).flatten()
}

/// The settings of these people, defaults where they chose nothing.
///
/// # Errors
/// Those of the database.
pub(super) async fn of_people(
    tx: &Tx<'_>,
    people: &[UserId],
) -> Result<HashMap<UserId, Settings>, Problem> {
    let rows = notification_settings::Entity::of(tx.tenant())
        .filter(notification_settings::Column::UserId.is_in(people.iter().copied()))
        .all(tx)
        .await?;
    let mut all: HashMap<UserId, Settings> =
        people.iter().map(|id| (*id, Settings::default())).collect();
    all.extend(rows.iter().map(|row| (row.user_id, Settings::read(row))));
    Ok(all)
}

/// Those of one person.
///
/// # Errors
/// Those of the database.
pub(super) async fn of_person(tx: &Tx<'_>, id: UserId) -> Result<Settings, Problem> {
    Ok(of_people(tx, &[id]).await?.remove(&id).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use chrono_tz::Tz;

    use super::{Channels, Kind, MailPace, Quiet, Settings};
    use crate::kernel::clock::wire_time;

    const ISTANBUL: Tz = Tz::Europe__Istanbul;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn quiet(from: &str, to: &str, days: Option<Vec<u8>>) -> Settings {
        let quiet = Some(Quiet { from: from.into(), to: to.into(), days });
        Settings { quiet, ..Settings::default() }
    }

    #[test]
    fn quiet_hours_hold_back_until_their_end() {
        let night = quiet("22:00", "08:00", None);
        // 23:30 and 07:59 in Istanbul are quiet, 08:00 and 21:59 are not
        for (told, goes) in [
            ("2026-11-20T20:30:00Z", "2026-11-21T05:00:00.000Z"),
            ("2026-11-21T04:59:00Z", "2026-11-21T05:00:00.000Z"),
            ("2026-11-21T05:00:00Z", "2026-11-21T05:00:00.000Z"),
            ("2026-11-21T18:59:00Z", "2026-11-21T18:59:00.000Z"),
        ] {
            assert_eq!(wire_time(night.push_at(ISTANBUL, at(told))), goes, "{told}");
        }
        // 20 and 21 November 2026 are a Friday and a Saturday: quiet from Saturday 00:00 to Monday
        let weekend = quiet("00:00", "00:00", Some(vec![6, 7]));
        let told = at("2026-11-21T09:00:00Z");
        assert_eq!(wire_time(weekend.push_at(ISTANBUL, told)), "2026-11-22T21:00:00.000Z");
        let friday = at("2026-11-20T09:00:00Z");
        assert_eq!(weekend.push_at(ISTANBUL, friday), friday);
    }

    #[test]
    fn digests_go_out_on_the_hour_and_in_the_morning() {
        let mut settings = Settings::default();
        let told = at("2026-11-21T09:17:00Z");
        assert_eq!(settings.mail_at(Kind::Assigned, ISTANBUL, told), None);
        for (mail, goes) in [
            (MailPace::Now, "2026-11-21T09:17:00.000Z"),
            (MailPace::Hourly, "2026-11-21T10:00:00.000Z"),
            (MailPace::Daily, "2026-11-22T05:00:00.000Z"),
        ] {
            let channels = Channels { app: true, mail, push: true };
            settings.channels.insert(Kind::Assigned, channels);
            let at = settings.mail_at(Kind::Assigned, ISTANBUL, told).unwrap();
            assert_eq!(wire_time(at), goes);
        }
        // what is kept is only what differs, and it comes back whole
        let row = entities::notification_settings::Model {
            tenant_id: entities::ids::TenantId::NIL,
            user_id: entities::ids::UserId::NIL,
            settings: settings.written(),
        };
        assert_eq!(Settings::read(&row), settings);
        assert_eq!(row.settings["channels"].as_object().map(serde_json::Map::len), Some(1));
    }
}

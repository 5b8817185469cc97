//! When a reminder comes again. All counting is done on the wall's clock of the tenant and from the
//! first due time, so that the 31st is not lost in February and nine o'clock not in a clock change.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::kernel::problem::Problem;
use crate::kernel::wall;

/// Largest step: every 99 days, weeks or months.
const STEP_MAX: u32 = 99;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    Day,
    Week,
    Month,
}

/// How often, and until which day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    pub every: Every,
    /// Every so many days, weeks or months: 1 to 99.
    #[serde(default = "one")]
    pub n: u32,
    /// The last day on which it may fall due, by the tenant's clock: `2026-12-31`.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<NaiveDate>,
}

fn one() -> u32 {
    1
}

impl Repeat {
    /// # Errors
    /// `invalid` on `repeat`.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if (1..=STEP_MAX).contains(&self.n) {
            Ok(())
        } else {
            Err(Problem::invalid("repeat", "bad_value"))
        }
    }

    pub(super) fn read(stored: Option<&serde_json::Value>) -> Option<Self> {
        stored.and_then(|value| serde_json::from_value(value.clone()).ok())
    }

    /// The first time of the series after this instant; none when it has ended.
    pub(super) fn next(
        &self,
        zone: Tz,
        anchor: NaiveDateTime,
        after: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        // near enough from below, then step by step: the clock on the wall may jump
        let mut k = self.steps_below(anchor, wall::local(zone, after));
        loop {
            let wall = self.nth(anchor, k)?;
            if self.until.is_some_and(|last| wall.date() > last) {
                return None;
            }
            let at = wall::instant(zone, wall);
            if at > after {
                return Some(at);
            }
            k += 1;
        }
    }

    /// A number of steps that does not reach beyond this moment.
    fn steps_below(&self, anchor: NaiveDateTime, wall: NaiveDateTime) -> u32 {
        let days = (wall - anchor).num_days().max(0);
        let units = match self.every {
            Every::Day => days,
            Every::Week => days / 7,
            Every::Month => days / 31,
        };
        let steps = units / i64::from(self.n.max(1)) - 1;
        u32::try_from(steps.max(0)).unwrap_or(u32::MAX)
    }

    /// The series, counted from its first time.
    fn nth(&self, anchor: NaiveDateTime, k: u32) -> Option<NaiveDateTime> {
        let n = k.checked_mul(self.n)?;
        match self.every {
            Every::Day => anchor.checked_add_days(Days::new(u64::from(n))),
            Every::Week => anchor.checked_add_days(Days::new(u64::from(n) * 7)),
            // a day that the month does not have is its last
            Every::Month => anchor.checked_add_months(Months::new(n)),
        }
    }
}

/// As an anchor stands in its column.
pub(super) fn written(anchor: NaiveDateTime) -> String {
    anchor.format("%Y-%m-%dT%H:%M:%S%.3f").to_string()
}

pub(super) fn read(anchor: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(anchor, "%Y-%m-%dT%H:%M:%S%.f").ok()
}

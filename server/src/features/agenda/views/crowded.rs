//! A range that holds more than anybody reads at once: how much each day holds, and the first of it.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use entities::appointment;
use entities::ids::AppointmentId;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde::Serialize;
use utoipa::ToSchema;

use super::appointment::{sees, shown};
use crate::db::Tx;
use crate::features::agenda::spans::Span;
use crate::features::agenda::zone::Zone;
use crate::kernel::principal::{Principal, Visibility};
use crate::kernel::problem::Problem;

/// A range of so many items is read whole, also when the first of each day would do.
pub(super) const WHOLE_MAX: usize = 1_000;
/// Appointments that are counted.
const COUNTED_MAX: u64 = 50_000;
/// Ids of one question.
const IDS_MAX: usize = 500;

/// How many items touch a day of the tenant's clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(in super::super) struct DayCount {
    pub(in super::super) date: NaiveDate,
    pub(in super::super) count: usize,
}

/// What is known of an appointment that is only counted.
type Counted = (AppointmentId, DateTime<Utc>, DateTime<Utc>, String);

/// The first of each day and how many there are; none when the range can be read whole.
///
/// # Errors
/// `invalid` when there are too many to be counted.
pub(super) async fn first_of_each(
    tx: &Tx<'_>,
    by: &Principal,
    (zone, window): (Zone, Span),
    query: &Select<appointment::Entity>,
    per_day: usize,
) -> Result<Option<(Vec<appointment::Model>, Vec<DayCount>)>, Problem> {
    let mut counted: Vec<Counted> = query
        .clone()
        .select_only()
        .column(appointment::Column::Id)
        .column(appointment::Column::StartsAt)
        .column(appointment::Column::EndsAt)
        .column(appointment::Column::State)
        .limit(COUNTED_MAX + 1)
        .into_tuple()
        .all(tx)
        .await?;
    if counted.len() <= WHOLE_MAX {
        return Ok(None);
    }
    if counted.len() as u64 > COUNTED_MAX {
        return Err(Problem::invalid("to", "too_many"));
    }
    let hidden = given_up_and_hidden(tx, by, &counted).await?;
    counted.retain(|(id, ..)| !hidden.contains(id));
    let (first, days) = cut(&counted, zone, window, per_day);
    let mut rows = by_ids(tx, &first).await?;
    rows.sort_by_key(|row| (row.starts_at, row.id));
    Ok(Some((rows, days)))
}

/// The first so many of each day that an appointment touches, and how many there are.
fn cut(
    counted: &[Counted],
    zone: Zone,
    window: Span,
    per_day: usize,
) -> (Vec<AppointmentId>, Vec<DayCount>) {
    let mut days: BTreeMap<NaiveDate, usize> = BTreeMap::new();
    let mut first = Vec::new();
    for (id, starts_at, ends_at, _) in counted {
        let from = zone.date((*starts_at).max(window.start));
        // what ends at midnight does not touch the next day
        let last = zone.date((*ends_at).min(window.end) - Duration::milliseconds(1)).max(from);
        let mut is_first = false;
        for date in from.iter_days().take_while(|date| *date <= last) {
            let count = days.entry(date).or_default();
            is_first |= *count < per_day;
            *count += 1;
        }
        if is_first {
            first.push(*id);
        }
    }
    let days = days.into_iter().map(|(date, count)| DayCount { date, count });
    (first, days.collect())
}

/// Those that take nobody's time any more, and that the asker does not see.
async fn given_up_and_hidden(
    tx: &Tx<'_>,
    by: &Principal,
    counted: &[Counted],
) -> Result<HashSet<AppointmentId>, Problem> {
    if by.agenda.visibility == Visibility::All {
        return Ok(HashSet::new());
    }
    let given_up = |state: &str| matches!(state, "cancelled" | "no_show");
    let asked: Vec<AppointmentId> =
        counted.iter().filter(|(.., state)| given_up(state)).map(|(id, ..)| *id).collect();
    let rows = shown(tx, by_ids(tx, &asked).await?).await?;
    Ok(rows.iter().filter(|one| !sees(by, one)).map(|one| one.appointment.id).collect())
}

async fn by_ids(tx: &Tx<'_>, ids: &[AppointmentId]) -> Result<Vec<appointment::Model>, Problem> {
    let mut rows = Vec::with_capacity(ids.len());
    for part in ids.chunks(IDS_MAX) {
        let some = appointment::Entity::of(tx.tenant())
            .filter(appointment::Column::Id.is_in(part.iter().copied()))
            .order_by_asc(appointment::Column::Id);
        rows.extend(some.all(tx).await?);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, NaiveDate, Utc};
    use entities::ids::AppointmentId;
    use uuid::Uuid;

    use super::{Counted, DayCount, cut};
    use crate::features::agenda::spans::Span;
    use crate::features::agenda::zone::Zone;

    /// 1 June 2026, midnight in Istanbul, and so many minutes later.
    fn at(minute: i64) -> DateTime<Utc> {
        let first = "2026-05-31T21:00:00Z".parse::<DateTime<Utc>>().unwrap();
        first + Duration::minutes(minute)
    }

    fn one(id: u128, from: i64, to: i64) -> Counted {
        (AppointmentId(Uuid::from_u128(id)), at(from), at(to), "booked".to_owned())
    }

    #[test]
    fn a_day_is_one_of_the_tenants_clock_and_midnight_belongs_to_the_next() {
        const DAY: i64 = 1_440;
        let window = Span::new(at(0), at(3 * DAY));
        let all = [
            one(1, -60, 60),
            one(2, 23 * 60, DAY),
            one(3, 23 * 60 + 30, DAY + 30),
            one(4, DAY + 60, DAY + 90),
            one(5, 2 * DAY, 4 * DAY),
        ];

        let (first, days) = cut(&all, Zone::named("Europe/Istanbul"), window, 2);

        let day =
            |day, count| DayCount { date: NaiveDate::from_ymd_opt(2026, 6, day).unwrap(), count };
        assert_eq!(days, [day(1, 3), day(2, 2), day(3, 1)]);
        let ids: Vec<u128> = first.iter().map(|id| id.0.as_u128()).collect();
        assert_eq!(ids, [1, 2, 3, 4, 5], "the third of one day is the first of the next");
        let (first, _) = cut(&all, Zone::named("Europe/Istanbul"), window, 1);
        let ids: Vec<u128> = first.iter().map(|id| id.0.as_u128()).collect();
        assert_eq!(ids, [1, 3, 5]);
    }
}

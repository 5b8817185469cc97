//! Several appointments that change together, each with its own people, rooms and length: one of a
//! series may have been given to a colleague, or have become longer.

use chrono::{DateTime, Duration, Utc};
use entities::appointment;

use super::super::error::Error;
use super::super::settings::House;
use super::super::spans::Span;
use super::plan::Plan;
use crate::db::Tx;

/// Whether two of them would have the same person or room at once, the time behind them included.
pub(super) fn collides(all: &[appointment::Model]) -> bool {
    let taken = |one: &appointment::Model| {
        Span::new(one.starts_at, one.ends_at + Duration::minutes(one.buffer_minutes.into()))
    };
    let shares = |one: &appointment::Model, other: &appointment::Model| {
        one.people.0.iter().any(|person| other.people.0.contains(person))
            || one.resources.0.iter().any(|resource| other.resources.0.contains(resource))
    };
    all.iter().enumerate().any(|(n, one)| {
        let others = &all[n + 1..];
        others.iter().any(|other| taken(one).overlaps(&taken(other)) && shares(one, other))
    })
}

/// Insists on the times of all of them, whose present ones count as free.
///
/// # Errors
/// As for one: what hinders, and the next free times for those whom it hinders.
pub(super) async fn check(
    tx: &Tx<'_>,
    house: &House,
    now: DateTime<Utc>,
    all: &[appointment::Model],
    force_hours: bool,
) -> Result<(), Error> {
    let mut plans: Vec<Plan> = Vec::new();
    for row in all {
        let plan = Plan { force_hours, ..Plan::of(row) };
        match plans.iter_mut().find(|known| known.is_alike(&plan)) {
            Some(known) => known.spans.extend(plan.spans),
            None => plans.push(plan),
        }
    }
    for mut plan in plans {
        plan.spans.sort_unstable();
        plan.except = all.iter().map(|row| row.id).collect();
        plan.check(tx, house, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};
    use entities::appointment;
    use entities::ids::{AppointmentId, TenantId, UserId};
    use entities::lists::{ResourceList, UserList};
    use uuid::Uuid;

    use super::collides;

    fn one(start: i64, minutes: i64, buffer_minutes: i32, person: u128) -> appointment::Model {
        let at = |minute: i64| -> DateTime<Utc> {
            DateTime::from_timestamp(1_800_000_000, 0).unwrap() + Duration::minutes(minute)
        };
        appointment::Model {
            tenant_id: TenantId::NIL,
            id: AppointmentId::NIL,
            customer_id: None,
            card_id: None,
            title: None,
            service_id: None,
            starts_at: at(start),
            ends_at: at(start + minutes),
            buffer_minutes,
            people: UserList(vec![UserId(Uuid::from_u128(person))]),
            resources: ResourceList(Vec::new()),
            place: None,
            note: None,
            state: "booked".to_owned(),
            reason: None,
            series_id: None,
            guest: None,
            source: "staff".to_owned(),
            version: 1,
            created_by: String::new(),
            created_at: at(0),
            updated_at: at(0),
        }
    }

    #[test]
    fn only_the_same_person_at_the_same_time_is_too_much() {
        assert!(collides(&[one(0, 60, 0, 1), one(30, 60, 0, 1)]));
        assert!(collides(&[one(60, 30, 0, 1), one(0, 60, 15, 1)]), "the buffer counts");
        assert!(!collides(&[one(0, 60, 0, 1), one(60, 60, 0, 1)]));
        assert!(!collides(&[one(0, 60, 0, 1), one(30, 60, 0, 2)]));
        assert!(!collides(&[]));
    }
}

//! Whether a time can be had, and what could be had instead. Asked inside the transaction that
//! has locked the agenda's topic: nobody books between the look and the writing.

use chrono::{DateTime, Duration, Utc};
use entities::appointment;
use entities::ids::{AppointmentId, ResourceId, ServiceId, UserId};

use super::super::error::Error;
use super::super::of::Of;
use super::super::openings::Asked;
use super::super::settings::{House, plausible};
use super::super::slots::{Seat, Slot, Wanted};
use super::super::spans::Span;
use super::super::views::{self, Service};
use super::PEOPLE_MAX;
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// Shortest and longest appointment.
const LEAST: Duration = Duration::minutes(5);
const MOST: Duration = Duration::hours(24);
/// How many offers stand in a refusal, and how far ahead they are looked for.
const OFFERS: usize = 3;
const OFFER_DAYS: i64 = 45;

/// Times that are to be taken, by whom.
#[derive(Default)]
pub(in super::super) struct Plan {
    pub(in super::super) people: Vec<UserId>,
    pub(in super::super) resources: Vec<ResourceId>,
    /// Who and what would do as well: where nobody was named, `people` is a choice among them.
    pub(in super::super) one_of: (Vec<UserId>, Vec<ResourceId>),
    /// In order; one but for a series.
    pub(in super::super) spans: Vec<Span>,
    pub(in super::super) buffer_minutes: i64,
    pub(in super::super) force_hours: bool,
    /// What may be overlapped: the appointments that move.
    pub(in super::super) except: Vec<AppointmentId>,
}

impl Plan {
    pub(super) fn of(row: &appointment::Model) -> Self {
        Self {
            people: row.people.0.clone(),
            resources: row.resources.0.clone(),
            spans: vec![Span::new(row.starts_at, row.ends_at)],
            buffer_minutes: row.buffer_minutes.into(),
            force_hours: true,
            except: vec![row.id],
            ..Self::default()
        }
    }

    /// Whether the other is for the same people and rooms, with as much time behind.
    pub(super) fn is_alike(&self, other: &Self) -> bool {
        self.people == other.people
            && self.resources == other.resources
            && self.buffer_minutes == other.buffer_minutes
    }

    fn whose(&self) -> Vec<Of> {
        let people = self.people.iter().copied().map(Of::User);
        people.chain(self.resources.iter().copied().map(Of::Resource)).collect()
    }

    /// Of the spans those that cannot be had: taken, or outside the hours.
    pub(super) async fn hindered(
        &self,
        tx: &Tx<'_>,
        house: &House,
    ) -> Result<(Vec<Span>, Vec<Span>), Problem> {
        let end = self.spans.iter().map(|span| span.end).max();
        let (Some(first), Some(end)) = (self.spans.first(), end) else {
            return Ok((Vec::new(), Vec::new()));
        };
        let buffer = Duration::minutes(self.buffer_minutes);
        let window = Span::new(first.start, end + buffer);
        let seats = house.seats(tx, &self.whose(), window, &self.except).await?;
        let (mut taken, mut outside) = (Vec::new(), Vec::new());
        for span in &self.spans {
            if seats.values().any(|seat| !seat.is_free(span, buffer)) {
                taken.push(*span);
            } else if !self.force_hours && seats.values().any(|seat| !seat.is_open(span)) {
                outside.push(*span);
            }
        }
        Ok((taken, outside))
    }

    /// Insists on all spans.
    pub(super) async fn check(
        &self,
        tx: &Tx<'_>,
        house: &House,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        let (taken, outside) = self.hindered(tx, house).await?;
        self.refuse(tx, house, now, &taken, &outside).await
    }

    /// # Errors
    /// `slot_taken` or `outside_hours` where there is a hindrance, with the next free times.
    pub(super) async fn refuse(
        &self,
        tx: &Tx<'_>,
        house: &House,
        now: DateTime<Utc>,
        taken: &[Span],
        outside: &[Span],
    ) -> Result<(), Error> {
        let Some(first) = taken.iter().chain(outside).min() else { return Ok(()) };
        let wanted = self.wanted(tx, house, now.max(first.start), *first).await?;
        let free = offers(house, &wanted, now.max(first.start));
        let at = |spans: &[Span]| spans.iter().map(|span| span.start).collect();
        Err(match taken.is_empty() {
            false => Error::SlotTaken { free, at: at(taken) },
            true => Error::OutsideHours { free, at: at(outside) },
        })
    }

    /// What the offers are for: those who were named, or any who could do it.
    async fn wanted(
        &self,
        tx: &Tx<'_>,
        house: &House,
        from: DateTime<Utc>,
        like: Span,
    ) -> Result<Wanted, Problem> {
        let (one_of_people, one_of_resources) = self.one_of.clone();
        let asked = Asked {
            people: if one_of_people.is_empty() { self.people.clone() } else { Vec::new() },
            resources: if one_of_resources.is_empty() {
                self.resources.clone()
            } else {
                Vec::new()
            },
            one_of_people,
            one_of_resources,
            minutes: (like.end - like.start).num_minutes(),
            buffer_minutes: self.buffer_minutes,
        };
        let window = Span::new(from, from + Duration::days(OFFER_DAYS));
        asked.wanted(tx, house, window, &self.except).await
    }
}

/// The next free times from an instant on.
pub(in super::super) fn offers(house: &House, wanted: &Wanted, from: DateTime<Utc>) -> Vec<Slot> {
    let window = Span::new(from, from + Duration::days(OFFER_DAYS));
    wanted.within(house.zone, window, house.settings.step_minutes, OFFERS)
}

/// A start and an end that an appointment can have.
pub(super) fn span(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Result<Span, Problem> {
    let (start, end) = (plausible("starts_at", starts_at)?, plausible("ends_at", ends_at)?);
    if (LEAST..=MOST).contains(&(end - start)) {
        Ok(Span::new(start, end))
    } else {
        Err(Problem::invalid("ends_at", "bad_value"))
    }
}

/// A live service.
pub(super) async fn live_service(
    tx: &Tx<'_>,
    field: &str,
    id: ServiceId,
) -> Result<Service, Problem> {
    let all = views::live_services(tx).await?;
    let found = all.into_iter().find(|service| service.id == id);
    found.ok_or_else(|| Problem::invalid(field, "unknown_value"))
}

/// Resources in the order named, no one twice; all of them are in use.
pub(super) async fn check_resources(
    tx: &Tx<'_>,
    resources: &[ResourceId],
) -> Result<Vec<ResourceId>, Problem> {
    let mut named: Vec<ResourceId> = Vec::with_capacity(resources.len());
    for resource in resources {
        if !named.contains(resource) {
            named.push(*resource);
        }
    }
    if named.is_empty() {
        return Ok(named);
    }
    if named.len() > PEOPLE_MAX {
        return Err(Problem::invalid("resources", "too_many"));
    }
    let live = views::live_resources(tx).await?;
    match named.iter().all(|id| live.iter().any(|resource| resource.id == *id)) {
        true => Ok(named),
        false => Err(Problem::invalid("resources", "unknown_value")),
    }
}

/// The seats of some of these who could take a span, by their ids.
pub(super) async fn candidates<T: Copy>(
    tx: &Tx<'_>,
    house: &House,
    window: Span,
    ids: &[T],
    of: impl Fn(T) -> Of,
) -> Result<Vec<(T, Seat)>, Problem> {
    let whose: Vec<Of> = ids.iter().map(|id| of(*id)).collect();
    let mut seats = house.seats(tx, &whose, window, &[]).await?;
    Ok(ids.iter().filter_map(|id| Some((*id, seats.remove(&of(*id))?))).collect())
}

/// Whoever is free then, and has least to do around it; the first named when nobody is, so that
/// the refusal names the hindrance.
pub(super) fn freest<T: Copy>(
    candidates: &[(T, Seat)],
    span: &Span,
    buffer: Duration,
    force_hours: bool,
) -> Option<T> {
    let load = |seat: &Seat| {
        let near = |busy: &&Span| (busy.start - span.start).abs() < Duration::hours(12);
        let busy = seat.busy.iter().filter(near);
        busy.fold(Duration::zero(), |sum, busy| sum + (busy.end - busy.start))
    };
    candidates
        .iter()
        .filter(|(_, seat)| seat.is_free(span, buffer) && (force_hours || seat.is_open(span)))
        .min_by_key(|(_, seat)| load(seat))
        .or_else(|| candidates.first())
        .map(|(id, _)| *id)
}

//! The agenda of some days: whole appointments for those who may see them, busy blocks for the
//! others.

use chrono::{DateTime, Duration, Utc};
use entities::ids::{ResourceId, TeamId, UserId};
use entities::tenancy::OfTenant;
use entities::{appointment, appointment_seat, user};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::appointment::{Appointment, sees, shown};
use super::catalogue::{self, TimeOff};
use super::crowded::{self, DayCount};
use crate::db::Tx;
use crate::features::agenda::holidays::{self, Holiday};
use crate::features::agenda::of::Of;
use crate::features::agenda::settings::{House, REACH};
use crate::features::agenda::spans::Span;
use crate::features::agenda::topic;
use crate::kernel::clock::wire;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Position;

/// Longest range, and most items of it.
const DAYS_MAX: i64 = 62;
const ITEMS_MAX: usize = 5_000;
/// Most people and resources that one range names.
const NAMED_MAX: usize = 200;

/// Which part of the agenda.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Range {
    pub(in super::super) from: DateTime<Utc>,
    /// Not included; at most 62 days after `from`.
    pub(in super::super) to: DateTime<Utc>,
    /// User ids behind commas; everybody when absent.
    pub(in super::super) people: Option<String>,
    /// Resource ids behind commas.
    pub(in super::super) resources: Option<String>,
    pub(in super::super) team: Option<TeamId>,
    /// With cancelled ones.
    pub(in super::super) cancelled: Option<bool>,
    /// Where the range holds more than 1,000 items: the first so many of each day, with counts. At
    /// most 5,000 in all.
    pub(in super::super) per_day: Option<usize>,
}

/// Somebody's time that is taken, without what by.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in super::super) struct Busy {
    busy: bool,
    #[serde(serialize_with = "wire::time")]
    starts_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::time")]
    ends_at: DateTime<Utc>,
    people: Vec<UserId>,
    resources: Vec<ResourceId>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(in super::super) enum AgendaItem {
    Whole(Box<Appointment>),
    Busy(Busy),
}

/// The agenda of a range, and the position of the topic it is true at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in super::super) struct AgendaRange {
    pub(in super::super) epoch: String,
    pub(in super::super) seq: i64,
    /// By start.
    pub(in super::super) items: Vec<AgendaItem>,
    /// Where `items` are the first of each day: how many there are on each that has any. Empty:
    /// `items` are all.
    pub(in super::super) days: Vec<DayCount>,
    pub(in super::super) holidays: Vec<Holiday>,
    pub(in super::super) time_off: Vec<TimeOff>,
}

/// # Errors
/// `invalid` for a range that is too long or holds too much.
pub(in super::super) async fn agenda(
    tx: &Tx<'_>,
    by: &Principal,
    range: &Range,
) -> Result<AgendaRange, Problem> {
    let window = Span::new(range.from, range.to);
    if window.end <= window.start || window.end - window.start > Duration::days(DAYS_MAX) {
        return Err(Problem::invalid("to", "bad_value"));
    }
    let house = House::load(tx).await?;
    let (first, last) = (house.zone.date(window.start), house.zone.date(window.end));
    let holidays = match house.keeps_holidays() {
        true => holidays::between(first, last, &by.locale),
        false => Vec::new(),
    };
    let whose = named(tx, range).await?;
    let query = query(tx, range, whose.as_deref());
    let few = match range.per_day {
        None => None,
        Some(per_day) => {
            let spread = usize::try_from((last - first).num_days() + 1).unwrap_or(usize::MAX);
            if per_day == 0 || per_day.saturating_mul(spread) > ITEMS_MAX {
                return Err(Problem::invalid("per_day", "bad_value"));
            }
            crowded::first_of_each(tx, by, (house.zone, window), &query, per_day).await?
        }
    };
    let (rows, days) = match few {
        Some(few) => few,
        None => (query.limit(ITEMS_MAX as u64 + 1).all(tx).await?, Vec::new()),
    };
    if days.is_empty() && rows.len() > ITEMS_MAX {
        return Err(Problem::invalid("to", "too_many"));
    }
    let items = items(tx, by, rows).await?;
    let mut time_off = catalogue::time_off(tx, by, window).await?;
    if let Some(whose) = &whose {
        time_off.retain(|off| off.of == Of::Tenant || whose.contains(&off.of));
    }
    let Position { epoch, seq } = position(tx).await?;
    Ok(AgendaRange { epoch, seq, items, days, holidays, time_off })
}

/// Where the agenda's topic stands in this transaction.
pub(in super::super) async fn position(tx: &Tx<'_>) -> Result<Position, Problem> {
    let row = entities::topic::Entity::of(tx.tenant())
        .filter(entities::topic::Column::Key.eq(topic::agenda().as_str()))
        .one(tx)
        .await?;
    // before the first event nothing was ever said
    let (epoch, seq) = row.map(|row| (row.epoch, row.seq)).unwrap_or_default();
    Ok(Position { epoch, seq })
}

/// Whose agenda is asked for; none: everybody's.
async fn named(tx: &Tx<'_>, range: &Range) -> Result<Option<Vec<Of>>, Problem> {
    let mut whose: Vec<Of> = Vec::new();
    let mut is_narrow = false;
    if let Some(people) = &range.people {
        is_narrow = true;
        whose.extend(ids("people", people)?.into_iter().map(Of::User));
    }
    if let Some(resources) = &range.resources {
        is_narrow = true;
        whose.extend(ids("resources", resources)?.into_iter().map(Of::Resource));
    }
    if let Some(team) = range.team {
        is_narrow = true;
        let members: Vec<UserId> = user::Entity::of(tx.tenant())
            .filter(user::Column::TeamId.eq(team))
            .select_only()
            .column(user::Column::Id)
            .into_tuple()
            .all(tx)
            .await?;
        whose.extend(members.into_iter().map(Of::User));
    }
    Ok(is_narrow.then_some(whose))
}

/// Ids behind commas.
pub(in super::super) fn ids<T: std::str::FromStr>(
    field: &str,
    text: &str,
) -> Result<Vec<T>, Problem> {
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    if parts.len() > NAMED_MAX {
        return Err(Problem::invalid(field, "too_many"));
    }
    let parsed: Result<Vec<T>, _> = parts.into_iter().map(str::parse).collect();
    parsed.map_err(|_| Problem::invalid(field, "bad_value"))
}

/// What touches the range, by start.
fn query(tx: &Tx<'_>, range: &Range, whose: Option<&[Of]>) -> Select<appointment::Entity> {
    let mut query = appointment::Entity::of(tx.tenant())
        .filter(appointment::Column::StartsAt.gt(range.from - REACH))
        .filter(appointment::Column::StartsAt.lt(range.to))
        .filter(appointment::Column::EndsAt.gt(range.from));
    if range.cancelled != Some(true) {
        query = query.filter(appointment::Column::State.ne("cancelled"));
    }
    if let Some(whose) = whose {
        let mut seats = Query::select();
        seats
            .column(appointment_seat::Column::AppointmentId)
            .from(appointment_seat::Entity)
            .and_where(appointment_seat::Column::TenantId.eq(tx.tenant()))
            .and_where(appointment_seat::Column::Of.is_in(whose.iter().map(Of::to_string)))
            .and_where(appointment_seat::Column::StartsAt.gt(range.from - REACH))
            .and_where(appointment_seat::Column::StartsAt.lt(range.to));
        query = query.filter(appointment::Column::Id.in_subquery(seats));
    }
    query.order_by_asc(appointment::Column::StartsAt).order_by_asc(appointment::Column::Id)
}

/// Whole for those who may see them, else as busy time.
async fn items(
    tx: &Tx<'_>,
    by: &Principal,
    rows: Vec<appointment::Model>,
) -> Result<Vec<AgendaItem>, Problem> {
    let items = shown(tx, rows).await?.into_iter().filter_map(|shown| {
        if sees(by, &shown) {
            return Some(AgendaItem::Whole(Box::new(shown.appointment)));
        }
        // what was given up takes nobody's time
        let takes = !matches!(shown.appointment.state.as_str(), "cancelled" | "no_show");
        let Appointment { starts_at, ends_at, people, resources, .. } = shown.appointment;
        takes.then_some(AgendaItem::Busy(Busy {
            busy: true,
            starts_at,
            ends_at,
            people,
            resources,
        }))
    });
    Ok(items.collect())
}

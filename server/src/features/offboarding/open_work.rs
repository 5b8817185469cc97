//! What somebody has open, kind by kind, in the order of the hand-over: customers first, because what
//! hangs on a customer goes to whoever has the customer.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::ids::{ActivityId, AppointmentId, CustomerId, ReminderId, UserId};
use entities::tenancy::OfTenant;
use entities::{activity, appointment, appointment_seat, customer, reminder, user};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::plan::turn;
use super::views;
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// What can be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Customer,
    Reminder,
    Activity,
    Appointment,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Customer, Self::Reminder, Self::Activity, Self::Appointment];

    /// The word in the database.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Reminder => "reminder",
            Self::Activity => "activity",
            Self::Appointment => "appointment",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == word)
    }
}

/// One record, and the customer it hangs on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) kind: Kind,
    pub(super) id: Uuid,
    pub(super) customer: Option<CustomerId>,
}

/// The records behind a place; all of them without a limit.
pub(super) async fn next(
    tx: &Tx<'_>,
    user: UserId,
    now: DateTime<Utc>,
    after: Option<(Kind, Uuid)>,
    limit: Option<u64>,
) -> Result<Vec<Open>, Problem> {
    let mut found = Vec::new();
    let from = after.map_or(Kind::Customer, |(kind, _)| kind);
    for kind in Kind::ALL.into_iter().skip_while(|kind| *kind != from) {
        let left = limit.map(|limit| limit.saturating_sub(found.len() as u64));
        if left == Some(0) {
            break;
        }
        let behind = after.filter(|(at, _)| *at == kind).map(|(_, id)| id);
        match kind {
            Kind::Customer => {
                let behind = behind.map(CustomerId);
                let ids = views::customers_of(tx, user, behind, left).await?;
                found.extend(ids.into_iter().map(|id| Open { kind, id: id.0, customer: Some(id) }));
            }
            Kind::Reminder => found.extend(reminders(tx, user, behind, left).await?),
            Kind::Activity => found.extend(activities(tx, user, behind, left).await?),
            Kind::Appointment => found.extend(appointments(tx, user, now, behind, left).await?),
        }
    }
    Ok(found)
}

/// Those of customers; what somebody has noted for himself alone is nobody else's.
async fn reminders(
    tx: &Tx<'_>,
    user: UserId,
    behind: Option<Uuid>,
    limit: Option<u64>,
) -> Result<Vec<Open>, Problem> {
    let mut query = reminder::Entity::of(tx.tenant())
        .filter(reminder::Column::Assignee.eq(user))
        .filter(reminder::Column::State.eq("open"))
        .filter(reminder::Column::CustomerId.is_not_null())
        .order_by_asc(reminder::Column::Id);
    if let Some(behind) = behind {
        query = query.filter(reminder::Column::Id.gt(behind));
    }
    if let Some(limit) = limit {
        query = query.limit(limit);
    }
    let rows: Vec<(ReminderId, Option<CustomerId>)> = query
        .select_only()
        .columns([reminder::Column::Id, reminder::Column::CustomerId])
        .into_tuple()
        .all(tx)
        .await?;
    let open = |(id, customer): (ReminderId, _)| Open { kind: Kind::Reminder, id: id.0, customer };
    Ok(rows.into_iter().map(open).collect())
}

async fn activities(
    tx: &Tx<'_>,
    user: UserId,
    behind: Option<Uuid>,
    limit: Option<u64>,
) -> Result<Vec<Open>, Problem> {
    let mut query = activity::Entity::of(tx.tenant())
        .filter(activity::Column::Assignee.eq(user))
        .filter(activity::Column::State.eq("open"))
        .order_by_asc(activity::Column::Id);
    if let Some(behind) = behind {
        query = query.filter(activity::Column::Id.gt(behind));
    }
    if let Some(limit) = limit {
        query = query.limit(limit);
    }
    let rows: Vec<(ActivityId, CustomerId)> = query
        .select_only()
        .columns([activity::Column::Id, activity::Column::CustomerId])
        .into_tuple()
        .all(tx)
        .await?;
    let kind = Kind::Activity;
    let open = |(id, customer): (ActivityId, _)| Open { kind, id: id.0, customer: Some(customer) };
    Ok(rows.into_iter().map(open).collect())
}

/// Those that are still to come.
async fn appointments(
    tx: &Tx<'_>,
    user: UserId,
    now: DateTime<Utc>,
    behind: Option<Uuid>,
    limit: Option<u64>,
) -> Result<Vec<Open>, Problem> {
    let mut taken = Query::select();
    taken
        .column(appointment_seat::Column::AppointmentId)
        .from(appointment_seat::Entity)
        .and_where(appointment_seat::Column::TenantId.eq(tx.tenant()))
        .and_where(appointment_seat::Column::Of.eq(format!("user:{user}")))
        .and_where(appointment_seat::Column::Held.eq(true))
        .and_where(appointment_seat::Column::EndsAt.gt(now));
    let mut query = appointment::Entity::of(tx.tenant())
        .filter(appointment::Column::Id.in_subquery(taken))
        .filter(appointment::Column::State.is_in(["booked", "confirmed"]))
        .filter(appointment::Column::EndsAt.gt(now))
        .order_by_asc(appointment::Column::Id);
    if let Some(behind) = behind {
        query = query.filter(appointment::Column::Id.gt(behind));
    }
    if let Some(limit) = limit {
        query = query.limit(limit);
    }
    let rows: Vec<(AppointmentId, Option<CustomerId>)> = query
        .select_only()
        .columns([appointment::Column::Id, appointment::Column::CustomerId])
        .into_tuple()
        .all(tx)
        .await?;
    let kind = Kind::Appointment;
    Ok(rows.into_iter().map(|(id, customer)| Open { kind, id: id.0, customer }).collect())
}

/// Who can be given something, and whose the customers are: what decides who is next.
pub(super) struct Heirs<'r> {
    leaver: UserId,
    receivers: &'r [UserId],
    here: HashSet<UserId>,
    owners: HashMap<CustomerId, Vec<UserId>>,
}

impl<'r> Heirs<'r> {
    /// With the owners of the customers that these records hang on.
    pub(super) async fn load(
        tx: &Tx<'_>,
        leaver: UserId,
        receivers: &'r [UserId],
        open: &[Open],
    ) -> Result<Self, Problem> {
        let here: Vec<UserId> = user::Entity::of(tx.tenant())
            .filter(user::Column::Active.eq(true))
            .filter(user::Column::Id.ne(leaver))
            .select_only()
            .column(user::Column::Id)
            .into_tuple()
            .all(tx)
            .await?;
        let customers: HashSet<CustomerId> = open.iter().filter_map(|open| open.customer).collect();
        let customers: Vec<CustomerId> = customers.into_iter().collect();
        let mut owners = HashMap::with_capacity(customers.len());
        for part in customers.chunks(1_000) {
            let rows: Vec<(CustomerId, entities::lists::UserList)> =
                customer::Entity::of(tx.tenant())
                    .filter(customer::Column::Id.is_in(part.iter().copied()))
                    .select_only()
                    .columns([customer::Column::Id, customer::Column::Owners])
                    .into_tuple()
                    .all(tx)
                    .await?;
            owners.extend(rows.into_iter().map(|(id, list)| (id, list.0)));
        }
        Ok(Self { leaver, receivers, here: here.into_iter().collect(), owners })
    }

    /// Who gets the n-th record. A customer goes to whose turn it is, who stands from then on where
    /// the leaver stood; what hangs on one goes to its first owner who is here.
    pub(super) fn of(&mut self, open: &Open, n: i64) -> Option<UserId> {
        let turn = turn(self.receivers, n);
        let owners = open.customer.and_then(|customer| self.owners.get_mut(&customer));
        match (open.kind, owners) {
            (Kind::Customer, Some(owners)) => {
                if let Some(to) = turn {
                    let stands = owners.iter_mut().filter(|owner| **owner == self.leaver);
                    stands.for_each(|owner| *owner = to);
                }
                turn
            }
            (_, Some(owners)) => {
                owners.iter().copied().find(|owner| self.here.contains(owner)).or(turn)
            }
            (_, None) => turn,
        }
    }
}

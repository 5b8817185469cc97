//! What can be booked: services, resources, and when.

use chrono::{DateTime, Utc};
use entities::ids::{ResourceId, ServiceId, TimeOffId, UserId};
use entities::tenancy::OfTenant;
use entities::{hours, resource, service};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Tx;
use crate::features::agenda::hours::{Week, Written};
use crate::features::agenda::of::Of;
use crate::features::agenda::settings::{House, Settings};
use crate::features::agenda::spans::Span;
use crate::kernel::clock::wire;
use crate::kernel::money::Money;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

/// Most times off that are read at once.
const OFF_MAX: u64 = 1_000;

/// A room, a device or another thing that one appointment at a time can use.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in super::super) struct Resource {
    pub(in super::super) id: ResourceId,
    pub(in super::super) name: String,
    /// `room`, `device`, `other`.
    pub(in super::super) kind: String,
    /// 1 to 8.
    pub(in super::super) colour: i32,
    #[serde(serialize_with = "wire::optional_time")]
    pub(in super::super) archived_at: Option<DateTime<Utc>>,
}

impl From<resource::Model> for Resource {
    fn from(row: resource::Model) -> Self {
        let resource::Model { id, name, kind, colour, archived_at, .. } = row;
        Self { id, name, kind, colour, archived_at }
    }
}

/// What can be booked, and how long it takes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in super::super) struct Service {
    pub(in super::super) id: ServiceId,
    pub(in super::super) name: String,
    pub(in super::super) minutes: i32,
    pub(in super::super) buffer_minutes: i32,
    pub(in super::super) people: Vec<UserId>,
    pub(in super::super) resources: Vec<ResourceId>,
    pub(in super::super) public: bool,
    pub(in super::super) price: Option<Money>,
    #[serde(serialize_with = "wire::optional_time")]
    pub(in super::super) archived_at: Option<DateTime<Utc>>,
}

impl From<service::Model> for Service {
    fn from(row: service::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            minutes: row.minutes,
            buffer_minutes: row.buffer_minutes,
            people: row.people.0,
            resources: row.resources.0,
            public: row.public,
            price: row
                .price_minor
                .zip(row.currency)
                .map(|(minor, currency)| Money { minor, currency }),
            archived_at: row.archived_at,
        }
    }
}

/// A week of hours that somebody wrote down.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in super::super) struct Hours {
    /// `tenant`, `user:<id>` or `resource:<id>`.
    #[schema(value_type = String)]
    pub(in super::super) of: Of,
    /// Monday first.
    pub(in super::super) week: Written,
}

/// A time in which somebody or something cannot be booked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in super::super) struct TimeOff {
    pub(in super::super) id: TimeOffId,
    #[schema(value_type = String)]
    pub(in super::super) of: Of,
    #[serde(serialize_with = "wire::time")]
    pub(in super::super) starts_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::time")]
    pub(in super::super) ends_at: DateTime<Utc>,
    /// Null where it is nobody's business.
    pub(in super::super) reason: Option<String>,
}

/// All that the screens of the agenda begin with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(in super::super) struct Catalogue {
    pub(in super::super) settings: Settings,
    pub(in super::super) time_zone: String,
    pub(in super::super) resources: Vec<Resource>,
    pub(in super::super) services: Vec<Service>,
    /// The tenant's always, others where they were written down.
    pub(in super::super) hours: Vec<Hours>,
    /// What is not over yet.
    pub(in super::super) time_off: Vec<TimeOff>,
    /// The public page, whether it is open or not.
    pub(in super::super) slug: String,
}

/// All resources, archived ones too.
pub(in super::super) async fn resources(tx: &Tx<'_>) -> Result<Vec<Resource>, Problem> {
    let rows = resource::Entity::of(tx.tenant()).order_by_asc(resource::Column::Id).all(tx).await?;
    Ok(rows.into_iter().map(Resource::from).collect())
}

pub(in super::super) async fn live_resources(tx: &Tx<'_>) -> Result<Vec<Resource>, Problem> {
    let mut all = resources(tx).await?;
    all.retain(|resource| resource.archived_at.is_none());
    Ok(all)
}

/// All services, archived ones too.
pub(in super::super) async fn services(tx: &Tx<'_>) -> Result<Vec<Service>, Problem> {
    let rows = service::Entity::of(tx.tenant()).order_by_asc(service::Column::Id).all(tx).await?;
    Ok(rows.into_iter().map(Service::from).collect())
}

pub(in super::super) async fn live_services(tx: &Tx<'_>) -> Result<Vec<Service>, Problem> {
    let mut all = services(tx).await?;
    all.retain(|service| service.archived_at.is_none());
    Ok(all)
}

/// Times off that touch a window. Why a colleague is away is read by those who arrange it.
pub(in super::super) async fn time_off(
    tx: &Tx<'_>,
    by: &Principal,
    window: Span,
) -> Result<Vec<TimeOff>, Problem> {
    use entities::time_off as table;
    let rows = table::Entity::of(tx.tenant())
        .filter(table::Column::EndsAt.gt(window.start))
        .filter(table::Column::StartsAt.lt(window.end))
        .order_by_asc(table::Column::StartsAt)
        .limit(OFF_MAX)
        .all(tx)
        .await?;
    let shown = rows.into_iter().filter_map(|row| {
        let of: Of = row.of.parse().ok()?;
        let told = match of {
            Of::User(user) => by.in_person() == Some(user) || by.may(Permission::ManageAgenda),
            _ => true,
        };
        let reason = row.reason.filter(|_| told);
        Some(TimeOff { id: row.id, of, starts_at: row.starts_at, ends_at: row.ends_at, reason })
    });
    Ok(shown.collect())
}

pub(in super::super) async fn catalogue(
    tx: &Tx<'_>,
    by: &Principal,
    now: DateTime<Utc>,
) -> Result<Catalogue, Problem> {
    let house = House::load(tx).await?;
    let rows = hours::Entity::of(tx.tenant()).order_by_asc(hours::Column::Of).all(tx).await?;
    let mut weeks: Vec<Hours> = rows
        .into_iter()
        .filter_map(|row| {
            Some(Hours { of: row.of.parse().ok()?, week: serde_json::from_value(row.week).ok()? })
        })
        .collect();
    if !weeks.iter().any(|hours| hours.of == Of::Tenant) {
        weeks.insert(0, Hours { of: Of::Tenant, week: Week::usual().write() });
    }
    let ahead = Span::new(now, now + chrono::Duration::days(400));
    Ok(Catalogue {
        resources: resources(tx).await?,
        services: services(tx).await?,
        hours: weeks,
        time_off: time_off(tx, by, ahead).await?,
        time_zone: house.tenant.time_zone.clone(),
        slug: house.tenant.slug.clone(),
        settings: house.settings,
    })
}

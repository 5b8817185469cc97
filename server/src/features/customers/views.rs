//! Customers as clients read them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::{CustomerId, IdentityId, MergeId, NoteId, UserId};
use entities::lists::UserList;
use entities::tenancy::OfTenant;
use entities::{customer, customer_owner, identity, merge, note, topic};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde_json::Value;

use super::identity::{EMAIL, EXTERNAL, PHONE};
use crate::db::Tx;
use crate::kernel::clock::wire;
use crate::kernel::principal::{Permission, Principal, Visibility};
use crate::kernel::problem::Problem;

/// A phone or an e-mail: what is compared, and what people read.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Contact {
    pub value: String,
    pub display: String,
}

/// One identity of any kind.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Identity {
    pub id: IdentityId,
    pub kind: String,
    pub value: String,
    pub display: String,
}

/// A customer, whole.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Customer {
    pub id: CustomerId,
    pub name: String,
    pub company: Option<String>,
    pub phones: Vec<Contact>,
    pub emails: Vec<Contact>,
    pub identities: Vec<Identity>,
    pub quality: Option<String>,
    pub score_emotional: Option<i32>,
    pub score_logical: Option<i32>,
    pub owners: Vec<UserId>,
    pub tags: Vec<String>,
    #[schema(value_type = Object)]
    pub custom: Value,
    #[schema(value_type = Option<Object>)]
    pub source: Option<Value>,
    #[schema(value_type = Option<Object>)]
    pub utm: Option<Value>,
    #[serde(serialize_with = "wire::optional_time")]
    pub last_contact_at: Option<DateTime<Utc>>,
    #[serde(serialize_with = "wire::time")]
    pub created_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::time")]
    pub updated_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    pub archived_at: Option<DateTime<Utc>>,
    pub merged_into: Option<CustomerId>,
    pub version: i64,
}

/// A note on a customer.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Note {
    pub id: NoteId,
    pub body: String,
    pub by: String,
    #[serde(serialize_with = "wire::time")]
    pub created_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    pub edited_at: Option<DateTime<Utc>>,
}

/// A merge that this customer won.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct MergeView {
    pub id: MergeId,
    pub other: CustomerId,
    pub other_name: String,
    #[serde(serialize_with = "wire::time")]
    pub at: DateTime<Utc>,
    pub by: String,
    #[serde(serialize_with = "wire::optional_time")]
    pub undone_at: Option<DateTime<Utc>>,
}

/// A customer with what stands around them.
#[derive(Debug, Serialize)]
pub(super) struct Detail {
    #[serde(flatten)]
    pub customer: Customer,
    pub cards: Value,
    pub note_count: u64,
    pub duplicate_count: usize,
    pub merges: Vec<MergeView>,
}

/// What other features show of a customer.
#[derive(Clone, Debug)]
pub struct Face {
    pub name: String,
    /// As people read it; the first one.
    pub phone: Option<String>,
    pub owners: Vec<UserId>,
    pub source: Option<String>,
    pub quality: Option<String>,
    pub tags: Vec<String>,
    pub last_contact_at: Option<DateTime<Utc>>,
}

impl From<note::Model> for Note {
    fn from(note: note::Model) -> Self {
        let note::Model { id, body, by, created_at, edited_at, .. } = note;
        Self { id, body, by, created_at, edited_at }
    }
}

/// Most names given by other systems that a record shows; every signal brings one.
const SIGNALS_SHOWN: usize = 20;

/// A row and its identities as one record.
pub(super) fn record(row: &customer::Model, identities: &[identity::Model]) -> Customer {
    let contacts = |kind: &str| {
        let own = identities.iter().filter(|identity| identity.kind == kind);
        own.map(|i| Contact { value: i.value.clone(), display: i.display.clone() }).collect()
    };
    let mut signals = 0;
    let mut is_shown = |identity: &&identity::Model| {
        signals += usize::from(identity.kind == EXTERNAL);
        identity.kind != EXTERNAL || signals <= SIGNALS_SHOWN
    };
    Customer {
        id: row.id,
        name: row.name.clone(),
        company: row.company.clone(),
        phones: contacts(PHONE),
        emails: contacts(EMAIL),
        identities: identities
            .iter()
            .filter(|identity| is_shown(identity))
            .map(|i| Identity {
                id: i.id,
                kind: i.kind.clone(),
                value: i.value.clone(),
                display: i.display.clone(),
            })
            .collect(),
        quality: row.quality.clone(),
        score_emotional: row.score_emotional,
        score_logical: row.score_logical,
        owners: row.owners.0.clone(),
        tags: row.tags.0.clone(),
        custom: row.custom.clone(),
        source: row.source.clone(),
        utm: row.utm.clone(),
        last_contact_at: row.last_contact_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
        archived_at: row.archived_at,
        merged_into: row.merged_into,
        version: row.version,
    }
}

/// The identities of customers, in their order.
pub(super) async fn identities(
    tx: &Tx<'_>,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, Vec<identity::Model>>, Problem> {
    let mut of: HashMap<CustomerId, Vec<identity::Model>> = HashMap::new();
    for part in customers.chunks(1_000) {
        let rows = identity::Entity::of(tx.tenant())
            .filter(identity::Column::CustomerId.is_in(part.iter().copied()))
            .order_by_asc(identity::Column::Position)
            .order_by_asc(identity::Column::Id)
            .all(tx)
            .await?;
        for row in rows {
            of.entry(row.customer_id).or_default().push(row);
        }
    }
    Ok(of)
}

/// Rows as records, in the order given.
pub(super) async fn records(
    tx: &Tx<'_>,
    rows: &[customer::Model],
) -> Result<Vec<Customer>, Problem> {
    let ids: Vec<CustomerId> = rows.iter().map(|row| row.id).collect();
    let of = identities(tx, &ids).await?;
    let none = Vec::new();
    Ok(rows.iter().map(|row| record(row, of.get(&row.id).unwrap_or(&none))).collect())
}

/// One row as a record.
pub(super) async fn one_record(tx: &Tx<'_>, row: &customer::Model) -> Result<Customer, Problem> {
    let of = identities(tx, &[row.id]).await?;
    Ok(record(row, of.get(&row.id).map_or(&[], Vec::as_slice)))
}

/// A customer whom this principal may see.
///
/// # Errors
/// `not_found`, also for what is hidden.
pub(crate) async fn find(
    tx: &Tx<'_>,
    by: &Principal,
    id: CustomerId,
) -> Result<customer::Model, Problem> {
    let row = customer::Entity::of(tx.tenant()).filter(customer::Column::Id.eq(id)).one(tx).await?;
    row.filter(|row| by.sees(&row.owners.0)).ok_or_else(Problem::not_found)
}

/// What other features show of these customers.
///
/// # Errors
/// Those of the database.
pub async fn faces(tx: &Tx<'_>, ids: &[CustomerId]) -> Result<HashMap<CustomerId, Face>, Problem> {
    let mut faces = HashMap::with_capacity(ids.len());
    for part in ids.chunks(1_000) {
        let rows = customer::Entity::of(tx.tenant())
            .filter(customer::Column::Id.is_in(part.iter().copied()))
            .select_only()
            .columns([
                customer::Column::Id,
                customer::Column::Name,
                customer::Column::Owners,
                customer::Column::SourceChannel,
                customer::Column::Quality,
                customer::Column::Tags,
                customer::Column::LastContactAt,
            ])
            .into_tuple::<FaceRow>()
            .all(tx)
            .await?;
        for (id, name, owners, source, quality, tags, last_contact_at) in rows {
            let (owners, tags) = (owners.0, tags.0);
            let face = Face { name, phone: None, owners, source, quality, tags, last_contact_at };
            faces.insert(id, face);
        }
        let phones: Vec<(CustomerId, String)> = identity::Entity::of(tx.tenant())
            .filter(identity::Column::CustomerId.is_in(part.iter().copied()))
            .filter(identity::Column::Kind.eq(PHONE))
            .order_by_desc(identity::Column::Position)
            .select_only()
            .columns([identity::Column::CustomerId, identity::Column::Display])
            .into_tuple()
            .all(tx)
            .await?;
        // last one wins: the first phone comes last
        for (id, display) in phones {
            if let Some(face) = faces.get_mut(&id) {
                face.phone = Some(display);
            }
        }
    }
    Ok(faces)
}

type FaceRow = (
    CustomerId,
    String,
    UserList,
    Option<String>,
    Option<String>,
    entities::lists::StringList,
    Option<DateTime<Utc>>,
);

/// How many live customers this principal may see.
///
/// # Errors
/// Those of the database.
pub async fn count(tx: &Tx<'_>, by: &Principal) -> Result<u64, Problem> {
    if !by.may(Permission::ViewCustomers) {
        return Ok(0);
    }
    let live = customer::Entity::of(tx.tenant())
        .filter(customer::Column::MergedInto.is_null())
        .filter(customer::Column::ArchivedAt.is_null());
    Ok(live.filter(visible(by)).count(tx).await?)
}

/// Which customers this principal may see: a condition on the table `customer`.
pub fn visible(by: &Principal) -> Condition {
    visible_on(by, Expr::col((customer::Entity, customer::Column::Id)))
}

/// The same for any expression that is a customer's id.
pub fn visible_on(by: &Principal, customer: impl Into<SimpleExpr>) -> Condition {
    if by.visibility == Visibility::All {
        return Condition::all();
    }
    let mut mine = Query::select();
    mine.column(customer_owner::Column::CustomerId)
        .from(customer_owner::Entity)
        .and_where(Expr::col(customer_owner::Column::TenantId).eq(by.tenant))
        .and_where(Expr::col(customer_owner::Column::UserId).is_in(by.circle.iter().copied()));
    Condition::all().add(customer.into().in_subquery(mine))
}

/// The notes of a customer, newest first.
pub(super) async fn notes(
    tx: &Tx<'_>,
    customer: CustomerId,
    most: u64,
) -> Result<Vec<Note>, Problem> {
    let rows = note::Entity::of(tx.tenant())
        .filter(note::Column::CustomerId.eq(customer))
        .filter(note::Column::RemovedAt.is_null())
        .order_by_desc(note::Column::CreatedAt)
        .order_by_desc(note::Column::Id)
        .limit(most)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(Note::from).collect())
}

/// The merges this customer won, newest first.
pub(super) async fn merges(tx: &Tx<'_>, customer: CustomerId) -> Result<Vec<MergeView>, Problem> {
    let rows = merge::Entity::of(tx.tenant())
        .filter(merge::Column::WinnerId.eq(customer))
        .order_by_desc(merge::Column::At)
        .limit(50)
        .all(tx)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| MergeView {
            id: row.id,
            other: row.loser_id,
            other_name: row.before["loser"]["name"].as_str().unwrap_or_default().to_owned(),
            at: row.at,
            by: row.by,
            undone_at: row.undone_at,
        })
        .collect())
}

/// Epoch and head of a customer's topic; no epoch before its first event.
pub(super) async fn position(
    tx: &Tx<'_>,
    customer: CustomerId,
) -> Result<(Option<String>, i64), Problem> {
    let key = crate::kernel::topic::Topic::customer(customer);
    let row =
        topic::Entity::of(tx.tenant()).filter(topic::Column::Key.eq(key.as_str())).one(tx).await?;
    Ok(row.map_or((None, 0), |row| (Some(row.epoch), row.seq)))
}

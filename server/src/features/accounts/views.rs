//! What accounts show: read models and their queries.

use chrono::{DateTime, Utc};
use entities::ids::{ApiKeyId, DepartmentId, SessionId, TeamId, TenantId, TokenId, UserId};
use entities::tenancy::OfTenant;
use entities::{api_key, department, device_session, one_time_token, role, team, tenant, user};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Tx;
use crate::gateway::{KeyKind, Secrets};
use crate::kernel::clock::wire;
use crate::kernel::principal::{Permissions, Scopes, Visibility};
use crate::kernel::problem::Problem;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct User {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: String,
    pub team_id: Option<TeamId>,
    pub locale: String,
    pub active: bool,
    #[serde(serialize_with = "wire::time")]
    pub created_at: DateTime<Utc>,
    /// Only in lists over HTTP: a sign-in is no event of the tenant's stream.
    #[serde(serialize_with = "wire::optional_time")]
    pub last_seen_at: Option<DateTime<Utc>>,
}

impl From<user::Model> for User {
    fn from(row: user::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            role: row.role,
            team_id: row.team_id,
            locale: row.locale,
            active: row.active,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
        }
    }
}

impl User {
    /// As it stands in events and snapshots.
    pub(super) fn on_topic(row: user::Model) -> Self {
        Self { last_seen_at: None, ..row.into() }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Tenant {
    pub id: TenantId,
    pub slug: String,
    pub name: String,
    pub locale: String,
    pub country: String,
    pub time_zone: String,
    pub currency: String,
    /// The public key of web forms; null for whom keys are no business.
    pub form_key: Option<String>,
}

impl From<tenant::Model> for Tenant {
    fn from(row: tenant::Model) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            locale: row.locale,
            country: row.country,
            time_zone: row.time_zone,
            currency: row.currency,
            form_key: None,
        }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Role {
    pub key: String,
    pub name: String,
    pub permissions: Vec<&'static str>,
    /// The same as `scopes.customers`.
    pub visibility: Visibility,
    pub scopes: Scopes,
    pub builtin: bool,
}

impl From<role::Model> for Role {
    fn from(row: role::Model) -> Self {
        let Rights { permissions, scopes } = Rights::of(&row);
        Self {
            key: row.key,
            name: row.name,
            permissions: permissions.names(),
            visibility: scopes.customers,
            scopes,
            builtin: row.builtin,
        }
    }
}

/// What a role allows and shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rights {
    pub(super) permissions: Permissions,
    pub(super) scopes: Scopes,
}

impl Rights {
    /// A role that is gone allows nothing and shows least.
    pub(super) fn none() -> Self {
        Self { permissions: Permissions::default(), scopes: Scopes::every(Visibility::Own) }
    }

    pub(super) fn of(row: &role::Model) -> Self {
        let customers = Visibility::parse(&row.visibility);
        let scope = |word: &Option<String>| word.as_deref().map_or(customers, Visibility::parse);
        Self {
            permissions: Permissions::parse(&row.permissions.0),
            scopes: Scopes {
                customers,
                agenda: scope(&row.agenda_scope),
                reports: scope(&row.reports_scope),
            },
        }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    pub department_id: Option<DepartmentId>,
}

impl From<team::Model> for Team {
    fn from(row: team::Model) -> Self {
        Self { id: row.id, name: row.name, department_id: row.department_id }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Department {
    pub id: DepartmentId,
    pub name: String,
}

impl From<department::Model> for Department {
    fn from(row: department::Model) -> Self {
        Self { id: row.id, name: row.name }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeviceSession {
    pub id: SessionId,
    pub current: bool,
    pub user_agent: String,
    pub address: String,
    #[serde(serialize_with = "wire::time")]
    pub created_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::time")]
    pub last_used_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    /// `api` or `form`.
    pub kind: String,
    pub prefix: String,
    pub permissions: Vec<String>,
    #[serde(serialize_with = "wire::time")]
    pub created_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    pub last_used_at: Option<DateTime<Utc>>,
    #[serde(serialize_with = "wire::optional_time")]
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<api_key::Model> for ApiKey {
    fn from(row: api_key::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            kind: row.kind,
            prefix: row.prefix,
            permissions: row.permissions.0,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Invitation {
    pub id: TokenId,
    pub email: String,
    pub name: String,
    pub role: String,
    pub team_id: Option<TeamId>,
    #[serde(serialize_with = "wire::time")]
    pub created_at: DateTime<Utc>,
    #[serde(serialize_with = "wire::time")]
    pub expires_at: DateTime<Utc>,
}

impl From<one_time_token::Model> for Invitation {
    fn from(row: one_time_token::Model) -> Self {
        Self {
            id: row.id,
            email: row.email,
            name: row.name,
            role: row.role,
            team_id: row.team_id,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

/// Where the next page begins.
#[derive(Serialize, Deserialize)]
pub(super) struct AfterUser(pub(super) UserId);

pub(super) async fn find_user(tx: &Tx<'_>, id: UserId) -> Result<Option<user::Model>, Problem> {
    Ok(user::Entity::of(tx.tenant()).filter(user::Column::Id.eq(id)).one(tx).await?)
}

pub(super) async fn find_role(tx: &Tx<'_>, key: &str) -> Result<Option<role::Model>, Problem> {
    Ok(role::Entity::of(tx.tenant()).filter(role::Column::Key.eq(key)).one(tx).await?)
}

pub(super) async fn find_team(tx: &Tx<'_>, id: TeamId) -> Result<Option<team::Model>, Problem> {
    Ok(team::Entity::of(tx.tenant()).filter(team::Column::Id.eq(id)).one(tx).await?)
}

pub(super) async fn find_department(
    tx: &Tx<'_>,
    id: DepartmentId,
) -> Result<Option<department::Model>, Problem> {
    let departments = department::Entity::of(tx.tenant());
    Ok(departments.filter(department::Column::Id.eq(id)).one(tx).await?)
}

pub(super) async fn departments(tx: &Tx<'_>) -> Result<Vec<Department>, Problem> {
    let rows = department::Entity::of(tx.tenant());
    let rows = rows.order_by_asc(department::Column::Id).all(tx).await?;
    Ok(rows.into_iter().map(Department::from).collect())
}

pub(super) async fn find_token(
    tx: &Tx<'_>,
    id: TokenId,
) -> Result<Option<one_time_token::Model>, Problem> {
    let tokens = one_time_token::Entity::of(tx.tenant());
    Ok(tokens.filter(one_time_token::Column::Id.eq(id)).one(tx).await?)
}

/// The tenant's own row; its key is not called `tenant_id`, and row security knows that.
pub(super) async fn tenant_row(tx: &Tx<'_>) -> Result<tenant::Model, Problem> {
    let row = tenant::Entity::find().filter(tenant::Column::Id.eq(tx.tenant())).one(tx).await?;
    row.ok_or_else(Problem::not_found)
}

/// The tenant as somebody sees it who may (or may not) know the form's key.
pub(super) async fn tenant(tx: &Tx<'_>, secrets: Option<&Secrets>) -> Result<Tenant, Problem> {
    let mut shown = Tenant::from(tenant_row(tx).await?);
    if let Some(secrets) = secrets {
        let form = api_key::Entity::of(tx.tenant())
            .filter(api_key::Column::Kind.eq(KeyKind::Form.name()))
            .filter(api_key::Column::RevokedAt.is_null())
            .order_by_desc(api_key::Column::Id)
            .one(tx)
            .await?;
        shown.form_key = form.map(|row| {
            super::secret_links::api_key(secrets, KeyKind::Form, row.tenant_id, row.id).text()
        });
    }
    Ok(shown)
}

/// Users in the order they came, after a position.
pub(super) async fn users(
    tx: &Tx<'_>,
    after: Option<UserId>,
    limit: u64,
) -> Result<Vec<user::Model>, Problem> {
    let mut users = user::Entity::of(tx.tenant()).order_by_asc(user::Column::Id).limit(limit);
    if let Some(after) = after {
        users = users.filter(user::Column::Id.gt(after));
    }
    Ok(users.all(tx).await?)
}

pub(super) async fn roles(tx: &Tx<'_>) -> Result<Vec<Role>, Problem> {
    let rows = role::Entity::of(tx.tenant()).order_by_asc(role::Column::Key).all(tx).await?;
    Ok(rows.into_iter().map(Role::from).collect())
}

pub(super) async fn teams(tx: &Tx<'_>) -> Result<Vec<Team>, Problem> {
    let rows = team::Entity::of(tx.tenant()).order_by_asc(team::Column::Id).all(tx).await?;
    Ok(rows.into_iter().map(Team::from).collect())
}

/// Devices that are signed in, the latest used first.
pub(super) async fn devices(
    tx: &Tx<'_>,
    user: UserId,
    current: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<Vec<DeviceSession>, Problem> {
    let rows = device_session::Entity::of(tx.tenant())
        .filter(device_session::Column::UserId.eq(user))
        .filter(device_session::Column::RevokedAt.is_null())
        .filter(device_session::Column::ExpiresAt.gt(now))
        .order_by_desc(device_session::Column::LastUsedAt)
        .limit(200)
        .all(tx)
        .await?;
    let shown = rows.into_iter().map(|row| DeviceSession {
        id: row.id,
        current: Some(row.id) == current,
        user_agent: row.user_agent,
        address: row.address,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    });
    Ok(shown.collect())
}

/// Invitations that can still be accepted.
pub(super) async fn invitations(
    tx: &Tx<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Invitation>, Problem> {
    let rows = one_time_token::Entity::of(tx.tenant())
        .filter(one_time_token::Column::Kind.eq("invitation"))
        .filter(one_time_token::Column::UsedAt.is_null())
        .filter(one_time_token::Column::ExpiresAt.gt(now))
        .order_by_desc(one_time_token::Column::Id)
        .limit(200)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(Invitation::from).collect())
}

pub(super) async fn api_keys(tx: &Tx<'_>) -> Result<Vec<ApiKey>, Problem> {
    let rows = api_key::Entity::of(tx.tenant())
        .order_by_desc(api_key::Column::Id)
        .limit(200)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(ApiKey::from).collect())
}

//! What other features may know of the people of a tenant: their names, languages and eyes, and
//! where the house stands.

use std::collections::{BTreeSet, HashMap};

use chrono_tz::Tz;
use entities::ids::{SessionId, TeamId, UserId};
use entities::tenancy::OfTenant;
use entities::{role, user};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

use super::principals::eyes_with;
use super::views::{self, Rights};
use crate::db::Tx;
use crate::kernel::principal::{Permission, Permissions, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::wall;

/// A colleague, deactivated ones too.
#[derive(Clone, Debug)]
pub struct Colleague {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub locale: String,
    pub active: bool,
    /// What this person may see and do, on no device.
    pub eyes: Principal,
}

/// The tenant's time zone.
///
/// # Errors
/// Those of the database.
pub async fn zone(tx: &Tx<'_>) -> Result<Tz, Problem> {
    Ok(wall::zone(&views::tenant_row(tx).await?.time_zone))
}

/// The tenant's name.
///
/// # Errors
/// Those of the database.
pub async fn tenant_name(tx: &Tx<'_>) -> Result<String, Problem> {
    Ok(views::tenant_row(tx).await?.name)
}

/// The ids of everybody who can sign in: a condition of other features' queries.
pub fn active(tx: &Tx<'_>) -> SelectStatement {
    let mut query = Query::select();
    query
        .column((user::Entity, user::Column::Id))
        .from(user::Entity)
        .and_where(Expr::col((user::Entity, user::Column::TenantId)).eq(tx.tenant()))
        .and_where(Expr::col((user::Entity, user::Column::Active)).eq(true));
    query
}

/// The names of those among these people who can sign in.
///
/// # Errors
/// Those of the database.
pub async fn names(tx: &Tx<'_>, among: SelectStatement) -> Result<Vec<(UserId, String)>, Problem> {
    let people = user::Entity::of(tx.tenant())
        .filter(user::Column::Active.eq(true))
        .filter(user::Column::Id.in_subquery(among))
        .select_only()
        .columns([user::Column::Id, user::Column::Name]);
    Ok(people.into_tuple().all(tx).await?)
}

/// Those who are here and have this right, at most `most`: whom the house tells of what only they can
/// put in order.
///
/// # Errors
/// Those of the database.
pub async fn holders(tx: &Tx<'_>, right: Permission, most: u64) -> Result<Vec<UserId>, Problem> {
    let roles = role::Entity::of(tx.tenant()).all(tx).await?;
    let having = roles
        .into_iter()
        .filter(|role| Permissions::parse(&role.permissions.0).has(right))
        .map(|role| role.key);
    Ok(user::Entity::of(tx.tenant())
        .filter(user::Column::Active.eq(true))
        .filter(user::Column::Role.is_in(having))
        .order_by_asc(user::Column::Id)
        .limit(most)
        .select_only()
        .column(user::Column::Id)
        .into_tuple()
        .all(tx)
        .await?)
}

/// These people; who is none of the tenant's is absent. Asks for all their roles and teams at once.
///
/// # Errors
/// Those of the database.
pub async fn colleagues(
    tx: &Tx<'_>,
    ids: &[UserId],
) -> Result<HashMap<UserId, Colleague>, Problem> {
    let distinct: BTreeSet<UserId> = ids.iter().copied().collect();
    if distinct.is_empty() {
        return Ok(HashMap::new());
    }
    let rows =
        user::Entity::of(tx.tenant()).filter(user::Column::Id.is_in(distinct)).all(tx).await?;
    let keys: BTreeSet<&str> = rows.iter().map(|row| row.role.as_str()).collect();
    let roles = role::Entity::of(tx.tenant()).filter(role::Column::Key.is_in(keys)).all(tx).await?;
    let roles: HashMap<&str, &role::Model> =
        roles.iter().map(|role| (role.key.as_str(), role)).collect();
    let rights = |row: &user::Model| {
        roles.get(row.role.as_str()).map_or_else(Rights::none, |r| Rights::of(r))
    };
    let counts = |row: &&user::Model| rights(row).scopes.uses_teams();
    let teams = teams(tx, rows.iter().filter(counts).filter_map(|row| row.team_id)).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        let rights = rights(row);
        let team = row.team_id.filter(|_| rights.scopes.uses_teams());
        let team = team.and_then(|team| teams.get(&team)).map(|team| team.as_slice().into());
        let eyes = eyes_with(row.clone(), SessionId::NIL, rights, team);
        let user::Model { id, name, email, locale, active, .. } = row.clone();
        found.insert(id, Colleague { id, name, email, locale, active, eyes });
    }
    Ok(found)
}

/// Who is in these teams.
async fn teams(
    tx: &Tx<'_>,
    ids: impl Iterator<Item = TeamId>,
) -> Result<HashMap<TeamId, Vec<UserId>>, Problem> {
    let ids: BTreeSet<TeamId> = ids.collect();
    let mut found: HashMap<TeamId, Vec<UserId>> = HashMap::with_capacity(ids.len());
    if ids.is_empty() {
        return Ok(found);
    }
    let seats: Vec<(Option<TeamId>, UserId)> = user::Entity::of(tx.tenant())
        .filter(user::Column::TeamId.is_in(ids))
        .select_only()
        .columns([user::Column::TeamId, user::Column::Id])
        .into_tuple()
        .all(tx)
        .await?;
    for (team, user) in seats {
        if let Some(team) = team {
            found.entry(team).or_default().push(user);
        }
    }
    Ok(found)
}

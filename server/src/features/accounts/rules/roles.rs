//! What a role allows and shows; roles of the tenant's own.

use entities::lists::StringList;
use entities::tenancy::OfTenant;
use entities::{one_time_token, role, user};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::{ADMIN, covers, may_all};
use crate::db::Tx;
use crate::features::accounts::commands::{CreateRole, RemoveRole, SomeScopes, UpdateRole};
use crate::features::accounts::error::Error;
use crate::features::accounts::events::{self, RoleRemoved, RoleUpdated, Touches};
use crate::features::accounts::views::{self, Rights, Role};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::fold::fold;
use crate::kernel::input;
use crate::kernel::principal::{Permission, Permissions, Scopes, Visibility};
use crate::kernel::problem::Problem;

/// Most roles of a tenant.
const ROLES_MAX: usize = 50;
/// Longest key that is made of a name, in characters.
const KEY_MAX: usize = 40;

/// The administrators' role keeps all rights: nobody could give them back.
pub(in super::super) async fn update(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &UpdateRole,
) -> Decided {
    let role = views::find_role(tx, &cmd.role).await?.ok_or_else(Problem::not_found)?;
    let before = Rights::of(&role);
    let name = match &cmd.name {
        Some(name) => Some(free_name(tx, Some(&role.key), name).await?),
        None => None,
    };
    let permissions = cmd.permissions.as_deref().map(parse).transpose()?;
    let after = Rights {
        permissions: permissions.unwrap_or(before.permissions),
        scopes: scoped(&role, before.scopes, cmd)?,
    };
    if role.key == ADMIN && after != before {
        return Err(Problem::invalid("role", "bad_value"));
    }
    // neither given nor taken away by who has less
    if !covers(cx, before) || !covers(cx, after) {
        return Err(Problem::forbidden());
    }
    let mut row: role::ActiveModel = role.into();
    if let Some(name) = name {
        row.name = Set(name);
    }
    row.permissions = Set(words(after.permissions));
    row.visibility = Set(after.scopes.customers.name().to_owned());
    let said = cmd.scopes.unwrap_or_default();
    if said.agenda.is_some() {
        row.agenda_scope = Set(Some(after.scopes.agenda.name().to_owned()));
    }
    if said.reports.is_some() {
        row.reports_scope = Set(Some(after.scopes.reports.name().to_owned()));
    }
    let role = row.update(tx).await?;
    let key = role.key.clone();
    let access = if after == before { Touches::Nobody } else { Touches::Everybody };
    let updated = RoleUpdated { role: Role::from(role), access };
    let mut out = vec![events::on_tenant("role.updated", &updated)?];
    if after != before {
        let people = user::Entity::of(tx.tenant())
            .filter(user::Column::Role.eq(key))
            .filter(user::Column::Active.eq(true))
            .all(tx)
            .await?;
        for user in people {
            out.push(events::access_changed(user.id, after)?);
        }
    }
    Ok(Decision::events(out))
}

/// What the role shows when this is done: a module that the role does not name follows the sight of
/// customers.
///
/// # Errors
/// `bad_value` when the two names of the customers' sight disagree.
fn scoped(role: &role::Model, before: Scopes, cmd: &UpdateRole) -> Result<Scopes, Problem> {
    let SomeScopes { customers, agenda, reports } = cmd.scopes.unwrap_or_default();
    if let (Some(one), Some(other)) = (customers, cmd.visibility)
        && one != other
    {
        return Err(Problem::invalid("visibility", "bad_value"));
    }
    let customers = customers.or(cmd.visibility).unwrap_or(before.customers);
    let kept = |named: &Option<String>, was| if named.is_some() { was } else { customers };
    Ok(Scopes {
        customers,
        agenda: agenda.unwrap_or_else(|| kept(&role.agenda_scope, before.agenda)),
        reports: reports.unwrap_or_else(|| kept(&role.reports_scope, before.reports)),
    })
}

pub(in super::super) async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateRole,
) -> Decided {
    let name = free_name(tx, None, &cmd.name).await?;
    let like = match &cmd.from {
        Some(key) => {
            let role = views::find_role(tx, key).await?;
            Some(role.ok_or_else(|| Problem::invalid("from", "unknown_value"))?)
        }
        None => None,
    };
    let rights = like.as_ref().map_or_else(Rights::none, Rights::of);
    if !covers(cx, rights) {
        return Err(Problem::forbidden());
    }
    let (visibility, agenda_scope, reports_scope) = match like {
        Some(like) => (like.visibility, like.agenda_scope, like.reports_scope),
        None => (Visibility::Own.name().to_owned(), None, None),
    };
    let row = role::ActiveModel {
        tenant_id: Set(tx.tenant()),
        key: Set(free_key(tx, &name).await?),
        name: Set(name),
        permissions: Set(words(rights.permissions)),
        visibility: Set(visibility),
        agenda_scope: Set(agenda_scope),
        reports_scope: Set(reports_scope),
        builtin: Set(false),
    };
    let role = Role::from(row.insert(tx).await?);
    let reply = json!({ "role": role.key });
    let created = RoleUpdated { role, access: Touches::Nobody };
    let created = events::on_tenant("role.created", &created)?;
    Ok(Decision::events(vec![created]).reply(&reply))
}

/// Only what is the tenant's own, and nobody's any more.
pub(in super::super) async fn remove(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RemoveRole,
) -> Decided {
    let role = views::find_role(tx, &cmd.role).await?.ok_or_else(Problem::not_found)?;
    if role.builtin {
        return Err(Problem::invalid("role", "bad_value"));
    }
    if !may_all(cx, Rights::of(&role).permissions) {
        return Err(Problem::forbidden());
    }
    let people = user::Entity::of(tx.tenant()).filter(user::Column::Role.eq(role.key.as_str()));
    let invited = one_time_token::Entity::of(tx.tenant())
        .filter(one_time_token::Column::Kind.eq("invitation"))
        .filter(one_time_token::Column::Role.eq(role.key.as_str()))
        .filter(one_time_token::Column::UsedAt.is_null())
        .filter(one_time_token::Column::ExpiresAt.gt(cx.at));
    if people.count(tx).await? > 0 || invited.count(tx).await? > 0 {
        return Err(Error::RoleInUse.into());
    }
    role::Entity::forget(tx.tenant())
        .filter(role::Column::Key.eq(role.key.as_str()))
        .exec(tx)
        .await?;
    let removed = events::on_tenant("role.removed", &RoleRemoved { key: role.key })?;
    Ok(Decision::events(vec![removed]))
}

fn words(permissions: Permissions) -> StringList {
    StringList(permissions.names().into_iter().map(str::to_owned).collect())
}

fn parse(words: &[String]) -> Result<Permissions, Problem> {
    words
        .iter()
        .map(|word| Permission::parse(word))
        .collect::<Option<Permissions>>()
        .ok_or_else(|| Problem::invalid("permissions", "unknown_value"))
}

async fn free_name(tx: &Tx<'_>, own: Option<&str>, name: &str) -> Result<String, Problem> {
    let name = input::name("name", name)?;
    let folded = fold(&name);
    let all = role::Entity::of(tx.tenant()).all(tx).await?;
    if own.is_none() && all.len() >= ROLES_MAX {
        return Err(Problem::invalid("name", "too_many"));
    }
    if all.iter().any(|row| Some(row.key.as_str()) != own && fold(&row.name) == folded) {
        return Err(Problem::invalid("name", "taken"));
    }
    Ok(name)
}

/// A key that says something, and never an empty one: that is the server's.
async fn free_key(tx: &Tx<'_>, name: &str) -> Result<String, Problem> {
    let plain: String = fold(name)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(KEY_MAX)
        .collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    let base = if parts.is_empty() { "role".to_owned() } else { parts.join("-") };
    let mut key = base.clone();
    for n in 2..=ROLES_MAX + 2 {
        if views::find_role(tx, &key).await?.is_none() {
            break;
        }
        key = format!("{base}-{n}");
    }
    Ok(key)
}

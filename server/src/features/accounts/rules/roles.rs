//! What a role allows and shows.

use entities::lists::StringList;
use entities::tenancy::OfTenant;
use entities::{role, user};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};

use super::{ADMIN, covers};
use crate::db::Tx;
use crate::features::accounts::commands::UpdateRole;
use crate::features::accounts::events::{self, RoleUpdated, Touches};
use crate::features::accounts::views::{self, Role};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input;
use crate::kernel::principal::{Permission, Permissions, Visibility};
use crate::kernel::problem::Problem;

/// The administrators' role keeps all rights: nobody could give them back.
pub(in super::super) async fn update(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &UpdateRole,
) -> Decided {
    let role = views::find_role(tx, &cmd.role).await?.ok_or_else(Problem::not_found)?;
    let before = (Permissions::parse(&role.permissions.0), Visibility::parse(&role.visibility));
    let name = cmd.name.as_deref().map(|name| input::name("name", name)).transpose()?;
    let permissions = cmd.permissions.as_deref().map(parse).transpose()?.unwrap_or(before.0);
    let visibility = cmd.visibility.unwrap_or(before.1);
    let after = (permissions, visibility);
    if role.key == ADMIN && after != before {
        return Err(Problem::invalid("role", "bad_value"));
    }
    if !covers(cx, permissions) {
        return Err(Problem::forbidden());
    }
    let mut row: role::ActiveModel = role.into();
    if let Some(name) = name {
        row.name = Set(name);
    }
    let words = permissions.names().into_iter().map(str::to_owned).collect();
    row.permissions = Set(StringList(words));
    row.visibility = Set(visibility.name().to_owned());
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
            out.push(events::access_changed(user.id, permissions, visibility)?);
        }
    }
    Ok(Decision::events(out))
}

fn parse(words: &[String]) -> Result<Permissions, Problem> {
    words
        .iter()
        .map(|word| Permission::parse(word))
        .collect::<Option<Permissions>>()
        .ok_or_else(|| Problem::invalid("permissions", "unknown_value"))
}

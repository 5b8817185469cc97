//! Connections: made, changed, removed. Their credentials come in sealed.

use entities::ids::{ConnectionId, TenantId, UserId};
use entities::tenancy::OfTenant;
use entities::{channel, connection, directory};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use serde_json::json;

use crate::db::Tx;
use crate::features::channels::commands::SaveConnection;
use crate::features::channels::{DIRECTORY, events, views};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input;
use crate::kernel::problem::Problem;

/// Connections of one tenant.
const CONNECTIONS_MAX: usize = 20;

pub(in super::super) async fn save(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &SaveConnection,
) -> Decided {
    // whoever seals is the server, in somebody's name
    if !cx.by.is_server() {
        return Err(Problem::forbidden());
    }
    let name = cmd.name.as_deref().map(|name| input::name("name", name)).transpose()?;
    let mut renewed = Vec::new();
    for (field, given) in [
        ("app_secret", &cmd.app_secret),
        ("verify_token", &cmd.verify_token),
        ("access_token", &cmd.access_token),
    ] {
        if given.is_some() {
            renewed.push(field);
        }
    }
    let row = match &cmd.hook_key {
        Some(hook_key) => {
            let row = connection::Model {
                tenant_id: tx.tenant(),
                id: cmd.connection,
                name: name.ok_or_else(|| Problem::invalid("name", "required"))?,
                app_secret: required("app_secret", &cmd.app_secret)?,
                verify_token: required("verify_token", &cmd.verify_token)?,
                access_token: cmd.access_token.clone(),
                hook_key: hook_key.clone(),
                version: 1,
                created_by: cx.by.author(),
                created_at: cx.at,
                updated_at: cx.at,
                removed_at: None,
            };
            if views::connections(tx).await?.len() >= CONNECTIONS_MAX {
                return Err(Problem::invalid("name", "too_many"));
            }
            connection::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(tx)
                .await?;
            directory::Entity::insert(door(tx.tenant(), hook_key))
                .exec_without_returning(tx)
                .await?;
            row
        }
        None => {
            let mut row = views::connection(tx, cmd.connection).await?;
            cx.check_version(row.version)?;
            row.name = name.unwrap_or(row.name);
            row.app_secret = cmd.app_secret.clone().unwrap_or(row.app_secret);
            row.verify_token = cmd.verify_token.clone().unwrap_or(row.verify_token);
            row.access_token = cmd.access_token.clone().or(row.access_token);
            keep(tx, cx, row).await?
        }
    };
    let event = events::connection_saved(&row, &renewed)?;
    Ok(Decision::events(vec![event]).reply(&json!({ "connection_id": row.id })))
}

/// Nobody comes in by its door any more, and its credentials are gone. What came in stays.
pub(in super::super) async fn remove(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: ConnectionId,
) -> Decided {
    let mut row = views::connection(tx, id).await?;
    let used = channel::Entity::of(tx.tenant())
        .filter(channel::Column::ConnectionId.eq(id))
        .filter(channel::Column::RemovedAt.is_null())
        .count(tx)
        .await?;
    if used > 0 {
        return Err(Problem::conflict("connection_in_use"));
    }
    directory::Entity::delete_many()
        .filter(directory::Column::Kind.eq(DIRECTORY))
        .filter(directory::Column::Key.eq(row.hook_key.as_str()))
        .exec(tx)
        .await?;
    row.app_secret.clear();
    row.verify_token.clear();
    row.access_token = None;
    row.removed_at = Some(cx.at);
    let row = keep(tx, cx, row).await?;
    Ok(Decision::events(vec![events::connection_removed(row.id)?]))
}

fn required(field: &str, given: &Option<String>) -> Result<String, Problem> {
    given.clone().ok_or_else(|| Problem::invalid(field, "required"))
}

/// How a door's key is found before its tenant is known.
fn door(tenant: TenantId, hook_key: &str) -> directory::ActiveModel {
    directory::ActiveModel {
        kind: Set(DIRECTORY.to_owned()),
        key: Set(hook_key.to_owned()),
        tenant_id: Set(tenant),
        user_id: Set(UserId::NIL),
    }
}

async fn keep(
    tx: &Tx<'_>,
    cx: &CommandContext,
    mut row: connection::Model,
) -> Result<connection::Model, Problem> {
    row.version += 1;
    row.updated_at = cx.at;
    let mut active = row.clone().into_active_model();
    active.not_set(connection::Column::TenantId);
    active.not_set(connection::Column::Id);
    connection::Entity::change(tx.tenant())
        .set(active.reset_all())
        .filter(connection::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(row)
}

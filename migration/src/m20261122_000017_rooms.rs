//! Conversations of the house, and who may have them in tenants that exist already.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::{Json, Uuid};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::tenancy::{Table, drop_tables};
use crate::types::{big, id, json, text, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Table::new("room")
            .column("tenant_id", id)
            .column("id", id)
            .column("kind", text)
            .optional("name", text)
            .column("name_key", text)
            .optional("unique_key", text)
            .optional("purpose", text)
            .column("last", big)
            .column("active_at", time)
            .column("version", big)
            .column("created_by", text)
            .column("created_at", time)
            .optional("archived_at", time)
            .key(&["tenant_id", "id"])
            .unique(&["tenant_id", "unique_key"])
            .create(m)
            .await?;
        Table::new("room_member")
            .column("tenant_id", id)
            .column("room_id", id)
            .column("user_id", id)
            .column("role", text)
            .column("read", big)
            .column("muted", text)
            .column("joined_at", time)
            .key(&["tenant_id", "room_id", "user_id"])
            .index(&["tenant_id", "user_id", "room_id"])
            .references("room_id", "room")
            .create(m)
            .await?;
        Table::new("message")
            .column("tenant_id", id)
            .column("id", id)
            .column("room_id", id)
            .column("n", big)
            .column("kind", text)
            .column("by", text)
            .column("text", text)
            .column("mentions", json)
            .optional("reply_to", id)
            .column("created_at", time)
            .optional("edited_at", time)
            .optional("deleted_at", time)
            .optional("deleted_by", text)
            .column("version", big)
            .key(&["tenant_id", "id"])
            .unique(&["tenant_id", "room_id", "n"])
            .index(&["tenant_id", "created_at", "room_id"])
            .references("room_id", "room")
            .create(m)
            .await?;
        Table::new("message_mention")
            .column("tenant_id", id)
            .column("user_id", id)
            .column("room_id", id)
            .column("n", big)
            .key(&["tenant_id", "user_id", "room_id", "n"])
            .create(m)
            .await?;
        Table::new("message_version")
            .column("tenant_id", id)
            .column("message_id", id)
            .column("version", big)
            .column("text", text)
            .column("at", time)
            .column("by", text)
            .key(&["tenant_id", "message_id", "version"])
            .references("message_id", "message")
            .create(m)
            .await?;
        Table::new("message_reaction")
            .column("tenant_id", id)
            .column("message_id", id)
            .column("emoji", text)
            .column("user_id", id)
            .column("at", time)
            .key(&["tenant_id", "message_id", "emoji", "user_id"])
            .references("message_id", "message")
            .create(m)
            .await?;
        Table::new("message_token")
            .column("tenant_id", id)
            .column("token", text)
            .column("at", big)
            .column("room_id", id)
            .column("n", big)
            .key(&["tenant_id", "token", "at", "room_id", "n"])
            .create(m)
            .await?;
        give_new_permissions(m).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            m,
            &[
                "message_token",
                "message_reaction",
                "message_version",
                "message_mention",
                "message",
                "room_member",
                "room",
            ],
        )
        .await
    }
}

/// Once, because a migration runs once: what an administrator takes away later stays away. Row
/// security holds here too, so this enters one tenant after the other.
async fn give_new_permissions(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = m.get_connection();
    let name = |text: &str| Alias::new(text);
    let tenants = Query::select()
        .column(name("tenant_id"))
        .from(name("directory"))
        .and_where(Expr::col(name("kind")).eq("slug"))
        .to_owned();
    for row in db.query_all(&tenants).await? {
        let tenant: Uuid = row.try_get_by_index(0)?;
        if m.get_database_backend() == DbBackend::Postgres {
            let enter = format!("SELECT set_config('app.tenant_id', '{tenant}', true)");
            db.execute_unprepared(&enter).await?;
        }
        let roles = Query::select()
            .columns([name("key"), name("permissions")])
            .from(name("role"))
            .and_where(Expr::col(name("tenant_id")).eq(tenant))
            .and_where(Expr::col(name("builtin")).eq(true))
            .to_owned();
        for row in db.query_all(&roles).await? {
            let (key, may): (String, Json) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let given: &[&str] = match key.as_str() {
                "admin" | "manager" => &["chat.use", "chat.manage"],
                _ => &["chat.use"],
            };
            let mut may = may.as_array().cloned().unwrap_or_default();
            let missing = given.iter().filter(|word| !may.iter().any(|known| known == **word));
            let missing: Vec<Json> = missing.map(|word| Json::from(*word)).collect();
            may.extend(missing);
            let update = Query::update()
                .table(name("role"))
                .value(name("permissions"), Json::from(may))
                .and_where(Expr::col(name("tenant_id")).eq(tenant))
                .and_where(Expr::col(name("key")).eq(key))
                .to_owned();
            db.execute(&update).await?;
        }
    }
    if m.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("SELECT set_config('app.tenant_id', '', true)").await?;
    }
    Ok(())
}

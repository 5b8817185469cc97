//! Keys of tenants, connections to other systems, the channels of these, and the ledger of what they
//! bring.

use sea_orm::prelude::{Json, Uuid};
use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::prelude::*;

use crate::tenancy::{Table, drop_tables};
use crate::types::{big, id, int, text, time};

/// What only administrators get.
const NEW: &str = "channels.manage";

/// Facts of the journal that belong into the audit, with those of connections and channels. The query
/// writes the same text.
const SECURITY: &str = "CREATE INDEX event_security ON event (tenant_id, at, topic, seq) WHERE \
     op IN ('user.invited', 'user.joined', 'user.updated', 'user.deactivated', 'user.activated', \
     'invitation.revoked', 'role.created', 'role.updated', 'role.removed', 'team.created', \
     'team.updated', 'team.removed', 'department.created', 'department.updated', \
     'department.removed', 'tenant.updated', 'session.revoked', 'customer.exported', \
     'offboarding.started', 'offboarding.finished', 'offboarding.reverted', 'rule.saved', \
     'rule.removed', 'webhook.saved', 'webhook.removed', 'bulk.started', 'connection.saved', \
     'connection.removed', 'channel.saved', 'channel.removed')";
/// As it was.
const BEFORE: &str = "CREATE INDEX event_security ON event (tenant_id, at, topic, seq) WHERE \
     op IN ('user.invited', 'user.joined', 'user.updated', 'user.deactivated', 'user.activated', \
     'invitation.revoked', 'role.created', 'role.updated', 'role.removed', 'team.created', \
     'team.updated', 'team.removed', 'department.created', 'department.updated', \
     'department.removed', 'tenant.updated', 'session.revoked', 'customer.exported', \
     'offboarding.started', 'offboarding.finished', 'offboarding.reverted', 'rule.saved', \
     'rule.removed', 'webhook.saved', 'webhook.removed', 'bulk.started')";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Table::new("data_key")
            .column("tenant_id", id)
            .column("wrapped", text)
            .column("master", text)
            .column("wrapped_at", time)
            .key(&["tenant_id"])
            .create(m)
            .await?;
        Table::new("connection")
            .column("tenant_id", id)
            .column("id", id)
            .column("name", text)
            .column("app_secret", text)
            .column("verify_token", text)
            .optional("access_token", text)
            .column("hook_key", text)
            .column("version", big)
            .column("created_by", text)
            .column("created_at", time)
            .column("updated_at", time)
            .optional("removed_at", time)
            .key(&["tenant_id", "id"])
            .unique(&["tenant_id", "hook_key"])
            .create(m)
            .await?;
        Table::new("channel")
            .column("tenant_id", id)
            .column("id", id)
            .column("connection_id", id)
            .column("kind", text)
            .column("external_id", text)
            .column("name", text)
            .column("state", text)
            .column("silent_hours", int)
            .optional("last_inbound_at", time)
            .optional("silent_told_at", time)
            .column("version", big)
            .column("created_by", text)
            .column("created_at", time)
            .column("updated_at", time)
            .optional("removed_at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "connection_id"])
            .references("connection_id", "connection")
            .create(m)
            .await?;
        ledger(m).await?;
        for sql in [
            "CREATE UNIQUE INDEX channel_claim ON channel (tenant_id, kind, external_id) \
             WHERE removed_at IS NULL",
            // only what waits: nearly all have been split
            "CREATE INDEX hook_waiting ON hook (tenant_id, connection_id, n) \
             WHERE state = 'received'",
            "CREATE INDEX hook_item_unclaimed \
             ON hook_item (tenant_id, connection_id, source, account, position) \
             WHERE state = 'unclaimed'",
            "DROP INDEX event_security",
            SECURITY,
        ] {
            m.get_connection().execute_unprepared(sql).await?;
        }
        each_admin(m, true).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        each_admin(m, false).await?;
        for sql in [
            "DELETE FROM directory WHERE kind IN ('hook', 'master')",
            "DROP INDEX event_security",
            BEFORE,
        ] {
            m.get_connection().execute_unprepared(sql).await?;
        }
        drop_tables(m, &["hook_item", "hook", "channel", "connection", "data_key"]).await
    }
}

async fn ledger(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    Table::new("hook")
        .column("tenant_id", id)
        .column("id", id)
        .column("connection_id", id)
        .column("n", big)
        .column("digest", text)
        .column("bytes", big)
        .column("coding", text)
        .column("body", text)
        .column("state", text)
        .column("taken", big)
        .column("received_at", time)
        .optional("split_at", time)
        .key(&["tenant_id", "id"])
        .unique(&["tenant_id", "connection_id", "n"])
        .unique(&["tenant_id", "connection_id", "digest"])
        .index(&["tenant_id", "received_at"])
        .references("connection_id", "connection")
        .create(m)
        .await?;
    Table::new("hook_item")
        .column("tenant_id", id)
        .column("id", id)
        .column("hook_id", id)
        .column("connection_id", id)
        .optional("channel_id", id)
        .column("position", big)
        .column("source", text)
        .column("account", text)
        .column("key", text)
        .column("kind", text)
        .optional("contact", text)
        .optional("phone", text)
        .optional("at", time)
        .column("state", text)
        .column("d", text)
        .column("raw", text)
        .column("created_at", time)
        .key(&["tenant_id", "id"])
        .unique(&["tenant_id", "connection_id", "source", "account", "key"])
        .unique(&["tenant_id", "connection_id", "position"])
        .index(&["tenant_id", "created_at", "position"])
        .index(&["tenant_id", "channel_id", "created_at"])
        .index(&["tenant_id", "hook_id"])
        .references("connection_id", "connection")
        .create(m)
        .await
}

/// Gives administrators the new right, or takes it away. Row security holds here too, so this enters
/// one tenant after the other.
async fn each_admin(m: &SchemaManager<'_>, give: bool) -> Result<(), DbErr> {
    let db = m.get_connection();
    let name = |text: &str| Alias::new(text);
    let is_postgres = m.get_database_backend() == DbBackend::Postgres;
    let tenants = Query::select()
        .column(name("tenant_id"))
        .from(name("directory"))
        .and_where(Expr::col(name("kind")).eq("slug"))
        .to_owned();
    for row in db.query_all(&tenants).await? {
        let tenant: Uuid = row.try_get_by_index(0)?;
        if is_postgres {
            let enter = format!("SELECT set_config('app.tenant_id', '{tenant}', true)");
            db.execute_unprepared(&enter).await?;
        }
        let admin = Query::select()
            .column(name("permissions"))
            .from(name("role"))
            .and_where(Expr::col(name("tenant_id")).eq(tenant))
            .and_where(Expr::col(name("key")).eq("admin"))
            .to_owned();
        for row in db.query_all(&admin).await? {
            let may: Json = row.try_get_by_index(0)?;
            let mut may = may.as_array().cloned().unwrap_or_default();
            may.retain(|word| word != NEW);
            may.extend(give.then(|| Json::from(NEW)));
            let update = Query::update()
                .table(name("role"))
                .value(name("permissions"), Json::from(may))
                .and_where(Expr::col(name("tenant_id")).eq(tenant))
                .and_where(Expr::col(name("key")).eq("admin"))
                .to_owned();
            db.execute(&update).await?;
        }
    }
    if is_postgres {
        db.execute_unprepared("SELECT set_config('app.tenant_id', '', true)").await?;
    }
    Ok(())
}

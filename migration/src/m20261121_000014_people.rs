//! Departments, sight by module, the audit, offboarding; and what the built-in roles of tenants that
//! exist already may do from now on.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::{Json, Uuid};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::tenancy::{Table, drop_tables};
use crate::types::{big, flag, id, json, text, time};

/// What this version can do that the one before could not.
const NEW: [&str; 9] = [
    "agenda.view",
    "agenda.edit",
    "agenda.manage",
    "activities.manage",
    "rules.manage",
    "webhooks.manage",
    "reports.view",
    "audit.view",
    "views.share",
];
/// The part of it that belongs to everybody's day.
const DAILY: [&str; 2] = ["agenda.view", "agenda.edit"];

/// Facts of the journal that belong into the audit. The query writes the same text, so that both
/// databases see that the index answers it.
const SECURITY: &str = "CREATE INDEX event_security ON event (tenant_id, at, topic, seq) WHERE \
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
        Table::new("department")
            .column("tenant_id", id)
            .column("id", id)
            .column("name", text)
            .column("created_at", time)
            .key(&["tenant_id", "id"])
            .create(m)
            .await?;
        Table::new("audit")
            .column("tenant_id", id)
            .column("id", id)
            .column("at", time)
            .optional("by", text)
            .column("kind", text)
            .optional("user_id", id)
            .column("d", text)
            .optional("address", text)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "at", "id"])
            .create(m)
            .await?;
        Table::new("offboarding")
            .column("tenant_id", id)
            .column("id", id)
            .column("user_id", id)
            .column("by", id)
            .column("at", time)
            .column("plan", json)
            .column("receivers", json)
            .column("state", text)
            .column("counts", json)
            .column("done", big)
            .column("total", big)
            .column("kept", big)
            .column("ended_access", flag)
            .column("revertible_until", time)
            .optional("finished_at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "user_id"])
            .create(m)
            .await?;
        Table::new("offboarding_item")
            .column("tenant_id", id)
            .column("offboarding_id", id)
            .column("n", big)
            .column("kind", text)
            .column("record_id", id)
            .optional("given_to", id)
            .optional("before", text)
            .optional("after", text)
            .key(&["tenant_id", "offboarding_id", "n"])
            .references("offboarding_id", "offboarding")
            .create(m)
            .await?;
        add(m, "team", ColumnDef::new(Alias::new("department_id")).uuid().null()).await?;
        for column in ["agenda_scope", "reports_scope"] {
            add(m, "role", ColumnDef::new(Alias::new(column)).text().null()).await?;
        }
        m.get_connection().execute_unprepared(SECURITY).await?;
        give_new_permissions(m).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        for sql in [
            "DROP INDEX event_security",
            "ALTER TABLE role DROP COLUMN reports_scope",
            "ALTER TABLE role DROP COLUMN agenda_scope",
            "ALTER TABLE team DROP COLUMN department_id",
        ] {
            db.execute_unprepared(sql).await?;
        }
        drop_tables(m, &["offboarding_item", "offboarding", "audit", "department"]).await
    }
}

async fn add(m: &SchemaManager<'_>, table: &str, column: &mut ColumnDef) -> Result<(), DbErr> {
    let mut alter = sea_orm_migration::prelude::Table::alter();
    m.alter_table(alter.table(Alias::new(table)).add_column(column).to_owned()).await
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
                "admin" | "manager" => &NEW,
                "sales" | "operations" => &DAILY,
                _ => continue,
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

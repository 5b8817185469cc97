//! People, roles, devices, keys.

use sea_orm_migration::prelude::*;

use crate::tenancy::{Table, drop_tables};
use crate::types::{flag, id, int, json, text, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Table::new("tenant")
            .column("id", id)
            .column("slug", text)
            .column("name", text)
            .column("locale", text)
            .column("country", text)
            .column("time_zone", text)
            .column("currency", text)
            .column("created_at", time)
            .key(&["id"])
            .owned_by("id")
            .create(m)
            .await?;
        Table::new("directory")
            .column("kind", text)
            .column("key", text)
            .column("tenant_id", id)
            .column("user_id", id)
            .key(&["kind", "key", "tenant_id", "user_id"])
            .shared()
            .create(m)
            .await?;
        Table::new("role")
            .column("tenant_id", id)
            .column("key", text)
            .column("name", text)
            .column("permissions", json)
            .column("visibility", text)
            .column("builtin", flag)
            .key(&["tenant_id", "key"])
            .create(m)
            .await?;
        Table::new("team")
            .column("tenant_id", id)
            .column("id", id)
            .column("name", text)
            .column("created_at", time)
            .key(&["tenant_id", "id"])
            .create(m)
            .await?;
        Table::new("user")
            .column("tenant_id", id)
            .column("id", id)
            .column("email", text)
            .column("email_key", text)
            .column("name", text)
            .optional("password_hash", text)
            .column("role", text)
            .optional("team_id", id)
            .column("locale", text)
            .column("active", flag)
            .column("failed_logins", int)
            .optional("locked_until", time)
            .column("created_at", time)
            .optional("deactivated_at", time)
            .optional("last_seen_at", time)
            .key(&["tenant_id", "id"])
            .unique(&["tenant_id", "email_key"])
            .create(m)
            .await?;
        Table::new("device_session")
            .column("tenant_id", id)
            .column("id", id)
            .column("user_id", id)
            .column("refresh_hash", text)
            .column("user_agent", text)
            .column("address", text)
            .column("created_at", time)
            .column("last_used_at", time)
            .column("expires_at", time)
            .optional("revoked_at", time)
            .optional("revoked_because", text)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "user_id"])
            .create(m)
            .await?;
        Table::new("one_time_token")
            .column("tenant_id", id)
            .column("id", id)
            .column("kind", text)
            .column("secret_hash", text)
            .column("email", text)
            .column("name", text)
            .column("role", text)
            .optional("team_id", id)
            .optional("user_id", id)
            .optional("created_by", id)
            .column("created_at", time)
            .column("expires_at", time)
            .optional("used_at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "kind", "email"])
            .create(m)
            .await?;
        Table::new("api_key")
            .column("tenant_id", id)
            .column("id", id)
            .column("name", text)
            .column("kind", text)
            .column("prefix", text)
            .column("secret_hash", text)
            .column("permissions", json)
            .column("created_by", id)
            .column("created_at", time)
            .optional("last_used_at", time)
            .optional("revoked_at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "kind"])
            .create(m)
            .await?;
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            m,
            &[
                "api_key",
                "one_time_token",
                "device_session",
                "user",
                "team",
                "role",
                "directory",
                "tenant",
            ],
        )
        .await
    }
}

//! Conversations: words by their room, whatever the database's locale; lines that nobody wrote; and
//! who took a message away or brought it back.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::tenancy::Table;
use crate::types::{big, id, json, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // its key is built once, by the last of these
        drop_token_key(m).await?;
        collate(m, "C").await?;
        key_tokens(m, &["tenant_id", "room_id", "token", "at", "n"]).await?;
        let db = m.get_connection();
        // a search looks at rooms, never at all that was said at a time
        db.execute_unprepared("DROP INDEX message_tenant_id_created_at_room_id").await?;
        db.execute_unprepared(
            "CREATE INDEX message_tenant_id_room_id_created_at \
             ON message (tenant_id, room_id, created_at)",
        )
        .await?;
        add(m, "message", json(&mut ColumnDef::new(Alias::new("what"))).null()).await?;
        add(m, "message_version", text(&mut ColumnDef::new(Alias::new("act"))).null()).await
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_column(m, "message_version", "act").await?;
        drop_column(m, "message", "what").await?;
        let db = m.get_connection();
        db.execute_unprepared("DROP INDEX message_tenant_id_room_id_created_at").await?;
        db.execute_unprepared(
            "CREATE INDEX message_tenant_id_created_at_room_id \
             ON message (tenant_id, created_at, room_id)",
        )
        .await?;
        drop_token_key(m).await?;
        collate(m, "default").await?;
        key_tokens(m, &["tenant_id", "token", "at", "room_id", "n"]).await
    }
}

/// Byte order (`C`), so that a prefix is a range and a list is sorted alike whatever the locale.
async fn collate(m: &SchemaManager<'_>, collation: &str) -> Result<(), DbErr> {
    if m.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for (table, column) in
        [("message_token", "token"), ("room", "name_key"), ("notification", "key")]
    {
        let sql = format!(
            "ALTER TABLE \"{table}\" ALTER COLUMN \"{column}\" TYPE text COLLATE \"{collation}\""
        );
        m.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Gives the words another key. SQLite changes no key: there the table is written anew.
async fn key_tokens(m: &SchemaManager<'_>, key: &[&'static str]) -> Result<(), DbErr> {
    let db = m.get_connection();
    if m.get_database_backend() == DbBackend::Postgres {
        let add = format!("ALTER TABLE message_token ADD PRIMARY KEY ({})", key.join(", "));
        db.execute_unprepared(&add).await?;
        return Ok(());
    }
    db.execute_unprepared("ALTER TABLE message_token RENAME TO message_token_before").await?;
    Table::new("message_token")
        .column("tenant_id", id)
        .column("token", text)
        .column("at", big)
        .column("room_id", id)
        .column("n", big)
        .key(key)
        .create(m)
        .await?;
    // in the order of the key: pages are filled one after the other
    let filled = format!(
        "INSERT INTO message_token (tenant_id, token, at, room_id, n) \
         SELECT tenant_id, token, at, room_id, n FROM message_token_before ORDER BY {}",
        key.join(", ")
    );
    for sql in [&*filled, "DROP TABLE message_token_before"] {
        db.execute_unprepared(sql).await?;
    }
    Ok(())
}

async fn drop_token_key(m: &SchemaManager<'_>) -> Result<(), DbErr> {
    if m.get_database_backend() == DbBackend::Postgres {
        let sql = "ALTER TABLE message_token DROP CONSTRAINT message_token_pkey";
        m.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

async fn add(m: &SchemaManager<'_>, table: &str, column: &mut ColumnDef) -> Result<(), DbErr> {
    let mut alter = sea_orm_migration::prelude::Table::alter();
    m.alter_table(alter.table(Alias::new(table)).add_column(column).to_owned()).await
}

async fn drop_column(m: &SchemaManager<'_>, table: &str, column: &str) -> Result<(), DbErr> {
    let mut alter = sea_orm_migration::prelude::Table::alter();
    m.alter_table(alter.table(Alias::new(table)).drop_column(Alias::new(column)).to_owned()).await
}

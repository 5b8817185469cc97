//! Indexes that lists, counts and the undoing of imports walk along.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        for sql in [
            // the list as it opens, and how many there are, without touching the wide rows
            "CREATE INDEX customer_live ON customer (tenant_id, created_at, id) \
             WHERE archived_at IS NULL AND merged_into IS NULL",
            "CREATE INDEX customer_merged_into ON customer (tenant_id, merged_into) \
             WHERE merged_into IS NOT NULL",
            "CREATE INDEX import_row_customer ON import_row (tenant_id, import_id, customer_id)",
        ] {
            db.execute_unprepared(sql).await?;
        }
        // byte order, so that the beginning of an address is a range whatever the locale
        if m.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared(
                "ALTER TABLE identity ALTER COLUMN value TYPE text COLLATE \"C\"",
            )
            .await?;
        }
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        let db = m.get_connection();
        for index in ["import_row_customer", "customer_merged_into", "customer_live"] {
            db.execute_unprepared(&format!("DROP INDEX {index}")).await?;
        }
        if m.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared(
                "ALTER TABLE identity ALTER COLUMN value TYPE text COLLATE \"default\"",
            )
            .await?;
        }
        Ok(())
    }
}

//! Imports and their rows.

use sea_orm_migration::prelude::*;

use crate::tenancy::{Table, drop_tables};
use crate::types::{big, id, int, json, text, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Table::new("import")
            .column("tenant_id", id)
            .column("id", id)
            .column("state", text)
            .column("file_name", text)
            .column("kind", text)
            .optional("encoding", text)
            .optional("delimiter", text)
            .optional("sheet", text)
            .column("columns", json)
            .column("mapping", json)
            .column("options", json)
            .column("counts", json)
            .column("errors", json)
            .column("done", big)
            .column("total", big)
            .column("created", big)
            .column("matched", big)
            .column("failed", big)
            .column("created_by", id)
            .column("created_at", time)
            .optional("finished_at", time)
            .optional("undone_at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "created_at"])
            .create(m)
            .await?;
        Table::new("import_chunk")
            .column("tenant_id", id)
            .column("import_id", id)
            .column("chunk", int)
            .column("rows", text)
            .key(&["tenant_id", "import_id", "chunk"])
            .references("import_id", "import")
            .create(m)
            .await?;
        Table::new("import_row")
            .column("tenant_id", id)
            .column("import_id", id)
            .column("row", big)
            .column("outcome", text)
            .optional("customer_id", id)
            .optional("card_id", id)
            .optional("error", text)
            .optional("before", text)
            .key(&["tenant_id", "import_id", "row"])
            .references("import_id", "import")
            .create(m)
            .await?;
        Ok(())
    }

    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["import_row", "import_chunk", "import"]).await
    }
}

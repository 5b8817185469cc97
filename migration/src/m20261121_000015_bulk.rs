//! Saved views, work on many customers at once, and the marks by which likely duplicates meet.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::Uuid;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use crate::tenancy::{Table, drop_tables};
use crate::types::{big, flag, id, int, json, text, time};

/// Customers that are read at a time.
const PAGE: usize = 500;
/// Longest token, in characters.
const TOKEN_MAX: usize = 32;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        Table::new("saved_view")
            .column("tenant_id", id)
            .column("id", id)
            .column("screen", text)
            .column("name", text)
            .column("query", json)
            .column("owner", id)
            .column("shared", flag)
            .column("position", int)
            .column("created_at", time)
            .column("updated_at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "owner"])
            .create(m)
            .await?;
        Table::new("bulk")
            .column("tenant_id", id)
            .column("id", id)
            .column("action", json)
            .column("state", text)
            .column("total", big)
            .column("done", big)
            .column("changed", big)
            .column("failed_count", big)
            .column("failed", json)
            .column("restored", big)
            .column("kept", big)
            .column("created_by", id)
            .column("created_at", time)
            .optional("finished_at", time)
            .optional("undone_by", id)
            .optional("undone_at", time)
            .key(&["tenant_id", "id"])
            .index(&["tenant_id", "created_at"])
            .create(m)
            .await?;
        Table::new("bulk_chunk")
            .column("tenant_id", id)
            .column("bulk_id", id)
            .column("chunk", int)
            .column("customers", json)
            .optional("trace", json)
            .key(&["tenant_id", "bulk_id", "chunk"])
            .references("bulk_id", "bulk")
            .create(m)
            .await?;
        mark_all(m.get_connection()).await
    }

    /// Marks stay: they are words that nobody can look for.
    async fn down(&self, m: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(m, &["bulk_chunk", "bulk", "saved_view"]).await
    }
}

/// Those who are there already get their marks, tenant by tenant: the tables' owner sees no more
/// than anybody else.
async fn mark_all(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let tenants = "SELECT tenant_id FROM directory WHERE kind = 'slug'";
    let backend = db.get_database_backend();
    for row in db.query_all_raw(Statement::from_string(backend, tenants)).await? {
        let tenant: Uuid = row.try_get_by_index(0)?;
        if backend == DbBackend::Postgres {
            const ENTER: &str = "SELECT set_config('app.tenant_id', $1, true)";
            let enter = Statement::from_sql_and_values(backend, ENTER, [tenant.to_string().into()]);
            db.query_one_raw(enter).await?;
        }
        let mut after = Uuid::nil();
        while let Some(last) = mark_page(db, tenant, after).await? {
            after = last;
        }
    }
    Ok(())
}

/// The next page of customers; the last one's id.
async fn mark_page(
    db: &SchemaManagerConnection<'_>,
    tenant: Uuid,
    after: Uuid,
) -> Result<Option<Uuid>, DbErr> {
    const CUSTOMERS: &str = "SELECT id, name_key FROM customer WHERE tenant_id = $1 AND id > $2 \
        AND merged_into IS NULL ORDER BY id LIMIT 500";
    const CONTACTS: &str = "SELECT customer_id, kind, value FROM identity WHERE tenant_id = $1 \
        AND customer_id > $2 AND customer_id <= $3 AND kind IN ('phone', 'whatsapp', 'email')";
    let backend = db.get_database_backend();
    let ask = |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(backend, sql, values);
    let rows = db.query_all_raw(ask(CUSTOMERS, vec![tenant.into(), after.into()])).await?;
    let mut marks: Vec<(Uuid, String)> = Vec::with_capacity(rows.len() * 3);
    let mut live = BTreeSet::new();
    let mut last = None;
    for row in rows {
        let (id, name): (Uuid, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        marks.push((id, mark('n', &words(&name))));
        live.insert(id);
        last = Some(id);
    }
    let Some(last) = last else { return Ok(None) };
    let range = vec![tenant.into(), after.into(), last.into()];
    for row in db.query_all_raw(ask(CONTACTS, range)).await? {
        let id: Uuid = row.try_get_by_index(0)?;
        let (kind, value): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        if live.contains(&id) {
            marks.extend(contact(&kind, &value).map(|token| (id, token)));
        }
    }
    for part in marks.chunks(PAGE) {
        let mut sql = "INSERT INTO search_token (tenant_id, token, customer_id) VALUES ".to_owned();
        let mut values: Vec<Value> = Vec::with_capacity(part.len() * 3);
        for (n, (id, token)) in part.iter().enumerate() {
            let (comma, at) = (if n == 0 { "" } else { ", " }, n * 3);
            let _ = write!(sql, "{comma}(${}, ${}, ${})", at + 1, at + 2, at + 3); // a String takes all
            values.extend([tenant.into(), token.as_str().into(), (*id).into()]);
        }
        sql.push_str(" ON CONFLICT DO NOTHING");
        db.execute_raw(ask(&sql, values)).await?;
    }
    Ok(Some(last))
}

fn mark(letter: char, value: &str) -> String {
    format!("={letter}{value}").chars().take(TOKEN_MAX).collect()
}

/// The words of a folded name as a set.
fn words(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

fn contact(kind: &str, value: &str) -> Option<String> {
    const COMMON: [&str; 10] = [
        "info", "iletisim", "destek", "satis", "muhasebe", "mail", "admin", "contact", "sales",
        "office",
    ];
    if kind == "email" {
        let (local, _) = value.rsplit_once('@')?;
        return (local.len() >= 4 && !COMMON.contains(&local)).then(|| mark('e', local));
    }
    let digits = value.trim_start_matches('+');
    Some(mark('p', digits.get(digits.len().checked_sub(7)?..)?))
}

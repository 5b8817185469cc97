//! What every table shares: composite keys that begin with the tenant, foreign keys that cannot
//! leave it, and row-level security on PostgreSQL. What old migrations call never changes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::types::Kind;

enum Owner {
    /// The column that holds the tenant.
    Tenant(&'static str),
    /// No policy: holds no personal data and is read before a tenant is known.
    Nobody,
}

/// A table in the making.
pub(crate) struct Table {
    name: &'static str,
    create: TableCreateStatement,
    indexes: Vec<IndexCreateStatement>,
    owner: Owner,
}

impl Table {
    pub(crate) fn new(name: &'static str) -> Self {
        let mut create = sea_orm_migration::prelude::Table::create();
        create.table(Alias::new(name));
        Self { name, create, indexes: Vec::new(), owner: Owner::Tenant("tenant_id") }
    }

    pub(crate) fn column(mut self, name: &'static str, kind: Kind) -> Self {
        let mut column = ColumnDef::new(Alias::new(name));
        kind(&mut column).not_null();
        self.create.col(&mut column);
        self
    }

    pub(crate) fn optional(mut self, name: &'static str, kind: Kind) -> Self {
        let mut column = ColumnDef::new(Alias::new(name));
        kind(&mut column).null();
        self.create.col(&mut column);
        self
    }

    pub(crate) fn key(mut self, columns: &[&'static str]) -> Self {
        let mut key = Index::create();
        for column in columns {
            key.col(Alias::new(*column));
        }
        self.create.primary_key(&mut key);
        self
    }

    pub(crate) fn unique(mut self, columns: &[&'static str]) -> Self {
        let mut index = self.index_on(columns);
        index.unique();
        self.indexes.push(index);
        self
    }

    pub(crate) fn index(mut self, columns: &[&'static str]) -> Self {
        let index = self.index_on(columns);
        self.indexes.push(index);
        self
    }

    fn index_on(&self, columns: &[&'static str]) -> IndexCreateStatement {
        let mut index = Index::create();
        index.name(format!("{}_{}", self.name, columns.join("_"))).table(Alias::new(self.name));
        for column in columns {
            index.col(Alias::new(*column));
        }
        index
    }

    /// A foreign key that carries the tenant, so that no row can point into another tenant.
    pub(crate) fn references(mut self, column: &'static str, table: &'static str) -> Self {
        let mut key = ForeignKey::create();
        key.from(Alias::new(self.name), (Alias::new("tenant_id"), Alias::new(column)))
            .to(Alias::new(table), (Alias::new("tenant_id"), Alias::new("id")));
        self.create.foreign_key(&mut key);
        self
    }

    pub(crate) fn owned_by(mut self, column: &'static str) -> Self {
        self.owner = Owner::Tenant(column);
        self
    }

    pub(crate) fn shared(mut self) -> Self {
        self.owner = Owner::Nobody;
        self
    }

    pub(crate) async fn create(self, m: &SchemaManager<'_>) -> Result<(), DbErr> {
        m.create_table(self.create).await?;
        for index in self.indexes {
            m.create_index(index).await?;
        }
        if let Owner::Tenant(column) = self.owner {
            isolate(m, self.name, column).await?;
        }
        Ok(())
    }
}

/// Row-level security that holds for the table's owner too.
async fn isolate(m: &SchemaManager<'_>, table: &str, column: &str) -> Result<(), DbErr> {
    if m.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    // SET LOCAL leaves an empty string behind, not NULL; NULLIF turns both into "no rows".
    let own = format!("{column} = NULLIF(current_setting('app.tenant_id', true), '')::uuid");
    for sql in [
        format!("ALTER TABLE \"{table}\" ENABLE ROW LEVEL SECURITY"),
        format!("ALTER TABLE \"{table}\" FORCE ROW LEVEL SECURITY"),
        format!("CREATE POLICY tenant_isolation ON \"{table}\" USING ({own}) WITH CHECK ({own})"),
    ] {
        m.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

pub(crate) async fn drop_tables(
    m: &SchemaManager<'_>,
    tables: &[&'static str],
) -> Result<(), DbErr> {
    for table in tables {
        let mut drop = sea_orm_migration::prelude::Table::drop();
        m.drop_table(drop.table(Alias::new(*table)).to_owned()).await?;
    }
    Ok(())
}

//! The schema goes up, down and up again, on both databases, and comes back the same.
use migration::Migrator;
use sea_orm_migration::{MigratorTrait, sea_orm::DatabaseConnection};
use tests::{Database, Kind, with_both};

with_both!(
    every_migration_goes_up_down_and_up,
    every_table_of_a_tenant_begins_its_key_with_the_tenant
);

/// Tables and columns as sorted text.
async fn schema(database: &Database) -> Vec<String> {
    let sql = match database.kind {
        Kind::Sqlite => {
            "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.pk AS line FROM sqlite_master m \
             JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' \
             UNION SELECT 'index ' || name AS line FROM sqlite_master WHERE type = 'index' ORDER BY 1"
        }
        Kind::Postgres => {
            "SELECT table_name || '.' || column_name || ' ' || data_type AS line FROM information_schema.columns \
             WHERE table_schema = 'public' \
             UNION SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' \
             UNION SELECT 'policy ' || tablename || policyname || qual || with_check FROM pg_policies ORDER BY 1"
        }
    };
    let rows = database.rows(sql).await;
    let lines = rows.iter().filter_map(|row| row["line"].as_str().map(str::to_owned));
    lines.filter(|line| !line.contains("seaql_migrations")).collect()
}

async fn migrate(database: &Database, down: bool) {
    let db: DatabaseConnection = database.connect_as_owner().await;
    let done = if down { Migrator::down(&db, None).await } else { Migrator::up(&db, None).await };
    done.expect("a migration that goes through");
    let _ = db.close().await; // PostgreSQL drops no database that is in use
}

async fn every_migration_goes_up_down_and_up(kind: Kind) {
    let database = Database::empty(kind).await;
    migrate(&database, false).await;
    let first = schema(&database).await;
    assert!(first.len() > 50, "a schema of {} lines", first.len());

    migrate(&database, true).await;
    let left = schema(&database).await;
    migrate(&database, false).await;

    assert_eq!(left, Vec::<String>::new(), "left behind by down");
    assert_eq!(schema(&database).await, first);
    database.drop_now().await;
}

/// Composite keys keep a foreign key from linking two tenants, and a look-up from finding another's row.
async fn every_table_of_a_tenant_begins_its_key_with_the_tenant(kind: Kind) {
    let database = Database::fresh(kind).await;
    if kind == Kind::Sqlite {
        migrate(&database, false).await;
    }
    let sql = match kind {
        Kind::Sqlite => {
            "SELECT m.name AS name FROM sqlite_master m WHERE m.type = 'table' AND NOT EXISTS \
             (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'tenant_id' AND c.pk = 1)"
        }
        Kind::Postgres => {
            "SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace \
             AND NOT EXISTS (SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] \
             WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = 'tenant_id')"
        }
    };
    let rows = database.rows(sql).await;
    let mut names: Vec<&str> = rows.iter().filter_map(|row| row["name"].as_str()).collect();
    names.retain(|name| !name.starts_with("sqlite_"));
    names.sort_unstable();
    // The tenant itself; the two that are read before a tenant is known; the migrations' own list.
    assert_eq!(names, ["directory", "job_due", "seaql_migrations", "tenant"]);
    database.drop_now().await;
}

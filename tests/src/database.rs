//! A fresh database for every test: a SQLite file in a temporary folder, or a PostgreSQL database copied from a
//! template that was migrated once, with the server as the role that owns nothing.
use std::{env, path::PathBuf, sync::Arc};

use migration::Migrator;
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, FromQueryResult, JsonValue,
    Statement,
};
use sea_orm_migration::MigratorTrait;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::both::Kind;

/// Where a test's rows live. The folder (and a SQLite file in it) goes with the last handle.
#[derive(Debug, Clone)]
pub struct Database {
    pub kind: Kind,
    /// What the server connects to.
    pub url: String,
    /// The owner of the tables, for migrations; empty on SQLite.
    pub owner_url: String,
    name: String,
    dir: Arc<tempfile::TempDir>,
}

impl Database {
    /// An empty one on SQLite; on PostgreSQL a migrated one.
    pub async fn fresh(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::empty(kind).await,
            Kind::Postgres => {
                let template = template().await;
                Self::postgres(&format!("TEMPLATE {template} OWNER nabiz_owner")).await
            }
        }
    }

    /// One without any table.
    pub async fn empty(kind: Kind) -> Self {
        if kind == Kind::Postgres {
            return Self::postgres("OWNER nabiz_owner").await;
        }
        let dir = folder();
        let url = format!("sqlite://{}", dir.path().join("nabiz.db").display());
        Self { kind, url, owner_url: String::new(), name: String::new(), dir: Arc::new(dir) }
    }

    /// A migrated one whose texts are sorted by a language, and numbers in them by their value: nothing may rely on
    /// the order of bytes that has not asked for it. Only PostgreSQL has such.
    pub async fn linguistic() -> Self {
        let how = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR-u-kn-true' \
                   OWNER nabiz_owner";
        let database = Self::postgres(how).await;
        let owner = database.connect_as_owner().await;
        Migrator::up(&owner, None).await.expect("migrations in a language");
        let _ = owner.close().await; // the server has connections of its own
        database
    }

    async fn postgres(how: &str) -> Self {
        let name = format!("nabiz_{}", Uuid::now_v7().simple());
        execute(&admin("postgres").await, &format!("CREATE DATABASE {name} {how}")).await;
        Self {
            kind: Kind::Postgres,
            url: of_role("NABIZ_TEST_PG_APP_URL", &name),
            owner_url: of_role("NABIZ_TEST_PG_OWNER_URL", &name),
            name,
            dir: Arc::new(folder()),
        }
    }

    /// A folder of this test's own: files, mails, logs.
    pub fn folder(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    pub fn sqlite_file(&self) -> PathBuf {
        self.dir.path().join("nabiz.db")
    }

    /// A connection as the role that owns the tables: migrations run by it.
    pub async fn connect_as_owner(&self) -> DatabaseConnection {
        open(if self.owner_url.is_empty() { &self.url } else { &self.owner_url }).await
    }

    /// A connection as the server's own role.
    pub async fn connect_as_server(&self) -> DatabaseConnection {
        open(&self.url).await
    }

    /// A connection that sees every row: the superuser's, or the SQLite file.
    pub async fn connect(&self) -> DatabaseConnection {
        match self.kind {
            Kind::Sqlite => open(&self.url).await,
            Kind::Postgres => admin(&self.name).await,
        }
    }

    /// Rows of a query that is written alike for both databases. Name ids by `hex(…)`: see [`Self::hex`].
    pub async fn rows(&self, sql: &str) -> Vec<Value> {
        let db = self.connect().await;
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let rows = JsonValue::find_by_statement(statement).all(&db).await;
        let _ = db.close().await; // a test that is through with its rows has no use for the answer
        rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// An id column as text, the same on both: SQLite keeps ids as 16 bytes.
    pub fn hex(&self, column: &str) -> String {
        match self.kind {
            Kind::Sqlite => format!("lower(hex({column}))"),
            Kind::Postgres => format!("replace({column}::text, '-', '')"),
        }
    }

    pub async fn count(&self, from_where: &str) -> i64 {
        let (db, sql) = (self.connect().await, format!("SELECT count(*) FROM {from_where}"));
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), &sql)).await;
        let _ = db.close().await; // as above
        let row = row.unwrap_or_else(|error| panic!("{sql}: {error}")).expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    /// Gives the space back; SQLite's folder goes by itself.
    pub async fn drop_now(&self) {
        if self.kind == Kind::Postgres {
            let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            execute(&admin("postgres").await, &sql).await;
        }
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("nabiz-test-").tempdir().expect("a temporary folder")
}

fn of_role(variable: &str, database: &str) -> String {
    let url =
        env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: run by `make test`"));
    let (server, _) = url.rsplit_once('/').expect("a URL that ends in a database");
    format!("{server}/{database}")
}

async fn admin(database: &str) -> DatabaseConnection {
    open(&of_role("NABIZ_TEST_PG_ADMIN_URL", database)).await
}

async fn open(url: &str) -> DatabaseConnection {
    // Whoever comes first makes the file.
    let url = if url.starts_with("sqlite:") { format!("{url}?mode=rwc") } else { url.to_owned() };
    let mut options = ConnectOptions::new(&url);
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

async fn execute(db: &DatabaseConnection, sql: &str) {
    db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The migrated database that others are copied from, made by whichever test comes first. Every test is a process
/// of its own under nextest, hence the lock; the name changes with the migrations.
async fn template() -> String {
    let names =
        Migrator::migrations().iter().map(|m| m.name().to_owned()).collect::<Vec<_>>().join(",");
    let digest = Sha256::digest(names.as_bytes());
    let name = format!(
        "nabiz_template_{:02x}{:02x}{:02x}{:02x}",
        digest[0], digest[1], digest[2], digest[3]
    );
    let db = admin("postgres").await;
    execute(&db, "SELECT pg_advisory_lock(7216)").await;
    let sql = format!("SELECT 1 AS n FROM pg_database WHERE datname = '{name}'");
    let known = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
    if known.expect("the list of databases").is_none() {
        execute(&db, &format!("CREATE DATABASE {name} OWNER nabiz_owner")).await;
        let owner_url = of_role("NABIZ_TEST_PG_OWNER_URL", &name);
        let owner = open(&owner_url).await;
        Migrator::up(&owner, None).await.expect("migrations on an empty PostgreSQL database");
        let _ = owner.close().await; // a template may have no connections while it is copied
    }
    let _ = db.close().await; // also lets the lock go
    name
}

//! Opening: the settings that durability and isolation depend on.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use migration::Migrator;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use sea_orm_migration::MigratorTrait;
use tokio::sync::Mutex;

use super::{Db, Engine, Inner, WritingThread, guard};

/// What the database needs to know from the configuration.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite://FILE` or `postgres://…` (the application's role).
    pub url: String,
    /// The owner's role, for migrations; empty = `url`.
    pub admin_url: String,
    pub max_connections: u32,
    /// SQLite only: `full` (default) survives a power cut, `normal` may lose the last moments.
    pub synchronous: String,
}

impl Options {
    /// # Errors
    /// When the URL is of neither kind.
    pub fn engine(&self) -> anyhow::Result<Engine> {
        if self.url.starts_with("sqlite:") {
            Ok(Engine::Sqlite)
        } else if self.url.starts_with("postgres:") || self.url.starts_with("postgresql:") {
            Ok(Engine::Postgres)
        } else {
            bail!("database.url must begin with sqlite:// or postgres://")
        }
    }

    pub(super) fn connect_options(
        &self,
        url: &str,
        connections: u32,
    ) -> anyhow::Result<ConnectOptions> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            // asking "are you there?" before each transaction costs a round trip each; the pool
            // asks when a connection comes back, and after a pause
            .test_before_acquire_if_idle_for(Duration::from_secs(1))
            .sqlx_logging(false);
        let synchronous = match self.synchronous.as_str() {
            "full" => SqliteSynchronous::Full,
            "normal" => SqliteSynchronous::Normal,
            other => bail!("database.synchronous must be full or normal, not {other}"),
        };
        // per connection: `after_connect` runs only once
        options.map_sqlx_sqlite_opts(move |o| {
            o.create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(synchronous)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(5))
                .pragma("temp_store", "MEMORY")
                .pragma("cache_size", "-8000")
                // of the file, not of memory: what lies beyond is read by a call for each page
                .pragma("mmap_size", "1073741824")
                .statement_cache_capacity(256)
                // rows cross from SQLite's thread in handfuls; a small hand costs a context switch
                // for each
                .row_buffer_size(512)
        });
        options.map_sqlx_postgres_opts(|o| {
            o.application_name("nabiz").options([
                ("lock_timeout", "3000"),
                ("idle_in_transaction_session_timeout", "30000"),
                ("statement_timeout", "30000"),
            ])
        });
        Ok(options)
    }
}

impl Db {
    /// Opens the database, migrates it, and refuses roles for which row security means nothing.
    /// Must be called on the runtime given.
    ///
    /// # Errors
    /// When it cannot be reached, migrated or trusted; the text says what to change.
    pub async fn open(options: &Options, runtime: tokio::runtime::Handle) -> anyhow::Result<Self> {
        let engine = options.engine()?;
        create_folder(options)?;
        migrate(options).await?;
        let connections = options.max_connections.max(2);
        let readers = Database::connect(options.connect_options(&options.url, connections)?)
            .await
            .context("the database cannot be reached")?;
        let writer = match engine {
            Engine::Sqlite => Database::connect(options.connect_options(&options.url, 1)?).await?,
            Engine::Postgres => readers.clone(),
        };
        if engine == Engine::Postgres {
            guard::refuse_powerful_role(&readers).await?;
        }
        Ok(Self(Arc::new(Inner {
            engine,
            readers,
            writer,
            turn: Mutex::new(()),
            runtime,
            writing: match engine {
                Engine::Sqlite => Some(WritingThread::start()?),
                Engine::Postgres => None,
            },
            pool_size: connections as usize,
            options: options.clone(),
        })))
    }
}

fn create_folder(options: &Options) -> anyhow::Result<()> {
    if let Some(path) = options.url.strip_prefix("sqlite://") {
        let path = std::path::Path::new(path.split('?').next().unwrap_or(path));
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
        }
    }
    Ok(())
}

/// A connection with our settings and nothing else, for tools and tests of the schema.
///
/// # Errors
/// When it cannot be reached.
pub async fn open_bare(options: &Options, url: &str) -> anyhow::Result<DatabaseConnection> {
    Ok(Database::connect(options.connect_options(url, 1)?).await?)
}

/// Brings the schema up to date, as the owner.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn migrate(options: &Options) -> anyhow::Result<()> {
    create_folder(options)?;
    let url = if options.admin_url.is_empty() { &options.url } else { &options.admin_url };
    let db = Database::connect(options.connect_options(url, 1)?)
        .await
        .context("the database cannot be reached for migrations")?;
    let postgres = options.engine()? == Engine::Postgres;
    // Two servers that migrate at once collide in the catalogue; the lock is of this session.
    if postgres {
        db.execute_unprepared("SET lock_timeout = 0; SET statement_timeout = 0").await?;
        db.execute_unprepared("SELECT pg_advisory_lock(7235411)").await?;
    }
    let done = Migrator::up(&db, None).await.context("a migration failed");
    if postgres {
        if done.is_ok() && !options.admin_url.is_empty() {
            grant_to_application(&db, &options.url).await?;
        }
        db.execute_unprepared("SELECT pg_advisory_unlock(7235411)").await?;
    }
    db.close().await?;
    done
}

/// The application's role may read and write rows, and nothing else: no TRUNCATE, no ownership.
async fn grant_to_application(db: &DatabaseConnection, url: &str) -> anyhow::Result<()> {
    let role: PgConnectOptions = url.parse().context("database.url cannot be read")?;
    let role = role.get_username().replace('"', "\"\"");
    for sql in [
        format!("GRANT USAGE ON SCHEMA public TO \"{role}\""),
        format!(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \"{role}\""
        ),
    ] {
        db.execute_unprepared(&sql).await.context("the application's role cannot be granted")?;
    }
    Ok(())
}

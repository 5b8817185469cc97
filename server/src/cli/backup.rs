//! Backup, restore and verify of the embedded database.

use std::fmt::Write;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::{blocking, say};
use crate::config::Settings;
use crate::db::{self, Options};

/// The file of the embedded database; none on PostgreSQL.
fn database_file(options: &Options) -> Option<PathBuf> {
    let path = options.url.strip_prefix("sqlite://")?;
    Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
}

fn embedded_file(settings: &Settings) -> anyhow::Result<PathBuf> {
    database_file(&settings.database.options())
        .context("this is for the embedded database; for PostgreSQL use pg_dump or pgBackRest")
}

/// Says that a server works on the database file, for as long as the answer is held.
pub(super) fn hold(settings: &Settings) -> anyhow::Result<Option<File>> {
    let Some(database) = database_file(&settings.database.options()) else { return Ok(None) };
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(with_suffix(&database, ".lock"))?;
    if lock.try_lock().is_err() {
        bail!("another server works on {}; stop it first", database.display());
    }
    Ok(Some(lock))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A consistent copy, also of a database that is being written to. Nothing is left behind when
/// it fails.
pub(super) fn backup(settings: &Settings, file: &Path) -> anyhow::Result<()> {
    let database = embedded_file(settings)?;
    if !database.exists() {
        bail!("there is no database at {}", database.display());
    }
    if file.exists() {
        bail!("{} exists; a backup never overwrites", file.display());
    }
    let part = with_suffix(file, ".part");
    let _ = fs::remove_file(&part); // left by a backup that was cut off
    // made first, so that the copy is never readable by others
    OpenOptions::new().create_new(true).write(true).mode(0o600).open(&part)?;
    let made = blocking(async {
        let db = open(&database).await?;
        let quoted = part.display().to_string().replace('\'', "''");
        db.execute_unprepared(&format!("VACUUM INTO '{quoted}'")).await?;
        db.close().await?;
        verify(&part).await
    });
    let report = match made {
        Ok(report) => report,
        Err(error) => {
            let _ = fs::remove_file(&part);
            return Err(error.context("the backup failed"));
        }
    };
    File::open(&part)?.sync_all()?;
    fs::rename(&part, file)?;
    sync_folder(file)?;
    say(&format!("{}: {report}", file.display()));
    Ok(())
}

/// Puts a backup in the database's place. The old file is kept beside it. Every topic gets a new
/// epoch, so that clients that know a later state begin again from a snapshot.
pub(super) fn restore(settings: &Settings, file: &Path) -> anyhow::Result<()> {
    let database = embedded_file(settings)?;
    let _lock = hold(settings)?;
    let part = with_suffix(&database, ".restoring");
    fs::copy(file, &part).with_context(|| format!("{} cannot be read", file.display()))?;
    let made = blocking(async {
        verify(&part).await?;
        let options = Options {
            url: sqlite_url(&part),
            admin_url: String::new(),
            ..settings.database.options()
        };
        db::migrate(&options).await?;
        let db = open(&part).await?;
        db.execute_unprepared("UPDATE topic SET epoch = lower(hex(randomblob(16)))").await?;
        db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        db.close().await?;
        verify(&part).await
    });
    let report = match made {
        Ok(report) => report,
        Err(error) => {
            let _ = fs::remove_file(&part);
            return Err(error.context("nothing was changed"));
        }
    };
    File::open(&part)?.sync_all()?;
    if database.exists() {
        blocking(async {
            // folds the log into the file, so that the kept copy is whole
            let old = open(&database).await?;
            old.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
            Ok(old.close().await?)
        })?;
        fs::rename(&database, with_suffix(&database, ".before-restore"))?;
    }
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(with_suffix(&database, suffix)); // usually gone already
    }
    fs::rename(&part, &database)?;
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(with_suffix(&part, suffix));
    }
    sync_folder(&database)?;
    say(&format!("{}: {report}", database.display()));
    Ok(())
}

pub(super) fn verify_file(file: &Path) -> anyhow::Result<()> {
    if !file.exists() {
        bail!("there is no file at {}", file.display());
    }
    let report = blocking(verify(file))?;
    say(&format!("{}: {report}", file.display()));
    Ok(())
}

fn sync_folder(file: &Path) -> anyhow::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}

fn sqlite_url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

async fn open(path: &Path) -> anyhow::Result<DatabaseConnection> {
    let options = Options {
        url: sqlite_url(path),
        admin_url: String::new(),
        max_connections: 1,
        synchronous: "full".to_owned(),
    };
    db::open_bare(&options, &options.url).await
}

/// Pages, references, and that every topic's journal is 1..=head.
async fn verify(path: &Path) -> anyhow::Result<String> {
    let db = open(path).await.context("this is no database of ours")?;
    let all = |sql: &str| Statement::from_string(DbBackend::Sqlite, sql);
    let checked: String = match db.query_one_raw(all("PRAGMA integrity_check")).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => "no answer".to_owned(),
    };
    if checked != "ok" {
        bail!("the file is damaged: {checked}");
    }
    if !db.query_all_raw(all("PRAGMA foreign_key_check")).await?.is_empty() {
        bail!("the file has rows that point to nothing");
    }
    let holes = "SELECT t.key FROM topic t LEFT JOIN event e \
                 ON e.tenant_id = t.tenant_id AND e.topic = t.key \
                 GROUP BY t.tenant_id, t.key, t.seq \
                 HAVING count(e.seq) <> t.seq OR coalesce(max(e.seq), 0) <> t.seq LIMIT 1";
    if db.query_one_raw(all(holes)).await.context("this is no database of ours")?.is_some() {
        bail!("a journal has a hole");
    }
    let mut report = String::from("whole");
    for table in ["tenant", "user", "customer", "card", "event"] {
        let row = db.query_one_raw(all(&format!("SELECT count(*) FROM \"{table}\""))).await?;
        let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        // writing to a String cannot fail
        let _ = write!(report, ", {count} {table}s");
    }
    db.close().await?;
    Ok(report)
}

//! Statistics of tables that have just grown.
//!
//! PostgreSQL: a table that was never analysed looks empty to the planner, and every index that begins with
//! the tenant then looks as good as the primary key: the check of a foreign key reads all of the
//! tenant's rows (seen: 0.35 ms for each inserted row at 10,000 customers, growing). The server's
//! own autovacuum comes once a minute; an import of 10,000 rows is over by then, or should be.
//!
//! SQLite knows nothing of a table until somebody says ANALYZE, and then takes a tenant for a few
//! rows: it walks through all of them in the order asked for instead of going to the one customer
//! (seen: 4 ms for a customer's cards at 10,000, growing). A table is read whole as long as that
//! is a matter of milliseconds (75 for 100,000 customers); of a larger one, some rows of each index.

use std::collections::HashMap;
use std::time::Duration;

use sea_orm::{ConnectionTrait, Database, DbBackend, DbErr, Statement};

use super::{Db, Engine};

/// How often to look.
const LOOK: Duration = Duration::from_secs(3);
/// Tables where more rows than this changed since they were analysed, and more than half of all.
const STALE: &str = "SELECT quote_ident(relname) FROM pg_stat_user_tables \
    WHERE schemaname = 'public' AND n_mod_since_analyze > 500 \
    AND n_mod_since_analyze * 2 > n_live_tup";

/// SQLite: rows that a table must have for anything to be worth knowing; up to how many it is read
/// whole; and rows of each index that are looked at where there are more.
const WORTH: i64 = 500;
const WHOLE: i64 = 250_000;
const LOOKED_AT: i64 = 1_000;

/// Analyses what has grown, for as long as the server runs. On PostgreSQL only the owner of a
/// table may, so it needs `database.admin_url` and returns at once without one.
pub async fn keep(db: Db) {
    if db.engine() == Engine::Postgres && db.0.options.admin_url.is_empty() {
        return;
    }
    let mut known = match db.engine() {
        Engine::Postgres => HashMap::new(),
        Engine::Sqlite => known_before(&db).await.unwrap_or_default(),
    };
    loop {
        tokio::time::sleep(LOOK).await;
        let done = match db.engine() {
            Engine::Postgres => refresh(&db).await,
            Engine::Sqlite => refresh_embedded(&db, &mut known).await,
        };
        // who needs the database for an answer says that it is away
        if let Err(error) = done {
            tracing::debug!(%error, "statistics are left as they are");
        }
    }
}

/// How many rows tables had when they were analysed, as the database remembers it.
async fn known_before(db: &Db) -> anyhow::Result<HashMap<String, i64>> {
    let ask = |sql: &str| Statement::from_string(DbBackend::Sqlite, sql.to_owned());
    let readers = &db.0.readers;
    let there = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'";
    if readers.query_one_raw(ask(there)).await?.is_none() {
        return Ok(HashMap::new());
    }
    // the first number of each text is that of all rows
    let rows = "SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl";
    let rows = readers.query_all_raw(ask(rows)).await?;
    let known = rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
    Ok(known.collect::<Result<_, DbErr>>()?)
}

/// Analyses tables that have doubled; `known` holds how far each had come when it was.
async fn refresh_embedded(db: &Db, known: &mut HashMap<String, i64>) -> anyhow::Result<()> {
    let ask = |sql: String| Statement::from_string(DbBackend::Sqlite, sql);
    let readers = &db.0.readers;
    let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let names = readers.query_all_raw(ask(names.to_owned())).await?;
    let lasts = names.iter().map(|row| {
        let table: String = row.try_get_by_index(0)?;
        // at once, where counting would read all of them
        Ok(format!("SELECT '{table}', coalesce(max(rowid), 0) FROM \"{table}\""))
    });
    let lasts = lasts.collect::<Result<Vec<_>, DbErr>>()?.join(" UNION ALL ");
    let mut stale: Vec<(String, i64)> = Vec::new();
    for row in readers.query_all_raw(ask(lasts)).await? {
        let (table, last) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if last > WORTH && last > 2 * known.get(&table).copied().unwrap_or_default() {
            stale.push((table, last));
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    for (table, last) in &stale {
        // 0: no limit
        let most = if *last > WHOLE { LOOKED_AT } else { 0 };
        write(db, &format!("PRAGMA analysis_limit = {most}; ANALYZE \"{table}\"")).await?;
    }
    // open connections read statistics again when the schema has changed; until they could, nothing
    // counts as known
    write(db, "CREATE VIEW statistics_news AS SELECT 1; DROP VIEW statistics_news").await?;
    known.extend(stale);
    Ok(())
}

async fn write(db: &Db, sql: &str) -> anyhow::Result<()> {
    let _turn = db.turn().await;
    let tx = db.begin_write().await?;
    tx.execute_unprepared(sql).await?;
    Ok(tx.commit().await?)
}

async fn refresh(db: &Db) -> anyhow::Result<()> {
    let stale = tables(&db.0.readers).await?;
    if stale.is_empty() {
        return Ok(());
    }
    let options = &db.0.options;
    let owner = Database::connect(options.connect_options(&options.admin_url, 1)?).await?;
    // one node is enough
    let mine = "SELECT pg_try_advisory_lock(7235412)".to_owned();
    let row = owner.query_one_raw(Statement::from_string(DbBackend::Postgres, mine)).await?;
    let mut done = Ok(());
    if row.map(|row| row.try_get_by_index::<bool>(0)).transpose()? == Some(true) {
        for table in stale {
            done = owner.execute_unprepared(&format!("ANALYZE {table}")).await.map(drop);
            if done.is_err() {
                break;
            }
        }
    }
    owner.close().await?; // and with it the lock goes
    Ok(done?)
}

async fn tables(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let stale = Statement::from_string(DbBackend::Postgres, STALE.to_owned());
    let rows = db.query_all_raw(stale).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use sea_orm::{ConnectionTrait, DbBackend, Statement};

    use super::super::Db;
    use super::{known_before, refresh_embedded, write};
    use crate::tests::sqlite;

    const GROWN: &str = "CREATE TABLE t (a, b, c, PRIMARY KEY (a, b)); CREATE INDEX t_c ON t (a, c); \
        WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000) \
        INSERT INTO t SELECT 1, x, x FROM n";
    const ASKED: &str = "SELECT * FROM t WHERE a = 1 AND c = 5 ORDER BY b";

    /// Asks, which is when a connection sees that the schema has changed, and then how it asked.
    async fn plan(db: &Db, time: &str) -> String {
        let ask = |sql: String| Statement::from_string(DbBackend::Sqlite, sql);
        let same = db.begin_read().await.expect("a connection");
        same.query_all_raw(ask(format!("{ASKED} -- {time}"))).await.expect("a row");
        let explain = format!("EXPLAIN QUERY PLAN {ASKED} -- {time}");
        let rows = same.query_all_raw(ask(explain)).await.expect("a plan");
        rows.iter().map(|row| row.try_get_by_index::<String>(3).expect("a step")).collect()
    }

    #[tokio::test]
    async fn connections_that_are_open_learn_of_a_table_that_has_grown() {
        let db = Db::open(&sqlite(), tokio::runtime::Handle::current()).await.expect("a database");
        write(&db, GROWN).await.expect("rows");
        assert!(!plan(&db, "before").await.contains("t_c"), "the test proves nothing");
        let mut known = HashMap::new();
        refresh_embedded(&db, &mut known).await.expect("statistics");
        assert!(plan(&db, "after").await.contains("t_c"));
        assert_eq!(known.get("t"), Some(&2_000));
        assert_eq!(known_before(&db).await.expect("what it remembers"), known);
        write(&db, "DELETE FROM sqlite_stat1").await.expect("no statistics");
        refresh_embedded(&db, &mut known).await.expect("statistics");
        let left = "SELECT count(*) FROM sqlite_stat1".to_owned();
        let left = Statement::from_string(DbBackend::Sqlite, left);
        let left = db.0.readers.query_one_raw(left).await.expect("a count").expect("a row");
        assert_eq!(left.try_get_by_index::<i64>(0).expect("a number"), 0, "it has not grown since");
    }
}

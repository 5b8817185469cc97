//! The search among many: customers made by the database itself, in numbers that nobody types.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use entities::ids::TenantId;
use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, Statement};

use super::listing::ListQuery;
use super::tests::on_both;
use crate::db::{Db, Engine};

/// Rows made by the database itself: 500 first and 200 last names, a phone and an e-mail each.
async fn seed(db: &Db, tenant: TenantId, customers: i64) {
    let postgres = db.engine() == Engine::Postgres;
    db.write(tenant, move |tx| {
        async move {
            let series = if postgres {
                format!("SELECT n FROM generate_series(1, {customers}) AS s(n)")
            } else {
                format!("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {customers}) SELECT n FROM s")
            };
            let (id, json) = if postgres {
                ("md5(n::text)::uuid", "::jsonb")
            } else {
                ("unhex(printf('%032x', n * 7919))", "")
            };
            let name = "CASE WHEN n % 40 = 0 THEN 'mehmet' ELSE 'ad' || (n % 500) END || ' ' || CASE WHEN n % 60 = 0 THEN 'yilmaz' ELSE 'soyad' || (n % 211) END";
            let phone = "'532' || substr(CAST(10000000 + n AS TEXT), 2)";
            let now = "'2026-11-21 10:00:00+00:00'";
            let run = |sql: String| {
                let backend = tx.get_database_backend();
                let sql = if postgres { sql.replace('?', "$1") } else { sql };
                let statement = Statement::from_sql_and_values(backend, sql, [tenant.into()]);
                async move { tx.execute_raw(statement).await.map(|_| ()) }
            };
            run(format!("INSERT INTO customer (tenant_id, id, name, name_key, owners, tags, custom, version, created_at, updated_at) SELECT ?, {id}, {name}, {name}, '[]'{json}, '[]'{json}, '{{}}'{json}, 1, {now}, {now} FROM ({series}) AS s")).await?;
            let of_word = |word: &str| format!("INSERT INTO search_token (tenant_id, token, customer_id) SELECT ?, {word}, {id} FROM ({series}) AS s ON CONFLICT DO NOTHING");
            // PostgreSQL wants something between SELECT and ON CONFLICT to tell it from a join
            let of_word = |word: &str| of_word(word).replace(" AS s ON", " AS s WHERE true ON");
            run(of_word("CASE WHEN n % 40 = 0 THEN 'mehmet' ELSE 'ad' || (n % 500) END")).await?;
            run(of_word("CASE WHEN n % 60 = 0 THEN 'yilmaz' ELSE 'soyad' || (n % 211) END")).await?;
            for start in 1..=8 {
                run(of_word(&format!("substr({phone}, {start})"))).await?;
            }
            run(of_word(&format!("'90' || {phone}"))).await?;
            run(of_word("'kisi' || n")).await?;
            run(of_word("'ornek'")).await?;
            run(of_word(&format!("'=n' || {name}"))).await?;
            run(of_word(&format!("'=p' || substr({phone}, 4)"))).await?;
            run(of_word("'=e' || 'kisi' || n")).await?;
            Ok(())
        }
        .boxed()
    }).await.unwrap();
}

/// What [`seed`] calls customer `n`.
fn name(n: i64) -> (String, String) {
    let first = if n % 40 == 0 { "mehmet".to_owned() } else { format!("ad{}", n % 500) };
    let last = if n % 60 == 0 { "yilmaz".to_owned() } else { format!("soyad{}", n % 211) };
    (first, last)
}

#[actix::test]
async fn two_words_find_exactly_those_who_bear_both_however_common_they_are() {
    const CUSTOMERS: i64 = 4_000;
    on_both(|bench| async move {
        seed(&bench.db, bench.by.tenant, CUSTOMERS).await;
        let ask = |q: &str, cursor: Option<String>| {
            let (q, limit) = (Some(q.to_owned()), Some(200));
            bench.list(ListQuery { q, limit, cursor, ..ListQuery::default() })
        };
        // common and common, rare and common, rare and rare, common and nearly everybody
        for (a, b) in [("ad1", "soyad1"), ("mehmet", "soyad1"), ("ad42", "soyad7"), ("ad2", "s")] {
            let bears = |n: &i64| {
                let (first, last) = name(*n);
                first.starts_with(a) && last.starts_with(b)
            };
            let those = (1..=CUSTOMERS).filter(bears).count();
            let page = ask(&format!("{b} {a}"), None).await;
            assert_eq!(page["total"], those.min(500), "{a} {b}");
            assert_eq!(page["total_capped"], those > 500, "{a} {b}");
        }
        let (mut met, mut cursor) = (HashSet::new(), None);
        loop {
            let page = ask("soyad", cursor).await;
            assert_eq!(page["total"], 500);
            let mut ids =
                page["items"].as_array().unwrap().iter().map(|item| item["id"].to_string());
            assert!(ids.all(|id| met.insert(id)), "met twice");
            cursor = page["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(met.len(), 500);
    })
    .await;
}

/// A hundred thousand customers: `cargo test -p server --lib search_is_fast -- --ignored --nocapture`
#[actix::test]
#[ignore = "seeds a hundred thousand customers"]
async fn search_is_fast_among_a_hundred_thousand() {
    on_both(|bench| async move {
        seed(&bench.db, bench.by.tenant, 100_000).await;
        let queries = [
            "mehmet",
            "me",
            "m",
            "yılmaz",
            "mehmet yılmaz",
            "ad42 soyad7",
            "0532",
            "0532 1",
            "1234",
            "567",
            "+90 532 001 23 45",
            "soyad1",
            "ad1",
            "ad1 so",
            "ad9 s",
            "yok böyle biri",
            "ornek",
            "a@ornek",
            "ad7 532",
        ];
        let mut all = Vec::new();
        for q in queries {
            for _ in 0..5 {
                let began = Instant::now();
                let page =
                    bench.list(ListQuery { q: Some(q.to_owned()), ..ListQuery::default() }).await;
                let took = began.elapsed();
                all.push(took);
                println!("{:?} {q:20} {took:?} total {}", bench.db.engine(), page["total"]);
            }
        }
        for sort in ["-created_at", "name", "-last_contact_at", "-updated_at"] {
            let began = Instant::now();
            bench.list(ListQuery { sort: Some(sort.to_owned()), ..ListQuery::default() }).await;
            println!("{:?} list {sort} {:?}", bench.db.engine(), began.elapsed());
        }
        for _ in 0..3 {
            let began = Instant::now();
            let pairs = bench.duplicates().await.as_array().unwrap().len();
            println!("{:?} {pairs} duplicates {:?}", bench.db.engine(), began.elapsed());
        }
        all.sort();
        let p95 = all[all.len() * 95 / 100];
        println!("{:?} search p50 {:?} p95 {p95:?}", bench.db.engine(), all[all.len() / 2]);
        // SQLite itself is compiled without optimisation in a debug build
        let most = if cfg!(debug_assertions) { 500 } else { 100 };
        assert!(p95 < Duration::from_millis(most), "{p95:?}");
    })
    .await;
}

//! A hundred thousand customers for measurements, made by the database itself.

use entities::ids::TenantId;
use futures_util::FutureExt;
use sea_orm::{ConnectionTrait, Statement};

use crate::db::{Db, Engine};

/// Rows made by the database itself: 500 first and 200 last names, a phone and an e-mail each.
pub(super) async fn seed(db: &Db, tenant: TenantId) {
    const N: i64 = 100_000;
    let postgres = db.engine() == Engine::Postgres;
    db.write(tenant, move |tx| {
        async move {
            let series = if postgres {
                format!("SELECT n FROM generate_series(1, {N}) AS s(n)")
            } else {
                format!("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {N}) SELECT n FROM s")
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

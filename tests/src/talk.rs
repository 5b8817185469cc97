//! Long talks, written below the server: what a house has said in years cannot be sent in a test.
use sea_orm::{ConnectionTrait, Statement};

use crate::{both::Kind, database::Database};

/// Fills an empty room with so many messages of one person, a second apart, the last at the end of 2025: these words,
/// the message's number, and one of a thousand words by it.
pub async fn fill_room(
    database: &Database,
    tenant: &str,
    room: &str,
    by: &str,
    count: i64,
    words: &str,
) {
    let id = |id: &str| match database.kind {
        Kind::Sqlite => format!("x'{}'", id.replace('-', "")),
        Kind::Postgres => format!("'{id}'::uuid"),
    };
    let (tenant, room) = (id(tenant), id(room));
    // half past the second, so that every time has milliseconds
    let end = 1_767_225_600_500_i64;
    let at = format!("({end} - ({count} - n) * 1000)");
    let (numbers, fresh, time, mentions) = match database.kind {
        Kind::Sqlite => (
            format!(
                "WITH RECURSIVE all_of AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM all_of WHERE n < {count})"
            ),
            "randomblob(16)",
            format!("strftime('%Y-%m-%dT%H:%M:%S', {at} / 1000, 'unixepoch') || '.500+00:00'"),
            "'[]'",
        ),
        Kind::Postgres => (
            format!("WITH all_of AS (SELECT n::bigint FROM generate_series(1, {count}) AS n)"),
            "gen_random_uuid()",
            format!("to_timestamp({at} / 1000.0)"),
            "'[]'::jsonb",
        ),
    };
    let mut tokens: Vec<String> = words.split(' ').map(|word| format!("'{word}'")).collect();
    tokens.extend(["CAST(n AS TEXT)".to_owned(), "'kelime' || (n % 1000)".to_owned()]);
    let mut statements = vec![
        format!(
            "INSERT INTO message (tenant_id, id, room_id, n, kind, \"by\", text, mentions, created_at, version) \
             {numbers} SELECT {tenant}, {fresh}, {room}, n, 'text', '{by}', \
             '{words} ' || n || ' kelime' || (n % 1000), {mentions}, {time}, 1 FROM all_of"
        ),
        format!("UPDATE room SET last = {count} WHERE id = {room}"),
    ];
    statements.extend(tokens.iter().map(|token| {
        format!(
            "INSERT INTO message_token (tenant_id, token, at, room_id, n) \
             {numbers} SELECT {tenant}, {token}, {at}, {room}, n FROM all_of"
        )
    }));
    let db = database.connect().await;
    for sql in statements {
        let done = db.execute_raw(Statement::from_string(db.get_database_backend(), &sql)).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    let _ = db.close().await; // what was written is written
}

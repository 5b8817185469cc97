//! What two transactions of PostgreSQL do to one channel at the same time; SQLite has one writer. The other one is the
//! test's own, so that it is certain who comes first.
use std::time::Duration;

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use tests::{
    Kind, TestApp,
    simulators::meta::payloads::{Person, one_text},
    within,
};

use crate::{
    channels::{channel, connected},
    webhooks::hurry,
};

const WAITS: &str =
    "pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

/// Waits until the server stands before a row that the test holds, or has done without it.
async fn waits_or(app: &TestApp, done: &str) {
    within(Duration::from_secs(20), "somebody who waits", || async {
        let seen = (app.database().count(WAITS).await, app.database().count(done).await);
        if seen == (0, 0) { Err(seen) } else { Ok(()) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_while_its_channel_is_removed_is_nobodys() {
    if !Kind::Postgres.is_here() {
        return;
    }
    let app = TestApp::start(Kind::Postgres).await;
    let admin = app.tenant().await;
    let (made, door) = connected(&admin).await;
    channel(&admin, &made, "whatsapp", "2001").await;
    // it has been given what came before it, and nobody splits any more
    within(Duration::from_secs(20), "the claim", || async {
        let left = app.database().count("job WHERE kind = 'channels.split'").await;
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
    let db = app.database().connect().await;
    let removing = db.begin().await.expect("a transaction");
    removing.execute_unprepared("UPDATE channel SET removed_at = now()").await.expect("an update");
    let deniz = Person::new("Deniz", "905550000101");
    assert_eq!(door.send(&one_text("2001", &deniz, "wamid.1", "Merhaba")).await, 200);
    waits_or(&app, "hook_item").await;
    removing.commit().await.expect("a commit");
    within(Duration::from_secs(20), "the item", || async {
        let seen = app.database().count("hook_item").await;
        if seen == 1 { Ok(()) } else { Err(seen) }
    })
    .await;
    let unclaimed = "hook_item WHERE state = 'unclaimed' AND channel_id IS NULL";
    assert_eq!(app.database().count(unclaimed).await, 1);
    let _ = db.close().await; // PostgreSQL drops no database that is in use
    app.database().drop_now().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_speaks_just_now_is_not_silent() {
    if !Kind::Postgres.is_here() {
        return;
    }
    let app = TestApp::start(Kind::Postgres).await;
    let admin = app.tenant().await;
    let (made, _) = connected(&admin).await;
    let hat = channel(&admin, &made, "whatsapp", "2001").await;
    // nothing has come yet: it is looked at in two hours, and by this test earlier
    let d = json!({ "channel": hat, "silent_hours": 2 });
    admin.command("tenant", "channel.save", d).await;
    let db = app.database().connect().await;
    let long_ago = "UPDATE channel SET last_inbound_at = '2026-01-01T00:00:00+00:00'";
    db.execute_unprepared(long_ago).await.expect("an update");
    let speaking = db.begin().await.expect("a transaction");
    speaking
        .execute_unprepared("UPDATE channel SET last_inbound_at = now()")
        .await
        .expect("an update");
    hurry(&app).await;
    waits_or(&app, "notification WHERE kind = 'channel_silent'").await;
    speaking.commit().await.expect("a commit");
    within(Duration::from_secs(20), "a look", || async {
        let due = app.database().count("job_due WHERE run_at < now()").await;
        if due == 0 { Ok(()) } else { Err(due) }
    })
    .await;
    assert_eq!(app.database().count("notification WHERE kind = 'channel_silent'").await, 0);
    assert_eq!(app.database().count("channel WHERE silent_told_at IS NOT NULL").await, 0);
    let _ = db.close().await; // PostgreSQL drops no database that is in use
    app.database().drop_now().await;
}

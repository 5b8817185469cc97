//! What strains the ledger: payloads of thousands, one that cannot be written, jobs that were lost, too much at once,
//! and what is old.
use std::time::Duration;

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use server::{db, kernel::clock::Clock, workers::janitor};
use tests::{
    Kind, Settings, TestApp, User, on_both,
    simulators::meta::{
        App,
        payloads::{Person, change, one_text, status, text, whatsapp},
    },
    with_both, within,
};

use crate::channels::{SECRET, TOKEN, channel, connected};

on_both!(
    a_payload_of_thousands_comes_in_by_parts,
    one_that_cannot_be_written_waits_for_nobody,
    what_lost_its_job_is_found_by_the_next,
    more_than_can_wait_is_sent_again_later,
    the_same_bytes_are_the_same_when_the_answer_is_forgotten,
    news_of_another_day_are_news,
    what_is_old_is_swept,
);
with_both!(who_guesses_at_doors_slows_down_nobody_else, a_connection_has_a_measure_of_its_own);

const NUMBER: &str = "2001";

fn deniz() -> Person {
    Person::new("Deniz", "905550000101")
}

async fn run(app: &TestApp, sql: &str) {
    let db = app.database().connect().await;
    db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let _ = db.close().await; // nothing is asked of it any more
}

/// Waits until so many rows are there.
async fn counted(app: &TestApp, from_where: &str, count: i64) {
    within(Duration::from_secs(60), from_where, || async {
        let seen = app.database().count(from_where).await;
        if seen == count { Ok(()) } else { Err(seen) }
    })
    .await;
}

async fn keys(admin: &User) -> Vec<String> {
    let page = admin.get("/channels/ledger?limit=200").await.ok();
    let mut keys: Vec<String> = page["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|item| item["key"].as_str().map(str::to_owned))
        .collect();
    keys.reverse();
    keys
}

async fn a_payload_of_thousands_comes_in_by_parts(app: TestApp) {
    let admin = app.tenant().await;
    let (made, door) = connected(&admin).await;
    channel(&admin, &made, "whatsapp", NUMBER).await;
    let statuses: Vec<Value> =
        (0..2_500).map(|n| status(&format!("wamid.{n}"), "read", &deniz())).collect();
    let mut large = change(NUMBER, &[], &[], &statuses);
    // what stands there once is not kept two thousand times
    large["value"]["metadata"]["display_phone_number"] = json!("9".repeat(50_000));
    large["value"]["contacts"] =
        json!([{ "wa_id": "905550000101", "profile": { "name": "x".repeat(50_000) } }]);
    assert_eq!(door.send(&whatsapp(&[large])).await, 200);
    assert_eq!(door.send(&one_text(NUMBER, &deniz(), "wamid.last", "Merhaba")).await, 200);
    counted(&app, "hook_item", 2_501).await;
    counted(&app, "hook WHERE state = 'split'", 2).await;
    let heavy = "hook_item WHERE length(raw) + length(d) > 5000";
    assert_eq!(app.database().count(heavy).await, 0, "what all have in common is kept once");
    let ordered = "hook_item WHERE position > 2500 AND key <> 'message:wamid.last'";
    assert_eq!(app.database().count(ordered).await, 0, "the second comes after all of the first");
    assert_eq!(
        app.database()
            .count("hook_item WHERE key = 'status:wamid.2499:read' AND position = 2500")
            .await,
        1
    );

    // more than anybody means
    let things = vec![json!({}); 20_001];
    assert_eq!(door.send(&whatsapp(&[change(NUMBER, &[], &[], &things)])).await, 200);
    let objects =
        json!({ "object": "page", "entry": [{ "id": "3", "x": vec![json!({}); 200_001] }] });
    assert_eq!(door.send(&objects).await, 200);
    counted(&app, "hook WHERE state = 'unreadable'", 2).await;
    assert_eq!(app.database().count("hook_item").await, 2_501);
}

async fn one_that_cannot_be_written_waits_for_nobody(app: TestApp) {
    let admin = app.tenant().await;
    let (made, door) = connected(&admin).await;
    channel(&admin, &made, "whatsapp", NUMBER).await;
    let (refusing, gone) = match app.database().kind {
        Kind::Sqlite => (
            "CREATE TRIGGER poison BEFORE INSERT ON hook_item WHEN NEW.key = 'message:wamid.poison' \
             BEGIN SELECT RAISE(ABORT, 'poison'); END",
            "DROP TRIGGER poison",
        ),
        Kind::Postgres => (
            "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'poison'; END $$; \
             CREATE TRIGGER poison BEFORE INSERT ON hook_item FOR EACH ROW \
             WHEN (NEW.key = 'message:wamid.poison') EXECUTE FUNCTION poison()",
            "DROP TRIGGER poison ON hook_item",
        ),
    };
    run(&app, refusing).await;
    let sent =
        ["wamid.1", "wamid.poison", "wamid.2"].map(|id| one_text(NUMBER, &deniz(), id, "Merhaba"));
    for payload in &sent {
        assert_eq!(door.send(payload).await, 200);
    }
    counted(&app, "hook WHERE state = 'unreadable'", 1).await;
    counted(&app, "hook WHERE state = 'split'", 2).await;
    assert_eq!(keys(&admin).await, ["message:wamid.1", "message:wamid.2"]);
    // what was put aside can be read once more
    let aside = admin.get("/channels/hooks?state=unreadable").await.ok()["items"][0]["id"].clone();
    run(&app, gone).await;
    admin.command("tenant", "hook.reprocess", json!({ "hook": aside })).await;
    counted(&app, "hook_item", 3).await;

    // a time that no database knows
    let mut late = text(&deniz(), "wamid.3", "Merhaba");
    late["timestamp"] = json!("-300000000000");
    assert_eq!(door.send(&whatsapp(&[change(NUMBER, &[&deniz()], &[late], &[])])).await, 200);
    counted(&app, "hook_item WHERE key = 'message:wamid.3' AND at IS NULL", 1).await;
    counted(&app, "hook WHERE state <> 'split'", 0).await;
}

async fn what_lost_its_job_is_found_by_the_next(app: TestApp) {
    let admin = app.tenant().await;
    let (made, door) = connected(&admin).await;
    channel(&admin, &made, "whatsapp", NUMBER).await;
    for id in ["wamid.1", "wamid.2"] {
        assert_eq!(door.send(&one_text(NUMBER, &deniz(), id, "Merhaba")).await, 200);
    }
    counted(&app, "hook WHERE state = 'split'", 2).await;
    counted(&app, "job WHERE kind = 'channels.split'", 0).await;
    // both wait again, without a job: one for months, one since just now
    run(&app, "DELETE FROM hook_item").await;
    run(&app, "UPDATE hook SET state = 'received'").await;
    run(&app, "UPDATE hook SET received_at = '2026-01-01T00:00:00+00:00' WHERE n = 1").await;
    assert_eq!(door.send(&one_text(NUMBER, &deniz(), "wamid.3", "Merhaba")).await, 200);
    counted(&app, "hook WHERE state = 'split'", 3).await;
    let order = "SELECT key FROM hook_item ORDER BY position";
    let order = Value::from(app.database().rows(order).await);
    assert_eq!(
        order,
        json!([{ "key": "message:wamid.1" }, { "key": "message:wamid.2" }, { "key": "message:wamid.3" }])
    );
}

async fn more_than_can_wait_is_sent_again_later(app: TestApp) {
    let admin = app.tenant().await;
    let (made, door) = connected(&admin).await;
    let (_, other) = connected(&admin).await;
    let (fresh, long_ago, numbers) = match app.database().kind {
        Kind::Sqlite => (
            "randomblob(16)",
            "'2026-01-01T00:00:00+00:00'",
            "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000) SELECT n FROM c)",
        ),
        Kind::Postgres => (
            "gen_random_uuid()",
            "'2026-01-01T00:00:00+00:00'::timestamptz",
            "(SELECT n FROM generate_series(1, 20000) AS s(n))",
        ),
    };
    let own = made["hook_url"].as_str().and_then(|url| url.rsplit('/').next()).expect("a key");
    let waiting = format!(
        "INSERT INTO hook (tenant_id, id, connection_id, n, digest, bytes, coding, body, state, taken, received_at) \
         SELECT c.tenant_id, {fresh}, c.id, x.n, 'digest ' || x.n, 2, 'text', '{{}}', 'received', 0, \
         {long_ago} FROM connection c, {numbers} x WHERE c.hook_key = '{own}'"
    );
    run(&app, &waiting).await;
    let payload = one_text(NUMBER, &deniz(), "wamid.1", "Merhaba");
    assert_eq!(door.send(&payload).await, 503);
    assert_eq!(app.database().count("hook").await, 20_000);
    assert_eq!(other.send(&payload).await, 200, "another connection has its own");
    // an old one that is read again is no long queue
    run(&app, "UPDATE hook SET state = 'split' WHERE n > 1").await;
    assert_eq!(door.send(&payload).await, 200);
}

async fn the_same_bytes_are_the_same_when_the_answer_is_forgotten(app: TestApp) {
    let admin = app.tenant().await;
    let (_, door) = connected(&admin).await;
    let payload = one_text(NUMBER, &deniz(), "wamid.1", "Merhaba");
    assert_eq!(door.send(&payload).await, 200);
    counted(&app, "hook_item", 1).await;
    run(&app, "DELETE FROM command_result").await;
    assert_eq!(door.send(&payload).await, 200);
    assert_eq!(app.database().count("hook").await, 1);
    assert_eq!(door.send(&one_text(NUMBER, &deniz(), "wamid.2", "Merhaba")).await, 200);
    counted(&app, "hook_item", 2).await;
}

async fn news_of_another_day_are_news(app: TestApp) {
    let admin = app.tenant().await;
    let (_, door) = connected(&admin).await;
    let news = |time: i64| {
        json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1002", "time": time, "changes": [{
            "field": "message_template_status_update",
            "value": { "event": "PAUSED", "message_template_id": 7 } }] }] })
    };
    for time in [1_767_258_000, 1_767_344_400] {
        assert_eq!(door.send(&news(time)).await, 200);
    }
    counted(&app, "hook_item WHERE kind = 'template' AND at IS NOT NULL", 2).await;
}

async fn what_is_old_is_swept(app: TestApp) {
    let admin = app.tenant().await;
    let (_, door) = connected(&admin).await;
    for payload in [one_text(NUMBER, &deniz(), "wamid.1", "Merhaba"), json!(7)] {
        assert_eq!(door.send(&payload).await, 200);
    }
    assert_eq!(door.send_bytes(b"no json".to_vec()).await, 200);
    counted(&app, "hook WHERE state <> 'received'", 3).await;
    run(&app, "UPDATE hook SET received_at = '2026-01-01T00:00:00+00:00'").await;
    run(&app, "UPDATE hook_item SET created_at = '2026-01-01T00:00:00+00:00'").await;
    assert_eq!(door.send(&one_text(NUMBER, &deniz(), "wamid.2", "Merhaba")).await, 200);
    counted(&app, "hook_item", 3).await;
    let database = app.database();
    let options = db::Options {
        url: database.url.clone(),
        admin_url: database.owner_url.clone(),
        max_connections: 2,
        synchronous: "full".to_owned(),
    };
    let broom =
        db::Db::open(&options, tokio::runtime::Handle::current()).await.expect("a database");
    janitor::sweep_all(&broom, &Clock::system()).await.expect("a sweep");
    broom.close().await;
    assert_eq!(keys(&admin).await, ["message:wamid.2"]);
    assert_eq!(database.count("hook").await, 1);
    assert_eq!(door.send(&one_text(NUMBER, &deniz(), "wamid.3", "Merhaba")).await, 200);
    counted(&app, "hook_item", 2).await;
}

async fn who_guesses_at_doors_slows_down_nobody_else(kind: Kind) {
    let settings = Settings::default().with("limits.login_failures_per_minute", 3);
    let app = TestApp::start_with(kind, settings).await;
    let admin = app.tenant().await;
    let (_, door) = connected(&admin).await;
    let mut seen = Vec::new();
    for n in 0..8 {
        let nowhere = format!("{}/hooks/meta/{}{n}", app.base(), "a".repeat(42));
        seen.push(App::new(&nowhere, SECRET).send(&json!({})).await);
    }
    assert_eq!((seen[0], seen[7]), (404, 429), "{seen:?}");
    // the door was not asked for before: it is found all the same
    assert_eq!(door.send(&one_text(NUMBER, &deniz(), "wamid.1", "Merhaba")).await, 200);
    assert_eq!(door.shake(TOKEN, "1158201444").await.0, 200);
    admin.login().await;
    app.database().drop_now().await;
}

async fn a_connection_has_a_measure_of_its_own(kind: Kind) {
    let settings = Settings::default().with("limits.hooks_per_connection_per_minute", 4);
    let app = TestApp::start_with(kind, settings).await;
    let admin = app.tenant().await;
    let (_, door) = connected(&admin).await;
    let (_, other) = connected(&admin).await;
    // what is not signed costs nothing
    for _ in 0..6 {
        assert_eq!(door.send_signed(b"{}".to_vec(), "sha256=0").await, 401);
    }
    let message = |n: usize| one_text(NUMBER, &deniz(), &format!("wamid.{n}"), "Merhaba");
    for n in 0..4 {
        assert_eq!(door.send(&message(n)).await, 200);
    }
    assert_eq!(door.send(&message(4)).await, 429);
    assert_eq!(app.database().count("hook").await, 4);
    // a large one counts as several
    let large = one_text(NUMBER, &deniz(), "wamid.9", &"x".repeat(20_000));
    assert_eq!(other.send(&large).await, 200);
    assert_eq!(other.send(&message(5)).await, 429);
    app.database().drop_now().await;
}

/// A list shows no bodies, so it does not read them either: those of a page may be hundreds of megabytes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_read_no_bodies() {
    let app = TestApp::start(Kind::Sqlite).await;
    let admin = app.tenant().await;
    let (_, door) = connected(&admin).await;
    assert_eq!(door.send(&one_text(NUMBER, &deniz(), "wamid.1", "Merhaba")).await, 200);
    counted(&app, "hook_item", 1).await;
    // no text: whoever reads it fails
    run(&app, "UPDATE hook SET body = x'ff'").await;
    run(&app, "UPDATE hook_item SET raw = x'ff'").await;
    let hooks = admin.get("/channels/hooks").await.ok();
    assert_eq!(hooks["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(keys(&admin).await, ["message:wamid.1"]);
    let path = format!("/channels/hooks/{}", hooks["items"][0]["id"].as_str().expect("an id"));
    admin.get(&path).await.problem(500, "internal");
}

//! `kill -9` while ten thousand reminders fall due, again and again: each fires exactly once, and whose it is hears of
//! each exactly once. The same with two servers on one database, of which one dies.
use std::{collections::BTreeSet, time::Duration};

use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};
use tests::{Cluster, Database, Kind, Process, Settings, User, unique, with_both, within};

with_both!(ten_thousand_reminders_fire_once_through_three_kills);

const REMINDERS: usize = 10_000;
/// Commands of one request.
const PART: usize = 100;
/// For making them all; what is not made by then falls due at once.
const LEAD_SECONDS: i64 = 30;

async fn make(admin: &User, count: usize, due: &str) {
    // a customer holds no more than 200 open ones
    let customer = admin.customer("Çok hatırlanan", json!({})).await;
    for part in 0..count / PART {
        let topic = if part == 0 { format!("customer:{customer}") } else { "me".to_owned() };
        let commands: Vec<Value> = (0..PART)
            .map(|n| {
                let d = json!({ "text": format!("{part}/{n}"), "due_at": due });
                json!({ "id": unique("r"), "topic": topic, "op": "reminder.add", "d": d })
            })
            .collect();
        let answer = admin.post("/commands", json!(commands)).await.ok();
        let results = answer["results"].as_array().expect("results");
        assert!(results.iter().all(|result| result["ok"] == true), "{answer}");
    }
}

fn due_in(seconds: i64) -> String {
    let due = Utc::now() + chrono::Duration::seconds(seconds);
    due.to_rfc3339_opts(SecondsFormat::Secs, true)
}

async fn fired(database: &Database) -> usize {
    let fired = database.count("reminder WHERE fired_at IS NOT NULL").await;
    usize::try_from(fired).expect("a count")
}

async fn wait_for(database: &Database, count: usize) {
    within(Duration::from_secs(180), "reminders that fire", || async {
        let fired = fired(database).await;
        if fired >= count { Ok(()) } else { Err(fired) }
    })
    .await;
}

/// Each reminder's id once in the journal of its person, and one notification for each.
async fn each_once(database: &Database, count: usize) {
    let events = database
        .rows("SELECT payload FROM event WHERE op = 'reminder.fired' AND topic LIKE 'user:%'")
        .await;
    let ids: BTreeSet<String> = events
        .iter()
        .map(|row| {
            let d: Value =
                serde_json::from_str(row["payload"].as_str().expect("a payload")).expect("JSON");
            d["reminder"]["id"].as_str().expect("an id").to_owned()
        })
        .collect();
    assert_eq!((events.len(), ids.len()), (count, count), "fired, and different");
    let told = database.count("notification WHERE kind = 'reminder_due'").await;
    assert_eq!(usize::try_from(told), Ok(count));
    let added = database.count("event WHERE op = 'notification.added'").await;
    assert_eq!(usize::try_from(added), Ok(count));
    assert_eq!(database.count("reminder WHERE fire_at IS NOT NULL").await, 0);
}

async fn ten_thousand_reminders_fire_once_through_three_kills(kind: Kind) {
    let database = Database::fresh(kind).await;
    let settings = Settings::default();
    let mut server = Process::start(&database, &settings).await;
    let admin = User::stranger_at(&server.base).register(&unique("isletme")).await;
    make(&admin, REMINDERS, &due_in(LEAD_SECONDS)).await;
    let mut interrupted = 0;
    for share in [REMINDERS / 10, REMINDERS * 4 / 10, REMINDERS * 7 / 10] {
        wait_for(&database, share).await;
        server.kill();
        interrupted += usize::from(fired(&database).await < REMINDERS);
        server = Process::start(&database, &settings).await;
    }
    assert!(interrupted > 0, "no kill came in the middle");
    wait_for(&database, REMINDERS).await;
    each_once(&database, REMINDERS).await;

    let admin = admin.at(&server.base).login().await;
    let counts = admin.get("/reminders/counts").await.ok();
    assert_eq!(counts["overdue"], json!(REMINDERS));
    let mut socket = admin.socket().await;
    assert_eq!(socket.snapshot("me").await["d"]["unread"], json!(REMINDERS));
    drop(server);
    database.drop_now().await;
}

/// Both find the same reminders at the same second; the database says who fires which.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_fire_each_once_and_one_may_die() {
    const COUNT: usize = 2_000;
    let Some(mut cluster) = Cluster::start(2).await else { return };
    let admin = cluster.tenant().await;
    make(&admin.at(cluster.base(1)), COUNT, &due_in(10)).await;
    wait_for(cluster.database(), COUNT / 4).await;
    cluster.kill(0);
    cluster.revive(0).await;
    wait_for(cluster.database(), COUNT).await;
    each_once(cluster.database(), COUNT).await;
    cluster.finish().await;
}

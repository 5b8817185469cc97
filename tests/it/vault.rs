//! The master key and what it wraps: changed halfway, by two at once, and gone.
use sea_orm::ConnectionTrait;
use serde_json::json;
use tests::{Database, Kind, Process, Settings, User, simulators::meta::App, unique};

use crate::channels::{SECRET, TOKEN, connected};

const OLD: &str = "only-for-tests-only-for-tests-only-for-tests";

fn new_key() -> Settings {
    Settings::default().with("keys.master", "y".repeat(40))
}

async fn run(database: &Database, sql: &str) {
    let db = database.connect().await;
    db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let _ = db.close().await; // nothing is asked of it any more
}

/// A tenant's door, wherever its server listens.
struct Door(String);

impl Door {
    async fn of(admin: &User) -> Self {
        let (_, app) = connected(admin).await;
        Self(app.url.rsplit_once("/hooks/").expect("a door").1.to_owned())
    }

    /// What the handshake comes to: only who opens the verify token can answer 200.
    async fn shakes(&self, server: &Process) -> u16 {
        App::new(&format!("{}/hooks/{}", server.base, self.0), SECRET).shake(TOKEN, "1").await.0
    }
}

/// A rotation that died halfway, or a node that still had the old key, leaves keys under the old master.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_that_died_halfway_is_finished_by_the_next_start() {
    let database = Database::fresh(Kind::Sqlite).await;
    let server = Process::start(&database, &Settings::default()).await;
    let (one, two) = (
        Door::of(&User::stranger_at(&server.base).register(&unique("isletme")).await).await,
        Door::of(&User::stranger_at(&server.base).register(&unique("isletme")).await).await,
    );
    server.terminate().await;
    run(&database, "CREATE TABLE kept AS SELECT tenant_id, wrapped, master FROM data_key").await;
    let both = new_key().with("keys.previous", OLD);
    Process::start(&database, &both).await.terminate().await;
    assert_eq!(database.count("data_key k JOIN kept b ON b.wrapped = k.wrapped").await, 0);

    // one of the two is as it was, though the mark is the new one's
    run(
        &database,
        "UPDATE data_key SET (wrapped, master) = (SELECT wrapped, master FROM kept b \
         WHERE b.tenant_id = data_key.tenant_id) \
         WHERE tenant_id = (SELECT min(tenant_id) FROM data_key)",
    )
    .await;
    let (status, said) = Process::refuses(&database, &new_key()).await;
    assert!(!status.success() && said.contains("keys.previous"), "{said}");
    let server = Process::start(&database, &both).await;
    assert_eq!((one.shakes(&server).await, two.shakes(&server).await), (200, 200));
    server.terminate().await;
    let server = Process::start(&database, &new_key()).await;
    assert_eq!((one.shakes(&server).await, two.shakes(&server).await), (200, 200));
    server.terminate().await;

    // and one that neither of them wrapped is nobody's to guess
    run(&database, "UPDATE data_key SET master = 'a third'").await;
    let (status, said) = Process::refuses(&database, &both).await;
    assert!(!status.success() && said.contains("keys.master"), "{said}");
    database.drop_now().await;
}

/// A key that has sealed nothing yet is nothing to lose: a server on a new disk starts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_key_is_taken_as_long_as_nothing_was_sealed() {
    let database = Database::fresh(Kind::Sqlite).await;
    let server = Process::start(&database, &Settings::default()).await;
    User::stranger_at(&server.base).register(&unique("isletme")).await;
    server.terminate().await;
    let server = Process::start(&database, &new_key()).await;
    assert_eq!(database.count("directory WHERE kind = 'master'").await, 1);
    let admin = User::stranger_at(&server.base).register(&unique("isletme")).await;
    let door = Door::of(&admin).await;
    assert_eq!(door.shakes(&server).await, 200);
    server.terminate().await;
    let (status, said) = Process::refuses(&database, &Settings::default()).await;
    assert!(!status.success() && said.contains("keys.master"), "{said}");
    let server = Process::start(&database, &new_key()).await;
    assert_eq!(door.shakes(&server).await, 200);
    server.terminate().await;
    database.drop_now().await;
}

/// Two first starts with different keys: neither may seal what the other cannot open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_with_two_marks_is_nobodys() {
    let database = Database::fresh(Kind::Sqlite).await;
    Process::start(&database, &Settings::default()).await.terminate().await;
    run(
        &database,
        "INSERT INTO directory (kind, key, tenant_id, user_id) \
         VALUES ('master', 'zzzz', zeroblob(16), zeroblob(16))",
    )
    .await;
    let (status, said) = Process::refuses(&database, &Settings::default()).await;
    assert!(!status.success() && said.contains("keys.master"), "{said}");
    assert_eq!(
        database.count("directory WHERE kind = 'master'").await,
        2,
        "nobody's is taken back"
    );
    run(&database, "DELETE FROM directory WHERE key = 'zzzz'").await;
    Process::start(&database, &Settings::default()).await.terminate().await;
    database.drop_now().await;
}

/// A node that still has the old key while another has changed it makes no key that nobody could open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_key_is_made_under_a_master_that_was_changed() {
    let database = Database::fresh(Kind::Sqlite).await;
    let server = Process::start(&database, &Settings::default()).await;
    let admin = User::stranger_at(&server.base).register(&unique("isletme")).await;
    run(&database, "UPDATE directory SET key = 'another' WHERE kind = 'master'").await;
    let body = json!({ "name": "Yeni", "app_secret": SECRET, "verify_token": TOKEN });
    admin.post("/connections", body).await.problem(500, "internal");
    assert_eq!(database.count("data_key").await, 0);
    server.kill();
    database.drop_now().await;
}

/// What was sealed under a key that is gone is an alarm, and no reason for a fresh one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_gone_is_not_made_anew() {
    let database = Database::fresh(Kind::Sqlite).await;
    let server = Process::start(&database, &Settings::default()).await;
    let door = Door::of(&User::stranger_at(&server.base).register(&unique("isletme")).await).await;
    assert_eq!(door.shakes(&server).await, 200);
    server.terminate().await;
    run(&database, "DELETE FROM data_key").await;
    let server = Process::start(&database, &Settings::default()).await;
    assert_eq!(door.shakes(&server).await, 500);
    assert_eq!(database.count("data_key").await, 0);
    server.kill();
    database.drop_now().await;
}

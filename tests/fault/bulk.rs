//! A node dies in the middle of work on many customers: it goes on, and everybody is changed exactly once.
use std::time::Duration;

use serde_json::{Value, json};
use tests::{Board, Cluster, Database, Kind, Process, Settings, User, unique, with_both, within};

use crate::bulk::{crowd, start};

with_both!(a_killed_server_goes_on_where_it_was);

const CARDS: usize = 1_200;
/// The lease of the dead node's job has to end first.
const LONG: Duration = Duration::from_secs(150);

/// Begins to move all cards, and waits until some stand there and some do not.
async fn half_way(admin: &User, board: &Board) -> String {
    crowd(admin, board, CARDS).await;
    let action = json!({ "do": "move", "board": board.id, "stage": board.stages[1].1 });
    let ask = json!({ "filter": { "stage": [board.first_stage()] }, "action": action });
    let bulk = start(admin, ask).await;
    within(LONG, "the middle", || async {
        let now = admin.get(&format!("/bulks/{bulk}")).await.ok();
        if now["done"].as_u64() > Some(0) { Ok(()) } else { Err(now) }
    })
    .await;
    bulk
}

async fn each_once(database: &Database, admin: &User, board: &Board, bulk: &str) {
    let done = within(LONG, "the end", || async {
        let now = admin.get(&format!("/bulks/{bulk}")).await.ok();
        if now["state"] == "done" { Ok(now) } else { Err(now) }
    })
    .await;
    let all = (&json!(CARDS), &json!(0));
    assert_eq!((&done["changed"], &done["failed_count"]), all, "{done}");
    let state = board.read(admin).await;
    assert_eq!(state.cards_in(&board.stages[1].1).len(), CARDS);
    let told = database.count("event WHERE op = 'card.moved' AND topic LIKE 'customer:%'").await;
    assert_eq!(usize::try_from(told), Ok(CARDS), "a word for each on its own story");
    let said = database.count("event WHERE op = 'card.moved_many'").await;
    assert_eq!(usize::try_from(said), Ok(CARDS / 200), "a word for two hundred on the board");
    let first = database.count("card WHERE version <> 2").await;
    assert_eq!(first, 0, "cards that were moved more or less than once");
    within(Duration::from_secs(10), "the notice", || async {
        let told: Value = admin.get("/notifications").await.ok();
        let ended = |one: &&Value| one["kind"] == "bulk_done";
        match told["items"].as_array().into_iter().flatten().filter(ended).count() {
            1 => Ok(()),
            _ => Err(told),
        }
    })
    .await;
}

async fn a_killed_server_goes_on_where_it_was(kind: Kind) {
    let database = Database::fresh(kind).await;
    let settings = Settings::default();
    let server = Process::start(&database, &settings).await;
    let admin = User::stranger_at(&server.base).register(&unique("isletme")).await;
    let board = admin.default_board().await;
    let bulk = half_way(&admin, &board).await;
    server.kill();
    let cut = database.count("bulk WHERE state = 'running'").await;
    assert_eq!(cut, 1, "killed too late");
    let server = Process::start(&database, &settings).await;
    each_once(&database, &admin.at(&server.base), &board, &bulk).await;
    drop(server);
    database.drop_now().await;
}

/// Whichever of the two does the work: the other one goes on with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_other_server_goes_on() {
    let Some(mut cluster) = Cluster::start(2).await else { return };
    let admin = cluster.tenant().await;
    let there = admin.at(cluster.base(1));
    let board = admin.default_board().await;
    let bulk = half_way(&there, &board).await;
    let holder = holder(&cluster).await;
    cluster.kill(holder);
    let cut = cluster.database().count("bulk WHERE state = 'running'").await;
    assert_eq!(cut, 1, "killed too late");
    let alive = admin.at(cluster.base(1 - holder));
    each_once(cluster.database(), &alive, &board, &bulk).await;
    cluster.finish().await;
}

/// The server that works now: the one that has done more of its commands.
async fn holder(cluster: &Cluster) -> usize {
    let (first, second) = (chunks(cluster, 0).await, chunks(cluster, 1).await);
    usize::from(second > first)
}

async fn chunks(cluster: &Cluster, server: usize) -> u64 {
    let figures = reqwest::get(format!("{}/metrics", cluster.base(server))).await;
    let text = figures.expect("figures").text().await.expect("a text");
    let counts = |line: &&str| line.starts_with("nabiz_commands") && line.contains("bulk.work");
    let line = text.lines().find(counts).and_then(|line| line.rsplit(' ').next());
    line.map_or(0, |count| count.parse().expect("a count"))
}

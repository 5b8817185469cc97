//! A node dies in the middle of an import: another one takes it over, and every row is there exactly once.
use std::time::Duration;

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use tests::{Cluster, User, within};

const ROWS: usize = 6_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_at_the_other_server_when_its_own_dies() {
    let Some(mut cluster) = Cluster::start(2).await else { return };
    let admin = cluster.tenant().await;
    let there = admin.at(cluster.base(1));
    let rows: String =
        (0..ROWS).map(|n| format!("Müşteri {n};053{:08}\n", 20_000_000 + n)).collect();
    let file = Part::bytes(format!("Ad Soyad;Telefon\n{rows}").into_bytes()).file_name("uzun.csv");
    let form = Form::new().part("file", file);
    let import = admin.send(admin.request(Method::POST, "/imports").multipart(form)).await.ok();
    let path = format!("/imports/{}", import["id"].as_str().expect("an id"));
    let board = admin.default_board().await;
    let choice = json!({ "options": { "board_id": board.id, "stage_id": board.first_stage() } });
    admin.post(&format!("{path}/commit"), choice).await.ok();

    // whichever of the two has the job: it dies in the middle
    let middle = |now: &Value| now["done"].as_u64().is_some_and(|done| done > 0);
    let state = |user: User, path: String| async move { user.get(&path).await.ok() };
    within(Duration::from_secs(60), "the middle", || async {
        let now = state(there.clone(), path.clone()).await;
        if middle(&now) { Ok(()) } else { Err(now) }
    })
    .await;
    let holder = holder(&cluster).await;
    cluster.kill(holder);
    let alive = admin.at(cluster.base(1 - holder));
    let before = alive.get(&path).await.ok();
    assert_eq!(before["state"], "running", "killed too late: {before}");

    let done = within(Duration::from_secs(150), "the end", || async {
        let now = state(alive.clone(), path.clone()).await;
        if now["state"] == "done" { Ok(now) } else { Err(now) }
    })
    .await;
    assert_eq!((&done["created"], &done["failed"]), (&json!(ROWS), &json!(0)), "{done}");
    assert_eq!(alive.get("/customers").await.ok()["total"], json!(ROWS));
    assert_eq!(board.read(&alive).await.cards.len(), ROWS);
    let database = cluster.database();
    assert_eq!(usize::try_from(database.count("import_row").await), Ok(ROWS));
    let told = database.count("event WHERE op = 'customer.imported'").await;
    assert_eq!(usize::try_from(told), Ok(ROWS), "each row exactly once");
    cluster.finish().await;
}

/// The server that writes the import now: the one whose count of chunks moves.
async fn holder(cluster: &Cluster) -> usize {
    let before = [chunks(cluster, 0).await, chunks(cluster, 1).await];
    within(Duration::from_secs(60), "the next chunk", || async {
        for (server, before) in before.iter().enumerate() {
            if chunks(cluster, server).await > *before {
                return Ok(server);
            }
        }
        Err(before)
    })
    .await
}

async fn chunks(cluster: &Cluster, server: usize) -> u64 {
    let figures = reqwest::get(format!("{}/metrics", cluster.base(server))).await;
    let text = figures.expect("figures").text().await.expect("a text");
    let counts = |line: &&str| line.starts_with("nabiz_commands") && line.contains("import.work");
    let line = text.lines().find(counts).and_then(|line| line.rsplit(' ').next());
    line.map_or(0, |count| count.parse().expect("a count"))
}

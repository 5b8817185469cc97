//! `nabiz backup` and `restore` of the embedded database, on a server that is being written to.
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tests::{Database, Kind, Process, Settings, User, unique};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_live_server_restores_to_one_moment() {
    let database = Database::fresh(Kind::Sqlite).await;
    let settings = Settings::default();
    let server = Process::start(&database, &settings).await;
    let admin = User::stranger_at(&server.base).register(&unique("isletme")).await;
    let board = admin.default_board().await;
    for n in 0..20 {
        board.card(&admin, "Potansiyel", &format!("Önce {n}")).await;
    }
    let mut screen = admin.socket().await;
    screen.snapshot(&board.topic).await;
    let position = screen.position(&board.topic).expect("a position");

    // Somebody goes on working while the copy is made.
    let stop = AtomicBool::new(false);
    let file = database.folder().join("yedek.db");
    let path = file.to_str().expect("a path").to_owned();
    let work = async {
        let mut made = 0;
        while !stop.load(Ordering::Relaxed) {
            board.card(&admin, "Randevu", &format!("Sırada {made}")).await;
            made += 1;
        }
        made
    };
    let copy = async {
        let (database, settings) = (database.clone(), settings.clone());
        let done = tokio::task::spawn_blocking(move || {
            Process::run(&database, &settings, &["backup", &path])
        })
        .await;
        stop.store(true, Ordering::Relaxed);
        done.expect("a backup that ran")
    };
    let (made, done) = tokio::join!(work, copy);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(made > 0, "nobody wrote meanwhile");
    let verified = Process::run(&database, &settings, &["verify", file.to_str().expect("a path")]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    drop(server);

    // Into an empty place, with the same secret.
    let target = Database::fresh(Kind::Sqlite).await;
    let restored = Process::run(&target, &settings, &["restore", file.to_str().expect("a path")]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let server = Process::start(&target, &settings).await;
    let back = admin.at(&server.base).login().await;
    let state = board.read(&back).await;
    assert!((20..=20 + made).contains(&state.cards.len()), "{} cards", state.cards.len());
    let titles: Vec<&str> =
        state.cards.values().filter_map(|card| card["title"].as_str()).collect();
    for n in 0..20 {
        assert!(
            titles.contains(&&*format!("Önce {n}")),
            "Önce {n} was acknowledged before the copy began"
        );
    }
    // A restored topic is another epoch: nobody resumes into a history that never was.
    let mut again = back.socket().await;
    let subbed = again.sub(&board.topic, json!({ "since": position })).await;
    assert_eq!(subbed["mode"], "snapshot", "{subbed}");
    assert_ne!(subbed["epoch"], position["epoch"]);
    board.card(&back, "Kapora", "Sonra").await;
}

#[tokio::test]
async fn a_damaged_backup_is_noticed_and_overwrites_nothing() {
    let database = Database::fresh(Kind::Sqlite).await;
    let settings = Settings::default();
    let server = Process::start(&database, &settings).await;
    let admin = User::stranger_at(&server.base).register(&unique("isletme")).await;
    drop(server);
    let file = database.folder().join("bozuk.db");
    std::fs::write(&file, b"SQLite format 3\0 and then nothing of sense".repeat(100))
        .expect("a file");
    let path = file.to_str().expect("a path");

    for command in ["verify", "restore"] {
        let done = Process::run(&database, &settings, &[command, path]);
        assert!(!done.status.success(), "{command} took a damaged file");
    }
    let server = Process::start(&database, &settings).await;
    admin.at(&server.base).login().await.get("/me").await.ok();
}

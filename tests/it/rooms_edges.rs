//! What no client of ours would say in a room, many at once, and what is found again.
use serde_json::{Value, json};
use tests::{TestApp, User, on_both};

on_both!(
    strange_messages_are_refused_by_their_field,
    many_who_speak_at_once_are_numbered_without_a_hole,
    a_repeated_message_is_said_once,
    words_are_found_page_by_page,
    common_words_are_found_too,
    what_is_common_elsewhere_is_rare_here,
    long_talks_come_in_parts,
);

async fn group(by: &User, name: &str, members: &[&User]) -> String {
    let ids: Vec<&str> = members.iter().map(|user| user.id()).collect();
    let d = json!({ "kind": "group", "name": name, "members": ids });
    let made = by.command("rooms", "room.create", d).await;
    format!("room:{}", made["d"]["room"]["id"].as_str().expect("a room"))
}

async fn strange_messages_are_refused_by_their_field(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let on = group(&ayse, "Bir", &[&mehmet]).await;
    let other = group(&ayse, "İki", &[]).await;
    let foreign = ayse.command(&other, "message.send", json!({ "text": "başka oda" })).await;
    let foreign = foreign["d"]["message"]["id"].clone();
    for (field, bad) in [
        ("text", json!({ "text": "" })),
        ("text", json!({ "text": " \n\t " })),
        ("text", json!({ "text": "a\u{0}b" })),
        ("text", json!({ "text": "a\u{7}b" })),
        ("text", json!({ "text": "ş".repeat(8_001) })),
        ("text", json!({})),
        ("reply_to", json!({ "text": "x", "reply_to": foreign })),
        ("id", json!({ "text": "x", "id": foreign })),
        ("id", json!({ "text": "x", "id": "5d3c1f2e-0000-4000-8000-000000000000" })),
        ("mentions", json!({ "text": "x", "mentions": vec![mehmet.id(); 1_000] })),
        ("kind", json!({ "text": "x", "kind": "system" })),
    ] {
        let refused = ayse.command_refused(&on, "message.send", bad, "invalid").await;
        assert_eq!(refused["error"]["errors"][0]["field"], field, "{refused}");
    }
    for op in ["message.edit", "message.delete", "message.restore"] {
        let d = match op {
            "message.edit" => json!({ "message": foreign, "text": "x" }),
            _ => json!({ "message": foreign }),
        };
        ayse.command_refused(&on, op, d, "not_found").await;
    }
    let huge = json!({ "id": "h", "topic": on, "op": "message.send", "d": { "text": "x".repeat(10 << 20) } });
    assert_eq!(ayse.post("/commands", huge).await.status, 413);
    for topic in ["room:x", "rooms", "me", "tenant", "room:0190aaaa-0000-7000-8000-000000000000"] {
        let refused = ayse.try_command(topic, "message.send", json!({ "text": "x" })).await;
        assert_eq!(refused["ok"], false, "{topic}");
    }
    ayse.command(&on, "message.send", json!({ "text": "ş".repeat(8_000) })).await;
    assert_eq!(app.database().count("message").await, 2);
}

async fn many_who_speak_at_once_are_numbered_without_a_hole(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let on = group(&ayse, "Kalabalık", &[&mehmet]).await;
    let mut hears = mehmet.subscribe(&on).await;
    let say = |by: User, n: usize| {
        let on = on.clone();
        async move { by.command(&on, "message.send", json!({ "text": format!("{n}") })).await }
    };
    let all = (0..40).map(|n| say(if n % 2 == 0 { ayse.clone() } else { mehmet.clone() }, n));
    futures_util::future::join_all(all).await;
    let mut heard = Vec::new();
    while heard.len() < 40 {
        let n = hears.event("message.sent").await["d"]["message"]["n"].as_i64().expect("n");
        heard.push(n);
    }
    assert_eq!(heard, (1..=40).collect::<Vec<_>>());
    hears.check();
}

async fn a_repeated_message_is_said_once(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let on = group(&ayse, "Tekrar", &[&mehmet]).await;
    let d = json!({ "text": "bir kere", "id": "0190aaaa-0000-7000-8000-00000000beef" });
    let first = ayse.try_command_as("ayni", &on, "message.send", d.clone()).await;
    let again = ayse.try_command_as("ayni", &on, "message.send", d).await;
    assert_eq!((&again["ok"], &again["d"]), (&json!(true), &first["d"]));
    assert_eq!(app.database().count("message").await, 1);
}

fn found(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().expect("items").iter();
    items.map(|hit| hit["message"]["text"].as_str().expect("a text")).collect()
}

async fn words_are_found_page_by_page(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let on = group(&ayse, "Arama", &[&mehmet]).await;
    let hidden = group(&ayse, "Gizli", &[]).await;
    for n in 0..7 {
        let by = if n % 2 == 0 { &ayse } else { &mehmet };
        let text = format!("Kırmızı kapı {n} için teklif");
        by.command(&on, "message.send", json!({ "text": text })).await;
    }
    ayse.command(&hidden, "message.send", json!({ "text": "kırmızı kapı, gizlice" })).await;
    let first = mehmet.get("/messages/search?q=KAPI kırm&limit=4").await.ok();
    assert_eq!(found(&first)[0], "Kırmızı kapı 6 için teklif");
    let cursor = first["next_cursor"].as_str().expect("more");
    let rest =
        mehmet.get(&format!("/messages/search?q=KAPI kırm&limit=4&cursor={cursor}")).await.ok();
    assert_eq!((found(&first).len(), found(&rest).len()), (4, 3), "{rest}");
    assert_eq!(rest["next_cursor"], Value::Null);
    assert_eq!(first["items"][0]["room"]["name"], "Arama");
    let mine = mehmet.get(&format!("/messages/search?q=teklif&by={}", mehmet.id())).await.ok();
    assert_eq!(found(&mine).len(), 3);
    let room = &hidden[5..];
    assert_eq!(
        found(&ayse.get(&format!("/messages/search?q=kapi&room={room}")).await.ok()).len(),
        1
    );
    assert!(
        found(&mehmet.get(&format!("/messages/search?q=kapi&room={room}")).await.ok()).is_empty()
    );
    for nothing in ["", "?q=", "?q=%20.", "?q=yoktur"] {
        assert!(found(&mehmet.get(&format!("/messages/search{nothing}")).await.ok()).is_empty());
    }
}

/// More bearers than are read one by one: filled below the server, as an old house is.
async fn common_words_are_found_too(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let on = group(&ayse, "Eski", &[&mehmet]).await;
    let hidden = group(&ayse, "Sessiz", &[]).await;
    let db = app.database();
    tests::fill_room(db, ayse.tenant_id(), &on[5..], ayse.id(), 10_400, "tamam efendim").await;
    ayse.command(&hidden, "message.send", json!({ "text": "tamam ama gizli" })).await;
    let first = mehmet.get("/messages/search?q=tama&limit=50").await.ok();
    assert_eq!(found(&first).len(), 50);
    assert!(found(&first).iter().all(|text| text.starts_with("tamam efendim")), "{first}");
    let cursor = first["next_cursor"].as_str().expect("more");
    let next = mehmet.get(&format!("/messages/search?q=tama&limit=50&cursor={cursor}")).await.ok();
    let numbers = |page: &Value| -> Vec<i64> {
        let items = page["items"].as_array().expect("items").iter();
        items.map(|hit| hit["message"]["n"].as_i64().expect("n")).collect()
    };
    let all: Vec<i64> = numbers(&first).into_iter().chain(numbers(&next)).collect();
    assert_eq!(all, (10_301..=10_400).rev().collect::<Vec<_>>());
    let room = format!("/messages/search?q=tama efen&limit=10&room={}", &on[5..]);
    assert_eq!(numbers(&mehmet.get(&room).await.ok()), (10_391..=10_400).rev().collect::<Vec<_>>());
}

/// Others say a word all day long: whoever is not in their room has one's own few at once, and no more to ask for.
async fn what_is_common_elsewhere_is_rare_here(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let loud = group(&ayse, "Gürültülü", &[]).await;
    let db = app.database();
    tests::fill_room(db, ayse.tenant_id(), &loud[5..], ayse.id(), 25_000, "tamam efendim").await;
    let on = group(&ayse, "Sakin", &[&mehmet]).await;
    for text in ["tamam", "olur", "tamamdır efendim"] {
        ayse.command(&on, "message.send", json!({ "text": text })).await;
    }
    let page = mehmet.get("/messages/search?q=tamam").await.ok();
    assert_eq!(found(&page), ["tamamdır efendim", "tamam"]);
    assert_eq!(page["next_cursor"], Value::Null, "that was all");
    let both = mehmet.get("/messages/search?q=tamam efen").await.ok();
    assert_eq!((found(&both), &both["next_cursor"]), (vec!["tamamdır efendim"], &Value::Null));
}

async fn long_talks_come_in_parts(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let on = group(&ayse, "Uzun", &[&mehmet]).await;
    for n in 0..12 {
        let text = format!("{n} {}", "ğ".repeat(7_900));
        ayse.command(&on, "message.send", json!({ "text": text })).await;
    }
    let mut socket = mehmet.socket().await;
    let subbed = socket.sub(&on, json!({})).await;
    assert_eq!(subbed["mode"], "snapshot");
    let last = |f: &Value| f["t"] == "snap" && f["last"] == true;
    socket.find("the last part", last).await;
    let parts: Vec<Value> = socket
        .frames()
        .into_iter()
        .filter(|f| f["t"] == "snap" && f["topic"] == on.as_str())
        .collect();
    assert!(parts.len() > 2 && parts.iter().all(|part| part.to_string().len() < 61_440));
    let numbers: Vec<i64> = parts
        .iter()
        .flat_map(|part| part["d"]["messages"].as_array().expect("messages"))
        .map(|message| message["n"].as_i64().expect("n"))
        .collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    let listed = mehmet.get("/rooms").await.ok()["items"][0].clone();
    let shown = listed["message"]["text"].as_str().expect("a text");
    assert_eq!(shown.chars().count(), 160, "{listed}");
}

/// Where texts are sorted by a language, a beginning is found all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_are_found_whatever_the_locale() {
    if !tests::Kind::Postgres.is_here() {
        return;
    }
    let database = tests::Database::linguistic().await;
    let app = TestApp::start_on(database, tests::Settings::default()).await;
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let on = group(&ayse, "Saha-9", &[&mehmet]).await;
    for n in ["1400", "15", "141 numara", "Işıl'ın 14-b kapısı"] {
        ayse.command(&on, "message.send", json!({ "text": n })).await;
    }
    for (q, hits) in [("14", 3), ("isi", 1), ("kapı", 1), ("1", 4), ("141 num", 1)] {
        let page = mehmet.get(&format!("/messages/search?q={q}")).await.ok();
        assert_eq!(found(&page).len(), hits, "{q}: {page}");
    }
    // notices of the room are found between their keys
    for _ in 0..11 {
        let d = json!({ "text": "@Mehmet", "mentions": [mehmet.id()] });
        ayse.command(&on, "message.send", d).await;
    }
    mehmet.command(&on, "room.read", json!({ "n": 10 })).await;
    let waiting = app.database().count("notification WHERE read_at IS NULL").await;
    assert_eq!(waiting, 5, "those after the tenth");
    // names are listed and paged in one order
    for name in ["Kanal 10", "Kanal 9", "kanal-a", "Kanal b"] {
        ayse.command("rooms", "room.create", json!({ "kind": "channel", "name": name })).await;
    }
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ayse.get(&format!("/rooms?kind=channel&limit=1{cursor}")).await.ok();
        let items = page["items"].as_array().cloned().expect("items");
        names.extend(items.iter().map(|room| room["name"].as_str().unwrap_or_default().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(names, ["Kanal 10", "Kanal 9", "Kanal b", "kanal-a"]);
}

/// By hand: `cargo nextest run -p tests --run-ignored only -E 'test(a_million_messages)' --no-capture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "fills a database of two gigabytes; prints figures"]
async fn a_million_messages_are_searched_in_time_on_sqlite() {
    tests::run(tests::Kind::Sqlite, a_million_messages).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "fills a database of two gigabytes; prints figures"]
async fn a_million_messages_are_searched_in_time_on_postgres() {
    tests::run(tests::Kind::Postgres, a_million_messages).await;
}

/// Until something is found or all was looked at, however many pages that takes.
async fn a_million_messages(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let words = ["tamam efendim", "fiyat teklifi bekliyor", "randevu iptal", "kapora geldi"];
    for (at, words) in words.into_iter().enumerate() {
        let members: &[&User] = if at == 0 { &[] } else { &[&mehmet] };
        let on = group(&ayse, &format!("Oda {at}"), members).await;
        let (db, tenant) = (app.database(), ayse.tenant_id());
        tests::fill_room(db, tenant, &on[5..], ayse.id(), 250_000, words).await;
    }
    let asked = [
        "fiyat",
        "te",
        "123456",
        "kelime77",
        "kapora kelime5",
        "tamam",
        "geldi kapora",
        "geldi fiyat",
        "yoktur",
    ];
    for q in asked {
        let mut took = Vec::new();
        for _ in 0..20 {
            let (begun, mut cursor, mut pages) = (std::time::Instant::now(), String::new(), 0);
            loop {
                let page = mehmet.get(&format!("/messages/search?q={q}{cursor}")).await.ok();
                pages += 1;
                match page["next_cursor"].as_str() {
                    Some(next) if found(&page).is_empty() => cursor = format!("&cursor={next}"),
                    _ => break,
                }
            }
            took.push((begun.elapsed(), pages));
        }
        took.sort_unstable();
        println!("{q}: p50 {:?}, p95 {:?}, {} pages", took[9].0, took[18].0, took[18].1);
        assert!(took[18].0 < std::time::Duration::from_millis(100), "{q}: {:?}", took[18]);
    }
}

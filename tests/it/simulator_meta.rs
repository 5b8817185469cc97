//! The simulator of Meta: it refuses what Meta refuses, and tells what became of what it took, with all its habits.
use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use tests::{
    TestApp, on_both,
    simulators::meta::{
        App, Graph, Habits,
        payloads::{DISPLAYED, Person},
    },
    within,
};

use crate::channels::{channel, connected};

on_both!(what_is_sent_comes_back_as_statuses, statuses_of_one_payload_come_back_too);

const NUMBER: &str = "2001";
const ACCOUNT: &str = "1001";

/// A Graph API whose webhooks nobody hears.
async fn alone() -> Graph {
    Graph::start(NUMBER, ACCOUNT, App::new("http://127.0.0.1:1/", "x"), Habits::default()).await
}

async fn post(graph: &Graph, token: &str, body: &Value) -> (u16, Value) {
    let url = format!("{}/v26.0/{NUMBER}/messages", graph.base);
    let request = reqwest::Client::new().post(url).bearer_auth(token).json(body);
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// The code of a refusal; 0 for what was taken.
async fn code(graph: &Graph, body: &Value) -> i64 {
    let (_, answer) = post(graph, &graph.token, body).await;
    answer["error"]["code"].as_i64().unwrap_or_default()
}

async fn get(graph: &Graph, path: &str) -> Value {
    let url =
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", graph.base) };
    let answer = reqwest::Client::new().get(url).bearer_auth(&graph.token).send().await;
    answer.expect("an answer").json().await.unwrap_or_default()
}

fn to(phone: &str) -> Value {
    json!({ "messaging_product": "whatsapp", "to": phone, "type": "text", "text": { "body": "Merhaba" } })
}

fn template(name: &str, to: Value, parameters: usize) -> Value {
    let parameters: Vec<Value> =
        (0..parameters).map(|n| json!({ "type": "text", "text": n.to_string() })).collect();
    let mut message = json!({ "messaging_product": "whatsapp", "type": "template", "template": {
        "name": name, "language": { "code": "tr" },
        "components": [{ "type": "body", "parameters": parameters }] } });
    for (field, value) in to.as_object().expect("a recipient") {
        message[field] = value.clone();
    }
    message
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_are_refused_as_meta_refuses_them() {
    let graph = alone().await;
    let deniz = Person::new("Deniz", "905550000101");
    assert_eq!(post(&graph, "another-token", &to("905550000101")).await.0, 401);
    assert_eq!(code(&graph, &to("905550000101")).await, 131_047, "nobody has written yet");
    graph.wrote(&deniz, "wamid.in", "Merhaba").await;
    let (status, answer) = post(&graph, &graph.token, &to("+905550000101")).await;
    assert_eq!((status, &answer["messages"][0]["message_status"]), (200, &json!("accepted")));
    assert_eq!(answer["contacts"][0], json!({ "input": "+905550000101", "wa_id": "905550000101" }));
    assert_eq!(
        code(&graph, &json!({ "messaging_product": "whatsapp", "to": "9", "type": "text" })).await,
        131_008
    );
    assert_eq!(code(&graph, &to(&format!("+{DISPLAYED}"))).await, 131_021);
    for empty in [json!({}), json!({ "body": "" }), json!([])] {
        let mut message = to("905550000101");
        message["text"] = empty;
        assert_eq!(code(&graph, &message).await, 131_008, "{message}");
    }
    let mut picture = to("905550000101");
    picture["type"] = json!("image");
    picture["image"] = json!({ "caption": "Bak" });
    assert_eq!(code(&graph, &picture).await, 131_008);
    let read =
        json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.in" });
    assert_eq!(post(&graph, &graph.token, &read).await.1, json!({ "success": true }));
    let mut unread = read.clone();
    unread["message_id"] = json!("wamid.nobody-wrote-this");
    assert_eq!(code(&graph, &unread).await, 131_009);
    unread["message_id"] = Value::Null;
    assert_eq!(code(&graph, &unread).await, 131_008);
    // too many to one person, by whichever id; a while later it goes on
    let mut by_id = to("905550000101");
    by_id["recipient"] = json!(deniz.user_id);
    by_id.as_object_mut().expect("a message").remove("to");
    let mut codes = Vec::new();
    for n in 0..5 {
        let message = if n % 2 == 0 { to("905550000101") } else { by_id.clone() };
        codes.push(code(&graph, &message).await);
    }
    assert_eq!(codes, [0, 0, 0, 0, 131_056]);
    graph.pass(Duration::from_secs(31));
    assert_eq!(code(&graph, &to("905550000101")).await, 0);
    graph.pass(Duration::from_secs(24 * 3_600));
    assert_eq!(code(&graph, &to("905550000101")).await, 131_047, "the window has closed");

    for (name, status, category) in [
        ("randevu", "APPROVED", "UTILITY"),
        ("kod", "APPROVED", "AUTHENTICATION"),
        ("yaz", "APPROVED", "MARKETING"),
        ("bekler", "PENDING", "UTILITY"),
        ("durdu", "PAUSED", "UTILITY"),
        ("kapali", "DISABLED", "UTILITY"),
    ] {
        graph.add_template(name, status, category, 2);
    }
    let deniz = json!({ "to": "905550000101" });
    assert_eq!(code(&graph, &template("randevu", deniz.clone(), 2)).await, 0);
    assert_eq!(code(&graph, &template("randevu", json!({ "recipient": "TR.7" }), 2)).await, 0);
    for (name, to, parameters, wanted) in [
        ("yok", deniz.clone(), 2, 132_001),
        ("bekler", deniz.clone(), 2, 132_001),
        ("durdu", deniz.clone(), 2, 132_015),
        ("kapali", deniz.clone(), 2, 132_016),
        ("randevu", deniz.clone(), 1, 132_000),
        ("kod", json!({ "recipient": "TR.7" }), 2, 131_062),
    ] {
        assert_eq!(code(&graph, &template(name, to, parameters)).await, wanted, "{name}");
    }
    graph.pass(Duration::from_secs(60));
    let mut last = 0;
    for n in 0..81 {
        last = code(&graph, &template("randevu", json!({ "to": format!("9055500002{n:02}") }), 2))
            .await;
    }
    assert_eq!(last, 130_429, "more than a number may send in a second");
    graph.revoke();
    assert_eq!(code(&graph, &to("905550000101")).await, 190);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_found_in_two_steps_and_templates_by_pages() {
    let graph = alone().await;
    let id = graph.add_media(b"resim", "image/jpeg");
    let found = get(&graph, &format!("/v26.0/{id}")).await;
    assert_eq!((&found["mime_type"], &found["file_size"]), (&json!("image/jpeg"), &json!(5)));
    let url = found["url"].as_str().expect("a link").to_owned();
    let fetch = |token: String| reqwest::Client::new().get(&url).bearer_auth(token).send();
    let file = fetch(graph.token.clone()).await.expect("an answer");
    assert_eq!(file.bytes().await.expect("bytes"), "resim");
    assert_eq!(fetch("another".to_owned()).await.expect("an answer").status(), 401);
    graph.pass(Duration::from_secs(5 * 60));
    assert_eq!(
        fetch(graph.token.clone()).await.expect("an answer").status(),
        404,
        "the link is dead"
    );
    assert!(get(&graph, &format!("/v26.0/{id}")).await["url"].is_string(), "the file is not");
    graph.pass(Duration::from_secs(7 * 24 * 3_600));
    assert_eq!(get(&graph, &format!("/v26.0/{id}")).await["error"]["code"], 100);

    for n in 0..5 {
        graph.add_template(&format!("t{n}"), "APPROVED", "UTILITY", 1);
    }
    let mut names = BTreeSet::new();
    let mut next = Some(format!("/v26.0/{ACCOUNT}/message_templates?limit=2"));
    while let Some(path) = next {
        let page = get(&graph, &path).await;
        let data = page["data"].as_array().expect("templates");
        names.extend(data.iter().filter_map(|one| one["name"].as_str().map(str::to_owned)));
        next = page["paging"]["next"].as_str().map(str::to_owned);
    }
    assert_eq!(names.len(), 5);
}

async fn what_is_sent_comes_back_as_statuses(app: TestApp) {
    let admin = app.tenant().await;
    let (made, door) = connected(&admin).await;
    channel(&admin, &made, "whatsapp", NUMBER).await;
    let habits = Habits { disorder: true, duplicates: true, batches: false };
    let graph = Graph::start(NUMBER, ACCOUNT, door, habits).await;
    let ece = Person::without_phone("Ece", "TR.7");
    assert!(graph.wrote(&ece, "wamid.in", "Merhaba").await);
    let reply = json!({ "messaging_product": "whatsapp", "recipient": "TR.7", "type": "text",
        "text": { "body": "Buyurun" }, "biz_opaque_callback_data": "bc:42:7" });
    let (_, answer) = post(&graph, &graph.token, &reply).await;
    let id = answer["messages"][0]["id"].as_str().expect("an id").to_owned();
    graph.add_template("yaz", "APPROVED", "MARKETING", 0);
    graph.stop_marketing(&Person::new("Deniz", "905550000101"));
    let (status, answer) =
        post(&graph, &graph.token, &template("yaz", json!({ "to": "905550000101" }), 0)).await;
    assert_eq!(status, 200, "it is only found out later");
    let unwanted = answer["messages"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(graph.taken().len(), 2);

    let wanted: BTreeSet<String> =
        ["message:wamid.in".to_owned(), format!("status:{unwanted}:failed")]
            .into_iter()
            .chain(["sent", "delivered", "read"].map(|word| format!("status:{id}:{word}")))
            .collect();
    let items = within(Duration::from_secs(20), "a message and four statuses", || async {
        let page = admin.get("/channels/ledger").await.ok();
        let items = page["items"].as_array().cloned().unwrap_or_default();
        let keys: BTreeSet<String> =
            items.iter().filter_map(|item| item["key"].as_str().map(str::to_owned)).collect();
        if keys == wanted && items.len() == 5 { Ok(items) } else { Err(page) }
    })
    .await;
    for item in items {
        let key = item["key"].as_str().expect("a key");
        if key.ends_with(":failed") {
            assert_eq!(item["d"]["faults"][0]["code"], 131_050, "{item}");
        } else {
            assert_eq!(item["contact"], "user:TR.7", "{item}");
        }
        if key.starts_with(&format!("status:{id}")) {
            assert_eq!(item["d"]["callback"], "bc:42:7", "{item}");
        }
    }
}

async fn statuses_of_one_payload_come_back_too(app: TestApp) {
    let admin = app.tenant().await;
    let (made, door) = connected(&admin).await;
    channel(&admin, &made, "whatsapp", NUMBER).await;
    let habits = Habits { disorder: true, duplicates: false, batches: true };
    let graph = Graph::start(NUMBER, ACCOUNT, door, habits).await;
    let deniz = Person::new("Deniz", "905550000101");
    graph.add_template("yaz", "APPROVED", "MARKETING", 0);
    graph.add_template("kod", "APPROVED", "UTILITY", 0);
    // whoever wants no marketing wants none by any id
    graph.stop_marketing(&deniz);
    let by_id = json!({ "recipient": deniz.user_id });
    let unwanted = post(&graph, &graph.token, &template("yaz", by_id.clone(), 0)).await.1;
    let wanted = post(&graph, &graph.token, &template("kod", by_id, 0)).await.1;
    let id = |answer: &Value| answer["messages"][0]["id"].as_str().expect("an id").to_owned();
    let mut keys: Vec<String> = ["sent", "delivered", "read"]
        .map(|word| format!("status:{}:{word}", id(&wanted)))
        .into_iter()
        .chain([format!("status:{}:failed", id(&unwanted))])
        .collect();
    keys.sort();
    within(Duration::from_secs(20), "four statuses", || async {
        let page = admin.get("/channels/ledger").await.ok();
        let items = page["items"].as_array().cloned().unwrap_or_default();
        let mut seen: Vec<String> =
            items.iter().filter_map(|item| item["key"].as_str().map(str::to_owned)).collect();
        seen.sort();
        if seen == keys { Ok(()) } else { Err(page) }
    })
    .await;
    assert_eq!(app.database().count("hook").await, 2, "one payload for each message");
}

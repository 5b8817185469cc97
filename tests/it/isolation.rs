//! Two tenants of the same shape, a canary word in every text of the second: nothing that the first can ask, hear or
//! send shows or changes anything of it. The routes come from the OpenAPI document, so a new one is never forgotten.
use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Subscriber, TestApp, User, on_both, unique};

on_both!(
    no_route_shows_another_tenant,
    no_route_changes_another_tenant,
    no_command_reaches_another_tenant,
    no_socket_hears_another_tenant,
);

/// In every text that the second tenant writes.
const CANARY: &str = "Kanaryakuşu";
const PHONE: &str = "+905321112233";

/// A tenant with a row of every kind, and the ids of all of them.
struct Furnished {
    admin: User,
    ids: BTreeSet<String>,
    board: String,
    stage: String,
    card: String,
    customer: String,
    note: String,
}

async fn furnish(app: &TestApp, word: &str, phone: &str) -> Furnished {
    let admin = app.tenant().await;
    let board = admin.board(&format!("{word} pano"), &[&format!("{word} aşama"), "İkinci"]).await;
    let customer = json!({
        "name": format!("{word} müşteri"), "company": format!("{word} şirket"), "phones": [phone],
        "emails": [format!("{}@{}.example", unique("k"), word.to_lowercase().replace('ş', "s"))], "tags": [format!("{word}-etiket")],
    });
    let d = json!({ "stage": board.first_stage(), "customer": customer, "need": format!("{word} ihtiyaç") });
    let made = admin.command(&board.topic, "card.create", d).await["d"].clone();
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    let (card, customer) = (text(&made["card_id"]), text(&made["customer_id"]));
    let topic = format!("customer:{customer}");
    let note = admin.command(&topic, "note.add", json!({ "body": format!("{word} not") })).await;
    admin.post("/teams", json!({ "name": format!("{word} ekip") })).await.ok();
    admin
        .post(
            "/custom-fields",
            json!({ "key": "alan", "label": format!("{word} alan"), "kind": "text" }),
        )
        .await
        .ok();
    admin
        .post(
            "/api-keys",
            json!({ "name": format!("{word} anahtar"), "kind": "api", "permissions": [] }),
        )
        .await
        .ok();
    admin.invitation(&format!("{}@davet.example", unique("d")), "sales").await;
    let csv = format!("Ad Soyad;Telefon\n{word} satır;0532 999 88 77\n");
    let part = reqwest::multipart::Part::bytes(csv.into_bytes()).file_name(format!("{word}.csv"));
    let form = reqwest::multipart::Form::new().part("file", part);
    admin.send(admin.request(Method::POST, "/imports").multipart(form)).await.ok();

    let d = json!({ "kind": "channel", "name": format!("{word} kanal") });
    let room = text(&admin.command("rooms", "room.create", d).await["d"]["room"]["id"]);
    let d = json!({ "text": format!("{word} mesaj") });
    admin.command(&format!("room:{room}"), "message.send", d).await;

    let mut ids = BTreeSet::from([
        card.clone(),
        customer.clone(),
        text(&note["d"]["note_id"]),
        board.id.clone(),
    ]);
    for list in [
        "/users",
        "/boards",
        "/customers",
        "/teams",
        "/custom-fields",
        "/api-keys",
        "/imports",
        "/me/sessions",
        "/users/invitations",
        "/rooms",
    ] {
        collect_ids(&admin.get(list).await.ok(), &mut ids);
    }
    collect_ids(&admin.get(&format!("/boards/{}", board.id)).await.ok(), &mut ids);
    Furnished {
        stage: board.first_stage().to_owned(),
        board: board.id,
        note: text(&note["d"]["note_id"]),
        admin,
        ids,
        card,
        customer,
    }
}

/// Every value of a field `id`.
fn collect_ids(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| collect_ids(one, into)),
        Value::Object(fields) => {
            if let Some(id) = fields.get("id").and_then(Value::as_str) {
                into.insert(id.to_owned());
            }
            fields.values().for_each(|one| collect_ids(one, into));
        }
        _ => {}
    }
}

/// The path templates of the OpenAPI document with their methods, below `/api/v1`.
async fn routes(user: &User) -> BTreeMap<String, Vec<Method>> {
    let document = user.get("/openapi.json").await.ok();
    let paths = document["paths"].as_object().expect("paths").iter();
    let routes: BTreeMap<String, Vec<Method>> = paths
        .filter_map(|(path, item)| {
            let short = path.strip_prefix("/api/v1").unwrap_or(path).to_owned();
            let methods =
                item.as_object()?.keys().filter_map(|m| m.to_uppercase().parse().ok()).collect();
            Some((short, methods))
        })
        .collect();
    assert!(routes.len() >= 30, "an OpenAPI document with {} paths", routes.len());
    routes
}

/// A template with every parameter replaced by this id.
fn filled(template: &str, id: &str) -> String {
    let parts = template.split('/').map(|part| if part.starts_with('{') { id } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn assert_clean(what: &str, seen: &str, theirs: &Furnished) {
    assert!(
        !seen.contains(CANARY) && !seen.contains("532 111 22") && !seen.contains(PHONE),
        "{what}: {seen}"
    );
    for id in &theirs.ids {
        assert!(
            !seen.contains(id.as_str()) || what.contains(id.as_str()),
            "{what} shows {id}: {seen}"
        );
    }
}

async fn no_route_shows_another_tenant(app: TestApp) {
    let mine = furnish(&app, "Bizim", "+905324445566").await;
    let theirs = furnish(&app, CANARY, PHONE).await;
    let mut readable = 0;
    for (template, methods) in routes(&mine.admin).await {
        if !methods.contains(&Method::GET) || template.ends_with("/ws") {
            continue;
        }
        if !template.contains('{') {
            for query in ["", &format!("?q={CANARY}"), "?limit=200"] {
                let seen = mine.admin.get(&format!("{template}{query}")).await;
                assert_clean(&format!("GET {template}{query}"), &seen.text, &theirs);
            }
            continue;
        }
        let mut control = false;
        for id in &theirs.ids {
            let path = filled(&template, id);
            let seen = mine.admin.get(&path).await;
            assert!(matches!(seen.status, 400 | 404), "GET {path}: {} {}", seen.status, seen.text);
            assert_clean(&format!("GET {path}"), &seen.text, &theirs);
            control |= theirs.admin.get(&path).await.status == 200;
        }
        readable += usize::from(control);
    }
    assert!(
        readable >= 4,
        "the control: their own administrator could read {readable} of the templates"
    );
    let filter = json!({ "board": theirs.board, "owner": [theirs.admin.id()] }).to_string();
    let filtered = mine.admin.get_with("/customers", "filter", &filter).await;
    assert!(filtered.status >= 400 || filtered.body["total"] == 0, "{}", filtered.text);
}

/// All that their administrator can read, for a comparison before and after.
async fn state(theirs: &Furnished) -> Vec<Value> {
    let mut all = Vec::new();
    for path in [
        "/users",
        "/boards",
        "/customers",
        "/teams",
        "/custom-fields",
        "/api-keys",
        "/imports",
        "/roles",
        "/tags",
        "/me",
        "/rooms",
    ] {
        let mut body = theirs.admin.get(path).await.ok();
        forget_times(&mut body);
        all.push(body);
    }
    let customer = theirs.customer.as_str();
    for path in [
        format!("/boards/{}", theirs.board),
        format!("/customers/{customer}"),
        format!("/customers/{customer}/notes"),
        format!("/customers/{customer}/timeline"),
    ] {
        all.push(theirs.admin.get(&path).await.ok());
    }
    all
}

/// Marks of use move by themselves.
fn forget_times(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(forget_times),
        Value::Object(fields) => {
            fields.remove("last_seen_at");
            fields.remove("last_used_at");
            fields.values_mut().for_each(forget_times);
        }
        _ => {}
    }
}

async fn no_route_changes_another_tenant(app: TestApp) {
    let mine = furnish(&app, "Bizim", "+905324445566").await;
    let theirs = furnish(&app, CANARY, PHONE).await;
    let before = state(&theirs).await;
    for (template, methods) in routes(&mine.admin).await {
        for method in methods.iter().filter(|m| **m != Method::GET && template.contains('{')) {
            for id in &theirs.ids {
                let path = filled(&template, id);
                let body = json!({ "name": "Ele geçti", "role": "sales", "label": "Ele geçti", "mapping": {} });
                let answer =
                    mine.admin.send(mine.admin.request(method.clone(), &path).json(&body)).await;
                assert!(
                    (400..500).contains(&answer.status),
                    "{method} {path}: {} {}",
                    answer.status,
                    answer.text
                );
                assert_clean(&format!("{method} {path}"), &answer.text, &theirs);
            }
        }
    }
    assert_eq!(state(&theirs).await, before);
}

async fn no_command_reaches_another_tenant(app: TestApp) {
    let mine = furnish(&app, "Bizim", "+905324445566").await;
    let theirs = furnish(&app, CANARY, PHONE).await;
    let before = state(&theirs).await;
    let (their_board, their_customer) =
        (format!("board:{}", theirs.board), format!("customer:{}", theirs.customer));
    let (my_board, my_customer) =
        (format!("board:{}", mine.board), format!("customer:{}", mine.customer));
    let name = json!({ "name": "Ele geçti" });
    let probes = [
        (&their_board, "board.rename", name.clone()),
        (&their_board, "board.archive", json!({})),
        (&their_board, "stage.create", name.clone()),
        (&their_board, "card.create", json!({ "stage": theirs.stage, "customer": name })),
        (&their_board, "card.move", json!({ "card": theirs.card, "to_stage": theirs.stage })),
        (&their_customer, "customer.update", name.clone()),
        (&their_customer, "customer.archive", json!({})),
        (&their_customer, "note.add", json!({ "body": "Ele geçti" })),
        (&their_customer, "customer.merge", json!({ "other": mine.customer })),
        // Their ids inside commands to topics of mine.
        (&my_board, "card.create", json!({ "stage": theirs.stage, "customer_id": mine.customer })),
        (&my_board, "card.create", json!({ "stage": mine.stage, "customer_id": theirs.customer })),
        (&my_board, "card.move", json!({ "card": theirs.card, "to_stage": mine.stage })),
        (&my_board, "card.move", json!({ "card": mine.card, "to_stage": theirs.stage })),
        (&my_board, "card.move_many", json!({ "cards": [theirs.card], "to_stage": mine.stage })),
        (&my_board, "card.assign", json!({ "card": mine.card, "owners": [theirs.admin.id()] })),
        (&my_board, "card.archive", json!({ "card": theirs.card })),
        (&my_board, "stage.archive", json!({ "stage": theirs.stage })),
        (&my_customer, "customer.assign", json!({ "owners": [theirs.admin.id()] })),
        (&my_customer, "customer.merge", json!({ "other": theirs.customer })),
        (&my_customer, "note.edit", json!({ "note": theirs.note, "body": "Ele geçti" })),
        (&my_customer, "note.remove", json!({ "note": theirs.note })),
    ];
    let mut socket = mine.admin.socket().await;
    for (topic, op, d) in probes {
        let by_http = mine.admin.try_command(topic, op, d.clone()).await;
        let by_socket = socket.try_command_as(&unique("c"), topic, op, d.clone()).await;
        assert_eq!(by_http["ok"], false, "{op} {d} on {topic}: {by_http}");
        assert_eq!(by_socket["t"], "err", "{op} {d} on {topic}: {by_socket}");
        for seen in [by_http.to_string(), by_socket.to_string()] {
            assert!(!seen.contains(CANARY), "{op}: {seen}");
        }
    }
    assert_eq!(state(&theirs).await, before);

    // The same phone is another customer here: no match and no error tells that it exists elsewhere.
    let lead = mine.admin.lead(json!({ "name": "Aynı telefon", "phones": [PHONE] })).await;
    assert!(lead.created && lead.matched_by.is_none(), "{lead:?}");
}

async fn no_socket_hears_another_tenant(app: TestApp) {
    let mine = furnish(&app, "Bizim", "+905324445566").await;
    let mut ear: Subscriber = mine.admin.socket().await;
    for topic in
        ["tenant", "me", &format!("board:{}", mine.board), &format!("customer:{}", mine.customer)]
    {
        ear.sub(topic, json!({})).await;
    }
    let theirs = furnish(&app, CANARY, PHONE).await;
    let (board, customer) =
        (format!("board:{}", theirs.board), format!("customer:{}", theirs.customer));
    for topic in [&board, &customer] {
        let answer = ear.sub(topic, json!({ "since": { "epoch": "", "seq": 0 } })).await;
        assert_eq!(
            (&answer["t"], &answer["code"]),
            (&json!("err"), &json!("not_found")),
            "{answer}"
        );
    }
    let their_screen = theirs.admin.subscribe(&board).await;
    ear.send(json!({ "t": "eph", "topic": board, "k": "viewing", "d": { "card": theirs.card } }));
    let moved = theirs
        .admin
        .command(&board, "board.rename", json!({ "name": format!("{CANARY} yeni") }))
        .await;
    their_screen.reaches(&board, moved["seq"].as_u64().expect("a seq")).await;
    ear.settle().await;

    for frame in ear.frames() {
        assert!(!frame.to_string().contains(CANARY), "{frame}");
    }
    let heard = their_screen.frames().iter().map(Value::to_string).collect::<String>();
    assert!(!heard.contains(mine.admin.id()), "my remark was heard by them");
}

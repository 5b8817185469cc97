//! The two documents that the code makes of itself, and what they promise: no route without a token, nothing for a role
//! without permissions, every message of the contract described.
use reqwest::Method;
use serde_json::json;
use tests::{TestApp, User, on_both};

on_both!(
    every_documented_route_needs_a_token,
    a_role_without_permissions_can_do_nothing,
    the_documents_describe_the_whole_contract,
);

/// What strangers may call: signing in and up, and what says nothing of anybody.
const PUBLIC: &[&str] = &[
    "POST /auth/register",
    "POST /auth/login",
    "POST /auth/refresh",
    "POST /auth/logout",
    "POST /auth/forgot-password",
    "POST /auth/reset-password",
    "POST /auth/invitation",
    "POST /auth/accept-invitation",
    "GET /calendar/{file}",
    "GET /public/booking/{slug}",
    "POST /public/booking/{slug}",
    "GET /public/booking/{slug}/slots",
    "GET /public/appointments/{token}",
    "GET /public/appointments/{token}.ics",
    "GET /public/appointments/{token}/slots",
    "POST /public/appointments/{token}/move",
    "POST /public/appointments/{token}/cancel",
    "GET /openapi.json",
    "GET /messages.json",
    // whoever calls these proves with every call who it is
    "GET /hooks/meta/{key}",
    "POST /hooks/meta/{key}",
    "GET /health/live",
    "GET /health/ready",
    "GET /ws",
];

/// What everybody who is signed in may read of themselves.
const OWN: &[&str] = &["GET /me", "GET /me/sessions", "GET /notifications", "GET /push/key"];

const ID: &str = "0190aaaa-0000-7000-8000-000000000000";

/// Every operation of the OpenAPI document with its path, parameters filled in.
async fn operations(user: &User) -> Vec<(String, Method, String)> {
    let document = user.get("/openapi.json").await.ok();
    let mut all = Vec::new();
    for (template, item) in document["paths"].as_object().expect("paths") {
        let short = template.strip_prefix("/api/v1").unwrap_or(template);
        let filled: Vec<&str> =
            short.split('/').map(|part| if part.starts_with('{') { ID } else { part }).collect();
        for method in item.as_object().expect("operations").keys() {
            let method: Method = method.to_uppercase().parse().expect("a method");
            all.push((format!("{method} {short}"), method, filled.join("/")));
        }
    }
    assert!(all.len() >= 40, "{} operations", all.len());
    all
}

async fn every_documented_route_needs_a_token(app: TestApp) {
    let nobody = app.stranger();
    for (name, method, path) in operations(&nobody).await {
        if PUBLIC.contains(&name.as_str()) {
            continue;
        }
        let answer = nobody.send(nobody.request(method, &path).json(&json!({}))).await;
        assert_eq!(answer.status, 401, "{name}: {}", answer.text);
        answer.assert_problem_shape();
    }
}

async fn a_role_without_permissions_can_do_nothing(app: TestApp) {
    let (admin, [nobody]) = app.team(["operations"]).await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Kanarya").await;
    let customer =
        board.read(&admin).await.cards[&card]["customer_id"].as_str().expect("an id").to_owned();
    let narrowed = admin
        .patch("/roles/operations", json!({ "permissions": [], "visibility": "own" }))
        .await
        .ok();
    assert_eq!(narrowed["permissions"], json!([]), "{narrowed}");
    let before = app.database().count("event").await;

    for (name, method, path) in operations(&nobody).await {
        if method != Method::GET || PUBLIC.contains(&name.as_str()) || OWN.contains(&name.as_str())
        {
            continue;
        }
        let (board, customer) = (path.replace(ID, &board.id), path.replace(ID, &customer));
        for path in [path, board, customer] {
            let answer = nobody.get(&path).await;
            assert!(
                matches!(answer.status, 400 | 403 | 404),
                "GET {path}: {} {}",
                answer.status,
                answer.text
            );
            assert!(!answer.text.contains("Kanarya"), "{path}: {}", answer.text);
        }
    }
    let messages = nobody.get("/messages.json").await.ok();
    for (op, described) in messages["commands"].as_object().expect("commands") {
        let topic = match described["topic"].as_str() {
            Some(topic) if topic.starts_with("customer") => format!("customer:{customer}"),
            Some(topic) if topic.starts_with("board") => board.topic.clone(),
            _ => "tenant".to_owned(),
        };
        let d = json!({ "name": "Olmaz", "card": card, "to_stage": board.first_stage(), "body": "Olmaz", "cards": [card] });
        let result = nobody.try_command(&topic, op, d).await;
        assert_eq!(result["ok"], false, "{op} on {topic}: {result}");
    }
    assert_eq!(app.database().count("event").await, before);
}

async fn the_documents_describe_the_whole_contract(app: TestApp) {
    let admin = app.tenant().await;
    let messages = admin.get("/messages.json").await.ok();
    for op in [
        "customer.create",
        "customer.update",
        "customer.merge",
        "customer.unmerge",
        "customer.tag",
        "customer.assign",
        "customer.archive",
        "note.add",
        "note.edit",
        "note.remove",
        "board.create",
        "board.rename",
        "board.archive",
        "stage.create",
        "stage.update",
        "stage.reorder",
        "stage.archive",
        "card.create",
        "card.move",
        "card.move_many",
        "card.assign",
        "card.archive",
    ] {
        assert!(messages["commands"][op].is_object(), "{op} is not described");
    }
    for op in [
        "card.created",
        "card.moved",
        "card.moved_many",
        "stage.created",
        "customer.created",
        "note.added",
    ] {
        assert!(messages["events"][op].is_object(), "{op} is not described");
    }
    for t in ["hello", "sub", "unsub", "cmd", "eph", "auth", "ping", "pong"] {
        assert!(messages["frames"]["client"][t].is_object(), "{t} is not described");
    }
    for t in [
        "welcome", "subbed", "snap", "ev", "skip", "res", "err", "pres", "eph", "ping", "lag",
        "drain",
    ] {
        assert!(messages["frames"]["server"][t].is_object(), "{t} is not described");
    }
    let document = admin.get("/openapi.json").await.ok();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let answers = operation["responses"].as_object().map_or(0, serde_json::Map::len);
            assert!(answers > 0, "{method} {path} documents no answer");
        }
    }
    for path in [
        "/auth/register",
        "/commands",
        "/leads",
        "/boards",
        "/boards/{id}",
        "/customers",
        "/imports",
        "/users/invitations",
    ] {
        let known =
            document["paths"].as_object().expect("paths").keys().any(|known| known.ends_with(path));
        assert!(known, "{path} is not documented");
    }
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with('3')));
}

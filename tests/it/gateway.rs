//! The HTTP house from outside: health, headers, the web client, unknown routes, metrics, limits, configuration.
use reqwest::Method;
use serde_json::json;
use tests::{Database, Kind, Process, Settings, TestApp, on_both};

on_both!(
    health_and_metrics_answer,
    every_answer_carries_its_headers,
    unknown_routes_are_problems_and_other_paths_the_client,
    a_batch_keeps_its_order_and_answers_each,
    the_address_behind_a_proxy_counts_only_if_trusted,
);

async fn health_and_metrics_answer(app: TestApp) {
    let nobody = app.stranger();
    for path in ["//health/live", "//health/ready"] {
        assert_eq!(nobody.get(path).await.ok(), json!({ "status": "ok" }));
    }
    nobody.get("/me").await.problem(401, "unauthenticated");
    let metrics = nobody.get("//metrics").await;
    assert_eq!(metrics.status, 200);
    let line =
        r#"http_request_duration_seconds_count{method="GET",route="/api/v1/me",status="401"}"#;
    assert!(metrics.text.contains(line), "{}", metrics.text);
}

async fn every_answer_carries_its_headers(app: TestApp) {
    let admin = app.tenant().await;
    for path in ["/me", "/yok", "//health/live", "//"] {
        let answer = admin.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'self';"));
        assert!(!answer.header("x-request-id").is_empty());
    }
    assert_eq!(admin.get("/me").await.header("cache-control"), "no-store");
    let odd = admin.request(Method::GET, "/me").header("x-request-id", "a b<script>");
    let odd = admin.send(odd).await;
    assert!(!odd.header("x-request-id").contains('<'));
}

async fn unknown_routes_are_problems_and_other_paths_the_client(app: TestApp) {
    let admin = app.tenant().await;
    for path in ["/yok", "//api", "//api/", "//api/v2/me", "//assets/yok.js"] {
        admin.get(path).await.problem(404, "not_found");
    }
    for (method, path) in [
        (Method::DELETE, "/me"),
        (Method::PUT, "/commands"),
        (Method::POST, "//boards/1"),
        (Method::TRACE, "/me"),
    ] {
        let answer = admin.send(admin.request(method.clone(), path)).await;
        assert_eq!(answer.status, 405, "{method} {path}: {}", answer.text);
        answer.assert_problem_shape();
    }
    for path in ["//", "//boards/1", "//invitation"] {
        let page = admin.get(path).await;
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        assert!(page.text.contains("Nabız"), "{path}");
    }
    admin.get("/boards/nonsense").await.problem(404, "not_found");
    admin.get("/users?limit=viele").await.problem(422, "invalid");
    admin.get("/users?cursor=%21").await.problem(422, "invalid");
}

async fn a_batch_keeps_its_order_and_answers_each(app: TestApp) {
    let admin = app.tenant().await;
    let one = |n: usize| json!({ "id": format!("c{n}"), "topic": "tenant", "op": "board.create", "d": { "name": format!("Pano {n}") } });
    let mut all: Vec<_> = (0..20).map(one).collect();
    all[7]["op"] = json!("board.fly");
    all[8]["d"] = json!({ "nom": "?" });
    let results = admin.post("/commands", json!(all)).await.ok();
    let results = results["results"].as_array().unwrap();
    assert_eq!(results.len(), 20);
    let seqs: Vec<i64> = results.iter().filter_map(|r| r["seq"].as_i64()).collect();
    assert!(seqs.len() == 18 && seqs.is_sorted(), "{seqs:?}");
    let error = &results[7]["error"];
    assert_eq!((&error["code"], &error["reason"]), (&json!("invalid"), &json!("unknown_op")));
    assert_eq!(results[8]["error"]["errors"][0]["field"], "nom");
    let again = admin.post("/commands", one(0)).await.ok();
    assert_eq!(
        (&again["results"][0]["dup"], &again["results"][0]["seq"]),
        (&json!(true), &results[0]["seq"])
    );
    let request = admin.request(Method::POST, "/commands").header("idempotency-key", "baslik-1");
    let body = json!({ "topic": "tenant", "op": "board.create", "d": { "name": "Başlıkla" } });
    assert_eq!(admin.send(request.json(&body)).await.ok()["results"][0]["id"], "baslik-1");
    let half = json!([one(90), { "id": "x", "topic": "tenant" }]);
    let refused = admin.post("/commands", half).await.problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "1.op");
    assert!(!admin.get("/boards").await.ok().to_string().contains("Pano 90"), "nothing was done");
}

async fn the_address_behind_a_proxy_counts_only_if_trusted(app: TestApp) {
    let admin = app.tenant().await;
    let login = |address: &'static str| {
        let nobody = app.stranger();
        let body = json!({ "email": admin.email, "password": tests::PASSWORD });
        async move {
            let request = nobody.request(Method::POST, "/auth/login");
            nobody.send(request.header("x-forwarded-for", address).json(&body)).await.ok()
        }
    };
    login("203.0.113.9").await;
    let list = admin.get("/me/sessions").await.ok().to_string();
    assert!(!list.contains("203.0.113.9") && list.contains("127.0.0.1"), "{list}");
}

#[tokio::test]
async fn a_configuration_that_is_wrong_is_named() {
    let database = Database::fresh(Kind::Sqlite).await;
    for (key, value, named) in [
        ("server.lisen", "x", "server.lisen"),
        ("server.listen", "nowhere", "server.listen"),
        ("limits.json_bytes", "many", "JSON_BYTES"),
        ("auth.secret", "kisa", "auth.secret"),
        ("mail.url", "pigeon:", "mail.url"),
        ("server.base_url", "crm.example.com", "server.base_url"),
    ] {
        let settings = Settings::default().with(key, value);
        let (status, said) = Process::refuses(&database, &settings).await;
        assert!(!status.success() && said.contains(named), "{key}: {said}");
    }
    database.drop_now().await;
}

#[tokio::test]
async fn another_secret_than_the_databases_is_refused() {
    let database = Database::fresh(Kind::Sqlite).await;
    drop(Process::start(&database, &Settings::default()).await);
    let other = Settings::default().with("auth.secret", "x".repeat(40));
    let (status, said) = Process::refuses(&database, &other).await;
    assert!(!status.success() && said.contains("auth.secret"), "{said}");
    database.drop_now().await;
}

//! The audit from outside: who signed in, who failed, who was locked, keys, roles, files; filters, pages, the CSV.
use serde_json::{Value, json};
use tests::{PASSWORD, TestApp, User, eventually, on_both};

on_both!(
    sign_ins_failures_and_locks_are_on_record,
    a_reused_refresh_token_is_on_record,
    keys_roles_and_files_are_on_record,
    pages_and_filters_lose_nothing,
    the_file_runs_no_formula,
    only_who_may_reads_it,
);

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

async fn lines(admin: &User, query: &str) -> Vec<Value> {
    let page = admin.get(&format!("/audit?limit=200&{query}")).await.ok();
    page["items"].as_array().expect("items").clone()
}

/// What is written beside the answer is there soon.
async fn lines_soon(admin: &User, query: &str, count: usize) -> Vec<Value> {
    eventually("the lines of the audit", || async {
        let found = lines(admin, query).await;
        if found.len() >= count { Ok(found) } else { Err(found) }
    })
    .await
}

async fn sign_ins_failures_and_locks_are_on_record(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    ayse.login().await;
    let opened = lines(&admin, &format!("kind=session.opened&user={}", ayse.id())).await;
    assert_eq!(opened.len(), 2, "the invitation and the sign-in: {opened:?}");
    assert_eq!(opened[0]["by"], ayse.id());
    assert!(text(&opened[0]["address"]).starts_with("127."), "{opened:?}");
    assert!(opened[0]["d"]["session"].is_string() && opened[0]["id"].is_string());

    let body = json!({ "email": ayse.email, "password": "Yanlis-Parola-1" });
    for _ in 0..5 {
        app.stranger().post("/auth/login", body.clone()).await.problem(401, "bad_credentials");
    }
    let refused = lines_soon(&admin, "kind=session.refused", 5).await;
    assert_eq!(refused.len(), 5);
    for line in &refused {
        assert_eq!((&line["by"], &line["user"]), (&Value::Null, &json!(ayse.id())));
        assert!(!line.to_string().contains("Yanlis-Parola-1"));
    }
    let locked = lines_soon(&admin, "kind=session.locked", 1).await;
    assert!(locked[0]["d"]["until"].is_string(), "{locked:?}");

    let new = json!({ "current": PASSWORD, "password": "Yeni-Parola-2026" });
    assert_eq!(ayse.post("/me/password", new).await.status, 204);
    let changed = lines(&admin, "kind=password.changed").await;
    assert_eq!((changed.len(), &changed[0]["d"]), (1, &json!({ "by_link": false })));
    admin.post("/auth/logout-everywhere", json!({})).await;
    let again = json!({ "email": admin.email, "password": PASSWORD });
    app.stranger().post("/auth/login", again).await.ok();
    let admin = admin.login().await;
    let ended = lines(&admin, &format!("kind=session.revoked&user={}", admin.id())).await;
    assert_eq!(ended.len(), 1, "{ended:?}");
}

async fn a_reused_refresh_token_is_on_record(app: TestApp) {
    let admin = app.tenant().await;
    let login = json!({ "email": admin.email, "password": PASSWORD });
    let first = app.stranger().post("/auth/login", login).await;
    let stolen = first.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let refresh = || {
        let (bare, cookie) = (app.stranger(), stolen.clone());
        async move {
            let request = bare.request(reqwest::Method::POST, "/auth/refresh");
            bare.send(request.header("cookie", cookie).json(&json!({}))).await
        }
    };
    refresh().await.ok();
    refresh().await.problem(401, "session_ended");
    let reused = lines(&admin, "kind=session.reused").await;
    assert_eq!((reused.len(), &reused[0]["user"]), (1, &json!(admin.id())), "{reused:?}");
    assert_eq!(reused[0]["by"], Value::Null);
    let secret = stolen.split('=').nth(1).expect("a token");
    assert!(!lines(&admin, "").await.iter().any(|line| line.to_string().contains(secret)));
}

async fn keys_roles_and_files_are_on_record(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let key = json!({ "name": "Site", "kind": "api", "permissions": ["leads.create"] });
    let made = admin.post("/api-keys", key).await.ok();
    admin.delete(&format!("/api-keys/{}", text(&made["id"]))).await;
    admin.patch("/roles/sales", json!({ "visibility": "own" })).await.ok();
    admin.customer("Giden", json!({ "phones": ["0532 111 22 33"] })).await;
    admin.get("/customers/export.csv").await.ok();
    admin.patch(&format!("/users/{}", ayse.id()), json!({ "role": "operations" })).await.ok();
    admin.post(&format!("/users/{}/deactivate", ayse.id()), json!({})).await.ok();

    let all = lines(&admin, "").await;
    for (kind, field, expected) in [
        ("api_key.created", "name", json!("Site")),
        ("api_key.revoked", "id", made["id"].clone()),
        ("customer.exported", "count", json!(1)),
        ("role.updated", "access", json!("everybody")),
        ("user.deactivated", "access", json!("user")),
        ("user.joined", "access", json!("nobody")),
    ] {
        let line = all.iter().find(|line| line["kind"] == kind);
        let line = line.unwrap_or_else(|| panic!("{kind} is missing: {all:?}"));
        assert_eq!(line["d"][field], expected, "{line}");
        if kind != "user.joined" {
            assert_eq!(line["by"], admin.id(), "{line}");
        }
    }
    let about: Vec<Value> = lines(&admin, &format!("user={}&kind=user", ayse.id())).await;
    let kinds: Vec<&str> = about.iter().map(|line| text(&line["kind"])).collect();
    assert_eq!(kinds, ["user.deactivated", "user.updated", "user.joined"]);
    // no work of the day is in it
    assert!(!all.iter().any(|line| text(&line["kind"]).starts_with("customer.c")));
    let shown = serde_json::to_string(&all).unwrap();
    assert!(!shown.contains(text(&made["key"])) && !shown.contains("532 111"));
}

async fn pages_and_filters_lose_nothing(app: TestApp) {
    let admin = app.tenant().await;
    for n in 0..12 {
        admin.post("/teams", json!({ "name": format!("Ekip {n}") })).await.ok();
        if n % 3 == 0 {
            admin.login().await;
        }
    }
    let all = lines(&admin, "").await;
    let mut paged: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = admin.get(&format!("/audit?limit=3{cursor}")).await.ok();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        paged.extend(items.iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
    assert!(all.windows(2).all(|pair| text(&pair[0]["at"]) >= text(&pair[1]["at"])), "{all:?}");
    assert_eq!(lines(&admin, "kind=team.created").await.len(), 12);
    assert_eq!(lines(&admin, "kind=team,session.opened").await.len(), 17);
    assert_eq!(lines(&admin, &format!("by={}&kind=team", admin.id())).await.len(), 12);
    assert!(lines(&admin, "by=system&kind=team").await.is_empty());
    let middle = text(&all[8]["at"]).to_owned();
    let newer = lines(&admin, &format!("from={middle}")).await;
    let older = lines(&admin, &format!("to={middle}")).await;
    assert_eq!(newer.len() + older.len(), all.len());
    assert!(newer.iter().all(|line| text(&line["at"]) >= middle.as_str()));
    for bad in
        ["kind=A%25", "limit=0", "limit=201", "cursor=%25", "user=x", "from=gestern", "by=a%00b"]
    {
        admin.get(&format!("/audit?{bad}")).await.refused();
    }
}

async fn the_file_runs_no_formula(app: TestApp) {
    let admin = app.tenant().await;
    admin.patch("/me", json!({ "name": "=2+3|cmd" })).await.ok();
    let file = admin.get("/audit.csv").await;
    assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(file.header("content-disposition").contains("audit.csv"));
    assert!(file.text.starts_with('\u{feff}') && file.text.contains("session.opened"));
    assert!(file.text.contains("'=2+3|cmd"), "{}", file.text);
    for line in file.text.trim_start_matches('\u{feff}').lines() {
        for cell in line.split(';') {
            assert!(!cell.trim_matches('"').starts_with(['=', '+', '-', '@']), "{cell} in {line}");
        }
    }
    let taken = lines(&admin, "kind=audit.exported").await;
    assert_eq!((taken.len(), &taken[0]["by"]), (1, &json!(admin.id())));
    let narrow = admin.get("/audit.csv?kind=session").await;
    assert!(!narrow.text.contains("user.updated") && narrow.text.contains("session.opened"));
}

async fn only_who_may_reads_it(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    for path in ["/audit", "/audit.csv"] {
        ayse.get(path).await.problem(403, "forbidden");
        app.stranger().get(path).await.problem(401, "unauthenticated");
        let lent = admin.request(reqwest::Method::GET, path).header("nabiz-see-as", ayse.id());
        admin.send(lent).await.problem(403, "forbidden");
    }
    let others = app.tenant().await;
    assert!(!others.get("/audit?limit=200").await.text.contains(admin.id()));
    assert!(!others.get("/audit.csv").await.text.contains(ayse.id()));
}

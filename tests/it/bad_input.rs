//! What no client of ours would send: every piece of it gets a problem with a code, nothing is half-written, and the
//! server stays up.
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, TestApp, User, on_both, raw_http, unique};

on_both!(
    broken_json_is_a_problem_everywhere,
    wrong_types_and_strange_texts_are_invalid,
    huge_bodies_are_too_big,
    odd_numbers_in_lists_are_invalid_or_clamped,
    what_a_database_cannot_keep_is_invalid,
    headers_and_paths_of_no_sense_are_refused,
    broken_files_are_no_imports,
    formulas_do_not_leave_by_export,
    turkish_texts_survive_whole,
);

async fn raw(user: &User, method: Method, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    user.send(user.request(method, path).header("content-type", "application/json").body(body))
        .await
}

/// What must be true after every attack.
async fn still_fine(app: &TestApp, admin: &User, customers: i64) {
    admin.get("/me").await.ok();
    assert_eq!(app.database().count("customer").await, customers, "something was half-written");
}

async fn broken_json_is_a_problem_everywhere(app: TestApp) {
    let admin = app.tenant().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!(
        r#"{{"id":"1","topic":"tenant","op":"customer.create","d":{}}}"#,
        "[".repeat(20_000)
    );
    let bodies: [&[u8]; 9] = [
        b"",
        b"{",
        b"nul",
        b"{\"a\":1,}",
        b"\xff\xfe",
        b"{\"name\":\"\xc3\x28\"}",
        b"[1",
        deep.as_bytes(),
        nested.as_bytes(),
    ];
    for path in [
        "/commands",
        "/leads",
        "/auth/login",
        "/auth/register",
        "/users/invitations",
        "/api-keys",
        "/teams",
    ] {
        for body in bodies {
            let answer = raw(&admin, Method::POST, path, body.to_vec()).await;
            answer.refused();
        }
    }
    still_fine(&app, &admin, 0).await;
}

async fn wrong_types_and_strange_texts_are_invalid(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let names = [
        json!(7),
        json!(null),
        json!([]),
        json!({}),
        json!(true),
        json!(""),
        json!("   "),
        json!("a\u{0}b"),
        json!("ş".repeat(100_000)),
    ];
    for name in names {
        let result = admin.try_command("tenant", "customer.create", json!({ "name": name })).await;
        assert_eq!(result["ok"], false, "{name:.40}: {result}");
        assert!(
            matches!(result["error"]["code"].as_str(), Some("invalid" | "bad_frame" | "too_big")),
            "{result}"
        );
        let made = json!({ "stage": board.first_stage(), "customer": { "name": name } });
        assert_eq!(admin.try_command(&board.topic, "card.create", made).await["ok"], false);
    }
    for d in [
        json!(null),
        json!([]),
        json!("x"),
        json!({}),
        json!({ "name": "A", "phones": "0532" }),
        json!({ "name": "A", "owners": ["x"] }),
    ] {
        let result = admin.try_command("tenant", "customer.create", d.clone()).await;
        assert_eq!(result["ok"], false, "{d}: {result}");
    }
    // A lone surrogate is no text at all.
    let body = r#"{"id":"s1","topic":"tenant","op":"customer.create","d":{"name":"\ud800"}}"#;
    let answer = raw(&admin, Method::POST, "/commands", body).await;
    assert!(answer.status >= 400 || answer.body["results"][0]["ok"] == false, "{}", answer.text);
    // Ids: too long, empty, missing; a batch beyond its size.
    for id in [json!("x".repeat(65)), json!(""), json!([]), json!(5)] {
        let answer = admin.post("/commands", json!({ "id": id, "topic": "tenant", "op": "customer.create", "d": { "name": "A" } })).await;
        assert!(
            answer.status >= 400 || answer.body["results"][0]["ok"] == false,
            "{}",
            answer.text
        );
    }
    let many: Vec<Value> = (0..101).map(|_| json!({ "id": unique("c"), "topic": "tenant", "op": "customer.create", "d": { "name": "A" } })).collect();
    admin.post("/commands", Value::Array(many)).await.refused();
    for email in [
        json!("x"),
        json!(["a@b.example", "c@d.example"]),
        json!({ "a": 1 }),
        json!(format!("{}@b.example", "a".repeat(5000))),
    ] {
        let invite = json!({ "email": email, "name": "X", "role": "sales" });
        admin.post("/users/invitations", invite).await.refused();
        let login = json!({ "email": email, "password": "Parola-Parola-1" });
        app.stranger().post("/auth/login", login).await.refused();
    }
    still_fine(&app, &admin, 0).await;
}

async fn huge_bodies_are_too_big(app: TestApp) {
    let admin = app.tenant().await;
    let name = "x".repeat(10 * 1024 * 1024);
    for path in ["/commands", "/leads", "/auth/register"] {
        let body = json!({ "id": "1", "topic": "tenant", "op": "customer.create", "d": { "name": name }, "name": name }).to_string();
        // The server may answer and close before it has read all; a cut connection is a refusal too.
        let request =
            admin.request(Method::POST, path).header("content-type", "application/json").body(body);
        if let Ok(response) = request.send().await {
            assert_eq!(response.status().as_u16(), 413, "{path}");
        }
    }
    still_fine(&app, &admin, 0).await;
    let mut socket = admin.socket().await;
    let d = json!({ "name": "ş".repeat(20_000) });
    let answer = socket.try_command_as(&unique("c"), "tenant", "customer.create", d).await;
    assert_eq!(answer["t"], "err", "{answer:.200}");
    still_fine(&app, &admin, 0).await;
}

async fn odd_numbers_in_lists_are_invalid_or_clamped(app: TestApp) {
    let admin = app.tenant().await;
    admin.customer("Tek", json!({})).await;
    for limit in ["-1", "0", "201", "99999999999999999999", "abc", "1.5", "%00", "NaN"] {
        for path in ["/customers", "/users"] {
            let answer = admin.get(&format!("{path}?limit={limit}")).await;
            let clamped = answer.status == 200
                && answer.body["items"].as_array().is_some_and(|all| all.len() <= 200);
            assert!(
                clamped || matches!(answer.status, 400 | 422),
                "{path}?limit={limit}: {} {}",
                answer.status,
                answer.text
            );
        }
    }
    for query in [
        "cursor=x",
        "cursor=%ff",
        "cursor=%00",
        "sort=password",
        "sort=name;drop",
        "filter={",
        "filter=[]",
        "filter={\"owner\":7}",
        "filter={\"x\":1}",
    ] {
        let answer = admin.get(&format!("/customers?{query}")).await;
        assert!(
            matches!(answer.status, 200 | 400 | 422),
            "{query}: {} {}",
            answer.status,
            answer.text
        );
    }
    for q in [
        "%25",
        "_",
        "'",
        "%22",
        "%00",
        "%F0%9F%A6%9C",
        "((((",
        "*",
        "%5C",
        "a%20OR%201=1",
        &"x".repeat(5000),
    ] {
        let answer = admin.get(&format!("/customers?q={q}")).await;
        assert!(
            matches!(answer.status, 200 | 400 | 414 | 422),
            "q={q:.20}: {} {}",
            answer.status,
            answer.text
        );
    }
}

async fn what_a_database_cannot_keep_is_invalid(app: TestApp) {
    let admin = app.tenant().await;
    let id = admin.customer("Var olan", json!({})).await;
    // a cursor that nobody was given: the row behind a name of U+0000
    let cursor = "eyJSb3ciOlsiXHUwMDAwIiwiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAxIl19";
    admin.get(&format!("/customers?sort=name&cursor={cursor}")).await.problem(422, "invalid");
    for at in ["-009999-01-01T00:00:00Z", "+200000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"] {
        let d = json!({ "last_contact_at": at });
        admin.command_refused(&format!("customer:{id}"), "customer.update", d, "invalid").await;
    }
    let d = json!({ "last_contact_at": "2026-03-01T09:00:00Z" });
    admin.command(&format!("customer:{id}"), "customer.update", d).await;
    still_fine(&app, &admin, 1).await;
}

async fn headers_and_paths_of_no_sense_are_refused(app: TestApp) {
    let admin = app.tenant().await;
    let customer = admin.customer("Var olan", json!({})).await;
    for id in [
        "x",
        "..%2f..%2fetc%2fpasswd",
        "%00",
        "0",
        "-1",
        "00000000-0000-0000-0000-000000000000",
        &"9".repeat(3000),
    ] {
        let answer = admin.get(&format!("/customers/{id}")).await;
        assert!(
            matches!(answer.status, 400 | 404 | 414),
            "{id:.40}: {} {}",
            answer.status,
            answer.text
        );
    }
    admin.get("/nowhere").await.problem(404, "not_found");
    let wrong = admin.delete(&format!("/customers/{customer}")).await;
    assert!(matches!(wrong.status, 404 | 405), "{}", wrong.text);
    assert_eq!(admin.get("//assets/none.js").await.status, 404);
    // As bytes: a client library would tidy the path before it is sent.
    let outside =
        b"GET /assets/../../../Cargo.toml HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let (status, _) = raw_http(app.base(), outside).await;
    assert_eq!(status, 404);
    let key = "x".repeat(5000);
    let request = admin
        .request(Method::POST, "/leads")
        .header("idempotency-key", key)
        .json(&json!({ "name": "A" }));
    admin.send(request).await.refused();
    for request in [
        &b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n"[..],
        b"POST /api/v1/leads HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"TRACE /api/v1/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET /api/v1/me HTTP/9.9\r\n\r\n",
    ] {
        let (status, _) = raw_http(app.base(), request).await;
        assert!(
            status == 0 || status >= 400,
            "{status} for {:?}",
            String::from_utf8_lossy(request)
        );
    }
    still_fine(&app, &admin, 1).await;
}

async fn upload(user: &User, name: &str, bytes: Vec<u8>) -> Answer {
    let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
    user.send(
        user.request(Method::POST, "/imports")
            .multipart(reqwest::multipart::Form::new().part("file", part)),
    )
    .await
}

async fn broken_files_are_no_imports(app: TestApp) {
    let admin = app.tenant().await;
    for (name, bytes) in [
        ("bos.csv", Vec::new()),
        ("resim.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("sahte.xlsx", b"PK\x03\x04 this is no archive".to_vec()),
        ("metin.xlsx", "Ad;Telefon\nA;1\n".into()),
        ("kart.vcf", b"BEGIN:VCARD\nVERSION:3.0\n".to_vec()),
        ("program.exe", b"MZ\x90\0".to_vec()),
    ] {
        let answer = upload(&admin, name, bytes).await;
        // A file that can be read but holds nothing is answered with an import of no rows, or refused.
        let empty = answer.status == 201 && answer.body["counts"]["create"] == 0;
        if !empty {
            answer.refused();
        }
    }
    let quotes = "Ad;Telefon\n\"Açık tırnak;0532 000 00 01\nİkinci;0532 000 00 02\n";
    let answer = upload(&admin, "../../etc/pass\"wd\r\n.csv", quotes.into()).await;
    assert!(matches!(answer.status, 201 | 400 | 422), "{} {}", answer.status, answer.text);
    still_fine(&app, &admin, 0).await;
}

async fn formulas_do_not_leave_by_export(app: TestApp) {
    let admin = app.tenant().await;
    for name in [
        "=HYPERLINK(\"http://kotu.example\")",
        "+1+1",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "Düz \"tırnak\"; noktalı",
    ] {
        admin.try_command("tenant", "customer.create", json!({ "name": name })).await;
    }
    let csv = admin.get("/customers/export.csv").await;
    assert!(csv.text.starts_with('\u{feff}') && csv.text.contains("Düz"), "{}", csv.text);
    for line in csv.text.trim_start_matches('\u{feff}').lines() {
        for cell in line.split(';') {
            let cell = cell.trim_start_matches('"');
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "a cell that runs: {cell}");
        }
    }
    assert!(csv.header("content-disposition").contains("attachment"), "{:?}", csv.headers);
}

async fn turkish_texts_survive_whole(app: TestApp) {
    let admin = app.tenant().await;
    for name in
        ["Işık Çağrı Öğüt Şümşük", "İSTANBUL ılık", "😀 Zoë O'Neil <b>&amp;</b>", "日本 العربية"]
    {
        let id = admin.customer(name, json!({})).await;
        assert_eq!(admin.get(&format!("/customers/{id}")).await.ok()["name"], name);
    }
    for q in ["istanbul", "İstanbul", "ISTANBUL", "ışık", "isik", "IŞIK", "cagri"] {
        let found = admin.get_with("/customers", "q", q).await.ok();
        assert_eq!(found["total"], 1, "{q}: {found}");
    }
}

//! People, roles, teams, devices and keys from outside; what a role may not lift; what a repeated request does.
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, PASSWORD, TestApp, User, eventually, on_both, unique};

on_both!(
    a_form_hears_of_all_its_errors_at_once,
    two_registrations_of_one_slug_make_one_tenant,
    a_repeated_registration_is_the_same_tenant,
    one_address_in_two_tenants_signs_into_the_right_one,
    a_locked_account_says_when_to_come_back,
    a_manager_gives_nobody_more_than_he_has,
    a_narrow_sight_gives_no_wider_one,
    one_administrator_always_remains,
    devices_are_listed_and_signed_out_one_by_one,
    a_new_password_ends_the_other_devices,
    names_and_teams_are_heard_by_colleagues,
    a_changed_role_reaches_open_screens,
    an_invitation_can_be_taken_back,
    a_repeated_request_acts_once,
    server_ops_are_nobodys,
    a_foreign_page_cannot_use_the_cookie,
    a_key_has_no_more_rights_than_its_maker,
    who_does_not_see_all_looks_through_no_key,
);

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

async fn post_once(user: &User, path: &str, key: &str, body: Value) -> Answer {
    user.send(user.request(Method::POST, path).header("idempotency-key", key).json(&body)).await
}

async fn a_form_hears_of_all_its_errors_at_once(app: TestApp) {
    let body =
        json!({ "tenant_name": "", "slug": "Ş!", "name": "A", "email": "x", "password": "kisa" });
    let problem = app.stranger().post("/auth/register", body).await.problem(422, "invalid");
    let mut fields: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|e| text(&e["field"])).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["email", "password", "slug", "tenant_name"]);

    let nobody = app.stranger();
    let turkish = nobody.request(Method::GET, "/me").header("accept-language", "tr-TR,tr;q=0.9");
    let turkish = nobody.send(turkish.header("x-request-id", "benim-1")).await;
    assert_eq!(
        (turkish.body["detail"].as_str(), turkish.header("x-request-id")),
        (Some("Oturum açın"), "benim-1")
    );
    assert_eq!(turkish.body["request_id"], "benim-1");
}

async fn two_registrations_of_one_slug_make_one_tenant(app: TestApp) {
    let slug = unique("ayni");
    let register = |n: usize| {
        let (nobody, slug) = (app.stranger(), slug.clone());
        let body = json!({ "tenant_name": "Aynı", "slug": slug, "name": "Biri",
                           "email": format!("biri{n}@ornek.example"), "password": PASSWORD });
        async move { nobody.post("/auth/register", body).await.status }
    };
    let all = futures_util::future::join_all((0..6).map(register)).await;
    assert_eq!(all.iter().filter(|status| **status == 201).count(), 1, "{all:?}");
    assert!(all.iter().all(|status| matches!(status, 201 | 409)), "{all:?}");
    assert_eq!(app.database().count("tenant").await, 1);
    assert_eq!(app.database().count("board").await, 1);
}

async fn a_repeated_registration_is_the_same_tenant(app: TestApp) {
    let slug = unique("tekrar");
    let mut body = json!({ "tenant_name": "Tekrar", "slug": slug, "name": "Biri",
                           "email": "biri@tekrar.example", "password": PASSWORD });
    let first = post_once(&app.stranger(), "/auth/register", "k-1", body.clone()).await.ok();
    let again = post_once(&app.stranger(), "/auth/register", "k-1", body.clone()).await.ok();
    assert_eq!(
        (&first["tenant"]["id"], &first["user"]["id"]),
        (&again["tenant"]["id"], &again["user"]["id"])
    );
    let stranger = post_once(&app.stranger(), "/auth/register", "k-2", body.clone()).await;
    stranger.problem(409, "slug_taken");
    body["password"] = json!("Baska-Parola-77");
    let other = post_once(&app.stranger(), "/auth/register", "k-1", body).await;
    other.problem(409, "idempotency_conflict");
}

async fn one_address_in_two_tenants_signs_into_the_right_one(app: TestApp) {
    let email = format!("{}@ortak.example", unique("p"));
    let mut slugs = Vec::new();
    for password in ["Birinci-Parola-1", "Ikinci-Parola-22"] {
        let slug = unique("ortak");
        let body = json!({ "tenant_name": "Ortak", "slug": slug, "name": "P", "email": email, "password": password });
        app.stranger().post("/auth/register", body).await.ok();
        slugs.push(slug);
    }
    for (slug, password) in slugs.iter().zip(["Birinci-Parola-1", "Ikinci-Parola-22"]) {
        let body = json!({ "email": email.to_uppercase(), "password": password });
        let found = app.stranger().post("/auth/login", body).await.ok();
        assert_eq!(found["tenant"]["slug"], **slug);
        let body = json!({ "email": email, "password": password, "tenant": slug });
        app.stranger().post("/auth/login", body).await.ok();
    }
    let body = json!({ "email": email, "password": "Birinci-Parola-1", "tenant": slugs[1] });
    app.stranger().post("/auth/login", body).await.problem(401, "bad_credentials");
    let body = json!({ "email": email, "password": "Birinci-Parola-1", "tenant": "boyle-yok" });
    app.stranger().post("/auth/login", body).await.problem(401, "bad_credentials");
}

async fn a_locked_account_says_when_to_come_back(app: TestApp) {
    let admin = app.tenant().await;
    for email in [admin.email.clone(), format!("{}@yok.example", unique("yok"))] {
        let body = json!({ "email": email, "password": "Yanlis-Parola-1" });
        for _ in 0..5 {
            app.stranger().post("/auth/login", body.clone()).await.problem(401, "bad_credentials");
        }
        let locked = app.stranger().post("/auth/login", body).await;
        let wait: u64 = locked.header("retry-after").parse().expect("Retry-After in seconds");
        assert!((1..=30).contains(&wait), "{wait}");
        assert!(locked.problem(429, "locked")["retry_ms"].is_u64());
    }
    let right = json!({ "email": admin.email, "password": PASSWORD });
    app.stranger().post("/auth/login", right).await.problem(429, "locked");
    admin.get("/me").await.ok();
}

async fn a_manager_gives_nobody_more_than_he_has(app: TestApp) {
    let (admin, [manager, sales]) = app.team(["manager", "sales"]).await;
    let user = |id: &str| format!("/users/{id}");
    let lift = json!({ "role": "admin" });
    manager.patch(&user(manager.id()), lift.clone()).await.problem(403, "forbidden");
    manager.patch(&user(sales.id()), lift).await.problem(403, "forbidden");
    manager
        .patch(&user(admin.id()), json!({ "name": "Düşürüldü" }))
        .await
        .problem(403, "forbidden");
    let deactivate = format!("/users/{}/deactivate", admin.id());
    manager.post(&deactivate, json!({})).await.problem(403, "forbidden");
    let invite = json!({ "email": "yeni@ornek.example", "name": "Y", "role": "admin" });
    manager.post("/users/invitations", invite).await.problem(403, "forbidden");
    manager.patch(&user(sales.id()), json!({ "role": "operations" })).await.ok();
    manager.patch("/roles/sales", json!({ "visibility": "own" })).await.problem(403, "forbidden");
    admin.patch("/roles/admin", json!({ "permissions": [] })).await.problem(422, "invalid");
    admin.patch("/roles/sales", json!({ "permissions": ["uçmak"] })).await.problem(422, "invalid");
    admin.patch(&user(sales.id()), json!({ "role": "yok" })).await.problem(422, "invalid");
    admin.patch(&user(sales.id()), json!({ "email": "x@y.example" })).await.problem(422, "invalid");
}

async fn a_narrow_sight_gives_no_wider_one(app: TestApp) {
    let (admin, [manager, sales]) = app.team(["manager", "sales"]).await;
    let may = json!(["users.view", "users.manage", "roles.manage"]);
    for (name, key, may, customers, reports) in [
        ("Şef", "sef", may, "team", "team"),
        ("Geniş", "genis", json!([]), "own", "all"),
        ("Eş", "es", json!([]), "team", "team"),
    ] {
        admin.post("/roles", json!({ "name": name })).await.ok();
        let scopes = json!({ "customers": customers, "agenda": customers, "reports": reports });
        let role = json!({ "permissions": may, "scopes": scopes });
        admin.patch(&format!("/roles/{key}"), role).await.ok();
    }
    admin.patch(&format!("/users/{}", manager.id()), json!({ "role": "sef" })).await.ok();
    admin.patch(&format!("/users/{}", sales.id()), json!({ "role": "es" })).await.ok();
    let chief = manager.login().await;
    let path = format!("/users/{}", sales.id());
    let invite =
        |role: &str| json!({ "email": format!("{role}@ornek.example"), "name": "Y", "role": role });
    chief.post("/users/invitations", invite("genis")).await.problem(403, "forbidden");
    chief.patch(&path, json!({ "role": "genis" })).await.problem(403, "forbidden");
    let copy = json!({ "name": "Kopya", "from": "genis" });
    chief.post("/roles", copy).await.problem(403, "forbidden");
    let wider = json!({ "scopes": { "agenda": "all" } });
    for role in ["es", "sef", "genis"] {
        chief.patch(&format!("/roles/{role}"), wider.clone()).await.problem(403, "forbidden");
    }
    chief.patch("/roles/genis", json!({ "name": "Adı" })).await.problem(403, "forbidden");
    chief.post("/users/invitations", invite("es")).await.ok();
    chief.patch("/roles/es", json!({ "visibility": "own" })).await.ok();
    chief.patch(&path, json!({ "role": "sef" })).await.ok();
    // who sees more is not beyond reach: nothing of it is given
    admin.patch(&path, json!({ "role": "genis" })).await.ok();
    chief.patch(&path, json!({ "name": "Yeni Ad" })).await.ok();
    chief.post(&format!("{path}/deactivate"), json!({})).await.ok();
}

async fn one_administrator_always_remains(app: TestApp) {
    let (admin, [second]) = app.team(["admin"]).await;
    let patch = |id: &str| format!("/users/{id}");
    admin.patch(&patch(second.id()), json!({ "role": "sales" })).await.ok();
    let last = admin.patch(&patch(admin.id()), json!({ "role": "sales" })).await;
    last.problem(409, "last_admin");
    admin.post(&format!("/users/{}/deactivate", second.id()), json!({})).await.ok();
    let back = admin.post(&format!("/users/{}/activate", second.id()), json!({})).await.ok();
    assert_eq!(back["active"], true);
    assert_eq!(second.get("/me").await.status, 401, "an old token stays dead");
    second.login().await.get("/me").await.ok();
}

async fn devices_are_listed_and_signed_out_one_by_one(app: TestApp) {
    let admin = app.tenant().await;
    let phone = admin.login().await;
    let list = admin.get("/me/sessions").await.ok();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(items.iter().filter(|item| item["current"] == true).count(), 1);
    let other = items.iter().find(|item| item["current"] == false).unwrap();
    let (socket, mut kept) = (phone.socket().await, admin.socket().await);
    let path = format!("/me/sessions/{}", text(&other["id"]));
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(socket.closed(Duration::from_secs(1)).await, 4001);
    assert_eq!(phone.get("/me").await.status, 401);
    admin.delete(&path).await.problem(404, "not_found");
    app.tenant().await.delete(&path).await.problem(404, "not_found");
    kept.settle().await;
}

async fn a_new_password_ends_the_other_devices(app: TestApp) {
    let admin = app.tenant().await;
    let phone = admin.login().await;
    let change = |current: &str, new: &str| json!({ "current": current, "password": new });
    let wrong = admin.post("/me/password", change("Yanlis-Parola-1", "Yeni-Parola-2026")).await;
    wrong.problem(401, "bad_credentials");
    admin.post("/me/password", change(PASSWORD, "kisa")).await.problem(422, "weak_password");
    assert_eq!(admin.post("/me/password", change(PASSWORD, "Yeni-Parola-2026")).await.status, 204);
    assert_eq!(phone.get("/me").await.status, 401);
    admin.get("/me").await.ok();
    let body = json!({ "email": admin.email, "password": "Yeni-Parola-2026" });
    app.stranger().post("/auth/login", body).await.ok();
}

async fn names_and_teams_are_heard_by_colleagues(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let mut screen = ayse.subscribe("tenant").await;
    let team = admin.post("/teams", json!({ "name": "Kuzey" })).await;
    assert_eq!(team.status, 201);
    let team = team.ok();
    assert_eq!(screen.event("team.created").await["d"]["team"], team);
    admin.post("/teams", json!({ "name": "KUZEY" })).await.problem(422, "invalid");
    let path = format!("/users/{}", ayse.id());
    let moved =
        admin.patch(&path, json!({ "name": "Ayşe Işık", "team_id": team["id"] })).await.ok();
    let heard = screen.event("user.updated").await;
    assert_eq!(
        (&heard["d"]["user"]["name"], &heard["d"]["user"]["team_id"]),
        (&moved["name"], &team["id"])
    );
    let kept = admin.patch(&path, json!({ "name": "Ayşe" })).await.ok();
    assert_eq!(kept["team_id"], team["id"], "a field that is not named stays");
    admin.delete(&format!("/teams/{}", text(&team["id"]))).await;
    screen.event("team.removed").await;
    let mut me = ayse.subscribe("me").await;
    ayse.patch("/me", json!({ "locale": "en" })).await.ok();
    assert_eq!(me.event("me.updated").await["d"]["user"]["locale"], "en");
    let tenant = admin
        .patch("/tenant", json!({ "currency": "eur", "time_zone": "Europe/Berlin" }))
        .await
        .ok();
    assert_eq!(
        (&tenant["currency"], &tenant["time_zone"]),
        (&json!("EUR"), &json!("Europe/Berlin"))
    );
    assert!(text(&tenant["form_key"]).starts_with("nbf_"));
    assert_eq!(ayse.get("/me").await.ok()["tenant"]["form_key"], Value::Null);
    admin.patch("/tenant", json!({ "country": "Türkiye" })).await.problem(422, "invalid");
}

async fn a_changed_role_reaches_open_screens(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let screen = ayse.subscribe("me").await;
    let permissions = json!(["boards.view", "customers.view"]);
    let role = admin.patch("/roles/sales", json!({ "permissions": permissions })).await.ok();
    assert_eq!(role["permissions"], permissions);
    assert_eq!(screen.closed(Duration::from_secs(1)).await, 4010);
    let me = eventually("the new rights", || async {
        let me = ayse.get("/me").await.ok();
        if me["permissions"] == permissions { Ok(me) } else { Err(me) }
    });
    me.await;
    let d = json!({ "name": "Artık olmaz" });
    ayse.command_refused("tenant", "customer.create", d, "forbidden").await;
}

async fn an_invitation_can_be_taken_back(app: TestApp) {
    let admin = app.tenant().await;
    let first = admin.invitation("davetli@ornek.example", "sales").await;
    let second = admin.invitation("Davetli@ornek.example", "manager").await;
    let list = admin.get("/users/invitations").await.ok();
    let items = list["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["role"]), (1, &json!("manager")), "the later one counts");
    let accept = |token: &str| json!({ "token": token, "name": "Davetli", "password": PASSWORD });
    let old = app.stranger().post("/auth/accept-invitation", accept(&first)).await;
    old.problem(410, "token_expired");
    let path = format!("/users/invitations/{}", text(&items[0]["id"]));
    assert_eq!(admin.delete(&path).await.status, 204);
    let gone = app.stranger().post("/auth/accept-invitation", accept(&second)).await;
    gone.problem(410, "token_expired");
    let taken = json!({ "email": admin.email, "name": "Ben", "role": "sales" });
    admin.post("/users/invitations", taken).await.problem(409, "email_taken");
}

async fn a_repeated_request_acts_once(app: TestApp) {
    let admin = app.tenant().await;
    let invite = json!({ "email": "bir@ornek.example", "name": "Bir", "role": "sales" });
    let first = post_once(&admin, "/users/invitations", "i-1", invite.clone()).await.ok();
    let again = post_once(&admin, "/users/invitations", "i-1", invite).await.ok();
    assert_eq!(first, again);
    let other = json!({ "email": "iki@ornek.example", "name": "İki", "role": "sales" });
    post_once(&admin, "/users/invitations", "i-1", other)
        .await
        .problem(409, "idempotency_conflict");

    let token = tests::token_of(text(&first["url"]));
    let accept = json!({ "token": token, "name": "Bir", "password": PASSWORD });
    let joined =
        post_once(&app.stranger(), "/auth/accept-invitation", "a-1", accept.clone()).await.ok();
    let twice = post_once(&app.stranger(), "/auth/accept-invitation", "a-1", accept).await.ok();
    assert_eq!(joined["user"]["id"], twice["user"]["id"]);

    let key = json!({ "name": "Site", "kind": "api", "permissions": ["leads.create"] });
    let made = post_once(&admin, "/api-keys", "k-1", key.clone()).await.ok();
    let again = post_once(&admin, "/api-keys", "k-1", key).await.ok();
    assert_eq!((&made["id"], &made["key"]), (&again["id"], &again["key"]));
    let team = post_once(&admin, "/teams", "t-1", json!({ "name": "Güney" })).await.ok();
    assert_eq!(post_once(&admin, "/teams", "t-1", json!({ "name": "Güney" })).await.ok(), team);
    assert_eq!(app.database().count("team").await, 1);
    let bad = admin.request(Method::POST, "/teams").header("idempotency-key", "a b");
    admin.send(bad.json(&json!({ "name": "Batı" }))).await.problem(422, "invalid");
}

async fn server_ops_are_nobodys(app: TestApp) {
    let admin = app.tenant().await;
    let d = json!({ "password_hash": "x", "keep": null, "token": null });
    admin.command_refused("me", "password.set", d, "invalid").await;
    let d = json!({ "sessions": null, "because": "everywhere" });
    admin.command_refused("me", "session.revoke", d, "invalid").await;
    admin.command_refused("me", "me.update", json!({ "name": "Ben" }), "invalid").await;
    admin.get("/me").await.ok();
}

async fn a_foreign_page_cannot_use_the_cookie(app: TestApp) {
    let admin = app.tenant().await;
    for path in ["/auth/refresh", "/auth/logout"] {
        let foreign = admin.request(Method::POST, path).header("origin", "https://kotu.example");
        admin.send(foreign).await.problem(403, "forbidden");
    }
    let own = admin.request(Method::POST, "/auth/refresh").header("origin", app.base());
    admin.send(own).await.ok();
    // what a form of a foreign page could send is no JSON
    let form =
        app.stranger().request(Method::POST, "/auth/login").header("content-type", "text/plain");
    let body = json!({ "email": admin.email, "password": PASSWORD }).to_string();
    app.stranger().send(form.body(body)).await.problem(415, "bad_json");
}

async fn a_key_has_no_more_rights_than_its_maker(app: TestApp) {
    let (admin, [second]) = app.team(["admin"]).await;
    let body = json!({ "name": "Geniş", "kind": "api", "permissions": ["customers.view", "users.manage"] });
    let made = second.post("/api-keys", body).await.ok();
    let robot = app.stranger().holding(text(&made["key"]));
    robot.get("/customers").await.ok();
    robot.get("/me").await.problem(403, "forbidden");
    admin.post(&format!("/users/{}/deactivate", second.id()), json!({})).await.ok();
    eventually("the key to end with its maker", || async {
        let status = robot.get("/customers").await.status;
        if status == 401 { Ok(()) } else { Err(status) }
    })
    .await;
    let keys = admin.get("/api-keys").await.ok();
    let key = keys["items"].as_array().unwrap().iter().find(|key| key["id"] == made["id"]).unwrap();
    assert!(key["revoked_at"].is_string() && key["key"].is_null());
    let shown = keys.to_string();
    assert!(!shown.contains(text(&made["key"])), "a key is shown once");
}

async fn who_does_not_see_all_looks_through_no_key(app: TestApp) {
    let (admin, [clerk]) = app.team(["sales"]).await;
    admin.customer("Kanarya", json!({ "owners": [admin.id()] })).await;
    admin.post("/roles", json!({ "name": "Anahtar" })).await.ok();
    let role = json!({ "permissions": ["customers.view", "keys.manage", "leads.create"] });
    let role = admin.patch("/roles/anahtar", role).await.ok();
    admin.patch(&format!("/users/{}", clerk.id()), json!({ "role": role["key"] })).await.ok();
    let clerk = clerk.login().await;
    let key = |permission: &str| json!({ "name": permission, "kind": "api", "permissions": [permission] });
    clerk.post("/api-keys", key("customers.view")).await.problem(403, "forbidden");
    clerk.post("/api-keys", key("leads.create")).await.ok();
    let all = |word: &str| json!({ "customers": word, "agenda": word, "reports": word });

    admin.patch("/roles/anahtar", json!({ "scopes": all("all") })).await.ok();
    let clerk = clerk.login().await;
    let made = clerk.post("/api-keys", key("customers.view")).await.ok();
    let robot = app.stranger().holding(text(&made["key"]));
    assert_eq!(robot.get("/customers").await.ok()["items"][0]["name"], "Kanarya");
    admin.patch("/roles/anahtar", json!({ "scopes": { "customers": "own" } })).await.ok();
    eventually("the key to see no more than its maker", || async {
        let status = robot.get("/customers").await.status;
        if status == 403 { Ok(()) } else { Err(status) }
    })
    .await;
}

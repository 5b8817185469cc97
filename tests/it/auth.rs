//! Accounts from outside: registration, sign-in, rotation, invitation, reset by mail, and access that ends at once.
use std::time::Duration;

use serde_json::{Value, json};
use tests::{
    Kind, PASSWORD, Settings, TestApp, eventually, on_both, smtp::SmtpServer, token_of, unique,
    with_both,
};

on_both!(
    a_registration_makes_a_tenant_with_its_board,
    a_wrong_password_and_an_unknown_address_read_the_same,
    a_reused_refresh_token_ends_the_whole_family,
    a_logout_ends_its_socket,
    logout_everywhere_ends_every_device,
    a_deactivated_colleague_is_out_within_a_second,
    an_invitation_opens_its_own_tenant_and_only_once,
    roles_bound_what_one_may_do,
    a_narrowed_role_is_skipped_and_sees_no_foreign_card,
    repeated_failures_are_slowed_down,
    guesses_that_come_together_are_counted_like_others,
    every_route_needs_a_token,
    an_api_key_does_what_it_may_until_it_is_revoked,
);
with_both!(a_password_is_reset_by_a_mail_over_smtp);

async fn a_registration_makes_a_tenant_with_its_board(app: TestApp) {
    let admin = app.tenant().await;
    let me = admin.get("/me").await.ok();
    assert_eq!((&me["user"]["role"], &me["tenant"]["id"]), (&json!("admin"), &admin.tenant["id"]));
    let board = admin.default_board().await;
    let names: Vec<&str> = board.stages.iter().map(|(name, _)| name.as_str()).collect();
    for name in
        ["Potansiyel", "Görüşülüyor", "Randevu", "Kapora", "Satış Tamamlandı", "Takip Edilecek"]
    {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    let slug = admin.tenant["slug"].as_str().expect("a slug");
    let body = json!({ "tenant_name": "x", "slug": slug, "name": "y", "email": "z@z.example", "password": PASSWORD });
    app.stranger().post("/auth/register", body).await.problem(409, "slug_taken");
}

async fn a_wrong_password_and_an_unknown_address_read_the_same(app: TestApp) {
    let admin = app.tenant().await;
    let wrong = json!({ "email": admin.email, "password": "Baska-Parola-1" });
    let nobody = json!({ "email": "kimse@yok.example", "password": "Baska-Parola-1" });
    let mut wrong = app.stranger().post("/auth/login", wrong).await.problem(401, "bad_credentials");
    let mut nobody =
        app.stranger().post("/auth/login", nobody).await.problem(401, "bad_credentials");
    for body in [&mut wrong, &mut nobody] {
        body["request_id"] = Value::Null;
    }
    assert_eq!(wrong, nobody);
}

async fn a_reused_refresh_token_ends_the_whole_family(app: TestApp) {
    let admin = app.tenant().await.login().await;
    let login = json!({ "email": admin.email, "password": PASSWORD });
    let first = app.stranger().post("/auth/login", login).await;
    let cookie = first.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let stolen = cookie.split(';').next().expect("a cookie").to_owned();
    let refresh = |cookie: String| {
        let bare = app.stranger();
        async move {
            let request =
                bare.request(reqwest::Method::POST, "/auth/refresh").header("cookie", cookie);
            bare.send(request.json(&json!({}))).await
        }
    };

    let second = refresh(stolen.clone()).await;
    let newer = second.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    second.ok();
    // The grace of a browser with two tabs aside, the old one must not work for ever.
    let reused = eventually("the old token to be refused", || {
        let answer = refresh(stolen.clone());
        async { Some(answer.await).filter(|a| a.status == 401).ok_or("still taken") }
    })
    .await;

    reused.refused();
    assert_eq!(refresh(newer).await.status, 401, "the thief's copy must end with the family");
}

async fn a_logout_ends_its_socket(app: TestApp) {
    let admin = app.tenant().await;
    let (phone, laptop) = (admin.login().await, admin.login().await);
    let (lost, mut kept) = (phone.socket().await, laptop.socket().await);
    assert_eq!(phone.post("/auth/logout", json!({})).await.status, 204);
    assert_eq!(lost.closed(Duration::from_secs(1)).await, 4001);
    assert_eq!(phone.get("/me").await.status, 401);
    kept.settle().await;
}

async fn logout_everywhere_ends_every_device(app: TestApp) {
    let admin = app.tenant().await;
    let phone = admin.login().await;
    let (a, b) = (admin.socket().await, phone.socket().await);
    assert_eq!(admin.post("/auth/logout-everywhere", json!({})).await.status, 204);
    a.closed(Duration::from_secs(1)).await;
    b.closed(Duration::from_secs(1)).await;
    assert_eq!(phone.get("/me").await.status, 401);
    assert_eq!(phone.post("/auth/refresh", json!({})).await.status, 401);
}

async fn a_deactivated_colleague_is_out_within_a_second(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let board = admin.default_board().await;
    let screen = ayse.subscribe(&board.topic).await;

    admin.post(&format!("/users/{}/deactivate", ayse.id()), json!({})).await.ok();
    let code = screen.closed(Duration::from_secs(1)).await;
    let heard = screen.frames().len();
    board.card(&admin, "Potansiyel", "Artık görülmez").await;

    assert!(matches!(code, 4001 | 4103), "{code}");
    assert_eq!(screen.frames().len(), heard);
    assert_eq!(ayse.get("/boards").await.status, 401);
    assert_eq!(ayse.post("/auth/refresh", json!({})).await.status, 401);
    let login = json!({ "email": ayse.email, "password": PASSWORD });
    app.stranger().post("/auth/login", login).await.problem(401, "bad_credentials");
    let last = admin.post(&format!("/users/{}/deactivate", admin.id()), json!({})).await;
    last.problem(409, "last_admin");
}

async fn an_invitation_opens_its_own_tenant_and_only_once(app: TestApp) {
    let (admin, other) = (app.tenant().await, app.tenant().await);
    let token = admin.invitation("davetli@ornek.example", "sales").await;
    let shown = app.stranger().post("/auth/invitation", json!({ "token": token })).await.ok();
    assert_eq!(
        (&shown["email"], &shown["role"]),
        (&json!("davetli@ornek.example"), &json!("sales"))
    );

    let accept = json!({ "token": token, "name": "Davetli", "password": PASSWORD });
    let joined = app.stranger().post("/auth/accept-invitation", accept.clone()).await.ok();
    assert_eq!(joined["tenant"]["id"], admin.tenant["id"]);
    assert_ne!(joined["tenant"]["id"], other.tenant["id"]);
    app.stranger().post("/auth/accept-invitation", accept).await.refused();
    let forged = json!({ "token": format!("{token}x"), "name": "Sahte", "password": PASSWORD });
    app.stranger().post("/auth/accept-invitation", forged).await.refused();
}

async fn roles_bound_what_one_may_do(app: TestApp) {
    let (admin, [manager, sales, operations]) = app.team(["manager", "sales", "operations"]).await;
    let board = admin.default_board().await;
    board.card(&sales, "Potansiyel", "Satışın kartı").await;
    board.card(&operations, "Potansiyel", "Operasyonun kartı").await;
    manager.command("tenant", "board.create", json!({ "name": "Yöneticinin" })).await;
    for user in [&sales, &operations] {
        user.command_refused("tenant", "board.create", json!({ "name": "Olmaz" }), "forbidden")
            .await;
        user.command_refused(&board.topic, "board.archive", json!({}), "forbidden").await;
        user.get("/customers/export.csv").await.problem(403, "forbidden");
        let invite = json!({ "email": "x@y.example", "name": "X", "role": "sales" });
        user.post("/users/invitations", invite).await.problem(403, "forbidden");
    }
    manager.get("/api-keys").await.problem(403, "forbidden");
    manager.patch("/tenant", json!({ "name": "Benim" })).await.problem(403, "forbidden");
    // Nobody lifts themselves.
    sales
        .patch(&format!("/users/{}", sales.id()), json!({ "role": "admin" }))
        .await
        .problem(403, "forbidden");
    let kept = sales.patch("/me", json!({ "name": "Adım", "role": "admin" })).await;
    assert!(kept.status >= 400 || kept.body["role"] == "sales", "{}", kept.text);
}

async fn a_narrowed_role_is_skipped_and_sees_no_foreign_card(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let board = admin.default_board().await;
    admin.patch("/roles/sales", json!({ "visibility": "own" })).await.ok();
    let screen = mehmet.subscribe(&board.topic).await;
    screen.find("the snapshot", |f| f["t"] == "snap" && f["last"] == true).await;

    let customer = json!({ "name": "Gizlikuş Ltd.", "owners": [ayse.id()] });
    let d = json!({ "stage": board.first_stage(), "customer": customer });
    let made = admin.command(&board.topic, "card.create", d).await;
    screen.reaches(&board.topic, made["seq"].as_u64().expect("a seq")).await;

    screen.find("a skip", |f| f["t"] == "skip" && f["topic"] == *board.topic).await;
    let customer = made["d"]["customer_id"].as_str().expect("an id");
    let all = screen.frames().iter().map(Value::to_string).collect::<String>();
    assert!(!all.contains("Gizlikuş") && !all.contains(customer), "a hidden card leaked");
    let hers = ayse.get(&format!("/boards/{}", board.id)).await.ok();
    assert!(hers.to_string().contains("Gizlikuş"), "the control: its owner sees it");
    for path in
        [format!("/boards/{}", board.id), "/customers?q=Gizliku".into(), "/customers".into()]
    {
        let seen = mehmet.get(&path).await.ok().to_string();
        assert!(!seen.contains("Gizlikuş"), "{path}");
    }
    assert_eq!(mehmet.get("/customers?q=Gizliku").await.ok()["total"], 0);
    mehmet.get(&format!("/customers/{customer}")).await.problem(404, "not_found");
    let topic = format!("customer:{customer}");
    mehmet
        .command_refused(&topic, "customer.update", json!({ "name": "Ele geçti" }), "not_found")
        .await;
}

async fn repeated_failures_are_slowed_down(app: TestApp) {
    let admin = app.tenant().await;
    let body = json!({ "email": admin.email, "password": "Yanlis-Parola-1" });
    let mut last = 0;
    for _ in 0..40 {
        last = app.stranger().post("/auth/login", body.clone()).await.status;
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429, "40 wrong passwords in a row");
}

async fn guesses_that_come_together_are_counted_like_others(app: TestApp) {
    let admin = app.tenant().await;
    let body = json!({ "email": admin.email, "password": "Yanlis-Parola-1" });
    let guesses = (0..30).map(|_| {
        let (stranger, body) = (app.stranger(), body.clone());
        async move { stranger.post("/auth/login", body).await.status }
    });
    let answers = futures_util::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|status| **status == 401).count();
    assert!((1..=5).contains(&looked_at), "{looked_at} of 30 guesses were looked at: {answers:?}");
    assert!(answers.iter().all(|status| matches!(status, 401 | 429)), "{answers:?}");
}

async fn every_route_needs_a_token(app: TestApp) {
    let nobody = app.stranger();
    for path in
        ["/me", "/users", "/boards", "/customers", "/imports", "/api-keys", "/roles", "/tags"]
    {
        nobody.get(path).await.problem(401, "unauthenticated");
    }
    let command =
        json!({ "id": "1", "topic": "tenant", "op": "board.create", "d": { "name": "Olmaz" } });
    nobody.post("/commands", command).await.problem(401, "unauthenticated");
    nobody.post("/leads", json!({ "name": "Olmaz" })).await.problem(401, "unauthenticated");
    let old = app.stranger().holding("eyJhbGciOiJub25lIn0.e30.");
    old.get("/me").await.problem(401, "unauthenticated");
}

async fn an_api_key_does_what_it_may_until_it_is_revoked(app: TestApp) {
    let admin = app.tenant().await;
    let made = admin
        .post(
            "/api-keys",
            json!({ "name": "Site", "kind": "api", "permissions": ["leads.create"] }),
        )
        .await
        .ok();
    let key = made["key"].as_str().expect("a key").to_owned();
    assert!(key.starts_with("nbz_"), "{key}");
    let robot = app.stranger().holding(&key);
    robot.lead(json!({ "name": "Formdan", "emails": ["form@ornek.example"] })).await;
    robot.get("/customers").await.problem(403, "forbidden");

    admin.delete(&format!("/api-keys/{}", made["id"].as_str().expect("an id"))).await;
    eventually("the key to be refused", || async {
        let answer = robot.post("/leads", json!({ "name": "Geç" })).await;
        if answer.status == 401 { Ok(()) } else { Err(answer.status) }
    })
    .await;
    let form = admin.post("/api-keys", json!({ "name": "Form", "kind": "form" })).await.ok();
    let body =
        json!({ "form_key": form["key"], "name": "Açık form", "phones": ["0533 000 00 01"] });
    app.stranger().post("/leads", body).await.ok();
}

async fn a_password_is_reset_by_a_mail_over_smtp(kind: Kind) {
    let mails = SmtpServer::start().await;
    let app = TestApp::start_with(kind, Settings::default().with("mail.url", &mails.url)).await;
    let admin = app.tenant().await;
    let socket = admin.socket().await;
    let unknown = json!({ "email": format!("{}@yok.example", unique("kimse")) });
    assert_eq!(app.stranger().post("/auth/forgot-password", unknown).await.status, 202);
    let asked = app.stranger().post("/auth/forgot-password", json!({ "email": admin.email })).await;
    assert_eq!(asked.status, 202);

    let mail = eventually("the mail", || async {
        let all = mails.mails();
        all.into_iter().find(|mail| mail.to == [admin.email.clone()]).ok_or("none")
    })
    .await;
    // Quoted-printable breaks lines with "=\n" and writes "=" as "=3D".
    let text = mail.text.replace("=\n", "").replace("=3D", "=");
    let link = text.split_whitespace().find(|word| word.contains("http") && word.contains("token"));
    let link = link.unwrap_or_else(|| panic!("no link in {text}"));
    let token = token_of(link.trim_matches(['"', '<', '>']));
    let token = token.split(['"', '<', '>']).next().unwrap_or_default();

    let reset = json!({ "token": token, "password": "Yepyeni-Parola-2" });
    app.stranger().post("/auth/reset-password", reset.clone()).await.ok();
    socket.closed(Duration::from_secs(1)).await;
    app.stranger().post("/auth/reset-password", reset).await.refused();
    let old = json!({ "email": admin.email, "password": PASSWORD });
    app.stranger().post("/auth/login", old).await.problem(401, "bad_credentials");
    let new = json!({ "email": admin.email, "password": "Yepyeni-Parola-2" });
    app.stranger().post("/auth/login", new).await.ok();
    assert_eq!(mails.mails().len(), 1, "nobody else was written to");
}

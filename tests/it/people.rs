//! Departments, roles of one's own, sight by module, borrowed eyes, and what an upgrade gives the built-in roles.
use std::time::Duration;

use migration::Migrator;
use reqwest::Method;
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigratorTrait;
use serde_json::{Value, json};
use tests::{Answer, Database, Kind, TestApp, User, eventually, on_both, with_both};

on_both!(
    departments_hold_teams,
    a_role_of_ones_own_comes_and_goes,
    a_role_is_not_cut_down_by_who_has_less,
    a_scope_follows_customers_until_it_is_set,
    borrowed_eyes_read_and_never_write,
    what_is_ones_own_is_shown_to_nobody_else,
    sight_says_what_a_colleague_would_see,
    a_lost_phone_is_signed_out_by_who_manages_people,
    nobody_sends_mails_or_makes_teams_without_end,
);
with_both!(new_permissions_are_given_once);

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

async fn a_lost_phone_is_signed_out_by_who_manages_people(app: TestApp) {
    let (admin, [boss, ayse]) = app.team(["manager", "sales"]).await;
    let phone = ayse.login().await;
    let path = format!("/users/{}/sessions", ayse.id());
    let list = admin.get(&path).await.ok();
    let devices = list["items"].as_array().expect("items");
    assert_eq!((devices.len(), &devices[0]["current"]), (2, &json!(false)));
    let lost = text(&devices[0]["id"]).to_owned();
    ayse.get(&path).await.problem(403, "forbidden");
    see_as(&admin, boss.id(), &path).await.problem(403, "forbidden");
    // a manager may not look into the pockets of who has more rights
    boss.get(&format!("/users/{}/sessions", admin.id())).await.problem(403, "forbidden");
    let others = app.tenant().await;
    others.get(&path).await.problem(404, "not_found");
    others.delete(&path).await.problem(404, "not_found");

    let screen = phone.subscribe("tenant").await;
    assert_eq!(boss.delete(&format!("{path}/{lost}")).await.status, 204);
    assert_eq!(screen.closed(Duration::from_secs(1)).await, 4001);
    assert_eq!((phone.get("/me").await.status, ayse.get("/me").await.status), (401, 200));
    boss.delete(&format!("{path}/{lost}")).await.problem(404, "not_found");
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(ayse.get("/me").await.status, 401);
    assert_eq!(admin.get(&path).await.ok()["items"], json!([]));
    let ended = admin.get(&format!("/audit?kind=session.revoked&user={}", ayse.id())).await.ok();
    let by: Vec<&str> = ended["items"].as_array().unwrap().iter().map(|l| text(&l["by"])).collect();
    assert_eq!(by, [admin.id(), boss.id()]);
}

async fn nobody_sends_mails_or_makes_teams_without_end(app: TestApp) {
    let admin = app.tenant().await;
    let flood = |op: &'static str, d: fn(usize) -> Value, count: usize| {
        let admin = &admin;
        async move {
            let mut codes = Vec::new();
            for first in (0..count).step_by(100) {
                let commands = (first..count.min(first + 100))
                    .map(|n| json!({ "topic": "tenant", "op": op, "d": d(n) }))
                    .collect();
                let answer = admin.post("/commands", Value::Array(commands)).await.ok();
                codes.extend(answer["results"].as_array().expect("results").iter().map(|one| {
                    one["error"]["errors"][0]["code"].as_str().unwrap_or("ok").to_owned()
                }));
            }
            codes
        }
    };
    let invited =
        |n: usize| json!({ "email": format!("k{n}@ornek.example"), "name": "K", "role": "sales" });
    let codes = flood("user.invite", invited, 210).await;
    let sent = codes.iter().filter(|code| *code == "ok").count();
    // whoever came in the last day, the founder too, has answered one
    assert_eq!((sent, codes.last().map(String::as_str)), (201, Some("too_many")), "{codes:?}");
    // taking one back gives no other
    let list = admin.get("/users/invitations").await.ok();
    let path = format!("/users/invitations/{}", text(&list["items"][0]["id"]));
    assert_eq!(admin.delete(&path).await.status, 204);
    let one = json!({ "email": "son@ornek.example", "name": "K", "role": "sales" });
    admin.post("/users/invitations", one).await.problem(422, "invalid");

    let codes = flood("team.create", |n: usize| json!({ "name": format!("Ekip {n}") }), 505).await;
    let made = codes.iter().filter(|code| *code == "ok").count();
    assert_eq!((made, codes.last().map(String::as_str)), (500, Some("too_many")));
}

/// Reads with a colleague's eyes.
async fn see_as(asker: &User, colleague: &str, path: &str) -> Answer {
    asker.send(asker.request(Method::GET, path).header("nabiz-see-as", colleague)).await
}

async fn departments_hold_teams(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let mut screen = ayse.socket().await;
    let snapshot = screen.snapshot("tenant").await;
    assert_eq!(snapshot["d"]["departments"], json!([]));
    let sales = admin.post("/departments", json!({ "name": "Satış" })).await;
    assert_eq!(sales.status, 201);
    let sales = sales.ok();
    assert_eq!(screen.event("department.created").await["d"]["department"], sales);
    admin.post("/departments", json!({ "name": "SATIŞ" })).await.problem(422, "invalid");
    admin.post("/departments", json!({ "name": " " })).await.problem(422, "invalid");
    ayse.post("/departments", json!({ "name": "Olmaz" })).await.problem(403, "forbidden");

    let team = json!({ "name": "Kuzey", "department_id": sales["id"] });
    let team = admin.post("/teams", team).await.ok();
    assert_eq!(team["department_id"], sales["id"]);
    let path = format!("/teams/{}", text(&team["id"]));
    let renamed = admin.patch(&path, json!({ "name": "Kuzeybatı" })).await.ok();
    assert_eq!(renamed["department_id"], sales["id"], "a field that is not named stays");
    let strange = json!({ "department_id": team["id"] });
    admin.patch(&path, strange).await.problem(422, "invalid");
    let of = format!("/departments/{}", text(&sales["id"]));
    let renamed = admin.patch(&of, json!({ "name": "Satış ve Pazarlama" })).await.ok();
    assert_eq!(screen.event("department.updated").await["d"]["department"], renamed);

    let others = app.tenant().await;
    others.patch(&of, json!({ "name": "Bizim" })).await.problem(404, "not_found");
    let theirs = json!({ "name": "Bizim", "department_id": sales["id"] });
    others.post("/teams", theirs).await.problem(422, "invalid");

    assert_eq!(admin.delete(&of).await.status, 204);
    assert_eq!(screen.event("team.updated").await["d"]["team"]["department_id"], Value::Null);
    assert_eq!(screen.event("department.removed").await["d"]["id"], sales["id"]);
    assert_eq!(admin.get("/departments").await.ok()["items"], json!([]));
    admin.delete(&of).await.problem(404, "not_found");
}

async fn a_role_of_ones_own_comes_and_goes(app: TestApp) {
    let (admin, [manager, ayse]) = app.team(["manager", "sales"]).await;
    let mut screen = ayse.subscribe("tenant").await;
    let made = admin.post("/roles", json!({ "name": "Çağrı Merkezi", "from": "sales" })).await;
    assert_eq!(made.status, 201);
    let role = made.ok();
    assert_eq!((text(&role["key"]), &role["builtin"]), ("cagri-merkezi", &json!(false)));
    assert_eq!(screen.event("role.created").await["d"]["role"], role);
    let sales = admin.get("/roles").await.ok();
    let sales = sales["items"].as_array().unwrap().iter().find(|r| r["key"] == "sales").cloned();
    assert_eq!(role["permissions"], sales.unwrap()["permissions"]);
    let empty = admin.post("/roles", json!({ "name": "Stajyer" })).await.ok();
    assert_eq!((&empty["permissions"], &empty["visibility"]), (&json!([]), &json!("own")));
    let same = json!({ "name": "çağrı merkezi" });
    admin.post("/roles", same).await.problem(422, "invalid");
    let unknown = json!({ "name": "Başka", "from": "yok" });
    admin.post("/roles", unknown).await.problem(422, "invalid");
    manager.post("/roles", json!({ "name": "Olmaz" })).await.problem(403, "forbidden");

    let path = format!("/users/{}", ayse.id());
    admin.patch(&path, json!({ "role": "cagri-merkezi" })).await.ok();
    let ayse = ayse.login().await;
    assert_eq!(ayse.get("/me").await.ok()["permissions"], role["permissions"]);
    admin.delete("/roles/cagri-merkezi").await.problem(409, "role_in_use");
    admin.delete("/roles/sales").await.problem(422, "invalid");
    admin.delete("/roles/yok").await.problem(404, "not_found");
    app.tenant().await.delete("/roles/stajyer").await.problem(404, "not_found");
    admin.patch(&path, json!({ "role": "sales" })).await.ok();
    admin.invitation("gelen@ornek.example", "cagri-merkezi").await;
    admin.delete("/roles/cagri-merkezi").await.problem(409, "role_in_use");
    let mut screen = admin.subscribe("tenant").await;
    assert_eq!(admin.delete("/roles/stajyer").await.status, 204);
    assert_eq!(screen.event("role.removed").await["d"], json!({ "key": "stajyer" }));
}

async fn a_role_is_not_cut_down_by_who_has_less(app: TestApp) {
    let (admin, [manager, ayse]) = app.team(["manager", "sales"]).await;
    admin.post("/roles", json!({ "name": "Düzenleyen", "from": "sales" })).await.ok();
    let permissions = json!(["users.view", "users.manage", "roles.manage", "customers.view"]);
    admin.patch("/roles/duzenleyen", json!({ "permissions": permissions })).await.ok();
    admin.patch(&format!("/users/{}", ayse.id()), json!({ "role": "duzenleyen" })).await.ok();
    let ayse = ayse.login().await;
    let before = manager.get("/me").await.ok()["permissions"].clone();
    for patch in [
        json!({ "permissions": [] }),
        json!({ "visibility": "own" }),
        json!({ "name": "Eski yönetici" }),
    ] {
        ayse.patch("/roles/manager", patch).await.problem(403, "forbidden");
    }
    assert_eq!(manager.get("/me").await.ok()["permissions"], before);
    admin.post("/roles", json!({ "name": "Bakan" })).await.ok();
    let view = json!({ "permissions": ["customers.view"] });
    ayse.patch("/roles/bakan", view).await.ok();
    ayse.patch("/roles/bakan", json!({ "permissions": [] })).await.ok();
}

async fn a_scope_follows_customers_until_it_is_set(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let all = json!({ "customers": "all", "agenda": "all", "reports": "all" });
    assert_eq!(ayse.get("/me").await.ok()["scopes"], all);
    let own = admin.patch("/roles/sales", json!({ "visibility": "own" })).await.ok();
    let expected = json!({ "customers": "own", "agenda": "own", "reports": "own" });
    assert_eq!((&own["scopes"], &own["visibility"]), (&expected, &json!("own")));

    let ayse = ayse.login().await;
    let screen = ayse.subscribe("me").await;
    let patch = json!({ "scopes": { "agenda": "team" } });
    let parted = admin.patch("/roles/sales", patch).await.ok();
    let expected = json!({ "customers": "own", "agenda": "team", "reports": "own" });
    assert_eq!(parted["scopes"], expected);
    assert_eq!(screen.closed(Duration::from_secs(1)).await, 4010);
    let me = eventually("the new sight", || async {
        let me = ayse.get("/me").await.ok();
        if me["scopes"] == expected { Ok(me) } else { Err(me) }
    });
    me.await;
    assert_eq!(ayse.socket().await.snapshot("me").await["d"]["scopes"], expected);

    let wide = admin.patch("/roles/sales", json!({ "scopes": { "customers": "all" } })).await.ok();
    let expected = json!({ "customers": "all", "agenda": "team", "reports": "all" });
    assert_eq!(wide["scopes"], expected, "what was never set follows");
    for bad in [
        json!({ "scopes": { "customers": "own" }, "visibility": "all" }),
        json!({ "scopes": { "agenda": "everything" } }),
        json!({ "scopes": { "kasa": "own" } }),
    ] {
        admin.patch("/roles/sales", bad).await.problem(422, "invalid");
    }
    let last = json!({ "scopes": { "reports": "own" } });
    admin.patch("/roles/admin", last).await.problem(422, "invalid");
    // membership of a team is a right as soon as one module goes by teams
    let team = admin.post("/teams", json!({ "name": "Kuzey" })).await.ok();
    let socket = ayse.socket().await;
    let move_in = json!({ "team_id": team["id"] });
    admin.patch(&format!("/users/{}", ayse.id()), move_in).await.ok();
    assert_eq!(socket.closed(Duration::from_secs(1)).await, 4010);
}

async fn borrowed_eyes_read_and_never_write(app: TestApp) {
    let (admin, [manager, ayse]) = app.team(["manager", "sales"]).await;
    let others = app.tenant().await;
    admin.patch("/roles/sales", json!({ "visibility": "own" })).await.ok();
    let hers = admin.customer("Onun", json!({ "owners": [ayse.id()] })).await;
    let hidden = admin.customer("Gizli", json!({ "owners": [manager.id()] })).await;
    let ayse = ayse.login().await;

    for path in ["/customers", "/boards", "/tags", &format!("/customers/{hers}"), "/roles"] {
        let lent = see_as(&manager, ayse.id(), path).await.ok();
        assert_eq!(lent, ayse.get(path).await.ok(), "{path}");
    }
    let mut me = see_as(&manager, ayse.id(), "/me").await.ok();
    let mut own = ayse.get("/me").await.ok();
    for one in [&mut me, &mut own] {
        one["user"]["last_seen_at"] = Value::Null;
    }
    assert_eq!(me, own);
    let path = format!("/customers/{hidden}");
    see_as(&manager, ayse.id(), &path).await.problem(404, "not_found");
    // what only the administrator may: a manager gets it by nobody's eyes
    assert!(text(&admin.get("/me").await.ok()["tenant"]["form_key"]).starts_with("nbf_"));
    let lent = see_as(&manager, admin.id(), "/me").await.ok();
    assert_eq!(lent["tenant"]["form_key"], Value::Null);
    assert!(!lent["permissions"].to_string().contains("keys.manage"));
    see_as(&manager, admin.id(), "/api-keys").await.problem(403, "forbidden");

    for path in ["/me/sessions", "/customers/export.csv"] {
        see_as(&admin, manager.id(), path).await.problem(403, "forbidden");
    }
    for (method, path) in [(Method::POST, "/teams"), (Method::PATCH, "/me")] {
        let request = admin.request(method, path).header("nabiz-see-as", ayse.id());
        admin.send(request.json(&json!({ "name": "Olmaz" }))).await.problem(403, "forbidden");
    }
    let command = json!({ "topic": "tenant", "op": "team.create", "d": { "name": "Olmaz" } });
    let request = admin.request(Method::POST, "/commands").header("nabiz-see-as", manager.id());
    admin.send(request.json(&command)).await.problem(403, "forbidden");
    see_as(&ayse, manager.id(), "/customers").await.problem(403, "forbidden");
    see_as(&admin, "ayse", "/customers").await.problem(422, "invalid");
    see_as(&others, ayse.id(), "/customers").await.problem(404, "not_found");
    admin.post(&format!("/users/{}/deactivate", ayse.id()), json!({})).await.ok();
    see_as(&admin, ayse.id(), "/customers").await.problem(404, "not_found");

    // one line for each who looked, whatever they read
    let lines = admin.get("/audit?kind=sight.used").await.ok();
    let mut seen: Vec<(&str, &str)> = lines["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (text(&line["by"]), text(&line["user"])))
        .collect();
    seen.sort_unstable();
    let mut expected =
        vec![(manager.id(), ayse.id()), (manager.id(), admin.id()), (admin.id(), manager.id())];
    expected.sort_unstable();
    assert_eq!(seen, expected);
    assert_eq!(app.database().count("team").await, 0);
}

async fn what_is_ones_own_is_shown_to_nobody_else(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    admin.customer("Herkesin", json!({ "owners": [ayse.id()] })).await;
    let d = json!({ "text": "Doktor", "due_at": "2026-01-05T09:00:00Z" });
    ayse.command("me", "reminder.add", d).await;
    let d = json!({ "screen": "customers", "name": "Benim", "query": {} });
    let view = ayse.command("me", "view.save", d).await["d"]["view_id"].clone();

    for path in ["/reminders?state=all", "/views"] {
        assert_eq!(ayse.get(path).await.ok()["items"].as_array().map(Vec::len), Some(1), "{path}");
        assert_eq!(see_as(&admin, ayse.id(), path).await.ok()["items"], json!([]), "{path}");
    }
    assert_eq!(ayse.get("/reminders/counts").await.ok()["overdue"], 1);
    assert_eq!(see_as(&admin, ayse.id(), "/reminders/counts").await.ok()["overdue"], 0);
    let view = format!("/views/{}", text(&view));
    see_as(&admin, ayse.id(), &view).await.problem(404, "not_found");
    let seen = see_as(&admin, ayse.id(), "/customers").await.ok();
    assert_eq!(seen["items"][0]["name"], "Herkesin");
}

async fn sight_says_what_a_colleague_would_see(app: TestApp) {
    let (admin, [manager, ayse, mehmet]) = app.team(["manager", "sales", "sales"]).await;
    let board = admin.default_board().await;
    for (name, owner) in [("Bir", ayse.id()), ("İki", mehmet.id()), ("Üç", manager.id())] {
        let customer = json!({ "name": name, "owners": [owner] });
        admin.command(&board.topic, "card.create", json!({ "customer": customer })).await;
    }
    admin.customer("Kartsız", json!({ "owners": [ayse.id()] })).await;
    let team = admin.post("/teams", json!({ "name": "Kuzey" })).await.ok();
    for one in [&ayse, &mehmet] {
        let path = format!("/users/{}", one.id());
        admin.patch(&path, json!({ "team_id": team["id"] })).await.ok();
    }
    let path = format!("/users/{}/sight", ayse.id());
    for (visibility, customers, cards, circle) in
        [("own", 2, 1, 1), ("team", 3, 2, 2), ("all", 4, 3, 0)]
    {
        admin.patch("/roles/sales", json!({ "visibility": visibility })).await.ok();
        let sight = admin.get(&path).await.ok();
        assert_eq!((&sight["customers"], &sight["cards"]), (&json!(customers), &json!(cards)));
        assert_eq!(sight["circle"].as_array().map(Vec::len), Some(circle), "{sight}");
        assert_eq!(sight["scopes"]["customers"], visibility);
        assert!(sight["permissions"].to_string().contains("customers.view"));
    }
    ayse.login().await.get(&path).await.problem(403, "forbidden");
    app.tenant().await.get(&path).await.problem(404, "not_found");
    admin.post(&format!("/users/{}/deactivate", ayse.id()), json!({})).await.ok();
    let sight = admin.get(&path).await.ok();
    assert_eq!((&sight["permissions"], &sight["customers"]), (&json!([]), &json!(0)));
}

/// An upgrade gives the built-in roles what is new; what an administrator takes away afterwards stays away.
async fn new_permissions_are_given_once(kind: Kind) {
    let database = Database::empty(kind).await;
    let owner = database.connect_as_owner().await;
    let names: Vec<String> = Migrator::migrations().iter().map(|m| m.name().to_owned()).collect();
    let before = names.iter().position(|name| name.ends_with("_people")).expect("the migration");
    Migrator::up(&owner, Some(u32::try_from(before).unwrap())).await.expect("the tables of before");

    let all = database.connect().await;
    let id = |n: u8| match kind {
        Kind::Sqlite => format!("x'{:032x}'", n),
        Kind::Postgres => format!("'{}'", uuid::Uuid::from_u128(u128::from(n))),
    };
    for n in [1, 2] {
        let (tenant, nil) = (id(n), id(0));
        let sql = format!(
            "INSERT INTO directory (kind, key, tenant_id, user_id) VALUES ('slug', 's{n}', {tenant}, {nil})"
        );
        all.execute_unprepared(&sql).await.expect("a tenant's name");
        for (key, builtin) in [("admin", "true"), ("sales", "true"), ("ozel", "false")] {
            let sql = format!(
                "INSERT INTO role (tenant_id, key, name, permissions, visibility, builtin) \
                 VALUES ({tenant}, '{key}', '{key}', '[\"boards.view\"]', 'own', {builtin})"
            );
            all.execute_unprepared(&sql).await.expect("a role");
        }
    }
    Migrator::up(&owner, Some(1)).await.expect("the upgrade");
    let may = || async {
        let rows = database.rows("SELECT key, permissions FROM role ORDER BY tenant_id, key").await;
        let read = |row: &Value| match &row["permissions"] {
            Value::String(text) => serde_json::from_str(text).expect("a list"),
            list => list.clone(),
        };
        rows.iter().map(read).collect::<Vec<Value>>()
    };
    let daily = json!(["boards.view", "agenda.view", "agenda.edit"]);
    for part in may().await.chunks(3) {
        let [admin, own, sales] = part else { panic!("three roles") };
        assert_eq!(admin.as_array().map(Vec::len), Some(10), "{admin}");
        assert!(
            admin.to_string().contains("audit.view") && admin.to_string().contains("rules.manage")
        );
        assert_eq!((own, sales), (&json!(["boards.view"]), &daily));
    }

    Migrator::up(&owner, None).await.expect("the upgrades since");
    assert!(may().await[2].to_string().contains("chat.use"), "what came later is given too");
    let less = "UPDATE role SET permissions = '[\"boards.view\"]' WHERE key = 'sales'";
    all.execute_unprepared(less).await.expect("an administrator's decision");
    Migrator::up(&owner, None).await.expect("every later start");
    assert_eq!(may().await[2], json!(["boards.view"]));
    for db in [owner, all] {
        let _ = db.close().await; // PostgreSQL drops no database that is in use
    }
    database.drop_now().await;
}

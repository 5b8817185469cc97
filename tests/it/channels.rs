//! Connections and channels from outside: credentials go in and never come out, and each door takes only what its own
//! app has signed.
use serde_json::{Value, json};
use tests::{
    Database, Kind, Process, Settings, TestApp, User, on_both,
    simulators::meta::{
        App,
        payloads::{Person, one_text},
        signature,
    },
    within,
};

on_both!(
    credentials_go_in_and_never_come_out,
    a_door_shows_itself_only_to_who_knows_its_token,
    only_what_the_app_has_signed_is_stored,
    channels_are_for_those_who_manage_them,
    a_removed_connection_has_no_door,
);

pub(crate) const SECRET: &str = "kanarya-app-secret-1";
pub(crate) const TOKEN: &str = "kanarya-verify-token-2";
const ACCESS: &str = "kanarya-access-token-3";

/// A connection, and the app at its other end.
pub(crate) async fn connected(admin: &User) -> (Value, App) {
    let body = json!({ "name": "Ana uygulama", "app_secret": SECRET, "verify_token": TOKEN,
        "access_token": ACCESS });
    let made = admin.post("/connections", body).await.ok();
    let app = App::new(made["hook_url"].as_str().expect("an address"), SECRET);
    (made, app)
}

pub(crate) async fn channel(
    admin: &User,
    connection: &Value,
    kind: &str,
    external: &str,
) -> String {
    let d = json!({ "connection": connection["id"], "kind": kind, "external_id": external,
        "name": format!("Hat {external}") });
    let made = admin.command("tenant", "channel.save", d).await;
    made["d"]["channel_id"].as_str().expect("a channel").to_owned()
}

fn message() -> Value {
    one_text("2001", &Person::new("Deniz Örnek", "905550000101"), "wamid.A", "Merhaba ş")
}

async fn credentials_go_in_and_never_come_out(app: TestApp) {
    let admin = app.tenant().await;
    let mut ear = admin.subscribe("tenant").await;
    let (made, door) = connected(&admin).await;
    assert_eq!((&made["has_access_token"], &made["version"]), (&json!(true), &json!(1)));
    assert!(door.url.starts_with(app.base()) && door.url.contains("/hooks/meta/"), "{}", door.url);
    let told = ear.event("connection.saved").await;
    assert_eq!(told["d"]["renewed"], json!(["app_secret", "verify_token", "access_token"]));
    assert_eq!(told["by"], admin.id());
    let path = format!("/connections/{}", made["id"].as_str().expect("an id"));
    let other = json!({ "app_secret": "papagan-app-secret-9", "name": "Yeni ad" });
    let changed = admin.patch(&path, other).await.ok();
    assert_eq!((&changed["name"], &changed["version"]), (&json!("Yeni ad"), &json!(2)));
    // the new secret counts at once, the token is the old one
    assert_eq!(door.send(&message()).await, 401);
    let renewed = App::new(&door.url, "papagan-app-secret-9");
    assert_eq!(renewed.send(&message()).await, 200);
    assert_eq!(door.shake(TOKEN, "1158201444").await, (200, "1158201444".to_owned()));

    let mut seen = String::new();
    for path in ["/connections", "/channels", "/channels/hooks", "/audit", "/me"] {
        seen.push_str(&admin.get(path).await.text);
    }
    seen.push_str(&ear.frames().iter().map(Value::to_string).collect::<String>());
    for sql in [
        "SELECT name, app_secret, verify_token, access_token, hook_key FROM connection",
        "SELECT wrapped, master FROM data_key",
        "SELECT payload FROM event",
        "SELECT id, body_hash, result FROM command_result",
        "SELECT payload FROM job",
    ] {
        seen.push_str(&Value::from(app.database().rows(sql).await).to_string());
    }
    for secret in [SECRET, TOKEN, ACCESS, "papagan"] {
        assert!(!seen.contains(secret), "{secret} is to be seen");
    }
    assert!(admin.get("/audit?kind=connection").await.text.contains("connection.saved"));
    // what is too short, or no text that one types
    for bad in ["kisa", "with a blank in it", "türkçe-harfli"] {
        let body = json!({ "name": "X", "app_secret": bad, "verify_token": TOKEN });
        admin.post("/connections", body).await.problem(422, "invalid");
    }
    // sent again with the same key it acts once, and the answer is the first one's
    let body = json!({ "name": "İkinci", "app_secret": SECRET, "verify_token": TOKEN });
    let post = || {
        let request = admin.request(reqwest::Method::POST, "/connections").json(&body);
        admin.send(request.header("idempotency-key", "ayni-anahtar"))
    };
    let (first, again) = (post().await.ok(), post().await.ok());
    assert_eq!(first, again);
    assert_eq!(app.database().count("connection").await, 2);
}

async fn a_door_shows_itself_only_to_who_knows_its_token(app: TestApp) {
    let admin = app.tenant().await;
    let (_, door) = connected(&admin).await;
    assert_eq!(door.shake(TOKEN, "1158201444").await, (200, "1158201444".to_owned()));
    let answer = door
        .http
        .get(format!("{}?hub.mode=subscribe&hub.verify_token={TOKEN}&hub.challenge=7", door.url));
    let answer = answer.send().await.expect("an answer");
    assert!(
        answer.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/plain"))
    );
    assert_eq!(door.shake("baska-bir-token", "1").await.0, 403);
    assert_eq!(door.shake("", "1").await.0, 403);
    assert_eq!(door.shake(TOKEN, &"1".repeat(500)).await.0, 403);
    assert_eq!(door.shake(TOKEN, "%3Cscript%3E%20").await.0, 403);
    let bare = door.http.get(&door.url).send().await.expect("an answer");
    assert_eq!(bare.status(), 403);
    let nowhere = App::new(&format!("{}/hooks/meta/{}", app.base(), "a".repeat(43)), SECRET);
    assert_eq!(nowhere.shake(TOKEN, "1").await.0, 404);
    assert_eq!(nowhere.send(&message()).await, 404);
    assert_eq!(
        App::new(&format!("{}/hooks/meta/x", app.base()), SECRET).send(&message()).await,
        404
    );
}

async fn only_what_the_app_has_signed_is_stored(app: TestApp) {
    let admin = app.tenant().await;
    let (_, door) = connected(&admin).await;
    let other = app.tenant().await;
    let body = json!({ "name": "Başka", "app_secret": "baska-uygulama", "verify_token": TOKEN });
    other.post("/connections", body).await.ok();
    let bytes = message().to_string().into_bytes();
    let right = signature(SECRET, &bytes);
    let theirs = signature("baska-uygulama", &bytes);
    let of_other_bytes = signature(SECRET, b"{}");
    for forged in ["", "sha256=", "sha1=0", &theirs, &of_other_bytes, &right.replace("sha256=", "")]
    {
        assert_eq!(door.send_signed(bytes.clone(), forged).await, 401, "{forged}");
    }
    let mut changed = bytes.clone();
    changed.push(b' ');
    assert_eq!(door.send_signed(changed, &right).await, 401);
    let unsigned = door.http.post(&door.url).body(bytes.clone()).send().await.expect("an answer");
    assert_eq!(unsigned.status(), 401);
    assert_eq!(app.database().count("hook").await, 0);

    assert_eq!(door.send_signed(bytes.clone(), &right).await, 200);
    for _ in 0..3 {
        assert_eq!(door.send_signed(bytes.clone(), &right).await, 200);
    }
    assert_eq!(app.database().count("hook").await, 1, "the same bytes are one payload");
    // the same payload in other letters is other bytes, but no other message
    assert_eq!(door.send(&message()).await, 200);
    within(std::time::Duration::from_secs(15), "both split", || async {
        let split = app.database().count("hook WHERE state = 'split'").await;
        if split == 2 { Ok(()) } else { Err(split) }
    })
    .await;
    assert_eq!(app.database().count("hook_item").await, 1);

    // signed, but nothing that can be read: kept all the same
    for odd in [
        b"not json".to_vec(),
        Vec::new(),
        b"\xff\xfe\x00".to_vec(),
        b"{\"a\":\"\\ud800\"}".to_vec(),
    ] {
        assert_eq!(door.send_bytes(odd).await, 200);
    }
    let page = within(std::time::Duration::from_secs(15), "four that cannot be read", || async {
        let page = admin.get("/channels/hooks?state=unreadable").await.ok();
        if page["items"].as_array().map(Vec::len) == Some(4) { Ok(page) } else { Err(page) }
    })
    .await;
    let mut bodies = Vec::new();
    for one in page["items"].as_array().expect("items") {
        let whole = admin
            .get(&format!("/channels/hooks/{}", one["id"].as_str().expect("an id")))
            .await
            .ok();
        bodies.push(format!(
            "{}:{}",
            whole["coding"].as_str().unwrap_or(""),
            whole["body"].as_str().unwrap_or("")
        ));
        other
            .get(&format!("/channels/hooks/{}", one["id"].as_str().expect("an id")))
            .await
            .problem(404, "not_found");
    }
    bodies.sort();
    assert_eq!(bodies, ["base64://4A", "text:", "text:not json", "text:{\"a\":\"\\ud800\"}"]);
    let large = json!({ "object": "page", "entry": [], "x": "x".repeat(3 * 1024 * 1024) });
    assert_eq!(door.send(&large).await, 200, "three megabytes are what Meta sends at most");
    let huge = vec![b' '; 5 * 1024 * 1024];
    // who is refused in the middle of sending may hear nothing
    assert!(matches!(door.send_bytes(huge).await, 413 | 0));
}

async fn channels_are_for_those_who_manage_them(app: TestApp) {
    let (admin, [manager, sales]) = app.team(["manager", "sales"]).await;
    let (made, _) = connected(&admin).await;
    let id = channel(&admin, &made, "whatsapp", "2001").await;
    let stranger = app.tenant().await;
    for nobody in [&manager, &sales] {
        for path in ["/connections", "/channels", "/channels/ledger", "/channels/hooks"] {
            nobody.get(path).await.problem(403, "forbidden");
        }
        nobody
            .post(
                "/connections",
                json!({ "name": "X", "app_secret": SECRET, "verify_token": TOKEN }),
            )
            .await
            .problem(403, "forbidden");
        nobody
            .command_refused("tenant", "channel.remove", json!({ "channel": id }), "forbidden")
            .await;
    }
    let hears = sales.subscribe("tenant").await;
    let d = json!({ "channel": id, "name": "Yeni", "silent_hours": 6, "state": "paused" });
    let saved = admin.command("tenant", "channel.save", d).await;
    hears.reaches("tenant", saved["seq"].as_u64().expect("a seq")).await;
    assert!(hears.events("tenant").iter().all(|event| event["op"] != "channel.saved"));
    let shown = admin.get("/channels").await.ok()["items"][0].clone();
    assert_eq!(
        (&shown["name"], &shown["silent_hours"], &shown["state"]),
        (&json!("Yeni"), &json!(6), &json!("paused"))
    );
    // another tenant's ids are nobody's
    stranger
        .command_refused(
            "tenant",
            "channel.save",
            json!({ "channel": id, "name": "Ele geçti" }),
            "not_found",
        )
        .await;
    stranger
        .command_refused(
            "tenant",
            "connection.remove",
            json!({ "connection": made["id"] }),
            "not_found",
        )
        .await;
    stranger
        .patch(
            &format!("/connections/{}", made["id"].as_str().expect("an id")),
            json!({ "name": "Ele geçti" }),
        )
        .await
        .problem(404, "not_found");
    let theirs =
        json!({ "connection": made["id"], "kind": "whatsapp", "external_id": "9", "name": "X" });
    stranger.command_refused("tenant", "channel.save", theirs, "invalid").await;
    // what makes no sense
    for (field, value) in [
        ("kind", json!("fax")),
        ("external_id", json!("a b")),
        ("external_id", json!("2001")),
        ("state", json!("asleep")),
        ("silent_hours", json!(-1)),
        ("silent_hours", json!(721)),
        ("name", json!(" ")),
    ] {
        let mut d = json!({ "connection": made["id"], "kind": "whatsapp", "external_id": "2002", "name": "X" });
        d[field] = value;
        let refused = admin.command_refused("tenant", "channel.save", d, "invalid").await;
        assert_eq!(refused["error"]["errors"][0]["field"], field, "{refused}");
    }
    // what is the server's own work
    for (op, d) in [
        ("connection.save", json!({ "connection": made["id"], "app_secret": "1.x" })),
        (
            "hook.receive",
            json!({ "connection": made["id"], "digest": "x", "bytes": 1, "coding": "text", "body": "{}" }),
        ),
        ("hook.split", json!({ "connection": made["id"], "claim": false })),
        ("channel.silence", json!({ "channel": id })),
    ] {
        admin.command_refused("tenant", op, d, "forbidden").await;
    }
}

async fn a_removed_connection_has_no_door(app: TestApp) {
    let admin = app.tenant().await;
    let (made, door) = connected(&admin).await;
    let id = channel(&admin, &made, "whatsapp", "2001").await;
    assert_eq!(door.send(&message()).await, 200);
    let d = json!({ "connection": made["id"] });
    let refused = admin.command_refused("tenant", "connection.remove", d.clone(), "conflict").await;
    assert_eq!(refused["error"]["reason"], "connection_in_use", "{refused}");
    admin.command("tenant", "channel.remove", json!({ "channel": id })).await;
    admin.command("tenant", "connection.remove", d).await;
    assert_eq!(door.send(&message()).await, 404);
    assert_eq!(admin.get("/connections").await.ok()["items"], json!([]));
    let left =
        app.database().rows("SELECT app_secret, verify_token, access_token FROM connection").await;
    assert_eq!(left, [json!({ "app_secret": "", "verify_token": "", "access_token": null })]);
    assert_eq!(app.database().count("hook").await, 1, "what came in stays");
}

#[tokio::test]
async fn another_master_key_is_refused_and_a_new_one_takes_over() {
    let database = Database::fresh(Kind::Sqlite).await;
    let settings = Settings::default();
    let server = Process::start(&database, &settings).await;
    let admin = User::stranger_at(&server.base).register("anahtarli").await;
    let (_, door) = connected(&admin).await;
    let path = door.url.rsplit_once("/hooks/").expect("a door").1.to_owned();
    let at = |base: &str| App::new(&format!("{base}/hooks/{path}"), SECRET);
    assert_eq!(at(&server.base).shake(TOKEN, "1").await.0, 200);
    server.terminate().await;
    let wrapped = database.rows("SELECT wrapped FROM data_key").await;

    let other = Settings::default().with("keys.master", "y".repeat(40));
    let (status, said) = Process::refuses(&database, &other).await;
    assert!(!status.success() && said.contains("keys.master"), "{said}");
    assert_eq!(database.rows("SELECT wrapped FROM data_key").await, wrapped, "nothing was changed");

    let old = "only-for-tests-only-for-tests-only-for-tests";
    let changed = other.clone().with("keys.previous", old);
    let server = Process::start(&database, &changed).await;
    assert_eq!(at(&server.base).shake(TOKEN, "2").await, (200, "2".to_owned()));
    server.terminate().await;
    assert_ne!(database.rows("SELECT wrapped FROM data_key").await, wrapped);
    // from now on the new one is enough, and the old one is another
    let server = Process::start(&database, &other).await;
    assert_eq!(at(&server.base).shake(TOKEN, "3").await.0, 200);
    server.terminate().await;
    let (status, _) = Process::refuses(&database, &settings).await;
    assert!(!status.success());
    database.drop_now().await;
}

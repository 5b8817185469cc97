//! Telling people from outside: once, on all their tabs, by the channels they chose, and nothing that is not theirs to
//! know.
use std::{fs, time::Duration};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{
    Kind, Settings, TestApp, User, eventually, on_both,
    push::{Browser, PushService, claims},
    with_both, within,
};

on_both!(
    an_owner_hears_of_it_once_and_all_tabs_agree,
    nobody_hears_of_their_own_hand_or_of_what_is_hidden,
    channels_and_quiet_hours_are_kept,
    leads_and_imports_are_told_of,
    bad_settings_are_refused,
    what_is_told_first_is_counted_too,
);
with_both!(a_push_reaches_only_the_browser_it_is_for, a_push_never_goes_to_a_private_address,);

async fn assign(admin: &User, customer: &str, add: &User) -> Value {
    let d = json!({ "add": [add.id()] });
    admin.command(&format!("customer:{customer}"), "customer.assign", d).await
}

async fn an_owner_hears_of_it_once_and_all_tabs_agree(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let first = admin.customer("Işıl Çağlayan", json!({})).await;
    let second = admin.customer("Rıza Işık", json!({})).await;
    let (mut tab, mut phone) =
        (ayse.subscribe("me").await, ayse.login().await.subscribe("me").await);
    assign(&admin, &first, &ayse).await;
    let added = tab.event("notification.added").await["d"].clone();
    let shown = &added["notification"];
    assert_eq!((&shown["kind"], &added["unread"]), (&json!("assigned"), &json!(1)));
    assert_eq!(shown["customer_name"], "Işıl Çağlayan");
    assert_eq!(shown["d"], json!({ "what": "customer", "by": admin.id() }));
    // owners that do not change are no news
    assign(&admin, &first, &ayse).await;
    assign(&admin, &second, &ayse).await;
    assert_eq!(tab.event("notification.added").await["d"]["unread"], 2);
    phone.event("notification.added").await;
    phone.event("notification.added").await;

    let d = json!({ "ids": [shown["id"]] });
    ayse.command("me", "notification.read", d.clone()).await;
    for screen in [&mut tab, &mut phone] {
        let read = screen.event("notification.read").await["d"].clone();
        assert_eq!((&read["ids"], &read["unread"]), (&d["ids"], &json!(1)));
        assert!(read["read_at"].is_string());
    }
    ayse.command("me", "notification.unread", d.clone()).await;
    assert_eq!(phone.event("notification.unread").await["d"]["unread"], 2);
    ayse.command("me", "notification.read", json!({})).await;
    let all = phone.event("notification.read").await["d"].clone();
    assert_eq!((&all["unread"], &all["ids"]), (&json!(0), &Value::Null));
    assert!(all["until"].is_string());

    let list = ayse.get("/notifications").await.ok();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(2));
    assert!(list["items"][0]["read_at"].is_string());
    assert_eq!(list["items"][1]["id"], shown["id"]);
    assert_eq!(ayse.get("/notifications?unread=true").await.ok()["items"], json!([]));
    let page = ayse.get("/notifications?limit=1").await.ok();
    let cursor = page["next_cursor"].as_str().expect("a cursor").to_owned();
    let rest = ayse.get(&format!("/notifications?limit=1&cursor={cursor}")).await.ok();
    assert_eq!((&rest["items"][0]["id"], &rest["next_cursor"]), (&shown["id"], &Value::Null));
    let mut fresh = ayse.socket().await;
    let me = fresh.snapshot("me").await["d"].clone();
    assert_eq!((&me["unread"], &me["notifications"]), (&json!(0), &list["items"]));
    // what is another's cannot be read by me, and nothing is said of it
    admin.command("me", "notification.read", d).await;
    assert_eq!(admin.get("/notifications").await.ok()["items"], json!([]));
}

async fn nobody_hears_of_their_own_hand_or_of_what_is_hidden(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    admin.patch("/roles/sales", json!({ "visibility": "own" })).await.ok();
    let (ayse, mehmet) = (ayse.login().await, mehmet.login().await);
    let mut ear = admin.subscribe("me").await;
    let own = json!({ "owners": [admin.id(), mehmet.id()] });
    let customer = admin.customer("Gizli kanarya", own).await;
    eventually("Mehmet's notice", || async {
        let list = mehmet.get("/notifications").await.ok();
        if list["items"].as_array().is_some_and(|items| items.len() == 1) {
            Ok(())
        } else {
            Err(list)
        }
    })
    .await;
    // shown no longer, it is not counted and not listed
    let d = json!({ "remove": [mehmet.id()] });
    admin.command(&format!("customer:{customer}"), "customer.assign", d).await;
    assert_eq!(mehmet.get("/notifications").await.ok()["items"], json!([]));
    let mut socket = mehmet.socket().await;
    let me = socket.snapshot("me").await["d"].clone();
    assert_eq!((&me["unread"], &me["notifications"]), (&json!(0), &json!([])));
    assert!(!ayse.get("/notifications").await.text.contains("kanarya"));
    ear.settle().await;
    assert!(ear.frames().iter().all(|f| f["op"] != "notification.added"), "told of her own hand");
    // nobody else's centre
    let foreign = format!("user:{}", mehmet.id());
    ayse.command_refused(&foreign, "notification.read", json!({}), "not_found").await;
}

/// How many letters are in the folder.
fn letters(app: &TestApp) -> Vec<String> {
    let folder = app.database().folder().join("mail");
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let letters = files.filter(|file| file.path().extension().is_some_and(|end| end == "eml"));
    letters.filter_map(|file| fs::read_to_string(file.path()).ok()).collect()
}

async fn channels_and_quiet_hours_are_kept(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let mut tab = ayse.subscribe("me").await;
    let kind = |app: bool, mail: &str| json!({ "app": app, "mail": mail, "push": false });
    let set = |channels: Value, quiet: Value| {
        let d = json!({ "settings": { "channels": { "assigned": channels }, "quiet": quiet } });
        ayse.command("me", "notification.set", d)
    };
    let before = letters(&app).len();
    let mut customers = Vec::new();
    for name in ["Bir", "İki", "Üç", "Dört"] {
        customers.push(admin.customer(name, json!({})).await);
    }
    // all day quiet: nothing goes out, but it stands in the application
    set(kind(true, "now"), json!({ "from": "00:00", "to": "00:00" })).await;
    let chosen = tab.event("notification.settings").await["d"]["settings"].clone();
    assert_eq!(chosen["channels"]["assigned"], kind(true, "now"));
    assert_eq!(chosen["channels"]["reminder_due"]["app"], true);
    assign(&admin, &customers[0], &ayse).await;
    tab.event("notification.added").await;
    // neither in the application nor anywhere
    set(kind(false, "off"), Value::Null).await;
    assign(&admin, &customers[1], &ayse).await;
    // tomorrow morning
    set(kind(true, "daily"), Value::Null).await;
    assign(&admin, &customers[2], &ayse).await;
    assert_eq!(tab.event("notification.added").await["d"]["notification"]["customer_name"], "Üç");
    set(kind(true, "now"), Value::Null).await;
    assign(&admin, &customers[3], &ayse).await;
    let mails = within(Duration::from_secs(10), "the mail", || async {
        let mails = letters(&app);
        if mails.len() > before { Ok(mails) } else { Err(mails.len()) }
    })
    .await;
    assert_eq!(mails.len(), before + 1, "one letter, for what was to go out now");
    assert!(mails.iter().any(|mail| mail.contains(&ayse.email)));
    let waiting = app.database().count("notification WHERE mail_at IS NOT NULL").await;
    assert_eq!(waiting, 2, "one for the end of the quiet hours, one for the morning");
    assert_eq!(app.database().count("notification").await, 3, "what no channel takes is not kept");
    let mut fresh = ayse.socket().await;
    assert_eq!(
        fresh.snapshot("me").await["d"]["settings"]["channels"]["assigned"],
        kind(true, "now")
    );
}

async fn leads_and_imports_are_told_of(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let own = json!({ "phones": ["0532 111 22 33"], "owners": [ayse.id()] });
    let customer = admin.customer("Lale İçöz", own).await;
    let mut tab = ayse.subscribe("me").await;
    let lead =
        json!({ "phones": ["+90 532 111 22 33"], "need": "3+1", "source": { "channel": "web" } });
    admin.lead(lead).await;
    let told = tab
        .next_where("the lead", |f| f["d"]["notification"]["kind"] == "lead_received")
        .await["d"]["notification"]
        .clone();
    assert_eq!((&told["customer_id"], &told["d"]["need"]), (&json!(customer), &json!("3+1")));
    assert_eq!(told["d"]["source"]["channel"], "web");

    let mut mine = admin.subscribe("me").await;
    let csv = "Ad Soyad;Telefon\nBir Kişi;0532 999 88 77\n".as_bytes().to_vec();
    let part = reqwest::multipart::Part::bytes(csv).file_name("liste.csv");
    let form = reqwest::multipart::Form::new().part("file", part);
    let request = admin.request(reqwest::Method::POST, "/imports").multipart(form);
    let import = admin.send(request).await.ok();
    let path = format!("/imports/{}/commit", import["id"].as_str().expect("an id"));
    admin.post(&path, json!({})).await.ok();
    let told = mine
        .next_where("the import", |f| f["d"]["notification"]["kind"] == "import_done")
        .await["d"]["notification"]["d"]
        .clone();
    assert_eq!((&told["import"], &told["state"]), (&import["id"], &json!("done")));
    assert_eq!((&told["created"], &told["file_name"]), (&json!(1), &json!("liste.csv")));
}

async fn bad_settings_are_refused(app: TestApp) {
    let admin = app.tenant().await;
    let quiet = |from: &str, to: &str, days: Value| json!({ "settings": { "quiet": { "from": from, "to": to, "days": days } } });
    for d in [
        quiet("24:00", "08:00", Value::Null),
        quiet("9", "10:00", Value::Null),
        quiet("22:00", "", Value::Null),
        quiet("22:00", "08:00", json!([])),
        quiet("22:00", "08:00", json!([0])),
        quiet("22:00", "08:00", json!([8])),
        json!({ "settings": { "channels": { "kahve": { "app": true, "mail": "off", "push": false } } } }),
        json!({ "settings": { "channels": { "assigned": { "app": true, "mail": "x", "push": true } } } }),
        json!({ "settings": 1 }),
        json!({}),
    ] {
        admin.command_refused("me", "notification.set", d, "invalid").await;
    }
    admin.command_refused("me", "notification.unread", json!({ "ids": [] }), "invalid").await;
    let both = json!({ "ids": [admin.id()], "until": "2026-01-01T00:00:00Z" });
    admin.command_refused("me", "notification.read", both, "invalid").await;
    admin.command_refused("tenant", "notification.read", json!({}), "invalid").await;
    assert_eq!(app.database().count("notification_settings").await, 0);
}

/// Of four who tell somebody who has never been told anything, at the same instant, each counts the others.
async fn what_is_told_first_is_counted_too(app: TestApp) {
    let admin = app.tenant().await;
    let mut customers = Vec::new();
    for n in 0..4 {
        customers.push(admin.customer(&format!("Müşteri {n}"), json!({})).await);
    }
    for _ in 0..5 {
        let new = admin.invite("sales").await;
        let mut tab = new.subscribe("me").await;
        join_all(customers.iter().map(|customer| assign(&admin, customer, &new))).await;
        for unread in 1..=4 {
            let added = tab.event("notification.added").await["d"].clone();
            assert_eq!(added["unread"], unread, "{added}");
        }
    }
}

fn with_push(allow_private: bool) -> Settings {
    Settings::default()
        .with("push.private_key", "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
        .with("push.subject", "mailto:nabiz@ornek.example")
        .with("push.allow_private", allow_private)
}

async fn a_push_reaches_only_the_browser_it_is_for(kind: Kind) {
    let app = TestApp::start_with(kind, with_push(true)).await;
    let service = PushService::start().await;
    let (admin, [ayse]) = app.team(["sales"]).await;
    let key = ayse.get("/push/key").await.ok()["key"].as_str().expect("a key").to_owned();
    let browser = Browser::new(&format!("{}/bir", service.origin));
    let other = Browser::new(&format!("{}/iki", service.origin));
    let id = ayse.post("/push/subscriptions", browser.subscription()).await.ok()["id"].clone();
    let again = ayse.post("/push/subscriptions", browser.subscription()).await.ok();
    assert_eq!(again["id"], id, "the same browser");
    admin.post("/push/subscriptions", other.subscription()).await.ok();

    let customer = admin.customer("Işıl Çağlayan", json!({})).await;
    assign(&admin, &customer, &ayse).await;
    let first = pushed(&service, 1).await.remove(0);
    assert_eq!((first.path.as_str(), first.header("content-encoding")), ("/bir", "aes128gcm"));
    assert!(first.header("ttl").parse::<u32>().is_ok_and(|ttl| ttl > 0));
    let signed = claims(&first, &key);
    assert_eq!(
        (&signed["aud"], &signed["sub"]),
        (&json!(service.origin), &json!("mailto:nabiz@ornek.example"))
    );
    let message = browser.open(&first).expect("a message for this browser");
    assert_eq!(message["url"], json!(format!("/customers/{customer}")));
    assert_eq!((&message["kind"], &message["body"]), (&json!("assigned"), &json!("Işıl Çağlayan")));
    assert!(other.open(&first).is_none());

    // busy: tried again, with a fresh seal; unsubscribed: forgotten
    service.answers(&[503, 201, 410]);
    for name in ["İkinci", "Üçüncü"] {
        let customer = admin.customer(name, json!({})).await;
        assign(&admin, &customer, &ayse).await;
        let count = if name == "İkinci" { 3 } else { 4 };
        pushed(&service, count).await;
    }
    let all = service.pushes();
    assert_ne!(all[1].body, all[2].body);
    assert_eq!(browser.open(&all[1]), browser.open(&all[2]));
    within(Duration::from_secs(5), "the browser is forgotten", || async {
        let known = app.database().count("push_subscription").await;
        if known == 1 { Ok(()) } else { Err(known) }
    })
    .await;

    // signed out, a device hears nothing more
    let device = ayse.login().await;
    let third = Browser::new(&format!("{}/uc", service.origin));
    device.post("/push/subscriptions", third.subscription()).await.ok();
    device.post("/auth/logout", json!({})).await;
    let fourth = Browser::new(&format!("{}/dort", service.origin));
    let own = ayse.post("/push/subscriptions", fourth.subscription()).await.ok();
    let customer = admin.customer("Dördüncü", json!({})).await;
    assign(&admin, &customer, &ayse).await;
    let last = pushed(&service, 5).await.remove(4);
    assert_eq!(last.path, "/dort");
    let path = format!("/push/subscriptions/{}", own["id"].as_str().expect("an id"));
    admin.delete(&path).await.problem(404, "not_found");
    assert_eq!(ayse.delete(&path).await.status, 204);
    assert!(service.pushes().iter().all(|push| push.path != "/uc" && push.path != "/iki"));
}

async fn pushed(service: &PushService, count: usize) -> Vec<tests::push::Push> {
    within(Duration::from_secs(15), "a push", || async {
        let pushes = service.pushes();
        if pushes.len() >= count { Ok(pushes) } else { Err(pushes.len()) }
    })
    .await
}

async fn a_push_never_goes_to_a_private_address(kind: Kind) {
    let app = TestApp::start_with(kind, with_push(false)).await;
    let admin = app.tenant().await;
    for endpoint in [
        "http://push.ornek.example/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.7/x",
        "https://169.254.169.254/latest/meta-data",
        "https://kullanici:parola@push.ornek.example/x",
        "nonsense",
    ] {
        let refused =
            admin.post("/push/subscriptions", Browser::new(endpoint).subscription()).await;
        assert_eq!(refused.problem(422, "invalid")["errors"][0]["field"], "endpoint", "{endpoint}");
    }
    let mut bad = Browser::new("https://push.ornek.example/x").subscription();
    bad["keys"]["p256dh"] = json!("AAAA");
    let refused = admin.post("/push/subscriptions", bad).await;
    assert_eq!(refused.problem(422, "invalid")["errors"][0]["field"], "keys");

    let off = TestApp::start(kind).await;
    let admin = off.tenant().await;
    assert_eq!(admin.get("/push/key").await.ok(), json!({ "key": null }));
    let browser = Browser::new("https://push.ornek.example/x");
    admin.post("/push/subscriptions", browser.subscription()).await.problem(409, "push_off");
}

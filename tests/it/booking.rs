//! The public page from outside: strangers find free slots, book, and change by their link; the customer is the one that
//! was known, a mail with a calendar entry goes out, and nothing of anybody else is told.
use base64::Engine;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use tests::{TestApp, User, eventually, on_both};

use crate::agenda::{always_open, monday, wire};

on_both!(
    a_stranger_books_moves_and_cancels,
    of_two_strangers_one_gets_the_last_slot,
    a_known_phone_is_the_same_customer_and_none_books_without_end,
    the_page_tells_only_what_it_shows,
    what_strangers_send_is_looked_at_twice,
);

/// An open page with one service that one person does; the service's id.
async fn open(admin: &User, people: &[&str]) -> String {
    always_open(admin).await;
    admin
        .command(
            "agenda",
            "booking.settings",
            json!({ "public": true, "notice_minutes": 60, "place": "Showroom" }),
        )
        .await;
    let d =
        json!({ "name": "Örnek daire gezisi", "minutes": 60, "people": people, "public": true });
    let made = admin.command("agenda", "service.create", d).await;
    made["d"]["service_id"].as_str().expect("a service").to_owned()
}

fn page(admin: &User) -> String {
    format!("/public/booking/{}", admin.tenant["slug"].as_str().expect("a slug"))
}

fn wanted(service: &str, start: DateTime<Utc>, name: &str, phone: &str) -> Value {
    json!({ "service": service, "starts_at": wire(start), "name": name, "phone": phone, "consent": true })
}

/// The mails to an address so far.
fn mails(app: &TestApp, to: &str) -> Vec<String> {
    let folder = app.database().folder().join("mail");
    let read = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let texts = read.filter_map(|entry| std::fs::read_to_string(entry.path()).ok());
    texts.filter(|text| text.contains(to)).collect()
}

async fn a_stranger_books_moves_and_cancels(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let service = open(&admin, &[ayse.id()]).await;
    let mut screen = ayse.subscribe("agenda").await;
    let (stranger, page, start) = (app.stranger(), page(&admin), monday(9));
    let shown = stranger.get(&page).await.ok();
    assert_eq!(shown["services"][0]["name"], "Örnek daire gezisi");
    assert_eq!(shown["people"][0]["id"], ayse.id());
    assert!(shown["consent"].as_str().is_some_and(|text| !text.is_empty()));
    let slots = format!("{page}/slots?service={service}&from={}&days=1", wire(start));
    let free = stranger.get(&slots).await.ok();
    assert_eq!(free["items"][0]["starts_at"], wire(start));
    let mut d = wanted(&service, start, "Işıl Çağlayan", "0532 111 22 33");
    d["email"] = json!("isil@ornek.example");
    let made = stranger.post(&page, d).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.ok();
    assert_eq!(made["appointment"]["people"][0]["id"], ayse.id());
    let event = screen.event("appointment.booked").await;
    let known = &event["d"]["appointment"];
    assert_eq!(
        (&known["source"], &known["guest"]["name"]),
        (&json!("public"), &json!("Işıl Çağlayan")),
        "{event}"
    );
    // the customer, with the card that every lead gets
    let customer = known["customer_id"].as_str().expect("a customer");
    let detail = admin.get(&format!("/customers/{customer}")).await.ok();
    assert_eq!(detail["source"]["channel"], "booking", "{detail}");
    assert_eq!(detail["cards"].as_array().map(Vec::len), Some(1), "{detail}");
    let board = admin.default_board().await;
    let cards = board.read(&admin).await.cards;
    // or the day before, where the rule that has it confirmed was quicker than we
    let due = cards.values().next().expect("a card")["next_due_at"].clone();
    assert!([start, start - Duration::days(1)].map(wire).map(Value::from).contains(&due), "{due}");
    let mail =
        eventually("a mail", || async { mails(&app, "isil@ornek.example").pop().ok_or("none") })
            .await;
    assert!(mail.contains("text/calendar") && mail.contains("randevu.ics"), "{mail}");
    // behind the link there is the same file, under the name that colleagues' calendars have it by
    let link = format!("/public/appointments/{}", made["token"].as_str().expect("a token"));
    let file = stranger.get(&format!("{link}.ics")).await;
    assert!(file.header("content-type").starts_with("text/calendar"), "{:?}", file.headers);
    let uid = format!("UID:{}@nabiz\r\n", known["id"].as_str().expect("an id"));
    let unfolded = |text: &str| text.replace("\r\n ", "");
    assert!(unfolded(&file.text).contains(&uid), "{}", file.text);
    assert!(unfolded(&file.text).contains("\r\nORGANIZER;CN="), "{}", file.text);
    let mailed = base64::engine::general_purpose::STANDARD.encode(&file.text);
    assert!(mail.replace("\r\n", "").contains(&mailed), "{mail}");
    // taken now
    assert_ne!(stranger.get(&slots).await.ok()["items"][0]["starts_at"], wire(start));
    let to = start + Duration::hours(3);
    let moved = stranger.post(&format!("{link}/move"), json!({ "starts_at": wire(to) })).await.ok();
    assert_eq!(moved["starts_at"], wire(to));
    screen.event("appointment.moved").await;
    let others = stranger.get(&format!("{link}/slots?from={}&days=1", wire(start))).await.ok();
    assert_eq!(others["items"][0]["starts_at"], wire(start), "its own time counts as free");
    let gone = stranger.post(&format!("{link}/cancel"), json!({ "reason": "Hastayım" })).await.ok();
    assert_eq!((&gone["state"], &gone["changeable"]), (&json!("cancelled"), &json!(false)));
    assert_eq!(
        screen.event("appointment.cancelled").await["d"]["appointment"]["reason"],
        "Hastayım"
    );
    stranger
        .post(&format!("{link}/move"), json!({ "starts_at": wire(start) }))
        .await
        .problem(409, "appointment_state");
    assert_eq!(stranger.get(&link).await.ok()["state"], "cancelled");
    let file = unfolded(&stranger.get(&format!("{link}.ics")).await.text);
    assert!(file.contains(&uid) && file.contains("METHOD:CANCEL\r\n"), "{file}");
    assert!(file.contains("SEQUENCE:3\r\n") && file.contains("STATUS:CANCELLED\r\n"), "{file}");
}

async fn of_two_strangers_one_gets_the_last_slot(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let service = open(&admin, &[ayse.id()]).await;
    let (page, start) = (page(&admin), monday(9));
    let (one, two) = (app.stranger(), app.stranger());
    let (first, second) = tokio::join!(
        one.post(&page, wanted(&service, start, "Birinci", "0532 111 22 33")),
        two.post(&page, wanted(&service, start, "İkinci", "0532 444 55 66")),
    );
    let (won, lost) = if first.status == 201 { (first, second) } else { (second, first) };
    assert_eq!(won.status, 201, "{}", won.text);
    let lost = lost.problem(409, "slot_taken");
    let free = lost["d"]["free"].as_array().expect("offers").clone();
    assert_eq!(free.len(), 3, "{lost}");
    let at: DateTime<Utc> =
        free[0]["starts_at"].as_str().and_then(|at| at.parse().ok()).expect("a time");
    // whoever was refused left no trace: no customer without an appointment
    assert_eq!(app.database().count("customer").await, 1);
    let again = two.post(&page, wanted(&service, at, "İkinci", "0532 444 55 66")).await;
    assert_eq!(again.status, 201, "{}", again.text);
}

async fn a_known_phone_is_the_same_customer_and_none_books_without_end(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let service = open(&admin, &[ayse.id(), mehmet.id()]).await;
    let known = admin.customer("Eski Müşteri", json!({ "phones": ["0532 111 22 33"] })).await;
    let (stranger, page, start) = (app.stranger(), page(&admin), monday(9));
    for n in 0..3 {
        let d =
            wanted(&service, start + Duration::hours(2 * n), "Eski Müşteri", "+90 532 111 22 33");
        assert_eq!(stranger.post(&page, d).await.status, 201);
    }
    let d = wanted(&service, start + Duration::hours(8), "Eski Müşteri", "0532 111 22 33");
    stranger.post(&page, d).await.problem(409, "too_many");
    let range = format!("/agenda?from={}&to={}", wire(start), wire(start + Duration::days(1)));
    let items = admin.get(&range).await.ok()["items"].as_array().cloned().expect("items");
    assert_eq!(items.len(), 3);
    assert!(items.iter().all(|one| one["customer_id"] == known.as_str()), "{items:?}");
    assert_eq!(app.database().count("customer").await, 1);
    // two do it, so two can have the same hour, and no third
    for (n, status) in [(1, 201), (2, 409)] {
        let d = wanted(&service, start, &format!("Yeni {n}"), &format!("0533 000 00 0{n}"));
        assert_eq!(stranger.post(&page, d).await.status, status, "{n}");
    }
    // the same key is the same booking
    let d = wanted(&service, start + Duration::days(1), "Tekrar", "0535 111 22 33");
    let send = || {
        stranger.request(reqwest::Method::POST, &page).header("idempotency-key", "bir-kez").json(&d)
    };
    let (first, second) = (stranger.send(send()).await.ok(), stranger.send(send()).await.ok());
    assert_eq!(first["token"], second["token"]);
}

async fn the_page_tells_only_what_it_shows(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let (stranger, page) = (app.stranger(), page(&admin));
    stranger.get(&page).await.problem(404, "not_found");
    let service = open(&admin, &[ayse.id()]).await;
    admin
        .command(
            "agenda",
            "service.create",
            json!({ "name": "İç toplantı kanarya", "minutes": 30 }),
        )
        .await;
    admin.command("agenda", "booking.settings", json!({ "show_people": false })).await;
    let shown = stranger.get(&page).await;
    assert!(!shown.text.contains("kanarya") && !shown.text.contains(ayse.id()), "{}", shown.text);
    let start = monday(9);
    let slots =
        stranger.get(&format!("{page}/slots?service={service}&from={}&days=1", wire(start))).await;
    assert!(!slots.text.contains(ayse.id()) && slots.text.contains(&wire(start)), "{}", slots.text);
    let mut d = wanted(&service, start, "Merak", "0532 111 22 33");
    d["person"] = json!(ayse.id());
    stranger.post(&page, d).await.problem(422, "invalid");
    let made = stranger.post(&page, wanted(&service, start, "Merak", "0532 111 22 33")).await;
    assert!(made.status == 201 && !made.text.contains(ayse.id()), "{}", made.text);
    let lost = stranger.post(&page, wanted(&service, start, "Öteki", "0532 444 55 66")).await;
    assert!(lost.status == 409 && !lost.text.contains(ayse.id()), "{}", lost.text);
    admin.command("agenda", "booking.settings", json!({ "public": false })).await;
    stranger.get(&page).await.problem(404, "not_found");
    stranger
        .post(&page, wanted(&service, start, "Geç", "0532 777 88 99"))
        .await
        .problem(404, "not_found");
    // the link still shows what is booked, and changes nothing
    let made = made.ok();
    let link = format!("/public/appointments/{}", made["token"].as_str().expect("a token"));
    assert_eq!(stranger.get(&link).await.ok()["changeable"], false);
    stranger.post(&format!("{link}/cancel"), json!({})).await.problem(404, "not_found");
    let to = json!({ "starts_at": wire(start + Duration::hours(3)) });
    stranger.post(&format!("{link}/move"), to).await.problem(404, "not_found");
    assert_eq!(stranger.get(&link).await.ok()["state"], "booked");
}

async fn what_strangers_send_is_looked_at_twice(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let service = open(&admin, &[ayse.id()]).await;
    let (stranger, page, start) = (app.stranger(), page(&admin), monday(9));
    let good = || wanted(&service, start, "İyi", "0532 111 22 33");
    for (field, value) in [
        ("consent", json!(false)),
        ("consent", json!(null)),
        ("name", json!("")),
        ("name", json!("x".repeat(5_000))),
        ("phone", json!(null)),
        ("phone", json!("abc")),
        ("email", json!("x")),
        ("starts_at", json!(wire(Utc::now()))),
        ("starts_at", json!(wire(Utc::now() + Duration::days(400)))),
        ("starts_at", json!("yarın")),
        ("service", json!(ayse.id())),
        ("person", json!(admin.id())),
        ("note", json!("a\u{0}b")),
        ("unknown", json!(1)),
    ] {
        let mut d = good();
        d[field] = value;
        stranger.post(&page, d).await.refused();
    }
    for slug in ["yok", "%00", "a%20b", "..%2f", &"x".repeat(500)] {
        let answer = stranger.get(&format!("/public/booking/{slug}")).await;
        assert!(matches!(answer.status, 400 | 404 | 414), "{slug:.20}: {}", answer.status);
    }
    for token in ["x", "x.ics", "%00", &"A".repeat(86), &"A".repeat(3_000)] {
        let answer = stranger.get(&format!("/public/appointments/{token}")).await;
        assert!(matches!(answer.status, 400 | 404 | 414), "{token:.20}: {}", answer.status);
    }
    // an off-grid or closed time is not on offer, so it is not sold
    let between = start + Duration::minutes(7);
    let d = wanted(&service, between, "Arada", "0532 111 22 33");
    let refused = stranger.post(&page, d).await.problem(409, "slot_taken");
    assert_eq!(refused["d"]["free"].as_array().map(Vec::len), Some(3), "{refused}");
    let d = wanted(&service, start, "Geç kalan", "0532 111 22 33");
    let made = stranger.post(&page, d).await.ok();
    let link = format!("/public/appointments/{}", made["token"].as_str().expect("a token"));
    let to = json!({ "starts_at": wire(between) });
    stranger.post(&format!("{link}/move"), to).await.problem(409, "slot_taken");
    admin.command("agenda", "booking.settings", json!({ "notice_minutes": 43_200 })).await;
    stranger.post(&format!("{link}/cancel"), json!({})).await.problem(409, "too_late");
    assert_eq!(app.database().count("customer").await, 1);
    assert_eq!(app.database().count("appointment").await, 1);
}

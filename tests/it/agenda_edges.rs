//! The agenda's edges from outside: what is refused, calendars for other programs, the clock that says that nobody came,
//! merges.
use chrono::{Duration, Utc};
use serde_json::{Value, json};
use tests::{TestApp, eventually, on_both};

use crate::agenda::{always_open, book, items, monday, show, wire};
use crate::rules::alone;

on_both!(
    what_is_not_allowed_or_makes_no_sense_is_refused,
    a_customers_page_says_nothing_of_what_one_may_not_see,
    a_calendar_program_reads_the_feed,
    nobody_came_and_the_clock_says_so,
    a_merge_moves_appointments_and_takes_them_back,
    what_is_to_be_confirmed_is_confirmed_before_the_time_it_was_moved_to,
);

async fn what_is_not_allowed_or_makes_no_sense_is_refused(app: TestApp) {
    let (admin, [ayse, nobody]) = app.team(["sales", "operations"]).await;
    always_open(&admin).await;
    admin.patch("/roles/operations", json!({ "permissions": ["customers.view"] })).await.ok();
    let nobody = nobody.login().await;
    let start = monday(9);
    let d = json!({ "title": "Olmaz", "starts_at": wire(start) });
    nobody.command_refused("agenda", "appointment.book", d.clone(), "forbidden").await;
    nobody
        .get(&format!("/agenda?from={}&to={}", wire(start), wire(start + Duration::days(1))))
        .await
        .problem(403, "forbidden");
    ayse.command_refused(
        "agenda",
        "service.create",
        json!({ "name": "X", "minutes": 30 }),
        "forbidden",
    )
    .await;
    ayse.command_refused(
        "agenda",
        "appointment.lapse",
        json!({ "appointment": ayse.id(), "starts_at": wire(start) }),
        "invalid",
    )
    .await;
    ayse.command_refused("tenant", "appointment.book", d.clone(), "invalid").await;
    let end = |minutes: i64| wire(start + Duration::minutes(minutes));
    for bad in [
        json!({ "starts_at": wire(start) }),
        json!({ "title": "x", "starts_at": "dün" }),
        json!({ "title": "x", "starts_at": "1700-01-01T00:00:00Z" }),
        json!({ "title": "x", "starts_at": wire(start), "ends_at": end(0) }),
        json!({ "title": "x", "starts_at": wire(start), "ends_at": end(-30) }),
        json!({ "title": "x", "starts_at": wire(start), "ends_at": end(2_000) }),
        json!({ "title": "x", "starts_at": wire(start), "people": ["0190aaaa-0000-7000-8000-000000000000"] }),
        json!({ "title": "x", "starts_at": wire(start), "resources": ["0190aaaa-0000-7000-8000-000000000000"] }),
        json!({ "title": "x", "starts_at": wire(start), "service_id": "0190aaaa-0000-7000-8000-000000000000" }),
        json!({ "title": "x".repeat(300), "starts_at": wire(start) }),
        json!({ "title": "x", "starts_at": wire(start), "repeat": { "rrule": "FREQ=SECONDLY", "count": 5 } }),
        json!({ "title": "x", "starts_at": wire(start), "repeat": { "rrule": "FREQ=DAILY" } }),
        json!({ "title": "x", "starts_at": wire(start), "repeat": { "rrule": "FREQ=DAILY", "count": 500 } }),
        json!({ "title": "x", "starts_at": wire(start), "ends_at": end(1_440), "service_id": null, "repeat": { "rrule": "FREQ=DAILY;BYDAY=MO", "count": 101 } }),
        json!({ "guest": { "name": "A", "phone": "abc" }, "starts_at": wire(start) }),
        json!({ "title": "x", "starts_at": wire(start), "unknown": 1 }),
    ] {
        ayse.command_refused("agenda", "appointment.book", bad, "invalid").await;
    }
    for bad in [
        json!({ "of": "tenant", "week": [] }),
        json!({ "of": "tenant", "week": [[{ "from": "9", "to": "10" }], [], [], [], [], [], []] }),
        json!({ "of": "user:x", "week": null }),
        json!({ "of": "user:0190aaaa-0000-7000-8000-000000000000", "week": null }),
    ] {
        admin.command_refused("agenda", "hours.set", bad, "invalid").await;
    }
    for query in [
        "",
        "?from=x&to=y",
        "?from=2026-01-01T00:00:00Z",
        "?from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z",
        "?from=2026-01-01T00:00:00Z&to=2026-06-01T00:00:00Z",
        "?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&people=x",
    ] {
        ayse.get(&format!("/agenda{query}")).await.refused();
    }
    for query in [
        "",
        "?from=2026-01-01T00:00:00Z&days=0",
        "?from=2026-01-01T00:00:00Z&days=99",
        "?from=2026-01-01T00:00:00Z&minutes=0",
    ] {
        ayse.get(&format!("/agenda/slots{query}")).await.refused();
    }
    ayse.get("/holidays?year=1900").await.refused();
    // another tenant's appointment is nobody's
    let theirs = app.tenant().await;
    always_open(&theirs).await;
    let id = book(&theirs, d).await;
    ayse.get(&format!("/appointments/{id}")).await.problem(404, "not_found");
    ayse.command_refused(
        "agenda",
        "appointment.confirm",
        json!({ "appointment": id }),
        "not_found",
    )
    .await;
    assert!(items(&ayse, start, 1).await.is_empty());
    let d = json!({ "title": "x", "starts_at": wire(start), "people": [theirs.id()] });
    ayse.command_refused("agenda", "appointment.book", d, "invalid").await;
}

async fn a_customers_page_says_nothing_of_what_one_may_not_see(app: TestApp) {
    let (admin, [clerk]) = app.team(["operations"]).await;
    always_open(&admin).await;
    let rights = json!(["customers.view", "customers.edit"]);
    admin.patch("/roles/operations", json!({ "permissions": rights })).await.ok();
    let clerk = clerk.login().await;
    let customer = admin.customer("Gizemli", json!({})).await;
    let topic = format!("customer:{customer}");
    let mut live = clerk.socket().await;
    live.snapshot(&topic).await;
    live.snapshot("tenant").await;
    let since = live.position(&topic).expect("a position");

    let start = monday(9);
    let d = json!({ "customer_id": customer, "starts_at": wire(start), "note": "gizli kanarya" });
    book(&admin, d).await;
    let board = admin.default_board().await;
    let d = json!({ "stage": board.first_stage(), "customer_id": customer, "need": "kanarya" });
    admin.command(&board.topic, "card.create", d).await;
    admin.invitation("kanarya@ornek.example", "sales").await;
    let last = admin.command("tenant", "team.create", json!({ "name": "Son" })).await;
    live.reaches("tenant", last["seq"].as_u64().expect("a seq")).await;
    let last = admin.command(&topic, "customer.update", json!({ "company": "Son" })).await;
    live.reaches(&topic, last["seq"].as_u64().expect("a seq")).await;
    let mut again = clerk.socket().await;
    assert_eq!(again.sub(&topic, json!({ "since": since })).await["mode"], "replay");
    again.reaches(&topic, last["seq"].as_u64().expect("a seq")).await;
    for socket in [&live, &again] {
        let heard = socket.frames().iter().map(Value::to_string).collect::<String>();
        assert!(heard.contains("Gizemli"), "the control");
        assert!(!heard.contains("kanarya"), "{heard}");
    }
    let path = format!("/customers/{customer}/timeline");
    let shown = clerk.get(&path).await.ok().to_string();
    assert!(shown.contains("customer.updated") && !shown.contains("kanarya"), "{shown}");
    assert!(admin.get(&path).await.ok().to_string().contains("kanarya"), "the control");
}

async fn a_calendar_program_reads_the_feed(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    always_open(&admin).await;
    let customer = admin.customer("Şükrü; İpekçi, A.Ş.", json!({})).await;
    let start = monday(7);
    let id = book(&ayse, json!({ "customer_id": customer, "title": "Keşif", "starts_at": wire(start), "note": "uzun bir açıklama ".repeat(12) })).await;
    let path = |url: &Value| {
        let url = url["url"].as_str().expect("a url");
        format!("//{}", url.splitn(4, '/').nth(3).expect("a path"))
    };
    let address = path(&ayse.get("/me/calendar-feed").await.ok());
    let stranger = app.stranger();
    let feed = stranger.get(&address).await;
    assert_eq!(feed.status, 200);
    assert!(feed.header("content-type").starts_with("text/calendar"), "{:?}", feed.headers);
    assert!(feed.text.split("\r\n").all(|line| line.len() <= 75), "{}", feed.text);
    let unfolded = feed.text.replace("\r\n ", "");
    assert!(unfolded.contains(&format!("UID:{id}@nabiz\r\n")), "{unfolded}");
    assert!(unfolded.contains("SUMMARY:Keşif: Şükrü\\; İpekçi\\, A.Ş.\r\n"), "{unfolded}");
    assert!(
        unfolded.contains("TZID:Europe/Istanbul\r\n") && unfolded.contains("T100000\r\n"),
        "{unfolded}"
    );
    assert!(unfolded.contains("SEQUENCE:1\r\n") && unfolded.contains("STATUS:TENTATIVE\r\n"));
    // nothing new: nothing is sent
    let tag = feed.header("etag").to_owned();
    let request = stranger.request(reqwest::Method::GET, &address).header("if-none-match", &tag);
    let same = stranger.send(request).await;
    assert_eq!((same.status, same.text.as_str()), (304, ""));
    ayse.command(
        "agenda",
        "appointment.cancel",
        json!({ "appointment": id, "reason": "Ertelendi" }),
    )
    .await;
    let request = stranger.request(reqwest::Method::GET, &address).header("if-none-match", &tag);
    let other = stranger.send(request).await;
    assert!(
        other.text.contains("STATUS:CANCELLED\r\n") && other.text.contains("SEQUENCE:2\r\n"),
        "{}",
        other.text
    );
    // a new address kills the old one; a guess opens nothing
    let fresh = path(&ayse.post("/me/calendar-feed", json!({})).await.ok());
    assert_eq!(stranger.get(&address).await.status, 404);
    assert_eq!(stranger.get(&fresh).await.status, 200);
    for guess in ["//api/v1/calendar/x.ics", "//api/v1/calendar/.ics", "//api/v1/calendar/%00.ics"]
    {
        assert!(matches!(stranger.get(guess).await.status, 400 | 404), "{guess}");
    }
    // whoever may not see the agenda any more has no calendar
    admin.patch("/roles/sales", json!({ "permissions": ["customers.view"] })).await.ok();
    assert_eq!(stranger.get(&fresh).await.status, 404);
}

async fn nobody_came_and_the_clock_says_so(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    always_open(&admin).await;
    admin.command("agenda", "booking.settings", json!({ "grace_minutes": 0 })).await;
    let customer = admin.customer("Gelmeyen", json!({ "owners": [admin.id()] })).await;
    let mut screen = admin.subscribe("agenda").await;
    let start = Utc::now() + Duration::milliseconds(2_500);
    let id = book(&ayse, json!({ "customer_id": customer, "starts_at": wire(start) })).await;
    let missed = screen.event("appointment.no_show").await;
    assert_eq!(
        (&missed["d"]["appointment"]["id"], &missed["by"]),
        (&json!(id), &json!("system")),
        "{missed}"
    );
    eventually("the owner is told", || async {
        let told = admin.get("/notifications").await.ok();
        let known = told["items"].as_array().expect("items").iter().any(|n| n["kind"] == "no_show");
        if known { Ok(()) } else { Err(told) }
    })
    .await;
    // once: the clock has nothing more to say
    let timeline =
        admin.get(&format!("/customers/{customer}/timeline?kind=appointment")).await.ok();
    assert_eq!(timeline["items"].as_array().map(Vec::len), Some(2), "{timeline}");
}

async fn a_merge_moves_appointments_and_takes_them_back(app: TestApp) {
    let admin = app.tenant().await;
    alone(&admin).await;
    always_open(&admin).await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Kalan").await;
    let of_card = |field: &'static str| {
        let (board, admin, card) = (&board, &admin, &card);
        async move { board.read(admin).await.cards[card][field].clone() }
    };
    let winner = of_card("customer_id").await.as_str().expect("a customer").to_owned();
    let loser = admin.customer("Giden", json!({})).await;
    let start = wire(monday(9));
    let id = book(&admin, json!({ "customer_id": loser, "starts_at": start })).await;
    let mut screen = admin.subscribe("agenda").await;
    let topic = format!("customer:{winner}");
    let merged = admin.command(&topic, "customer.merge", json!({ "other": loser })).await;
    assert_eq!(show(&admin, &id).await["customer_name"], "Kalan");
    // open agendas and calendars hear whose it is, and the card when
    let heard = screen.event("appointment.updated").await["d"]["appointment"].clone();
    assert_eq!((&heard["customer_name"], &heard["version"]), (&json!("Kalan"), &json!(2)));
    assert_eq!(of_card("next_due_at").await, json!(start));
    let d = json!({ "merge": merged["d"]["merge_id"] });
    admin.command(&topic, "customer.unmerge", d).await;
    let back = show(&admin, &id).await;
    assert_eq!((&back["customer_name"], &back["version"]), (&json!("Giden"), &json!(3)));
    assert_eq!(of_card("next_due_at").await, Value::Null);
}

async fn what_is_to_be_confirmed_is_confirmed_before_the_time_it_was_moved_to(app: TestApp) {
    let admin = app.tenant().await;
    alone(&admin).await;
    always_open(&admin).await;
    let customer = admin.customer("Taşınan", json!({})).await;
    let (start, day) = (monday(9), Duration::days(1));
    let id = book(&admin, json!({ "customer_id": customer, "starts_at": wire(start) })).await;
    let topic = format!("customer:{customer}");
    let mut viewer = admin.subscribe(&topic).await;
    let confirm = json!({ "text": "Teyit et", "kind": "confirm_appointment", "appointment": id, "due_at": wire(start - day) });
    admin.command(&topic, "reminder.add", confirm).await;
    let other = json!({ "text": "Başka", "due_at": wire(start - day) });
    admin.command(&topic, "reminder.add", other).await;
    let due = || async {
        let open = admin.get(&format!("/reminders?customer={customer}")).await.ok();
        let of = |text: &str| {
            let all = open["items"].as_array().expect("items").iter();
            all.clone().find(|one| one["text"] == text).expect("it is open")["due_at"].clone()
        };
        (of("Teyit et"), of("Başka"))
    };

    let d = json!({ "appointment": id, "starts_at": wire(start + day * 7) });
    admin.command("agenda", "appointment.move", d).await;
    assert_eq!(due().await, (json!(wire(start + day * 6)), json!(wire(start - day))));
    let heard = viewer.event("reminder.updated").await;
    assert_eq!(heard["d"]["reminder"]["due_at"], wire(start + day * 6), "{heard}");

    // too late for the day before: at once, never in the past
    let began = Utc::now();
    let d = json!({ "appointment": id, "starts_at": wire(began + Duration::hours(2)) });
    admin.command("agenda", "appointment.move", d).await;
    let fired = viewer.event("reminder.fired").await;
    let at: chrono::DateTime<Utc> =
        fired["d"]["reminder"]["due_at"].as_str().expect("a time").parse().expect("a time");
    assert!(at >= began - Duration::seconds(1) && at <= Utc::now(), "{fired}");
}

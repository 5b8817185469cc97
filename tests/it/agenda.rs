//! Appointments from outside: nobody twice at once, offers in refusals, series over a change of the clock, states, who
//! sees what.
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc, Weekday};
use serde_json::{Value, json};
use tests::{TestApp, User, on_both};

on_both!(
    of_two_who_take_the_last_slot_one_wins_and_the_other_is_offered_three,
    with_nobody_named_the_offers_are_those_of_anybody_who_does_it,
    an_appointment_goes_its_way_on_every_screen,
    a_series_keeps_its_hour_when_the_clocks_change,
    hours_holidays_and_time_off_are_kept_unless_forced,
    others_see_busy_time_and_nothing_of_whose,
);

/// A Monday some weeks ahead without a holiday around it, at an hour UTC.
pub(crate) fn monday(hour: u32) -> DateTime<Utc> {
    let today = Utc::now().date_naive();
    let next = (14..60).map(|n| today + Duration::days(n)).find(|day| {
        let far = |(m, d): (u32, u32)| {
            let holiday = NaiveDate::from_ymd_opt(day.year(), m, d).expect("a date");
            (holiday - *day).num_days().abs() > 8
        };
        day.weekday() == Weekday::Mon
            && [(1, 1), (4, 23), (5, 1), (5, 19), (7, 15), (8, 30), (10, 29)].into_iter().all(far)
    });
    next.expect("a Monday").and_hms_opt(hour, 0, 0).expect("an hour").and_utc()
}

pub(crate) fn wire(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// Every day from midnight to midnight, and no holidays: what a test is not about.
pub(crate) async fn always_open(admin: &User) {
    let day = json!([{ "from": "00:00", "to": "24:00" }]);
    let week = json!([day, day, day, day, day, day, day]);
    admin.command("agenda", "hours.set", json!({ "of": "tenant", "week": week })).await;
    admin.command("agenda", "booking.settings", json!({ "holidays": false })).await;
}

pub(crate) async fn book(user: &User, d: Value) -> String {
    let made = user.command("agenda", "appointment.book", d).await;
    made["d"]["appointment_id"].as_str().expect("an appointment id").to_owned()
}

pub(crate) async fn show(user: &User, id: &str) -> Value {
    user.get(&format!("/appointments/{id}")).await.ok()
}

pub(crate) async fn items(user: &User, from: DateTime<Utc>, days: i64) -> Vec<Value> {
    let path = format!("/agenda?from={}&to={}", wire(from), wire(from + Duration::days(days)));
    user.get(&path).await.ok()["items"].as_array().cloned().expect("items")
}

async fn of_two_who_take_the_last_slot_one_wins_and_the_other_is_offered_three(app: TestApp) {
    let (admin, [ayse, mehmet, elif]) = app.team(["sales", "sales", "sales"]).await;
    always_open(&admin).await;
    let start = monday(9);
    let d = |title: &str| json!({ "title": title, "starts_at": wire(start), "ends_at": wire(start + Duration::minutes(30)), "people": [elif.id()] });
    let (one, two) = tokio::join!(
        ayse.try_command("agenda", "appointment.book", d("Ayşe'nin")),
        mehmet.try_command("agenda", "appointment.book", d("Mehmet'in")),
    );
    let won = [&one, &two].into_iter().filter(|result| result["ok"] == true).count();
    assert_eq!(won, 1, "{one} {two}");
    let lost = if one["ok"] == true { &two } else { &one };
    assert_eq!(lost["error"]["code"], "conflict", "{lost}");
    assert_eq!(lost["error"]["reason"], "slot_taken", "{lost}");
    let free = lost["error"]["d"]["free"].as_array().expect("offers");
    assert_eq!(free.len(), 3, "{lost}");
    assert_eq!(free[0]["starts_at"], wire(start + Duration::minutes(30)), "{lost}");
    // what is offered can be had
    let offer = json!({ "title": "İkinci", "starts_at": free[0]["starts_at"], "ends_at": free[0]["ends_at"], "people": [elif.id()] });
    book(&mehmet, offer).await;
    assert_eq!(items(&admin, start, 1).await.len(), 2);
    assert_eq!(app.database().count("appointment_seat WHERE held").await, 2);
}

async fn with_nobody_named_the_offers_are_those_of_anybody_who_does_it(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    always_open(&admin).await;
    let start = monday(9);
    let service = json!({ "name": "Gezi", "minutes": 60, "people": [ayse.id(), mehmet.id()] });
    let made = admin.command("agenda", "service.create", service).await;
    let busy = |person: &User, hours: i64| json!({ "title": "Dolu", "starts_at": wire(start), "ends_at": wire(start + Duration::hours(hours)), "people": [person.id()] });
    book(&admin, busy(&ayse, 5)).await;
    book(&admin, busy(&mehmet, 1)).await;
    let d =
        json!({ "title": "Yeni", "service_id": made["d"]["service_id"], "starts_at": wire(start) });
    let refused = admin.try_command("agenda", "appointment.book", d.clone()).await;
    assert_eq!(refused["error"]["reason"], "slot_taken", "{refused}");
    let free = &refused["error"]["d"]["free"][0];
    assert_eq!(free["starts_at"], wire(start + Duration::hours(1)), "{refused}");
    assert_eq!(free["people"], json!([mehmet.id()]), "{refused}");
    let mut taken = d;
    taken["starts_at"] = free["starts_at"].clone();
    let id = book(&admin, taken).await;
    assert_eq!(show(&admin, &id).await["people"], json!([mehmet.id()]));
}

async fn an_appointment_goes_its_way_on_every_screen(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    always_open(&admin).await;
    let customer = admin.customer("Işıl Çağlayan", json!({ "owners": [ayse.id()] })).await;
    let mut screen = mehmet.subscribe("agenda").await;
    let mut viewer = admin.subscribe(&format!("customer:{customer}")).await;
    let start = monday(10);
    let id = book(
        &ayse,
        json!({ "customer_id": customer, "title": "Örnek daire", "starts_at": wire(start), "people": [ayse.id(), mehmet.id()] }),
    )
    .await;
    let booked = screen.event("appointment.booked").await;
    assert_eq!(booked["d"]["appointment"]["id"], id.as_str());
    assert_eq!(booked["d"]["appointment"]["customer_name"], "Işıl Çağlayan");
    assert_eq!(booked["d"]["appointment"]["ends_at"], wire(start + Duration::minutes(30)));
    viewer.event("appointment.booked").await;

    let to = start + Duration::hours(2);
    let d = json!({ "appointment": id, "starts_at": wire(to), "people": [ayse.id()] });
    ayse.command("agenda", "appointment.move", d).await;
    let moved = screen.event("appointment.moved").await;
    assert_eq!(moved["d"]["from"]["starts_at"], wire(start), "{moved}");
    assert_eq!(moved["d"]["appointment"]["people"], json!([ayse.id()]), "{moved}");
    for (op, event, state) in [
        ("appointment.confirm", "appointment.confirmed", "confirmed"),
        ("appointment.arrive", "appointment.arrived", "arrived"),
        ("appointment.finish", "appointment.finished", "done"),
        ("appointment.restore", "appointment.restored", "booked"),
        ("appointment.no_show", "appointment.no_show", "no_show"),
        ("appointment.restore", "appointment.restored", "booked"),
    ] {
        ayse.command("agenda", op, json!({ "appointment": id })).await;
        assert_eq!(screen.event(event).await["d"]["appointment"]["state"], state, "{op}");
    }
    let d = json!({ "appointment": id, "reason": "Vazgeçti" });
    ayse.command("agenda", "appointment.cancel", d).await;
    assert_eq!(
        screen.event("appointment.cancelled").await["d"]["appointment"]["reason"],
        "Vazgeçti"
    );
    // the time is free again for somebody else, and then it cannot be had back
    book(&mehmet, json!({ "title": "Başka", "starts_at": wire(to), "people": [ayse.id()] })).await;
    let refused = ayse
        .command_refused("agenda", "appointment.restore", json!({ "appointment": id }), "conflict")
        .await;
    assert_eq!(refused["error"]["reason"], "slot_taken", "{refused}");
    // one line each on the timeline, none but these
    let kinds = admin.get(&format!("/customers/{customer}/timeline?kind=appointment")).await.ok();
    assert_eq!(kinds["items"].as_array().map(Vec::len), Some(9), "{kinds}");
    // mehmet was told when it was booked and that it moved away from him
    let told = mehmet.get("/notifications").await.ok();
    let kinds: Vec<&str> = told["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|n| n["kind"].as_str())
        .collect();
    assert!(
        kinds.contains(&"appointment_booked") && kinds.contains(&"appointment_changed"),
        "{told}"
    );
    // a command sent again acts once
    let d = json!({ "title": "Bir kez", "starts_at": wire(start + Duration::days(1)) });
    let first = ayse.try_command_as("ayni-kimlik", "agenda", "appointment.book", d.clone()).await;
    let again = ayse.try_command_as("ayni-kimlik", "agenda", "appointment.book", d).await;
    assert_eq!(first["d"], again["d"], "{again}");
    assert_eq!(items(&admin, start + Duration::days(1), 1).await.len(), 1);
    let snapshot = admin.socket().await.snapshot(&format!("customer:{customer}")).await;
    assert_eq!(snapshot["d"]["appointments"][0]["id"], id.as_str(), "{snapshot}");
}

async fn a_series_keeps_its_hour_when_the_clocks_change(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    admin.patch("/tenant", json!({ "time_zone": "Europe/Berlin", "country": "DE" })).await.ok();
    // ten o'clock in Berlin on the Friday before the clocks change, next year or this
    let today = Utc::now().date_naive();
    let sunday = (today.year()..=today.year() + 1)
        .flat_map(|year| (25..=31).filter_map(move |day| NaiveDate::from_ymd_opt(year, 3, day)))
        .find(|day| day.weekday() == Weekday::Sun && *day > today + Duration::days(7))
        .expect("the last Sunday of March");
    let friday = sunday - Duration::days(2);
    let start = friday.and_hms_opt(9, 0, 0).expect("an hour").and_utc();
    let made = ayse
        .command("agenda", "appointment.book", json!({
            "title": "Haftalık", "starts_at": wire(start), "ends_at": wire(start + Duration::hours(1)),
            "repeat": { "rrule": "FREQ=WEEKLY", "count": 3 },
        }))
        .await;
    let series = made["d"]["series_id"].as_str().expect("a series").to_owned();
    let all = items(&ayse, start, 30).await;
    let starts: Vec<&str> = all.iter().filter_map(|one| one["starts_at"].as_str()).collect();
    // an hour earlier in UTC from the second on: the same hour on the wall
    let hour = Duration::hours(1);
    let expected =
        [start, start + Duration::days(7) - hour, start + Duration::days(14) - hour].map(wire);
    assert_eq!(starts, expected);
    assert!(all.iter().all(|one| one["series_id"] == series.as_str()));
    // all that follow are moved by as much on the clock
    let second = all[1]["id"].as_str().expect("an id");
    let to = start + Duration::days(7) - hour + Duration::minutes(90);
    let d = json!({ "appointment": second, "starts_at": wire(to), "scope": "following" });
    ayse.command("agenda", "appointment.move", d).await;
    let moved = items(&ayse, start, 30).await;
    let starts: Vec<&str> = moved.iter().filter_map(|one| one["starts_at"].as_str()).collect();
    assert_eq!(starts, [start, to, to + Duration::days(7)].map(wire));
    let d = json!({ "appointment": second, "reason": "Bitti", "scope": "following" });
    ayse.command("agenda", "appointment.cancel", d).await;
    assert_eq!(items(&ayse, start, 30).await.len(), 1);
    // the feed describes the zone with its change of the clock
    let url = ayse.get("/me/calendar-feed").await.ok()["url"].as_str().expect("a url").to_owned();
    let feed = app
        .stranger()
        .get(&format!(
            "//{}",
            url.split_once("//").expect("a url").1.split_once('/').expect("a path").1
        ))
        .await;
    assert!(
        feed.text.contains("BEGIN:DAYLIGHT\r\n") && feed.text.contains("TZID:Europe/Berlin\r\n"),
        "{}",
        feed.text
    );
    assert!(
        feed.text.contains(&format!(
            "DTSTART;TZID=Europe/Berlin:{}T100000\r\n",
            friday.format("%Y%m%d")
        )),
        "{}",
        feed.text
    );
}

async fn hours_holidays_and_time_off_are_kept_unless_forced(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let at = |hour: i64, minute: i64| monday(0) + Duration::minutes(60 * (hour - 3) + minute);
    let d = |start: DateTime<Utc>| json!({ "title": "Görüşme", "starts_at": wire(start), "people": [ayse.id()] });
    // the lunch break of Istanbul
    let refused =
        ayse.command_refused("agenda", "appointment.book", d(at(12, 45)), "conflict").await;
    assert_eq!(refused["error"]["reason"], "outside_hours", "{refused}");
    assert_eq!(refused["error"]["d"]["free"][0]["starts_at"], wire(at(13, 30)), "{refused}");
    let mut forced = d(at(12, 45));
    forced["force_hours"] = json!(true);
    book(&ayse, forced).await;
    // her own time off, by herself; a colleague's only by whoever manages the agenda
    let off = |of: &str| json!({ "of": of, "starts_at": wire(at(14, 0)), "ends_at": wire(at(16, 0)), "reason": "Doktor" });
    let made = ayse.command("agenda", "time_off.add", off(&format!("user:{}", ayse.id()))).await;
    let refused =
        ayse.command_refused("agenda", "appointment.book", d(at(15, 0)), "conflict").await;
    assert_eq!(refused["error"]["d"]["free"][0]["starts_at"], wire(at(16, 0)), "{refused}");
    let other = format!("user:{}", admin.id());
    ayse.command_refused("agenda", "time_off.add", off(&other), "forbidden").await;
    let slots = ayse
        .get(&format!("/agenda/slots?person={}&from={}&days=1", ayse.id(), wire(at(3, 0))))
        .await
        .ok();
    let starts: Vec<&str> = slots["items"]
        .as_array()
        .expect("slots")
        .iter()
        .filter_map(|s| s["starts_at"].as_str())
        .collect();
    assert!(
        starts.contains(&wire(at(9, 0)).as_str()) && starts.contains(&wire(at(16, 0)).as_str())
    );
    assert!(
        !starts.contains(&wire(at(12, 30)).as_str()) && !starts.contains(&wire(at(14, 0)).as_str())
    );
    ayse.command("agenda", "time_off.remove", json!({ "time_off": made["d"]["time_off_id"] }))
        .await;
    book(&ayse, d(at(15, 0))).await;
    // Republic Day of a year that is known, and its half-day eve
    let holidays = ayse.get("/holidays?year=2027").await.ok();
    let eve =
        holidays["items"].as_array().expect("holidays").iter().find(|h| h["date"] == "2027-10-28");
    assert_eq!(eve.expect("the eve")["half_day"], true);
    for (day, hour, is_free) in [(28, 9, true), (28, 14, false), (29, 10, false)] {
        let start = NaiveDate::from_ymd_opt(2027, 10, day)
            .and_then(|d| d.and_hms_opt(hour - 3, 0, 0))
            .expect("a time")
            .and_utc();
        let result = ayse.try_command("agenda", "appointment.book", d(start)).await;
        assert_eq!(result["ok"], is_free, "{day} {hour}: {result}");
    }
    admin.command("agenda", "booking.settings", json!({ "holidays": false })).await;
    let start = NaiveDate::from_ymd_opt(2027, 10, 29)
        .and_then(|d| d.and_hms_opt(7, 0, 0))
        .expect("a time")
        .and_utc();
    book(&ayse, d(start)).await;
}

async fn others_see_busy_time_and_nothing_of_whose(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    always_open(&admin).await;
    let narrow = json!({ "scopes": { "customers": "own", "agenda": "own", "reports": "own" } });
    admin.patch("/roles/sales", narrow).await.ok();
    let (ayse, mehmet) = (ayse.login().await, mehmet.login().await);
    let hidden = admin.customer("Gizli Kanarya", json!({ "owners": [ayse.id()] })).await;
    let mut screen = mehmet.subscribe("agenda").await;
    let start = monday(9);
    let d = json!({ "customer_id": hidden, "starts_at": wire(start), "people": [ayse.id()], "note": "kanarya notu" });
    let id = book(&ayse, d.clone()).await;
    let seen = items(&mehmet, start, 1).await;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (&seen[0]["busy"], &seen[0]["people"]),
        (&json!(true), &json!([ayse.id()])),
        "{seen:?}"
    );
    assert!(!json!(seen).to_string().to_lowercase().contains("kanarya"), "{seen:?}");
    assert_eq!(items(&ayse, start, 1).await[0]["customer_name"], "Gizli Kanarya");
    mehmet.get(&format!("/appointments/{id}")).await.problem(404, "not_found");
    for (op, d) in [
        (
            "appointment.move",
            json!({ "appointment": id, "starts_at": wire(start + Duration::hours(1)) }),
        ),
        ("appointment.cancel", json!({ "appointment": id, "reason": "merak" })),
        ("appointment.confirm", json!({ "appointment": id })),
        ("appointment.update", json!({ "appointment": id, "note": "merak" })),
    ] {
        mehmet.command_refused("agenda", op, d, "not_found").await;
    }
    // a colleague's time is taken for him too, and a customer he does not see is none
    let refused = mehmet
        .command_refused(
            "agenda",
            "appointment.book",
            json!({ "title": "Üst üste", "starts_at": wire(start), "people": [ayse.id()] }),
            "conflict",
        )
        .await;
    assert_eq!(refused["error"]["reason"], "slot_taken", "{refused}");
    let d = json!({ "customer_id": hidden, "starts_at": wire(start + Duration::hours(3)) });
    mehmet.command_refused("agenda", "appointment.book", d, "invalid").await;
    // named among its people, he sees it whole, and hears of it
    let d = json!({ "appointment": id, "starts_at": wire(start + Duration::hours(1)), "people": [ayse.id(), mehmet.id()] });
    ayse.command("agenda", "appointment.move", d).await;
    assert_eq!(
        screen.event("appointment.moved").await["d"]["appointment"]["customer_name"],
        "Gizli Kanarya"
    );
    assert!(!screen.frames().iter().any(|frame| frame["op"] == "appointment.booked"));
    assert_eq!(show(&mehmet, &id).await["id"], id.as_str());
}

//! A series of which one appointment was given to a colleague: what is done to the following ones leaves that as it is,
//! and asks whether the colleague has time.
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use tests::{TestApp, User, on_both};

use crate::agenda::{always_open, book, items, monday, show, wire};
use crate::rules::alone;

on_both!(
    what_a_colleague_took_over_stays_with_the_colleague_when_the_series_moves,
    a_series_comes_back_only_where_everybody_has_time,
    a_card_shows_what_is_left_of_a_series,
);

/// Three Mondays of one person; their ids.
async fn weekly(admin: &User, person: &User, start: DateTime<Utc>) -> Vec<String> {
    let d = json!({ "title": "Terapi", "starts_at": wire(start), "people": [person.id()],
                    "repeat": { "rrule": "FREQ=WEEKLY", "count": 3 } });
    let made = admin.command("agenda", "appointment.book", d).await;
    let ids = made["d"]["appointment_ids"].as_array().expect("ids").iter();
    ids.map(|id| id.as_str().expect("an id").to_owned()).collect()
}

async fn what_a_colleague_took_over_stays_with_the_colleague_when_the_series_moves(app: TestApp) {
    let (admin, [ayse, mehmet, elif]) = app.team(["sales", "sales", "sales"]).await;
    always_open(&admin).await;
    let (start, week) = (monday(9), Duration::days(7));
    let ids = weekly(&admin, &ayse, start).await;
    let longer = json!({ "appointment": ids[1], "starts_at": wire(start + week), "people": [mehmet.id()],
                         "ends_at": wire(start + week + Duration::minutes(90)) });
    admin.command("agenda", "appointment.move", longer).await;

    let to = start + Duration::hours(1);
    let d = json!({ "appointment": ids[0], "starts_at": wire(to), "ends_at": wire(to + Duration::minutes(30)),
                    "people": [ayse.id()], "scope": "following" });
    admin.command("agenda", "appointment.move", d).await;

    let expected = [(&ayse, 30), (&mehmet, 90), (&ayse, 30)];
    for ((id, (person, minutes)), n) in ids.iter().zip(expected).zip(0..) {
        let (shown, begins) = (show(&admin, id).await, to + week * n);
        assert_eq!(shown["people"], json!([person.id()]), "{shown}");
        assert_eq!(shown["starts_at"], wire(begins), "{shown}");
        assert_eq!(shown["ends_at"], wire(begins + Duration::minutes(minutes)), "{shown}");
    }
    // whom the command names anew has all of them
    let d = json!({ "appointment": ids[0], "starts_at": wire(to), "people": [elif.id()], "scope": "following" });
    admin.command("agenda", "appointment.move", d).await;
    for id in &ids {
        assert_eq!(show(&admin, id).await["people"], json!([elif.id()]));
    }
}

async fn a_series_comes_back_only_where_everybody_has_time(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    always_open(&admin).await;
    let (start, week) = (monday(9), Duration::days(7));
    let ids = weekly(&admin, &ayse, start).await;
    let second = start + week;
    let given =
        json!({ "appointment": ids[1], "starts_at": wire(second), "people": [mehmet.id()] });
    admin.command("agenda", "appointment.move", given).await;
    let d = json!({ "appointment": ids[0], "reason": "Tatil", "scope": "following" });
    admin.command("agenda", "appointment.cancel", d).await;
    let other = json!({ "title": "Başka", "starts_at": wire(second + Duration::minutes(15)), "people": [mehmet.id()] });
    let other = book(&admin, other).await;

    let back = || json!({ "appointment": ids[0], "scope": "following" });
    let refused = admin.command_refused("agenda", "appointment.restore", back(), "conflict").await;

    assert_eq!(refused["error"]["reason"], "slot_taken", "{refused}");
    assert_eq!(refused["error"]["d"]["at"], json!([wire(second)]), "{refused}");
    let left = items(&admin, start, 20).await;
    assert_eq!(
        left.iter().map(|one| &one["id"]).collect::<Vec<_>>(),
        [&Value::from(other.as_str())]
    );
    let d = json!({ "appointment": other, "reason": "Vazgeçti" });
    admin.command("agenda", "appointment.cancel", d).await;
    admin.command("agenda", "appointment.restore", back()).await;
    assert_eq!(items(&admin, start, 20).await.len(), 3);
    assert_eq!(show(&admin, &ids[1]).await["people"], json!([mehmet.id()]));
}

async fn a_card_shows_what_is_left_of_a_series(app: TestApp) {
    let admin = app.tenant().await;
    always_open(&admin).await;
    alone(&admin).await;
    let board = admin.default_board().await;
    let made =
        admin.command(&board.topic, "card.create", json!({ "customer": { "name": "Işıl" } })).await;
    let due = || async {
        let shown = admin.get(&format!("/boards/{}", board.id)).await.ok();
        shown["cards"][0]["next_due_at"].clone()
    };
    let (start, week) = (monday(9), Duration::days(7));
    let d = json!({ "customer_id": made["d"]["customer_id"], "starts_at": wire(start),
                    "people": [admin.id()], "repeat": { "rrule": "FREQ=WEEKLY", "count": 3 } });
    let booked = admin.command("agenda", "appointment.book", d).await;
    let first = booked["d"]["appointment_ids"][0].clone();
    assert_eq!(due().await, wire(start));

    let to = start + week * 2;
    let d = json!({ "appointment": first, "starts_at": wire(to), "scope": "following" });
    admin.command("agenda", "appointment.move", d).await;
    assert_eq!(due().await, wire(to));

    let d = json!({ "appointment": first, "reason": "Tatil", "scope": "following" });
    admin.command("agenda", "appointment.cancel", d.clone()).await;
    assert_eq!(due().await, Value::Null);
    let d = json!({ "appointment": first, "scope": "following" });
    admin.command("agenda", "appointment.restore", d).await;
    assert_eq!(due().await, wire(to));
}

//! A month that holds more than anybody reads: the first of each day, and how many there are.
use chrono::Duration;
use serde_json::{Value, json};
use tests::{TestApp, User, on_both};

use crate::agenda::{always_open, monday, wire};

on_both!(a_full_month_is_answered_by_day);

const DAYS: i64 = 30;
/// Each day as many, half an hour each: in all more than a thousand.
const A_DAY: i64 = 36;

/// The month as somebody reads it.
async fn month(user: &User, more: &str) -> Value {
    let (from, to) = (monday(0), monday(0) + Duration::days(DAYS));
    user.get(&format!("/agenda?from={}&to={}{more}", wire(from), wire(to))).await.ok()
}

fn counts(range: &Value) -> Vec<i64> {
    let days = range["days"].as_array().expect("days").iter();
    days.map(|day| day["count"].as_i64().expect("a count")).collect()
}

fn items(range: &Value) -> &[Value] {
    range["items"].as_array().expect("items")
}

async fn a_full_month_is_answered_by_day(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    always_open(&admin).await;
    admin.patch("/tenant", json!({ "time_zone": "UTC" })).await.ok();
    let mut first = Value::Null;
    for n in 0..A_DAY {
        let d = json!({ "title": format!("{n}"), "starts_at": wire(monday(0) + Duration::minutes(30 * n)), "people": [ayse.id()],
                        "repeat": { "rrule": "FREQ=DAILY", "count": DAYS } });
        let made = admin.command("agenda", "appointment.book", d).await;
        if n == 0 {
            first = made["d"]["appointment_ids"][1].clone();
        }
    }

    let whole = month(&admin, "").await;
    assert_eq!(items(&whole).len() as i64, DAYS * A_DAY);
    assert_eq!(whole["days"], json!([]), "all of them are there");
    let few = month(&admin, "&per_day=4").await;
    assert_eq!(counts(&few), vec![A_DAY; 30]);
    let of_first: Vec<&Value> = items(&few).iter().take(5).map(|one| &one["title"]).collect();
    assert_eq!(of_first, ["0", "1", "2", "3", "0"], "the first of each day, by start");
    assert_eq!((items(&few).len(), &few["seq"]), (120, &whole["seq"]));
    // who is not so busy is read whole
    let other = month(&admin, &format!("&per_day=4&people={}", mehmet.id())).await;
    assert_eq!((&other["items"], &other["days"]), (&json!([]), &json!([])));
    for (bad, more) in [("per_day", "&per_day=0"), ("per_day", "&per_day=200")] {
        let path = format!(
            "/agenda?from={}&to={}{more}",
            wire(monday(0)),
            wire(monday(0) + Duration::days(DAYS))
        );
        let refused = admin.get(&path).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], bad, "{refused}");
    }

    // what was given up takes nobody's time: who does not see it does not count it
    let d = json!({ "appointment": first, "reason": "Tatil" });
    admin.command("agenda", "appointment.cancel", d).await;
    admin
        .patch(
            "/roles/sales",
            json!({ "scopes": { "customers": "own", "agenda": "own", "reports": "own" } }),
        )
        .await
        .ok();
    let mehmet = mehmet.login().await;
    let narrow = month(&mehmet, "&per_day=4&cancelled=true").await;
    assert_eq!(counts(&narrow)[..3], [A_DAY, A_DAY - 1, A_DAY]);
    assert!(items(&narrow).iter().all(|one| one["busy"] == true));
    let all = month(&admin, "&per_day=4&cancelled=true").await;
    assert_eq!(counts(&all)[..3], [A_DAY, A_DAY, A_DAY]);
}

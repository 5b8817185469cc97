//! Rules that act in business hours: the house's own hours, on its own clock, without its holidays.
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::{Value, json};
use tests::{TestApp, User, on_both, within};

use crate::rules::alone;

on_both!(outside_business_hours_a_rule_waits, nobody_works_on_a_public_holiday,);

/// A rule for new customers that acts when the house is open; its id.
async fn in_hours(admin: &User) -> String {
    let d = json!({ "name": "Mesaide", "trigger": { "op": "customer.created" }, "hours": "business",
                    "actions": [{ "do": "tag", "add": ["x"] }] });
    let made = admin.command("tenant", "rule.create", d).await;
    made["d"]["rule_id"].as_str().expect("a rule's id").to_owned()
}

/// Until when the rule waits with a new customer.
async fn waits_until(admin: &User, rule: &str) -> DateTime<Utc> {
    let customer = admin.customer("Gece gelen", json!({})).await;
    let run = within(Duration::from_secs(15), "the waiting run", || async {
        let page = admin.get(&format!("/rules/{rule}/runs")).await.ok();
        let run = page["items"][0].clone();
        let waits = run["state"] == "waiting" && run["customer_id"] == customer.as_str();
        if waits { Ok(run) } else { Err(page) }
    })
    .await;
    run["waits_until"].as_str().expect("a time").parse().expect("a time")
}

async fn outside_business_hours_a_rule_waits(app: TestApp) {
    let admin = app.tenant().await;
    alone(&admin).await;
    // open for an hour, three days from now, on the house's own clock
    admin.patch("/tenant", json!({ "time_zone": "Asia/Tokyo" })).await.ok();
    admin.command("agenda", "booking.settings", json!({ "holidays": false })).await;
    let day = (Utc::now() + chrono::Duration::days(3)).weekday().num_days_from_monday();
    let mut week = vec![json!([]); 7];
    week[day as usize] = json!([{ "from": "12:00", "to": "13:00" }]);
    admin.command("agenda", "hours.set", json!({ "of": "tenant", "week": week })).await;
    let rule = in_hours(&admin).await;

    let until = waits_until(&admin, &rule).await;

    assert!(until - Utc::now() > chrono::Duration::hours(40), "{until}");
    assert_eq!(until.time().to_string(), "03:00:00", "noon in Tokyo");
}

async fn nobody_works_on_a_public_holiday(app: TestApp) {
    let admin = app.tenant().await;
    alone(&admin).await;
    let hour = json!([{ "from": "12:00", "to": "13:00" }]);
    let week = vec![hour; 7];
    admin.command("agenda", "hours.set", json!({ "of": "tenant", "week": week })).await;
    let (now, days) = (Utc::now(), holidays(&admin).await);
    let is_free = |day: &NaiveDate| days.iter().any(|(date, half)| date == day && !half);
    let soon = now.date_naive() + chrono::Duration::days(2);
    let holiday = days.iter().find(|(date, half)| *date >= soon && !half).expect("a holiday").0;
    // closed until the holiday begins, so that nothing but the holiday is in the way
    let until = holiday.and_hms_opt(0, 0, 0).expect("midnight").and_utc();
    let off =
        json!({ "of": "tenant", "starts_at": now - chrono::Duration::days(1), "ends_at": until });
    admin.command("agenda", "time_off.add", off).await;
    let rule = in_hours(&admin).await;
    let noon = |day: NaiveDate| day.and_hms_opt(9, 0, 0).expect("noon in Istanbul").and_utc();

    let after = holiday.iter_days().find(|day| !is_free(day)).expect("a working day");
    assert_eq!(waits_until(&admin, &rule).await, noon(after));

    // who works on holidays, works on this one
    admin.command("agenda", "booking.settings", json!({ "holidays": false })).await;
    assert_eq!(waits_until(&admin, &rule).await, noon(holiday));
}

/// The holidays of this year and the next: date, and whether it is half a day.
async fn holidays(admin: &User) -> Vec<(NaiveDate, bool)> {
    let mut days = Vec::new();
    for year in [Utc::now().year(), Utc::now().year() + 1] {
        let list = admin.get(&format!("/holidays?year={year}")).await.ok();
        let day = |one: &Value| {
            let date = one["date"].as_str().expect("a date").parse().expect("a date");
            (date, one["half_day"] == true)
        };
        days.extend(list["items"].as_array().expect("holidays").iter().map(day));
    }
    days
}

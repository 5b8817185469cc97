//! (f) The agenda of a house of fifty: its week as one screen asks for it, the free times of anybody, and what a booking
//! costs among all that is booked.
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Datelike, Duration, Utc};
use serde_json::{Value, json};

use crate::{
    house::{DatabaseProcesses, House, PASSWORD, Person},
    plan::Plan,
    report::{Aim, Row, median, percentile},
};

const PEOPLE: usize = 50;
/// Appointments of each on each of five days.
const A_DAY: usize = 6;
const OPENINGS: usize = 60;
const BOOKINGS: usize = 100;

pub(crate) async fn run(plan: &Plan, database: &DatabaseProcesses) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for durability in plan.databases() {
        let house = House::open(plan, durability).await?;
        rows.extend(week(&house, database).await?);
        house.close().await?;
    }
    Ok(rows)
}

async fn week(house: &House, database: &DatabaseProcesses) -> Result<Vec<Row>> {
    let admin = house.tenant().await?;
    let people = colleagues(&admin).await?;
    let monday = monday();
    fill(&admin, &people, monday).await?;
    let before = house.cpu(database);
    let range = format!("from={}&to={}", wire(monday), wire(monday + Duration::days(7)));
    let all = format!("/agenda?{range}");
    let shown = admin.get(&all).await?;
    let count = shown["items"].as_array().map_or(0, Vec::len);
    ensure!(count == PEOPLE * A_DAY * 5, "{count} appointments in the week");
    let opened = timed(OPENINGS, &admin, |_| all.clone()).await?;
    let of_one =
        timed(OPENINGS, &admin, |n| format!("{all}&people={}", people[n % PEOPLE])).await?;
    let from = wire(monday);
    let slots = timed(OPENINGS, &admin, |n| {
        format!("/agenda/slots?person={}&minutes=30&from={from}&days=7", people[n % PEOPLE])
    })
    .await?;
    let mut booked = Vec::new();
    for n in 0..BOOKINGS {
        // in the week after, each at a time of its own
        let start = monday + Duration::days(7) + Duration::minutes(30 * (n / PEOPLE) as i64);
        let began = Instant::now();
        admin.command("agenda", "appointment.book", book(&people[n % PEOPLE], start, n)).await?;
        booked.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let after = house.cpu(database);
    let of_database = after.1.zip(before.1).map(|(after, before)| after - before);
    let row = |what: &str, ms: &[f64]| {
        Row::new("f", what, "nabiz")
            .durability(house.durability)
            .value(percentile(ms, 0.95), "ms")
            .beside(json!({ "p50_ms": median(ms), "max_ms": percentile(ms, 1.0), "appointments": count }))
    };
    Ok(vec![
        row("a week of 50 people, p95", &opened)
            .aim(Aim::AtMost(250.0))
            .cpu(after.0 - before.0, of_database),
        row("a week of one of them, p95", &of_one).aim(Aim::AtMost(100.0)),
        row("free times of one in a week, p95", &slots).aim(Aim::AtMost(100.0)),
        row("a booking, p95", &booked).aim(Aim::AtMost(100.0)),
    ])
}

async fn timed(count: usize, by: &Person, path: impl Fn(usize) -> String) -> Result<Vec<f64>> {
    let mut ms = Vec::with_capacity(count);
    for n in 0..count {
        let began = Instant::now();
        by.get(&path(n)).await?;
        ms.push(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(ms)
}

/// Their ids.
async fn colleagues(admin: &Person) -> Result<Vec<String>> {
    let mut ids = Vec::with_capacity(PEOPLE);
    for n in 0..PEOPLE {
        let body = json!({ "email": format!("kisi{n}@yuk.test"), "name": format!("Kişi {n}"), "role": "sales" });
        let invited = admin.post("/users/invitations", &body).await?;
        let token = tests::token_of(invited["url"].as_str().context("no url")?);
        let body = json!({ "token": token, "name": format!("Kişi {n}"), "password": PASSWORD });
        let mut stranger = admin.clone();
        stranger.token = String::new();
        let answer = stranger.post("/auth/accept-invitation", &body).await?;
        ids.push(answer["user"]["id"].as_str().context("no user")?.to_owned());
    }
    Ok(ids)
}

/// Six half hours a day for everybody, with a customer each.
async fn fill(admin: &Person, people: &[String], monday: DateTime<Utc>) -> Result<()> {
    let mut commands = Vec::new();
    for day in 0..5_i64 {
        for (n, person) in people.iter().enumerate() {
            for slot in 0..A_DAY as i64 {
                let start = monday + Duration::days(day) + Duration::minutes(6 * 60 + slot * 90);
                commands.push(json!({ "id": uuid::Uuid::now_v7(), "topic": "agenda",
                    "op": "appointment.book", "d": book(person, start, n) }));
            }
        }
    }
    for part in commands.chunks(100) {
        admin.commands(part).await?;
    }
    Ok(())
}

fn book(person: &str, start: DateTime<Utc>, n: usize) -> Value {
    json!({ "title": format!("Görüşme {n}"), "people": [person], "starts_at": wire(start),
            "ends_at": wire(start + Duration::minutes(30)), "place": "Ofis", "force_hours": true })
}

/// Of the week after next, at midnight UTC.
fn monday() -> DateTime<Utc> {
    let today = Utc::now().date_naive();
    let ahead = 14 - i64::from(today.weekday().num_days_from_monday());
    (today + Duration::days(ahead)).and_time(chrono::NaiveTime::MIN).and_utc()
}

fn wire(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

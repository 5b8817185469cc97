//! The demo's agenda: what can be booked, the week that was, this one and the next.

use chrono::{DateTime, Datelike, Duration, NaiveTime, Utc, Weekday};
use chrono_tz::Europe::Istanbul;
use entities::customer;
use entities::ids::{CustomerId, UserId};
use entities::lists::UserList;
use entities::tenancy::OfTenant;
use sea_orm::{QueryOrder, QuerySelect};
use serde_json::{Value, json};

use super::Story;
use crate::kernel::topic::Topic;

/// (name, kind).
const RESOURCES: [(&str, &str); 3] =
    [("Örnek daire", "room"), ("Toplantı odası", "room"), ("Servis aracı", "other")];
/// (name, minutes, buffer, public, index of the resource).
const SERVICES: [(&str, i32, i32, bool, Option<usize>); 4] = [
    ("Örnek daire gezisi", 60, 15, true, Some(0)),
    ("Tanışma görüşmesi", 30, 0, true, None),
    ("Kapora ve sözleşme", 45, 0, false, Some(1)),
    ("Kredi danışmanlığı", 30, 0, true, None),
];
/// When appointments begin, on the wall: hour and minute.
const STARTS: [(u32, u32); 5] = [(9, 30), (11, 0), (13, 30), (15, 0), (16, 30)];
const REASONS: [&str; 3] =
    ["Müşteri şehir dışında", "Hava yüzünden ertelendi", "Eşi gelemeyeceği için vazgeçti"];

impl Story<'_> {
    /// Services, rooms, a meeting every week, and appointments from last week to the next.
    pub(super) async fn agenda(&mut self) -> anyhow::Result<()> {
        let (rooms, services) = self.catalogue().await?;
        let customers = self.known().await?;
        if customers.is_empty() {
            return Ok(());
        }
        let now = self.core.clock.now();
        let monday = now.with_timezone(&Istanbul).date_naive()
            - Duration::days(now.with_timezone(&Istanbul).weekday().num_days_from_monday().into());
        let at = |day: i64, (hour, minute): (u32, u32)| -> Option<DateTime<Utc>> {
            let time = NaiveTime::from_hms_opt(hour, minute, 0)?;
            let local = (monday + Duration::days(day)).and_time(time);
            local.and_local_timezone(Istanbul).earliest().map(|at| at.to_utc())
        };
        if let Some(start) = at(0, (9, 0)) {
            let d = json!({
                "title": "Haftalık ekip toplantısı", "starts_at": start,
                "ends_at": start + Duration::minutes(30), "people": self.team,
                "resources": [rooms[1]], "force_hours": true,
                "repeat": { "rrule": "FREQ=WEEKLY;BYDAY=MO", "count": 6 },
            });
            self.send(1, agenda(), "appointment.book", &d).await?;
        }
        let mut n = 0;
        for day in -7..14_i64 {
            let weekday = (monday + Duration::days(day)).weekday();
            if matches!(weekday, Weekday::Sun) {
                continue;
            }
            for start in STARTS.iter().take(if weekday == Weekday::Sat { 2 } else { 5 }) {
                let Some(start) = at(day, *start) else { continue };
                // two or three of the team are out at any hour
                for _ in 0..2 {
                    if self.dice.pick(4) > 0 {
                        self.meeting(&services, &customers, start, now, n).await?;
                        n += 1;
                    }
                }
            }
        }
        if let Some((from, to)) = at(11, (13, 0)).zip(at(11, (18, 0))) {
            let of = format!("user:{}", self.team[4]);
            let d = json!({ "of": of, "starts_at": from, "ends_at": to, "reason": "Diş hekimi" });
            self.send(4, agenda(), "time_off.add", &d).await?;
        }
        Ok(())
    }

    async fn catalogue(&mut self) -> anyhow::Result<(Vec<Value>, Vec<Value>)> {
        let mut rooms = Vec::new();
        for (name, kind) in RESOURCES {
            let d = json!({ "name": name, "kind": kind });
            rooms.push(self.send(0, agenda(), "resource.create", &d).await?["resource_id"].clone());
        }
        let mut services = Vec::new();
        for (name, minutes, buffer, public, room) in SERVICES {
            let resources: Vec<&Value> = room.and_then(|at| rooms.get(at)).into_iter().collect();
            let d = json!({
                "name": name, "minutes": minutes, "buffer_minutes": buffer, "public": public,
                "people": self.team[1..], "resources": resources,
            });
            let made = self.send(0, agenda(), "service.create", &d).await?;
            services.push(made["service_id"].clone());
        }
        let d = json!({
            "public": true, "place": "Işıklar Vadisi satış ofisi, Vadi Cad. 12",
            "intro": "Örnek dairemizi gezmek ya da bir danışmanla görüşmek için uygun zamanı seçin.",
        });
        self.send(0, agenda(), "booking.settings", &d).await?;
        Ok((rooms, services))
    }

    /// Customers and whose they are.
    async fn known(&self) -> anyhow::Result<Vec<(CustomerId, Vec<UserId>)>> {
        let read = self.core.db.read(self.tenant, |tx| {
            Box::pin(async move {
                let rows: Vec<(CustomerId, UserList)> = customer::Entity::of(tx.tenant())
                    .select_only()
                    .columns([customer::Column::Id, customer::Column::Owners])
                    .order_by_asc(customer::Column::Id)
                    .limit(200)
                    .into_tuple()
                    .all(tx)
                    .await?;
                Ok(rows)
            })
        });
        Ok(read.await?.into_iter().map(|(id, owners)| (id, owners.0)).collect())
    }

    /// One appointment of somebody's with one of their customers, and what became of it.
    async fn meeting(
        &mut self,
        services: &[Value],
        customers: &[(CustomerId, Vec<UserId>)],
        start: DateTime<Utc>,
        now: DateTime<Utc>,
        n: usize,
    ) -> anyhow::Result<()> {
        let (customer, owners) = self.dice.one(customers).clone();
        let owner = owners.first().copied().unwrap_or(self.team[1]);
        let by = self.team.iter().position(|one| *one == owner).unwrap_or(1);
        let kind = self.dice.pick(services.len());
        let (title, minutes, ..) = SERVICES[kind];
        let d = json!({
            "customer_id": customer, "service_id": services[kind], "title": title,
            "starts_at": start, "ends_at": start + Duration::minutes(minutes.into()),
            "people": [owner], "force_hours": true,
        });
        // taken already: nobody is forced
        let Ok(made) = self.send(by, agenda(), "appointment.book", &d).await else {
            return Ok(());
        };
        let about = json!({ "appointment": made["appointment_id"] });
        let op = match (start < now, n % 9) {
            (true, 3) => "appointment.no_show",
            (true, _) => "appointment.finish",
            (false, 5) => {
                let reason = *self.dice.one(&REASONS);
                let d = json!({ "appointment": made["appointment_id"], "reason": reason });
                self.send(by, agenda(), "appointment.cancel", &d).await?;
                return Ok(());
            }
            (false, 0 | 2 | 6) => "appointment.confirm",
            (false, _) => return Ok(()),
        };
        self.send(by, agenda(), op, &about).await?;
        Ok(())
    }
}

fn agenda() -> Topic {
    Topic::new("agenda")
}

//! A tenant as large as they come: 100,000 customers brought in by import, ten thousand of them on one board, ten
//! smaller boards, and colleagues. Parts (c) and (e) use it.
use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use crate::{
    house::{Board, House, PASSWORD, Person},
    plan::Plan,
    report::Durability,
};

/// Boards that people work on.
pub(crate) const BOARDS: usize = 10;
const CARDS: usize = 60;

#[derive(Debug)]
pub(crate) struct Town {
    pub(crate) house: House,
    pub(crate) admin: Person,
    pub(crate) large: Board,
    pub(crate) boards: Vec<Board>,
    pub(crate) customers: Vec<String>,
    pub(crate) seconds: f64,
}

const FIRST: [&str; 24] = [
    "Ayşe", "Mehmet", "Fatma", "Mustafa", "Zeynep", "Ahmet", "Elif", "Hüseyin", "Çağla", "İbrahim",
    "Gülşen", "Ömer", "Şule", "Yağız", "Ünal", "Işıl", "Burak", "Derya", "Kerem", "Selin", "Tuğba",
    "Volkan", "Nazlı", "Cem",
];
const LAST: [&str; 20] = [
    "Yılmaz", "Kaya", "Demir", "Çelik", "Şahin", "Yıldız", "Öztürk", "Aydın", "Özdemir", "Arslan",
    "Doğan", "Kılıç", "Aslan", "Çetin", "Kara", "Koç", "Kurt", "Şimşek", "Güneş", "Işık",
];
const TOWNS: [&str; 8] =
    ["Ankara", "İzmir", "Bursa", "Çorum", "Muğla", "Şırnak", "Iğdır", "Kütahya"];

/// The name and the phone of customer `n`: what a search for it would type.
pub(crate) fn customer(n: usize) -> (String, String) {
    let (first, last) = (FIRST[n % 24], LAST[n / 24 % 20]);
    (format!("{first} {last} {}", n / 480), format!("0532{n:07}"))
}

fn csv(from: usize, to: usize, stages: usize) -> Vec<u8> {
    let mut text = String::from("Ad Soyad;Telefon;E-posta;Firma;Etiketler;Aşama\n");
    for n in from..to {
        let (name, phone) = customer(n);
        let town = TOWNS[n % 8];
        let stage = STAGES[n % stages.max(1)];
        // writing to a String cannot fail
        let _ = writeln!(
            text,
            "{name};{phone};musteri{n}@ornek.test;{town} Ticaret {};{town};{stage}",
            n % 997
        );
    }
    text.into_bytes()
}

const STAGES: [&str; 6] = ["Yeni", "Arandı", "Teklif", "Randevu", "Kazanıldı", "Bekliyor"];

impl Town {
    pub(crate) async fn found(plan: &Plan, durability: Durability) -> Result<Self> {
        let began = Instant::now();
        let house = House::open(plan, durability).await?;
        let admin = house.tenant().await?;
        let mut large = admin.board(0).await?;
        let on_board = plan.board_cards.min(plan.customers);
        let id = large.topic.trim_start_matches("board:").to_owned();
        import(&admin, csv(0, on_board, STAGES.len()), json!({ "board_id": id })).await?;
        if plan.customers > on_board {
            import(&admin, csv(on_board, plan.customers, 1), json!({})).await?;
        }
        let seconds = began.elapsed().as_secs_f64();
        eprintln!("{} customers on {durability:?} in {seconds:.0} s", plan.customers);
        let admin = admin.sign_in(&house).await?;
        let mut boards = Vec::new();
        for _ in 0..BOARDS {
            boards.push(admin.board(CARDS).await?);
        }
        let customers = ids(&admin, "/customers?limit=200").await?;
        let read = admin.get(&format!("/boards/{id}?limit=50")).await?;
        let cards = read["cards"].as_array().into_iter().flatten();
        large.cards = cards.filter_map(|card| card["id"].as_str().map(str::to_owned)).collect();
        Ok(Self { house, admin, large, boards, customers, seconds })
    }

    /// Colleagues, each invited and signed in.
    pub(crate) async fn people(&self, count: usize) -> Result<Vec<Person>> {
        stream::iter(0..count)
            .map(|n| async move {
                let email = format!("kisi{n}@yuk.test");
                let body = json!({ "email": email, "name": format!("Kişi {n}"), "role": "sales" });
                let invited = self.admin.post("/users/invitations", &body).await?;
                let url = invited["url"].as_str().context("no url")?;
                let token = tests::token_of(url);
                let body =
                    json!({ "token": token, "name": format!("Kişi {n}"), "password": PASSWORD });
                let mut person = self.admin.clone();
                (person.token, person.email) = (String::new(), email);
                let answer = person.post("/auth/accept-invitation", &body).await?;
                person.with(&answer)
            })
            .buffered(4)
            .try_collect()
            .await
    }
}

async fn ids(by: &Person, path: &str) -> Result<Vec<String>> {
    let list = by.get(path).await?;
    let items = list["items"].as_array().into_iter().flatten();
    Ok(items.filter_map(|item| item["id"].as_str().map(str::to_owned)).collect())
}

async fn import(by: &Person, file: Vec<u8>, options: Value) -> Result<()> {
    let made = by.upload("musteriler.csv", file).await?;
    let id = made["id"].as_str().context("no import")?.to_owned();
    let mut mapping =
        json!({ "0": "name", "1": "phone", "2": "email", "3": "company", "4": "tags" });
    if !options["board_id"].is_null() {
        mapping["5"] = json!("stage");
    }
    let rows = made["total"].as_u64().or(made["counts"]["rows"].as_u64());
    by.post(&format!("/imports/{id}/commit"), &json!({ "mapping": mapping, "options": options }))
        .await?;
    let began = Instant::now();
    let mut tick = tokio::time::interval(Duration::from_millis(500));
    loop {
        tick.tick().await;
        let now = by.get(&format!("/imports/{id}")).await?;
        match now["state"].as_str() {
            Some("done") if now["failed"].as_u64().unwrap_or(0) == 0 => return Ok(()),
            Some("ready" | "running") if began.elapsed() < Duration::from_secs(600) => {}
            _ => bail!("the import of {rows:?} rows: {now}"),
        }
    }
}

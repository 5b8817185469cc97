//! What was done with the demo's customers over the last weeks, and what is still to be done: each
//! activity opened and closed by the same commands that people use, and then dated back.

use chrono::{DateTime, Duration, Utc};
use entities::ids::{ActivityId, CardId, CustomerId};
use entities::tenancy::OfTenant;
use entities::{activity, card, customer, event, notification};
use futures_util::{FutureExt, StreamExt, stream};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::{Value, json};

use super::{Dice, Story};
use crate::db::Tx;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Commands on their way at once.
const AT_ONCE: usize = 16;

/// A customer of the demo, and where they stand.
#[derive(Clone)]
pub(super) struct Standing {
    pub(super) customer: CustomerId,
    pub(super) card: CardId,
    /// Index of the owner in the team.
    pub(super) owner: usize,
    /// Index of the stage.
    pub(super) stage: usize,
    pub(super) lira: i64,
    /// The id of the command that made them.
    pub(super) made_by: String,
}

/// One activity that was done: type, outcome, what was said of it.
type Done = (&'static str, &'static str, Value);

/// What leads to each of the default stages.
fn road(standing: &Standing, dice: &mut Dice, ahead: DateTime<Utc>) -> Vec<Done> {
    let price = |share: i64| json!({ "minor": standing.lira * 100 / share, "currency": "TRY" });
    let met = ("lead", "qualified", json!({ "note": *dice.one(&FIRST_WORDS) }));
    let talked = ("call", "interested", json!({ "note": *dice.one(&TALKS) }));
    let came = ("appointment", "came", json!({ "note": *dice.one(&VISITS) }));
    let paid = (
        "deposit",
        "received",
        json!({ "amount": price(20), "note": "Senet yapıldı, makbuz verildi." }),
    );
    match standing.stage {
        0 if dice.pick(3) > 0 => Vec::new(),
        0 => vec![("lead", "unreachable", json!({}))],
        1 => vec![met, talked],
        2 => vec![met, talked],
        3 => vec![talked, came, paid],
        // no deposit on the way: the house's rule would take the card back to that stage
        4 => vec![talked, came, ("sale", "sold", json!({ "amount": price(1) }))],
        6 => {
            let why = json!({ "lost_reason": *dice.one(&REASONS) });
            match dice.pick(3) {
                0 => vec![met, ("call", "not_interested", why)],
                1 => vec![talked, came, ("sale", "lost", why)],
                _ => vec![met, talked, ("sale", "lost", why)],
            }
        }
        _ => match dice.pick(3) {
            0 => vec![
                met,
                ("call", "call_back", json!({ "date": ahead, "note": *dice.one(&LATER) })),
            ],
            1 => vec![talked, ("appointment", "no_show", json!({ "note": "Aradık, açmadı." }))],
            _ => vec![met, came, ("call", "interested", json!({ "note": *dice.one(&LATER) }))],
        },
    }
}

/// What is still open for who stands there: type, title, days from now.
fn open(standing: &Standing, dice: &mut Dice) -> Option<(&'static str, &'static str, i64)> {
    let days = dice.pick(9).cast_signed() as i64 - 2;
    match standing.stage {
        0 if dice.pick(2) == 0 => Some(("call", "İlk görüşme", days)),
        1 if dice.pick(3) > 0 => Some(("call", *dice.one(&NEXT_CALLS), days)),
        2 => Some(("appointment", *dice.one(&NEXT_VISITS), days.abs() + 1)),
        3 => Some(("sale", "Sözleşme ve ödeme planı", days + 3)),
        5 if dice.pick(2) == 0 => Some(("reapplication", "Yeni etap için ara", days + 10)),
        _ => None,
    }
}

const FIRST_WORDS: [&str; 4] = [
    "İlandan ulaştı, bütçesi uygun.",
    "Arkadaşının tavsiyesiyle aradı.",
    "Kredi kullanacak, eşiyle birlikte bakıyor.",
    "Yatırım için bakıyor, acelesi yok.",
];
const TALKS: [&str; 5] = [
    "Kat planlarını gönderdim, hafta sonu bakacak.",
    "Ödeme planını anlattım; peşinat için ay başını bekliyor.",
    "Güney cephe istiyor, iki seçenek sundum.",
    "Rakip projeyle karşılaştırıyor, fiyatta esneklik sordu.",
    "Örnek daireyi görmeye hazır.",
];
const VISITS: [&str; 4] = [
    "Örnek daireyi eşiyle gezdi, mutfağı beğendi.",
    "Şantiyeyi gezdi, teslim tarihini sordu.",
    "Ofiste görüştük, 8. kattaki daireye karar verdi.",
    "Ailesiyle geldi, bahçe katını beğendiler.",
];
const REASONS: [&str; 4] =
    ["Fiyat yüksek", "Başka projeden aldı", "Kredisi çıkmadı", "Konum uymadı"];
const LATER: [&str; 3] = [
    "Evini satınca yeniden görüşeceğiz.",
    "Faizlerin düşmesini bekliyor.",
    "Yazın Türkiye'ye gelince bakacak.",
];
const NEXT_CALLS: [&str; 4] =
    ["Teklif için ara", "Ödeme planını konuş", "Kredi sonucunu sor", "Kararını sor"];
const NEXT_VISITS: [&str; 3] = ["Örnek daire gezisi", "Ofiste görüşme", "Şantiye gezisi"];

/// When something of the demo happened.
enum Past {
    /// All events of a command.
    Command(String, DateTime<Utc>),
    Born(CustomerId, CardId, DateTime<Utc>),
    Opened(ActivityId, DateTime<Utc>),
    /// … and whether the customer was spoken to.
    Closed(ActivityId, CustomerId, DateTime<Utc>, bool),
    Entered(CardId, DateTime<Utc>),
}

impl Story<'_> {
    /// Lets the team have worked with everybody.
    pub(super) async fn work(&mut self) -> anyhow::Result<()> {
        let (now, mut dice) = (self.core.clock.now(), Dice(1907));
        let mut days = Vec::with_capacity(self.standing.len());
        for (n, standing) in self.standing.iter().enumerate() {
            let ahead = now + Duration::days(5 + dice.pick(20).cast_signed() as i64);
            let (road, open) = (road(standing, &mut dice, ahead), open(standing, &mut dice));
            let weeks =
                Duration::hours(24 * (16 + dice.pick(30).cast_signed() as i64) + n as i64 % 9);
            days.push((n, standing.clone(), road, open, now - weeks));
        }
        let story = &*self;
        let told = days.into_iter().map(|(n, standing, road, open, born)| async move {
            story.with(n, &standing, road, open, born).await
        });
        let told: Vec<_> = stream::iter(told).buffer_unordered(AT_ONCE).collect().await;
        let mut past = Vec::new();
        for part in told {
            past.extend(part?);
        }
        let past = std::sync::Arc::new(past);
        let written = self.core.db.write(self.tenant, move |tx| {
            let past = past.clone();
            async move {
                for one in past.iter() {
                    date_back(tx, one).await?;
                }
                Ok(())
            }
            .boxed()
        });
        Ok(written.await?)
    }

    /// Works with one customer, from the day they came.
    async fn with(
        &self,
        n: usize,
        standing: &Standing,
        road: Vec<Done>,
        open: Option<(&'static str, &'static str, i64)>,
        born: DateTime<Utc>,
    ) -> anyhow::Result<Vec<Past>> {
        let (now, topic) = (self.core.clock.now(), Topic::customer(standing.customer));
        let mut past = vec![
            Past::Command(standing.made_by.clone(), born),
            Past::Born(standing.customer, standing.card, born),
        ];
        let steps = i32::try_from(road.len()).unwrap_or_default() + 1;
        let pace = (now - born - Duration::hours(20)) / steps;
        let mut at = born;
        for (k, (kind, outcome, fields)) in road.into_iter().enumerate() {
            let opened = at + pace / 6;
            at += pace;
            let ids = [format!("demo-open-{n}-{k}"), format!("demo-close-{n}-{k}")];
            let d = json!({ "type": kind });
            let made = self.send_as(&ids[0], standing.owner, topic.clone(), "activity.open", &d);
            let activity = made.await?["activity_id"].clone();
            let d = json!({ "activity": activity, "outcome": outcome, "fields": fields });
            self.send_as(&ids[1], standing.owner, topic.clone(), "activity.close", &d).await?;
            let activity: ActivityId = serde_json::from_value(activity)?;
            let [open_id, close_id] = ids;
            let spoken = !matches!(outcome, "unreachable" | "no_show" | "qualified");
            past.extend([
                Past::Command(open_id, opened),
                Past::Opened(activity, opened),
                Past::Command(close_id, at),
                Past::Closed(activity, standing.customer, at, spoken),
                Past::Entered(standing.card, at),
            ]);
        }
        if let Some((kind, title, days)) = open {
            let id = format!("demo-open-{n}");
            let due = now + Duration::hours(24 * days + 2);
            let d = json!({ "type": kind, "title": title, "due_at": due });
            let made = self.send_as(&id, standing.owner, topic, "activity.open", &d).await?;
            let opened = at + pace / 2;
            let activity: ActivityId = serde_json::from_value(made["activity_id"].clone())?;
            past.extend([Past::Command(id, opened), Past::Opened(activity, opened)]);
        }
        Ok(past)
    }
}

async fn date_back(tx: &Tx<'_>, past: &Past) -> Result<(), Problem> {
    match past {
        Past::Command(id, at) => {
            event::Entity::change(tx.tenant())
                .col_expr(event::Column::At, Expr::value(*at))
                .filter(event::Column::Cmd.eq(id.as_str()))
                .exec(tx)
                .await?;
            // whoever was told then has read it by now
            notification::Entity::change(tx.tenant())
                .col_expr(notification::Column::At, Expr::value(*at))
                .col_expr(notification::Column::ReadAt, Expr::value(Some(*at)))
                .filter(notification::Column::Key.like(format!("%:{id}")))
                .exec(tx)
                .await?;
        }
        Past::Born(id, card, at) => {
            customer::Entity::change(tx.tenant())
                .col_expr(customer::Column::CreatedAt, Expr::value(*at))
                .filter(customer::Column::Id.eq(*id))
                .exec(tx)
                .await?;
            card::Entity::change(tx.tenant())
                .col_expr(card::Column::CreatedAt, Expr::value(*at))
                .col_expr(card::Column::EnteredStageAt, Expr::value(*at))
                .filter(card::Column::Id.eq(*card))
                .exec(tx)
                .await?;
        }
        Past::Opened(id, at) => {
            activity::Entity::change(tx.tenant())
                .col_expr(activity::Column::OpenedAt, Expr::value(*at))
                .filter(activity::Column::Id.eq(*id))
                .exec(tx)
                .await?;
        }
        Past::Closed(id, customer, at, spoken) => {
            activity::Entity::change(tx.tenant())
                .col_expr(activity::Column::ClosedAt, Expr::value(Some(*at)))
                .filter(activity::Column::Id.eq(*id))
                .exec(tx)
                .await?;
            if *spoken {
                customer::Entity::change(tx.tenant())
                    .col_expr(customer::Column::LastContactAt, Expr::value(Some(*at)))
                    .filter(customer::Column::Id.eq(*customer))
                    .exec(tx)
                    .await?;
            }
        }
        Past::Entered(card, at) => {
            card::Entity::change(tx.tenant())
                .col_expr(card::Column::EnteredStageAt, Expr::value(*at))
                .filter(card::Column::Id.eq(*card))
                .exec(tx)
                .await?;
        }
    }
    Ok(())
}

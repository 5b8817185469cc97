//! The demo tenant: a team, its board and its customers, made through the same commands that
//! people use. Made once; a second start finds it.

mod agenda;
mod people;
mod talk;
mod work;

use std::fmt::Write;
use std::sync::Arc;

use entities::ids::{BoardId, SessionId, TenantId, UserId};
use serde_json::{Value, json};

use self::people::{
    COMPANIES, FIRST, LAST, LOST, NEEDS, NOTES, REMINDERS, SOURCES, STAGES, TAGS, TEAM,
};
use self::work::Standing;
use crate::app::Core;
use crate::features::accounts::{InvitedPerson, NewTenant};
use crate::kernel::principal::{Principal, Who};
use crate::kernel::topic::Topic;

const SLUG: &str = "demo";
const DOMAIN: &str = "isiklarvadisi.example";
const PASSWORD: &str = "nabiz-demo-2026";

/// What to print once the server answers.
pub(super) fn greeting(base_url: &str) -> String {
    let mut text = format!("\n  Nabız: {base_url}\n\n");
    for (name, mail, role) in &TEAM[..3] {
        // writing to a String cannot fail
        let _ = writeln!(text, "  {mail}@{DOMAIN}  {PASSWORD}  ({name}, {role})");
    }
    text.push_str("\n  Sign in as two of them in two browsers and move a card.\n");
    text
}

/// Makes the demo tenant if it is not there.
pub(super) async fn fill(core: &Core) -> anyhow::Result<()> {
    if core.operator.find_tenant(SLUG).await?.is_some() {
        return Ok(());
    }
    let (name, mail, _) = TEAM[0];
    let new = NewTenant {
        tenant_name: "Işıklar Vadisi Konutları".to_owned(),
        slug: SLUG.to_owned(),
        name: name.to_owned(),
        email: format!("{mail}@{DOMAIN}"),
        password: PASSWORD.to_owned(),
        locale: Some("tr".to_owned()),
    };
    let (tenant, admin) = core.operator.create_tenant(&new).await?;
    let mut team = vec![admin];
    for (name, mail, role) in &TEAM[1..] {
        let email = format!("{mail}@{DOMAIN}");
        let new = InvitedPerson { name, email: &email, role, password: PASSWORD };
        team.push(core.operator.add_person(tenant, &new).await?);
    }
    let dice = Dice(20_261_121);
    Story { core, tenant, team, dice, standing: Vec::new() }.tell().await
}

struct Story<'a> {
    core: &'a Core,
    tenant: TenantId,
    team: Vec<UserId>,
    dice: Dice,
    /// Everybody so far, and where they stand.
    standing: Vec<Standing>,
}

impl Story<'_> {
    async fn tell(&mut self) -> anyhow::Result<()> {
        let (board, stages) = self.board().await?;
        let mut n = 0;
        for (at, (stage, count)) in stages.iter().zip(STAGES).enumerate() {
            for _ in 0..count {
                self.customer(board, (at, stage), n).await?;
                n += 1;
            }
        }
        self.work().await?;
        self.leads().await?;
        self.agenda().await?;
        self.talk().await
    }

    /// A few that came by themselves: the rules of the house take them up once the server runs.
    async fn leads(&mut self) -> anyhow::Result<()> {
        for (n, channel) in ["instagram", "web", "whatsapp"].into_iter().enumerate() {
            let d = json!({
                "name": format!("{} {}", self.dice.one(&FIRST), self.dice.one(&LAST)),
                "phones": [format!("0544 210 33 {n:02}")],
                "source": { "channel": channel },
                "need": self.dice.one(&NEEDS).0,
            });
            self.send(0, Topic::tenant(), "lead.receive", &d).await?;
        }
        Ok(())
    }

    /// The default board and its stages, in their order.
    async fn board(&self) -> anyhow::Result<(BoardId, Vec<String>)> {
        use entities::tenancy::OfTenant;
        use entities::{board, stage};
        use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
        let found = self.core.db.read(self.tenant, |tx| {
            Box::pin(async move {
                let board = board::Entity::of(tx.tenant()).one(tx).await?;
                let Some(board) = board else { return Ok(None) };
                let stages = stage::Entity::of(tx.tenant())
                    .filter(stage::Column::BoardId.eq(board.id))
                    .order_by_asc(stage::Column::Position)
                    .all(tx)
                    .await?;
                Ok(Some((board.id, stages.iter().map(|stage| stage.id.to_string()).collect())))
            })
        });
        found.await?.ok_or_else(|| anyhow::anyhow!("the demo tenant has no board"))
    }

    async fn customer(
        &mut self,
        board: BoardId,
        (at, stage): (usize, &str),
        n: usize,
    ) -> anyhow::Result<()> {
        let person = format!("{} {}", self.dice.one(&FIRST), self.dice.one(&LAST));
        let name = if n % 19 == 7 { (*self.dice.one(&COMPANIES)).to_owned() } else { person };
        let (need, lira) = *self.dice.one(&NEEDS);
        let (channel, campaign) = *self.dice.one(&SOURCES);
        let owner = self.dice.pick(self.team.len());
        let mut owners = vec![self.team[owner]];
        if n % 11 == 3 {
            owners.push(self.team[(owner + 1) % self.team.len()]);
        }
        let tags: Vec<&str> =
            TAGS.iter().copied().filter(|_| self.dice.pick(6) == 0).take(3).collect();
        let mut customer = json!({
            "name": name,
            "phones": [format!("053{} {:03} {:02} {:02}", n % 10, 100 + n * 7 % 900, n % 100, n * 3 % 100)],
            "owners": owners,
            "tags": tags,
            "quality": *self.dice.one(&["A", "A", "B", "B", "B", "C", "D"]),
            "source": { "channel": channel, "campaign": campaign },
        });
        if n.is_multiple_of(3) {
            let mail = crate::kernel::fold::fold(&name).replace([' ', '.'], "");
            customer["emails"] = json!([format!("{mail}{n}@ornek.example")]);
        }
        let amount = (n % 8 != 5).then(|| json!({ "minor": lira * 100, "currency": "TRY" }));
        let d = json!({ "board": board, "stage": stage, "customer": customer, "need": need, "amount": amount });
        let made_by = format!("demo-card-{n}");
        let made = self.send_as(&made_by, owner, Topic::board(board), "card.create", &d).await?;
        self.standing.push(Standing {
            customer: serde_json::from_value(made["customer_id"].clone())?,
            card: serde_json::from_value(made["card_id"].clone())?,
            owner,
            stage: at,
            lira,
            made_by,
        });
        let customer = made["customer_id"].as_str().unwrap_or_default().to_owned();
        if n % 4 == 1 {
            let author = self.dice.pick(self.team.len());
            let d = json!({ "body": self.dice.one(&NOTES) });
            self.send(author, Topic::new(&format!("customer:{customer}")), "note.add", &d).await?;
        }
        // nobody goes on with who was lost
        let goes_on = at != LOST;
        if n % 6 == 2 && goes_on {
            self.remind(&customer, owner).await?;
        }
        if let Some(card) = made["card_id"].as_str().filter(|_| n % 5 < 2 && goes_on) {
            let days = self.dice.pick(9).cast_signed() as i64 - 2;
            let due = self.core.clock.now() + chrono::Duration::hours(days * 24 + 3);
            let d = json!({ "card": card, "next_due_at": due });
            self.send(owner, Topic::board(board), "card.update", &d).await?;
        }
        Ok(())
    }

    /// Some are late, some are due today, some later; now and then a colleague gives one.
    async fn remind(&mut self, customer: &str, owner: usize) -> anyhow::Result<()> {
        let (kind, text, hours) = *self.dice.one(&REMINDERS);
        let giver = if self.dice.pick(4) == 0 { (owner + 1) % self.team.len() } else { owner };
        let minutes = hours * 60 + self.dice.pick(4).cast_signed() as i64 * 15;
        let due = self.core.clock.now() + chrono::Duration::minutes(minutes);
        let d = json!({ "assignee": self.team[owner], "kind": kind, "text": text, "due_at": due });
        let topic = Topic::new(&format!("customer:{customer}"));
        self.send(giver, topic, "reminder.add", &d).await?;
        Ok(())
    }

    async fn send(&self, who: usize, topic: Topic, op: &str, d: &Value) -> anyhow::Result<Value> {
        self.send_as(&self.core.clock.fresh_id().to_string(), who, topic, op, d).await
    }

    async fn send_as(
        &self,
        id: &str,
        who: usize,
        topic: Topic,
        op: &str,
        d: &Value,
    ) -> anyhow::Result<Value> {
        let mut by = Principal::system(self.tenant);
        by.who = Who::User { id: self.team[who], session: SessionId::NIL };
        by.circle = Arc::from([self.team[who]]);
        let receipt = self.core.hub.command(&by, topic, op, d, Some(id.to_owned()), None).await;
        let receipt =
            receipt.map_err(|problem| anyhow::anyhow!("{op}: {problem} {:?}", problem.errors))?;
        Ok(receipt.d.map_or(Value::Null, |d| serde_json::from_str(d.get()).unwrap_or_default()))
    }
}

/// A small generator with a fixed seed: every demo is the same.
struct Dice(u64);

impl Dice {
    fn pick(&mut self, below: usize) -> usize {
        // Knuth's MMIX constants
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % below
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.pick(of.len())]
    }
}

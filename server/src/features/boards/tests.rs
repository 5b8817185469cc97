//! The rules against a model that knows nothing of ranks: lists of cards, and the moves a person
//! makes. On SQLite, and on PostgreSQL where `scripts/with-services.sh` offers one.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::DateTime;
use entities::ids::{BoardId, CardId, SessionId, StageId, UserId};
use futures_util::FutureExt;
use futures_util::future::join_all;
use sea_orm::{EntityTrait, Set};
use serde_json::{Value, json};

use super::views::{self, BoardTopic, Filter};
use crate::db::{Db, Options};
use crate::kernel::clock::Clock;
use crate::kernel::principal::{Principal, Visibility, Who};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::hub::Hub;
use crate::realtime::registry::TopicKind;
use crate::tests::{Testbed, postgres, sqlite};

/// One board of one tenant, over a database of its own.
struct Bench {
    hub: Hub,
    db: Db,
    by: Principal,
    board: BoardId,
    stages: Vec<StageId>,
}

impl Bench {
    async fn new(options: Options) -> Self {
        let bed = Testbed::start(options, |registry| {
            super::commands(registry);
            crate::features::customers::commands(registry, &crate::kernel::clock::Clock::system());
        });
        let Testbed { hub, db, clock, by } = bed.await;
        let made = db.write(by.tenant, move |tx| {
            let clock = clock.clone();
            async move {
                let board = super::create_default(tx, &clock, "tr").await?;
                let stages = views::stages(tx, board).await?;
                Ok((board, stages.iter().map(|stage| stage.id).collect()))
            }
            .boxed()
        });
        let (board, stages) = made.await.unwrap();
        Self { hub, db, by, board, stages }
    }

    async fn send(&self, by: &Principal, op: &str, d: Value) -> Result<Value, Problem> {
        let topic = Topic::board(self.board);
        let receipt = self.hub.command(by, topic, op, &d, None, None).await?;
        Ok(receipt.d.map_or(Value::Null, |d| serde_json::from_str(d.get()).unwrap()))
    }

    async fn ok(&self, op: &str, d: Value) -> Value {
        self.send(&self.by, op, d.clone()).await.unwrap_or_else(|e| panic!("{op} {d}: {e:?}"))
    }

    async fn refused(&self, op: &str, d: Value) -> &'static str {
        self.send(&self.by, op, d).await.unwrap_err().code
    }

    async fn card(&self, stage: usize, owners: &[UserId]) -> CardId {
        let customer = json!({ "name": "Işık Ltd.", "owners": owners });
        let d = json!({ "stage": self.stages[stage], "customer": customer });
        let made = self.ok("card.create", d).await;
        made["card_id"].as_str().unwrap().parse().unwrap()
    }

    /// The order of all stages as the rows say it.
    async fn order(&self, by: &Principal) -> HashMap<StageId, Vec<CardId>> {
        let (by, board) = (by.clone(), self.board);
        let read = self.db.read(by.tenant, move |tx| {
            async move {
                let all = Filter::default().condition(&by, "TR", DateTime::default())?;
                views::windows(tx, &by, board, &all, 10_000).await
            }
            .boxed()
        });
        let windows = read.await.unwrap().unwrap();
        let mut order: HashMap<StageId, Vec<CardId>> = HashMap::new();
        for card in windows.cards {
            order.entry(card.stage_id).or_default().push(card.id);
        }
        order
    }

    /// Somebody who works here.
    async fn somebody(&self, visibility: Visibility) -> (Principal, UserId) {
        let clock = Clock::system();
        let me = UserId(clock.fresh_id());
        let session = SessionId(clock.fresh_id());
        let row = entities::user::ActiveModel {
            tenant_id: Set(self.by.tenant),
            id: Set(me),
            email: Set(String::new()),
            email_key: Set(me.to_string()),
            name: Set("Ayşe".to_owned()),
            password_hash: Set(None),
            role: Set("sales".to_owned()),
            team_id: Set(None),
            locale: Set("tr".to_owned()),
            active: Set(true),
            failed_logins: Set(0),
            locked_until: Set(None),
            created_at: Set(clock.now()),
            deactivated_at: Set(None),
            last_seen_at: Set(None),
        };
        let written = self.db.write(self.by.tenant, move |tx| {
            let row = row.clone();
            async move {
                entities::user::Entity::insert(row).exec_without_returning(tx).await?;
                Ok(())
            }
            .boxed()
        });
        written.await.unwrap();
        let who = Who::User { id: me, session };
        (Principal { who, visibility, circle: Arc::new([me]), ..self.by.clone() }, me)
    }
}

macro_rules! on_both {
    ($($test:ident),+ $(,)?) => { $(
        mod $test {
            #[actix_web::test]
            async fn on_sqlite() {
                super::$test(super::Bench::new(super::sqlite()).await).await;
            }
            #[actix_web::test]
            async fn on_postgres() {
                if let Some(options) = super::postgres().await {
                    super::$test(super::Bench::new(options).await).await;
                }
            }
        }
    )+ };
}

on_both!(
    random_moves_end_as_lists_would,
    a_limit_holds_under_a_crowd,
    hidden_cards_stay_hidden_and_in_place,
    a_large_board_is_read_in_bounded_parts,
    moves_and_changes_of_the_same_customers_refuse_nobody,
);

/// What a person sees: the moved cards leave the lists and come in at the spot they named.
fn play(
    model: &mut HashMap<StageId, Vec<CardId>>,
    moved: &[CardId],
    to: StageId,
    after: Option<CardId>,
    before: Option<CardId>,
) {
    for list in model.values_mut() {
        list.retain(|card| !moved.contains(card));
    }
    let list = model.entry(to).or_default();
    let find = |card: Option<CardId>| card.and_then(|c| list.iter().position(|known| *known == c));
    let at = find(after).map(|n| n + 1).or(find(before)).unwrap_or(list.len());
    list.splice(at..at, moved.iter().copied());
}

async fn random_moves_end_as_lists_would(bench: Bench) {
    let (mut cards, mut model) = (Vec::new(), HashMap::<StageId, Vec<CardId>>::new());
    for n in 0..24 {
        let card = bench.card(n % 3, &[]).await;
        model.entry(bench.stages[n % 3]).or_default().push(card);
        cards.push(card);
    }
    // a small generator of its own: the same moves in every run
    let mut state = 42u64;
    let mut dice = move |sides: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % sides
    };
    for round in 0..400 {
        let to = bench.stages[dice(3)];
        // mostly one spot, so that gaps are used up
        let neighbour = if dice(3) > 0 { cards[0] } else { cards[dice(cards.len())] };
        let (after, before) = match dice(4) {
            0 => (None, None),
            1 => (None, Some(neighbour)),
            2 => (Some(neighbour), Some(cards[dice(cards.len())])),
            _ => (Some(neighbour), None),
        };
        let count = if dice(4) == 0 { 1 + dice(6) } else { 1 };
        let mut moved: Vec<CardId> = (0..count).map(|_| cards[1 + dice(cards.len() - 1)]).collect();
        moved.dedup();
        let mut once = std::collections::HashSet::new();
        moved.retain(|card| once.insert(*card));
        let after = after.filter(|card| !moved.contains(card));
        let before = before.filter(|card| !moved.contains(card));
        let spot = json!({ "to_stage": to, "after": after, "before": before });
        if let ([card], true) = (moved.as_slice(), round % 2 == 0) {
            let mut d = spot;
            d["card"] = json!(card);
            bench.ok("card.move", d).await;
        } else {
            let mut d = spot;
            d["cards"] = json!(moved);
            assert_eq!(bench.ok("card.move_many", d).await["moved"], moved.len());
        }
        play(&mut model, &moved, to, after, before);
        if round % 10 == 9 {
            model.retain(|_, list| !list.is_empty());
            assert_eq!(bench.order(&bench.by).await, model, "round {round}");
        }
    }
}

async fn a_limit_holds_under_a_crowd(bench: Bench) {
    let mut cards = Vec::new();
    for _ in 0..20 {
        cards.push(bench.card(0, &[]).await);
    }
    let (bench, to) = (&bench, bench.stages[1]);
    bench.ok("stage.update", json!({ "stage": to, "wip_limit": 5 })).await;
    let moves = cards.iter().map(|card| async move {
        bench.send(&bench.by, "card.move", json!({ "card": card, "to_stage": to })).await
    });
    let answers = join_all(moves).await;
    let moved = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(moved, 5);
    assert!(answers.iter().filter_map(|a| a.as_ref().err()).all(|e| e.code == "stage_full"));
    assert_eq!(bench.order(&bench.by).await[&to].len(), 5);
    // within the stage there is always room to move
    let inside = bench.order(&bench.by).await[&to][0];
    bench.ok("card.move", json!({ "card": inside, "to_stage": to })).await;
    let d = json!({ "stage": to, "customer": { "name": "Bir kişi" } });
    assert_eq!(bench.refused("card.create", d).await, "stage_full");
    bench.ok("stage.update", json!({ "stage": to, "wip_limit": null })).await;
    bench.ok("card.move_many", json!({ "cards": cards, "to_stage": to })).await;
    assert_eq!(bench.order(&bench.by).await[&to], cards);
}

async fn hidden_cards_stay_hidden_and_in_place(bench: Bench) {
    let (ayse, ayse_id) = bench.somebody(Visibility::Own).await;
    let (_, mehmet_id) = bench.somebody(Visibility::Own).await;
    let mine = bench.card(0, &[ayse_id]).await;
    let hidden = bench.card(0, &[mehmet_id]).await;
    let last = bench.card(0, &[ayse_id, mehmet_id]).await;
    let stage = bench.stages[0];
    assert_eq!(bench.order(&ayse).await[&stage], [mine, last]);

    let moves = |card: CardId, d: Value| {
        let mut all = json!({ "card": card, "to_stage": stage });
        all.as_object_mut().unwrap().extend(d.as_object().unwrap().clone());
        bench.send(&ayse, "card.move", all)
    };
    assert_eq!(moves(hidden, json!({})).await.unwrap_err().code, "not_found");
    // a neighbour that she cannot see is no neighbour: the card goes to the end
    moves(mine, json!({ "before": hidden })).await.unwrap();
    assert_eq!(bench.order(&bench.by).await[&stage], [hidden, last, mine]);
    let gone = json!({ "cards": [mine, hidden] });
    assert_eq!(bench.send(&ayse, "card.archive", gone).await.unwrap_err().code, "not_found");
    // who sees only her own cards owns what she makes
    let d = json!({ "customer": { "name": "Yeni" } });
    let made = bench.send(&ayse, "card.create", d).await.unwrap();
    let made: CardId = made["card_id"].as_str().unwrap().parse().unwrap();
    assert_eq!(bench.order(&ayse).await[&stage], [last, mine, made]);
}

async fn a_large_board_is_read_in_bounded_parts(bench: Bench) {
    let mut cards = Vec::new();
    for n in 0..150 {
        cards.push(bench.card(n % 2, &[]).await);
    }
    let (by, topic) = (bench.by.clone(), Topic::board(bench.board));
    let read = bench.db.read(by.tenant, move |tx| {
        async move { BoardTopic.snapshot(tx, &by, &topic).await }.boxed()
    });
    let parts = read.await.unwrap();
    assert!(parts.len() > 1 && parts.iter().all(|part| part.len() <= 60 * 1024));
    let parts: Vec<Value> = parts.iter().map(|part| serde_json::from_str(part).unwrap()).collect();
    assert_eq!(parts[0]["total"], 150);
    assert_eq!(parts[0]["stages"][0]["name"], "Potansiyel");
    let listed: usize = parts.iter().map(|part| part["cards"].as_array().unwrap().len()).sum();
    assert_eq!(listed, 150);
    // stage by stage, each from top to bottom
    let ids = parts.iter().flat_map(|p| p["cards"].as_array().unwrap()).map(|c| c["id"].as_str());
    let ids: Vec<CardId> = ids.map(|id| id.unwrap().parse().unwrap()).collect();
    let order = bench.order(&bench.by).await;
    assert!(
        ids.iter().filter(|id| order[&bench.stages[1]].contains(id)).eq(&order[&bench.stages[1]])
    );
}

async fn moves_and_changes_of_the_same_customers_refuse_nobody(bench: Bench) {
    let mut all = Vec::new();
    for n in 0..6 {
        let card = bench.card(0, &[]).await;
        let by = bench.by.clone();
        let read = bench
            .db
            .read(by.tenant, move |tx| async move { views::cards(tx, &by, &[card]).await }.boxed());
        all.push((n, card, read.await.unwrap()[0].customer_id));
    }
    let bench = &bench;
    let commands = (0..240).map(|round: usize| {
        let (n, card, customer) = all[round % all.len()];
        async move {
            let topics = [Topic::board(bench.board), Topic::customer(customer), Topic::tenant()];
            let topic = topics[round % 3].clone();
            let (op, d) = match round % 3 {
                0 => ("card.move", json!({ "card": card, "to_stage": bench.stages[round % 4] })),
                1 => ("customer.update", json!({ "name": format!("Ad {round}") })),
                _ => {
                    let name = format!("Yeni {n} {round}");
                    ("customer.create", json!({ "name": name, "board_id": bench.board }))
                }
            };
            bench.hub.command(&bench.by, topic, op, &d, None, None).await
        }
    });
    for answer in join_all(commands).await {
        answer.unwrap();
    }
}

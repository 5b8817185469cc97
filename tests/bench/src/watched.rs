//! (i) What rules cost a card move: the moves of part (b) while nothing waits for them, while twenty rules wait for
//! moves to another stage, and while one waits for every move and finds, each time, that its condition does not hold.
use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    house::{Board, DatabaseProcesses, Person},
    moves::{Sample, measure},
    plan::Plan,
    report::{Durability, Row},
    scene::Scene,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    Nobody,
    Elsewhere,
    ForEach,
}

/// Rules that wait for moves which never come.
const MANY: usize = 20;

impl Waits {
    const ALL: [Self; 3] = [Self::Nobody, Self::Elsewhere, Self::ForEach];

    fn name(self) -> &'static str {
        match self {
            Self::Nobody => "no rule waits",
            Self::Elsewhere => "20 rules wait for another stage",
            Self::ForEach => "a rule is asked about each",
        }
    }

    async fn prepare(self, admin: &Person, board: &Board) -> Result<()> {
        let tag = json!([{ "do": "tag", "add": ["x"] }]);
        let rule = |name: String, trigger: Value, conditions: Value| json!({ "name": name, "trigger": trigger, "conditions": conditions, "actions": tag });
        match self {
            Self::Nobody => {}
            Self::Elsewhere => {
                let elsewhere = admin.board(0).await?;
                for n in 0..MANY {
                    let trigger = json!({ "op": "card.moved", "stage": elsewhere.stages[0] });
                    let d = rule(format!("Kural {n}"), trigger, json!([]));
                    admin.command("tenant", "rule.create", d).await?;
                }
            }
            Self::ForEach => {
                let trigger = json!({ "op": "card.moved", "board": board.topic.trim_start_matches("board:") });
                let unmet = json!([{ "field": "customer.name", "is": "is", "value": "Hiç kimse" }]);
                admin
                    .command("tenant", "rule.create", rule("Kural".to_owned(), trigger, unmet))
                    .await?;
            }
        }
        Ok(())
    }
}

pub(crate) async fn run(plan: &Plan, database: &DatabaseProcesses) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for durability in plan.databases() {
        let mut samples: Vec<(Waits, Sample)> = Vec::new();
        for _ in 0..plan.rounds {
            for waits in Waits::ALL {
                let mut scene = Scene::of_ours(plan, durability).await?;
                waits.prepare(&scene.admin()?, scene.board()).await?;
                samples.push((waits, measure(&mut scene, plan.moves, database).await?));
                scene.close().await?;
            }
        }
        rows.extend(Waits::ALL.map(|waits| row_of(durability, waits, &samples)));
    }
    Ok(rows)
}

fn row_of(durability: Durability, waits: Waits, samples: &[(Waits, Sample)]) -> Row {
    let of: Vec<&Sample> =
        samples.iter().filter(|(who, _)| *who == waits).map(|(_, sample)| sample).collect();
    let all = |field: fn(&Sample) -> f64| of.iter().map(|s| field(s)).collect::<Vec<_>>();
    Row::new("i", format!("moves, {}", waits.name()), "nabiz")
        .durability(durability)
        .rounds(all(|sample| sample.per_second), "/s")
        .lost(of.iter().map(|sample| sample.lost).sum())
        .cpu(
            of.iter().map(|sample| sample.server_cpu).sum(),
            of.iter().map(|sample| sample.database_cpu).sum::<Option<f64>>(),
        )
        .beside(json!({
            "p99_ms": all(|sample| sample.p99_ms),
            "server_cpu_ms_per_move": all(|sample| sample.server_cpu * 1e3 / sample.moves as f64),
        }))
}

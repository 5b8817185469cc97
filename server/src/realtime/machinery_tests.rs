//! The machinery with a feature made of nothing: order, answers, retries, joining under load.

use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use serde::Deserialize;
use serde_json::json;

use super::hub::Hub;
use super::registry::Registry;
use crate::db::{Db, Options, Tx};
use crate::kernel::command::{Command, CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::tests::{Testbed, postgres, sqlite};

#[derive(Deserialize)]
struct Say {
    word: String,
    also: Option<String>,
}

impl Command for Say {
    const OP: &'static str = "word.say";
    const NEEDS: Permission = Permission::ViewBoards;

    async fn decide(&self, tx: &Tx<'_>, cx: &CommandContext) -> Decided {
        if self.word == "no" {
            return Err(Problem::conflict("taken"));
        }
        assert_ne!(self.word, "panic", "as asked");
        if self.word == "broken" {
            tx.execute_unprepared("SELECT 1 FROM nowhere").await?;
        }
        let event = NewEvent::new(cx.topic.clone(), "word.said", &json!({ "word": self.word }))?;
        let mut events = vec![event.clone()];
        events.extend(self.also.as_deref().map(|topic| event.also_on(Topic::new(topic))));
        Ok(Decision::events(events).reply(&json!({ "word": self.word })))
    }
}

async fn hub() -> (Hub, Db, Principal) {
    let bed = Testbed::start(sqlite(), Registry::accepts::<Say>).await;
    (bed.hub, bed.db, bed.by)
}

async fn positions(db: &Db, by: &Principal, topic: &str) -> (i64, Vec<i64>) {
    let topic = Topic::new(topic);
    db.read(by.tenant, move |tx| {
        Box::pin(async move {
            let head = super::journal::head(tx, &topic).await?.map_or(0, |head| head.seq);
            let events = super::journal::read_after(tx, &topic, 0, 10_000).await?;
            Ok((head, events.iter().map(|event| event.seq).collect()))
        })
    })
    .await
    .unwrap()
}

#[actix_web::test]
async fn a_burst_on_cold_topics_is_answered_without_holes() {
    let (hub, db, by) = hub().await;
    let say = |n: usize| {
        let (hub, by) = (hub.clone(), by.clone());
        let (own, also) = (format!("t:{}", n % 3), format!("u:{}", n % 2));
        async move {
            let d = json!({ "word": format!("w{n}"), "also": also });
            hub.command(&by, Topic::new(&own), "word.say", &d, None, None).await
        }
    };
    let answers = join_all((0..600).map(say)).await;
    for answer in &answers {
        assert!(answer.is_ok(), "{answer:?}");
    }
    for (topic, count) in [("t:0", 200), ("t:1", 200), ("t:2", 200), ("u:0", 300), ("u:1", 300)] {
        let (head, seqs) = positions(&db, &by, topic).await;
        assert_eq!(head, count, "{topic}");
        assert_eq!(seqs, (1..=count).collect::<Vec<_>>(), "{topic}");
    }
}

#[actix_web::test]
async fn the_same_id_acts_once_and_another_body_conflicts() {
    let (hub, db, by) = hub().await;
    let say = |word: &str| {
        let d = json!({ "word": word });
        let (hub, by) = (hub.clone(), by.clone());
        async move {
            hub.command(&by, Topic::new("t:1"), "word.say", &d, Some("same".into()), None).await
        }
    };
    let all = join_all([say("a"), say("a"), say("a")]).await;
    let dups = all.iter().filter(|answer| answer.as_ref().unwrap().dup).count();
    assert_eq!(dups, 2);
    assert!(all.iter().all(|answer| answer.as_ref().unwrap().seq == 1));
    assert_eq!(say("b").await.unwrap_err().code, "idempotency_conflict");
    assert_eq!(positions(&db, &by, "t:1").await.1, [1]);
}

#[actix_web::test]
async fn a_refusal_or_a_panic_harms_only_its_own_command() {
    harms_only_its_own(sqlite()).await;
    if let Some(options) = postgres().await {
        harms_only_its_own(options).await;
    }
}

async fn harms_only_its_own(options: Options) {
    let Testbed { hub, db, by, .. } = Testbed::start(options, Registry::accepts::<Say>).await;
    let words = ["a", "no", "b", "panic", "c", "broken", "d"];
    let answers = join_all(words.iter().map(|word| {
        let (hub, by) = (hub.clone(), by.clone());
        let d = json!({ "word": word });
        async move { hub.command(&by, Topic::new("t:1"), "word.say", &d, None, None).await }
    }))
    .await;
    let told: Vec<&str> =
        answers.iter().map(|answer| answer.as_ref().map_or_else(|p| p.code, |_| "ok")).collect();
    assert_eq!(told, ["ok", "taken", "ok", "internal", "ok", "internal", "ok"]);
    assert_eq!(positions(&db, &by, "t:1").await.1, [1, 2, 3, 4]);
}

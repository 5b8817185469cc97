//! Two server processes on one PostgreSQL: the database is the arbiter, so the invariants hold across them.
use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{
    Board, Cluster, Subscriber, User, at_rest,
    simulators::meta::{
        App,
        payloads::{Person, one_text},
    },
    unique, within,
};

use crate::{
    channels::{SECRET, channel, connected},
    rules::rule,
};

/// A command in one process is heard by the subscribers of the other, in order and once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_server_commits_the_other_publishes() {
    let Some(cluster) = Cluster::start(2).await else { return };
    let admin = cluster.tenant().await;
    let board = admin.default_board().await;
    let mut screen = admin.at(cluster.base(1)).socket().await;
    let start = screen.snapshot(&board.topic).await["seq"].as_u64().expect("a seq");

    for n in 0..20 {
        admin.command(&board.topic, "board.rename", json!({ "name": format!("Ad {n}") })).await;
    }
    screen.reaches(&board.topic, start + 20).await;

    let names: Vec<Value> =
        screen.events(&board.topic).iter().map(|ev| ev["d"]["name"].clone()).collect();
    assert_eq!(names, (0..20).map(|n| json!(format!("Ad {n}"))).collect::<Vec<_>>());
    cluster.finish().await;
}

/// Invariants 1 to 4: eight writers at once through both, every screen ends the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_on_both_lose_nothing_and_every_screen_agrees() {
    let Some(cluster) = Cluster::start(2).await else { return };
    let admin = cluster.tenant().await;
    let board = admin.default_board().await;
    let mut cards = Vec::new();
    for n in 0..6 {
        cards.push(board.card(&admin, "Potansiyel", &format!("Müşteri {n}")).await);
    }
    let mut screens = Vec::new();
    for server in [0, 1, 0, 1] {
        let mut screen = admin.at(cluster.base(server)).socket().await;
        screen.snapshot(&board.topic).await;
        screens.push(screen);
    }

    let writers = (0..8).map(|writer| {
        let (user, board, cards) =
            (admin.at(cluster.base(writer % 2)), board.clone(), cards.clone());
        tokio::spawn(async move { move_about(&user, &board, &cards, writer).await })
    });
    let mut acknowledged: Vec<u64> = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        acknowledged.extend(writer.await.expect("a writer"));
    }

    let distinct: BTreeSet<u64> = acknowledged.iter().copied().collect();
    assert_eq!(distinct.len(), acknowledged.len(), "one position answered twice");
    converged(&cluster, &admin, &board, &screens, *distinct.last().expect("answers")).await;
    cluster.finish().await;
}

/// Moves cards to stages and neighbours that only depend on the numbers; the positions of all answers.
async fn move_about(user: &User, board: &Board, cards: &[String], writer: usize) -> Vec<u64> {
    let mut seqs = Vec::new();
    for n in 0..15 {
        // the last one asks why a deal was lost
        let to = &board.stages[(writer + n) % (board.stages.len() - 1)].1;
        let (card, after) =
            (&cards[(writer * 7 + n) % cards.len()], &cards[(writer + n * 5) % cards.len()]);
        let d = json!({ "card": card, "to_stage": to, "after": if card == after { Value::Null } else { json!(after) } });
        let result = command_until_answered(user, &board.topic, "card.move", d).await;
        seqs.push(result["seq"].as_u64().expect("a seq"));
    }
    seqs
}

/// As a good client does: a temporary refusal is repeated with the same id.
async fn command_until_answered(user: &User, topic: &str, op: &str, d: Value) -> Value {
    let id = unique("c");
    within(std::time::Duration::from_secs(20), op, || async {
        let result = user.try_command_as(&id, topic, op, d.clone()).await;
        let temporary = !result["error"]["retry_ms"].is_null();
        assert!(result["ok"] == true || temporary, "{op}: {result}");
        if temporary { Err(result) } else { Ok(result) }
    })
    .await
}

async fn converged(
    cluster: &Cluster,
    admin: &User,
    board: &Board,
    screens: &[Subscriber],
    head: u64,
) {
    for screen in screens {
        screen.reaches(&board.topic, head).await;
    }
    let rows = board.read(admin).await;
    for server in 0..2 {
        let mut fresh = admin.at(cluster.base(server)).socket().await;
        fresh.snapshot(&board.topic).await;
        assert_eq!(at_rest(&fresh, &board.topic), rows, "a fresh snapshot of server {server}");
    }
    for screen in screens {
        screen.check();
        assert_eq!(at_rest(screen, &board.topic).places(), rows.places());
        assert_eq!(at_rest(screen, &board.topic), rows);
    }
}

/// Invariant 6: one id, sent to both at the same instant and once more, acts once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_sent_to_both_servers_is_one_event() {
    let Some(cluster) = Cluster::start(2).await else { return };
    let admin = cluster.tenant().await;
    let board = admin.default_board().await;
    let (one, two) = (admin.at(cluster.base(0)), admin.at(cluster.base(1)));
    for round in 0..10 {
        let id = unique("c");
        let d =
            json!({ "stage": board.first_stage(), "customer": { "name": format!("Tur {round}") } });
        let send = |user: User| {
            let (id, d, topic) = (id.clone(), d.clone(), board.topic.clone());
            async move {
                tests::eventually("an answer", || async {
                    let result = user.try_command_as(&id, &topic, "card.create", d.clone()).await;
                    if result["ok"] == true { Ok(result) } else { Err(result) }
                })
                .await
            }
        };
        let (a, b) = tokio::join!(send(one.clone()), send(two.clone()));
        let c = send(one.clone()).await;
        assert!(a["seq"] == b["seq"] && b["seq"] == c["seq"] && a["d"] == c["d"], "{a} {b} {c}");
        assert_eq!(c["dup"], true);
    }
    assert_eq!(board.read(&admin).await.cards.len(), 10);
    cluster.finish().await;
}

/// Invariant 7: one socket's commands to one topic commit in the order sent, though others write through the peer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sockets_order_holds_against_writers_elsewhere() {
    let Some(cluster) = Cluster::start(2).await else { return };
    let admin = cluster.tenant().await;
    let board = admin.default_board().await;
    let (mut here, there) = (admin.at(cluster.base(0)).socket().await, admin.at(cluster.base(1)));
    let start = here.snapshot(&board.topic).await["seq"].as_u64().expect("a seq");
    let noise = tokio::spawn({
        let topic = board.topic.clone();
        async move {
            for n in 0..20 {
                command_until_answered(
                    &there,
                    &topic,
                    "board.rename",
                    json!({ "name": format!("gürültü {n}") }),
                )
                .await;
            }
        }
    });
    let ids: Vec<String> = (0..20).map(|_| unique("c")).collect();
    for (n, id) in ids.iter().enumerate() {
        let d = json!({ "name": format!("sıra {n:02}") });
        here.send(
            json!({ "t": "cmd", "id": id, "topic": board.topic, "op": "board.rename", "d": d }),
        );
    }
    for id in &ids {
        let answer = here.answer_to(id).await;
        assert_eq!(answer["t"], "res", "{answer}");
    }
    noise.await.expect("the other writer");
    here.reaches(&board.topic, start + 40).await;
    let names: Vec<String> = here
        .events(&board.topic)
        .iter()
        .filter_map(|ev| {
            ev["d"]["name"].as_str().filter(|name| name.starts_with("sıra")).map(str::to_owned)
        })
        .collect();
    assert_eq!(names, (0..20).map(|n| format!("sıra {n:02}")).collect::<Vec<_>>());
    cluster.finish().await;
}

/// Invariant 5 with two: one dies in the middle, clients go on at the other with the same ids.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_goes_on_at_the_other_server_when_its_own_dies() {
    let Some(mut cluster) = Cluster::start(2).await else { return };
    let admin = cluster.tenant().await;
    let board = admin.default_board().await;
    let mut screen = admin.at(cluster.base(0)).socket().await;
    screen.snapshot(&board.topic).await;
    let ids: Vec<String> = (0..30).map(|_| unique("c")).collect();
    for (n, id) in ids.iter().enumerate() {
        let d = json!({ "stage": board.first_stage(), "customer": { "name": format!("M {n}") } });
        screen.send(
            json!({ "t": "cmd", "id": id, "topic": board.topic, "op": "card.create", "d": d }),
        );
    }
    screen.answer_to(&ids[5]).await;
    cluster.kill(0);

    let there = admin.at(cluster.base(1));
    for (n, id) in ids.iter().enumerate() {
        let d = json!({ "stage": board.first_stage(), "customer": { "name": format!("M {n}") } });
        tests::eventually("the retry", || async {
            let result = there.try_command_as(id, &board.topic, "card.create", d.clone()).await;
            if result["ok"] == true { Ok(()) } else { Err(result) }
        })
        .await;
    }
    assert_eq!(board.read(&there).await.cards.len(), 30, "each exactly once");
    cluster.finish().await;
}

/// Invariant 8 across servers: access that ends at one ends at the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deactivation_closes_sockets_of_the_other_server() {
    let Some(cluster) = Cluster::start(2).await else { return };
    let admin = cluster.tenant().await;
    let ayse = admin.invite("sales").await.at(cluster.base(1));
    let socket = ayse.socket().await;
    admin.post(&format!("/users/{}/deactivate", ayse.id()), json!({})).await.ok();
    // The peer hears by polling heads: up to their interval more than on one node.
    socket.closed(std::time::Duration::from_secs(4)).await;
    cluster.finish().await;
}

/// A rule works where its cause was written; who looks at rules may do so at the other server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_a_rule_worked_is_heard_at_the_other_server() {
    let Some(cluster) = Cluster::start(2).await else { return };
    let admin = cluster.tenant().await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Ahmet").await;
    let tag = json!([{ "do": "tag", "add": ["x"] }]);
    let id = rule(&admin, json!({ "op": "card.moved" }), json!([]), tag).await;
    let mut screen = admin.at(cluster.base(1)).subscribe("rules").await;
    let d = json!({ "card": card, "to_stage": board.stage("Randevu") });
    admin.command(&board.topic, "card.move", d).await;
    while !screen.event("rule.worked").await["d"]["rules"]
        .as_array()
        .is_some_and(|rules| rules.contains(&json!(id)))
    {}
    cluster.finish().await;
}

/// The same payloads at both doors: each is there once, numbered without a hole, and its items come in that order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payloads_that_come_to_both_are_there_once_and_in_order() {
    let Some(cluster) = Cluster::start(2).await else { return };
    let admin = cluster.tenant().await;
    let (made, app) = connected(&admin).await;
    channel(&admin, &made, "whatsapp", "2001").await;
    let path = app.url.rsplit_once("/hooks/").expect("a door").1;
    let doors =
        [0, 1].map(|server| App::new(&format!("{}/hooks/{path}", cluster.base(server)), SECRET));
    let deniz = Person::new("Deniz", "905550000101");
    let payloads: Vec<Value> =
        (0..60).map(|n| one_text("2001", &deniz, &format!("wamid.{n}"), "Merhaba")).collect();
    let sending =
        payloads.iter().flat_map(|payload| doors.iter().map(|door| door.insist(payload, 9)));
    let taken = futures_util::future::join_all(sending).await;
    assert!(taken.iter().all(Option::is_some), "{taken:?}");
    let database = cluster.database();
    within(std::time::Duration::from_secs(30), "all split", || async {
        let split = database.count("hook WHERE state = 'split'").await;
        if split == 60 { Ok(()) } else { Err(split) }
    })
    .await;
    let order = "SELECT i.position AS position, h.n AS n FROM hook_item i \
        JOIN hook h ON h.tenant_id = i.tenant_id AND h.id = i.hook_id ORDER BY i.position";
    let order = database.rows(order).await;
    let numbers: Vec<(Value, Value)> =
        order.iter().map(|row| (row["position"].clone(), row["n"].clone())).collect();
    assert_eq!(numbers, (1..=60).map(|n| (json!(n), json!(n))).collect::<Vec<_>>());
    cluster.finish().await;
}

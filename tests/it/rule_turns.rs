//! Whose turn it is, from outside: fair however many come at once, and by who has least to do.
use std::collections::HashMap;

use futures_util::future::join_all;
use serde_json::json;
use tests::{TestApp, on_both};

use crate::rules::{alone, rule, runs};

on_both!(leads_fall_on_people_in_turn_however_many_come_at_once, the_least_loaded_gets_the_next,);

async fn leads_fall_on_people_in_turn_however_many_come_at_once(app: TestApp) {
    let (admin, people) = app.team(["sales", "sales", "operations"]).await;
    // whoever has gone gets nothing, and whose role shows no customers neither
    let gone = admin.invite("sales").await;
    admin.post(&format!("/users/{}/deactivate", gone.id()), json!({})).await.ok();
    let leads = join_all((0..16).map(|n| {
        admin
            .lead(json!({ "name": format!("Aday {n}"), "phones": [format!("0532 000 00 {n:02}")] }))
    }))
    .await;

    let listed = admin.get("/rules").await.ok();
    let lead =
        listed["items"].as_array().expect("rules").iter().find(|r| r["builtin"] == "lead_owner");
    let id = lead.expect("the rule for leads")["id"].as_str().expect("an id");
    let all = runs(&admin, id, 16).await;
    assert!(all.iter().all(|run| run["state"] == "ran"), "{all:?}");
    let mut given: HashMap<String, usize> = HashMap::new();
    for lead in &leads {
        let customer = admin.get(&format!("/customers/{}", lead.customer_id)).await.ok();
        let owners = customer["owners"].as_array().expect("owners");
        assert_eq!(owners.len(), 1, "{customer}");
        *given.entry(owners[0].as_str().expect("an id").to_owned()).or_default() += 1;
    }
    let mut wanted: Vec<(String, usize)> =
        people.iter().chain([&admin]).map(|user| (user.id().to_owned(), 4)).collect();
    wanted.sort_unstable();
    let mut given: Vec<(String, usize)> = given.into_iter().collect();
    given.sort_unstable();
    assert_eq!(given, wanted);
    // somebody who comes again stays with whom they have
    let again = admin.lead(json!({ "phones": ["0532 000 00 00"] })).await;
    assert_eq!(again.customer_id, leads[0].customer_id);
    let all = runs(&admin, id, 17).await;
    assert_eq!(all[0]["results"][0]["code"], "kept", "{}", all[0]);
}

async fn the_least_loaded_gets_the_next(app: TestApp) {
    let (admin, [a, b]) = app.team(["sales", "sales"]).await;
    alone(&admin).await;
    let board = admin.default_board().await;
    for owner in [&admin, &admin, &a] {
        let d = json!({ "stage": board.first_stage(), "customer": { "name": "Dolu", "owners": [owner.id()] } });
        admin.command(&board.topic, "card.create", d).await;
    }
    let by_load = json!([{ "do": "assign", "to": "load:all" }]);
    let id = rule(&admin, json!({ "op": "lead.received" }), json!([]), by_load).await;
    let lead = admin.lead(json!({ "name": "Yeni" })).await;
    let run = &runs(&admin, &id, 1).await[0];
    assert_eq!(run["results"][0]["user"], json!(b.id()), "{run}");
    let customer = admin.get(&format!("/customers/{}", lead.customer_id)).await.ok();
    assert_eq!(customer["owners"], json!([b.id()]));
}

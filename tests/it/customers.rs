//! Customers and leads from outside: one identity is one customer, hidden stays hidden, exports run nothing.
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{TestApp, on_both};

on_both!(
    a_hundred_leads_of_one_phone_are_one_customer,
    a_form_anywhere_may_send_leads_and_nothing_else,
    nobody_grows_for_ever_by_coming_in_again,
    a_merge_is_taken_back_whole,
    whose_customers_are_hidden_are_not_found_counted_or_exported,
    an_export_runs_no_formula_and_is_on_record,
);

async fn a_hundred_leads_of_one_phone_are_one_customer(app: TestApp) {
    let admin = app.tenant().await;
    let spellings = ["0532 123 45 67", "+90 (532) 123 45 67", "5321234567", "00 90 532 123 45 67"];
    let leads = (0..100).map(|n| {
        admin.lead(
            json!({ "name": format!("Aday {n}"), "phones": [spellings[n % spellings.len()]] }),
        )
    });
    let answers = join_all(leads).await;
    assert!(answers.iter().all(|lead| lead.customer_id == answers[0].customer_id));
    assert!(answers.iter().all(|lead| lead.card_id == answers[0].card_id));
    assert_eq!(answers.iter().filter(|lead| lead.created).count(), 1);
    assert_eq!(admin.get("/customers").await.ok()["total"], 1);
}

async fn a_form_anywhere_may_send_leads_and_nothing_else(app: TestApp) {
    let admin = app.tenant().await;
    let made = admin.post("/api-keys", json!({ "name": "site", "kind": "form" })).await.ok();
    let stranger = app.stranger();
    let lead =
        json!({ "form_key": made["key"], "emails": ["Ayse@Ornek.com"], "external_id": "f-1" });
    let first = stranger.post("/leads", lead.clone()).await;
    assert_eq!((first.status, first.header("access-control-allow-origin")), (201, "*"));
    let again = stranger.post("/leads", lead).await;
    assert_eq!((again.status, &again.body["customer_id"]), (200, &first.body["customer_id"]));
    let preflight = stranger.send(stranger.request(Method::OPTIONS, "/leads")).await;
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (204, "*"));
    stranger.post("/leads", json!({ "emails": ["a@b.com"] })).await.problem(401, "unauthenticated");
    let bearer = stranger
        .request(Method::GET, "/customers")
        .bearer_auth(made["key"].as_str().expect("a key"));
    stranger.send(bearer).await.refused();
}

async fn nobody_grows_for_ever_by_coming_in_again(app: TestApp) {
    let admin = app.tenant().await;
    let made = admin.post("/api-keys", json!({ "name": "site", "kind": "form" })).await.ok();
    let mut id = String::new();
    for round in 0..24 {
        let phones: Vec<String> = (0..15).map(|n| format!("0532 000 {round:02} {n:02}")).collect();
        let emails: Vec<String> = (0..15).map(|n| format!("a{round}-{n}@ornek.example")).collect();
        let emails = [vec!["ayse@ornek.example".to_owned()], emails].concat();
        let lead = json!({ "form_key": made["key"], "phones": phones, "emails": emails,
                           "external_id": format!("f-{round}") });
        let received = app.stranger().post("/leads", lead).await.ok();
        id = received["customer_id"].as_str().expect("a customer").to_owned();
        assert_eq!(received["created"], round == 0, "{received}");
    }
    let customer = admin.get(&format!("/customers/{id}")).await.ok();
    for contacts in ["phones", "emails"] {
        assert_eq!(customer[contacts].as_array().map(Vec::len), Some(20), "{contacts}");
    }
    assert_eq!(customer["identities"].as_array().map(Vec::len), Some(60));
    // what was kept first stays, and can still be saved as it stands
    assert_eq!(customer["emails"][0]["value"], "ayse@ornek.example");
    let phones: Vec<&Value> =
        customer["phones"].as_array().expect("phones").iter().map(|one| &one["value"]).collect();
    let d = json!({ "phones": phones, "company": "Örnek" });
    admin.command(&format!("customer:{id}"), "customer.update", d).await;
}

async fn a_merge_is_taken_back_whole(app: TestApp) {
    let admin = app.tenant().await;
    let a = admin.customer("Bir", json!({ "phones": ["0532 000 00 01"], "tags": ["vip"] })).await;
    let b = admin.customer("İki", json!({ "phones": ["0532 000 00 02"], "note": "ilk" })).await;
    let topic = format!("customer:{a}");
    let mut screen = admin.subscribe(&topic).await;
    let merged = admin.command(&topic, "customer.merge", json!({ "other": b })).await;
    assert_eq!(screen.event("customer.merged").await["d"]["loser"], json!(b));
    assert_eq!(admin.get("/customers").await.ok()["total"], 1);
    let merge = json!({ "merge": merged["d"]["merge_id"] });
    admin.command(&topic, "customer.unmerge", merge).await;
    let back = admin.get(&format!("/customers/{b}")).await.ok();
    assert_eq!(
        (&back["phones"][0]["value"], &back["note_count"]),
        (&json!("+905320000002"), &json!(1))
    );
    assert_eq!(admin.get("/customers").await.ok()["total"], 2);
}

async fn whose_customers_are_hidden_are_not_found_counted_or_exported(app: TestApp) {
    let (admin, [rep]) = app.team(["sales"]).await;
    admin.patch("/roles/sales", json!({ "visibility": "own" })).await.ok();
    let hidden = admin
        .customer("Saklı Işık", json!({ "phones": ["0532 000 00 01"], "tags": ["gizli"] }))
        .await;
    let mine = admin.customer("Benim Işık", json!({ "owners": [rep.id()] })).await;
    let found = rep.get("/customers?q=isik").await.ok();
    assert_eq!((&found["total"], &found["items"][0]["id"]), (&json!(1), &json!(mine)));
    assert_eq!(rep.get("/tags").await.ok()["items"], json!([]));
    for path in ["", "/timeline", "/notes", "/duplicates"] {
        rep.get(&format!("/customers/{hidden}{path}")).await.problem(404, "not_found");
    }
    let topic = format!("customer:{hidden}");
    rep.command_refused(&topic, "customer.update", json!({ "name": "x" }), "not_found").await;
    let taken = json!({ "name": "x", "phones": ["0532 000 00 01"] });
    let refused = rep.command_refused("tenant", "customer.create", taken, "conflict").await;
    assert_eq!(
        (&refused["error"]["reason"], &refused["error"]["d"]),
        (&json!("identity_taken"), &Value::Null)
    );
}

async fn an_export_runs_no_formula_and_is_on_record(app: TestApp) {
    let (admin, [rep]) = app.team(["sales"]).await;
    admin.customer("=HYPERLINK(\"http://x\")", json!({ "phones": ["0532 000 00 01"] })).await;
    let mut ear = admin.subscribe("tenant").await;
    let csv = admin.get("/customers/export.csv").await;
    assert!(csv.text.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{}", csv.text);
    assert!(csv.text.contains("'+90 532 000 00 01"), "{}", csv.text);
    assert_eq!(ear.event("customer.exported").await["d"]["count"], 1);
    rep.get("/customers/export.csv").await.problem(403, "forbidden");
}

//! A hundred leads of one phone at the same instant, by every door: one customer, one card.
use futures_util::future::join_all;
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use tests::{Lead, TestApp, User, on_both, unique, within};

on_both!(a_hundred_leads_of_one_phone_are_one_customer);

/// The same number, as people write it.
const SPELLINGS: [&str; 5] =
    ["+905321234567", "0532 123 45 67", "(0532) 123-45-67", "5321234567", "0090 532 123 4567"];

async fn a_hundred_leads_of_one_phone_are_one_customer(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let import = upload(&admin).await;

    let leads = (0..60).map(|n| {
        let user = admin.clone();
        let body =
            json!({ "name": format!("Aday {n}"), "phones": [SPELLINGS[n % SPELLINGS.len()]] });
        async move { lead(&user, body).await }
    });
    let commands = (0..20).map(|n| {
        let (user, topic) = (admin.clone(), board.topic.clone());
        let customer =
            json!({ "name": format!("Elle {n}"), "phones": [SPELLINGS[n % SPELLINGS.len()]] });
        let d = json!({ "stage": board.first_stage(), "customer": customer });
        async move { command(&user, &topic, d).await }
    });
    let commit = format!("/imports/{import}/commit");
    let committed = admin.post(&commit, json!({}));
    let (leads, by_hand, committed) = tokio::join!(join_all(leads), join_all(commands), committed);
    committed.ok();
    within(std::time::Duration::from_secs(30), "the import", || async {
        let state = admin.get(&format!("/imports/{import}")).await.ok();
        if state["state"] == "done" { Ok(()) } else { Err(state["state"].clone()) }
    })
    .await;

    let mut customers: Vec<String> = leads.iter().map(|lead| lead.customer_id.clone()).collect();
    customers.extend(by_hand);
    customers.sort();
    customers.dedup();
    assert_eq!(customers.len(), 1, "one phone, one customer");
    let list = admin.get_with("/customers", "q", "5321234567").await.ok();
    assert_eq!(list["total"], 1, "{list}");
    assert_eq!(app.database().count("customer").await, 1);
    assert!(leads.iter().filter(|lead| lead.created).count() <= 1);
}

async fn upload(admin: &User) -> String {
    let rows: String =
        (0..20).map(|n| format!("Satır {n};{}\n", SPELLINGS[n % SPELLINGS.len()])).collect();
    let file = Part::bytes(format!("Ad Soyad;Telefon\n{rows}").into_bytes()).file_name("liste.csv");
    let request = admin.request(Method::POST, "/imports").multipart(Form::new().part("file", file));
    let import = admin.send(request).await.ok();
    assert_eq!(import["counts"]["rows"], 20, "{import}");
    import["id"].as_str().expect("an id").to_owned()
}

/// As a good client: a temporary refusal is tried again with the same key.
async fn lead(user: &User, body: Value) -> Lead {
    let key = unique("anahtar");
    within(std::time::Duration::from_secs(30), "a lead", || async {
        let request =
            user.request(Method::POST, "/leads").header("idempotency-key", &key).json(&body);
        let answer = user.send(request).await;
        match answer.status {
            429 | 503 => Err(answer.text),
            _ => Ok(serde_json::from_value(answer.ok()).expect("the answer to a lead")),
        }
    })
    .await
}

async fn command(user: &User, topic: &str, d: Value) -> String {
    let id = unique("c");
    within(std::time::Duration::from_secs(30), "a card", || async {
        let result = user.try_command_as(&id, topic, "card.create", d.clone()).await;
        assert!(result["ok"] == true || !result["error"]["retry_ms"].is_null(), "{result}");
        result["d"]["customer_id"].as_str().map(str::to_owned).ok_or(result)
    })
    .await
}

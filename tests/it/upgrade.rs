//! A house that was made by an older server: after the upgrade it has what a new one begins with, and all it had.
use std::time::Duration;

use migration::Migrator;
use sea_orm_migration::MigratorTrait;
use serde_json::{Value, json};
use tests::{Database, Kind, Process, Settings, User, unique, with_both, within};

with_both!(an_older_house_works_after_the_upgrade);

/// The migrations of the first release; those after it came with activities, the agenda, reminders and rules.
const FIRST: usize = 7;

async fn an_older_house_works_after_the_upgrade(kind: Kind) {
    let database = Database::fresh(kind).await;
    let settings = Settings::default();
    let server = Process::start(&database, &settings).await;
    let admin = User::stranger_at(&server.base).register(&unique("isletme")).await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Işık Ltd.").await;
    let due = json!({ "card": card, "next_due_at": "2027-01-05T09:00:00Z" });
    admin.command(&board.topic, "card.update", due).await;
    // what the older version knew nothing of
    let rights = |word: &str| !word.starts_with("agenda.") && !word.starts_with("rules.");
    let role = admin.get("/roles").await.ok()["items"].clone();
    let of = |key: &str| -> Vec<Value> {
        let role = role.as_array().expect("roles").iter().find(|role| role["key"] == key);
        let all = role.expect("the role")["permissions"].as_array().cloned().unwrap_or_default();
        all.into_iter().filter(|word| word.as_str().is_some_and(rights)).collect()
    };
    for key in ["manager", "sales"] {
        let d = json!({ "permissions": of(key) });
        admin.patch(&format!("/roles/{key}"), d).await.ok();
    }
    let (_, took) = server.terminate().await;
    assert!(took < Duration::from_secs(15));
    back_to_the_first_release(&database).await;

    let server = Process::start(&database, &settings).await;
    let admin = admin.at(&server.base).login().await;

    let state = board.read(&admin).await;
    assert_eq!(state.cards[&card]["next_due_at"], "2027-01-05T09:00:00.000Z");
    let types = within(Duration::from_secs(20), "the usual activities", || async {
        let types = admin.get("/activity-types").await.ok()["items"].clone();
        if types.as_array().is_some_and(|all| all.len() == 7) { Ok(types) } else { Err(types) }
    })
    .await;
    assert!(types[0]["outcomes"].as_array().is_some_and(|all| !all.is_empty()), "{types}");
    // nobody has to look at the rules before they work
    within(Duration::from_secs(30), "the product's rules", || async {
        let rules = database.count("rule WHERE enabled").await;
        if rules == 4 { Ok(()) } else { Err(rules) }
    })
    .await;
    let lead = admin.lead(json!({ "name": "Yeni aday" })).await;
    within(Duration::from_secs(15), "an owner for the lead", || async {
        let customer = admin.get(&format!("/customers/{}", lead.customer_id)).await.ok();
        if customer["owners"] == json!([admin.id()]) { Ok(()) } else { Err(customer) }
    })
    .await;
    let agenda = admin.get("/agenda/settings").await.ok();
    assert_eq!(
        (&agenda["settings"]["grace_minutes"], &agenda["settings"]["public"]),
        (&json!(30), &json!(false)),
        "{agenda}"
    );
    assert_eq!(agenda["hours"][0]["of"], "tenant", "{agenda}");
    let d =
        json!({ "title": "İlk randevu", "starts_at": "2027-03-01T09:00:00Z", "force_hours": true });
    admin.command("agenda", "appointment.book", d).await;
    let rep = admin.invite("sales").await;
    rep.get("/agenda/settings").await.ok();
    rep.get("/reminders/counts").await.ok();
    rep.get("/rules").await.problem(403, "forbidden");
    drop(server);
    database.drop_now().await;
}

async fn back_to_the_first_release(database: &Database) {
    let db = database.connect_as_owner().await;
    let later = u32::try_from(Migrator::migrations().len() - FIRST).expect("a count");
    Migrator::down(&db, Some(later)).await.expect("a schema that goes back");
    let _ = db.close().await; // PostgreSQL drops no database that is in use
    assert_eq!(database.count("seaql_migrations").await, i64::try_from(FIRST).expect("a count"));
}

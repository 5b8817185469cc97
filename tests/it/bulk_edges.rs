//! Work on many customers when something comes between: somebody stops it, rights or access end in the middle, stages
//! make demands, and a month goes by.
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use server::{db, kernel::clock::Clock, workers::janitor};
use tests::{TestApp, User, on_both, within};

use crate::bulk::{LONG, crowd, reached, start, undo};

on_both!(
    what_is_stopped_in_the_middle_stays_so,
    who_was_given_customers_before_it_was_stopped_is_told,
    it_ends_where_the_persons_rights_end,
    a_stage_that_makes_demands_takes_only_who_meets_them,
    what_is_due_is_chosen_as_the_board_shows_it,
    after_a_month_nothing_is_taken_back_and_nothing_kept_for_it,
);

/// Five chunks: enough for something to come between.
const CROWD: usize = 1_000;

/// Starts it, and waits for the word that the first part is done.
async fn begun(user: &User, action: Value) -> String {
    let mut ear = user.subscribe("tenant").await;
    let bulk = start(user, json!({ "filter": {}, "action": action })).await;
    ear.next_where("the first part", |frame| {
        frame["op"] == "bulk.progressed" && frame["d"]["bulk"] == json!(bulk)
    })
    .await;
    bulk
}

async fn tagged(user: &User, tag: &str) -> Value {
    let filter = json!({ "tag": [tag] }).to_string();
    user.get_with("/customers", "filter", &filter).await.ok()["total"].clone()
}

/// Waits until no job of it is left that could go on.
async fn at_rest(app: &TestApp) {
    within(LONG, "no job left", || async {
        let left = app.database().count("job WHERE kind = 'bulk.work'").await;
        if left == 0 { Ok(()) } else { Err(left) }
    })
    .await;
}

async fn what_is_stopped_in_the_middle_stays_so(app: TestApp) {
    let (admin, [mehmet]) = app.team(["sales"]).await;
    crowd(&admin, &admin.default_board().await, CROWD).await;
    let bulk = begun(&admin, json!({ "do": "tag", "add": ["yarım"] })).await;
    // who sees all of it may stop it, whoever began
    mehmet.command("tenant", "bulk.cancel", json!({ "bulk": bulk })).await;
    at_rest(&app).await;

    let now = admin.get(&format!("/bulks/{bulk}")).await.ok();
    let done = now["done"].as_u64().expect("a count");
    assert_eq!(now["state"], "cancelled", "{now}");
    assert!(done >= 200 && done < CROWD as u64 && done.is_multiple_of(200), "{now}");
    assert_eq!((&now["changed"], &tagged(&admin, "yarım").await), (&now["done"], &now["done"]));
    let stop = json!({ "bulk": bulk });
    let late = admin.command_refused("tenant", "bulk.cancel", stop, "conflict").await;
    assert_eq!(late["error"]["d"]["state"], "cancelled", "{late}");

    let undone = undo(&admin, &bulk).await;
    assert_eq!((&undone["restored"], &undone["kept"]), (&now["done"], &json!(0)), "{undone}");
    assert_eq!(tagged(&admin, "yarım").await, 0);
}

async fn who_was_given_customers_before_it_was_stopped_is_told(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    crowd(&admin, &admin.default_board().await, CROWD).await;
    let mut ear = ayse.subscribe("me").await;
    let bulk = begun(&admin, json!({ "do": "assign", "owners": [ayse.id()] })).await;
    admin.command("tenant", "bulk.cancel", json!({ "bulk": bulk })).await;
    at_rest(&app).await;

    let now = admin.get(&format!("/bulks/{bulk}")).await.ok();
    assert_eq!(now["state"], "cancelled", "{now}");
    let told = ear.event("notification.added").await["d"]["notification"].clone();
    assert_eq!(told["kind"], "assigned", "{told}");
    let d = json!({ "what": "customers", "count": now["changed"], "by": admin.id() });
    assert_eq!(told["d"], d);
}

async fn it_ends_where_the_persons_rights_end(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    crowd(&admin, &admin.default_board().await, CROWD).await;
    let role = admin.get("/roles").await.ok()["items"].clone();
    let sales = role.as_array().expect("roles").iter().find(|role| role["key"] == "sales");
    let may = sales.expect("the role")["permissions"].clone();
    let less: Vec<&Value> =
        may.as_array().expect("rights").iter().filter(|p| **p != "customers.edit").collect();

    let bulk = begun(&ayse, json!({ "do": "tag", "add": ["bir"] })).await;
    admin.patch("/roles/sales", json!({ "permissions": less })).await.ok();
    let done = reached(&admin, &bulk, "done").await;
    let (changed, failed) = (done["changed"].as_u64(), done["failed_count"].as_u64());
    assert_eq!(changed.zip(failed).map(|(a, b)| a + b), Some(CROWD as u64), "{done}");
    assert!(changed >= Some(200) && failed >= Some(200), "{done}");
    let failures = done["failed"].as_array().expect("failures");
    assert!(failures.len() == 200 && failures.iter().all(|one| one["code"] == "forbidden"));
    assert_eq!(tagged(&admin, "bir").await, done["changed"]);

    admin.patch("/roles/sales", json!({ "permissions": may })).await.ok();
    let ayse = ayse.login().await;
    let bulk = begun(&ayse, json!({ "do": "tag", "add": ["iki"] })).await;
    admin.post(&format!("/users/{}/deactivate", ayse.id()), json!({})).await.ok();
    let failed = reached(&admin, &bulk, "failed").await;
    at_rest(&app).await;
    assert!(failed["done"].as_u64() < Some(CROWD as u64), "{failed}");
    assert_eq!(tagged(&admin, "iki").await, failed["changed"]);
    // somebody who is here can still take it back
    assert_eq!(undo(&admin, &bulk).await["restored"], failed["changed"]);
}

async fn a_stage_that_makes_demands_takes_only_who_meets_them(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let mut cards = Vec::new();
    for n in 0..4 {
        cards.push(board.card(&admin, "Potansiyel", &format!("Müşteri {n}")).await);
    }
    let d = json!({ "card": cards[1], "amount": { "minor": 100, "currency": "TRY" } });
    admin.command(&board.topic, "card.update", d).await;
    let to = board.stage("Kapora");
    let d = json!({ "stage": to, "requires": ["amount"] });
    admin.command(&board.topic, "stage.update", d).await;
    let action = json!({ "do": "move", "board": board.id, "stage": to });
    let bulk = start(&admin, json!({ "filter": { "board": board.id }, "action": action })).await;

    let done = reached(&admin, &bulk, "done").await;

    let failed = done["failed"].as_array().expect("failures");
    assert_eq!((&done["changed"], failed.len()), (&json!(1), 3), "{done}");
    assert!(failed.iter().all(|one| one["code"] == "fields_required"), "{done}");
    let state = board.read(&admin).await;
    assert_eq!(state.cards_in(to), [&cards[1]]);
    assert_eq!(state.cards_in(board.first_stage()), [&cards[0], &cards[2], &cards[3]]);
    undo(&admin, &bulk).await;
    assert_eq!(board.read(&admin).await.cards_in(board.first_stage()), cards);
}

async fn what_is_due_is_chosen_as_the_board_shows_it(app: TestApp) {
    let admin = app.tenant().await;
    let (board, other) = (admin.default_board().await, admin.board("Servis", &["Yeni"]).await);
    for (board, name, due) in [
        (&board, "Geciken", json!("2026-01-05T09:00:00Z")),
        (&board, "Zamanı var", json!("2099-01-05T09:00:00Z")),
        (&board, "Tarihsiz", Value::Null),
        (&other, "Başka panoda geciken", json!("2026-01-05T09:00:00Z")),
    ] {
        let card = board.card(&admin, &board.stages[0].0, name).await;
        let d = json!({ "card": card, "next_due_at": due });
        admin.command(&board.topic, "card.update", d).await;
    }
    admin.customer("Kartsız", json!({})).await;
    let count = |filter: Value| {
        let admin = admin.clone();
        async move {
            let action = json!({ "do": "tag", "add": ["gecikti"] });
            let ask = json!({ "filter": filter, "action": action });
            let preview = admin.post("/bulk/preview", ask).await.ok()["total"].clone();
            let listed = admin.get_with("/customers", "filter", &filter.to_string()).await.ok();
            assert_eq!(preview, listed["total"], "{filter}");
            preview.as_u64().expect("a count")
        }
    };
    let (here, stage) = (json!(board.id), json!([board.first_stage()]));
    assert_eq!(count(json!({ "overdue": true })).await, 2);
    assert_eq!(count(json!({ "overdue": false })).await, 3);
    assert_eq!(count(json!({ "board": here, "overdue": true })).await, 1);
    assert_eq!(count(json!({ "board": here, "overdue": false })).await, 2);
    assert_eq!(count(json!({ "stage": stage, "overdue": true })).await, 1);
    let action = json!({ "do": "tag", "add": ["gecikti"] });
    let ask = json!({ "filter": { "board": here, "overdue": true }, "action": action });
    let bulk = start(&admin, ask).await;
    assert_eq!(reached(&admin, &bulk, "done").await["changed"], 1);
    let filter = json!({ "tag": ["gecikti"] }).to_string();
    let found = admin.get_with("/customers", "filter", &filter).await.ok();
    assert_eq!(found["items"][0]["name"], "Geciken", "{found}");
}

async fn after_a_month_nothing_is_taken_back_and_nothing_kept_for_it(app: TestApp) {
    let admin = app.tenant().await;
    let customer = admin.customer("Bir", json!({})).await;
    let tag = |tag: &str| json!({ "ids": [customer], "action": { "do": "tag", "add": [tag] } });
    let old = start(&admin, tag("eski")).await;
    let done = reached(&admin, &old, "done").await;
    assert!(done["revertible_until"].as_str() > done["finished_at"].as_str(), "{done}");
    let database = app.database();
    let past = "UPDATE bulk SET finished_at = '2026-01-01 00:00:00+00:00'";
    let owner = database.connect().await;
    owner.execute_unprepared(past).await.expect("months go by");
    // and work that was given up as long ago
    let start_at = (chrono::Utc::now() + chrono::Duration::days(30)).to_rfc3339();
    let d = json!({ "title": "İleride", "starts_at": start_at, "force_hours": true });
    admin.command("agenda", "appointment.book", d).await;
    let given_up = "UPDATE job SET failed_at = '2026-01-01 00:00:00+00:00'";
    owner.execute_unprepared(given_up).await.expect("months go by");
    assert!(database.count("job WHERE failed_at IS NOT NULL").await > 0);
    let _ = owner.close().await; // PostgreSQL drops no database that is in use
    let young = start(&admin, tag("yeni")).await;
    reached(&admin, &young, "done").await;

    let swept = db::Options {
        url: database.url.clone(),
        admin_url: database.owner_url.clone(),
        max_connections: 2,
        synchronous: "full".to_owned(),
    };
    let broom = db::Db::open(&swept, tokio::runtime::Handle::current()).await.expect("a database");
    janitor::sweep_all(&broom, &Clock::system()).await.expect("a sweep");
    broom.close().await;

    assert_eq!(database.count("bulk_chunk").await, 1, "the young one's");
    assert_eq!(database.count("job WHERE failed_at IS NOT NULL").await, 0);
    assert_eq!(admin.get("/bulks").await.ok()["items"].as_array().map(Vec::len), Some(2));
    let d = json!({ "bulk": old });
    let refused = admin.command_refused("tenant", "bulk.undo", d, "conflict").await;
    assert_eq!(refused["error"]["reason"], "not_revertible", "{refused}");
    let undone = undo(&admin, &young).await;
    assert_eq!((&undone["restored"], &undone["revertible_until"]), (&json!(1), &Value::Null));
    let tags = admin.get(&format!("/customers/{customer}")).await.ok()["tags"].clone();
    assert_eq!(tags, json!(["eski"]));
}

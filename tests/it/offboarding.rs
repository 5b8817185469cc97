//! Somebody leaves: access ends at once, the work goes to others by a rule that was previewed, history keeps the
//! name, and within a day it is taken back, except what somebody has changed since.
use std::{collections::BTreeMap, time::Duration};

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{TestApp, User, eventually, on_both, within};

on_both!(
    work_goes_where_the_preview_said_and_comes_back,
    a_plan_names_people_who_are_here,
    who_may_not_cannot,
    after_a_day_it_stays_as_it_is,
    work_goes_on_when_a_receiver_leaves_too,
    reminders_and_appointments_go_to_who_has_the_customer,
    what_somebody_noted_for_himself_sleeps_with_the_account,
);

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// So many customers of this owner, the first with cards.
async fn customers_of(admin: &User, owner: &User, count: usize, cards: usize) -> Vec<String> {
    let board = admin.default_board().await;
    let mut ids = Vec::with_capacity(count);
    for n in 0..cards {
        let customer = json!({ "name": format!("Kartlı {n}"), "owners": [owner.id()] });
        let made =
            admin.command(&board.topic, "card.create", json!({ "customer": customer })).await;
        ids.push(text(&made["d"]["customer_id"]).to_owned());
    }
    let commands: Vec<Value> = (cards..count)
        .map(|n| {
            let d = json!({ "name": format!("Müşteri {n}"), "owners": [owner.id()] });
            json!({ "id": tests::unique("c"), "topic": "tenant", "op": "customer.create", "d": d })
        })
        .collect();
    for part in commands.chunks(100) {
        let made = admin.post("/commands", json!(part)).await.ok();
        for result in made["results"].as_array().expect("results") {
            ids.push(text(&result["d"]["customer_id"]).to_owned());
        }
    }
    ids
}

/// How many customers everybody has.
async fn owned(admin: &User) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let mut path = "/customers?limit=200".to_owned();
    loop {
        let page = admin.get(&path).await.ok();
        for customer in page["items"].as_array().expect("items") {
            for owner in customer["owners"].as_array().expect("owners") {
                *counts.entry(text(owner).to_owned()).or_default() += 1;
            }
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/customers?limit=200&cursor={cursor}"),
            None => return counts,
        }
    }
}

async fn offboard(admin: &User, user: &User, plan: Value) -> String {
    let d = json!({ "user": user.id(), "plan": plan });
    let begun = admin.command("tenant", "user.offboard", d).await;
    text(&begun["d"]["offboarding_id"]).to_owned()
}

/// The offboarding, once it has come to this state.
async fn reached(admin: &User, id: &str, state: &str) -> Value {
    within(Duration::from_secs(20), state, || async {
        let list = admin.get("/offboardings").await.ok();
        let items = list["items"].as_array().expect("items");
        let one = items.iter().find(|one| one["id"] == id).cloned().expect("the offboarding");
        if one["state"] == state { Ok(one) } else { Err(one) }
    })
    .await
}

async fn work_goes_where_the_preview_said_and_comes_back(app: TestApp) {
    let (admin, [ayse, mehmet, zeynep]) = app.team(["sales", "sales", "sales"]).await;
    let ids = customers_of(&admin, &ayse, 121, 5).await;
    let own = admin.customer("Mehmet'in", json!({ "owners": [mehmet.id()] })).await;
    let topic = format!("customer:{}", ids[0]);
    ayse.command(&topic, "note.add", json!({ "body": "Ayşe'nin notu" })).await;
    let key = json!({ "name": "Onun anahtarı", "kind": "api", "permissions": [] });
    assert_eq!(ayse.post("/api-keys", key).await.status, 403);

    let path = format!("/users/{}/offboarding/preview", ayse.id());
    let preview = admin.get(&path).await.ok();
    assert_eq!((&preview["customers"], &preview["cards"]), (&json!(121), &json!(5)));
    let share = |user: &User| {
        let all = preview["by"].as_array().expect("shares");
        let one = all.iter().find(|share| share["user"] == user.id()).expect("a share");
        usize::try_from(one["customers"].as_u64().expect("a count")).unwrap()
    };
    assert_eq!(share(&mehmet) + share(&zeynep), 121);

    let board = admin.default_board().await;
    let mut screen = admin.subscribe("tenant").await;
    let cards = mehmet.subscribe(&board.topic).await;
    let hers = ayse.subscribe("tenant").await;
    let id = offboard(&admin, &ayse, json!({ "kind": "spread" })).await;
    assert_eq!(hers.closed(Duration::from_secs(1)).await, 4103);
    assert_eq!(ayse.get("/me").await.status, 401);
    let begun = screen.event("offboarding.started").await;
    assert_eq!(begun["d"]["offboarding"]["total"], 121);
    screen.event("offboarding.progressed").await;
    let finished = screen.event("offboarding.finished").await;
    assert_eq!(
        (&finished["by"], &finished["d"]["offboarding"]["done"]),
        (&json!(admin.id()), &json!(121))
    );
    let done = reached(&admin, &id, "done").await;
    assert_eq!((&done["kept"], &done["user"]), (&json!(0), &json!(ayse.id())));
    let counts = owned(&admin).await;
    assert_eq!(counts.get(ayse.id()), None);
    assert_eq!(counts[mehmet.id()], share(&mehmet) + 1);
    assert_eq!(counts[zeynep.id()], share(&zeynep));
    cards.find("a card that changes hands", |f| f["op"] == "card.assigned").await;
    let card = board.read(&admin).await.cards.into_values().next().expect("a card");
    assert_ne!(card["owners"], json!([ayse.id()]));

    // history keeps the name
    let timeline = admin.get(&format!("/customers/{}/timeline", ids[0])).await.ok();
    assert!(timeline["items"].as_array().unwrap().iter().any(|item| item["by"] == ayse.id()));
    let people = admin.get("/users").await.ok();
    let gone = people["items"].as_array().unwrap().iter().find(|one| one["id"] == ayse.id());
    let gone = gone.expect("somebody of the past");
    assert_eq!((&gone["active"], &gone["name"]), (&json!(false), &ayse.user["name"]));

    // somebody decides otherwise about two of them
    for customer in [&ids[0], &ids[100]] {
        let d = json!({ "owners": [admin.id()] });
        admin.command(&format!("customer:{customer}"), "customer.assign", d).await;
    }
    let d = json!({ "name": "Yeni adı" });
    admin.command(&format!("customer:{}", ids[1]), "customer.update", d).await;
    let revert = json!({ "offboarding": id });
    admin.command("tenant", "offboarding.revert", revert.clone()).await;
    let back = reached(&admin, &id, "reverted").await;
    assert_eq!((&back["kept"], &back["done"]), (&json!(2), &json!(0)), "{back}");
    let counts = owned(&admin).await;
    assert_eq!((counts[ayse.id()], counts[admin.id()]), (119, 2));
    assert_eq!(counts[mehmet.id()], 1, "{own} was never hers");
    ayse.login().await.get("/me").await.ok();
    admin.command_refused("tenant", "offboarding.revert", revert, "conflict").await;

    let audit = admin.get("/audit?kind=offboarding").await.ok();
    let kinds: Vec<&str> =
        audit["items"].as_array().unwrap().iter().map(|line| text(&line["kind"])).collect();
    assert_eq!(kinds, ["offboarding.reverted", "offboarding.finished", "offboarding.started"]);
    assert_eq!(audit["items"][0]["user"], ayse.id());
}

async fn a_plan_names_people_who_are_here(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "operations"]).await;
    let others = app.tenant().await;
    let empty = admin.post("/teams", json!({ "name": "Boş" })).await.ok();
    let path = format!("/users/{}/offboarding/preview", ayse.id());
    for query in [
        format!("to={}", others.id()),
        format!("to={}", ayse.id()),
        format!("team={}", text(&empty["id"])),
        "to=x".to_owned(),
        format!("to={}&team={}", mehmet.id(), text(&empty["id"])),
    ] {
        admin.get(&format!("{path}?{query}")).await.problem(422, "invalid");
    }
    for plan in [
        json!({ "kind": "user", "to": others.id() }),
        json!({ "kind": "user", "to": ayse.id() }),
        json!({ "kind": "user" }),
        json!({ "kind": "team", "team": empty["id"] }),
        json!({ "kind": "spread", "to": mehmet.id() }),
        json!({ "kind": "nobody" }),
        json!("spread"),
    ] {
        let d = json!({ "user": ayse.id(), "plan": plan });
        admin.command_refused("tenant", "user.offboard", d, "invalid").await;
    }
    ayse.get("/me").await.ok();
    // nobody of the same role is there: everybody who is shares
    let preview = admin.get(&path).await.ok();
    assert_eq!(preview["by"].as_array().map(Vec::len), Some(2), "{preview}");
    let to_one = admin.get(&format!("{path}?to={}", mehmet.id())).await.ok();
    assert_eq!(to_one["by"][0]["user"], mehmet.id());

    let ids = customers_of(&admin, &ayse, 3, 0).await;
    let shared = json!({ "add": [mehmet.id()] });
    admin.command(&format!("customer:{}", ids[0]), "customer.assign", shared).await;
    let id = offboard(&admin, &ayse, json!({ "kind": "user", "to": mehmet.id() })).await;
    reached(&admin, &id, "done").await;
    assert_eq!(owned(&admin).await, BTreeMap::from([(mehmet.id().to_owned(), 3)]));
}

async fn who_may_not_cannot(app: TestApp) {
    let (admin, [manager, ayse, mehmet]) = app.team(["manager", "sales", "sales"]).await;
    let others = app.tenant().await;
    let d =
        |user: &User| json!({ "user": user.id(), "plan": { "kind": "user", "to": mehmet.id() } });
    ayse.command_refused("tenant", "user.offboard", d(&manager), "forbidden").await;
    ayse.get("/offboardings").await.problem(403, "forbidden");
    let path = format!("/users/{}/offboarding/preview", ayse.id());
    ayse.get(&path).await.problem(403, "forbidden");
    others.get(&path).await.problem(404, "not_found");
    manager.command_refused("tenant", "user.offboard", d(&admin), "forbidden").await;
    manager.command_refused("tenant", "user.offboard", d(&manager), "invalid").await;
    let theirs = json!({ "user": ayse.id(), "plan": { "kind": "spread" } });
    others.command_refused("tenant", "user.offboard", theirs, "not_found").await;
    let work = json!({ "offboarding": uuid::Uuid::now_v7(), "done": 0, "back": false });
    admin.command_refused("tenant", "offboarding.work", work, "invalid").await;
    let unknown = json!({ "offboarding": uuid::Uuid::now_v7() });
    admin.command_refused("tenant", "offboarding.revert", unknown, "not_found").await;

    let command = tests::unique("c");
    let once = manager.try_command_as(&command, "tenant", "user.offboard", d(&ayse)).await;
    let twice = manager.try_command_as(&command, "tenant", "user.offboard", d(&ayse)).await;
    assert_eq!((&once["ok"], &once["d"], &twice["dup"]), (&json!(true), &twice["d"], &json!(true)));
    let id = text(&once["d"]["offboarding_id"]).to_owned();
    reached(&manager, &id, "done").await;
    let revert = json!({ "offboarding": id });
    others.command_refused("tenant", "offboarding.revert", revert.clone(), "not_found").await;
    mehmet.command_refused("tenant", "offboarding.revert", revert, "forbidden").await;
    assert_eq!(others.get("/offboardings").await.ok()["items"], json!([]));
    // somebody without access can still leave work behind, but comes back by another decision
    let second = offboard(&manager, &ayse, json!({ "kind": "spread" })).await;
    reached(&manager, &second, "done").await;
    let late = json!({ "offboarding": second });
    let refused = manager.command_refused("tenant", "offboarding.revert", late, "conflict").await;
    assert_eq!(refused["error"]["reason"], "not_revertible", "{refused}");
}

async fn after_a_day_it_stays_as_it_is(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    customers_of(&admin, &ayse, 2, 0).await;
    let id = offboard(&admin, &ayse, json!({ "kind": "user", "to": mehmet.id() })).await;
    reached(&admin, &id, "done").await;
    let db = app.database().connect().await;
    let past = "UPDATE offboarding SET revertible_until = '2026-01-01 00:00:00+00:00'";
    db.execute_unprepared(past).await.expect("a day goes by");
    let _ = db.close().await; // PostgreSQL drops no database that is in use
    let d = json!({ "offboarding": id });
    let refused = admin.command_refused("tenant", "offboarding.revert", d, "conflict").await;
    assert_eq!(refused["error"]["reason"], "not_revertible", "{refused}");
    assert_eq!(ayse.get("/me").await.status, 401);
    assert_eq!(owned(&admin).await, BTreeMap::from([(mehmet.id().to_owned(), 2)]));
}

async fn work_goes_on_when_a_receiver_leaves_too(app: TestApp) {
    let (admin, [ayse, mehmet, zeynep]) = app.team(["sales", "sales", "sales"]).await;
    customers_of(&admin, &ayse, 160, 0).await;
    let spread = json!({ "kind": "spread" });
    let first = offboard(&admin, &ayse, spread.clone()).await;
    let second = offboard(&admin, &mehmet, spread).await;
    for id in [&first, &second] {
        reached(&admin, id, "done").await;
    }
    // whatever reached the second leaver before he left, or was his turn after, went on to who stayed
    let left = eventually("everything with who stayed", || async {
        let counts = owned(&admin).await;
        if counts.contains_key(ayse.id()) { Err(counts) } else { Ok(counts) }
    })
    .await;
    let with_mehmet = left.get(mehmet.id()).copied().unwrap_or_default();
    assert_eq!(left[zeynep.id()] + with_mehmet, 160, "{left:?}");
    assert_eq!(with_mehmet, 0, "{left:?}");
}

async fn reminders_and_appointments_go_to_who_has_the_customer(app: TestApp) {
    let (admin, [ayse, mehmet, zeynep]) = app.team(["sales", "sales", "sales"]).await;
    // the rules that come with every house would add reminders of their own
    for rule in admin.get("/rules").await.ok()["items"].as_array().expect("rules") {
        admin.command("tenant", "rule.disable", json!({ "rule": rule["id"] })).await;
    }
    let shared = json!({ "owners": [ayse.id(), zeynep.id()] });
    let customer = admin.customer("Ortak", shared).await;
    let topic = format!("customer:{customer}");
    let remind = json!({ "text": "Ara", "due_at": "2027-01-05T09:00:00Z", "assignee": ayse.id() });
    let reminder = admin.command(&topic, "reminder.add", remind).await["d"]["reminder_id"].clone();
    let own = json!({ "text": "Kendime", "due_at": "2027-01-05T09:00:00Z" });
    ayse.command("me", "reminder.add", own).await;
    let types = admin.socket().await.snapshot("tenant").await["d"]["activity_types"].clone();
    let call = json!({ "type": types[0]["id"], "assignee": ayse.id() });
    let activity = admin.command(&topic, "activity.open", call).await["d"]["activity_id"].clone();
    let book = |day: u32, people: Value| {
        json!({ "customer_id": customer, "people": people, "force_hours": true,
                "starts_at": format!("2027-03-{day:02}T09:00:00Z"),
                "ends_at": format!("2027-03-{day:02}T10:00:00Z") })
    };
    let first = admin.command("agenda", "appointment.book", book(1, json!([ayse.id()]))).await;
    let second = admin.command("agenda", "appointment.book", book(2, json!([ayse.id()]))).await;
    // who would get the second has another one then
    admin.command("agenda", "appointment.book", book(2, json!([mehmet.id()]))).await;

    let path = format!("/users/{}/offboarding/preview?to={}", ayse.id(), mehmet.id());
    let preview = admin.get(&path).await.ok();
    for (kind, count) in [
        ("customers", 1),
        ("reminders", 1),
        ("own_reminders", 1),
        ("activities", 1),
        ("appointments", 2),
    ] {
        assert_eq!(preview[kind], count, "{preview}");
    }
    let id = offboard(&admin, &ayse, json!({ "kind": "user", "to": mehmet.id() })).await;
    let done = reached(&admin, &id, "done").await;
    assert_eq!((&done["done"], &done["kept"]), (&json!(5), &json!(1)), "{done}");
    let people = |answer: &Value| {
        let path = format!("/appointments/{}", text(&answer["d"]["appointment_id"]));
        let admin = admin.clone();
        async move { admin.get(&path).await.ok()["people"].clone() }
    };
    assert_eq!(people(&first).await, json!([mehmet.id()]));
    assert_eq!(people(&second).await, json!([ayse.id()]), "nobody has two at once");
    let list = admin.get(&format!("/reminders?customer={customer}")).await.ok();
    assert_eq!(
        (&list["items"][0]["id"], &list["items"][0]["assignee"]),
        (&reminder, &json!(mehmet.id()))
    );
    let told = within(Duration::from_secs(5), "the word of the hand-over", || async {
        let list = mehmet.get("/notifications").await.ok();
        let items = list["items"].as_array().expect("items").clone();
        items.iter().find(|one| one["kind"] == "offboarded").cloned().ok_or(list)
    });
    assert_eq!(told.await["d"]["count"], 4);
    let whose = || async {
        let list = admin.get(&format!("/customers/{customer}/activities")).await.ok();
        let items = list["items"].as_array().expect("items").clone();
        items.iter().find(|one| one["id"] == activity).expect("the activity")["assignee"].clone()
    };
    assert_eq!(whose().await, mehmet.id());

    admin.command("tenant", "offboarding.revert", json!({ "offboarding": id })).await;
    let back = reached(&admin, &id, "reverted").await;
    assert_eq!(back["kept"], 0, "{back}");
    assert_eq!((people(&first).await, whose().await), (json!([ayse.id()]), json!(ayse.id())));
    let list = admin.get(&format!("/reminders?customer={customer}")).await.ok();
    assert_eq!(list["items"][0]["assignee"], ayse.id());
}

async fn what_somebody_noted_for_himself_sleeps_with_the_account(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let d = json!({ "text": "Doktora sor", "due_at": "2027-01-05T09:00:00Z" });
    let own = ayse.command("me", "reminder.add", d).await["d"]["reminder_id"].clone();
    let mut heir = mehmet.subscribe("me").await;
    let id = offboard(&admin, &ayse, json!({ "kind": "user", "to": mehmet.id() })).await;
    let done = reached(&admin, &id, "done").await;
    assert_eq!((&done["total"], &done["counts"]["reminders"]), (&json!(0), &json!(0)), "{done}");

    // it falls due, alone; and then one of a customer's does: that one rings
    let db = app.database().connect().await;
    for past in [
        "UPDATE reminder SET due_at = '2026-01-05 09:00:00+00:00', \
         fire_at = '2026-01-05 09:00:00+00:00' WHERE text = 'Doktora sor'",
        "UPDATE job_due SET run_at = '2026-01-05 09:00:00+00:00' WHERE job_id IN \
         (SELECT id FROM job WHERE kind = 'reminders.fire')",
    ] {
        db.execute_unprepared(past).await.expect("time goes by");
    }
    let _ = db.close().await; // PostgreSQL drops no database that is in use
    within(Duration::from_secs(10), "the own reminder to sleep", || async {
        match app.database().count("reminder WHERE fire_at IS NOT NULL").await {
            0 => Ok(()),
            still => Err(still),
        }
    })
    .await;
    let customer = admin.customer("Işıl", json!({})).await;
    let d = json!({ "text": "Ara", "due_at": "2026-01-05T09:00:00Z", "assignee": mehmet.id() });
    admin.command(&format!("customer:{customer}"), "reminder.add", d).await;
    heir.event("reminder.fired").await;
    let waiting = "reminder WHERE fire_at IS NOT NULL";
    assert_eq!(app.database().count(waiting).await, 0, "nothing is tried again and again");
    let silent = "reminder WHERE text = 'Doktora sor' AND fired_at IS NULL";
    assert_eq!(app.database().count(silent).await, 1);
    heir.settle().await;
    assert!(!heir.frames().iter().any(|frame| frame.to_string().contains("Doktora")));

    // back again, it rings at once, for its owner alone
    admin.command("tenant", "offboarding.revert", json!({ "offboarding": id })).await;
    reached(&admin, &id, "reverted").await;
    let ayse = ayse.login().await;
    within(Duration::from_secs(10), "the own reminder to ring", || async {
        let list = ayse.get("/notifications").await.ok();
        let items = list["items"].as_array().expect("items");
        let rang = items.iter().any(|one| one["d"]["reminder"] == own);
        if rang { Ok(()) } else { Err(list) }
    })
    .await;
    let mine = ayse.get("/reminders?assignee=me").await.ok();
    assert_eq!((&mine["items"][0]["id"], &mine["items"][0]["assignee"]), (&own, &json!(ayse.id())));
    heir.settle().await;
    assert!(!heir.frames().iter().any(|frame| frame.to_string().contains("Doktora")));
}

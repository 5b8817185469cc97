//! Reminders from outside: made, put off, repeated, fired once, heard by whom they concern and by nobody else.
use chrono::{Duration, SecondsFormat, Utc};
use serde_json::{Value, json};
use tests::{TestApp, User, on_both, unique};

on_both!(
    colleagues_hear_of_a_reminder_and_the_card_follows,
    a_reminder_fires_once_and_tells_whose_it_is,
    a_series_goes_on_and_is_taken_back,
    lists_counts_and_the_report_agree,
    what_is_hidden_stays_hidden,
    bad_input_is_refused_by_its_field,
    reminders_go_with_a_merge_and_come_back,
    a_repeated_command_makes_one_reminder,
);

/// So many seconds from now, on the wire.
fn from_now(seconds: i64) -> String {
    (Utc::now() + Duration::seconds(seconds)).to_rfc3339_opts(SecondsFormat::Millis, true)
}

async fn remind(user: &User, topic: &str, text: &str, due: &str) -> String {
    let made = user.command(topic, "reminder.add", json!({ "text": text, "due_at": due })).await;
    made["d"]["reminder_id"].as_str().expect("a reminder id").to_owned()
}

async fn colleagues_hear_of_a_reminder_and_the_card_follows(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let board = admin.default_board().await;
    let card = board.card(&admin, "Potansiyel", "Işıl Çağlayan").await;
    let read = board.read(&admin).await.cards[&card].clone();
    let topic = format!("customer:{}", read["customer_id"].as_str().expect("a customer"));
    let mut viewer = ayse.subscribe(&topic).await;
    let mut screen = ayse.subscribe(&board.topic).await;

    let (late, soon) = ("2030-05-05T09:00:00.000Z", "2030-05-04T09:00:00.000Z");
    let id = remind(&admin, &topic, "Ödeme planını konuş", late).await;
    let added = viewer.event("reminder.added").await;
    let shown = &added["d"]["reminder"];
    assert_eq!((&shown["id"], &shown["customer_name"]), (&json!(id), &json!("Işıl Çağlayan")));
    assert_eq!((&shown["assignee"], &shown["state"]), (&json!(admin.id()), &json!("open")));
    assert_eq!((&shown["repeat"], &shown["fired_at"]), (&Value::Null, &Value::Null));
    assert_eq!(screen.event("card.updated").await["d"]["card"]["next_due_at"], late);

    let second = remind(&ayse, &topic, "Ara", soon).await;
    assert_eq!(screen.event("card.updated").await["d"]["card"]["next_due_at"], soon);
    // a date set by hand counts only while it is the earliest
    let by_hand = json!({ "card": card, "next_due_at": "2030-05-04T12:00:00.000Z" });
    admin.command(&board.topic, "card.update", by_hand).await;
    assert_eq!(screen.event("card.updated").await["d"]["card"]["next_due_at"], soon);
    admin.command(&topic, "reminder.done", json!({ "reminder": second })).await;
    let done = viewer.event("reminder.done").await;
    assert_eq!(
        (&done["d"]["reminder"]["state"], &done["d"]["next"]),
        (&json!("done"), &Value::Null)
    );
    assert_eq!(done["d"]["reminder"]["done_by"], json!(admin.id()));
    let due = &screen.event("card.updated").await["d"]["card"]["next_due_at"];
    assert_eq!(*due, "2030-05-04T12:00:00.000Z");
    assert_eq!(board.read(&ayse).await.cards[&card]["next_due_at"], *due);

    let until = "2030-06-01T08:00:00.000Z";
    let d = json!({ "reminder": id, "until": until });
    ayse.command(&topic, "reminder.snooze", d).await;
    let snoozed = viewer.event("reminder.snoozed").await["d"]["reminder"].clone();
    assert_eq!((&snoozed["due_at"], &snoozed["snoozed"]), (&json!(until), &json!(1)));
    admin.command(&topic, "reminder.cancel", json!({ "reminder": id })).await;
    viewer.event("reminder.cancelled").await;
    let again =
        admin.command_refused(&topic, "reminder.done", json!({ "reminder": id }), "conflict");
    assert_eq!(again.await["error"]["reason"], "reminder_closed");

    let mut fresh = ayse.socket().await;
    let snapshot = fresh.snapshot(&topic).await;
    assert_eq!(snapshot["d"]["reminders"], json!([]));
    admin.command(&topic, "reminder.reopen", json!({ "reminder": id })).await;
    fresh.event("reminder.reopened").await;
    let story = admin.get(&format!("/customers/{}/timeline?limit=200", &topic[9..])).await.ok();
    let ops: Vec<&str> =
        story["items"].as_array().expect("items").iter().filter_map(|i| i["op"].as_str()).collect();
    for op in ["added", "snoozed", "done", "cancelled", "reopened"] {
        assert!(ops.contains(&format!("reminder.{op}").as_str()), "{op} in {ops:?}");
    }
}

async fn a_reminder_fires_once_and_tells_whose_it_is(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let customer = admin.customer("Şükrü İpekçi", json!({ "owners": [ayse.id()] })).await;
    let topic = format!("customer:{customer}");
    let mut mine = ayse.subscribe("me").await;
    let mut viewer = admin.subscribe(&topic).await;
    let due = from_now(2);
    let d = json!({ "text": "Geri ara", "due_at": due, "assignee": ayse.id(), "kind": "call" });
    let id = admin.command(&topic, "reminder.add", d).await["d"]["reminder_id"].clone();

    // given by somebody else: heard at once
    let given = mine
        .next_where("the word that it was given", |f| {
            f["op"] == "notification.added" && f["d"]["notification"]["d"]["what"] == "reminder"
        })
        .await;
    assert_eq!(given["d"]["notification"]["d"]["reminder"], id);
    let fired = viewer.event("reminder.fired").await["d"]["reminder"].clone();
    assert_eq!(
        (&fired["id"], &fired["due_at"], &fired["state"]),
        (&id, &json!(due), &json!("open"))
    );
    assert!(fired["fired_at"].as_str().expect("a time") >= due.as_str());
    let told = mine
        .next_where("the word that it is due", |f| {
            f["op"] == "notification.added" && f["d"]["notification"]["kind"] == "reminder_due"
        })
        .await;
    let told = &told["d"]["notification"];
    assert_eq!((&told["customer_id"], &told["d"]["text"]), (&json!(customer), &json!("Geri ara")));

    // put off it fires for the new time, and only for that
    let again = from_now(1);
    let d = json!({ "reminder": id, "until": again });
    ayse.command("me", "reminder.snooze", d).await;
    let second = viewer.event("reminder.fired").await["d"]["reminder"].clone();
    assert_eq!(second["due_at"], json!(again));
    // what is set back to a time for which it has fired does not ring again
    let d = json!({ "reminder": id, "due_at": again, "text": "Geri ara, akşam" });
    ayse.command(&topic, "reminder.update", d).await;
    remind(&admin, &topic, "Bundan sonra", &from_now(0)).await;
    let last = viewer.event("reminder.fired").await;
    assert_eq!(last["d"]["reminder"]["text"], "Bundan sonra");
    let fired =
        app.database().count("event WHERE op = 'reminder.fired' AND topic LIKE 'customer:%'");
    assert_eq!(fired.await, 3);
    assert_eq!(app.database().count("notification WHERE kind = 'reminder_due'").await, 3);
}

async fn a_series_goes_on_and_is_taken_back(app: TestApp) {
    let admin = app.tenant().await;
    let repeat = json!({ "every": "month", "n": 1 });
    // the last of January, nine o'clock in Istanbul
    let d = json!({ "text": "Kira", "due_at": "2031-01-31T06:00:00Z", "repeat": repeat });
    let made = admin.command("me", "reminder.add", d).await;
    let first = made["d"]["reminder_id"].clone();
    let mut mine = admin.subscribe("me").await;
    let mut id = first.clone();
    let mut last = Value::Null;
    for due in ["2031-02-28", "2031-03-31", "2031-04-30"] {
        last = id.clone();
        let done = admin.command("me", "reminder.done", json!({ "reminder": id })).await;
        id = done["d"]["next_id"].clone();
        let next = mine.event("reminder.done").await["d"]["next"].clone();
        assert_eq!((&next["id"], &next["due_at"]), (&id, &json!(format!("{due}T06:00:00.000Z"))));
        assert_eq!(next["repeat"], json!({ "every": "month", "n": 1, "until": null }));
    }
    // done by mistake: the next goes, and comes again when it is done after all
    admin.command("me", "reminder.reopen", json!({ "reminder": last })).await;
    assert_eq!(mine.event("reminder.cancelled").await["d"]["reminder"]["id"], id);
    assert_eq!(mine.event("reminder.reopened").await["d"]["reminder"]["id"], last);
    let done = admin.command("me", "reminder.done", json!({ "reminder": last })).await;
    assert!(done["d"]["next_id"].is_string() && done["d"]["next_id"] != id);
    let open = admin.get("/reminders?assignee=me").await.ok();
    assert_eq!(open["items"].as_array().expect("items").len(), 1, "{open}");

    let until = json!({ "every": "day", "n": 2, "until": "2031-01-04" });
    let d = json!({ "text": "İki günde bir", "due_at": "2031-01-01T06:00:00Z", "repeat": until });
    let id = admin.command("me", "reminder.add", d).await["d"]["reminder_id"].clone();
    let next = admin.command("me", "reminder.done", json!({ "reminder": id })).await;
    let next = next["d"]["next_id"].clone();
    let end = admin.command("me", "reminder.done", json!({ "reminder": next })).await;
    assert_eq!(end["d"]["next_id"], Value::Null, "the series has ended");
}

async fn lists_counts_and_the_report_agree(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let customer = admin.customer("Nağme Ağaoğlu", json!({})).await;
    let topic = format!("customer:{customer}");
    for (who, text, due) in [
        (&ayse, "çok geç", "2024-01-01T09:00:00Z".to_owned()),
        (&ayse, "geç", from_now(-60)),
        (&mehmet, "o da geç", from_now(-3_600)),
        (&mehmet, "gelecek yıl", from_now(400 * 86_400)),
    ] {
        remind(who, &topic, text, &due).await;
    }
    remind(&ayse, "me", "kimseye değil", &from_now(-5)).await;
    let texts = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().expect("items").iter();
        items.map(|item| item["text"].as_str().expect("a text").to_owned()).collect()
    };
    let mine = ayse.get("/reminders?assignee=me&due=overdue").await.ok();
    assert_eq!(texts(&mine), ["çok geç", "geç", "kimseye değil"]);
    assert_eq!(ayse.get("/reminders/counts").await.ok()["overdue"], 3);
    let all = mehmet.get(&format!("/reminders?customer={customer}")).await.ok();
    assert_eq!(texts(&all), ["çok geç", "o da geç", "geç", "gelecek yıl"]);
    let first = mehmet.get(&format!("/reminders?customer={customer}&limit=3")).await.ok();
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let rest = mehmet.get(&format!("/reminders?customer={customer}&limit=3&cursor={cursor}")).await;
    assert_eq!(texts(&rest.ok()), ["gelecek yıl"]);

    let report = admin.get("/reports/overdue").await.ok();
    let people: Vec<(&Value, &Value)> = report["items"]
        .as_array()
        .expect("people")
        .iter()
        .map(|one| (&one["user"], &one["overdue"]))
        .collect();
    // what is about nobody is only its owner's
    assert_eq!(people, [(&json!(ayse.id()), &json!(2)), (&json!(mehmet.id()), &json!(1))]);
    assert_eq!(report["items"][0]["oldest_due_at"], "2024-01-01T09:00:00.000Z");
    let behind = format!("/reminders?assignee={}&due=overdue", mehmet.id());
    assert_eq!(texts(&admin.get(&behind).await.ok()), ["o da geç"]);
    let team = admin.post("/teams", json!({ "name": "Saha" })).await.ok()["id"].clone();
    admin.patch(&format!("/users/{}", mehmet.id()), json!({ "team_id": team })).await.ok();
    let team = format!("/reports/overdue?team={}", team.as_str().expect("an id"));
    let items = admin.get(&team).await.ok()["items"].clone();
    assert_eq!((&items[0]["user"], items.as_array().map(Vec::len)), (&json!(mehmet.id()), Some(1)));
    ayse.get("/reports/overdue").await.problem(403, "forbidden");

    let mut socket = ayse.socket().await;
    let me = socket.snapshot("me").await;
    assert_eq!(me["d"]["reminders"].as_array().expect("reminders").len(), 3);
    for bad in ["/reminders?due=bald", "/reminders?state=x", "/reminders?assignee=x"] {
        ayse.get(bad).await.problem(422, "invalid");
    }
}

async fn what_is_hidden_stays_hidden(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    admin.patch("/roles/sales", json!({ "visibility": "own" })).await.ok();
    let (ayse, mehmet) = (ayse.login().await, mehmet.login().await);
    let customer = admin.customer("Gizli kanarya", json!({ "owners": [mehmet.id()] })).await;
    let topic = format!("customer:{customer}");
    let mut ear = ayse.subscribe("me").await;
    let id = remind(&mehmet, &topic, "kanarya", &from_now(-1)).await;
    for (op, d) in [
        ("reminder.add", json!({ "text": "x", "due_at": from_now(9) })),
        ("reminder.done", json!({ "reminder": id })),
        ("reminder.snooze", json!({ "reminder": id, "until": from_now(99) })),
        ("reminder.update", json!({ "reminder": id, "text": "y" })),
        ("reminder.cancel", json!({ "reminder": id })),
        ("reminder.reopen", json!({ "reminder": id })),
    ] {
        ayse.command_refused(&topic, op, d.clone(), "not_found").await;
        if op != "reminder.add" {
            ayse.command_refused("me", op, d, "not_found").await;
        }
    }
    // nobody is given what they may not see
    let given = json!({ "text": "x", "due_at": from_now(9), "assignee": ayse.id() });
    let refused = admin.command_refused(&topic, "reminder.add", given, "invalid").await;
    assert_eq!(refused["error"]["errors"][0]["field"], "assignee");
    // what is about nobody is its owner's alone
    let own = remind(&mehmet, "me", "kanarya", &from_now(-1)).await;
    admin.command_refused("me", "reminder.done", json!({ "reminder": own }), "not_found").await;
    for path in ["/reminders", "/reminders?state=all", "/notifications"] {
        let text = ayse.get(path).await.ok().to_string();
        assert!(!text.contains("kanarya"), "{path}: {text}");
    }
    assert_eq!(ayse.get("/reminders/counts").await.ok(), json!({ "overdue": 0, "today": 0 }));
    remind(&ayse, "me", "benim", &from_now(-1)).await;
    ear.event("reminder.fired").await;
    let heard: String = ear.frames().iter().map(Value::to_string).collect();
    assert!(!heard.contains("kanarya"));

    // somebody of another house
    let stranger = app.tenant().await;
    stranger.command_refused("me", "reminder.done", json!({ "reminder": id }), "not_found").await;
    assert_eq!(stranger.get("/reminders?state=all").await.ok()["items"], json!([]));
}

async fn bad_input_is_refused_by_its_field(app: TestApp) {
    let admin = app.tenant().await;
    let customer = admin.customer("Ümit Erdoğmuş", json!({})).await;
    let topic = format!("customer:{customer}");
    let due = from_now(600);
    for (d, field) in [
        (json!({ "due_at": due }), "text"),
        (json!({ "text": "  ", "due_at": due }), "text"),
        (json!({ "text": "x".repeat(501), "due_at": due }), "text"),
        (json!({ "text": "x" }), "due_at"),
        (json!({ "text": "x", "due_at": "1999-12-31T00:00:00Z" }), "due_at"),
        (json!({ "text": "x", "due_at": "2100-01-01T00:00:00Z" }), "due_at"),
        (json!({ "text": "x", "due_at": due, "repeat": { "every": "day", "n": 0 } }), "repeat"),
        (json!({ "text": "x", "due_at": due, "repeat": { "every": "day", "n": 100 } }), "repeat"),
        (json!({ "text": "x", "due_at": due, "assignee": customer }), "assignee"),
        (json!({ "text": "x", "due_at": due, "farbe": 1 }), "farbe"),
    ] {
        let refused = admin.command_refused(&topic, "reminder.add", d.clone(), "invalid").await;
        assert_eq!(refused["error"]["errors"][0]["field"], field, "{d}: {refused}");
    }
    for d in [
        json!({ "text": "x", "due_at": "yarın" }),
        json!({ "text": "x", "due_at": due, "kind": "şiir" }),
        json!({ "text": "x", "due_at": due, "repeat": { "every": "year" } }),
        json!({ "text": ["x"], "due_at": due }),
    ] {
        admin.command_refused(&topic, "reminder.add", d, "invalid").await;
    }
    let d = json!({ "text": "x", "due_at": due });
    admin.command_refused("tenant", "reminder.add", d, "invalid").await;
    let id = remind(&admin, &topic, "x", &due).await;
    let past = json!({ "reminder": id, "until": from_now(-5) });
    admin.command_refused(&topic, "reminder.snooze", past, "invalid").await;
    let fire = json!({ "due": [[id, 1]] });
    admin.command_refused(&topic, "reminder.fire", fire, "invalid").await;
    let elsewhere = admin.customer("Başka", json!({})).await;
    let (other, d) = (format!("customer:{elsewhere}"), json!({ "reminder": id }));
    admin.command_refused(&other, "reminder.done", d, "not_found").await;
}

async fn reminders_go_with_a_merge_and_come_back(app: TestApp) {
    let admin = app.tenant().await;
    let winner = admin.customer("Sıla Yılmaz", json!({})).await;
    let loser = admin.customer("Sila Yilmaz", json!({})).await;
    let id = remind(&admin, &format!("customer:{loser}"), "Ara", &from_now(9_999)).await;
    let topic = format!("customer:{winner}");
    let merged = admin.command(&topic, "customer.merge", json!({ "other": loser })).await;
    let path = format!("/reminders?customer={winner}");
    assert_eq!(admin.get(&path).await.ok()["items"][0]["id"], json!(id));
    let d = json!({ "merge": merged["d"]["merge_id"] });
    admin.command(&topic, "customer.unmerge", d).await;
    assert_eq!(admin.get(&path).await.ok()["items"], json!([]));
    let back = admin.get(&format!("/reminders?customer={loser}")).await.ok();
    assert_eq!(back["items"][0]["id"], json!(id));
}

async fn a_repeated_command_makes_one_reminder(app: TestApp) {
    let admin = app.tenant().await;
    let (id, d) = (unique("c"), json!({ "text": "Bir kez", "due_at": from_now(900) }));
    let first = admin.try_command_as(&id, "me", "reminder.add", d.clone()).await;
    let again = admin.try_command_as(&id, "me", "reminder.add", d).await;
    assert_eq!((&first["d"], &again["dup"]), (&again["d"], &json!(true)));
    assert_eq!(admin.get("/reminders").await.ok()["items"].as_array().map(Vec::len), Some(1));
    let seen = first["d"]["reminder_id"].clone();
    let body = json!({ "id": unique("c"), "topic": "me", "op": "reminder.update",
        "d": { "reminder": seen, "text": "Eski" }, "if": { "ver": 7 } });
    let refused = admin.post("/commands", body).await.ok();
    assert_eq!(refused["results"][0]["error"]["reason"], "version_conflict", "{refused}");
}

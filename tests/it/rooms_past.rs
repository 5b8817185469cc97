//! What becomes of what was said: who missed it hears no deleted words, counts follow every change, lines tell who came
//! and went, and the trace knows who took something away.
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{TestApp, User, on_both};

on_both!(
    deleted_words_are_not_said_again,
    an_older_message_that_changes_is_told_to_the_list,
    lines_tell_who_came_and_went,
    the_trace_knows_who_took_away_and_brought_back,
    an_empty_channel_belongs_to_who_comes,
    the_eldest_who_can_sign_in_follows,
    members_are_found_by_their_names,
);

async fn room(by: &User, d: Value) -> String {
    let made = by.command("rooms", "room.create", d).await;
    made["d"]["room"]["id"].as_str().expect("a room").to_owned()
}

fn topic(room: &str) -> String {
    format!("room:{room}")
}

async fn say(by: &User, room: &str, d: Value) -> Value {
    by.command(&topic(room), "message.send", d).await["d"]["message"].clone()
}

async fn items(by: &User, room: &str) -> Vec<Value> {
    let page = by.get(&format!("/rooms/{room}/messages")).await.ok();
    page["items"].as_array().cloned().expect("items")
}

async fn deleted_words_are_not_said_again(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let id = room(&ayse, json!({ "kind": "direct", "members": [mehmet.id()] })).await;
    let on = topic(&id);
    let topics = [on.as_str(), "rooms", "me"];
    let mut held = mehmet.socket().await;
    let mut since = Vec::new();
    for topic in topics {
        held.snapshot(topic).await;
    }
    held.settle().await;
    for topic in topics {
        since.push(held.position(topic).expect("a position"));
    }
    held.drop_connection();

    let d = json!({ "text": "şifre: karpuz", "mentions": [mehmet.id()] });
    let secret = say(&ayse, &id, d).await["id"].clone();
    let d = json!({ "text": "gördüm", "reply_to": secret });
    say(&mehmet, &id, d).await;
    let d = json!({ "message": secret, "text": "yeni şifre: kavun" });
    ayse.command(&on, "message.edit", d).await;
    let kept = say(&ayse, &id, json!({ "text": "bu kalsın" })).await["id"].clone();
    ayse.command(&on, "message.delete", json!({ "message": secret })).await;

    let mut back = mehmet.socket().await;
    for (topic, since) in topics.iter().zip(since) {
        let subbed = back.sub(topic, json!({ "since": since })).await;
        assert_eq!(subbed["mode"], "replay", "{subbed}");
    }
    let is_deleted = |f: &Value| f["op"] == "message.deleted";
    back.find("the deletion", is_deleted).await;
    back.settle().await;
    let heard = back.frames();
    for words in ["karpuz", "kavun"] {
        let saying: Vec<&Value> =
            heard.iter().filter(|frame| frame.to_string().contains(words)).collect();
        assert!(saying.is_empty(), "{saying:?}");
    }
    let sent: Vec<&Value> = heard.iter().filter(|f| f["op"] == "message.sent").collect();
    assert_eq!(sent.len(), 3, "as many as there were");
    assert_eq!(sent[0]["d"]["message"]["text"], "");
    assert_eq!(sent[1]["d"]["message"]["reply_to"]["deleted"], true);
    assert_eq!(
        (&sent[2]["d"]["message"]["id"], &sent[2]["d"]["message"]["text"]),
        (&kept, &json!("bu kalsın"))
    );
    back.check();
}

async fn an_older_message_that_changes_is_told_to_the_list(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let d = json!({ "kind": "group", "name": "Ekip", "members": [mehmet.id()] });
    let id = room(&ayse, d).await;
    let on = topic(&id);
    let first = say(&ayse, &id, json!({ "text": "bir" })).await["id"].clone();
    let second = say(&ayse, &id, json!({ "text": "iki" })).await["id"].clone();
    say(&ayse, &id, json!({ "text": "üç" })).await;
    let mut list = mehmet.subscribe("rooms").await;
    let touched = |list: &Value| (list["d"]["message"].clone(), list["d"]["before"].clone());

    ayse.command(&on, "message.delete", json!({ "message": first })).await;
    let (message, before) = touched(&list.event("room.touched").await);
    assert_eq!((&message["n"], &message["text"]), (&json!(1), &json!("")));
    assert!(message["deleted_at"].is_string(), "{message}");
    assert_eq!(before, json!({ "deleted": false, "mentions": [] }));
    assert_eq!(mehmet.get(&format!("/rooms/{id}")).await.ok()["mine"]["unread"], 2);

    ayse.command(&on, "message.restore", json!({ "message": first })).await;
    let (message, before) = touched(&list.event("room.touched").await);
    assert_eq!((&message["text"], &before["deleted"]), (&json!("bir"), &json!(true)));

    let d = json!({ "message": second, "text": "@Mehmet iki", "mentions": [mehmet.id()] });
    ayse.command(&on, "message.edit", d).await;
    let (message, before) = touched(&list.event("room.touched").await);
    assert_eq!((&message["n"], &message["mentions"]), (&json!(2), &json!([mehmet.id()])));
    assert_eq!(before["mentions"], json!([]));
    let (_, before) = {
        say(&ayse, &id, json!({ "text": "dört" })).await;
        touched(&list.event("room.touched").await)
    };
    assert_eq!(before, Value::Null, "a new one");
    list.check();
}

async fn lines_tell_who_came_and_went(app: TestApp) {
    let (_, [ayse, mehmet, zeynep]) = app.team(["sales", "sales", "sales"]).await;
    let d = json!({ "kind": "group", "name": "Ekip", "members": [mehmet.id()] });
    let id = room(&ayse, d).await;
    let on = topic(&id);
    let mut here = mehmet.subscribe(&on).await;
    let mut list = mehmet.subscribe("rooms").await;
    ayse.command(&on, "member.add", json!({ "users": [zeynep.id()] })).await;
    let line = here.event("message.sent").await["d"]["message"].clone();
    assert_eq!((&line["kind"], &line["by"]), (&json!("system"), &json!(ayse.id())));
    assert_eq!(line["what"], json!({ "act": "added", "users": [zeynep.id()] }));
    assert_eq!(list.event("room.touched").await["d"]["message"]["id"], line["id"]);
    ayse.command(&on, "room.update", json!({ "name": "Saha" })).await;
    ayse.command(&on, "room.update", json!({ "purpose": "Haftalık" })).await;
    ayse.command(&on, "member.remove", json!({ "user": zeynep.id() })).await;
    say(&ayse, &id, json!({ "text": "joined removed left" })).await;
    mehmet.command(&on, "room.leave", json!({})).await;

    let all = items(&ayse, &id).await;
    let numbers: Vec<i64> = all.iter().filter_map(|one| one["n"].as_i64()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    assert_eq!(all[1]["what"], json!({ "act": "renamed", "users": [], "name": "Saha" }));
    assert_eq!(all[2]["what"], json!({ "act": "removed", "users": [zeynep.id()] }));
    assert_eq!((&all[3]["kind"], &all[3]["what"]), (&json!("text"), &Value::Null));
    assert_eq!(all[4]["what"], json!({ "act": "left", "users": [mehmet.id()] }));
    let mine = ayse.get(&format!("/rooms/{id}")).await.ok()["mine"].clone();
    assert_eq!((&mine["unread"], &mine["mentions"]), (&json!(0), &json!(0)), "no news");
    assert_eq!(ayse.get("/messages/search?q=renamed").await.ok()["items"], json!([]));

    // nobody wrote them, so they are nobody's
    let line = all[0]["id"].clone();
    let edit = json!({ "message": line, "text": "x" });
    ayse.command_refused(&on, "message.edit", edit, "forbidden").await;
    let gone = json!({ "message": line });
    ayse.command_refused(&on, "message.delete", gone, "forbidden").await;
    let sign = json!({ "message": line, "emoji": "🎉", "on": true });
    ayse.command_refused(&on, "message.react", sign, "forbidden").await;
    let answer = json!({ "text": "x", "reply_to": line });
    ayse.command_refused(&on, "message.send", answer, "invalid").await;

    // in a channel who joins says so, and it waits for nobody
    let channel = room(&ayse, json!({ "kind": "channel", "name": "Duyuru" })).await;
    mehmet.command(&topic(&channel), "room.join", json!({})).await;
    let all = items(&mehmet, &channel).await;
    assert_eq!(all[0]["what"], json!({ "act": "joined", "users": [mehmet.id()] }));
    for who in [&ayse, &mehmet] {
        assert_eq!(who.get(&format!("/rooms/{channel}")).await.ok()["mine"]["unread"], 0);
    }
    here.check();
}

async fn the_trace_knows_who_took_away_and_brought_back(app: TestApp) {
    let (admin, [ayse]) = app.team(["sales"]).await;
    let id = room(&ayse, json!({ "kind": "channel", "name": "Genel" })).await;
    let on = topic(&id);
    let message = say(&ayse, &id, json!({ "text": "ilk hali" })).await["id"].clone();
    let it = json!({ "message": message });
    let path = format!("/messages/{}/history", message.as_str().expect("an id"));
    admin.command(&on, "message.delete", it.clone()).await;
    let trace = ayse.get(&path).await.ok();
    let line =
        |n: usize| (trace[n]["act"].clone(), trace[n]["by"].clone(), trace[n]["text"].clone());
    assert_eq!(line(0), (json!("said"), json!(ayse.id()), json!("ilk hali")));
    assert_eq!(line(1), (json!("deleted"), json!(admin.id()), json!("")), "{trace}");

    admin.command(&on, "message.restore", it.clone()).await;
    let d = json!({ "message": message, "text": "son hali" });
    ayse.command(&on, "message.edit", d).await;
    ayse.command(&on, "message.delete", it).await;
    let trace = ayse.get(&path).await.ok();
    let trace: Vec<(&str, &str)> = trace
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["act"].as_str().expect("act"), one["text"].as_str().expect("text")))
        .collect();
    assert_eq!(
        trace,
        [
            ("said", "ilk hali"),
            ("deleted", ""),
            ("restored", "ilk hali"),
            ("said", "son hali"),
            ("deleted", "")
        ]
    );

    // what was deleted before there was a trace has it from the message
    let db = app.database().connect().await;
    let forgotten = "DELETE FROM message_version WHERE act IS NOT NULL";
    db.execute_unprepared(forgotten).await.expect("no trace");
    let _ = db.close().await; // nothing is asked of it any more
    let trace = ayse.get(&path).await.ok();
    let [.., said, deleted] = trace.as_array().expect("a list").as_slice() else {
        panic!("{trace}")
    };
    assert_eq!((&said["act"], &said["text"]), (&json!("said"), &json!("son hali")));
    assert_eq!((&deleted["act"], &deleted["text"]), (&json!("deleted"), &json!("")));
    assert_eq!(deleted["by"], json!(ayse.id()));
}

async fn an_empty_channel_belongs_to_who_comes(app: TestApp) {
    let (_, [ayse, mehmet, zeynep]) = app.team(["sales", "sales", "sales"]).await;
    let id = room(&ayse, json!({ "kind": "channel", "name": "Boş" })).await;
    let on = topic(&id);
    ayse.command(&on, "room.leave", json!({})).await;
    let mut here = zeynep.subscribe(&on).await;
    mehmet.command(&on, "room.join", json!({})).await;
    assert_eq!(here.event("member.added").await["d"]["role"], "owner");
    zeynep.command(&on, "room.join", json!({})).await;
    let second = |f: &Value| f["op"] == "member.added" && f["d"]["users"] == json!([zeynep.id()]);
    assert_eq!(here.find("the second", second).await["d"]["role"], "member");
    mehmet.command(&on, "room.update", json!({ "name": "Dolu" })).await;
    zeynep.command_refused(&on, "room.update", json!({ "name": "x" }), "forbidden").await;
}

async fn the_eldest_who_can_sign_in_follows(app: TestApp) {
    let (admin, [ayse, mehmet, zeynep]) = app.team(["sales", "sales", "sales"]).await;
    let id = room(&ayse, json!({ "kind": "group", "name": "Ekip" })).await;
    let on = topic(&id);
    ayse.command(&on, "member.add", json!({ "users": [mehmet.id()] })).await;
    ayse.command(&on, "member.add", json!({ "users": [zeynep.id()] })).await;
    admin.post(&format!("/users/{}/deactivate", mehmet.id()), json!({})).await.ok();
    let mut here = zeynep.subscribe(&on).await;
    ayse.command(&on, "room.leave", json!({})).await;
    let gone = here.event("member.removed").await["d"].clone();
    assert_eq!(gone["heir"], json!(zeynep.id()), "{gone}");
    zeynep.command(&on, "room.update", json!({ "name": "Bizim" })).await;
    // who owns nothing leaves no heir
    zeynep.command(&on, "member.add", json!({ "users": [ayse.id()] })).await;
    ayse.command(&on, "room.leave", json!({})).await;
    let last = |f: &Value| f["op"] == "member.removed" && f["d"].get("heir").is_none();
    here.find("a leave without an heir", last).await;
}

async fn members_are_found_by_their_names(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let d = json!({ "kind": "group", "name": "Ekip", "members": [mehmet.id()] });
    let id = room(&ayse, d).await;
    let path = format!("/rooms/{id}/members");
    let all = ayse.get(&path).await.ok();
    assert_eq!(all["items"].as_array().map(Vec::len), Some(2));
    let name = all["items"][0]["name"].as_str().expect("a name").to_owned();
    let first: String = name.chars().take(3).collect();
    let found = ayse.get(&format!("{path}?limit=1&q={first}")).await.ok();
    assert_eq!(found["items"][0]["name"], json!(name), "{found}");
    let (one, two) = {
        let one = ayse.get(&format!("{path}?limit=1")).await.ok();
        let cursor = one["next_cursor"].as_str().expect("more").to_owned();
        let two = ayse.get(&format!("{path}?limit=1&cursor={cursor}")).await.ok();
        (one, two)
    };
    assert_ne!(one["items"][0]["user_id"], two["items"][0]["user_id"]);
    assert_eq!(two["next_cursor"], Value::Null);
    assert_eq!(ayse.get(&format!("{path}?q=yoktur")).await.ok()["items"], json!([]));
    admin.get(&path).await.problem(404, "not_found");
}

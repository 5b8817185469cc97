//! What is told outside of a room: to whom, for how long, and what becomes of it.
use std::time::Duration;

use serde_json::{Value, json};
use tests::{TestApp, User, on_both, within};

on_both!(
    without_the_right_nobody_is_told,
    what_is_changed_or_taken_back_is_told_so,
    what_is_brought_back_is_told_again,
    who_has_left_may_stand_in_a_correction_and_hears_nothing_of_it,
    a_chat_waits_for_who_has_it_open,
    a_channel_does_not_hear_who_reads,
);

async fn room(by: &User, d: Value) -> String {
    let made = by.command("rooms", "room.create", d).await;
    format!("room:{}", made["d"]["room"]["id"].as_str().expect("a room"))
}

async fn name(by: &User, on: &str, text: &str, whom: &User) -> Value {
    let d = json!({ "text": text, "mentions": [whom.id()] });
    by.command(on, "message.send", d).await["d"]["message"]["id"].clone()
}

async fn unread(of: &User) -> Value {
    of.socket().await.snapshot("me").await["d"]["unread"].clone()
}

async fn without_the_right_nobody_is_told(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["manager", "sales"]).await;
    let d = json!({ "kind": "group", "name": "Ekip", "members": [mehmet.id()] });
    let group = room(&ayse, d).await;
    let direct = room(&ayse, json!({ "kind": "direct", "members": [mehmet.id()] })).await;
    let before = name(&ayse, &group, "@Mehmet önce", &mehmet).await;
    assert_eq!(unread(&mehmet).await, 1);

    let roles = admin.get("/roles").await.ok()["items"].clone();
    let role = roles.as_array().expect("roles").iter().find(|role| role["key"] == "sales");
    let all = role.expect("the role")["permissions"].as_array().cloned().expect("permissions");
    let without: Vec<&Value> = all.iter().filter(|word| **word != "chat.use").collect();
    admin.patch("/roles/sales", json!({ "permissions": without })).await.ok();
    within(Duration::from_secs(10), "a centre without chat", || async {
        let list = mehmet.get("/notifications").await.ok();
        if list["items"] == json!([]) { Ok(()) } else { Err(list) }
    })
    .await;
    assert_eq!(unread(&mehmet).await, 0);
    name(&ayse, &group, "@Mehmet sonra", &mehmet).await;
    ayse.command(&direct, "message.send", json!({ "text": "orada mısın" })).await;
    assert_eq!(app.database().count("notification").await, 1, "only what was told before");
    // and what was told before is not told in other words
    let mut mine = mehmet.subscribe("me").await;
    let d = json!({ "message": before, "text": "@Mehmet gizlice", "mentions": [mehmet.id()] });
    ayse.command(&group, "message.edit", d).await;
    mine.settle().await;
    let heard = mine.events("me");
    assert!(!heard.iter().any(|f| f["op"] == "notification.changed"), "{heard:?}");

    // with the right comes what was told
    admin.patch("/roles/sales", json!({ "permissions": all })).await.ok();
    within(Duration::from_secs(10), "the centre with chat", || async {
        let list = mehmet.get("/notifications").await.ok();
        if list["items"].as_array().is_some_and(|all| all.len() == 1) { Ok(()) } else { Err(list) }
    })
    .await;
}

async fn what_is_changed_or_taken_back_is_told_so(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let d = json!({ "kind": "group", "name": "Ekip", "members": [mehmet.id()] });
    let on = room(&ayse, d).await;
    let mut mine = mehmet.subscribe("me").await;
    let message = name(&ayse, &on, "@Mehmet sekizde", &mehmet).await;
    let told = mine.event("notification.added").await["d"]["notification"]["id"].clone();
    let edit = |text: &str, mentions: Value| json!({ "message": message, "text": text, "mentions": mentions });
    ayse.command(&on, "message.edit", edit("@Mehmet dokuzda", json!([mehmet.id()]))).await;
    let changed = mine.event("notification.changed").await["d"].clone();
    assert_eq!((&changed["notification"]["id"], &changed["unread"]), (&told, &json!(1)));
    assert_eq!(changed["notification"]["d"]["text"], "@Mehmet dokuzda");
    ayse.command(&on, "message.edit", edit("dokuzda", json!([]))).await;
    let removed = mine.event("notification.removed").await["d"].clone();
    assert_eq!((&removed["ids"], &removed["unread"]), (&json!([told]), &json!(0)));
    assert_eq!(mehmet.get("/notifications").await.ok()["items"], json!([]));

    let other = name(&ayse, &on, "@Mehmet gizlice", &mehmet).await;
    ayse.command(&on, "message.delete", json!({ "message": other })).await;
    mine.find("the second", |f| {
        f["op"] == "notification.removed" && f["d"]["ids"] != json!([told])
    })
    .await;
    assert_eq!(app.database().count("notification").await, 0);

    // of two direct messages the first was told of for both
    let direct = room(&ayse, json!({ "kind": "direct", "members": [mehmet.id()] })).await;
    let mut ids = Vec::new();
    for text in ["yanlış", "doğru"] {
        let sent = ayse.command(&direct, "message.send", json!({ "text": text })).await;
        ids.push(sent["d"]["message"]["id"].clone());
    }
    ayse.command(&direct, "message.delete", json!({ "message": ids[0] })).await;
    let emptied = mine
        .find("it tells less", |f| {
            f["op"] == "notification.changed" && f["d"]["notification"]["kind"] == "direct_message"
        })
        .await;
    assert_eq!(emptied["d"]["notification"]["d"]["text"], "");
    ayse.command(&direct, "message.delete", json!({ "message": ids[1] })).await;
    let id = emptied["d"]["notification"]["id"].clone();
    mine.find("nothing waits there", |f| {
        f["op"] == "notification.removed" && f["d"]["ids"] == json!([id])
    })
    .await;
    assert_eq!(app.database().count("notification").await, 0);
    mine.check();
}

async fn what_is_brought_back_is_told_again(app: TestApp) {
    let (_, [ayse, mehmet, elif]) = app.team(["sales", "sales", "sales"]).await;
    let both = json!([mehmet.id(), elif.id()]);
    let d = json!({ "kind": "group", "name": "Ekip", "members": both });
    let group = room(&ayse, d).await;
    let d = json!({ "text": "@Mehmet @Elif sekizde", "mentions": both });
    let message = ayse.command(&group, "message.send", d).await["d"]["message"]["id"].clone();
    let direct = room(&ayse, json!({ "kind": "direct", "members": [mehmet.id()] })).await;
    let sent = ayse.command(&direct, "message.send", json!({ "text": "orada mısın" })).await;
    let hello = sent["d"]["message"]["id"].clone();
    ayse.command(&direct, "message.send", json!({ "text": "buradayım" })).await;
    for op in ["message.delete", "message.restore"] {
        ayse.command(&group, op, json!({ "message": message })).await;
        ayse.command(&direct, op, json!({ "message": hello })).await;
        // who has read it meanwhile needs not be told
        elif.command(&group, "room.read", json!({ "n": 1 })).await;
    }
    let list = mehmet.get("/notifications").await.ok()["items"].clone();
    let texts: Vec<&str> =
        list.as_array().expect("a list").iter().filter_map(|n| n["d"]["text"].as_str()).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(
        texts.contains(&"@Mehmet @Elif sekizde") && texts.contains(&"orada mısın"),
        "{texts:?}"
    );
    assert_eq!(elif.get("/notifications").await.ok()["items"], json!([]));
}

async fn who_has_left_may_stand_in_a_correction_and_hears_nothing_of_it(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let d = json!({ "kind": "group", "name": "Ekip", "members": [mehmet.id()] });
    let on = room(&ayse, d).await;
    let message = name(&ayse, &on, "@Mehmet sekizd", &mehmet).await;
    ayse.command(&on, "member.remove", json!({ "user": mehmet.id() })).await;
    let mut mine = mehmet.subscribe("me").await;
    let d = json!({ "message": message, "text": "@Mehmet gizlice", "mentions": [mehmet.id()] });
    ayse.command(&on, "message.edit", d).await;
    mine.settle().await;
    assert_eq!(mine.events("me"), Vec::<Value>::new());
    let list = mehmet.get("/notifications").await.ok();
    assert_eq!(list["items"][0]["d"]["text"], "@Mehmet sekizd", "as it was when he was there");
    // newly named is only who is there
    let other = ayse.command(&on, "message.send", json!({ "text": "tek" })).await;
    let other = other["d"]["message"]["id"].clone();
    let d = json!({ "message": other, "text": "@Mehmet", "mentions": [mehmet.id()] });
    ayse.command_refused(&on, "message.edit", d, "invalid").await;
}

async fn a_chat_waits_for_who_has_it_open(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let channels = json!({ "mentioned": { "app": true, "mail": "now", "push": false } });
    let d = json!({ "settings": { "channels": channels } });
    mehmet.command("me", "notification.set", d).await;
    let d = json!({ "kind": "group", "name": "Ekip", "members": [mehmet.id()] });
    let on = room(&ayse, d).await;
    name(&ayse, &on, "@Mehmet bir", &mehmet).await;
    name(&ayse, &on, "@Mehmet iki", &mehmet).await;
    let waiting = "notification WHERE mail_at > at";
    assert_eq!(app.database().count(waiting).await, 2, "not before it could be read");
    ayse.command(&on, "member.remove", json!({ "user": mehmet.id() })).await;
    let waiting = "notification WHERE mail_at IS NOT NULL";
    assert_eq!(app.database().count(waiting).await, 0, "nothing goes out to who is not there");
}

async fn a_channel_does_not_hear_who_reads(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let d = json!({ "kind": "channel", "name": "Genel", "members": [mehmet.id()] });
    let on = room(&ayse, d).await;
    ayse.command(&on, "message.send", json!({ "text": "bir" })).await;
    ayse.command(&on, "message.send", json!({ "text": "iki" })).await;
    let mut here = ayse.subscribe(&on).await;
    let mut mine = mehmet.subscribe("me").await;
    mehmet.command(&on, "room.read", json!({ "n": 1 })).await;
    let marked = mine.event("room.marked").await["d"].clone();
    assert_eq!((&marked["mine"]["unread"], &marked["last"]), (&json!(1), &json!(2)));
    here.settle().await;
    let heard = here.events(&on);
    assert!(!heard.iter().any(|f| f["op"] == "room.read"), "{heard:?}");
    // who wants to know asks
    let room = ayse.get(&format!("/rooms/{}", &on[5..])).await.ok();
    let members = room["members"].as_array().expect("members");
    let his = members.iter().find(|member| member["user_id"] == mehmet.id()).expect("his");
    assert_eq!(his["read"], 1);
    here.check();
}

//! Marks, signs and news of rooms: what one has read on all screens, what stands below a message, who is told of it.
use serde_json::{Value, json};
use tests::{TestApp, on_both};

use crate::rooms::{direct, room, say, topic};

on_both!(
    marks_agree_on_all_screens,
    a_mention_and_a_direct_message_are_told_once,
    signs_stand_below_messages,
    who_loses_access_leaves_lines_and_an_heir,
);

fn texts(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().expect("items").iter();
    items.map(|item| item["text"].as_str().expect("a text")).collect()
}

async fn marks_agree_on_all_screens(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let id = direct(&ayse, &mehmet).await;
    let on = topic(&id);
    for n in 0..3 {
        say(&ayse, &id, &format!("mesaj {n}")).await;
    }
    let (mut phone, mut desk) = (mehmet.subscribe("me").await, mehmet.subscribe("me").await);
    let mut other = ayse.subscribe(&on).await;
    let counts = mehmet.get("/rooms/counts").await.ok();
    assert_eq!((&counts["unread_rooms"], &counts["mentions"]), (&json!(1), &json!(0)));
    assert_eq!(ayse.get("/rooms/counts").await.ok()["unread_rooms"], 0);
    let mine = |page: &Value| page["mine"].clone();
    assert_eq!(mine(&mehmet.get(&format!("/rooms/{id}")).await.ok())["unread"], 3);

    mehmet.command(&on, "room.read", json!({ "n": 2 })).await;
    for screen in [&mut phone, &mut desk] {
        let marked = screen.event("room.marked").await["d"].clone();
        assert_eq!((&marked["mine"]["read"], &marked["mine"]["unread"]), (&json!(2), &json!(1)));
    }
    let read = other.event("room.read").await["d"].clone();
    assert_eq!((&read["user"], &read["n"]), (&json!(mehmet.id()), &json!(2)));
    // never back, never beyond
    mehmet.command(&on, "room.read", json!({ "n": 1 })).await;
    mehmet.command(&on, "room.read", json!({ "n": i64::MAX })).await;
    let marked = desk.event("room.marked").await["d"]["mine"].clone();
    assert_eq!((&marked["read"], &marked["unread"]), (&json!(3), &json!(0)));
    mehmet.command(&on, "room.unread", json!({ "from": 2 })).await;
    let marked = phone
        .next_where("unread", |f| f["op"] == "room.marked" && f["d"]["mine"]["read"] == 1)
        .await;
    assert_eq!(marked["d"]["mine"]["unread"], 2);
    for bad in [json!({ "from": 0 }), json!({ "from": 4 }), json!({ "from": "1" })] {
        mehmet.command_refused(&on, "room.unread", bad, "invalid").await;
    }
    mehmet.command_refused(&on, "room.read", json!({ "n": -1 }), "invalid").await;
    say(&mehmet, &id, "okudum").await;
    let marked =
        phone.next_where("read", |f| f["op"] == "room.marked" && f["d"]["mine"]["read"] == 4).await;
    assert_eq!(marked["d"]["mine"]["unread"], 0);

    let stretch = |ask: &str| format!("/rooms/{id}/messages?{ask}");
    let latest = ayse.get(&stretch("limit=2")).await.ok();
    assert_eq!((texts(&latest), &latest["before"]), (vec!["mesaj 2", "okudum"], &json!(3)));
    let older = ayse.get(&stretch("before=3&limit=100")).await.ok();
    assert_eq!((texts(&older), &older["before"]), (vec!["mesaj 0", "mesaj 1"], &Value::Null));
    let newer = ayse.get(&stretch("after=1&limit=1")).await.ok();
    assert_eq!((texts(&newer), &newer["after"]), (vec!["mesaj 1"], &json!(2)));
    assert_eq!(texts(&ayse.get(&stretch("around=3&limit=2")).await.ok()), ["mesaj 1", "mesaj 2"]);
    for bad in ["limit=0", "limit=101", "before=1&after=1", "after=1&around=2", "before=x"] {
        assert!(ayse.get(&stretch(bad)).await.status >= 400, "{bad}");
    }
}

async fn a_mention_and_a_direct_message_are_told_once(app: TestApp) {
    let (_, [ayse, mehmet, zeynep]) = app.team(["sales", "sales", "sales"]).await;
    let d = json!({ "kind": "group", "name": "Ekip", "members": [mehmet.id(), zeynep.id()] });
    let group = room(&ayse, d).await;
    let on = topic(&group);
    let mut mine = mehmet.subscribe("me").await;
    let d = json!({ "text": "@Mehmet bakar mısın", "mentions": [mehmet.id(), mehmet.id()] });
    let sent = ayse.command(&on, "message.send", d).await["d"]["message"].clone();
    let told = mine.event("notification.added").await["d"]["notification"].clone();
    assert_eq!((&told["kind"], &told["d"]["room"]), (&json!("mentioned"), &json!(group)));
    assert_eq!((&told["d"]["message"], &told["d"]["room_name"]), (&sent["id"], &json!("Ekip")));
    assert_eq!(mehmet.get(&format!("/rooms/{group}")).await.ok()["mine"]["mentions"], 1);
    assert_eq!(mehmet.get("/rooms/counts").await.ok()["mentions"], 1);
    // read here is read there
    mehmet.command(&on, "room.read", json!({ "n": 1 })).await;
    let read = mine.event("notification.read").await["d"].clone();
    assert_eq!((&read["ids"], &read["unread"]), (&json!([told["id"]]), &json!(0)));
    assert_eq!(mehmet.get("/rooms/counts").await.ok()["mentions"], 0);
    // who wants to hear nothing hears nothing
    zeynep.command(&on, "room.mute", json!({ "muted": "all" })).await;
    let d = json!({ "text": "@Zeynep?", "mentions": [zeynep.id()] });
    ayse.command(&on, "message.send", d).await;
    assert_eq!(app.database().count("notification").await, 1);
    for bad in [json!([ayse.tenant_id()]), json!(vec![mehmet.id(); 51]), json!("x")] {
        let d = json!({ "text": "x", "mentions": bad });
        ayse.command_refused(&on, "message.send", d, "invalid").await;
    }

    let id = direct(&ayse, &mehmet).await;
    for n in 0..3 {
        say(&ayse, &id, &format!("{n}")).await;
    }
    let told = mine.event("notification.added").await["d"]["notification"].clone();
    assert_eq!((&told["kind"], &told["d"]["text"]), (&json!("direct_message"), &json!("0")));
    let direct_ones = "notification WHERE kind = 'direct_message'";
    assert_eq!(app.database().count(direct_ones).await, 1, "once until it is read");
    say(&mehmet, &id, "buradayım").await;
    mine.event("notification.read").await;
    say(&ayse, &id, "güzel").await;
    let told = mine.event("notification.added").await["d"]["notification"].clone();
    assert_eq!(told["d"]["text"], "güzel");
}

async fn signs_stand_below_messages(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let id = direct(&ayse, &mehmet).await;
    let on = topic(&id);
    let message = say(&ayse, &id, "Satış tamam").await["id"].clone();
    let mut here = ayse.subscribe(&on).await;
    let sign =
        |emoji: &str, is_on: bool| json!({ "message": message, "emoji": emoji, "on": is_on });
    mehmet.command(&on, "message.react", sign("🎉", true)).await;
    let reacted = here.event("message.reacted").await["d"].clone();
    assert_eq!(
        (&reacted["n"], &reacted["emoji"], &reacted["on"]),
        (&json!(1), &json!("🎉"), &json!(true))
    );
    mehmet.command(&on, "message.react", sign("🎉", true)).await;
    ayse.command(&on, "message.react", sign("🎉", true)).await;
    ayse.command(&on, "message.react", sign("👍🏽", true)).await;
    let shown =
        ayse.get(&format!("/rooms/{id}/messages")).await.ok()["items"][0]["reactions"].clone();
    assert_eq!(shown[0]["by"], json!([mehmet.id(), ayse.id()]), "{shown}");
    assert_eq!((&shown[0]["count"], &shown[1]["emoji"]), (&json!(2), &json!("👍🏽")));
    mehmet.command(&on, "message.react", sign("🎉", false)).await;
    here.next_where("taken away", |f| f["op"] == "message.reacted" && f["d"]["on"] == false).await;
    for bad in ["", "tamam", "🎉🎉", "<script>", "\u{202e}"] {
        mehmet.command_refused(&on, "message.react", sign(bad, true), "invalid").await;
    }
    for n in 0..18_u32 {
        let emoji = char::from_u32(0x1f600 + n).expect("an emoji").to_string();
        mehmet.command(&on, "message.react", sign(&emoji, true)).await;
    }
    let many = mehmet.command_refused(&on, "message.react", sign("🚀", true), "invalid").await;
    assert!(many.to_string().contains("too_many"), "{many}");
    mehmet.command(&on, "message.react", sign("👍🏽", true)).await;
}

async fn who_loses_access_leaves_lines_and_an_heir(app: TestApp) {
    let (admin, [ayse, mehmet, zeynep]) = app.team(["sales", "sales", "sales"]).await;
    let d = json!({ "kind": "group", "name": "Ekip", "members": [zeynep.id(), mehmet.id()] });
    let id = room(&ayse, d).await;
    say(&ayse, &id, "ben gidiyorum").await;
    let mut here = mehmet.subscribe(&topic(&id)).await;
    admin.post(&format!("/users/{}/deactivate", ayse.id()), json!({})).await.ok();
    let promoted = here.event("member.promoted").await["d"].clone();
    let heir = promoted["user"].as_str().expect("an heir").to_owned();
    assert!(heir == mehmet.id() || heir == zeynep.id(), "{promoted}");
    let owner = if heir == mehmet.id() { &mehmet } else { &zeynep };
    owner.command(&topic(&id), "room.update", json!({ "name": "Bizim ekip" })).await;
    let page = mehmet.get(&format!("/rooms/{id}/messages")).await.ok();
    // and the line of the new name
    assert_eq!(texts(&page), ["ben gidiyorum", ""]);
    assert_eq!(
        (&page["items"][0]["by"], &page["items"][1]["what"]["act"]),
        (&json!(ayse.id()), &json!("renamed"))
    );
}

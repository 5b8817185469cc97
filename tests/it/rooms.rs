//! Team chat from outside: rooms for those who are in them, messages in order, marks on all screens, and nothing for strangers.
use serde_json::{Value, json};
use tests::{TestApp, User, on_both};

on_both!(
    two_talk_and_a_stranger_hears_nothing,
    the_same_two_have_one_room_however_they_begin,
    a_group_comes_and_goes_and_keeps_its_owner,
    who_is_taken_out_hears_no_more,
    what_was_said_can_be_changed_and_taken_back,
    channels_are_open_and_archived_rooms_are_still,
);

pub(crate) async fn room(by: &User, d: Value) -> String {
    let made = by.command("rooms", "room.create", d).await;
    made["d"]["room"]["id"].as_str().expect("a room").to_owned()
}

pub(crate) async fn direct(by: &User, other: &User) -> String {
    room(by, json!({ "kind": "direct", "members": [other.id()] })).await
}

pub(crate) async fn say(by: &User, room: &str, text: &str) -> Value {
    let sent = by.command(&topic(room), "message.send", json!({ "text": text })).await;
    sent["d"]["message"].clone()
}

pub(crate) fn topic(room: &str) -> String {
    format!("room:{room}")
}

async fn two_talk_and_a_stranger_hears_nothing(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let mut list = mehmet.subscribe("rooms").await;
    let mut foreign = admin.subscribe("rooms").await;
    let id = direct(&ayse, &mehmet).await;
    let made = list.event("room.created").await["d"]["room"].clone();
    assert_eq!(
        (&made["id"], &made["kind"], &made["mine"]),
        (&json!(id), &json!("direct"), &Value::Null)
    );
    assert_eq!(made["member_count"], 2);

    let mut here = mehmet.subscribe(&topic(&id)).await;
    let first = say(&ayse, &id, "Selam Mehmet, Işıl Hanım aradı").await;
    let sent = here.event("message.sent").await["d"]["message"].clone();
    assert_eq!(
        (&sent["id"], &sent["n"], &sent["by"]),
        (&first["id"], &json!(1), &json!(ayse.id()))
    );
    assert_eq!(list.event("room.touched").await["d"]["message"]["text"], sent["text"]);
    let d = json!({ "text": "Dönüyorum", "reply_to": first["id"] });
    mehmet.command(&topic(&id), "message.send", d).await;
    let answer = here.event("message.sent").await["d"]["message"].clone();
    assert_eq!((&answer["n"], &answer["reply_to"]["n"]), (&json!(2), &json!(1)));
    assert_eq!(answer["reply_to"]["text"], "Selam Mehmet, Işıl Hanım aradı");

    // not for a stranger, not for the administrator, by any door
    foreign.settle().await;
    assert!(foreign.events("rooms").is_empty(), "{:?}", foreign.events("rooms"));
    let refused = foreign.sub(&topic(&id), json!({})).await;
    assert_eq!((&refused["t"], &refused["code"]), (&json!("err"), &json!("not_found")));
    for path in [format!("/rooms/{id}"), format!("/rooms/{id}/messages")] {
        admin.get(&path).await.problem(404, "not_found");
        ayse.get(&path).await.ok();
    }
    let history = format!("/messages/{}/history", first["id"].as_str().expect("an id"));
    admin.get(&history).await.problem(404, "not_found");
    for op in ["message.send", "room.read", "room.join", "room.archive", "room.mute", "member.add"]
    {
        let d = match op {
            "message.send" => json!({ "text": "ben de" }),
            "room.read" => json!({ "n": 1 }),
            "room.mute" => json!({ "muted": "all" }),
            "member.add" => json!({ "users": [admin.id()] }),
            _ => json!({}),
        };
        admin.command_refused(&topic(&id), op, d, "not_found").await;
    }
    assert_eq!(admin.get("/messages/search?q=Işıl").await.ok()["items"], json!([]));
    assert_eq!(mehmet.get("/messages/search?q=ISIL").await.ok()["items"][0]["message"]["n"], 1);
    // nor with a member's eyes
    let lent = admin.request(reqwest::Method::GET, &format!("/rooms/{id}"));
    let lent = admin.send(lent.header("nabiz-see-as", ayse.id())).await;
    lent.problem(403, "forbidden");

    let mut again = mehmet.socket().await;
    let shown = again.snapshot(&topic(&id)).await["d"].clone();
    assert_eq!(shown["messages"].as_array().map(Vec::len), Some(2));
    assert_eq!((&shown["more"], &shown["room"]["last"]), (&json!(false), &json!(2)));
    assert_eq!(shown["room"]["mine"]["read"], 2, "what one says oneself is read");
    let listed = again.snapshot("rooms").await["d"]["rooms"].clone();
    assert_eq!((&listed[0]["id"], &listed[0]["message"]["n"]), (&json!(id), &json!(2)));
}

async fn the_same_two_have_one_room_however_they_begin(app: TestApp) {
    let (_, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let ask = |other: &User| json!({ "kind": "direct", "members": [other.id()] });
    let (one, two) = tokio::join!(
        ayse.command("rooms", "room.create", ask(&mehmet)),
        mehmet.command("rooms", "room.create", ask(&ayse))
    );
    assert_eq!(one["d"]["room"]["id"], two["d"]["room"]["id"]);
    assert_ne!(one["d"]["created"], two["d"]["created"], "{one} {two}");
    assert_eq!(app.database().count("room").await, 1);
    for bad in [
        json!({ "kind": "direct", "members": [] }),
        json!({ "kind": "direct", "members": [ayse.id()] }),
        json!({ "kind": "direct", "members": [mehmet.id()], "name": "x" }),
        json!({ "kind": "direct", "members": ["0190aaaa-0000-7000-8000-000000000000"] }),
        json!({ "kind": "group", "members": [mehmet.id()] }),
        json!({ "kind": "group", "name": "  " }),
        json!({ "kind": "group", "name": "x".repeat(81) }),
        json!({ "kind": "group", "name": "x", "purpose": "x".repeat(251) }),
        json!({ "kind": "group", "name": "x", "id": "5d3c1f2e-0000-4000-8000-000000000000" }),
        json!({ "kind": "conversation", "name": "x" }),
        json!({ "kind": "group", "name": "x", "members": vec![mehmet.id(); 100] }),
    ] {
        ayse.command_refused("rooms", "room.create", bad, "invalid").await;
    }
    ayse.command_refused("tenant", "room.create", ask(&mehmet), "invalid").await;
    let own = "0190aaaa-0000-7000-8000-00000000abcd";
    let d = json!({ "kind": "group", "name": "Benim", "id": own });
    assert_eq!(room(&ayse, d.clone()).await, own);
    ayse.command_refused("rooms", "room.create", d, "invalid").await;
}

async fn a_group_comes_and_goes_and_keeps_its_owner(app: TestApp) {
    let (admin, [ayse, mehmet, zeynep]) = app.team(["sales", "sales", "sales"]).await;
    let d = json!({ "kind": "group", "name": "Saha ekibi", "members": [mehmet.id()] });
    let id = room(&ayse, d).await;
    let on = topic(&id);
    say(&ayse, &id, "önceden söylenmiş").await;
    let mut list = zeynep.subscribe("rooms").await;
    mehmet.command_refused(&on, "room.update", json!({ "name": "Bizim" }), "forbidden").await;
    mehmet.command(&on, "member.add", json!({ "users": [zeynep.id(), mehmet.id()] })).await;
    let added = list.event("member.added").await["d"].clone();
    assert_eq!((&added["users"], &added["by"]), (&json!([zeynep.id()]), &json!(mehmet.id())));
    assert_eq!(
        (&added["room"]["name"], &added["room"]["member_count"]),
        (&json!("Saha ekibi"), &json!(3))
    );
    let mine = zeynep.get(&format!("/rooms/{id}")).await.ok()["mine"].clone();
    // nor is the line that says that she came
    assert_eq!((&mine["unread"], &mine["read"]), (&json!(0), &json!(2)), "no news from before");

    ayse.command(&on, "room.update", json!({ "name": "Saha", "purpose": "Haftalık plan" })).await;
    assert_eq!(list.event("room.updated").await["d"]["room"]["purpose"], "Haftalık plan");
    ayse.command(&on, "room.leave", json!({})).await;
    let gone = list.event("member.removed").await["d"].clone();
    assert_eq!((&gone["user"], &gone["heir"]), (&json!(ayse.id()), &json!(mehmet.id())));
    mehmet.command(&on, "room.update", json!({ "purpose": "" })).await;
    mehmet.command(&on, "member.remove", json!({ "user": zeynep.id() })).await;
    let alone = mehmet.command_refused(&on, "room.leave", json!({}), "conflict").await;
    assert_eq!(alone["error"]["reason"], "last_member");
    let bad = json!({ "users": [] });
    mehmet.command_refused(&on, "member.add", bad, "invalid").await;
    let stranger = app.tenant().await;
    let bad = json!({ "users": [stranger.id()] });
    mehmet.command_refused(&on, "member.add", bad, "invalid").await;
    admin.get(&format!("/rooms/{id}")).await.problem(404, "not_found");
    // another house's rooms do not exist, whoever asks for them
    stranger.command_refused(&on, "message.send", json!({ "text": "x" }), "not_found").await;
    stranger.get(&format!("/rooms/{id}")).await.problem(404, "not_found");
}

async fn who_is_taken_out_hears_no_more(app: TestApp) {
    let (_, [ayse, mehmet, zeynep]) = app.team(["sales", "sales", "sales"]).await;
    let d = json!({ "kind": "group", "name": "Gizli", "members": [mehmet.id(), zeynep.id()] });
    let id = room(&ayse, d).await;
    let on = topic(&id);
    let mut stays = mehmet.subscribe(&on).await;
    let mut goes = zeynep.subscribe(&on).await;
    goes.snapshot("rooms").await;
    stays.find("her arrival", |f| f["t"] == "pres" && f.to_string().contains(zeynep.id())).await;
    let since = goes.position("rooms").expect("a position");
    say(&ayse, &id, "hâlâ birlikte").await;
    goes.event("message.sent").await;
    let held = goes.position(&on).expect("a position");

    ayse.command(&on, "member.remove", json!({ "user": zeynep.id() })).await;
    goes.find("the last word here", |f| f["op"] == "member.removed" && f["topic"] == on.as_str())
        .await;
    goes.find("and in the list", |f| f["op"] == "member.removed" && f["topic"] == "rooms").await;
    stays.find("her leave", |f| f["t"] == "pres" && f["leave"]["user"] == zeynep.id()).await;
    stays.send(json!({ "t": "eph", "topic": on, "k": "typing", "d": {} }));
    goes.send(json!({ "t": "eph", "topic": on, "k": "typing", "d": { "field": "hayalet" } }));
    say(&ayse, &id, "artık yalnız").await;
    stays.event("message.sent").await;
    stays.settle().await;
    goes.settle().await;
    let heard = goes.frames();
    let after = heard.iter().position(|f| f["op"] == "member.removed" && f["topic"] == on.as_str());
    let rest: Vec<&Value> =
        heard[after.expect("heard") + 1..].iter().filter(|f| f["topic"] == on.as_str()).collect();
    assert!(rest.is_empty(), "{rest:?}");
    assert!(!heard.iter().any(|f| f.to_string().contains("artık yalnız")));
    assert!(!stays.frames().iter().any(|f| f.to_string().contains("hayalet")));

    // the list goes on with holes that are said, the room is not there
    let mut back = zeynep.socket().await;
    let subbed = back.sub("rooms", json!({ "since": since })).await;
    assert_eq!(subbed["mode"], "replay", "{subbed}");
    back.next("skip").await;
    assert!(!back.frames().iter().any(|f| f.to_string().contains("artık yalnız")));
    let refused = back.sub(&on, json!({ "since": held })).await;
    assert_eq!(refused["code"], "not_found", "{refused}");

    // and who comes again is told what was missed as what it is: not theirs
    let mut missed = zeynep.socket().await;
    ayse.command(&on, "member.add", json!({ "users": [zeynep.id()] })).await;
    let subbed = missed.sub(&on, json!({ "since": held })).await;
    assert_eq!(subbed["mode"], "replay", "{subbed}");
    missed.next("skip").await;
    missed.event("member.added").await;
    let said = |f: &Value| f["op"] == "message.sent" && f["d"]["message"]["kind"] == "text";
    assert!(!missed.events(&on).iter().any(said));
    missed.check();
}

async fn what_was_said_can_be_changed_and_taken_back(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let id = direct(&ayse, &mehmet).await;
    let on = topic(&id);
    let first = say(&ayse, &id, "Toplantı 14:00'te").await["id"].clone();
    let mut here = mehmet.subscribe(&on).await;
    let mut list = mehmet.subscribe("rooms").await;
    let edit = |text: &str| json!({ "message": first, "text": text });
    ayse.command(&on, "message.edit", edit("Toplantı 15:00'te")).await;
    let edited = here.event("message.edited").await["d"]["message"].clone();
    assert_eq!((&edited["version"], &edited["edited_at"].is_string()), (&json!(2), &true));
    assert_eq!(list.event("room.touched").await["d"]["message"]["text"], "Toplantı 15:00'te");
    let refused = mehmet.command_refused(&on, "message.edit", edit("x"), "forbidden").await;
    assert_eq!(refused["error"]["reason"], "not_author");
    assert_eq!(
        mehmet.get("/messages/search?q=15:00").await.ok()["items"][0]["message"]["id"],
        first
    );
    assert_eq!(mehmet.get("/messages/search?q=14:00 toplantı").await.ok()["items"], json!([]));
    let stale = json!({ "id": tests::unique("c"), "topic": on, "op": "message.edit", "d": edit("y"), "if": { "ver": 1 } });
    let stale = ayse.post("/commands", stale).await.ok()["results"][0].clone();
    assert_eq!(stale["error"]["reason"], "version_conflict", "{stale}");
    let path = format!("/messages/{}/history", first.as_str().expect("an id"));
    let history = mehmet.get(&path).await.ok();
    assert_eq!(
        (&history[0]["text"], &history[0]["version"]),
        (&json!("Toplantı 14:00'te"), &json!(1))
    );
    assert_eq!(
        (&history[1]["text"], &history[1]["by"]),
        (&json!("Toplantı 15:00'te"), &json!(ayse.id()))
    );

    let gone = json!({ "message": first });
    mehmet.command_refused(&on, "message.delete", gone.clone(), "forbidden").await;
    ayse.command(&on, "message.delete", gone.clone()).await;
    let deleted = here.event("message.deleted").await["d"]["message"].clone();
    assert_eq!((&deleted["text"], &deleted["deleted_by"]), (&json!(""), &json!(ayse.id())));
    assert_eq!(list.event("room.touched").await["d"]["message"]["text"], "");
    mehmet.get(&path).await.problem(404, "not_found");
    ayse.get(&path).await.ok();
    assert_eq!(mehmet.get("/messages/search?q=toplantı").await.ok()["items"], json!([]));
    assert_eq!(mehmet.get(&format!("/rooms/{id}")).await.ok()["mine"]["unread"], 0);
    ayse.command_refused(&on, "message.edit", edit("z"), "gone").await;
    mehmet.command_refused(&on, "message.restore", gone.clone(), "forbidden").await;
    ayse.command(&on, "message.restore", gone.clone()).await;
    assert_eq!(here.event("message.restored").await["d"]["message"]["text"], "Toplantı 15:00'te");
    assert_eq!(
        mehmet.get("/messages/search?q=toplantı").await.ok()["items"].as_array().map(Vec::len),
        Some(1)
    );

    // a channel is tended by whoever may manage
    let channel =
        room(&ayse, json!({ "kind": "channel", "name": "Duyurular", "members": [mehmet.id()] }))
            .await;
    let rude = say(&mehmet, &channel, "olmaz böyle").await["id"].clone();
    let rude = json!({ "message": rude });
    ayse.command_refused(&topic(&channel), "message.delete", rude.clone(), "forbidden").await;
    admin.command(&topic(&channel), "message.delete", rude.clone()).await;
    mehmet.command_refused(&topic(&channel), "message.restore", rude.clone(), "forbidden").await;
    ayse.command_refused(&on, "message.delete", rude, "not_found").await;
}

async fn channels_are_open_and_archived_rooms_are_still(app: TestApp) {
    let (admin, [ayse, mehmet]) = app.team(["sales", "sales"]).await;
    let id = room(&ayse, json!({ "kind": "channel", "name": "Işıl Proje" })).await;
    let on = topic(&id);
    let taken = json!({ "kind": "channel", "name": "ışıl  PROJE" });
    let taken = mehmet.command_refused("rooms", "room.create", taken, "conflict").await;
    assert_eq!(taken["error"]["reason"], "name_taken");
    say(&ayse, &id, "hoş geldiniz").await;
    // it can be read before it is joined, not written
    assert_eq!(mehmet.get(&format!("/rooms/{id}")).await.ok()["mine"], Value::Null);
    let open = mehmet.get("/rooms?joined=false&q=isil").await.ok();
    assert_eq!(open["items"][0]["id"], json!(id), "{open}");
    let refused =
        mehmet.command_refused(&on, "message.send", json!({ "text": "x" }), "forbidden").await;
    assert_eq!(refused["error"]["reason"], "not_member");
    assert_eq!(mehmet.get("/messages/search?q=hos").await.ok()["items"], json!([]));
    let mut here = mehmet.subscribe(&on).await;
    mehmet.command(&on, "room.join", json!({})).await;
    assert_eq!(here.event("member.added").await["d"]["users"], json!([mehmet.id()]));
    say(&mehmet, &id, "hoş bulduk").await;
    here.event("message.sent").await;
    assert_eq!(mehmet.get("/rooms?joined=false").await.ok()["items"], json!([]));

    mehmet.command_refused(&on, "room.archive", json!({}), "forbidden").await;
    admin.command(&on, "room.archive", json!({})).await;
    here.event("room.archived").await;
    let d = json!({ "text": "hâlâ burada mıyız" });
    let still = ayse.command_refused(&on, "message.send", d, "conflict").await;
    assert_eq!(still["error"]["reason"], "archived");
    assert_eq!(mehmet.get("/rooms").await.ok()["items"], json!([]));
    assert_eq!(
        mehmet.get("/rooms?archived=true&kind=channel").await.ok()["items"][0]["id"],
        json!(id)
    );
    ayse.command(&on, "room.restore", json!({})).await;
    here.event("room.restored").await;
    mehmet.command(&on, "room.leave", json!({})).await;
    here.event("member.removed").await;
    // who leaves a channel goes on reading it
    say(&ayse, &id, "güle güle").await;
    here.event("message.sent").await;
    for bad in ["/rooms?kind=x", "/rooms?limit=0", "/rooms?cursor=x", "/messages/search?cursor=x"] {
        assert_eq!(mehmet.get(bad).await.status, 422, "{bad}");
    }
}

//! One predicate for every door: lists, search, counts, files, snapshots, events, replay. Each door is read by
//! somebody of every scope; what is hidden shows nowhere, and what is not shows everywhere.
use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Board, Subscriber, TestApp, User, eventually, on_both};

use crate::imports::{commit, upload};
use crate::rules::{alone, rule, runs};

on_both!(
    every_door_hides_alike,
    live_and_replayed_events_hide_alike,
    what_only_some_may_read_is_heard_by_no_other,
);

/// In every text of the first, second and third customer: mine, my team's, a stranger's.
const MARKS: [&str; 3] = ["kanaryabir", "kanaryaiki", "kanaryauc"];

/// The days in which they have their appointments.
const AGENDA: &str = "/agenda?from=2027-03-01T00:00:00Z&to=2027-03-02T00:00:00Z";

struct House {
    admin: User,
    reader: User,
    board: Board,
    customers: Vec<String>,
    cards: Vec<String>,
    appointments: Vec<String>,
    /// It has run for each of the customers.
    rule: String,
}

/// Three customers with a card, a note, a tag, a source, an appointment, and a reader who may read and export everything he sees.
async fn house(app: &TestApp) -> House {
    let (admin, [reader, mate, stranger]) = app.team(["sales", "sales", "sales"]).await;
    let may = json!({ "permissions": [
        "boards.view", "cards.edit", "customers.view", "customers.edit", "customers.export",
        "customers.import", "users.view", "agenda.view", "reports.view", "rules.manage",
    ] });
    admin.post("/roles", json!({ "name": "Okur" })).await.ok();
    admin.patch("/roles/okur", may).await.ok();
    let team = admin.post("/teams", json!({ "name": "Kuzey" })).await.ok();
    let put = |user: &User| format!("/users/{}", user.id());
    admin.patch(&put(&reader), json!({ "role": "okur", "team_id": team["id"] })).await.ok();
    admin.patch(&put(&mate), json!({ "team_id": team["id"] })).await.ok();
    alone(&admin).await;
    let tag = json!([{ "do": "tag", "add": ["kural"] }]);
    let rule = rule(&admin, json!({ "op": "card.created" }), json!([]), tag).await;
    let board = admin.default_board().await;
    let (mut customers, mut cards, mut appointments) = (Vec::new(), Vec::new(), Vec::new());
    for (n, (mark, owner)) in MARKS.iter().zip([&reader, &mate, &stranger]).enumerate() {
        let customer = json!({
            "name": format!("Ortak {mark}"), "company": format!("{mark} A.Ş."), "owners": [owner.id()],
            "phones": [format!("0532 111 22 0{n}")], "emails": [format!("{mark}@ornek.example")],
            "tags": [format!("{mark}-etiket")], "source": { "channel": format!("{mark}-kanal") },
            "note": format!("{mark} notu"),
        });
        let d = json!({ "customer": customer, "need": format!("{mark} ihtiyacı"), "stage": board.first_stage() });
        let made = admin.command(&board.topic, "card.create", d).await;
        cards.push(made["d"]["card_id"].as_str().expect("a card").to_owned());
        let lost = json!({ "card": cards[n], "lost_reason": format!("{mark} sebebi") });
        admin.command(&board.topic, "card.update", lost).await;
        let id = made["d"]["customer_id"].as_str().expect("a customer").to_owned();
        let remind = json!({
            "text": format!("{mark} aranacak"), "assignee": owner.id(), "due_at": "2026-01-05T09:00:00Z",
        });
        admin.command(&format!("customer:{id}"), "reminder.add", remind).await;
        let call =
            json!({ "type": "call", "title": format!("{mark} görüşmesi"), "assignee": owner.id() });
        admin.command(&format!("customer:{id}"), "activity.open", call).await;
        let book = json!({
            "customer_id": id, "people": [owner.id()], "note": format!("{mark} randevusu"),
            "starts_at": format!("2027-03-01T1{n}:00:00Z"), "force_hours": true,
        });
        let made = admin.command("agenda", "appointment.book", book).await;
        appointments.push(made["d"]["appointment_id"].as_str().expect("an id").to_owned());
        customers.push(id);
    }
    runs(&admin, &rule, MARKS.len()).await;
    House { admin, reader, board, customers, cards, appointments, rule }
}

impl House {
    /// The reader, whose role sees this much, with a fresh session.
    async fn seeing(&self, visibility: &str) -> User {
        self.admin.patch("/roles/okur", json!({ "visibility": visibility })).await.ok();
        self.reader.login().await
    }
}

/// The first `visible` marks show, the others do not.
#[track_caller]
fn assert_shows(door: &str, seen: &str, visible: usize) {
    let folded = seen.to_lowercase();
    for (n, mark) in MARKS.iter().enumerate() {
        let (phone, shows) = (format!("111 22 0{n}"), folded.contains(mark));
        assert_eq!(shows, n < visible, "{door}: {mark} with {visible} visible: {seen}");
        assert!(n < visible || !folded.contains(&phone), "{door} shows {phone}: {seen}");
    }
}

async fn every_door_hides_alike(app: TestApp) {
    let house = house(&app).await;
    for (visibility, visible) in [("own", 1), ("team", 2), ("all", 3)] {
        let reader = house.seeing(visibility).await;
        let lists = lists(&house, &reader).await;
        for (door, text) in &lists {
            assert_shows(&format!("{visibility}: {door}"), text, visible);
        }
        assert!(lists.len() >= 23, "{} doors", lists.len());
        counts(&house, &reader, visible).await;
        of_one(&house, &reader, visible).await;
        sockets(&house, &reader, visible).await;
        // an administrator with these eyes stands before the same doors
        let runs = format!("/rules/{}/runs", house.rule);
        for path in [
            "/customers",
            "/customers?q=ortak",
            "/tags",
            "/sources",
            "/lost-reasons",
            "/activities",
            "/reminders",
            AGENDA,
            &runs,
        ] {
            let lent = house.admin.request(Method::GET, path).header("nabiz-see-as", reader.id());
            let lent = house.admin.send(lent).await;
            assert_eq!(lent.body, reader.get(path).await.body, "{visibility}: {path}");
        }
    }
}

/// Everything that lists, as text.
async fn lists(house: &House, reader: &User) -> BTreeMap<String, String> {
    let board = &house.board;
    let filter = json!({ "board": board.id }).to_string();
    let late = json!({ "overdue": true }).to_string();
    let words = json!({ "q": "ortak" }).to_string();
    let mut doors = BTreeMap::new();
    let stage = format!("/boards/{}?stage={}", board.id, board.first_stage());
    for path in [
        "/customers?limit=200",
        "/customers?sort=name",
        "/customers?sort=-last_contact_at",
        "/customers?q=ortak",
        "/customers?q=kanarya",
        "/customers/export.csv",
        "/customers/export.csv?q=ortak",
        "/tags",
        "/sources",
        "/reminders?limit=200",
        "/reminders?due=overdue",
        "/activities?limit=200",
        "/activities?state=open",
        "/lost-reasons",
        AGENDA,
        &format!("/rules/{}/runs", house.rule),
        &format!("/boards/{}", board.id),
        &stage,
    ] {
        let answer = reader.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        doors.insert(path.to_owned(), answer.text);
    }
    for (path, filter) in [
        ("/customers", &filter),
        ("/customers/export.csv", &filter),
        (&format!("/boards/{}", board.id), &late),
        (&format!("/boards/{}", board.id), &words),
    ] {
        let answer = reader.get_with(path, "filter", filter).await;
        assert_eq!(answer.status, 200, "{path} {filter}: {}", answer.text);
        doors.insert(format!("{path} {filter}"), answer.text);
    }
    let ask = json!({ "rule": { "trigger": { "op": "card.created" } } });
    let tried = reader.post("/rules/preview", ask).await;
    doors.insert("a rule that is tried".to_owned(), tried.text);
    // no phone of somebody hidden is found by its digits
    let digits = reader.get("/customers?q=0532%20111%2022").await;
    doors.insert("by phone".to_owned(), digits.text);
    doors
}

async fn counts(house: &House, reader: &User, visible: usize) {
    for path in ["/customers", "/customers?q=ortak"] {
        assert_eq!(reader.get(path).await.ok()["total"], visible, "{path}");
    }
    let many = json!({ "filter": {}, "action": { "do": "tag", "add": ["x"] } });
    assert_eq!(reader.post("/bulk/preview", many).await.ok()["total"], visible);
    let report = reader.get("/reports/overdue").await.ok();
    let late = report["items"].as_array().expect("people").iter();
    let late: u64 = late.map(|row| row["overdue"].as_u64().expect("a count")).sum();
    assert_eq!(late, visible as u64, "{report}");
    let boards = reader.get("/boards").await.ok();
    assert_eq!(boards["items"][0]["card_count"], visible);
    let board = reader.get(&format!("/boards/{}", house.board.id)).await.ok();
    assert_eq!(board["stages"][0]["count"], visible);
    let sight = house.admin.get(&format!("/users/{}/sight", reader.id())).await.ok();
    assert_eq!((&sight["customers"], &sight["cards"]), (&json!(visible), &json!(visible)));
    let exported = house.admin.get("/audit?kind=customer.exported&limit=1").await.ok();
    assert_eq!(exported["items"][0]["d"]["count"], visible);
}

async fn of_one(house: &House, reader: &User, visible: usize) {
    for (n, id) in house.customers.iter().enumerate() {
        for tail in ["", "/timeline", "/timeline.csv", "/notes", "/duplicates", "/activities"] {
            let path = format!("/customers/{id}{tail}");
            let answer = reader.get(&path).await;
            match n < visible {
                true => assert_eq!(answer.status, 200, "{path}: {}", answer.text),
                false => drop(answer.problem(404, "not_found")),
            }
        }
        let path = format!("/appointments/{}", house.appointments[n]);
        let answer = reader.get(&path).await;
        match n < visible {
            true => assert_eq!(answer.status, 200, "{path}: {}", answer.text),
            false => drop(answer.problem(404, "not_found")),
        }
        let result =
            reader.try_command(&format!("customer:{id}"), "note.add", json!({ "body": "x" })).await;
        assert_eq!(result["ok"], n < visible, "{result}");
        let update = json!({ "card": house.cards[n], "need": format!("{} ihtiyacı", MARKS[n]) });
        let result = reader.try_command(&house.board.topic, "card.update", update).await;
        assert_eq!(result["ok"], n < visible, "{result}");
    }
}

async fn sockets(house: &House, reader: &User, visible: usize) {
    let mut socket = reader.socket().await;
    let board = socket.snapshot(&house.board.topic).await;
    assert_eq!(board["d"]["total"], visible);
    assert_shows("snapshot of the board", &board.to_string(), visible);
    for topic in ["tenant", "agenda"] {
        let snapshot = socket.snapshot(topic).await;
        assert_shows(&format!("snapshot of {topic}"), &snapshot.to_string(), 0);
    }
    for (n, id) in house.customers.iter().enumerate() {
        let answer = socket.sub(&format!("customer:{id}"), json!({})).await;
        let expected = if n < visible { "subbed" } else { "err" };
        assert_eq!(answer["t"], expected, "customer {n}: {answer}");
        assert!(n < visible || answer["code"] == "not_found", "{answer}");
    }
}

async fn live_and_replayed_events_hide_alike(app: TestApp) {
    let house = house(&app).await;
    let board = &house.board.topic;
    for (visibility, visible) in [("own", 1), ("team", 2), ("all", 3)] {
        let reader = house.seeing(visibility).await;
        let mut live = reader.socket().await;
        let mut since = BTreeMap::new();
        for topic in ["tenant", "agenda", board.as_str()] {
            live.snapshot(topic).await;
            since.insert(topic.to_owned(), live.position(topic).expect("a position"));
        }
        let before = live.frames().len();
        for (n, id) in house.customers.iter().enumerate() {
            let d = json!({ "company": format!("{} {visibility}", MARKS[n]) });
            house.admin.command(&format!("customer:{id}"), "customer.update", d).await;
            let d = json!({ "card": house.cards[n], "need": format!("{} {visibility}", MARKS[n]) });
            house.admin.command(board, "card.update", d).await;
            let note = format!("{} {visibility}", MARKS[n]);
            let d = json!({ "appointment": house.appointments[n], "note": note });
            house.admin.command("agenda", "appointment.update", d).await;
        }
        // the last word on each topic is nobody's secret
        let stage = house.board.first_stage();
        let last = json!({ "stage": stage, "name": format!("Son {visibility}") });
        let on_board = house.admin.command(board, "stage.update", last).await;
        let team = json!({ "name": format!("Son {visibility}") });
        let on_tenant = house.admin.command("tenant", "team.create", team).await;
        let place = json!({ "place": format!("Son {visibility}") });
        let on_agenda = house.admin.command("agenda", "booking.settings", place).await;
        let seq = |result: &Value| result["seq"].as_u64().expect("a seq");
        live.reaches(board, seq(&on_board)).await;
        live.reaches("tenant", seq(&on_tenant)).await;
        live.reaches("agenda", seq(&on_agenda)).await;
        let heard = &live.frames()[before..];
        let said = |topic: &str, frames: &[Value]| -> String {
            let of = frames.iter().filter(|frame| frame["topic"] == topic && frame["t"] != "pres");
            of.map(|frame| format!("{frame}\n")).collect()
        };
        for topic in ["tenant", "agenda", board.as_str()] {
            assert_shows(&format!("{visibility}: live {topic}"), &said(topic, heard), visible);
        }

        let mut again = reader.socket().await;
        for (topic, position) in since {
            let subbed = again.sub(&topic, json!({ "since": position })).await;
            assert_eq!(subbed["mode"], "replay", "{subbed}");
            let head = match topic.as_str() {
                "tenant" => &on_tenant,
                "agenda" => &on_agenda,
                _ => &on_board,
            };
            again.reaches(&topic, seq(head)).await;
            let replayed = said(&topic, &again.frames());
            assert_shows(&format!("{visibility}: replayed {topic}"), &replayed, visible);
        }
    }
}

/// Kinds of what somebody heard on `tenant`, but for what everybody may know.
fn nouns(screen: &Subscriber) -> BTreeSet<String> {
    let ops = screen.events("tenant").into_iter().map(|ev| ev["op"].clone());
    let noun = |op: Value| op.as_str().and_then(|op| op.split('.').next()).map(str::to_owned);
    ops.filter_map(noun).filter(|noun| !["user", "team"].contains(&noun.as_str())).collect()
}

/// What the house says of its rules, webhooks, imports, leavers is heard by those who may read it, at once or later.
async fn what_only_some_may_read_is_heard_by_no_other(app: TestApp) {
    let (admin, [manager, rep, blind, leaver]) =
        app.team(["manager", "sales", "sales", "sales"]).await;
    // sees everybody's records, and may look at none of them
    admin.post("/roles", json!({ "name": "Kör" })).await.ok();
    admin.patch("/roles/kor", json!({ "visibility": "all" })).await.ok();
    admin.patch(&format!("/users/{}", blind.id()), json!({ "role": "kor" })).await.ok();
    let blind = blind.login().await;
    let readers: [(&User, &[&str]); 3] = [
        (&manager, &["board", "bulk", "customer", "import", "offboarding", "rule", "webhook"]),
        (&rep, &["board", "bulk", "customer"]),
        (&blind, &[]),
    ];
    let mut screens = Vec::new();
    for (reader, _) in &readers {
        let mut screen = reader.socket().await;
        screen.snapshot("tenant").await;
        let since = screen.position("tenant").expect("a position");
        screens.push((screen, since));
    }

    let board = admin.default_board().await;
    admin.command(&board.topic, "board.rename", json!({ "name": "Yeni ad" })).await;
    let customer = admin.customer("Kanarya", json!({})).await;
    rule(
        &admin,
        json!({ "op": "card.created" }),
        json!([]),
        json!([{ "do": "tag", "add": ["x"] }]),
    )
    .await;
    let hook = json!({ "url": "https://example.com/gizli", "ops": ["card.moved"] });
    admin.command("tenant", "webhook.create", hook).await;
    admin.get("/customers/export.csv").await;
    let import = upload(&admin, "liste.csv", "Ad Soyad;Telefon\nBir;0532 000 00 01\n".into()).await;
    commit(&admin, &import).await;
    let action = json!({ "do": "tag", "add": ["y"] });
    let bulk = json!({ "ids": [customer], "action": action });
    let bulk = admin.command("tenant", "bulk.start", bulk).await["d"]["bulk_id"].clone();
    let d = json!({ "user": leaver.id(), "plan": { "kind": "user", "to": rep.id() } });
    admin.command("tenant", "user.offboard", d).await;
    let path = format!("/bulks/{}", bulk.as_str().expect("an id"));
    eventually("both to be done", || async {
        let (bulk, left) = (admin.get(&path).await.ok(), admin.get("/offboardings").await.ok());
        let done = bulk["state"] == "done" && left["items"][0]["state"] == "done";
        if done { Ok(()) } else { Err((bulk, left)) }
    })
    .await;
    let last = admin.command("tenant", "team.create", json!({ "name": "Son" })).await;
    let last = last["seq"].as_u64().expect("a seq");

    for ((reader, allowed), (live, since)) in readers.into_iter().zip(screens) {
        live.reaches("tenant", last).await;
        let expected: BTreeSet<String> = allowed.iter().map(|noun| (*noun).to_owned()).collect();
        assert_eq!(nouns(&live), expected, "live: {}", reader.user["role"]);
        let exported = live.events("tenant").iter().any(|ev| ev["op"] == "customer.exported");
        assert_eq!(exported, reader.id() == manager.id());
        let mut again = reader.socket().await;
        let subbed = again.sub("tenant", json!({ "since": since })).await;
        assert_eq!(subbed["mode"], "replay", "{subbed}");
        again.reaches("tenant", last).await;
        assert_eq!(nouns(&again), expected, "replayed: {}", reader.user["role"]);
    }
}

//! Lists of activities, and the customer's story by kind and as a file.
use serde_json::{Value, json};
use tests::{TestApp, User, on_both};

use super::{desk, text};

on_both!(lists_narrow_and_page, the_story_is_told_by_kind_and_as_a_file,);

async fn rep_lists(user: &User, query: &str) -> Value {
    user.get(&format!("/activities?{query}")).await.ok()
}

async fn lists_narrow_and_page(app: TestApp) {
    let desk = desk(&app).await;
    let rep = desk.admin.invite("sales").await;
    for (n, assignee) in [json!(rep.id()), Value::Null, json!(rep.id())].iter().enumerate() {
        let d = json!({ "type": "call", "title": format!("İş {n}"), "assignee": assignee,
            "due_at": format!("2026-0{}-01T00:00:00Z", 3 - n) });
        desk.admin.command(&desk.topic, "activity.open", d).await;
    }
    let done = desk.open("sale").await;
    desk.close(&done, "lost", json!({ "lost_reason": "Fiyat" })).await;
    let titles = |list: &Value| -> Vec<String> {
        list["items"].as_array().unwrap().iter().map(|item| text(&item["title"])).collect()
    };
    let list = |query: &'static str| rep_lists(&rep, query);
    assert_eq!(titles(&list("").await), ["Satış", "İş 2", "İş 1", "İş 0"]);
    assert_eq!(list("state=done").await["items"][0]["customer_name"], "Işıl Ağaoğlu");
    assert_eq!(titles(&list("assignee=me&state=open").await), ["İş 2", "İş 0"]);
    assert_eq!(titles(&list("assignee=none").await), ["İş 1"]);
    assert_eq!(titles(&list("due=overdue").await), ["İş 2", "İş 1", "İş 0"]);
    assert_eq!(titles(&list("due=2026-02-15T00:00:00Z").await), ["İş 2", "İş 1"]);
    for query in ["limit=1", "limit=1&due=overdue"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = rep.get(&format!("/activities?{query}{cursor}")).await.ok();
            seen.extend(titles(&page));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(
            seen,
            titles(&rep.get(&format!("/activities?{}", &query[7..])).await.ok()),
            "{query}"
        );
    }
    let of = rep.get(&format!("/customers/{}/activities", desk.customer)).await.ok();
    assert_eq!(of["items"].as_array().unwrap().len(), 4);
    for bad in
        ["assignee=x", "state=gone", "due=soon", "type=x", "customer=x", "cursor=x", "limit=0"]
    {
        rep.get(&format!("/activities?{bad}")).await.problem(422, "invalid");
    }
}

async fn the_story_is_told_by_kind_and_as_a_file(app: TestApp) {
    let desk = desk(&app).await;
    let rep = desk.admin.invite("sales").await;
    let d = json!({ "body": "=HYPERLINK(\"http://x\")" });
    rep.command(&desk.topic, "note.add", d).await;
    let activity = desk.open("sale").await;
    desk.close(&activity, "lost", json!({ "lost_reason": "Fiyat yüksek" })).await;
    let path = format!("/customers/{}/timeline", desk.customer);
    let ops = |list: &Value| -> Vec<String> {
        list["items"].as_array().unwrap().iter().map(|item| text(&item["op"])).collect()
    };
    let read = |query: String| {
        let (rep, path) = (rep.clone(), format!("{path}?{query}"));
        async move { rep.get(&path).await.ok() }
    };
    assert_eq!(ops(&read("kind=activity".into()).await), ["activity.closed", "activity.opened"]);
    let both = read("kind=activity,note".into()).await;
    assert_eq!(both["items"].as_array().unwrap().len(), 3);
    for kind in ["appointment", "reminder", "rule"] {
        assert_eq!(read(format!("kind={kind}")).await["items"], json!([]));
    }
    assert_eq!(ops(&read(format!("by={}", rep.id())).await), ["note.added"]);

    let mut ear = desk.admin.subscribe("tenant").await;
    let csv = desk.admin.get(&format!("{path}.csv?kind=note,activity")).await;
    assert_eq!(csv.status, 200, "{}", csv.text);
    assert!(csv.text.starts_with("\u{feff}at;time;by;op;what;detail\r\n"), "{}", csv.text);
    assert!(csv.text.contains("Satış · Kaybedildi · Fiyat yüksek"), "{}", csv.text);
    assert!(csv.text.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{}", csv.text);
    assert_eq!(csv.text.trim_end().lines().count(), 4, "{}", csv.text);
    ear.event("customer.exported").await;
    rep.get(&format!("{path}.csv")).await.problem(403, "forbidden");
    desk.admin.get(&format!("{path}.csv?kind=nonsense")).await.problem(422, "invalid");
}

//! `kill -9` while payloads come in: what was answered 200 is there, what was sent again is there once, and all of it
//! becomes items in the order of its numbers.
use std::{collections::BTreeSet, time::Duration};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{
    Database, Kind, Process, Settings, User,
    simulators::meta::{
        App,
        payloads::{Person, one_text},
    },
    unique, with_both, within,
};

use crate::channels::{SECRET, channel, connected};

with_both!(a_killed_server_has_lost_no_payload_that_it_took);

const PAYLOADS: usize = 300;
const AT_ONCE: usize = 30;

async fn a_killed_server_has_lost_no_payload_that_it_took(kind: Kind) {
    let database = Database::fresh(kind).await;
    let settings = Settings::default();
    let mut server = Process::start(&database, &settings).await;
    let mut admin = User::stranger_at(&server.base).register(&unique("isletme")).await;
    let (made, app) = connected(&admin).await;
    let hat = channel(&admin, &made, "whatsapp", "2001").await;
    // somebody listens for its silence all the while
    let d = json!({ "channel": hat, "silent_hours": 5 });
    admin.command("tenant", "channel.save", d).await;
    let path = app.url.rsplit_once("/hooks/").expect("a door").1.to_owned();
    let deniz = Person::new("Deniz", "905550000101");
    let payload = |n: usize| one_text("2001", &deniz, &format!("wamid.{n}"), "Merhaba");

    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for round in 0..4 {
        let door = App::new(&format!("{}/hooks/{path}", server.base), SECRET);
        let left: Vec<usize> = (0..PAYLOADS).filter(|n| !taken.contains(n)).collect();
        for (part, some) in left.chunks(AT_ONCE).enumerate() {
            let sent: Vec<Value> = some.iter().map(|n| payload(*n)).collect();
            let sending = join_all(sent.iter().map(|payload| door.send(payload)));
            if round < 3 && part == 1 {
                // in the middle of these
                let (answers, ()) = tokio::join!(sending, async { server.signal("KILL") });
                taken.extend(some.iter().zip(answers).filter(|(_, s)| *s == 200).map(|(n, _)| *n));
                break;
            }
            let answers = sending.await;
            taken.extend(some.iter().zip(answers).filter(|(_, s)| *s == 200).map(|(n, _)| *n));
        }
        if round < 3 {
            server.ended(Duration::from_secs(10)).await;
            server = Process::start(&database, &settings).await;
            admin = admin.at(&server.base);
        }
    }
    assert_eq!(taken.len(), PAYLOADS);
    let count = i64::try_from(PAYLOADS).expect("a number");
    within(Duration::from_secs(60), "all split", || async {
        let split = database.count("hook WHERE state = 'split'").await;
        if split == count { Ok(()) } else { Err(split) }
    })
    .await;
    assert_eq!(database.count("hook").await, count, "each once");
    assert_eq!(database.count("hook_item").await, count);
    let unordered = "hook_item a JOIN hook ha ON ha.tenant_id = a.tenant_id AND ha.id = a.hook_id \
         JOIN hook_item b ON b.tenant_id = a.tenant_id AND b.position = a.position + 1 \
         JOIN hook hb ON hb.tenant_id = b.tenant_id AND hb.id = b.hook_id WHERE hb.n <= ha.n";
    assert_eq!(database.count(unordered).await, 0, "items in the order of their payloads");
    assert_eq!(
        database.count("job WHERE kind = 'channels.listen'").await,
        1,
        "one listens, however often it died"
    );
    assert_eq!(admin.get("/channels/hooks?state=received").await.ok()["items"], json!([]));
    drop(server);
    database.drop_now().await;
}

//! The matcher, merges and the search against a real database. On SQLite, and on PostgreSQL where
//! `scripts/with-services.sh` offers one.

use entities::ids::CustomerId;
use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::listing::{self, ListQuery};
use super::totals::Totals;
use crate::db::{Db, Options};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::hub::Hub;
use crate::tests::{Testbed, postgres, sqlite};

pub(super) struct Bench {
    hub: Hub,
    pub(super) db: Db,
    pub(super) by: Principal,
}

impl Bench {
    async fn new(options: Options) -> Self {
        let bed = Testbed::start(options, |registry| {
            super::commands(registry, &crate::kernel::clock::Clock::system());
            crate::features::boards::commands(registry);
            crate::features::leads::commands(registry);
        });
        let Testbed { hub, db, clock, by } = bed.await;
        let made = db.write(by.tenant, move |tx| {
            let clock = clock.clone();
            async move {
                crate::features::boards::create_default(tx, &clock, "tr").await.map(|_| ())
            }
            .boxed()
        });
        made.await.unwrap();
        Self { hub, db, by }
    }

    async fn send(&self, topic: Topic, op: &str, d: Value) -> Result<Value, Problem> {
        let receipt = self.hub.command(&self.by, topic, op, &d, None, None).await?;
        Ok(receipt.d.map_or(Value::Null, |d| serde_json::from_str(d.get()).unwrap()))
    }

    async fn ok(&self, topic: Topic, op: &str, d: Value) -> Value {
        self.send(topic, op, d.clone()).await.unwrap_or_else(|e| panic!("{op} {d}: {e:?}"))
    }

    async fn create(&self, d: Value) -> CustomerId {
        let made = self.ok(Topic::tenant(), "customer.create", d).await;
        made["customer_id"].as_str().unwrap().parse().unwrap()
    }

    pub(super) async fn list(&self, ask: ListQuery) -> Value {
        let by = self.by.clone();
        let page = self.db.read(by.tenant, move |tx| {
            let now = crate::kernel::clock::Clock::system().now();
            async move { listing::list(tx, &by, &ask, &Totals::default(), now).await }.boxed()
        });
        json!(page.await.unwrap())
    }

    pub(super) async fn duplicates(&self) -> Value {
        let by = self.by.clone();
        let pairs = self.db.read(by.tenant, move |tx| {
            async move { super::duplicates::pairs(tx, &by).await }.boxed()
        });
        json!(pairs.await.unwrap())
    }

    async fn find(&self, q: &str) -> Vec<String> {
        let page = self.list(ListQuery { q: Some(q.to_owned()), ..ListQuery::default() }).await;
        let items = page["items"].as_array().unwrap();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    }

    async fn show(&self, id: CustomerId) -> Value {
        let by = self.by.clone();
        let shown = self.db.read(by.tenant, move |tx| {
            async move {
                let row = super::views::find(tx, &by, id).await?;
                Ok(json!(super::snapshot::detail(tx, &by, &row).await?))
            }
            .boxed()
        });
        shown.await.unwrap()
    }

    /// Every record, without what every change moves on.
    async fn state(&self, ids: &[CustomerId]) -> Vec<Value> {
        let mut all = Vec::new();
        for id in ids {
            let mut shown = self.show(*id).await;
            for field in ["version", "updated_at", "merges", "duplicate_count"] {
                shown.as_object_mut().unwrap().remove(field);
            }
            // rows keep their ids, positions may differ
            for identity in shown["identities"].as_array_mut().unwrap() {
                identity.as_object_mut().unwrap().remove("id");
            }
            all.push(shown);
        }
        all
    }
}

pub(super) async fn on_both<F: Future<Output = ()>>(test: impl Fn(Bench) -> F) {
    test(Bench::new(sqlite()).await).await;
    if let Some(options) = postgres().await {
        test(Bench::new(options).await).await;
    }
}

#[actix::test]
async fn a_hundred_leads_of_one_phone_are_one_customer_with_one_card() {
    on_both(|bench| async move {
        let spellings = ["0532 123 45 67", "+90 (532) 123-45-67", "5321234567", "00905321234567"];
        let leads = (0..100).map(|n| {
            let d = json!({ "name": format!("Aday {n}"), "phones": [spellings[n % 4]],
                            "source": { "channel": "web" }, "note": format!("not {n}") });
            bench.ok(Topic::tenant(), "lead.receive", d)
        });
        let answers = join_all(leads).await;
        let first = &answers[0];
        assert!(
            answers
                .iter()
                .all(|a| a["customer_id"] == first["customer_id"]
                    && a["card_id"] == first["card_id"])
        );
        assert_eq!(answers.iter().filter(|a| a["created"] == true).count(), 1);
        let all = bench.list(ListQuery::default()).await;
        assert_eq!(all["total"], 1);
        let shown = bench.show(first["customer_id"].as_str().unwrap().parse().unwrap()).await;
        assert_eq!(
            (&shown["note_count"], shown["cards"].as_array().unwrap().len()),
            (&json!(100), 1)
        );
    })
    .await;
}

#[actix::test]
async fn the_same_signal_acts_once() {
    on_both(|bench| async move {
        let d = json!({ "phones": ["0532 123 45 67"], "external_id": "form-1", "note": "bir" });
        let first = bench.ok(Topic::tenant(), "lead.receive", d.clone()).await;
        let again = bench.ok(Topic::tenant(), "lead.receive", d).await;
        assert_eq!(first["created"], true);
        assert_eq!((&again["created"], &again["matched_by"]), (&json!(false), &json!("external")));
        assert_eq!(
            (&first["customer_id"], &first["card_id"]),
            (&again["customer_id"], &again["card_id"])
        );
        let shown = bench.show(first["customer_id"].as_str().unwrap().parse().unwrap()).await;
        assert_eq!(
            (&shown["note_count"], &shown["name"]),
            (&json!(1), &json!("+90 532 123 45 67"))
        );
    })
    .await;
}

#[actix::test]
async fn a_merge_loses_nothing_and_unmerge_gives_everything_back() {
    on_both(|bench| async move {
        let lead = json!({ "name": "Ayşe Öz", "phones": ["0532 000 00 01"] });
        let lead = bench.ok(Topic::tenant(), "lead.receive", lead).await;
        let a: CustomerId = lead["customer_id"].as_str().unwrap().parse().unwrap();
        bench.ok(Topic::customer(a), "customer.tag", json!({ "add": ["vip"] })).await;
        let b = bench
            .create(json!({ "name": "Ayşe Özer", "phones": ["0532 000 00 02"], "quality": "A",
                            "emails": ["ayse@ornek.com"], "tags": ["yeni", "vip"], "note": "ilk" }))
            .await;
        let lead = json!({ "name": "x", "phones": ["0532 000 00 02"] });
        bench.ok(Topic::tenant(), "lead.receive", lead).await;
        let before = bench.state(&[a, b]).await;

        let d = json!({ "other": b, "fields": { "name": "other" } });
        let merged = bench.ok(Topic::customer(a), "customer.merge", d).await;
        let winner = bench.show(a).await;
        assert_eq!((&winner["name"], &winner["quality"]), (&json!("Ayşe Özer"), &json!("A")));
        assert_eq!(winner["phones"].as_array().unwrap().len(), 2);
        assert_eq!((&winner["tags"], &winner["note_count"]), (&json!(["vip", "yeni"]), &json!(1)));
        assert_eq!(winner["cards"].as_array().unwrap().len(), 2);
        assert_eq!(bench.find("0532 000 00 02").await, ["Ayşe Özer"]);
        let again = bench.send(Topic::customer(a), "customer.merge", json!({ "other": b })).await;
        assert_eq!(again.unwrap_err().code, "already_merged");

        let d = json!({ "merge": merged["merge_id"] });
        bench.ok(Topic::customer(a), "customer.unmerge", d.clone()).await;
        assert_eq!(bench.state(&[a, b]).await, before);
        assert_eq!(bench.find("ayşe").await.len(), 2);
        let again = bench.send(Topic::customer(a), "customer.unmerge", d).await;
        assert_eq!(again.unwrap_err().code, "cannot_unmerge");
    })
    .await;
}

#[actix::test]
async fn what_was_changed_after_a_merge_stays_with_the_winner() {
    on_both(|bench| async move {
        let a = bench.create(json!({ "name": "Bir", "phones": ["0532 000 00 01"] })).await;
        let b = bench.create(json!({ "name": "İki", "phones": ["0532 000 00 02"] })).await;
        let d = json!({ "other": b });
        let merged = bench.ok(Topic::customer(a), "customer.merge", d).await;
        let d = json!({ "name": "Bir Yeni", "phones": ["0532 000 00 01", "0532 000 00 03"] });
        bench.ok(Topic::customer(a), "customer.update", d).await;
        bench
            .ok(Topic::customer(a), "customer.unmerge", json!({ "merge": merged["merge_id"] }))
            .await;
        let (a, b) = (bench.show(a).await, bench.show(b).await);
        assert_eq!((&a["name"], &b["name"]), (&json!("Bir Yeni"), &json!("İki")));
        assert_eq!(a["phones"].as_array().unwrap().len(), 2);
        assert_eq!(b["phones"][0]["value"], "+905320000002");
    })
    .await;
}

#[actix::test]
async fn a_phone_belongs_to_one_customer() {
    on_both(|bench| async move {
        let a = bench.create(json!({ "name": "Bir", "phones": ["0532 000 00 01"] })).await;
        let b = bench.create(json!({ "name": "İki", "emails": ["iki@ornek.com"] })).await;
        let d = json!({ "phones": ["+90 532 000 00 01"] });
        let refused = bench.send(Topic::customer(b), "customer.update", d).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.d),
            ("identity_taken", Some(json!({ "customer_id": a })))
        );
        let d = json!({ "phones": ["12"], "emails": ["x"], "quality": "Z", "name": "" });
        let refused = bench.send(Topic::customer(b), "customer.update", d).await.unwrap_err();
        let fields: Vec<&str> = refused.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["name", "quality", "phones.0", "emails.0"]);
    })
    .await;
}

#[actix::test]
async fn lists_page_through_everybody_once() {
    on_both(|bench| async move {
        for n in 0..23 {
            let id = bench.create(json!({ "name": format!("Müşteri {}", n % 7) })).await;
            if n % 3 == 0 {
                let d = json!({ "last_contact_at": format!("2026-01-{:02}T10:00:00Z", n + 1) });
                bench.ok(Topic::customer(id), "customer.update", d).await;
            }
        }
        for sort in
            ["name", "-name", "created_at", "-created_at", "last_contact_at", "-last_contact_at"]
        {
            for q in [None, Some("musteri".to_owned())] {
                let (mut seen, mut cursor) = (Vec::new(), None);
                loop {
                    let ask = ListQuery {
                        q: q.clone(),
                        sort: Some(sort.to_owned()),
                        limit: Some(5),
                        cursor,
                        ..ListQuery::default()
                    };
                    let page = bench.list(ask).await;
                    assert_eq!(page["total"], 23);
                    let items = page["items"].as_array().unwrap();
                    seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
                    cursor = page["next_cursor"].as_str().map(str::to_owned);
                    if cursor.is_none() {
                        break;
                    }
                }
                let pages = seen.len();
                seen.sort();
                seen.dedup();
                assert_eq!((pages, seen.len()), (23, 23), "{sort} {q:?}");
            }
        }
    })
    .await;
}

#[actix::test]
async fn likely_duplicates_of_a_whole_tenant_are_found_by_any_likeness() {
    on_both(|bench| async move {
        let alike = [
            ("name", json!({ "name": "Ayşe Öztürk" }), json!({ "name": "OZTURK, Ayse" })),
            (
                "phone",
                json!({ "name": "Ali", "phones": ["0532 111 22 33"] }),
                json!({ "name": "Veli", "phones": ["0212 111 22 33"] }),
            ),
            (
                "email",
                json!({ "name": "Can", "emails": ["can.tas@ornek.com"] }),
                json!({ "name": "Cem", "emails": ["can.tas@baska.com"] }),
            ),
        ];
        let mut ids = Vec::new();
        for (_, a, b) in &alike {
            ids.push([bench.create(a.clone()).await, bench.create(b.clone()).await]);
        }
        bench.create(json!({ "name": "Başka Biri", "emails": ["info@ornek.com"] })).await;
        let found = bench.duplicates().await;
        assert_eq!(found.as_array().unwrap().len(), alike.len(), "{found}");
        for ((kind, ..), [a, b]) in alike.iter().zip(&ids) {
            let pair = found.as_array().unwrap().iter().find(|pair| pair["a"]["id"] == json!(a));
            let pair = pair.unwrap_or_else(|| panic!("{kind}: {found}"));
            assert_eq!((&pair["b"]["id"], &pair["reasons"][0]["kind"]), (&json!(b), &json!(kind)));
            assert_eq!(bench.show(*a).await["duplicate_count"], 1, "{kind}");
        }
        bench.ok(Topic::customer(ids[0][1]), "customer.archive", json!({})).await;
        assert_eq!(bench.duplicates().await.as_array().unwrap().len(), alike.len() - 1);
    })
    .await;
}

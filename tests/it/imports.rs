//! A customer list comes in as people have it: any separator, either encoding, spreadsheets and phone books; with a
//! dry run, row errors, progress that is heard, and an undo.
use futures_util::future::join_all;
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use tests::{TestApp, User, on_both, within};

on_both!(
    turkish_lists_of_every_kind_are_understood,
    a_text_that_many_cells_share_is_counted_in_each_of_them,
    a_dry_run_says_what_would_happen_and_writes_nothing,
    progress_is_heard_and_undo_takes_back_exactly_the_import,
    a_second_import_of_the_same_list_makes_nobody_twice,
    others_work_on_while_a_long_list_comes_in,
    no_preview_takes_a_begun_import_back,
);

pub(crate) async fn upload(user: &User, name: &str, bytes: Vec<u8>) -> Value {
    let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()));
    user.send(user.request(Method::POST, "/imports").multipart(form)).await.ok()
}

async fn finished(user: &User, import: &Value, state: &str) -> Value {
    let path = format!("/imports/{}", import["id"].as_str().expect("an id"));
    within(std::time::Duration::from_secs(120), state, || async {
        let now = user.get(&path).await.ok();
        assert_ne!(now["state"], "failed", "{now}");
        if now["state"] == state { Ok(now) } else { Err(now) }
    })
    .await
}

pub(crate) async fn commit(user: &User, import: &Value) -> Value {
    let path = format!("/imports/{}/commit", import["id"].as_str().expect("an id"));
    user.post(&path, json!({})).await.ok();
    finished(user, import, "done").await
}

/// Windows-1254, as Turkish Excel writes it.
fn windows_1254(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        'Ğ' => 0xd0,
        'İ' => 0xdd,
        'Ş' => 0xde,
        'ğ' => 0xf0,
        'ı' => 0xfd,
        'ş' => 0xfe,
        other => u8::try_from(u32::from(other)).expect("a letter of Windows-1254"),
    };
    text.chars().map(byte).collect()
}

fn workbook(rows: &[[&str; 3]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (y, row) in (0..).zip(rows) {
        for (x, cell) in (0..).zip(row) {
            sheet.write_string(y, x, *cell).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

async fn turkish_lists_of_every_kind_are_understood(app: TestApp) {
    let admin = app.tenant().await;
    let vcard = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Şule Iğdır\r\nTEL;TYPE=CELL:0532 000 00 05\r\n\
                 EMAIL:sule@ornek.example\r\nEND:VCARD\r\n";
    let files: [(&str, Vec<u8>); 5] = [
        (
            "noktali.csv",
            "Ad Soyad;Telefon;E-posta\nŞükrü Işık;0532 000 00 01;sukru@ornek.example\n".into(),
        ),
        (
            "virgul.csv",
            "Name,Phone,Email\n\"Çağla, Dr.\",+90 532 000 00 02,cagla@ornek.example\n".into(),
        ),
        (
            "sekme.csv",
            windows_1254(
                "Müşteri Adı\tCep Telefonu\tE-posta\nİğdeş Ağırbaşlı\t5320000003\tigdes@ornek.example\n",
            ),
        ),
        (
            "liste.xlsx",
            workbook(&[
                ["Ad Soyad", "Telefon", "E-posta"],
                ["Gülşen Öz", "0532 000 00 04", "gulsen@ornek.example"],
            ]),
        ),
        ("rehber.vcf", vcard.into()),
    ];
    for (name, bytes) in files {
        let import = upload(&admin, name, bytes).await;
        assert_eq!(
            (&import["counts"]["create"], &import["counts"]["error"]),
            (&json!(1), &json!(0)),
            "{name}: {import}"
        );
        let done = commit(&admin, &import).await;
        assert_eq!(done["created"], 1, "{name}: {done}");
    }
    let list = admin.get("/customers?sort=name&limit=50").await.ok();
    let items = list["items"].as_array().expect("items");
    let mut names: Vec<&str> = items.iter().filter_map(|c| c["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Gülşen Öz", "Çağla, Dr.", "İğdeş Ağırbaşlı", "Şule Iğdır", "Şükrü Işık"]);
    for (customer, n) in items.iter().zip(1..) {
        let phone = customer["phones"][0]["value"].as_str().unwrap_or_default();
        assert!(phone.starts_with("+9053200000"), "{n}: {customer}");
    }
}

/// A workbook keeps a text once, however many cells hold it: a few kilobytes that unpack to a few
/// hundred would be gigabytes of cells.
async fn a_text_that_many_cells_share_is_counted_in_each_of_them(app: TestApp) {
    let admin = app.tenant().await;
    let shared = "ş".repeat(15_000);
    let rows: Vec<[&str; 3]> = std::iter::once(["Ad", "Not", "Adres"])
        .chain((0..1_200).map(|_| ["Ayşe", shared.as_str(), shared.as_str()]))
        .collect();
    let bytes = workbook(&rows);
    assert!(bytes.len() < 100_000, "{} bytes", bytes.len());
    let form = Form::new().part("file", Part::bytes(bytes).file_name("paylasan.xlsx"));
    let answer = admin.send(admin.request(Method::POST, "/imports").multipart(form)).await;
    answer.problem(413, "too_big");
    assert_eq!(app.database().count("import").await, 0);
    let few = upload(&admin, "az.xlsx", workbook(&rows[..20])).await;
    assert_eq!(few["counts"]["rows"], 19, "{few}");
}

async fn a_dry_run_says_what_would_happen_and_writes_nothing(app: TestApp) {
    let admin = app.tenant().await;
    admin.customer("Bilinen", json!({ "phones": ["0532 111 11 11"] })).await;
    let before = app.database().count("customer").await;
    let csv = "Ad;Telefon;E-posta\nYeni;0532 222 22 22;a@b.example\nEski;+90 532 111 11 11;\n\
               Bozuk;12;yanlis\n;;\nAynı satır;0532 222 22 22;\n";

    let import = upload(&admin, "liste.csv", csv.into()).await;

    assert_eq!(import["state"], "ready", "{import}");
    assert_eq!(
        (&import["counts"]["match"], &import["counts"]["create"]),
        (&json!(1), &json!(1)),
        "{}",
        import["counts"]
    );
    let errors = import["errors"].as_array().expect("errors");
    assert!(errors.iter().any(|e| e["row"].is_u64() && e["code"] == "bad_phone"), "{errors:?}");
    assert_eq!(app.database().count("customer").await, before);
}

async fn progress_is_heard_and_undo_takes_back_exactly_the_import(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let kept = admin.customer("Kalan", json!({ "phones": ["0532 100 00 00"] })).await;
    let mut ear = admin.subscribe("tenant").await;
    let mut screen = admin.socket().await;
    screen.snapshot(&board.topic).await;
    let rows: String = (0..500)
        .map(|n| format!("Müşteri {n};0532 1{:02} {:02} {:02}\n", n / 10_000, n / 100, n % 100))
        .collect();
    let import = upload(&admin, "liste.csv", format!("Ad Soyad;Telefon\n{rows}").into()).await;
    let mapping = json!({ "options": { "board_id": board.id, "stage_id": board.first_stage() } });

    let path = format!("/imports/{}", import["id"].as_str().expect("an id"));
    admin.post(&format!("{path}/commit"), mapping).await.ok();
    ear.event("import.progressed").await;
    let done = finished(&admin, &import, "done").await;
    assert_eq!(
        (done["created"].as_u64(), done["matched"].as_u64()),
        (Some(499), Some(1)),
        "{done}"
    );
    let cards = board.read(&admin).await.cards.len();
    assert!((499..=500).contains(&cards), "{cards} cards");

    admin.post(&format!("{path}/undo"), json!({})).await.ok();
    finished(&admin, &import, "undone").await;
    let left = admin.get("/customers").await.ok();
    assert_eq!(
        (&left["total"], left["items"][0]["id"].as_str()),
        (&json!(1), Some(&*kept)),
        "{left}"
    );
    let after = board.read(&admin).await;
    assert!(
        after.cards.values().all(|card| card["customer_id"] == *kept),
        "{} cards left",
        after.cards.len()
    );
    screen.settle().await;
}

async fn a_second_import_of_the_same_list_makes_nobody_twice(app: TestApp) {
    let admin = app.tenant().await;
    let csv = "Ad Soyad;Telefon\nBir;0532 000 00 01\nİki;0532 000 00 02\n";
    for (created, matched) in [(2, 0), (0, 2)] {
        let import = upload(&admin, "liste.csv", csv.into()).await;
        let done = commit(&admin, &import).await;
        assert_eq!(
            (&done["created"], &done["matched"]),
            (&json!(created), &json!(matched)),
            "{done}"
        );
    }
    assert_eq!(admin.get("/customers").await.ok()["total"], 2);
    let newest = admin.get("/imports?limit=1").await.ok();
    let cursor = newest["next_cursor"].as_str().expect("one more");
    let oldest = admin.get(&format!("/imports?limit=1&cursor={cursor}")).await.ok();
    let created = |page: &Value| page["items"][0]["created"].clone();
    assert_eq!((created(&newest), created(&oldest)), (json!(0), json!(2)));
    assert!(oldest["next_cursor"].is_null(), "{oldest}");
}

/// A long list stalls nobody: others' commands are answered meanwhile.
async fn others_work_on_while_a_long_list_comes_in(app: TestApp) {
    let admin = app.tenant().await;
    let board = admin.default_board().await;
    let rows: String =
        (0..3000).map(|n| format!("Müşteri {n};053{:08}\n", 20_000_000 + n)).collect();
    let import = upload(&admin, "uzun.csv", format!("Ad Soyad;Telefon\n{rows}").into()).await;
    admin
        .post(&format!("/imports/{}/commit", import["id"].as_str().expect("an id")), json!({}))
        .await
        .ok();

    let mut slowest = std::time::Duration::ZERO;
    for n in 0..20 {
        let began = std::time::Instant::now();
        admin.command(&board.topic, "board.rename", json!({ "name": format!("Ad {n}") })).await;
        slowest = slowest.max(began.elapsed());
    }
    assert!(slowest < std::time::Duration::from_secs(5), "a command waited {slowest:?}");
    finished(&admin, &import, "done").await;
    assert_eq!(admin.get("/customers").await.ok()["total"], 3000);
}

/// Several people look ahead again and again while one begins: whatever comes in between, it ends.
async fn no_preview_takes_a_begun_import_back(app: TestApp) {
    let admin = app.tenant().await;
    for round in 0..12 {
        let csv = format!("Ad Soyad;Telefon\nKişi {round};0532 000 00 {round:02}\n");
        let import = upload(&admin, "liste.csv", csv.into()).await;
        let path = format!("/imports/{}", import["id"].as_str().expect("an id"));
        let ahead = || async {
            let body = json!({ "mapping": import["mapping"] });
            admin.post(&format!("{path}/preview"), body).await
        };
        let look = || async {
            loop {
                let answer = ahead().await;
                match answer.status {
                    // everybody wants the same row; `busy` is to be tried again
                    200 | 503 => {}
                    _ => break drop(answer.problem(409, "import_state")),
                }
            }
        };
        let begin = async {
            ahead().await;
            let answer = admin.post(&format!("{path}/commit"), json!({})).await;
            assert_eq!(answer.status, 202, "{}", answer.text);
        };
        futures_util::future::join(join_all((0..6).map(|_| look())), begin).await;
        let done = finished(&admin, &import, "done").await;
        assert_eq!((&done["done"], &done["created"]), (&json!(1), &json!(1)), "{done}");
    }
}

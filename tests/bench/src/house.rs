//! Nabız as it is run: the release binary on its own core, over a fresh database, and somebody signed in to it.
use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};

use crate::{
    plan::{Plan, Postgres, SERVER_CORE},
    proc::{self, Running, Start},
    report::Durability,
    wire::Socket,
};

/// A database and the server over it.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) durability: Durability,
    start: Start,
    server: Option<Running>,
    folder: tempfile::TempDir,
    postgres: Option<(Postgres, String)>,
}

impl House {
    /// A server over an empty database.
    pub(crate) async fn open(plan: &Plan, durability: Durability) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("nabiz-bench-").tempdir()?;
        let mut postgres = None;
        let (url, owner_url) = match durability {
            Durability::PostgresSync => {
                let roles = plan.postgres.clone().context("no PostgreSQL: run by `make bench`")?;
                let name = format!("bench_{}", uuid::Uuid::now_v7().simple());
                execute(&roles.admin, &format!("CREATE DATABASE {name} OWNER nabiz_owner")).await?;
                let urls = (of(&roles.app, &name), of(&roles.owner, &name));
                postgres = Some((roles, name));
                urls
            }
            _ => (format!("sqlite://{}", folder.path().join("nabiz.db").display()), String::new()),
        };
        let dir = |name: &str| format!("file:{}", folder.path().join(name).display());
        let settings = [
            ("SERVER__LISTEN", "127.0.0.1:0".to_owned()),
            ("DATABASE__URL", url),
            ("DATABASE__ADMIN_URL", owner_url),
            ("MAIL__URL", dir("mail")),
            ("STORAGE__URL", dir("files")),
            ("AUTH__SECRET", "only-for-load-only-for-load-only-for-load".to_owned()),
            ("LOG__FORMAT", "json".to_owned()),
        ];
        let ready = folder.path().join("ready");
        let start = Start {
            name: "nabiz".to_owned(),
            core: SERVER_CORE,
            words: vec![
                plan.nabiz.display().to_string(),
                "serve".to_owned(),
                "--ready-file".to_owned(),
                ready.display().to_string(),
            ],
            env: settings
                .into_iter()
                .map(|(key, value)| (format!("NABIZ__{key}"), value))
                .collect(),
            ready_file: Some(ready),
        };
        let server = start.run(folder.path()).await?;
        Ok(Self { durability, start, server: Some(server), folder, postgres })
    }

    pub(crate) fn server(&self) -> Result<&Running> {
        self.server.as_ref().context("the server is down")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.server.as_ref().map_or(0, Running::pid)
    }

    /// Ends the server: with SIGTERM, or with none at all (`kill -9`).
    pub(crate) async fn stop(&mut self, gently: bool) -> Result<()> {
        // The next server listens where this one did.
        let address = self.server()?.address()?;
        for (key, value) in &mut self.start.env {
            if key == "NABIZ__SERVER__LISTEN" {
                *value = address.to_string();
            }
        }
        if let Some(server) = self.server.take() {
            if gently {
                server.terminate().await?;
            } else {
                server.kill();
            }
        }
        Ok(())
    }

    pub(crate) async fn start_again(&mut self) -> Result<()> {
        self.server = Some(self.start.run(self.folder.path()).await?);
        Ok(())
    }

    /// Ends the server and gives the database's space back.
    pub(crate) async fn close(mut self) -> Result<()> {
        drop(self.server.take());
        if let Some((roles, name)) = &self.postgres {
            execute(&roles.admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        }
        Ok(())
    }

    /// CPU-seconds so far: of the server, and of PostgreSQL where there is one.
    pub(crate) fn cpu(&self, database: &DatabaseProcesses) -> (f64, Option<f64>) {
        let own = proc::cpu_of(&[self.pid()]);
        (own, (self.durability == Durability::PostgresSync).then(|| database.cpu()))
    }

    /// A new tenant; its administrator.
    pub(crate) async fn tenant(&self) -> Result<Person> {
        let base = self.server()?.base.clone();
        let address = self.server()?.address()?;
        let slug = format!("yuk-{}", &uuid::Uuid::now_v7().simple().to_string()[20..]);
        // The pool opens connections to spare; the server ends one that has asked nothing for five seconds.
        let http = reqwest::Client::builder()
            .no_proxy()
            .pool_idle_timeout(std::time::Duration::from_secs(2))
            .build()?;
        let email = format!("yonetici@{slug}.test");
        let person = Person { http, base, address, token: String::new(), email };
        let body = json!({ "tenant_name": "Yük Ölçümü", "slug": slug, "name": "Yönetici",
                           "email": person.email, "password": PASSWORD });
        let answer = person.post("/auth/register", &body).await?;
        person.with(&answer)
    }
}

pub(crate) const PASSWORD: &str = "yuk-olcumu-icin-uzun-parola";

/// PostgreSQL's processes, found through a connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct DatabaseProcesses {
    postmaster: Option<u32>,
}

impl DatabaseProcesses {
    pub(crate) async fn find(plan: &Plan) -> Result<Self> {
        let Some(roles) = &plan.postgres else { return Ok(Self::default()) };
        let db = connect(&roles.admin).await?;
        let ask = Statement::from_string(DbBackend::Postgres, "SELECT pg_backend_pid()");
        let row = db.query_one_raw(ask).await?.context("no backend")?;
        let backend: i32 = row.try_get_by_index(0)?;
        let postmaster = proc::parent(backend as u32);
        db.close().await?;
        Ok(Self { postmaster })
    }

    /// Of all that live and all that have ended.
    pub(crate) fn cpu(&self) -> f64 {
        self.postmaster.map_or(0.0, |root| proc::cpu_of(&proc::family(root)))
    }
}

fn of(url: &str, database: &str) -> String {
    let server = url.rsplit_once('/').map_or(url, |(server, _)| server);
    format!("{server}/{database}")
}

async fn connect(url: &str) -> Result<DatabaseConnection> {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Ok(sea_orm::Database::connect(options).await?)
}

pub(crate) async fn execute(url: &str, sql: &str) -> Result<()> {
    let db = connect(url).await?;
    db.execute_unprepared(sql).await.with_context(|| sql.to_owned())?;
    db.close().await?;
    Ok(())
}

/// A fresh PostgreSQL database for the peer; its URL as the owner.
pub(crate) async fn peer_database(roles: &Postgres) -> Result<String> {
    let name = format!("peer_{}", uuid::Uuid::now_v7().simple());
    execute(&roles.admin, &format!("CREATE DATABASE {name} OWNER nabiz_owner")).await?;
    Ok(of(&roles.owner, &name))
}

/// Somebody signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    pub(crate) email: String,
}

impl Person {
    pub(crate) fn with(mut self, answer: &Value) -> Result<Self> {
        self.token = answer["access_token"].as_str().context("no access_token")?.to_owned();
        Ok(self)
    }

    /// A fresh access token: they live for minutes, some parts of the bench longer.
    pub(crate) async fn sign_in(&self, house: &House) -> Result<Self> {
        let mut person = self.clone();
        person.base = house.server()?.base.clone();
        person.address = house.server()?.address()?;
        let body = json!({ "email": person.email, "password": PASSWORD });
        let answer = person.post("/auth/login", &body).await?;
        person.with(&answer)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.base)
    }

    async fn read(&self, what: &str, request: reqwest::RequestBuilder) -> Result<Value> {
        let request = match self.token.as_str() {
            "" => request,
            token => request.bearer_auth(token),
        };
        let response = request.send().await.with_context(|| what.to_owned())?;
        let status = response.status();
        let text = response.text().await?;
        ensure!(status.is_success(), "{what}: {status} {text}");
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        self.read(path, self.http.get(self.url(path))).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.read(path, self.http.post(self.url(path)).json(body)).await
    }

    pub(crate) async fn upload(&self, name: &str, bytes: Vec<u8>) -> Result<Value> {
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().part("file", part);
        self.read("/imports", self.http.post(self.url("/imports")).multipart(form)).await
    }

    /// Commands in one request; their results, all of which must be good.
    pub(crate) async fn commands(&self, commands: &[Value]) -> Result<Vec<Value>> {
        let body = self.post("/commands", &Value::from(commands)).await?;
        let results = body["results"].as_array().cloned().unwrap_or_default();
        match results.iter().find(|result| result["ok"] != true) {
            Some(bad) => bail!("a command failed: {bad}"),
            None => Ok(results),
        }
    }

    pub(crate) async fn command(&self, topic: &str, op: &str, d: Value) -> Result<Value> {
        let id = uuid::Uuid::now_v7().to_string();
        let command = json!({ "id": id, "topic": topic, "op": op, "d": d });
        Ok(self.commands(&[command]).await?.remove(0)["d"].take())
    }

    /// A board with stages and that many cards of new customers, made by commands.
    pub(crate) async fn board(&self, cards: usize) -> Result<Board> {
        let stages: Vec<Value> = ["Yeni", "Arandı", "Teklif", "Randevu", "Kazanıldı", "Bekliyor"]
            .map(|name| json!({ "name": name }))
            .into();
        let d = json!({ "name": "Ölçüm", "stages": stages });
        let made = self.command("tenant", "board.create", d).await?;
        let id = made["board_id"].as_str().context("no board_id")?.to_owned();
        let mut board =
            Board { topic: format!("board:{id}"), stages: Vec::new(), cards: Vec::new() };
        let read = self.get(&format!("/boards/{id}")).await?;
        let stages = read["stages"].as_array().cloned().unwrap_or_default();
        board.stages =
            stages.iter().filter_map(|stage| stage["id"].as_str().map(str::to_owned)).collect();
        for from in (0..cards).step_by(100) {
            let commands: Vec<Value> = (from..cards.min(from + 100))
                .map(|n| {
                    let stage = &board.stages[n % board.stages.len()];
                    let customer = json!({ "name": format!("Müşteri {n}") });
                    json!({ "id": uuid::Uuid::now_v7().to_string(), "topic": board.topic, "op": "card.create",
                            "d": { "stage": stage, "customer": customer } })
                })
                .collect();
            for result in self.commands(&commands).await? {
                board.cards.push(result["d"]["card_id"].as_str().context("no card_id")?.to_owned());
            }
        }
        Ok(board)
    }

    /// A socket that was welcomed.
    pub(crate) async fn socket(&self) -> Result<Socket> {
        let mut socket = Socket::open(self.address, "/api/v1/ws", Some("nabiz.v1")).await?;
        let hello = json!({ "t": "hello", "v": 1, "token": self.token, "cid": uuid::Uuid::now_v7().to_string() });
        socket.mouth.say(&hello.to_string()).await?;
        let first = socket.next().await?;
        ensure!(first.starts_with("{\"t\":\"welcome\""), "no welcome: {first}");
        Ok(socket)
    }

    /// A socket that hears these topics from now on.
    pub(crate) async fn subscribed(&self, topics: &[&str]) -> Result<Socket> {
        let mut socket = self.socket().await?;
        for (n, topic) in topics.iter().enumerate() {
            let sub = json!({ "t": "sub", "id": format!("s{n}"), "topic": topic, "snap": false });
            socket.mouth.say(&sub.to_string()).await?;
        }
        let mut missing = topics.len();
        while missing > 0 {
            let frame = socket.next().await?;
            ensure!(!frame.starts_with("{\"t\":\"err\""), "no subscription: {frame}");
            missing -= usize::from(frame.starts_with("{\"t\":\"subbed\""));
        }
        Ok(socket)
    }
}

/// A board under load.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    pub(crate) topic: String,
    pub(crate) stages: Vec<String>,
    pub(crate) cards: Vec<String>,
}

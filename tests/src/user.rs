//! A person at a keyboard: signs in, calls the HTTP interface, sends commands, opens sockets.
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{answer::Answer, board::Board, ledger::Ledger, subscriber::Subscriber};

/// The password of everybody in the tests.
pub const PASSWORD: &str = "Kavun-Karpuz-1907";

/// A name that no other test uses; letters and digits only, so it also serves as a slug.
pub fn unique(prefix: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = uuid::Uuid::now_v7().simple().to_string();
    format!("{prefix}{}{}", &id[22..], NEXT.fetch_add(1, Ordering::Relaxed))
}

/// One signed-in person (or a stranger, whose token is empty) with a cookie jar of their own.
#[derive(Debug, Clone)]
pub struct User {
    pub base: String,
    pub token: String,
    pub email: String,
    pub user: Value,
    pub tenant: Value,
    pub http: Client,
    pub(crate) ledger: Ledger,
}

/// The answer to `POST /leads`.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Lead {
    pub customer_id: String,
    pub card_id: Option<String>,
    pub created: bool,
    pub matched_by: Option<String>,
}

impl User {
    pub(crate) fn stranger(base: &str, ledger: Ledger) -> Self {
        let http = Client::builder().cookie_store(true).build().expect("an HTTP client");
        Self {
            base: base.to_owned(),
            token: String::new(),
            email: String::new(),
            user: Value::Null,
            tenant: Value::Null,
            http,
            ledger,
        }
    }

    /// Somebody at a server that no [`TestApp`](crate::TestApp) manages.
    pub fn stranger_at(base: &str) -> Self {
        Self::stranger(base, Ledger::default())
    }

    /// The same person, who now talks to another server of the same app.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// Whoever holds this token: an API key, say, or a forgery.
    #[must_use]
    pub fn holding(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    pub fn id(&self) -> &str {
        self.user["id"].as_str().expect("a signed-in user")
    }

    pub fn tenant_id(&self) -> &str {
        self.tenant["id"].as_str().unwrap_or_default()
    }

    // ---- signing in

    /// Makes a tenant of this slug and becomes its administrator.
    pub async fn register(&self, slug: &str) -> Self {
        let email = format!("yonetici@{slug}.example");
        let body = json!({ "tenant_name": format!("{slug} Ltd."), "slug": slug, "name": "Yönetici Işık",
                           "email": email, "password": PASSWORD });
        let body = self.post("/auth/register", body).await.ok();
        self.signed_in(&email, &body)
    }

    /// Signs in again, as another device of the same person: with cookies of its own.
    pub async fn login(&self) -> Self {
        let fresh = Self::stranger(&self.base, self.ledger.clone());
        let body = json!({ "email": self.email, "password": PASSWORD });
        let body = fresh.post("/auth/login", body).await.ok();
        fresh.signed_in(&self.email, &body)
    }

    /// This administrator invites somebody, who accepts.
    pub async fn invite(&self, role: &str) -> Self {
        let email = format!("{}@ornek.example", unique(role));
        let token = self.invitation(&email, role).await;
        let fresh = Self::stranger(&self.base, self.ledger.clone());
        let body =
            json!({ "token": token, "name": format!("{role} Çalışan"), "password": PASSWORD });
        let body = fresh.post("/auth/accept-invitation", body).await.ok();
        fresh.signed_in(&email, &body)
    }

    /// The secret of a new invitation.
    pub async fn invitation(&self, email: &str, role: &str) -> String {
        let body = json!({ "email": email, "name": "Davetli", "role": role });
        let made = self.post("/users/invitations", body).await.ok();
        token_of(made["url"].as_str().expect("the url of an invitation"))
    }

    fn signed_in(&self, email: &str, body: &Value) -> Self {
        let token =
            body["access_token"].as_str().unwrap_or_else(|| panic!("no access_token in {body}"));
        Self {
            token: token.to_owned(),
            email: email.to_owned(),
            user: body["user"].clone(),
            tenant: body["tenant"].clone(),
            ..self.clone()
        }
    }

    // ---- HTTP

    /// A request below `/api/v1` (or of a whole path beginning with `//`), with this user's token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = match path.strip_prefix("//") {
            Some(whole) => format!("{}/{whole}", self.base.trim_end_matches('/')),
            None => format!("{}/api/v1{path}", self.base.trim_end_matches('/')),
        };
        let request = self.http.request(method, url);
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    /// Sends a request that [`Self::request`] began.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().expect("a request");
        let what = format!("{} {}", request.method(), request.url());
        let response = self.http.execute(request).await;
        Answer::read(what.clone(), response.unwrap_or_else(|error| panic!("{what}: {error:?}")))
            .await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// GET with one query parameter, whatever letters it has.
    pub async fn get_with(&self, path: &str, name: &str, value: &str) -> Answer {
        let coded: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        self.get(&format!("{path}?{name}={coded}")).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    // ---- commands

    /// Sends one command by HTTP; its result, good or bad.
    pub async fn try_command(&self, topic: &str, op: &str, d: Value) -> Value {
        self.try_command_as(&unique("c"), topic, op, d).await
    }

    /// The same with an id of the caller's.
    pub async fn try_command_as(&self, id: &str, topic: &str, op: &str, d: Value) -> Value {
        let body = json!({ "id": id, "topic": topic, "op": op, "d": d });
        let mut body = self.post("/commands", body).await.ok();
        body["results"][0].take()
    }

    /// Sends one command that must succeed; its result with `topic`, `seq` and `d`.
    pub async fn command(&self, topic: &str, op: &str, d: Value) -> Value {
        let result = self.try_command(topic, op, d.clone()).await;
        assert_eq!(result["ok"], true, "{op} {d} on {topic}: {result}");
        result
    }

    /// Sends one command that must fail with this class.
    pub async fn command_refused(&self, topic: &str, op: &str, d: Value, class: &str) -> Value {
        let result = self.try_command(topic, op, d.clone()).await;
        assert_eq!(
            (&result["ok"], &result["error"]["code"]),
            (&json!(false), &json!(class)),
            "{op} {d}: {result}"
        );
        result
    }

    pub async fn lead(&self, body: Value) -> Lead {
        let answer = self.post("/leads", body).await;
        serde_json::from_value(answer.ok()).expect("the answer to a lead")
    }

    /// The id of a new customer with these fields beside the name.
    pub async fn customer(&self, name: &str, more: Value) -> String {
        let mut d = json!({ "name": name });
        if let (Some(d), Value::Object(more)) = (d.as_object_mut(), more) {
            d.extend(more);
        }
        let made = self.command("tenant", "customer.create", d).await;
        made["d"]["customer_id"].as_str().expect("a customer id").to_owned()
    }

    // ---- boards and sockets

    /// The board that a new tenant comes with.
    pub async fn default_board(&self) -> Board {
        let list = self.get("/boards").await.ok();
        Board::load(self, list["items"][0]["id"].as_str().expect("a default board")).await
    }

    /// A new board with these stages.
    pub async fn board(&self, name: &str, stages: &[&str]) -> Board {
        let stages: Vec<Value> = stages.iter().map(|name| json!({ "name": name })).collect();
        let made =
            self.command("tenant", "board.create", json!({ "name": name, "stages": stages })).await;
        Board::load(self, made["d"]["board_id"].as_str().expect("a board id")).await
    }

    /// A socket that has said hello and was welcomed.
    pub async fn socket(&self) -> Subscriber {
        Subscriber::connect(self, json!({})).await
    }

    /// A socket that follows one topic from its snapshot on.
    pub async fn subscribe(&self, topic: &str) -> Subscriber {
        let mut socket = self.socket().await;
        socket.sub(topic, json!({})).await;
        socket
    }
}

/// The secret in the link of an invitation or a reset, wherever the link keeps it.
pub fn token_of(url: &str) -> String {
    let tail = url
        .rsplit_once("token=")
        .map_or_else(|| url.rsplit(['/', '#']).next().unwrap_or(url), |(_, t)| t);
    tail.split(['&', '#']).next().unwrap_or(tail).to_owned()
}

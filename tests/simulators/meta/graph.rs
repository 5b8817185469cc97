//! The Graph API, as far as messages, media and templates go: takes or refuses what is sent to it, and tells by webhook
//! what became of it. Time stands still until a test moves it.
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix_web::{
    App as Service, HttpRequest, HttpResponse, HttpServer,
    http::header::AUTHORIZATION,
    web::{self, Bytes, Data, Path, Query},
};
use serde_json::{Value, json};

use super::{
    media::Shelf,
    outcomes::{self, Habits},
    rules::{Refusal, Rules, bad},
    sender::App,
};

/// A running Graph API. It ends with the test's runtime.
#[derive(Debug, Clone)]
pub struct Graph {
    /// What stands before `/{version}/…`.
    pub base: String,
    pub token: String,
    state: Arc<Mutex<State>>,
}

/// One account with one number.
#[derive(Debug)]
pub(super) struct State {
    pub(super) token: String,
    pub(super) base: String,
    pub(super) number: String,
    pub(super) account: String,
    pub(super) rules: Rules,
    pub(super) shelf: Shelf,
    pub(super) templates: Vec<Value>,
    pub(super) habits: Habits,
    pub(super) hook: App,
    /// Since the start, by the account's own clock.
    pub(super) now: Duration,
    /// What was taken, by its id.
    pub(super) taken: Vec<(String, Value)>,
    /// Ids of what people have written.
    pub(super) written: HashSet<String>,
}

impl Graph {
    /// An account with one number, which tells the app what becomes of its messages.
    pub async fn start(number: &str, account: &str, hook: App, habits: Habits) -> Self {
        let token = format!("EAA{}", uuid::Uuid::now_v7().simple());
        let state = Arc::new(Mutex::new(State {
            token: token.clone(),
            base: String::new(),
            number: number.to_owned(),
            account: account.to_owned(),
            rules: Rules::default(),
            shelf: Shelf::default(),
            templates: Vec::new(),
            habits,
            hook,
            now: Duration::ZERO,
            taken: Vec::new(),
            written: HashSet::new(),
        }));
        let shared = Data::from(state.clone());
        let server = HttpServer::new(move || {
            Service::new()
                .app_data(shared.clone())
                .route("/media/{id}", web::get().to(download))
                .route("/{version}/{of}/messages", web::post().to(send))
                .route("/{version}/{of}/message_templates", web::get().to(templates))
                .route("/{version}/{id}", web::get().to(media))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .expect("a port");
        let base = format!("http://{}", server.addrs()[0]);
        tokio::spawn(server.run());
        let graph = Self { base, token, state };
        graph.state().base.clone_from(&graph.base);
        graph
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the account's clock.
    pub fn pass(&self, time: Duration) {
        self.state().now += time;
    }

    /// Somebody writes: the window of a day opens, and the app is told. Whether it took it.
    pub async fn wrote(&self, from: &super::payloads::Person, id: &str, body: &str) -> bool {
        let (hook, payload) = {
            let mut state = self.state();
            let now = state.now;
            state.rules.opened(from, now);
            state.written.insert(id.to_owned());
            let payload = super::payloads::one_text(&state.number, from, id, body);
            (state.hook.clone(), payload)
        };
        hook.insist(&payload, 5).await.is_some()
    }

    /// The token counts no more.
    pub fn revoke(&self) {
        self.state().token.clear();
    }

    pub fn add_template(&self, name: &str, status: &str, category: &str, parameters: usize) {
        let body: Vec<String> = (1..=parameters).map(|n| format!("{{{{{n}}}}}")).collect();
        let mut state = self.state();
        let id = format!("{}", 700_800_900 + state.templates.len());
        state.templates.push(json!({ "id": id, "name": name, "language": "tr", "status": status,
            "category": category, "parameter_format": "POSITIONAL",
            "components": [{ "type": "BODY", "text": format!("Merhaba {}", body.join(" ")) }] }));
    }

    /// A file that somebody sent; its id.
    pub fn add_media(&self, bytes: &[u8], mime_type: &str) -> String {
        self.state().shelf.add(bytes, mime_type)
    }

    /// Somebody wants no marketing any more.
    pub fn stop_marketing(&self, who: &super::payloads::Person) {
        self.state().rules.stop(who);
    }

    /// Messages that were taken, with their ids.
    pub fn taken(&self) -> Vec<(String, Value)> {
        self.state().taken.clone()
    }
}

/// A refusal as Meta writes it.
fn refuse(refusal: Refusal) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(refusal.status)
        .unwrap_or(actix_web::http::StatusCode::BAD_REQUEST);
    HttpResponse::build(status).json(json!({ "error": {
        "message": format!("(#{}) {}", refusal.code, refusal.title), "type": "OAuthException",
        "code": refusal.code, "error_data": { "messaging_product": "whatsapp", "details": refusal.title },
        "fbtrace_id": "A1b2" } }))
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the request carries the account's token.
fn admitted(state: &State, req: &HttpRequest) -> Result<(), Refusal> {
    let said = req.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let said = said.and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
    if said.is_empty() || said != state.token {
        return Err(Refusal { status: 401, code: 190, title: "Invalid OAuth access token" });
    }
    Ok(())
}

/// Whether somebody wrote what is said to be read.
fn read(message: &Value, written: &HashSet<String>) -> Result<(), Refusal> {
    let typing = &message["typing_indicator"];
    if message["messaging_product"] != "whatsapp" || message["message_id"].as_str().is_none() {
        return Err(bad(131_008, "Required parameter is missing"));
    }
    if message["message_id"].as_str().is_none_or(|id| !written.contains(id))
        || !(typing.is_null() || typing["type"] == "text")
    {
        return Err(bad(131_009, "Parameter value is not valid"));
    }
    Ok(())
}

async fn send(
    req: HttpRequest,
    path: Path<(String, String)>,
    body: Bytes,
    state: Data<Mutex<State>>,
) -> HttpResponse {
    let (told, answer) = {
        let mut state = lock(&state);
        let state = &mut *state;
        if let Err(refusal) = admitted(state, &req) {
            return refuse(refusal);
        }
        if path.1 != state.number {
            return refuse(Refusal { status: 400, code: 100, title: "Unsupported post request" });
        }
        let Ok(message) = serde_json::from_slice::<Value>(&body) else {
            return refuse(Refusal { status: 400, code: 100, title: "Invalid parameter" });
        };
        if message["status"] == "read" {
            return match read(&message, &state.written) {
                Ok(()) => HttpResponse::Ok().json(json!({ "success": true })),
                Err(refusal) => refuse(refusal),
            };
        }
        let late = match state.rules.check(&message, &state.templates, state.now) {
            Ok(late) => late,
            Err(refusal) => return refuse(refusal),
        };
        let id = format!("wamid.SIM{:06}", state.taken.len());
        let to = message["to"].as_str().map(|to| to.trim_start_matches('+').to_owned());
        let mut contact =
            json!({ "input": message["to"].as_str().or(message["recipient"].as_str()) });
        if let Some(to) = &to {
            contact["wa_id"] = json!(to);
        }
        let told = outcomes::of(&state.number, &id, &message, late, state.habits);
        state.taken.push((id.clone(), message));
        let answer = json!({ "messaging_product": "whatsapp", "contacts": [contact],
            "messages": [{ "id": id, "message_status": "accepted" }] });
        ((state.hook.clone(), told), answer)
    };
    let (hook, payloads) = told;
    // accepted is not sent: what becomes of it is told afterwards
    tokio::spawn(async move {
        for payload in payloads {
            hook.insist(&payload, 5).await;
        }
    });
    HttpResponse::Ok().json(answer)
}

async fn templates(
    req: HttpRequest,
    path: Path<(String, String)>,
    ask: Query<HashMap<String, String>>,
    state: Data<Mutex<State>>,
) -> HttpResponse {
    let state = lock(&state);
    if let Err(refusal) = admitted(&state, &req) {
        return refuse(refusal);
    }
    if path.1 != state.account {
        return refuse(Refusal { status: 400, code: 100, title: "Unsupported get request" });
    }
    let number = |name: &str| ask.get(name).and_then(|text| text.parse::<usize>().ok());
    let (from, limit) = (number("after").unwrap_or(0), number("limit").unwrap_or(25).max(1));
    let page: Vec<&Value> = state.templates.iter().skip(from).take(limit).collect();
    let end = from + page.len();
    let mut paging = json!({ "cursors": { "before": from.to_string(), "after": end.to_string() } });
    if end < state.templates.len() {
        let next = format!(
            "{}/{}/{}/message_templates?limit={limit}&after={end}",
            state.base, path.0, path.1
        );
        paging["next"] = json!(next);
    }
    HttpResponse::Ok().json(json!({ "data": page, "paging": paging }))
}

/// The first step: where the file is for the next five minutes.
async fn media(
    req: HttpRequest,
    path: Path<(String, String)>,
    state: Data<Mutex<State>>,
) -> HttpResponse {
    let mut state = lock(&state);
    let state = &mut *state;
    if let Err(refusal) = admitted(state, &req) {
        return refuse(refusal);
    }
    match state.shelf.link(&path.1, &state.base, state.now) {
        Some(found) => HttpResponse::Ok().json(found),
        None => refuse(Refusal { status: 400, code: 100, title: "Unsupported get request" }),
    }
}

/// The second step: the file itself, with the same token.
async fn download(req: HttpRequest, link: Path<String>, state: Data<Mutex<State>>) -> HttpResponse {
    let state = lock(&state);
    if admitted(&state, &req).is_err() {
        return HttpResponse::Unauthorized().finish();
    }
    match state.shelf.fetch(&link, state.now) {
        Some((bytes, mime_type)) => HttpResponse::Ok().content_type(mime_type).body(bytes),
        None => HttpResponse::NotFound().finish(),
    }
}

//! `GET /api/v1/openapi.json` and `/api/v1/messages.json`: what can be called and said, merged from
//! what the features' code declares.

use std::sync::{Arc, OnceLock};

use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

use super::messages::{self, Message};
use crate::realtime::Hub;

/// Both documents, each written once.
pub(super) struct Documents {
    openapi: Arc<str>,
    described: Vec<Message>,
    /// Written at the first question, when all ops are registered.
    messages: OnceLock<String>,
}

/// The gateway's own routes and the shape of every problem.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Nabız",
        description = "Multi-tenant realtime CRM. Errors are application/problem+json (RFC 9457).",
    ),
    paths(super::commands::run, openapi_json, messages_json),
    components(schemas(ProblemBody, FieldProblem)),
    security(("bearer" = [])),
)]
struct Own;

/// A problem as RFC 9457 writes it.
#[derive(utoipa::ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "only described; `problem_object` writes it")]
struct ProblemBody {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    /// Stable: what a program decides by.
    code: String,
    request_id: String,
    errors: Option<Vec<FieldProblem>>,
    /// Only for what is worth trying again: milliseconds to wait.
    retry_ms: Option<u64>,
    d: Option<serde_json::Value>,
}

#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only described")]
struct FieldProblem {
    field: String,
    code: String,
    message: String,
}

/// The whole description, for the route and for `nabiz openapi`.
pub fn merged(docs: Vec<utoipa::openapi::OpenApi>) -> utoipa::openapi::OpenApi {
    let mut all = Own::openapi();
    env!("CARGO_PKG_VERSION").clone_into(&mut all.info.version);
    for doc in docs {
        all.merge(doc);
    }
    let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    all.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    all
}

impl Documents {
    pub(super) fn new(
        docs: Vec<utoipa::openapi::OpenApi>,
        described: Vec<Message>,
    ) -> anyhow::Result<Self> {
        Ok(Self { openapi: merged(docs).to_json()?.into(), described, messages: OnceLock::new() })
    }
}

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/openapi.json").route(web::get().to(openapi_json)))
        .service(web::resource("/messages.json").route(web::get().to(messages_json)));
}

/// This description.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "documents", security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)))]
async fn openapi_json(documents: Data<Documents>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(documents.openapi.to_string())
}

/// Every command, event and frame, as JSON Schema.
#[utoipa::path(get, path = "/api/v1/messages.json", tag = "documents", security(()),
    responses((status = 200, description = "JSON Schema by message", body = serde_json::Value)))]
async fn messages_json(documents: Data<Documents>, hub: Data<Hub>) -> HttpResponse {
    let write = || messages::document(&documents.described, &hub.ops()).to_string();
    let messages = documents.messages.get_or_init(write).clone();
    HttpResponse::Ok().content_type("application/json").body(messages)
}

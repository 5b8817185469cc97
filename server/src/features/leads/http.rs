//! `POST /leads`: open to integrations by API key, and to web forms anywhere by their public key.

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::commands::{ReceiveLead, Received};
use crate::gateway::{Access, ApiKeyText, Body, ClientAddress, IdempotencyKey, RateLimits};
use crate::kernel::principal::{Principal, Who};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::hub::Hub;
use crate::realtime::registry::shape_of;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/leads")
            .route(web::post().to(receive))
            .route(web::method(actix_web::http::Method::OPTIONS).to(preflight)),
    );
}

#[derive(utoipa::OpenApi)]
#[openapi(paths(receive), components(schemas(LeadBody)))]
pub(super) struct Api;

/// A lead, and the key of the form where no header carries it.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(try_from = "Map<String, Value>")]
struct LeadBody {
    form_key: Option<String>,
    #[serde(flatten)]
    lead: ReceiveLead,
}

/// A flattened struct cannot refuse unknown fields, so the key is taken out first.
impl TryFrom<Map<String, Value>> for LeadBody {
    type Error = serde_json::Error;

    fn try_from(mut d: Map<String, Value>) -> Result<Self, Self::Error> {
        let form_key = serde_json::from_value(d.remove("form_key").unwrap_or(Value::Null))?;
        Ok(Self { form_key, lead: serde_json::from_value(Value::Object(d))? })
    }
}

#[utoipa::path(post, path = "/api/v1/leads", tag = "leads", request_body = LeadBody,
    responses(
        (status = 201, description = "A new customer", body = Received),
        (status = 200, description = "A known customer, or a lead received before", body = Received),
        (status = 401, description = "no key"), (status = 422, description = "not a lead")))]
async fn receive(
    bearer: Result<Principal, Problem>,
    body: Result<Body<Value>, Problem>,
    key: Result<IdempotencyKey, Problem>,
    address: ClientAddress,
    access: Data<Access>,
    limits: Data<RateLimits>,
    hub: Data<Hub>,
) -> HttpResponse {
    let done = async {
        let body: LeadBody = serde_json::from_value(body?.0).map_err(|error| shape_of(&error))?;
        let by = match &body.form_key {
            Some(text) => by_form(&access, text).await?,
            None => bearer?,
        };
        if let Who::Key { id } = by.who {
            limits.leads_per_key.check(&id)?;
            // a form's key is public; an integration's server may well send all of them
            if by.permissions.names() == ["leads.create"] {
                limits.leads.check(&address.0)?;
            }
        }
        let id = key?.named(&by.author());
        hub.command(&by, Topic::tenant(), "lead.receive", &body.lead, id, None).await
    };
    let mut response = match done.await {
        Ok(receipt) => {
            let created = receipt
                .d
                .as_ref()
                .and_then(|d| serde_json::from_str::<Received>(d.get()).ok())
                .is_some_and(|received| received.created);
            let mut answer = if created { HttpResponse::Created() } else { HttpResponse::Ok() };
            answer.json(receipt.d)
        }
        Err(problem) => problem.error_response(),
    };
    // no cookie counts here, so any page may send its form and read the answer
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn by_form(access: &Access, text: &str) -> Result<Principal, Problem> {
    let key = ApiKeyText::parse(text).ok_or_else(Problem::unauthenticated)?;
    access.of_key(&key).await
}

async fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header(("Access-Control-Allow-Methods", "POST"))
        .insert_header((
            "Access-Control-Allow-Headers",
            "authorization, content-type, idempotency-key",
        ))
        .insert_header(("Access-Control-Max-Age", "86400"))
        .finish()
}

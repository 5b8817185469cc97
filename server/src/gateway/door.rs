//! The outermost middleware: request id, span, metrics, problems written out, security headers.
//! Logs the route's pattern, never the path or the query: both may hold what is nobody's business.

use std::sync::Arc;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest};
use tracing::Instrument;

use super::{PublicUrl, headers, metrics, problem};
use crate::kernel::clock::Clock;
use crate::kernel::texts;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names one request in answers and logs.
#[derive(Clone, Debug)]
pub struct RequestId(pub Arc<str>);

/// `tr` or `en`, as the asker prefers.
#[derive(Clone, Copy, Debug)]
pub struct Language(pub &'static str);

impl FromRequest for Language {
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Self, Self::Error>>;

    fn from_request(req: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        std::future::ready(Ok(language(req.headers())))
    }
}

fn language(headers: &HeaderMap) -> Language {
    Language(texts::language(headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok())))
}

/// An id from outside is taken when it is short and plain.
fn request_id(req: &ServiceRequest) -> Arc<str> {
    let given = req.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let plain = |id: &&str| {
        (1..=64).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    match given.filter(plain) {
        Some(id) => id.into(),
        None => match req.app_data::<Data<Clock>>() {
            Some(clock) => clock.fresh_id().simple().to_string().into(),
            None => "none".into(),
        },
    }
}

/// # Errors
/// Only those of inner middlewares; handlers' errors are answers already.
pub async fn door(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let id = request_id(&req);
    let language = language(req.headers()).0;
    let method = req.method().clone();
    let is_api = req.path().starts_with("/api");
    let secure = req.app_data::<Data<PublicUrl>>().is_some_and(|url| url.is_secure());
    req.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", request.id = %id, http.method = %method);

    let answered = next.call(req).instrument(span.clone()).await?;
    let route = answered.request().match_pattern().unwrap_or_else(|| "other".to_owned());
    let (request, response) = answered.map_into_boxed_body().into_parts();
    let mut response = problem::render(response, &id, language);
    let status = response.status().as_u16();
    headers::secure(response.headers_mut(), is_api, secure);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let took = began.elapsed();
    metrics::answered(&method, &route, status, took);
    span.in_scope(|| {
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        if status >= 500 {
            tracing::warn!(http.route = %route, http.status = status, duration_ms, "answered");
        } else {
            tracing::debug!(http.route = %route, http.status = status, duration_ms, "answered");
        }
    });
    Ok(ServiceResponse::new(request, response))
}

//! The framework's extractors answer problem+json too.

use actix_web::error::{JsonPayloadError, QueryPayloadError};
use actix_web::web::{JsonConfig, PathConfig, PayloadConfig, QueryConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::kernel::problem::{Class, Problem};
use crate::realtime::registry::shape_of;

pub(super) fn json(limit: usize) -> JsonConfig {
    JsonConfig::default().limit(limit).error_handler(|error, _| {
        match &error {
            JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => {
                Problem::of(Class::TooBig)
            }
            JsonPayloadError::Deserialize(error) if error.is_data() => shape_of(error),
            JsonPayloadError::ContentType => Problem { status: Some(415), ..Problem::bad_json() },
            _ => Problem::bad_json(),
        }
        .into()
    })
}

/// What is no id names no record.
pub(super) fn path() -> PathConfig {
    PathConfig::default().error_handler(|_, _| Problem::not_found().into())
}

pub(super) fn query() -> QueryConfig {
    QueryConfig::default().error_handler(|error, _| {
        let text = match &error {
            QueryPayloadError::Deserialize(error) => error.to_string(),
            _ => String::new(),
        };
        let field = text.split('`').nth(1).unwrap_or("query");
        let code = if text.contains("unknown field") { "unknown_value" } else { "bad_value" };
        Problem::invalid(field, code).into()
    })
}

pub(super) fn payload(limit: usize) -> PayloadConfig {
    PayloadConfig::new(limit)
}

/// What stands where no route is.
pub(super) async fn unknown_route(_: HttpRequest) -> Result<HttpResponse, Problem> {
    Err(Problem::not_found())
}

//! JSON bodies: bounded in bytes and depth, free of U+0000, and refused in the fields' own names.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use futures_util::{FutureExt, StreamExt};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::config::Settings;
use crate::kernel::input;
use crate::kernel::problem::{Class, Problem};
use crate::realtime::registry::shape_of;

/// Longest that a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Another limit than the usual, as a route's `app_data`.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimit(pub usize);

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let settings = req.app_data::<Data<Settings>>();
        let (mut limit, depth) =
            settings.map_or((256 * 1024, 32), |s| (s.limits.json_bytes, s.limits.json_depth));
        if let Some(other) = req.app_data::<BodyLimit>() {
            limit = other.0;
        }
        let refused = refuse_type(req).err();
        let reading = read_body(req, payload.take(), limit);
        async move {
            match refused {
                Some(problem) => Err(problem),
                None => parse(&reading.await?, depth).map(Self),
            }
        }
        .boxed_local()
    }
}

/// Only JSON: what a foreign page's form can send is never taken for it.
fn refuse_type(req: &HttpRequest) -> Result<(), Problem> {
    let Some(kind) = req.headers().get(CONTENT_TYPE) else { return Ok(()) };
    let kind = kind.to_str().unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json")) {
        return Ok(());
    }
    Err(Problem { status: Some(415), ..Problem::bad_json() })
}

/// Reads a body whole, or stops at the limit.
///
/// # Errors
/// `too_big`, or `bad_json` when the body breaks off.
pub fn read_body(
    req: &HttpRequest,
    mut payload: Payload,
    limit: usize,
) -> impl Future<Output = Result<Bytes, Problem>> + use<> {
    let declared = req
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok())
        .unwrap_or(0);
    async move {
        if declared > limit {
            return Err(Problem::of(Class::TooBig));
        }
        let whole = async {
            let mut body = BytesMut::with_capacity(declared);
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|_| Problem::bad_json())?;
                if body.len() + chunk.len() > limit {
                    return Err(Problem::of(Class::TooBig));
                }
                body.extend_from_slice(&chunk);
            }
            Ok(body.freeze())
        };
        // who sends a byte now and then would hold the connection for ever
        match tokio::time::timeout(PATIENCE, whole).await {
            Ok(body) => body,
            Err(_) => Err(Problem { status: Some(408), ..Problem::bad_json() }),
        }
    }
}

/// # Errors
/// `bad_json` for what is no JSON or too deep, `invalid` for another shape.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8], depth: usize) -> Result<T, Problem> {
    check_depth(bytes, depth)?;
    let value: Value = serde_json::from_slice(bytes).map_err(|_| Problem::bad_json())?;
    input::refuse_nul(&value)?;
    serde_json::from_value(value).map_err(|error| shape_of(&error))
}

/// # Errors
/// `bad_json` when brackets nest deeper than `most`.
pub(super) fn check_depth(bytes: &[u8], most: usize) -> Result<(), Problem> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                if depth > most {
                    return Err(Problem::bad_json());
                }
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::parse;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Login {
        #[expect(dead_code, reason = "only parsed")]
        email: String,
    }

    #[test]
    fn bodies_are_refused_by_name() {
        let problem = |text: &str| parse::<Login>(text.as_bytes(), 4).unwrap_err();
        assert_eq!(problem("{").code, "bad_json");
        assert_eq!(problem(r#"{"email":"\ud800"}"#).code, "bad_json");
        assert_eq!(problem(&format!("{}1{}", "[".repeat(5), "]".repeat(5))).code, "bad_json");
        assert_eq!(problem("{}").errors[0].field, "email");
        assert_eq!(problem(r#"{"email":"a\u0000b"}"#).errors[0].code, "bad_value");
        assert_eq!(problem(r#"{"email":"a","role":"admin"}"#).errors[0].field, "role");
        assert!(parse::<Login>(br#"{"email":"[[[[[[{{{{\"["}"#, 4).is_ok());
    }
}

//! What other systems call. The signature is checked over the raw bytes before anything is parsed;
//! 200 means that they are stored.

use actix_web::http::header::ContentType;
use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use serde::Deserialize;
use sha2::Sha256;
use utoipa::IntoParams;

use crate::features::channels::commands::ReceiveHook;
use crate::features::channels::{Doors, ledger, views};
use crate::gateway::{ClientAddress, RateLimits, hex, read_body, same_bytes, sha256};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::realtime::Hub;

/// Meta sends at most 3 MB.
const BODY_MAX: usize = 4 * 1024 * 1024;
/// So many bytes count as one payload where payloads are counted.
const WEIGHT: usize = 4 * 1024;
/// Longest challenge that is given back.
const CHALLENGE_MAX: usize = 200;
const SIGNATURE: &str = "x-hub-signature-256";

/// What is asked when a door is shown to the other system.
#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct Handshake {
    /// `subscribe`.
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    /// The connection's verify token.
    #[serde(rename = "hub.verify_token")]
    verify_token: Option<String>,
    /// Given back as it is.
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
}

/// Proves that the door is ours: gives the challenge back to who knows the verify token.
#[utoipa::path(get, path = "/hooks/meta/{key}", tag = "channels", security(()),
    params(("key" = String, Path, description = "of the door"), Handshake),
    responses(
        (status = 200, description = "the challenge, as text/plain", content_type = "text/plain", body = String),
        (status = 403, description = "another token"),
        (status = 404, description = "no such door"),
        (status = 429, description = "too many doors that are none")))]
pub(super) async fn handshake(
    key: Path<String>,
    ask: Query<Handshake>,
    address: ClientAddress,
    doors: Data<Doors>,
    limits: Data<RateLimits>,
) -> Result<HttpResponse, Problem> {
    let door = doors.find(&key, address, &limits).await?;
    let Handshake { mode, verify_token, challenge } = ask.into_inner();
    let (said, wanted) = (verify_token.unwrap_or_default(), door.verify_token.expose_secret());
    let is_token = same_bytes(&sha256(said.as_bytes()), &sha256(wanted.as_bytes()));
    let challenge = challenge.filter(|text| {
        text.len() <= CHALLENGE_MAX && text.bytes().all(|byte| byte.is_ascii_graphic())
    });
    match challenge {
        Some(challenge) if is_token && mode.as_deref() == Some("subscribe") => {
            Ok(HttpResponse::Ok().content_type(ContentType::plaintext()).body(challenge))
        }
        _ => Err(Problem::forbidden()),
    }
}

/// Takes a payload of up to 4 MiB that the connection's app has signed; 200 once it is stored. The same
/// bytes are stored once.
#[utoipa::path(post, path = "/hooks/meta/{key}", tag = "channels", security(()),
    params(("key" = String, Path, description = "of the door"),
        ("X-Hub-Signature-256" = String, Header, description = "`sha256=` and HMAC-SHA256 of the body in hex")),
    request_body(content = String, description = "any bytes", content_type = "application/json"),
    responses(
        (status = 200, description = "stored"),
        (status = 401, description = "not signed by this connection's app; nothing is stored"),
        (status = 404, description = "no such door"),
        (status = 413, description = "too big"),
        (status = 429, description = "more than this connection may bring, or too many doors that are none; send it again"),
        (status = 503, description = "not stored, too much waits to be split; send it again")))]
pub(super) async fn receive(
    req: HttpRequest,
    key: Path<String>,
    payload: Payload,
    address: ClientAddress,
    doors: Data<Doors>,
    limits: Data<RateLimits>,
    hub: Data<Hub>,
) -> Result<HttpResponse, Problem> {
    let door = doors.find(&key, address, &limits).await?;
    let signature = req.headers().get(SIGNATURE).and_then(|value| value.to_str().ok());
    let signature = signature.and_then(signature_of).ok_or_else(forged)?;
    let body = read_body(&req, payload.into_inner(), BODY_MAX).await?;
    if !is_signed(door.app_secret.expose_secret(), &body, &signature) {
        return Err(forged());
    }
    let weight = u32::try_from(body.len() / WEIGHT).unwrap_or(u32::MAX).saturating_add(1);
    limits.hooks.check_heavy(&door.connection, weight)?;
    let kib = u32::try_from(body.len() / 1024).unwrap_or(u32::MAX).saturating_add(1);
    limits.hook_bytes.check_heavy(&door.tenant, kib)?;
    let (coding, text) = match str::from_utf8(&body) {
        // PostgreSQL keeps no NUL in a text
        Ok(text) if !text.contains('\0') => (views::TEXT, text.to_owned()),
        _ => (views::BASE64, STANDARD.encode(&body)),
    };
    let d = ReceiveHook {
        connection: door.connection,
        digest: hex(&sha256(&body)),
        bytes: i64::try_from(body.len()).unwrap_or(i64::MAX),
        coding: coding.to_owned(),
        body: text,
    };
    // the same bytes at the same door are the same command
    let id = sha256(&[door.connection.0.as_bytes().as_slice(), d.digest.as_bytes()].concat());
    let by = Principal::system(door.tenant);
    hub.command(&by, ledger(door.connection), "hook.receive", &d, Some(hex(&id)), None).await?;
    metrics::counter!("nabiz_hooks", "result" => "stored").increment(1);
    Ok(HttpResponse::Ok().finish())
}

fn forged() -> Problem {
    metrics::counter!("nabiz_hooks", "result" => "forged").increment(1);
    Problem::unauthenticated()
}

/// The bytes behind `sha256=`.
fn signature_of(header: &str) -> Option<[u8; 32]> {
    let text = header.trim().strip_prefix("sha256=")?;
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Takes the same time whatever differs.
fn is_signed(secret: &str, body: &[u8], signature: &[u8; 32]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(body);
    mac.verify_slice(signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{is_signed, signature_of};

    #[test]
    fn a_signature_is_over_the_bytes_as_they_came() {
        let header = "sha256=c6927f478a5bfc548389ef1fddf53b72b6aff4c81624edddff1cf46fc411bf51";
        let signature = signature_of(header).unwrap();
        let body = br#"{"object":"page","entry":[]}"#;
        assert!(is_signed("nabiz-test-secret", body, &signature));
        assert!(!is_signed("nabiz-test-secreT", body, &signature));
        assert!(!is_signed("nabiz-test-secret", br#"{"object":"page","entry":[ ]}"#, &signature));
        for odd in ["", "sha256=", "sha1=ab", &header[..70], &format!("{header}0"), &"ş".repeat(40)]
        {
            assert!(signature_of(odd).is_none(), "{odd}");
        }
        assert!(signature_of(&header.replace("c6", "+6")).is_none());
    }
}

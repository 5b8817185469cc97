//! Headers that tell a browser what our pages may do.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// Scripts only from ourselves; styles also inline, which drag-and-drop libraries need; nobody may
/// frame us. `'self'` covers the WebSocket of the same host.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; \
     manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

const ALWAYS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Adds what is not there yet. Answers of the API are nobody else's: never kept by a cache.
pub(super) fn secure(headers: &mut HeaderMap, is_api: bool, is_https: bool) {
    let mut add = |name: &'static str, value: &'static str| {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    for (name, value) in ALWAYS {
        add(name, value);
    }
    if is_https {
        add("strict-transport-security", "max-age=31536000; includeSubDomains");
    }
    if is_api {
        add("cache-control", "no-store");
    }
}

//! Secrets of webhooks and what is signed with them. A secret is derived from the server's own, so
//! none is kept; a new one is the next version.

use chrono::{DateTime, Duration, Utc};
use entities::webhook;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::gateway::{Secrets, hex};

/// How long deliveries are signed with the old secret too.
const BOTH: Duration = Duration::hours(24);

/// The secret of this version, as people copy it.
pub(super) fn secret(secrets: &Secrets, hook: &webhook::Model, version: i32) -> String {
    let parts: [&[u8]; 3] =
        [hook.tenant_id.0.as_bytes(), hook.id.0.as_bytes(), &version.to_be_bytes()];
    format!("whsec_{}", URL_SAFE_NO_PAD.encode(secrets.mac("webhook", &parts)))
}

/// Its end, by which people tell two apart.
pub(super) fn hint(secrets: &Secrets, hook: &webhook::Model) -> String {
    let secret = secret(secrets, hook, hook.key_version);
    secret.chars().skip(secret.chars().count().saturating_sub(4)).collect()
}

/// `t=<unix>,v1=<hex>`: HMAC-SHA256 with the secret over `<t>.<body>`. For a day after a rotation a
/// second `v1` is of the secret before.
pub(super) fn signature(
    secrets: &Secrets,
    hook: &webhook::Model,
    at: DateTime<Utc>,
    body: &str,
) -> String {
    let t = at.timestamp();
    let mut versions = vec![hook.key_version];
    if hook.rotated_at.is_some_and(|rotated| at - rotated < BOTH) {
        versions.push(hook.key_version - 1);
    }
    let mut text = format!("t={t}");
    for version in versions {
        text.push_str(",v1=");
        text.push_str(&sign(&secret(secrets, hook, version), t, body));
    }
    text
}

fn sign(secret: &str, t: i64, body: &str) -> String {
    // a MAC takes a key of any length: this cannot fail, and an empty signature is none
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(t.to_string().as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::sign;

    /// Made with OpenSSL: `printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_test`.
    #[test]
    fn a_signature_is_what_others_compute() {
        let known = sign("whsec_test", 1_700_000_000, "{\"a\":1}");
        assert_eq!(known, "38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789");
    }
}

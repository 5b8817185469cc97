//! The server's keys and the way out to push services.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::ExposeSecret;

use crate::adapters::outward::{self, Failure, Outward};
use crate::adapters::web_push::{Browser, Keys};
use crate::config;

/// Seconds for which a push service keeps what a sleeping phone has not taken.
const TTL: &str = "86400";
/// Tries of one push; between them the wait grows.
const TRIES: u32 = 3;

/// Cheap to clone; off without a key.
#[derive(Clone)]
pub struct PushSender(Option<Arc<Inner>>);

struct Inner {
    keys: Keys,
    subject: String,
    outward: Outward,
    allow_private: bool,
}

/// What became of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Taken,
    /// The browser has unsubscribed, or its address may not be called.
    Gone,
    /// Not taken, also after some tries. It stands in the application.
    Lost,
}

impl PushSender {
    /// # Errors
    /// When the key is none.
    pub fn open(settings: &config::Push) -> anyhow::Result<Self> {
        let key = settings.private_key.expose_secret();
        if key.is_empty() {
            return Ok(Self(None));
        }
        let keys =
            Keys::parse(key).context("push.private_key is no key: make one by `nabiz push-key`")?;
        let allow_private = settings.allow_private;
        let (subject, outward) = (settings.subject.clone(), Outward::new(allow_private)?);
        Ok(Self(Some(Arc::new(Inner { keys, subject, outward, allow_private }))))
    }

    /// What browsers subscribe with; none when push is off.
    pub(in super::super) fn public_key(&self) -> Option<&str> {
        self.0.as_ref().map(|inner| inner.keys.public())
    }

    /// Whether an address may be called at all.
    pub(in super::super) fn may_call(&self, endpoint: &str) -> bool {
        self.0.as_ref().is_some_and(|inner| outward::check(endpoint, inner.allow_private).is_some())
    }

    /// Sends one push, with a few tries where the service is only busy.
    pub(super) async fn send(
        &self,
        endpoint: &str,
        browser: &Browser,
        message: &[u8],
        is_urgent: bool,
        now: DateTime<Utc>,
    ) -> Sent {
        let Some(inner) = &self.0 else { return Sent::Lost };
        let Some(headers) = inner.headers(endpoint, is_urgent, now) else { return Sent::Gone };
        for n in 0..TRIES {
            tokio::time::sleep(Duration::from_millis(u64::from(n) * 1_500)).await;
            let Ok(sealed) = browser.seal(message) else { return Sent::Gone };
            match inner.outward.post(endpoint, headers.clone(), sealed).await {
                Ok(answer) => match answer.status {
                    200..300 => return Sent::Taken,
                    404 | 410 => return Sent::Gone,
                    429 | 500.. => {}
                    status => {
                        tracing::warn!(status, "a push service refuses our pushes");
                        return Sent::Lost;
                    }
                },
                Err(Failure::RefusedAddress) => return Sent::Gone,
                Err(failure) => tracing::debug!(%failure, "a push service does not answer"),
            }
        }
        Sent::Lost
    }
}

impl Inner {
    fn headers(&self, endpoint: &str, is_urgent: bool, now: DateTime<Utc>) -> Option<HeaderMap> {
        let origin = outward::check(endpoint, self.allow_private)?.origin().ascii_serialization();
        let signed = self.keys.authorization(&origin, &self.subject, now).ok()?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("aes128gcm"));
        headers.insert(HeaderName::from_static("ttl"), HeaderValue::from_static(TTL));
        let urgency = if is_urgent { "high" } else { "normal" };
        headers.insert(HeaderName::from_static("urgency"), HeaderValue::from_static(urgency));
        headers.insert(reqwest::header::AUTHORIZATION, HeaderValue::from_str(&signed).ok()?);
        Some(headers)
    }
}

//! Calls to addresses that tenants name. Such a call never reaches what only this server's network
//! can reach, whatever the name service says at the moment of connecting; it follows no redirect,
//! uses no proxy of the environment, and neither waits nor reads for long.

mod addresses;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Url, redirect};

pub use self::addresses::is_global;

/// For everything, from the name to the last byte of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read; the rest is left where it is.
const ANSWER_MAX: usize = 4_096;
/// Characters of it that are kept.
const EXCERPT_MAX: usize = 500;
const URL_MAX: usize = 2_000;

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error("the address is not one of the public internet")]
    RefusedAddress,
    #[error("nobody answers at the address")]
    Unreachable,
    #[error("the answer took too long")]
    Timeout,
    #[error("no secure connection could be made")]
    Tls,
    #[error("what was answered is no HTTP")]
    BadAnswer,
}

impl Failure {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::RefusedAddress => "refused_address",
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Tls => "tls",
            Self::BadAnswer => "bad_answer",
        }
    }
}

/// What an address said.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// Beginning of the body, without control characters.
    pub excerpt: String,
    pub took: Duration,
}

/// Calls out. Cheap to clone.
#[derive(Clone)]
pub struct Outward {
    client: Client,
    allow_private: bool,
}

impl Outward {
    /// `allow_private`: for development and tests, where the other side is on this machine.
    ///
    /// # Errors
    /// When no secure connection can be made from here, as on a system without certificates.
    pub fn new(allow_private: bool) -> anyhow::Result<Self> {
        let client = Client::builder()
            .dns_resolver(PublicNames { allow_private })
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(PATIENCE)
            .connect_timeout(CONNECT_PATIENCE)
            .pool_max_idle_per_host(1)
            .user_agent("Nabiz/1")
            .build()
            .context("outgoing calls need the system's certificates (ca-certificates)")?;
        Ok(Self { client, allow_private })
    }

    /// Posts a body once.
    ///
    /// # Errors
    /// Why there was no answer; any status is an answer.
    pub async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: impl Into<reqwest::Body>,
    ) -> Result<Answer, Failure> {
        let began = Instant::now();
        let url = check(url, self.allow_private).ok_or(Failure::RefusedAddress)?;
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .headers(headers)
            .body(body);
        let mut response = request.send().await.map_err(|error| failure(&error))?;
        let status = response.status().as_u16();
        let mut read = Vec::new();
        // a body that breaks off is still an answer: its status has been heard
        while read.len() < ANSWER_MAX
            && let Ok(Some(chunk)) = response.chunk().await
        {
            read.extend_from_slice(&chunk[..chunk.len().min(ANSWER_MAX - read.len())]);
        }
        Ok(Answer { status, excerpt: excerpt(&read), took: began.elapsed() })
    }
}

/// An address that may be called, as far as its text tells: https, no name and password in it, and
/// no literal address that is not public (such a one never passes the resolver). None for any other.
pub fn check(url: &str, allow_private: bool) -> Option<Url> {
    if url.len() > URL_MAX || url.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let url = Url::parse(url).ok()?;
    let scheme = url.scheme() == "https" || (allow_private && url.scheme() == "http");
    let plain = url.username().is_empty() && url.password().is_none();
    let host = url.host_str()?;
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    let public = literal.is_none_or(|address| allow_private || is_global(address));
    (scheme && plain && public).then_some(url)
}

fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().filter(|c| !c.is_control() || *c == '\n').take(EXCERPT_MAX).collect()
}

/// Reads the chain of causes: only there it stands what went wrong.
fn failure(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::Timeout;
    }
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<NotPublic>() {
            return Failure::RefusedAddress;
        }
        if error.is::<rustls::Error>() {
            return Failure::Tls;
        }
        // an error of TLS comes wrapped in one of the socket
        if let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(|e| e.get_ref())
            && inner.is::<rustls::Error>()
        {
            return Failure::Tls;
        }
        cause = error.source();
    }
    if error.is_connect() { Failure::Unreachable } else { Failure::BadAnswer }
}

/// A name that leads to no public address.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no public address")]
struct NotPublic;

/// Asks the system's resolver and passes on only public addresses: what is connected to is what
/// was looked at here, so a name that changes its mind between two questions gains nothing.
struct PublicNames {
    allow_private: bool,
}

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            // a name may end with the dot of the root; not every resolver knows its own machine so
            let asked = name.as_str().trim_end_matches('.');
            let found = tokio::net::lookup_host((asked, 0)).await?;
            let kept: Vec<SocketAddr> =
                found.filter(|address| allow_private || is_global(address.ip())).collect();
            if kept.is_empty() {
                return Err(NotPublic.into());
            }
            let addresses: Addrs = Box::new(kept.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::{Failure, Outward, check, excerpt};

    fn outward(allow_private: bool) -> Outward {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Outward::new(allow_private).unwrap()
    }

    #[tokio::test]
    async fn addresses_that_only_we_can_reach_are_refused() {
        let strict = outward(false);
        for url in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://0.0.0.0:8080/",
            "https://10.0.0.1/",
            "https://192.168.1.1/x",
            "https://169.254.169.254/latest/meta-data/",
            "https://100.100.100.200/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[fe80::1]/",
            "https://[fd00:ec2::254]/",
            "https://[ff02::1]/",
            "http://example.com/",
            "https://user:password@example.com/",
            "ftp://example.com/",
            "https://exa mple.com/",
            "nonsense",
            "",
        ] {
            assert!(check(url, false).is_none(), "{url}");
            let sent = strict.post(url, HeaderMap::new(), String::new()).await;
            assert_eq!(sent.unwrap_err(), Failure::RefusedAddress, "{url}");
        }
        // names that lead home are found out when they are asked
        for url in ["https://localhost/", "https://localhost.:8443/x"] {
            assert!(check(url, false).is_some(), "{url}");
            let sent = strict.post(url, HeaderMap::new(), String::new()).await;
            assert_eq!(sent.unwrap_err(), Failure::RefusedAddress, "{url}");
        }
        assert!(check("https://crm.example.com:8443/hook?x=1", false).is_some());
    }

    #[tokio::test]
    async fn nobody_there_is_said_so() {
        let lax = outward(true);
        let sent = lax.post("http://127.0.0.1:1/", HeaderMap::new(), String::new()).await;
        assert_eq!(sent.unwrap_err(), Failure::Unreachable);
    }

    #[test]
    fn an_excerpt_is_short_and_plain() {
        assert_eq!(excerpt(b"a\0b\x1b[1m\nc\xff"), "ab[1m\nc\u{fffd}");
        assert_eq!(excerpt(&vec![b'x'; 4_000]).len(), super::EXCERPT_MAX);
    }
}

//! The sections, typed. Their meaning stands in `config/default.toml`.

use std::net::SocketAddr;

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::Network;
use crate::db;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub server: Server,
    pub database: Database,
    pub redis: Redis,
    pub auth: Auth,
    pub keys: Keys,
    pub mail: Mail,
    pub push: Push,
    pub storage: Storage,
    pub webhooks: Webhooks,
    pub log: Log,
    pub limits: Limits,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: String,
    pub base_url: String,
    pub allowed_origins: Vec<String>,
    pub trusted_proxies: Vec<String>,
    pub workers: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: SecretString,
    pub admin_url: SecretString,
    pub max_connections: u32,
    pub synchronous: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    pub url: SecretString,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    pub signup: Signup,
    pub secret: SecretString,
    pub session_days: u32,
    pub invitation_days: u32,
    pub reset_minutes: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    pub master: SecretString,
    pub previous: SecretString,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Signup {
    Open,
    Closed,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub url: SecretString,
    pub from: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Push {
    pub private_key: SecretString,
    pub subject: String,
    pub allow_private: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    pub url: SecretString,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    pub allow_private: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    pub level: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Pretty,
    Json,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub json_bytes: usize,
    pub commands_bytes: usize,
    pub import_bytes: usize,
    pub json_depth: usize,
    pub login_failures_per_minute: u32,
    pub registrations_per_minute: u32,
    pub mails_per_minute: u32,
    pub leads_per_minute: u32,
    pub leads_per_key_per_minute: u32,
    pub public_per_minute: u32,
    pub hooks_per_connection_per_minute: u32,
    pub hook_mib_per_tenant_per_day: u32,
    pub jobs: usize,
}

impl Server {
    /// # Errors
    /// When `listen` is no address with a port.
    pub fn listen_address(&self) -> anyhow::Result<SocketAddr> {
        self.listen
            .parse()
            .with_context(|| format!("server.listen must be ADDRESS:PORT, not {}", self.listen))
    }

    /// The address people use, given the one that was bound; never ends with a slash.
    pub fn public_url(&self, bound: SocketAddr) -> String {
        if !self.base_url.is_empty() {
            return self.base_url.clone();
        }
        let host = match bound.ip() {
            ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
            std::net::IpAddr::V6(ip) => format!("[{ip}]"),
            ip => ip.to_string(),
        };
        format!("http://{host}:{}", bound.port())
    }

    /// Origins whose pages may use cookies and sockets.
    pub fn origins(&self, public_url: &str) -> Vec<String> {
        let mut origins = self.allowed_origins.clone();
        origins.extend(origin_of(public_url));
        origins
    }

    /// # Errors
    /// When `trusted_proxies` names no network.
    pub fn networks(&self) -> anyhow::Result<Vec<Network>> {
        self.trusted_proxies
            .iter()
            .map(|text| {
                Network::parse(text)
                    .with_context(|| format!("server.trusted_proxies: {text} is no network"))
            })
            .collect()
    }
}

impl Database {
    /// What opening the database needs.
    pub fn options(&self) -> db::Options {
        db::Options {
            url: self.url.expose_secret().to_owned(),
            admin_url: self.admin_url.expose_secret().to_owned(),
            max_connections: self.max_connections,
            synchronous: self.synchronous.clone(),
        }
    }
}

/// `scheme://host[:port]` of a http(s) URL, in lower case.
pub(crate) fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let authority = rest.split(['/', '?', '#']).next()?;
    let plain = !authority.is_empty()
        && !authority.contains('@')
        && authority.bytes().all(|b| b.is_ascii_graphic());
    (plain && matches!(scheme.as_str(), "http" | "https"))
        .then(|| format!("{scheme}://{}", authority.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::origin_of;

    #[test]
    fn an_origin_has_no_path_and_no_user() {
        assert_eq!(origin_of("https://A.example:8/x?y").as_deref(), Some("https://a.example:8"));
        assert_eq!(origin_of("https://a@b.example"), None);
        assert_eq!(origin_of("ftp://a.example"), None);
        assert_eq!(origin_of("null"), None);
    }
}

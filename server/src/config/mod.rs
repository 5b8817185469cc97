//! Configuration: compiled defaults, then a file, then the environment (`NABIZ__SECTION__KEY`).
//! An unknown key is an error that names it and where it stands; secrets are in types that do not
//! print.

mod layers;
mod net;
mod secret;
mod sections;

use std::path::Path;

use anyhow::{Context, bail};
use secrecy::ExposeSecret;

pub use self::net::Network;
pub use self::sections::{
    Auth, Database, Keys, Limits, Log, LogFormat, Mail, Push, Redis, Server, Settings, Signup,
    Storage, Webhooks,
};

/// The documented defaults, as text.
pub const DEFAULT: &str = include_str!("../../../config/default.toml");

impl Settings {
    /// Reads all layers and checks what can be checked without touching anything.
    ///
    /// # Errors
    /// Names the key, what is wrong with it and where it stands.
    pub fn load(
        file: Option<&Path>,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> anyhow::Result<Self> {
        let settings = layers::merge(file, env)?;
        settings.check()?;
        Ok(settings)
    }

    /// Defaults with these keys on top (`("server.listen", "127.0.0.1:0")`), for tests.
    ///
    /// # Errors
    /// As `load`.
    pub fn for_tests(keys: &[(&str, &str)]) -> anyhow::Result<Self> {
        let secret = ("auth.secret", "only-for-tests-only-for-tests-only-for-tests");
        let listen = ("server.listen", "127.0.0.1:0");
        let master = ("keys.master", "only-for-tests-only-for-tests-only-for-tests");
        let own = [secret, listen, master];
        let env = own.iter().chain(keys).map(|(key, value)| {
            (format!("NABIZ__{}", key.replace('.', "__").to_uppercase()), (*value).to_owned())
        });
        Self::load(None, env)
    }

    fn check(&self) -> anyhow::Result<()> {
        self.server.listen_address()?;
        let base = &self.server.base_url;
        if !base.is_empty() {
            sections::origin_of(base)
                .filter(|origin| origin == base)
                .with_context(|| format!("server.base_url must be like https://crm.example.com, without a path, not {base}"))?;
        }
        for origin in &self.server.allowed_origins {
            if sections::origin_of(origin).as_ref() != Some(origin) {
                bail!(
                    "server.allowed_origins: {origin} is no origin (https://host, without a path)"
                );
            }
        }
        self.server.networks()?;
        self.database.options().engine()?;
        if !matches!(self.database.synchronous.as_str(), "full" | "normal") {
            bail!("database.synchronous must be full or normal");
        }
        for (name, secret) in [
            ("auth.secret", &self.auth.secret),
            ("keys.master", &self.keys.master),
            ("keys.previous", &self.keys.previous),
        ] {
            if (1..secret::MIN_LENGTH).contains(&secret.expose_secret().len()) {
                bail!("{name} needs at least {} characters", secret::MIN_LENGTH);
            }
        }
        let url = self.mail.url.expose_secret();
        let subject = &self.push.subject;
        if !self.push.private_key.expose_secret().is_empty()
            && !subject.starts_with("mailto:")
            && !subject.starts_with("https://")
        {
            bail!("push.subject must be mailto:… or https://… when push.private_key is set");
        }
        let known = ["smtp://", "smtps://", "file:"]
            .iter()
            .any(|kind| url.strip_prefix(kind).is_some_and(|rest| !rest.is_empty()));
        if !known && url != "log:" {
            bail!("mail.url must be smtp://…, smtps://…, file:FOLDER or log:");
        }
        Ok(())
    }
}

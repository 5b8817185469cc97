//! SMTP (RFC 5321) by lettre. With a password TLS is insisted on; without one it is used when the
//! server offers it.

use anyhow::Context;
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;

use super::{Mail, MailError, Mailer, compose};

const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// # Errors
/// When the URL cannot be used.
pub(super) fn check(url: &str) -> anyhow::Result<()> {
    // the text is not repeated: it holds a password
    AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_tls(url))
        .map(drop)
        .ok()
        .context("mail.url is no usable smtp:// or smtps:// URL")
}

impl Smtp {
    pub(super) fn open(url: &str, from: Mailbox) -> anyhow::Result<Self> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_tls(url))
            .ok()
            .context("mail.url is no usable smtp:// or smtps:// URL")?
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self { transport, from })
    }
}

fn with_tls(url: &str) -> String {
    if !url.starts_with("smtp://") || url.contains("tls=") {
        return url.to_owned();
    }
    let wanted = if url.contains('@') { "required" } else { "opportunistic" };
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}tls={wanted}")
}

#[async_trait::async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = compose(&self.from, mail)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => {
                tracing::warn!(status = ?error.status(), "mail was refused");
                Err(MailError::Refused)
            }
            Err(error) => {
                tracing::warn!(status = ?error.status(), timeout = error.is_timeout(), "mail server did not take a mail");
                Err(MailError::Later)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::with_tls;

    #[test]
    fn passwords_travel_encrypted_unless_said_otherwise() {
        assert_eq!(with_tls("smtp://a:b@c:587"), "smtp://a:b@c:587?tls=required");
        assert_eq!(with_tls("smtp://c"), "smtp://c?tls=opportunistic");
        assert_eq!(with_tls("smtp://c?tls=required"), "smtp://c?tls=required");
        assert_eq!(with_tls("smtps://c"), "smtps://c");
    }
}

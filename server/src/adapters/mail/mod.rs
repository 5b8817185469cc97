//! Outgoing mail: SMTP, files, or only a line in the log.

mod file;
mod smtp;
mod templates;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment as Part, Mailbox, MultiPart};

pub use self::templates::{Letter, Templates};

/// A mail ready to go.
#[derive(Clone)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
}

/// A file that a mail carries.
#[derive(Clone)]
pub struct Attachment {
    pub name: String,
    /// As RFC 2045 writes it: `text/calendar; charset=utf-8`.
    pub content_type: String,
    pub content: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Worth trying again.
    #[error("the mail server cannot be reached or asks to wait")]
    Later,
    /// The mail itself is not wanted; trying again changes nothing.
    #[error("the mail was refused")]
    Refused,
}

/// Sends mails.
#[async_trait::async_trait]
pub trait Mailer: Send + Sync {
    /// # Errors
    /// Whether to try again.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// # Errors
/// When the URL is of no known kind.
pub fn check_url(url: &str) -> anyhow::Result<()> {
    match url {
        "log:" => Ok(()),
        _ if url.strip_prefix("file:").is_some_and(|folder| !folder.is_empty()) => Ok(()),
        _ if url.starts_with("smtp://") || url.starts_with("smtps://") => smtp::check(url),
        _ => bail!("mail.url must be smtp://…, smtps://…, file:FOLDER or log:"),
    }
}

/// The mailer of `mail.url`, sending as `from`.
///
/// # Errors
/// When URL or sender cannot be used.
pub fn open(url: &str, from: &str) -> anyhow::Result<Arc<dyn Mailer>> {
    check_url(url)?;
    let from: Mailbox = from.parse().context("mail.from must be like Name <name@example.com>")?;
    if let Some(folder) = url.strip_prefix("file:") {
        let folder = PathBuf::from(folder.trim_start_matches("//"));
        std::fs::create_dir_all(&folder).context("the folder of mail.url cannot be made")?;
        return Ok(Arc::new(file::Files { folder, from }));
    }
    if url == "log:" {
        return Ok(Arc::new(Log));
    }
    Ok(Arc::new(smtp::Smtp::open(url, from)?))
}

/// The bare address of a sender like `Name <name@example.com>`; none of what is no sender.
pub fn address(from: &str) -> Option<String> {
    from.parse::<Mailbox>().ok().map(|from| from.email.to_string())
}

/// Says that a mail would have gone out, without saying to whom or what.
struct Log;

#[async_trait::async_trait]
impl Mailer for Log {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        tracing::info!(mail.bytes = mail.text.len(), "mail not sent: mail.url is log:");
        Ok(())
    }
}

/// As RFC 5322 wants it, text and HTML side by side.
fn compose(from: &Mailbox, mail: &Mail) -> Result<Message, MailError> {
    let to: Mailbox = mail.to.parse().map_err(|_| MailError::Refused)?;
    let mut body = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
    if !mail.attachments.is_empty() {
        body = MultiPart::mixed().multipart(body);
        for file in &mail.attachments {
            let kind = ContentType::parse(&file.content_type).map_err(|error| {
                tracing::error!(%error, "a mail's file has no type");
                MailError::Refused
            })?;
            body = body.singlepart(Part::new(file.name.clone()).body(file.content.clone(), kind));
        }
    }
    let letter = Message::builder().from(from.clone()).to(to).subject(&mail.subject);
    letter.multipart(body).map_err(|error| {
        tracing::error!(%error, "mail cannot be composed");
        MailError::Refused
    })
}

#[cfg(test)]
mod tests {
    use super::{address, check_url};

    #[test]
    fn a_sender_has_an_address() {
        assert_eq!(address("Nabız <crm@ornek.example>").as_deref(), Some("crm@ornek.example"));
        assert_eq!(address("crm@ornek.example").as_deref(), Some("crm@ornek.example"));
        assert_eq!(address("Nabız"), None);
    }

    #[test]
    fn mail_urls_are_checked() {
        for good in ["log:", "file:mail", "file:/tmp/x", "smtp://127.0.0.1:2525", "smtps://a:b@c"] {
            assert!(check_url(good).is_ok(), "{good}");
        }
        for bad in ["", "file:", "http://x", "smtp:"] {
            assert!(check_url(bad).is_err(), "{bad}");
        }
    }
}

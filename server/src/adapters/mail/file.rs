//! One `.eml` a mail, for development and tests.

use std::path::PathBuf;

use lettre::message::Mailbox;
use uuid::Uuid;

use super::{Mail, MailError, Mailer, compose};

pub(super) struct Files {
    pub(super) folder: PathBuf,
    pub(super) from: Mailbox,
}

#[async_trait::async_trait]
impl Mailer for Files {
    /// Written aside and renamed, so that who watches the folder never reads half a mail.
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = compose(&self.from, mail)?.formatted();
        let name = Uuid::from_bytes(rand::random()).simple().to_string();
        let aside = self.folder.join(format!(".{name}"));
        let written = async {
            tokio::fs::write(&aside, message).await?;
            tokio::fs::rename(&aside, self.folder.join(format!("{name}.eml"))).await
        };
        written.await.map_err(|error: std::io::Error| {
            tracing::warn!(%error, "mail cannot be written to its folder");
            MailError::Later
        })
    }
}

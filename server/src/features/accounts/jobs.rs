//! Mails with links. The job knows only the token's id: the address is in its row, the secret
//! follows from the server's own, and neither stands in the queue.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::{JobId, TenantId, TokenId};
use futures_util::FutureExt;

use super::secret_links::{Purpose, link_secret};
use super::views;
use crate::adapters::mail::{Letter, MailError, Mailer, Templates};
use crate::db::Db;
use crate::gateway::{PublicUrl, Secrets};
use crate::kernel::clock::Clock;
use crate::kernel::command::NewJob;
use crate::workers::jobs::{Job, JobError};

const KIND: &str = "accounts.send_link";

/// The job that mails the link of an invitation or a reset.
pub(super) fn send_link(token: TokenId, at: DateTime<Utc>) -> NewJob {
    NewJob { kind: KIND, payload: token.to_string(), run_at: at }
}

/// The address that opens a link in the client. The secret stands behind the `#`: browsers send it
/// to nobody, so it is in no log and no referrer.
pub(super) fn link(url: &PublicUrl, purpose: Purpose, secret: &str) -> String {
    match purpose {
        Purpose::Invitation => format!("{}/invitation#token={secret}", url.0),
        Purpose::Reset => format!("{}/reset-password#token={secret}", url.0),
    }
}

pub(super) struct SendLink {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) secrets: Secrets,
    pub(super) url: PublicUrl,
    pub(super) templates: Templates,
    pub(super) mailer: Arc<dyn Mailer>,
}

struct Facts {
    token: entities::one_time_token::Model,
    tenant: String,
    locale: String,
    inviter: Option<String>,
}

#[async_trait::async_trait]
impl Job for SendLink {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, tenant: TenantId, _: JobId, payload: &str) -> Result<(), JobError> {
        let id: TokenId = payload.parse().map_err(|_| JobError::Never("bad_payload"))?;
        let facts = self.db.read(tenant, move |tx| {
            async move {
                let Some(token) = views::find_token(tx, id).await? else { return Ok(None) };
                let row = views::tenant_row(tx).await?;
                let find = |id| views::find_user(tx, id);
                let inviter = match token.created_by {
                    Some(id) => find(id).await?.map(|user| user.name),
                    None => None,
                };
                // a letter is in its reader's language, where it is known
                let locale = match token.user_id {
                    Some(id) => find(id).await?.map(|user| user.locale),
                    None => None,
                };
                let locale = locale.unwrap_or(row.locale);
                Ok(Some(Facts { token, tenant: row.name, locale, inviter }))
            }
            .boxed()
        });
        let Some(Facts { token, tenant: name, locale, inviter }) = facts.await? else {
            return Ok(());
        };
        let now = self.clock.now();
        if token.used_at.is_some() || token.expires_at <= now {
            return Ok(());
        }
        let purpose = if token.kind == "reset" { Purpose::Reset } else { Purpose::Invitation };
        let secret = link_secret(&self.secrets, purpose, tenant, token.id);
        let link = link(&self.url, purpose, &secret);
        let life = token.expires_at - token.created_at;
        let letter = match purpose {
            Purpose::Invitation => Letter::Invitation {
                name: &token.name,
                tenant: &name,
                inviter: inviter.as_deref().unwrap_or(&name),
                link: &link,
                days: u32::try_from(life.num_days()).unwrap_or(1),
            },
            Purpose::Reset => Letter::Reset {
                name: &token.name,
                tenant: &name,
                link: &link,
                minutes: u32::try_from(life.num_minutes()).unwrap_or(60),
            },
        };
        let mail = self.templates.write(&token.email, &locale, &letter)?;
        self.mailer.send(&mail).await.map_err(|error| match error {
            MailError::Later => JobError::Later("mail_later"),
            MailError::Refused => JobError::Never("mail_refused"),
        })
    }
}

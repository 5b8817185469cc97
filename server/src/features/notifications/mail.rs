//! Notifications by mail: one letter for all that has come together, never the same thing twice.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::{JobId, NotificationId, TenantId, UserId};
use entities::notification;
use entities::tenancy::OfTenant;
use futures_util::FutureExt;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

use super::kinds::Kind;
use super::views::{self, Notification};
use super::words::{many, words};
use crate::adapters::mail::{Letter, MailError, Mailer, Templates};
use crate::db::{Db, Tx};
use crate::features::accounts::{self, Colleague};
use crate::gateway::PublicUrl;
use crate::kernel::clock::Clock;
use crate::kernel::command::NewJob;
use crate::kernel::problem::Problem;
use crate::workers::jobs::{Job, JobError};

const KIND: &str = "notifications.mail";
/// Notifications of one letter; more go into the next.
const LETTER_MAX: u64 = 100;

/// The job that mails somebody what waits for this time.
pub(super) fn job(user: UserId, at: DateTime<Utc>) -> NewJob {
    NewJob { kind: KIND, payload: user.to_string(), run_at: at }
}

pub(super) struct SendMail {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) url: PublicUrl,
    pub(super) templates: Templates,
    pub(super) mailer: Arc<dyn Mailer>,
}

/// What was taken for one letter.
struct Batch {
    ids: Vec<NotificationId>,
    shown: Vec<Notification>,
    reader: Option<Colleague>,
    tenant: String,
}

#[async_trait::async_trait]
impl Job for SendMail {
    fn kind(&self) -> &'static str {
        KIND
    }

    /// What is taken is not taken again, also when the server dies before the mail server has
    /// answered: told twice is worse than only told in the application.
    async fn run(&self, tenant: TenantId, _: JobId, payload: &str) -> Result<(), JobError> {
        let user: UserId = payload.parse().map_err(|_| JobError::Never("bad_payload"))?;
        loop {
            let now = self.clock.now();
            let batch = self.db.write(tenant, move |tx| take(tx, user, now).boxed()).await?;
            if batch.ids.is_empty() {
                return Ok(());
            }
            let Batch { ids, shown, reader, tenant: house } = batch;
            let Some(reader) = reader.filter(|reader| reader.active && !shown.is_empty()) else {
                continue;
            };
            let mail = self.letter(&reader, &house, &shown)?;
            match self.mailer.send(&mail).await {
                Ok(()) => {}
                Err(MailError::Refused) => return Err(JobError::Never("mail_refused")),
                Err(MailError::Later) => {
                    self.db.write(tenant, move |tx| put_back(tx, ids.clone(), now).boxed()).await?;
                    return Err(JobError::Later("mail_later"));
                }
            }
        }
    }
}

impl SendMail {
    fn letter(
        &self,
        reader: &Colleague,
        house: &str,
        shown: &[Notification],
    ) -> Result<crate::adapters::mail::Mail, Problem> {
        let turkish = reader.locale.starts_with("tr");
        let lines: Vec<String> = shown
            .iter()
            .filter_map(|n| {
                let kind = Kind::parse(&n.kind)?;
                let words = words(kind, n.customer_name.as_deref(), &n.d, turkish);
                let body =
                    if words.body.is_empty() { String::new() } else { format!(": {}", words.body) };
                Some(format!("{}{body}", words.title))
            })
            .collect();
        let subject = match lines.as_slice() {
            [one] => one.clone(),
            all => many(all.len(), turkish),
        };
        let link = match shown {
            [one] => format!("{}{}", self.url.0, one.path()),
            _ => format!("{}/today", self.url.0),
        };
        let letter = Letter::Notices {
            name: &reader.name,
            tenant: house,
            subject: &subject,
            lines: &lines,
            link: &link,
        };
        self.templates.write(&reader.email, &reader.locale, &letter)
    }
}

/// Takes what waits, so that nobody else does. What was read meanwhile needs no mail.
async fn take(tx: &Tx<'_>, user: UserId, now: DateTime<Utc>) -> Result<Batch, Problem> {
    let rows = notification::Entity::of(tx.tenant())
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::MailAt.lte(now))
        .order_by_asc(notification::Column::MailAt)
        .order_by_asc(notification::Column::Id)
        .limit(LETTER_MAX)
        .all(tx)
        .await?;
    let mut ids = Vec::with_capacity(rows.len());
    for row in &rows {
        let taken = set(tx, &[row.id], None, true).await?;
        if taken > 0 {
            ids.push(row.id);
        }
    }
    let reader = accounts::colleagues(tx, &[user]).await?.remove(&user);
    let mut shown = Vec::new();
    if let Some(reader) = &reader {
        // the right to know may have gone since it was told
        let unread = rows.into_iter().filter(|row| row.read_at.is_none() && ids.contains(&row.id));
        shown = views::visible_to(tx, &reader.eyes, unread.collect()).await?;
    }
    Ok(Batch { ids, shown, reader, tenant: accounts::tenant_name(tx).await? })
}

async fn put_back(
    tx: &Tx<'_>,
    ids: Vec<NotificationId>,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    set(tx, &ids, Some(now), false).await.map(drop)
}

async fn set(
    tx: &Tx<'_>,
    ids: &[NotificationId],
    at: Option<DateTime<Utc>>,
    waiting: bool,
) -> Result<u64, Problem> {
    let mut change = notification::Entity::change(tx.tenant())
        .col_expr(notification::Column::MailAt, Expr::value(at))
        .filter(notification::Column::Id.is_in(ids.iter().copied()));
    if waiting {
        change = change.filter(notification::Column::MailAt.is_not_null());
    }
    Ok(change.exec(tx).await?.rows_affected)
}

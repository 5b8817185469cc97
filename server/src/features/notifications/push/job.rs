//! Pushes what waits for one person to all their browsers.

use chrono::{DateTime, Utc};
use entities::ids::{JobId, PushSubscriptionId, TenantId, UserId};
use entities::tenancy::OfTenant;
use entities::{notification, push_subscription};
use futures_util::FutureExt;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};

use super::sender::{PushSender, Sent};
use super::subscriptions;
use crate::adapters::web_push::Browser;
use crate::db::{Db, Tx};
use crate::features::accounts::{self, Colleague};
use crate::features::notifications::kinds::Kind;
use crate::features::notifications::views::{self, Notification};
use crate::features::notifications::words::{many, words};
use crate::kernel::clock::{Clock, wire_time};
use crate::kernel::command::NewJob;
use crate::kernel::problem::Problem;
use crate::workers::jobs::{Job, JobError};

const KIND: &str = "notifications.push";
/// More than so many at once, as after quiet hours, come as one.
const SINGLE_MAX: usize = 3;
/// Rows taken at once; more come with the next job's, summed up.
const TAKEN_MAX: u64 = 500;

/// The job that pushes to somebody what waits for this time.
pub(in super::super) fn job(user: UserId, at: DateTime<Utc>) -> NewJob {
    NewJob { kind: KIND, payload: user.to_string(), run_at: at }
}

pub(in super::super) struct SendPush {
    pub(in super::super) db: Db,
    pub(in super::super) clock: Clock,
    pub(in super::super) sender: PushSender,
}

struct Batch {
    shown: Vec<Notification>,
    reader: Option<Colleague>,
    browsers: Vec<push_subscription::Model>,
}

#[async_trait::async_trait]
impl Job for SendPush {
    fn kind(&self) -> &'static str {
        KIND
    }

    /// What is taken is not taken again: a phone that rings twice is worse than one that does not,
    /// since all of it stands in the application.
    async fn run(&self, tenant: TenantId, _: JobId, payload: &str) -> Result<(), JobError> {
        let user: UserId = payload.parse().map_err(|_| JobError::Never("bad_payload"))?;
        let now = self.clock.now();
        let batch = self.db.write(tenant, move |tx| take(tx, user, now).boxed()).await?;
        let Some(reader) = batch.reader.filter(|reader| reader.active) else { return Ok(()) };
        let messages = messages(&batch.shown, &reader);
        for row in batch.browsers {
            let Some(browser) = Browser::parse(&row.p256dh, &row.auth) else { continue };
            for (message, is_urgent) in &messages {
                let message = message.to_string();
                let sent = self
                    .sender
                    .send(&row.endpoint, &browser, message.as_bytes(), *is_urgent, now)
                    .await;
                if sent == Sent::Gone {
                    self.forget(tenant, row.id).await?;
                    break;
                }
            }
        }
        Ok(())
    }
}

impl SendPush {
    async fn forget(&self, tenant: TenantId, id: PushSubscriptionId) -> Result<(), Problem> {
        let gone = self.db.write(tenant, move |tx| subscriptions::remove(tx, id, None).boxed());
        gone.await.map(drop)
    }
}

async fn take(tx: &Tx<'_>, user: UserId, now: DateTime<Utc>) -> Result<Batch, Problem> {
    let rows = notification::Entity::of(tx.tenant())
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::PushAt.lte(now))
        .order_by_asc(notification::Column::At)
        .order_by_asc(notification::Column::Id)
        .limit(TAKEN_MAX)
        .lock_exclusive()
        .all(tx)
        .await?;
    notification::Entity::change(tx.tenant())
        .col_expr(notification::Column::PushAt, Expr::value(Option::<DateTime<Utc>>::None))
        .filter(notification::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(tx)
        .await?;
    let reader = accounts::colleagues(tx, &[user]).await?.remove(&user);
    let unread = rows.into_iter().filter(|row| row.read_at.is_none()).collect();
    let shown = match &reader {
        Some(reader) => views::visible_to(tx, &reader.eyes, unread).await?,
        None => Vec::new(),
    };
    Ok(Batch { shown, reader, browsers: subscriptions::live(tx, user, now).await? })
}

/// One each, or one for all; and whether it is worth waking a phone that sleeps.
fn messages(shown: &[Notification], reader: &Colleague) -> Vec<(Value, bool)> {
    let turkish = reader.locale.starts_with("tr");
    if shown.len() > SINGLE_MAX {
        let title = many(shown.len(), turkish);
        let all = json!({ "kind": "many", "count": shown.len(), "title": title, "body": "",
            "url": "/today", "tag": "many" });
        return vec![(all, false)];
    }
    let single = shown.iter().filter_map(|n| {
        let kind = Kind::parse(&n.kind)?;
        let words = words(kind, n.customer_name.as_deref(), &n.d, turkish);
        let message = json!({ "id": n.id, "kind": n.kind, "at": wire_time(n.at),
            "title": words.title, "body": words.body, "url": n.path(), "tag": n.id });
        Some((message, matches!(kind, Kind::ReminderDue | Kind::AppointmentSoon)))
    });
    single.collect()
}

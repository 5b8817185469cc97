//! Deliveries: the job that tells a webhook of an event, writes down what came back, and comes
//! again later when it was no success.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use dashmap::DashMap;
use entities::ids::{DeliveryId, JobId, TenantId, WebhookId};
use entities::{webhook, webhook_delivery};
use futures_util::FutureExt;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::commands::NoteHealth;
use super::record::{Heard, fresh, is_success, keep, noted, ready};
use super::rules::health;
use super::{Webhooks, signing, views};
use crate::adapters::outward::Failure;
use crate::db::{Db, queue};
use crate::kernel::clock::{Clock, wire_time};
use crate::kernel::command::NewJob;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::Hub;
use crate::workers::jobs::{Job, JobError};

const KIND: &str = "webhooks.send";
/// How long a delivery steps aside when its receiver, or all of them, are slow; and at most, when
/// its receiver fails.
const ASIDE: Duration = Duration::seconds(1);
const ASIDE_MAX: Duration = Duration::minutes(10);
/// So long it waits for its turn before it does.
const SOON: std::time::Duration = std::time::Duration::from_millis(100);

/// What the job carries.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) delivery: DeliveryId,
    pub(super) webhook: WebhookId,
    /// Where the event stands in the journal.
    pub(super) topic: String,
    pub(super) seq: i64,
}

impl Order {
    pub(super) fn job(&self, run_at: DateTime<Utc>) -> Option<NewJob> {
        let payload = serde_json::to_string(self).ok()?;
        Some(NewJob { kind: KIND, payload, run_at })
    }
}

/// What a receiver is sent.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    pub(super) id: DeliveryId,
    pub(super) tenant: TenantId,
    pub(super) topic: &'a str,
    pub(super) seq: i64,
    pub(super) at: String,
    pub(super) by: &'a str,
    pub(super) op: &'a str,
    pub(super) d: &'a RawValue,
}

pub(super) struct SendDelivery {
    webhooks: Webhooks,
    db: Db,
    clock: Clock,
    hub: Hub,
    /// Calls of this node that may be out at once.
    out: Arc<Semaphore>,
    /// One at a time to one receiver.
    receivers: DashMap<WebhookId, Arc<Semaphore>>,
}

impl SendDelivery {
    pub(super) fn new(
        webhooks: &Webhooks,
        db: &Db,
        clock: &Clock,
        hub: &Hub,
        slots: usize,
    ) -> Self {
        Self {
            webhooks: webhooks.clone(),
            db: db.clone(),
            clock: clock.clone(),
            hub: hub.clone(),
            out: Arc::new(Semaphore::new((slots / 2).max(1))),
            receivers: DashMap::new(),
        }
    }

    /// The receiver's turn and one of this node's, if both are to be had soon.
    async fn hold(&self, id: WebhookId) -> Option<[OwnedSemaphorePermit; 2]> {
        let one = || Arc::new(Semaphore::new(1));
        let receiver = self.receivers.entry(id).or_insert_with(one).clone();
        let receiver = tokio::time::timeout(SOON, receiver.acquire_owned()).await.ok()?.ok()?;
        let out = tokio::time::timeout(SOON, self.out.clone().acquire_owned()).await.ok()?.ok()?;
        Some([receiver, out])
    }

    async fn come_again(&self, tenant: TenantId, order: Order) -> Result<(), JobError> {
        let (clock, now) = (self.clock.clone(), self.clock.now());
        let written = self.db.write(tenant, move |tx| {
            let (clock, order) = (clock.clone(), order.clone());
            async move {
                let hook = views::find(tx, order.webhook).await.ok();
                let failing = hook.and_then(|hook| hook.failing_since).map(|since| now - since);
                if let Some(job) = order.job(now + aside(failing)) {
                    queue::write(tx, tx.tenant(), &clock, &job).await?;
                }
                Ok(())
            }
            .boxed()
        });
        Ok(written.await?)
    }
}

/// About as long as the receiver has been failing: thousands that wait for one that does not answer
/// would else be taken up and put down all the time, and everybody's jobs would wait behind them.
fn aside(failing: Option<Duration>) -> Duration {
    let whole = failing.unwrap_or(ASIDE).clamp(ASIDE, ASIDE_MAX).num_milliseconds();
    Duration::milliseconds(rand::random_range(whole / 2..=whole))
}

#[async_trait::async_trait]
impl Job for SendDelivery {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, tenant: TenantId, _: JobId, payload: &str) -> Result<(), JobError> {
        let order: Order =
            serde_json::from_str(payload).map_err(|_| JobError::Never("bad_payload"))?;
        let Some(_held) = self.hold(order.webhook).await else {
            return self.come_again(tenant, order).await;
        };
        let (now, ordered) = (self.clock.now(), order.clone());
        let ready = self.db.write(tenant, move |tx| {
            let order = ordered.clone();
            async move { ready(tx, now, &order).await }.boxed()
        });
        let Some((hook, delivery)) = ready.await? else { return Ok(()) };
        let heard = call(&self.webhooks, &hook, &delivery, self.clock.now()).await;
        let (clock, now, told) = (self.clock.clone(), self.clock.now(), heard.clone());
        let outcome = self.db.write(tenant, move |tx| {
            let (clock, order, heard) = (clock.clone(), order.clone(), told.clone());
            async move {
                let row = noted(
                    now,
                    views::find_delivery(tx, order.webhook, order.delivery).await?,
                    &heard,
                    true,
                );
                keep(tx, &row).await?;
                if let Some(job) = row.next_at.and_then(|at| order.job(at)) {
                    queue::write(tx, tx.tenant(), &clock, &job).await?;
                }
                Ok(())
            }
            .boxed()
        });
        outcome.await?;
        self.note_health(&hook, is_success(&heard), now).await
    }
}

impl SendDelivery {
    /// Says so where the receiver's health has changed, or it has failed for too long.
    async fn note_health(
        &self,
        hook: &webhook::Model,
        success: bool,
        now: DateTime<Utc>,
    ) -> Result<(), JobError> {
        let matters = match hook.failing_since {
            None => !success,
            Some(since) => success || now - since >= health::PATIENCE,
        };
        if !matters {
            return Ok(());
        }
        let by = Principal::system(hook.tenant_id);
        let d = NoteHealth { webhook: hook.id, failing: !success };
        match self.hub.command(&by, Topic::tenant(), "webhook.health", &d, None, None).await {
            Ok(_) => {}
            // it was removed meanwhile; else the next delivery says it again
            Err(problem) => tracing::debug!(%problem, "a webhook's health could not be noted"),
        }
        Ok(())
    }
}

/// Sends it, signed.
async fn call(
    webhooks: &Webhooks,
    hook: &webhook::Model,
    delivery: &webhook_delivery::Model,
    at: DateTime<Utc>,
) -> Heard {
    let mut headers = HeaderMap::new();
    let signature = signing::signature(&webhooks.secrets, hook, at, &delivery.body);
    for (name, value) in [
        ("nabiz-event", delivery.op.as_str()),
        ("nabiz-delivery", &delivery.id.to_string()),
        ("nabiz-signature", &signature),
    ] {
        let value = HeaderValue::from_str(value).map_err(|_| Failure::BadAnswer)?;
        headers.insert(HeaderName::from_static(name), value);
    }
    webhooks.outward.post(&hook.url, headers, delivery.body.clone()).await
}

/// One try of a made-up event, whose answer somebody waits for; it is on record like any other.
pub(super) async fn test(
    webhooks: &Webhooks,
    db: &Db,
    clock: &Clock,
    hook: webhook::Model,
    by: &Principal,
) -> Result<webhook_delivery::Model, Problem> {
    let order = Order {
        delivery: DeliveryId(clock.fresh_id()),
        webhook: hook.id,
        topic: "tenant".to_owned(),
        seq: 0,
    };
    let now = clock.now();
    let body = Body {
        id: order.delivery,
        tenant: hook.tenant_id,
        topic: &order.topic,
        seq: 0,
        at: wire_time(now),
        by: &by.author(),
        op: "webhook.test",
        d: serde_json::from_str("{}").map_err(|_| Problem::internal())?,
    };
    let body = serde_json::to_string(&body).map_err(|_| Problem::internal())?;
    let row = fresh(hook.tenant_id, &order, "webhook.test".to_owned(), body, now);
    let heard = call(webhooks, &hook, &row, now).await;
    let row = noted(clock.now(), row, &heard, false);
    let kept = row.clone();
    db.write(hook.tenant_id, move |tx| {
        let row = kept.clone();
        async move {
            webhook_delivery::Entity::insert(row.into_active_model())
                .exec_without_returning(tx)
                .await?;
            Ok(())
        }
        .boxed()
    })
    .await?;
    Ok(row)
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::{ASIDE, ASIDE_MAX, aside};

    #[test]
    fn who_waits_for_a_receiver_that_fails_leaves_the_others_their_turn() {
        for _ in 0..100 {
            assert!(aside(None) <= ASIDE && aside(None) >= ASIDE / 2);
            assert!(aside(Some(Duration::zero())) <= ASIDE);
            let minute = aside(Some(Duration::minutes(1)));
            assert!(minute >= Duration::seconds(30) && minute <= Duration::minutes(1));
            let days = aside(Some(Duration::days(2)));
            assert!(days >= ASIDE_MAX / 2 && days <= ASIDE_MAX);
        }
    }
}

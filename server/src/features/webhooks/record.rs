//! The rows of deliveries: made by the first try, changed by each.

use chrono::{DateTime, Duration, Utc};
use entities::ids::TenantId;
use entities::tenancy::OfTenant;
use entities::{event, webhook, webhook_delivery};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::value::RawValue;

use super::sender::{Body, Order};
use super::views::{DELIVERED, FAILED, WAITING};
use crate::adapters::outward::{Answer, Failure};
use crate::db::Tx;
use crate::kernel::clock::wire_time;
use crate::kernel::problem::Problem;

/// Minutes until the next try; after the last a delivery has failed.
const WAITS: [i64; 7] = [1, 5, 15, 60, 180, 360, 720];

/// The delivery with its webhook, if it is still to be sent. Its row is written by the first try.
pub(super) async fn ready(
    tx: &Tx<'_>,
    now: DateTime<Utc>,
    order: &Order,
) -> Result<Option<(webhook::Model, webhook_delivery::Model)>, Problem> {
    let hook = webhook::Entity::of(tx.tenant())
        .filter(webhook::Column::Id.eq(order.webhook))
        .one(tx)
        .await?;
    let Some(hook) = hook else { return Ok(None) };
    let known = webhook_delivery::Entity::of(tx.tenant())
        .filter(webhook_delivery::Column::Id.eq(order.delivery))
        .one(tx)
        .await?;
    let is_on = hook.enabled && hook.removed_at.is_none();
    let delivery = match known {
        Some(row) if row.state != WAITING => return Ok(None),
        Some(mut row) if !is_on => {
            FAILED.clone_into(&mut row.state);
            row.error = Some("disabled".to_owned());
            row.next_at = None;
            keep(tx, &row).await?;
            return Ok(None);
        }
        Some(row) => row,
        None if !is_on => return Ok(None),
        None => match first(tx, now, order).await? {
            Some(row) => row,
            None => return Ok(None),
        },
    };
    Ok(Some((hook, delivery)))
}

async fn first(
    tx: &Tx<'_>,
    now: DateTime<Utc>,
    order: &Order,
) -> Result<Option<webhook_delivery::Model>, Problem> {
    let cause = event::Entity::of(tx.tenant())
        .filter(event::Column::Topic.eq(order.topic.as_str()))
        .filter(event::Column::Seq.eq(order.seq))
        .one(tx)
        .await?;
    let Some(cause) = cause else { return Ok(None) };
    let d = RawValue::from_string(cause.payload).map_err(|_| Problem::internal())?;
    let body = Body {
        id: order.delivery,
        tenant: tx.tenant(),
        topic: &cause.topic,
        seq: cause.seq,
        at: wire_time(cause.at),
        by: &cause.by,
        op: &cause.op,
        d: &d,
    };
    let body = serde_json::to_string(&body).map_err(|_| Problem::internal())?;
    let row = fresh(tx.tenant(), order, cause.op, body, now);
    webhook_delivery::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(tx)
        .await?;
    Ok(Some(row))
}

pub(super) fn fresh(
    tenant: TenantId,
    order: &Order,
    op: String,
    body: String,
    now: DateTime<Utc>,
) -> webhook_delivery::Model {
    webhook_delivery::Model {
        tenant_id: tenant,
        id: order.delivery,
        webhook_id: order.webhook,
        op,
        topic: order.topic.clone(),
        seq: order.seq,
        body,
        state: WAITING.to_owned(),
        attempts: 0,
        status: None,
        excerpt: None,
        error: None,
        took_ms: None,
        created_at: now,
        tried_at: None,
        next_at: Some(now),
        replay_of: None,
    }
}

pub(super) async fn keep(tx: &Tx<'_>, row: &webhook_delivery::Model) -> Result<(), Problem> {
    use webhook_delivery::Column;
    webhook_delivery::Entity::change(tx.tenant())
        .col_expr(Column::State, Expr::value(row.state.as_str()))
        .col_expr(Column::Attempts, Expr::value(row.attempts))
        .col_expr(Column::Status, Expr::value(row.status))
        .col_expr(Column::Excerpt, Expr::value(row.excerpt.clone()))
        .col_expr(Column::Error, Expr::value(row.error.clone()))
        .col_expr(Column::TookMs, Expr::value(row.took_ms))
        .col_expr(Column::TriedAt, Expr::value(row.tried_at))
        .col_expr(Column::NextAt, Expr::value(row.next_at))
        .filter(Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// What came back, if anything.
pub(super) type Heard = Result<Answer, Failure>;

pub(super) fn is_success(heard: &Heard) -> bool {
    heard.as_ref().is_ok_and(|answer| (200..300).contains(&answer.status))
}

/// The delivery with what came back, and when it is tried again, if ever.
pub(super) fn noted(
    now: DateTime<Utc>,
    mut row: webhook_delivery::Model,
    heard: &Heard,
    again: bool,
) -> webhook_delivery::Model {
    row.attempts += 1;
    row.tried_at = Some(now);
    (row.status, row.excerpt, row.error, row.took_ms) = match heard {
        Ok(answer) => {
            let took = i32::try_from(answer.took.as_millis()).unwrap_or(i32::MAX);
            let moved = (300..400).contains(&answer.status).then(|| "redirect".to_owned());
            (Some(i32::from(answer.status)), Some(answer.excerpt.clone()), moved, Some(took))
        }
        Err(failure) => (None, None, Some(failure.name().to_owned()), None),
    };
    let tries = usize::try_from(row.attempts).unwrap_or(usize::MAX);
    let wait = WAITS.get(tries.saturating_sub(1)).filter(|_| again);
    (row.state, row.next_at) = match wait {
        _ if is_success(heard) => (DELIVERED.to_owned(), None),
        Some(minutes) => (WAITING.to_owned(), Some(now + Duration::minutes(*minutes))),
        None => (FAILED.to_owned(), None),
    };
    row
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};
    use entities::ids::{DeliveryId, TenantId, WebhookId};

    use super::{WAITS, fresh, noted};
    use crate::adapters::outward::Failure;
    use crate::features::webhooks::sender::Order;

    #[test]
    fn waits_grow_until_a_delivery_has_failed() {
        let order = Order {
            delivery: DeliveryId::NIL,
            webhook: WebhookId::NIL,
            topic: "tenant".to_owned(),
            seq: 1,
        };
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let mut row = fresh(TenantId::NIL, &order, "x".to_owned(), String::new(), now);
        for minutes in WAITS {
            row = noted(now, row, &Err(Failure::Timeout), true);
            assert_eq!(row.next_at, Some(now + Duration::minutes(minutes)));
            assert_eq!((row.state.as_str(), row.error.as_deref()), ("waiting", Some("timeout")));
        }
        row = noted(now, row, &Err(Failure::Timeout), true);
        assert_eq!((row.state.as_str(), row.next_at, row.attempts), ("failed", None, 8));
    }
}

//! Webhooks are made, changed, put on and off, given a new secret, removed; deliveries are sent
//! once more.

use entities::ids::{DeliveryId, WebhookId};
use entities::lists::StringList;
use entities::{webhook, webhook_delivery};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::json;

use super::{listen, save};
use crate::adapters::outward;
use crate::db::Tx;
use crate::features::webhooks::commands::{CreateWebhook, ReplayDelivery, UpdateWebhook};
use crate::features::webhooks::sender::Order;
use crate::features::webhooks::{OPS, events, views};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input::Fields;
use crate::kernel::problem::Problem;

/// Webhooks of one tenant.
const WEBHOOKS_MAX: usize = 20;
const OPS_MAX: usize = 40;

pub(in super::super) async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateWebhook,
    allow_private: bool,
) -> Decided {
    check(Some(&cmd.url), Some(&cmd.ops), allow_private)?;
    if views::all(tx).await?.len() >= WEBHOOKS_MAX {
        return Err(Problem::invalid("url", "too_many"));
    }
    let row = webhook::Model {
        tenant_id: tx.tenant(),
        id: cx.fresh(WebhookId),
        url: cmd.url.clone(),
        ops: once_each(&cmd.ops),
        enabled: true,
        key_version: 1,
        rotated_at: None,
        off_because: None,
        failing_since: None,
        version: 1,
        created_by: cx.by.author(),
        created_at: cx.at,
        updated_at: cx.at,
        removed_at: None,
    };
    webhook::Entity::insert(row.clone().into_active_model()).exec_without_returning(tx).await?;
    listen(tx, &row).await?;
    Ok(Decision::events(vec![events::saved(&row)?]).reply(&json!({ "webhook_id": row.id })))
}

pub(in super::super) async fn update(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &UpdateWebhook,
    allow_private: bool,
) -> Decided {
    let mut row = views::find(tx, cmd.webhook).await?;
    cx.check_version(row.version)?;
    check(cmd.url.as_deref(), cmd.ops.as_deref(), allow_private)?;
    if let Some(url) = &cmd.url {
        row.url.clone_from(url);
        row.failing_since = None;
    }
    if let Some(ops) = &cmd.ops {
        row.ops = once_each(ops);
    }
    let row = save(tx, cx, row).await?;
    Ok(Decision::events(vec![events::saved(&row)?]).reply(&json!({ "version": row.version })))
}

pub(in super::super) async fn turn(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: WebhookId,
    on: bool,
) -> Decided {
    let mut row = views::find(tx, id).await?;
    if row.enabled == on {
        return Ok(Decision::default());
    }
    row.enabled = on;
    row.off_because = (!on).then(|| "by_hand".to_owned());
    row.failing_since = None;
    let row = save(tx, cx, row).await?;
    Ok(Decision::events(vec![events::saved(&row)?]))
}

pub(in super::super) async fn rotate(tx: &Tx<'_>, cx: &CommandContext, id: WebhookId) -> Decided {
    let mut row = views::find(tx, id).await?;
    row.key_version = row.key_version.saturating_add(1);
    row.rotated_at = Some(cx.at);
    let row = save(tx, cx, row).await?;
    Ok(Decision::events(vec![events::saved(&row)?]))
}

pub(in super::super) async fn remove(tx: &Tx<'_>, cx: &CommandContext, id: WebhookId) -> Decided {
    let mut row = views::find(tx, id).await?;
    row.enabled = false;
    row.removed_at = Some(cx.at);
    let row = save(tx, cx, row).await?;
    Ok(Decision::events(vec![events::removed(row.id)?]))
}

pub(in super::super) async fn replay(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ReplayDelivery,
) -> Decided {
    let hook = views::find(tx, cmd.webhook).await?;
    let sent = views::find_delivery(tx, hook.id, cmd.delivery).await?;
    if !hook.enabled {
        return Err(Problem::conflict("webhook_off"));
    }
    let row = webhook_delivery::Model {
        id: cx.fresh(DeliveryId),
        state: views::WAITING.to_owned(),
        attempts: 0,
        status: None,
        excerpt: None,
        error: None,
        took_ms: None,
        created_at: cx.at,
        tried_at: None,
        next_at: Some(cx.at),
        replay_of: Some(sent.replay_of.unwrap_or(sent.id)),
        ..sent
    };
    let order =
        Order { delivery: row.id, webhook: hook.id, topic: row.topic.clone(), seq: row.seq };
    let reply = json!({ "delivery_id": row.id });
    webhook_delivery::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    let jobs = order.job(cx.at).into_iter().collect();
    Ok(Decision { jobs, ..Decision::default() }.reply(&reply))
}

fn check(url: Option<&str>, ops: Option<&[String]>, allow_private: bool) -> Result<(), Problem> {
    let mut fields = Fields::default();
    if let Some(url) = url
        && outward::check(url, allow_private).is_none()
    {
        fields.add("url", "bad_address");
    }
    match ops {
        Some([]) => fields.add("ops", "required"),
        Some(ops) if ops.len() > OPS_MAX => fields.add("ops", "too_many"),
        Some(ops) if ops.iter().any(|op| !OPS.contains(&op.as_str())) => {
            fields.add("ops", "unknown_value");
        }
        _ => {}
    }
    fields.done()
}

/// In the order of the list, each once.
fn once_each(ops: &[String]) -> StringList {
    let known = OPS.iter().filter(|op| ops.iter().any(|said| said == *op));
    StringList(known.map(|op| (*op).to_owned()).collect())
}

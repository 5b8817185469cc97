//! What webhooks say. An address may hold a secret in its path, so only its host is told.

use chrono::{DateTime, Utc};
use entities::ids::WebhookId;
use entities::webhook;
use serde::Serialize;
use utoipa::ToSchema;

use crate::gateway::Message;
use crate::kernel::clock::wire;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// A webhook as the tenant's topic shows it.
#[derive(Serialize, ToSchema)]
struct WebhookFace<'a> {
    id: WebhookId,
    host: String,
    ops: &'a [String],
    enabled: bool,
    off_because: Option<&'a str>,
    #[serde(serialize_with = "wire::optional_time")]
    failing_since: Option<DateTime<Utc>>,
    version: i64,
    created_by: &'a str,
    #[serde(serialize_with = "wire::time")]
    created_at: DateTime<Utc>,
}

/// `webhook.saved`.
#[derive(Serialize, ToSchema)]
struct WebhookSaved<'a> {
    webhook: WebhookFace<'a>,
}

/// `webhook.removed`.
#[derive(Serialize, ToSchema)]
struct WebhookRemoved {
    id: WebhookId,
}

pub(super) fn saved(row: &webhook::Model) -> Result<NewEvent, Problem> {
    let webhook = WebhookFace {
        id: row.id,
        host: host(&row.url),
        ops: &row.ops.0,
        enabled: row.enabled,
        off_because: row.off_because.as_deref(),
        failing_since: row.failing_since,
        version: row.version,
        created_by: &row.created_by,
        created_at: row.created_at,
    };
    NewEvent::new(Topic::tenant(), "webhook.saved", &WebhookSaved { webhook })
}

pub(super) fn removed(id: WebhookId) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::tenant(), "webhook.removed", &WebhookRemoved { id })
}

pub(super) fn host(url: &str) -> String {
    let host = reqwest::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_default()
}

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Message> {
    vec![
        Message::event::<WebhookSaved<'_>>("webhook.saved", "tenant"),
        Message::event::<WebhookRemoved>("webhook.removed", "tenant"),
    ]
}

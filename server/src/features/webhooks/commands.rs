//! What can be asked of webhooks. The last is the server's own work and refuses everybody else.

use entities::ids::{DeliveryId, WebhookId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::{health, write};
use crate::db::Tx;
use crate::gateway::Message;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::{Permission, Who};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::registry::Registry;

macro_rules! on_tenant {
    ($name:ident, $op:literal, |$self:ident, $tx:ident, $cx:ident| $decide:expr) => {
        impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::ManageWebhooks;

            fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
                Ok(Topic::tenant())
            }

            async fn decide<'a>(&'a $self, $tx: &'a Tx<'a>, $cx: &'a CommandContext) -> Decided {
                $decide.await
            }
        }
    };
}

#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateWebhook {
    pub(super) url: String,
    pub(super) ops: Vec<String>,
}
on_tenant!(CreateWebhook, "webhook.create", |self, tx, cx| write::create(tx, cx, self, false));

/// The same where addresses of this machine may be named too.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
struct CreateAnyWebhook(CreateWebhook);
on_tenant!(CreateAnyWebhook, "webhook.create", |self, tx, cx| write::create(tx, cx, &self.0, true));

/// What is absent stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateWebhook {
    pub(super) webhook: WebhookId,
    pub(super) url: Option<String>,
    pub(super) ops: Option<Vec<String>>,
}
on_tenant!(UpdateWebhook, "webhook.update", |self, tx, cx| write::update(tx, cx, self, false));

#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
struct UpdateAnyWebhook(UpdateWebhook);
on_tenant!(UpdateAnyWebhook, "webhook.update", |self, tx, cx| write::update(tx, cx, &self.0, true));

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EnableWebhook {
    pub(super) webhook: WebhookId,
}
on_tenant!(EnableWebhook, "webhook.enable", |self, tx, cx| write::turn(tx, cx, self.webhook, true));

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DisableWebhook {
    pub(super) webhook: WebhookId,
}
on_tenant!(DisableWebhook, "webhook.disable", |self, tx, cx| {
    write::turn(tx, cx, self.webhook, false)
});

/// A new secret; the old one signs too for a day.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RotateWebhook {
    pub(super) webhook: WebhookId,
}
on_tenant!(RotateWebhook, "webhook.rotate", |self, tx, cx| write::rotate(tx, cx, self.webhook));

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveWebhook {
    pub(super) webhook: WebhookId,
}
on_tenant!(RemoveWebhook, "webhook.remove", |self, tx, cx| write::remove(tx, cx, self.webhook));

/// Sends once more what was sent before, byte by byte.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayDelivery {
    pub(super) webhook: WebhookId,
    pub(super) delivery: DeliveryId,
}
on_tenant!(ReplayDelivery, "webhook.replay", |self, tx, cx| write::replay(tx, cx, self));

/// Notes that a webhook has begun to fail, or hears again.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteHealth {
    pub(super) webhook: WebhookId,
    pub(super) failing: bool,
}
on_tenant!(NoteHealth, "webhook.health", |self, tx, cx| async move {
    match cx.by.who {
        Who::System => health::note(tx, cx, self).await,
        _ => Err(Problem::forbidden()),
    }
});

/// Hands all ops to the machinery.
pub(super) fn register(registry: &mut Registry, allow_private: bool) {
    if allow_private {
        registry.accepts::<CreateAnyWebhook>();
        registry.accepts::<UpdateAnyWebhook>();
    } else {
        registry.accepts::<CreateWebhook>();
        registry.accepts::<UpdateWebhook>();
    }
    registry.accepts::<EnableWebhook>();
    registry.accepts::<DisableWebhook>();
    registry.accepts::<RotateWebhook>();
    registry.accepts::<RemoveWebhook>();
    registry.accepts::<ReplayDelivery>();
    registry.accepts::<NoteHealth>();
}

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Message> {
    vec![
        Message::command::<CreateWebhook>("tenant"),
        Message::command::<UpdateWebhook>("tenant"),
        Message::command::<EnableWebhook>("tenant"),
        Message::command::<DisableWebhook>("tenant"),
        Message::command::<RotateWebhook>("tenant"),
        Message::command::<RemoveWebhook>("tenant"),
        Message::command::<ReplayDelivery>("tenant"),
        Message::server_only("webhook.health"),
    ]
}

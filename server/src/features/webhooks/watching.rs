//! Inside the commit that writes an event: which webhooks are told of it.

use entities::ids::{DeliveryId, WebhookId};

use super::sender::Order;
use crate::kernel::clock::Clock;
use crate::kernel::command::NewJob;
use crate::kernel::event::Event;
use crate::realtime::watch::{Waiting, Watch};

/// As it stands in `watch.watcher`.
pub(super) const WATCHER: &str = "webhook";

pub(super) struct WebhookWatch {
    clock: Clock,
}

impl WebhookWatch {
    pub(super) fn new(clock: &Clock) -> Self {
        Self { clock: clock.clone() }
    }
}

impl Watch for WebhookWatch {
    fn watcher(&self) -> &'static str {
        WATCHER
    }

    fn after(&self, waiting: &Waiting<'_>, event: &Event) -> Option<NewJob> {
        let order = Order {
            delivery: DeliveryId(self.clock.fresh_id()),
            webhook: WebhookId(waiting.subject),
            topic: event.topic.to_string(),
            seq: event.seq,
        };
        order.job(event.at)
    }
}

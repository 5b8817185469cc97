//! Reads the heads of all running topics again and again. The database is the arbiter: what
//! another node wrote is found here at the latest, whatever the bus lost.

use std::collections::HashMap;
use std::sync::Weak;
use std::time::Duration;

use entities::ids::TenantId;

use super::frames::CloseCode;
use super::hub::{Hub, Inner};
use super::inbox::Message;
use super::journal;
use crate::db::Engine;
use crate::kernel::topic::{Topic, TopicKey};

/// How often heads are read where other nodes may write.
const EVERY: Duration = Duration::from_millis(400);
/// On SQLite there is no other node; only the command line writes beside us.
const EVERY_ALONE: Duration = Duration::from_secs(5);
/// Topics of one query.
const TOPICS_MAX: usize = 500;

/// Runs for as long as the hub lives.
pub(super) async fn run(hub: Weak<Inner>) {
    loop {
        let Some(hub) = hub.upgrade().map(Hub) else { return };
        let alone = hub.engine() == Engine::Sqlite;
        if !alone {
            hub.poll_access().await;
        }
        let mut topics: HashMap<TenantId, Vec<Topic>> = HashMap::new();
        for key in hub.running_topics() {
            topics.entry(key.tenant).or_default().push(key.topic);
        }
        for (tenant, topics) in topics {
            hub.poll_tenant(tenant, topics).await;
        }
        drop(hub);
        tokio::time::sleep(if alone { EVERY_ALONE } else { EVERY }).await;
    }
}

impl Hub {
    /// What another node did to the rights of people who are connected here: changes of people,
    /// roles and teams are events of `tenant`, so its actor must run; ended devices are rows.
    async fn poll_access(&self) {
        let since = self.services().clock.now() - chrono::Duration::seconds(5);
        for tenant in self.sessions().tenants() {
            self.send(&TopicKey { tenant, topic: Topic::tenant() }, Message::Keep);
            let ended = self.authenticator().ended_since(tenant, since).await;
            for session in ended.unwrap_or_default() {
                self.end_sessions(tenant, None, Some(session), CloseCode::SignIn);
            }
        }
    }

    async fn poll_tenant(&self, tenant: TenantId, topics: Vec<Topic>) {
        for part in topics.chunks(TOPICS_MAX) {
            let part = part.to_vec();
            let heads = self
                .services()
                .db
                .read(tenant, move |tx| Box::pin(async move { journal::heads(tx, &part).await }));
            // a database that is away is found by whoever needs it
            for (topic, head) in heads.await.unwrap_or_default() {
                if let Some(inbox) = self.running(&TopicKey { tenant, topic }) {
                    let _ = inbox.push(Message::Seen(head)); // stopped: nobody to tell
                }
            }
        }
    }
}

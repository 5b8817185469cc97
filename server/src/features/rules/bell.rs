//! The topic `rules`: whoever looks at what rules do hears that there is more of it, once in a while
//! and not once a run. What there is, is read.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use entities::ids::{RuleId, TenantId};

use super::commands::TellRuns;
use crate::db::{Db, Tx};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::{Topic, TopicKey};
use crate::realtime::Hub;
use crate::realtime::registry::TopicKind;

/// Runs of this long are told at once.
const TOGETHER: Duration = Duration::from_millis(700);
/// Rules of one event; as many as a tenant can have.
pub(super) const RULES_MAX: usize = 100;

pub(super) fn topic() -> Topic {
    Topic::new("rules")
}

pub(super) struct RulesTopic;

#[async_trait::async_trait]
impl TopicKind for RulesTopic {
    async fn admit(&self, _: &Tx<'_>, by: &Principal, named: &Topic) -> Result<(), Problem> {
        if *named != topic() {
            return Err(Problem::not_found());
        }
        if by.may(Permission::ManageRules) { Ok(()) } else { Err(Problem::forbidden()) }
    }

    /// There is nothing to begin with: runs are read.
    async fn snapshot(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        named: &Topic,
    ) -> Result<Vec<String>, Problem> {
        self.admit(tx, by, named).await?;
        Ok(vec!["{}".to_owned()])
    }
}

#[derive(Clone)]
pub(super) struct Bell {
    db: Db,
    hub: Hub,
    /// Nobody can listen on another node.
    alone: bool,
    rung: Arc<DashMap<TenantId, BTreeSet<RuleId>>>,
}

impl Bell {
    pub(super) fn new(db: &Db, hub: &Hub, alone: bool) -> Self {
        Self { db: db.clone(), hub: hub.clone(), alone, rung: Arc::default() }
    }

    /// A rule has done something, or has seen that it has nothing to do. Lost when the process
    /// ends: who comes back reads anyway.
    pub(super) fn ring(&self, tenant: TenantId, rule: RuleId) {
        if self.alone && !self.hub.is_running(&TopicKey { tenant, topic: topic() }) {
            return;
        }
        match self.rung.entry(tenant) {
            Entry::Occupied(mut waiting) => {
                waiting.get_mut().insert(rule);
            }
            Entry::Vacant(first) => {
                first.insert(BTreeSet::from([rule]));
                let bell = self.clone();
                self.db.detach(async move { bell.tell(tenant).await });
            }
        }
    }

    async fn tell(&self, tenant: TenantId) {
        tokio::time::sleep(TOGETHER).await;
        let Some((_, rules)) = self.rung.remove(&tenant) else { return };
        let by = Principal::system(tenant);
        let d = TellRuns { rules: rules.into_iter().take(RULES_MAX).collect() };
        if let Err(problem) = self.hub.command(&by, topic(), "rule.tell", &d, None, None).await {
            // the next run says it again
            tracing::debug!(%problem, "runs of rules could not be told");
        }
    }
}

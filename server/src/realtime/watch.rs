//! The watch: a look at what a commit has just written, inside its transaction, by the features
//! that wait for events of others. It only orders jobs. An op nobody can wait for costs nothing,
//! every other one query on the key of `watch`, for the whole batch.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use entities::tenancy::OfTenant;
use entities::watch;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use crate::db::Tx;
use crate::kernel::command::NewJob;
use crate::kernel::event::Event;
use crate::kernel::problem::Problem;

/// Most records that may wait for the ops of one batch.
const SUBJECTS_MAX: u64 = 1_000;

/// A record that waits for an event.
pub struct Waiting<'r> {
    pub subject: Uuid,
    /// What narrows it, as the feature wrote it.
    pub detail: Option<&'r Value>,
}

/// A feature that waits for events. Of the copies of a fact it hears of the one that stands on a
/// customer's timeline, or on the customer's topic where it has no line of its own there.
pub trait Watch: Send + Sync {
    /// As it stands in `watch.watcher`.
    fn watcher(&self) -> &'static str;

    /// What to do after the commit, for one record that waits for this event.
    fn after(&self, waiting: &Waiting<'_>, event: &Event) -> Option<NewJob>;
}

/// All that may wait, by op and by name.
#[derive(Default)]
pub(super) struct Watches {
    ops: HashSet<&'static str>,
    watchers: HashMap<&'static str, Arc<dyn Watch>>,
}

impl Watches {
    pub(super) fn add(&mut self, ops: &[&'static str], watch: Arc<dyn Watch>) {
        self.ops.extend(ops);
        self.watchers.insert(watch.watcher(), watch);
    }

    /// The jobs that these events give rise to.
    pub(super) async fn jobs(&self, tx: &Tx<'_>, events: &[Event]) -> Result<Vec<NewJob>, Problem> {
        let watched = |event: &&Event| event.watched && self.ops.contains(event.op.as_ref());
        let ops: BTreeSet<&str> =
            events.iter().filter(watched).map(|event| event.op.as_ref()).collect();
        if ops.is_empty() {
            return Ok(Vec::new());
        }
        let rows = watch::Entity::of(tx.tenant())
            .filter(watch::Column::Op.is_in(ops))
            .order_by_asc(watch::Column::Op)
            .order_by_asc(watch::Column::Watcher)
            .order_by_asc(watch::Column::Subject)
            .limit(SUBJECTS_MAX)
            .all(tx)
            .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut jobs = Vec::new();
        for event in events.iter().filter(watched) {
            for row in rows.iter().filter(|row| row.op == event.op.as_ref()) {
                let Some(watcher) = self.watchers.get(row.watcher.as_str()) else { continue };
                let waiting = Waiting { subject: row.subject, detail: row.detail.as_ref() };
                jobs.extend(watcher.after(&waiting, event));
            }
        }
        Ok(jobs)
    }
}

/// Says for which ops a record waits from now on, each with what narrows it; none = for nothing.
///
/// # Errors
/// Those of the database.
pub async fn wait_for(
    tx: &Tx<'_>,
    watcher: &'static str,
    subject: Uuid,
    ops: Vec<(String, Option<Value>)>,
) -> Result<(), Problem> {
    watch::Entity::forget(tx.tenant())
        .filter(watch::Column::Watcher.eq(watcher))
        .filter(watch::Column::Subject.eq(subject))
        .exec(tx)
        .await?;
    if ops.is_empty() {
        return Ok(());
    }
    let rows = ops.into_iter().map(|(op, detail)| watch::ActiveModel {
        tenant_id: Set(tx.tenant()),
        op: Set(op),
        watcher: Set(watcher.to_owned()),
        subject: Set(subject),
        detail: Set(detail),
    });
    watch::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

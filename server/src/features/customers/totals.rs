//! How many live customers a tenant has, remembered: counting 100,000 costs ten times the page that
//! is shown beside the number.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use entities::ids::TenantId;
use entities::tenancy::OfTenant;
use entities::{event, topic};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QuerySelect};

use super::listing::count;
use crate::db::Tx;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Up to this many are counted each time.
const SMALL: u64 = 10_000;
/// Who comes, goes, is merged or archived is said on `tenant`, whose events therefore tell whether
/// the number still holds; only the chunks of a running import say nothing there.
const FRESH: Duration = Duration::from_secs(2);
/// What is said on `tenant` most often, and makes nobody come or go.
const HARMLESS: &str = "customer.updated";
/// Tenants remembered at once.
const TENANTS_MAX: usize = 1_000;

/// One for each worker thread.
#[derive(Default)]
pub(super) struct Totals(Mutex<HashMap<TenantId, Counted>>);

#[derive(Clone)]
struct Counted {
    epoch: String,
    seq: i64,
    at: Instant,
    total: u64,
}

impl Totals {
    /// All live customers of the transaction's tenant; `condition` says which those are.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) async fn everybody(
        &self,
        tx: &Tx<'_>,
        condition: Condition,
    ) -> Result<u64, Problem> {
        let position: Option<(String, i64)> = topic::Entity::of(tx.tenant())
            .filter(topic::Column::Key.eq(Topic::tenant().as_str()))
            .select_only()
            .columns([topic::Column::Epoch, topic::Column::Seq])
            .into_tuple()
            .one(tx)
            .await?;
        let Some((epoch, seq)) = position else { return count(tx, condition).await };
        let known = self.lock().get(&tx.tenant()).cloned();
        if let Some(known) = known
            && known.epoch == epoch
            && known.at.elapsed() < FRESH
            && nobody_came_or_went(tx, known.seq, seq).await?
        {
            if let Some(counted) = self.lock().get_mut(&tx.tenant())
                && (counted.seq, &counted.epoch) == (known.seq, &epoch)
            {
                counted.seq = seq;
            }
            return Ok(known.total);
        }
        let (at, total) = (Instant::now(), count(tx, condition).await?);
        let mut all = self.lock();
        if total > SMALL {
            if all.len() >= TENANTS_MAX {
                all.clear();
            }
            all.insert(tx.tenant(), Counted { epoch, seq, at, total });
        } else {
            all.remove(&tx.tenant());
        }
        Ok(total)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<TenantId, Counted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the events of `tenant` after one position, up to another, leave the number as it was.
async fn nobody_came_or_went(tx: &Tx<'_>, after: i64, to: i64) -> Result<bool, Problem> {
    if after == to {
        return Ok(true);
    }
    let said = event::Entity::of(tx.tenant())
        .filter(event::Column::Topic.eq(Topic::tenant().as_str()))
        .filter(event::Column::Seq.gt(after))
        .filter(event::Column::Seq.lte(to))
        .filter(event::Column::Op.ne(HARMLESS))
        .select_only()
        .column(event::Column::Seq)
        .limit(1)
        .into_tuple::<i64>();
    Ok(after < to && said.one(tx).await?.is_none())
}

//! The same change for many customers in one transaction: read together, written by what they
//! become, said on each one's own story, and to lists and boards in one word for all of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entities::customer;
use entities::ids::{CustomerId, UserId};
use entities::tenancy::OfTenant;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};
use serde::{Deserialize, Serialize};

use crate::db::Tx;
use crate::features::boards::{self, OwnersBefore};
use crate::features::customers::lists_of::{AssignOwners, owners_after, tags_after};
use crate::features::customers::newcomer::{self, TAGS_MAX, check_owners};
use crate::features::customers::{events, store, views};
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// What is done to each of them.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Assign(AssignOwners),
    Tag { add: Vec<String>, remove: Vec<String> },
    Archive,
    Restore,
}

/// What was done to one of them: enough to take it back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    Owners {
        customer: CustomerId,
        before: Vec<UserId>,
        after: Vec<UserId>,
    },
    Tags {
        customer: CustomerId,
        added: Vec<String>,
        removed: Vec<String>,
    },
    Archived {
        customer: CustomerId,
        at: DateTime<Utc>,
    },
    /// `version` after it: whoever was worked on since stays.
    Restored {
        customer: CustomerId,
        version: i64,
    },
}

impl Deed {
    fn customer(&self) -> CustomerId {
        match self {
            Self::Owners { customer, .. }
            | Self::Tags { customer, .. }
            | Self::Archived { customer, .. }
            | Self::Restored { customer, .. } => *customer,
        }
    }
}

/// What came of it; who is in neither list was as wanted already.
#[derive(Default)]
pub(crate) struct Many {
    pub(crate) deeds: Vec<Deed>,
    pub(crate) failed: Vec<(CustomerId, &'static str)>,
    pub(crate) events: Vec<NewEvent>,
}

/// A customer as they were and are to be.
struct Changed {
    before: customer::Model,
    row: customer::Model,
    deed: Deed,
}

/// Does the same to all of these customers, as far as the asker sees them.
///
/// # Errors
/// Those of the database; what one of them refuses is in the answer.
pub(crate) async fn change_many(
    tx: &Tx<'_>,
    cx: &CommandContext,
    ids: &[CustomerId],
    change: &Change,
) -> Result<Many, Problem> {
    let mut many = Many::default();
    let change = match checked(tx, change).await {
        Ok(change) => change,
        // an owner who has left since it was begun: nobody can be given to them
        Err(problem) if problem.fault.is_none() => {
            let code = problem.errors.first().map_or(problem.code, |error| error.code);
            many.failed = ids.iter().map(|id| (*id, code)).collect();
            return Ok(many);
        }
        Err(problem) => return Err(problem),
    };
    boards::take_boards_of(tx, cx, ids, matches!(change, Change::Restore)).await?;
    let rows = take(tx, ids).await?;
    let mut changed = Vec::with_capacity(rows.len());
    for id in ids {
        let seen = rows.get(id).filter(|row| cx.by.sees(&row.owners.0));
        match seen {
            None => many.failed.push((*id, "not_found")),
            Some(row) if row.merged_into.is_some() => many.failed.push((*id, "already_merged")),
            Some(row) => match one(cx, row, &change) {
                Ok(Some(one)) => changed.push(one),
                Ok(None) => {}
                Err(code) => many.failed.push((*id, code)),
            },
        }
    }
    settle(tx, cx, changed, &mut many).await?;
    Ok(many)
}

/// Takes deeds back, of those that nobody has changed since. Answers those that were kept as they
/// are now in `failed`.
///
/// # Errors
/// Those of the database.
pub(crate) async fn undo_many(
    tx: &Tx<'_>,
    cx: &CommandContext,
    deeds: &[Deed],
) -> Result<Many, Problem> {
    let ids: Vec<CustomerId> = deeds.iter().map(Deed::customer).collect();
    let mut many = Many::default();
    let archived = deeds.iter().any(|deed| matches!(deed, Deed::Archived { .. }));
    boards::take_boards_of(tx, cx, &ids, archived).await?;
    let rows = take(tx, &ids).await?;
    let mut changed = Vec::with_capacity(deeds.len());
    for deed in deeds {
        let id = deed.customer();
        let row = rows.get(&id).filter(|row| row.merged_into.is_none());
        let row = row.filter(|row| cx.by.sees(&row.owners.0) || lost_by(deed, row, cx));
        match row.and_then(|row| back(cx, row, deed)) {
            Some(one) => changed.push(one),
            None => many.failed.push((id, "conflict")),
        }
    }
    settle(tx, cx, changed, &mut many).await?;
    Ok(many)
}

/// Whether the asker does not see a customer any more only because of this deed.
fn lost_by(deed: &Deed, row: &customer::Model, cx: &CommandContext) -> bool {
    matches!(deed, Deed::Owners { before, after, .. }
        if *after == row.owners.0 && cx.by.sees(before))
}

async fn checked(tx: &Tx<'_>, change: &Change) -> Result<Change, Problem> {
    if let Change::Assign(owners) = change {
        let named: Vec<UserId> =
            owners.owners.iter().chain(&owners.add).flatten().copied().collect();
        check_owners(tx, "owners", &named).await?;
    }
    if let Change::Tag { add, remove } = change {
        let (add, remove) = (newcomer::tags("add", add)?, newcomer::tags("remove", remove)?);
        return Ok(Change::Tag { add, remove });
    }
    Ok(change.clone())
}

/// The customers by id. First their topics, in order, so that nobody who changes one of them is
/// in the middle of it; then the rows, for who changes them from elsewhere.
async fn take(
    tx: &Tx<'_>,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, customer::Model>, Problem> {
    if tx.get_database_backend() == DbBackend::Postgres && !ids.is_empty() {
        let places: Vec<String> = (2..ids.len() + 2).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT 1 FROM topic WHERE tenant_id = $1 AND key IN ({}) ORDER BY key FOR UPDATE",
            places.join(", ")
        );
        let mut values: Vec<Value> = vec![tx.tenant().into()];
        values.extend(ids.iter().map(|id| Value::from(Topic::customer(*id).as_str())));
        tx.query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    }
    let rows = customer::Entity::of(tx.tenant())
        .filter(customer::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(customer::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// What becomes of one; none when they are so already.
fn one(
    cx: &CommandContext,
    before: &customer::Model,
    change: &Change,
) -> Result<Option<Changed>, &'static str> {
    let mut row = before.clone();
    let customer = row.id;
    let deed = match change {
        Change::Assign(owners) => {
            row.owners.0 = owners_after(&before.owners.0, owners);
            if row.owners == before.owners {
                return Ok(None);
            }
            if row.owners.0.len() > newcomer::OWNERS_MAX {
                return Err("too_many");
            }
            let (before, after) = (before.owners.0.clone(), row.owners.0.clone());
            Deed::Owners { customer, before, after }
        }
        Change::Tag { add, remove } => {
            row.tags.0 = tags_after(&before.tags.0, add, remove);
            if row.tags == before.tags {
                return Ok(None);
            }
            if row.tags.0.len() > TAGS_MAX {
                return Err("too_many");
            }
            let (added, removed) = difference(&before.tags.0, &row.tags.0);
            Deed::Tags { customer, added, removed }
        }
        Change::Archive if before.archived_at.is_some() => return Ok(None),
        Change::Archive => {
            row.archived_at = Some(cx.at);
            Deed::Archived { customer, at: cx.at }
        }
        Change::Restore if before.archived_at.is_none() => return Ok(None),
        Change::Restore => {
            row.archived_at = None;
            Deed::Restored { customer, version: before.version + 1 }
        }
    };
    Ok(Some(Changed { before: before.clone(), row, deed }))
}

/// What one was before; none when somebody has changed that since.
fn back(cx: &CommandContext, now: &customer::Model, deed: &Deed) -> Option<Changed> {
    let mut row = now.clone();
    match deed {
        Deed::Owners { before, after, .. } if now.owners.0 == *after => {
            row.owners.0.clone_from(before);
        }
        Deed::Tags { added, removed, .. } => {
            row.tags.0 = tags_after(&now.tags.0, removed, added);
            if row.tags == now.tags || row.tags.0.len() > TAGS_MAX {
                return None;
            }
        }
        Deed::Archived { at, .. } if now.archived_at == Some(*at) => row.archived_at = None,
        Deed::Restored { version, .. } if now.version == *version => row.archived_at = Some(cx.at),
        _ => return None,
    }
    Some(Changed { before: now.clone(), row, deed: deed.clone() })
}

fn difference(before: &[String], after: &[String]) -> (Vec<String>, Vec<String>) {
    let without = |all: &[String], those: &[String]| -> Vec<String> {
        all.iter().filter(|tag| !those.contains(tag)).cloned().collect()
    };
    (without(after, before), without(before, after))
}

/// Writes all that changed and says it.
async fn settle(
    tx: &Tx<'_>,
    cx: &CommandContext,
    changed: Vec<Changed>,
    many: &mut Many,
) -> Result<(), Problem> {
    if changed.is_empty() {
        return Ok(());
    }
    let pairs: Vec<(customer::Model, customer::Model)> =
        changed.iter().map(|one| (one.before.clone(), one.row.clone())).collect();
    let rows = store::save_many(tx, cx, &pairs).await?;
    let mut owners: OwnersBefore = HashMap::new();
    let (mut faces, mut gone, mut coming) = (Vec::new(), Vec::new(), Vec::new());
    let mut fields: BTreeMap<&'static str, Vec<(Vec<UserId>, CustomerId)>> = BTreeMap::new();
    for (one, row) in changed.iter().zip(&rows) {
        let (before, id) = (&one.before, row.id);
        let field = match (before.archived_at, row.archived_at) {
            (None, Some(_)) => {
                gone.push(id);
                many.events.push(events::archived_one(row)?);
                "archived_at"
            }
            (Some(at), None) => {
                coming.push((id, at));
                many.events.push(events::restored_one(&views::one_record(tx, row).await?)?);
                "archived_at"
            }
            _ if before.owners != row.owners => {
                owners.insert(id, before.owners.0.clone());
                faces.push(id);
                many.events.push(events::assigned(before, row)?);
                "owners"
            }
            _ => {
                faces.push(id);
                let (added, removed) = difference(&before.tags.0, &row.tags.0);
                many.events.push(events::tagged(row, &added, &removed)?);
                "tags"
            }
        };
        let see: BTreeSet<UserId> = before.owners.0.iter().chain(&row.owners.0).copied().collect();
        fields.entry(field).or_default().push((see.into_iter().collect(), id));
    }
    many.events.extend(boards::customers_changed(tx, cx, &faces, &owners).await?);
    many.events.extend(boards::archive_with(tx, cx, &gone).await?);
    many.events.extend(boards::restore_with(tx, cx, &coming).await?);
    for (field, ids) in fields {
        many.events.extend(events::changed_many(ids, field)?);
    }
    many.deeds = changed.into_iter().map(|one| one.deed).collect();
    Ok(())
}

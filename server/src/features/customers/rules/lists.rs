//! Tags, owners, archive, and the record of an export.

use entities::ids::{CustomerId, UserId};

use super::live;
use crate::db::Tx;
use crate::features::boards;
use crate::features::customers::commands::{
    ArchiveCustomer, AssignCustomer, ExportCustomers, RestoreCustomer, TagCustomer,
};
use crate::features::customers::lists_of::{AssignOwners, owners_after, tags_after};
use crate::features::customers::newcomer::{self, TAGS_MAX, check_owners};
use crate::features::customers::{events, store, views};
use crate::features::notifications::{self, Handover};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

pub(in crate::features::customers) async fn tag(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &TagCustomer,
) -> Decided {
    let before = live(tx, cx, id).await?;
    let add = newcomer::tags("add", &cmd.add)?;
    let remove = newcomer::tags("remove", &cmd.remove)?;
    let mut row = before.clone();
    row.tags.0 = tags_after(&before.tags.0, &add, &remove);
    if row.tags.0.len() > TAGS_MAX {
        return Err(Problem::invalid("add", "too_many"));
    }
    if row.tags == before.tags {
        return Ok(Decision::default());
    }
    let row = store::save(tx, cx, &before, row).await?;
    let owners = &row.owners.0;
    let mut said = vec![events::tagged(&row, &add, &remove)?];
    said.push(follow_up(tx, &row, &["tags"], owners).await?);
    said.extend(boards::customer_changed(tx, cx, id, None).await?);
    Ok(Decision::events(said))
}

/// Gives a customer other owners: who they were, who they are, and what is to be said of it on
/// the customer's topic and the tenant's. Boards are told by whoever asked.
///
/// # Errors
/// `not_found` for a customer whom the asker may not see, `invalid` for owners who do not work here.
pub async fn assign(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    owners: &AssignOwners,
) -> Result<(Vec<UserId>, Vec<UserId>, Vec<NewEvent>), Problem> {
    let before = live(tx, cx, id).await?;
    let after = owners_after(&before.owners.0, owners);
    let joined: Vec<UserId> =
        after.iter().copied().filter(|owner| !before.owners.0.contains(owner)).collect();
    check_owners(tx, "owners", &joined).await?;
    if after == before.owners.0 {
        return Ok((after.clone(), after, Vec::new()));
    }
    let mut row = before.clone();
    row.owners.0.clone_from(&after);
    let row = store::save(tx, cx, &before, row).await?;
    let was = before.owners.0.clone();
    let mut said = vec![events::assigned(&before, &row)?];
    said.push(follow_up(tx, &row, &["owners"], &was).await?);
    Ok((was, after, said))
}

/// Lists hear `customer.updated` on the tenant's topic for what has its own word on the
/// customer's.
async fn follow_up(
    tx: &Tx<'_>,
    row: &entities::customer::Model,
    changed: &[&'static str],
    before: &[UserId],
) -> Result<NewEvent, Problem> {
    let record = views::one_record(tx, row).await?;
    let [_, on_tenant] = events::updated(&record, changed, before)?;
    Ok(on_tenant)
}

pub(in crate::features::customers) async fn assign_command(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &AssignCustomer,
) -> Decided {
    let owners = AssignOwners {
        owners: cmd.owners.clone(),
        add: cmd.add.clone(),
        remove: cmd.remove.clone(),
    };
    let (before, after, mut said) = assign(tx, cx, id, &owners).await?;
    if before != after {
        said.extend(boards::customer_changed(tx, cx, id, Some(&before)).await?);
    }
    let handover = Handover { customer: id, before, after };
    let (told, jobs) = notifications::assigned(tx, cx, &[handover]).await?;
    said.extend(told);
    Ok(Decision { events: said, jobs, ..Decision::default() })
}

pub(in crate::features::customers) async fn archive(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    _: &ArchiveCustomer,
) -> Decided {
    let before = live(tx, cx, id).await?;
    if before.archived_at.is_some() {
        return Ok(Decision::default());
    }
    // their cards go with them, at the same moment: that is how they are found again
    let cards = boards::archive_with(tx, cx, &[id]).await?;
    let mut row = before.clone();
    row.archived_at = Some(cx.at);
    let row = store::save(tx, cx, &before, row).await?;
    let said = events::archived(&row)?.into_iter().chain(cards);
    Ok(Decision::events(said.collect()))
}

pub(in crate::features::customers) async fn restore(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    _: &RestoreCustomer,
) -> Decided {
    let before = live(tx, cx, id).await?;
    let Some(at) = before.archived_at else { return Ok(Decision::default()) };
    let cards = boards::restore_with(tx, cx, &[(id, at)]).await?;
    let mut row = before.clone();
    row.archived_at = None;
    let row = store::save(tx, cx, &before, row).await?;
    let record = views::one_record(tx, &row).await?;
    let said = events::restored(&record)?.into_iter().chain(cards);
    Ok(Decision::events(said.collect()))
}

/// An export is a security-relevant act: the journal keeps who, when and how many. Heard only by
/// those who see every customer.
pub(in crate::features::customers) async fn export(
    _: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ExportCustomers,
) -> Decided {
    let d = events::Exported { by: cx.by.author(), count: cmd.count, filtered: cmd.filtered };
    let event = NewEvent::new(Topic::tenant(), "customer.exported", &d)?;
    Ok(Decision::events(vec![event.heard_by(Audience::owners(&[], &[]))]))
}

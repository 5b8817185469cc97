//! One chunk of a hand-over, forward or back. A chunk that was done before is not done again.

use entities::ids::{ActivityId, AppointmentId, CustomerId, ReminderId, UserId};
use entities::tenancy::OfTenant;
use entities::{activity, appointment, customer, offboarding, offboarding_item, reminder, user};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

use super::save;
use crate::db::Tx;
use crate::features::customers::{self, AssignOwners};
use crate::features::notifications::{self, Notice};
use crate::features::offboarding::commands::Work;
use crate::features::offboarding::events::said;
use crate::features::offboarding::open_work::{self, Heirs, Kind, Open};
use crate::features::offboarding::views::{self, DONE, Offboarding, REVERTED, REVERTING, RUNNING};
use crate::features::{activities, agenda, boards, reminders};
use crate::kernel::command::{CommandContext, Decided, Decision, NewJob};
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;

/// Records of one chunk; between two of them everybody else has a turn.
const CHUNK: u64 = 50;

pub(in crate::features::offboarding) async fn forward(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &Work,
) -> Decided {
    let mut row = views::find(tx, cmd.offboarding).await?;
    if row.state != RUNNING || row.done != cmd.done {
        return Ok(Decision::default());
    }
    let receivers = still_here(tx, &row).await?;
    let last = items(tx, &row).order_by_desc(offboarding_item::Column::N).one(tx).await?;
    let after = last.and_then(|item| Some((Kind::parse(&item.kind)?, item.record_id)));
    let open = open_work::next(tx, row.user_id, cx.at, after, Some(CHUNK)).await?;
    let mut heirs = Heirs::load(tx, row.user_id, &receivers, &open).await?;
    let mut events = Vec::new();
    let mut new = Vec::with_capacity(open.len());
    for (n, open) in (row.done..).zip(&open) {
        let to = heirs.of(open, n);
        let moved = match to {
            Some(to) => give(tx, cx, open, row.user_id, to).await?,
            None => None,
        };
        let mut item = offboarding_item::Model {
            tenant_id: tx.tenant(),
            offboarding_id: row.id,
            n,
            kind: open.kind.name().to_owned(),
            record_id: open.id,
            given_to: None,
            before: None,
            after: None,
        };
        match moved {
            Some(Moved { before, after, said }) => {
                item.given_to = to;
                item.before = serde_json::to_string(&before).ok();
                item.after = serde_json::to_string(&after).ok();
                events.extend(said);
            }
            None => row.kept += 1,
        }
        new.push(item.into_active_model().reset_all());
    }
    row.done += i64::try_from(new.len()).unwrap_or_default();
    let is_last = (new.len() as u64) < CHUNK;
    if !new.is_empty() {
        offboarding_item::Entity::insert_many(new).exec_without_returning(tx).await?;
    }
    // more may have come since it began, or somebody else may have taken some
    row.total = if is_last { row.done } else { row.total.max(row.done) };
    let op = match is_last {
        true => {
            DONE.clone_into(&mut row.state);
            row.finished_at = Some(cx.at);
            "offboarding.finished"
        }
        false => "offboarding.progressed",
    };
    save(tx, &row).await?;
    events.push(said(op, Offboarding::from(&row))?);
    let mut jobs = Vec::new();
    if is_last {
        let (told, more) = tell_receivers(tx, cx, &row).await?;
        events.extend(told);
        jobs = more;
    }
    Ok(Decision { jobs, ..Decision::events(events) })
}

/// Whoever got something hears once how much, not once for each.
async fn tell_receivers(
    tx: &Tx<'_>,
    cx: &CommandContext,
    row: &offboarding::Model,
) -> Result<(Vec<NewEvent>, Vec<NewJob>), Problem> {
    let given: Vec<(UserId, i64)> = items(tx, row)
        .filter(offboarding_item::Column::GivenTo.is_not_null())
        .select_only()
        .column(offboarding_item::Column::GivenTo)
        .column_as(offboarding_item::Column::N.count(), "count")
        .group_by(offboarding_item::Column::GivenTo)
        .into_tuple()
        .all(tx)
        .await?;
    let notice = |(user, count)| Notice {
        user,
        kind: notifications::Kind::Offboarded,
        key: format!("offboarding:{}", row.id),
        customer: None,
        d: json!({ "offboarding": row.id, "user": row.user_id, "count": count, "by": row.by }),
    };
    let notices: Vec<Notice> = given.into_iter().map(notice).collect();
    notifications::tell(tx, cx, &notices).await
}

pub(in crate::features::offboarding) async fn back(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &Work,
) -> Decided {
    let mut row = views::find(tx, cmd.offboarding).await?;
    if row.state != REVERTING || row.done != cmd.done {
        return Ok(Decision::default());
    }
    let chunk = items(tx, &row)
        .filter(offboarding_item::Column::N.lt(row.done))
        .order_by_desc(offboarding_item::Column::N)
        .limit(CHUNK)
        .all(tx)
        .await?;
    let mut events = Vec::new();
    for item in &chunk {
        let owners = |text: &Option<String>| -> Option<Vec<UserId>> {
            serde_json::from_str(text.as_deref()?).ok()
        };
        // what stayed where it was has nothing to give back
        let (Some(before), Some(after)) = (owners(&item.before), owners(&item.after)) else {
            continue;
        };
        let Some(kind) = Kind::parse(&item.kind) else { continue };
        match restore(tx, cx, (kind, item.record_id), row.user_id, before, &after).await? {
            Some(said) => events.extend(said),
            None => row.kept += 1,
        }
    }
    row.done = chunk.last().map_or(0, |item| item.n);
    let op = match row.done {
        0 => {
            REVERTED.clone_into(&mut row.state);
            row.finished_at = Some(cx.at);
            "offboarding.reverted"
        }
        _ => "offboarding.progressed",
    };
    save(tx, &row).await?;
    events.push(said(op, Offboarding::from(&row))?);
    Ok(Decision::events(events))
}

fn items(tx: &Tx<'_>, row: &offboarding::Model) -> sea_orm::Select<offboarding_item::Entity> {
    offboarding_item::Entity::of(tx.tenant())
        .filter(offboarding_item::Column::OffboardingId.eq(row.id))
}

/// Those of the receivers who have not left meanwhile, in their order. Nobody of them can leave
/// before this chunk is written: what he is given here is there when his own work is handed over.
async fn still_here(tx: &Tx<'_>, row: &offboarding::Model) -> Result<Vec<UserId>, Problem> {
    let all: Vec<UserId> = serde_json::from_value(row.receivers.clone()).unwrap_or_default();
    let here: Vec<UserId> = user::Entity::of(tx.tenant())
        .filter(user::Column::Active.eq(true))
        .filter(user::Column::Id.is_in(all.iter().copied()))
        .order_by_asc(user::Column::Id)
        .lock_shared()
        .select_only()
        .column(user::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(all.into_iter().filter(|one| here.contains(one)).collect())
}

/// Owners as they were and as they are, and what is to be said of it.
struct Moved {
    before: Vec<UserId>,
    after: Vec<UserId>,
    said: Vec<NewEvent>,
}

/// What is open goes from one to the other; none where it is gone by now.
async fn give(
    tx: &Tx<'_>,
    cx: &CommandContext,
    open: &Open,
    from: UserId,
    to: UserId,
) -> Result<Option<Moved>, Problem> {
    match open.kind {
        Kind::Customer => {
            let id = CustomerId(open.id);
            let Some(owners) = owners_of(tx, id).await? else { return Ok(None) };
            let stands = |owner| if owner == from { to } else { owner };
            assign(tx, cx, id, owners.into_iter().map(stands).collect()).await
        }
        Kind::Reminder => {
            let said = reminders::reassign(tx, &[ReminderId(open.id)], to).await?;
            Ok(Some(Moved { before: vec![from], after: vec![to], said }))
        }
        Kind::Activity => {
            let said = activities::reassign(tx, &[ActivityId(open.id)], to).await?;
            Ok(Some(Moved { before: vec![from], after: vec![to], said }))
        }
        Kind::Appointment => {
            let id = AppointmentId(open.id);
            let Some(before) = people_of(tx, id).await? else { return Ok(None) };
            let stands = |one: &UserId| if *one == from { to } else { *one };
            let mut after: Vec<UserId> = Vec::with_capacity(before.len());
            for one in before.iter().map(stands) {
                if !after.contains(&one) {
                    after.push(one);
                }
            }
            // who has another one at that time cannot take it: it stays, and is counted
            let said = agenda::hand_over(tx, cx, id, after.clone()).await?;
            Ok(said.map(|said| Moved { before, after, said }))
        }
    }
}

/// Only what is still whose the hand-over made it: else somebody has decided since.
async fn restore(
    tx: &Tx<'_>,
    cx: &CommandContext,
    (kind, id): (Kind, Uuid),
    leaver: UserId,
    before: Vec<UserId>,
    after: &[UserId],
) -> Result<Option<Vec<NewEvent>>, Problem> {
    match kind {
        Kind::Customer => match owners_of(tx, CustomerId(id)).await? {
            Some(owners) if owners == after => {
                Ok(assign(tx, cx, CustomerId(id), before).await?.map(|moved| moved.said))
            }
            _ => Ok(None),
        },
        Kind::Reminder => {
            let open = reminder::Entity::of(tx.tenant())
                .filter(reminder::Column::Id.eq(ReminderId(id)))
                .filter(reminder::Column::State.eq("open"))
                .one(tx)
                .await?;
            match open.filter(|row| after.contains(&row.assignee)) {
                Some(row) => Ok(Some(reminders::reassign(tx, &[row.id], leaver).await?)),
                None => Ok(None),
            }
        }
        Kind::Activity => {
            let open = activity::Entity::of(tx.tenant())
                .filter(activity::Column::Id.eq(ActivityId(id)))
                .filter(activity::Column::State.eq("open"))
                .one(tx)
                .await?;
            match open.filter(|row| row.assignee.is_some_and(|one| after.contains(&one))) {
                Some(row) => Ok(Some(activities::reassign(tx, &[row.id], leaver).await?)),
                None => Ok(None),
            }
        }
        Kind::Appointment => match people_of(tx, AppointmentId(id)).await? {
            Some(people) if people == after => {
                agenda::hand_over(tx, cx, AppointmentId(id), before).await
            }
            _ => Ok(None),
        },
    }
}

async fn people_of(tx: &Tx<'_>, id: AppointmentId) -> Result<Option<Vec<UserId>>, Problem> {
    let rows = appointment::Entity::of(tx.tenant()).filter(appointment::Column::Id.eq(id));
    Ok(rows.one(tx).await?.map(|row| row.people.0))
}

async fn assign(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    owners: Vec<UserId>,
) -> Result<Option<Moved>, Problem> {
    let owners = AssignOwners { owners: Some(owners), ..AssignOwners::default() };
    match customers::assign(tx, cx, id, &owners).await {
        Ok((before, after, mut said)) => {
            if before != after {
                said.extend(boards::customer_changed(tx, cx, id, Some(&before)).await?);
            }
            Ok(Some(Moved { before, after, said }))
        }
        Err(problem) if problem.fault.is_some() => Err(problem),
        // refused before anything was written: somebody of the owners has left, say
        Err(problem) => {
            tracing::info!(code = problem.code, "a customer stays where it is");
            Ok(None)
        }
    }
}

/// Whose a live customer is.
async fn owners_of(tx: &Tx<'_>, id: CustomerId) -> Result<Option<Vec<UserId>>, Problem> {
    let row = customer::Entity::of(tx.tenant())
        .filter(customer::Column::Id.eq(id))
        .filter(customer::Column::MergedInto.is_null())
        .one(tx)
        .await?;
    Ok(row.map(|row| row.owners.0))
}

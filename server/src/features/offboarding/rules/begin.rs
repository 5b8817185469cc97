//! How an offboarding begins, and how taking it back begins. The work itself is a job's.

use chrono::Duration;
use entities::ids::{OffboardingId, UserId};
use entities::tenancy::OfTenant;
use entities::{offboarding, user};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;

use super::save;
use crate::db::Tx;
use crate::features::accounts;
use crate::features::offboarding::commands::{Offboard, Revert};
use crate::features::offboarding::events::said;
use crate::features::offboarding::views::{self, DONE, Offboarding, REVERTING, RUNNING};
use crate::features::offboarding::{plan, runner};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::problem::Problem;

/// How long an offboarding can be taken back.
const REVERTIBLE: Duration = Duration::hours(24);

pub(in crate::features::offboarding) async fn offboard(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &Offboard,
) -> Decided {
    let by = cx.by.user().ok_or_else(Problem::forbidden)?;
    if by == cmd.user {
        return Err(Problem::invalid("user", "bad_value"));
    }
    let leaver = find_user(tx, cmd.user).await?;
    let receivers = plan::receivers(tx, &leaver, &cmd.plan).await?;
    let open = offboarding::Entity::of(tx.tenant())
        .filter(offboarding::Column::UserId.eq(leaver.id))
        .filter(offboarding::Column::State.is_in([RUNNING, REVERTING]))
        .one(tx)
        .await?;
    if let Some(open) = open {
        return Err(Problem::conflict("offboarding_state").with(json!({ "state": open.state })));
    }
    let (counts, _) = views::shares(tx, leaver.id, cx.at, &receivers).await?;
    // within reach, not the last administrator: all refusals come from here, before any write
    let ended = accounts::end_access(tx, cx, leaver.id).await?;
    let row = offboarding::Model {
        tenant_id: tx.tenant(),
        id: cx.fresh(OffboardingId),
        user_id: leaver.id,
        by,
        at: cx.at,
        plan: json!(cmd.plan),
        receivers: json!(receivers),
        state: RUNNING.to_owned(),
        counts: json!(counts),
        done: 0,
        total: counts.total(),
        kept: 0,
        ended_access: !ended.is_empty(),
        revertible_until: cx.at + REVERTIBLE,
        finished_at: None,
    };
    let new = row.clone().into_active_model().reset_all();
    offboarding::Entity::insert(new).exec_without_returning(tx).await?;
    let mut events = ended;
    events.push(said("offboarding.started", Offboarding::from(&row))?);
    let mut decision = Decision::events(events).reply(&json!({ "offboarding_id": row.id }));
    decision.jobs.push(runner::job(row.id, cx.at));
    Ok(decision)
}

/// Gives access back at once; the records follow.
pub(in crate::features::offboarding) async fn revert(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &Revert,
) -> Decided {
    let mut row = views::find(tx, cmd.offboarding).await?;
    if ![RUNNING, DONE].contains(&row.state.as_str()) {
        return Err(Problem::conflict("offboarding_state").with(json!({ "state": row.state })));
    }
    let leaver = find_user(tx, row.user_id).await?;
    // who had no access before must be let in again first: that is another decision
    if cx.at > row.revertible_until || (!row.ended_access && !leaver.active) {
        return Err(Problem::conflict("not_revertible"));
    }
    let mut decision = match row.ended_access {
        true => accounts::give_access_back(tx, cx, leaver.id, row.at).await?,
        false => Decision::default(),
    };
    REVERTING.clone_into(&mut row.state);
    row.finished_at = None;
    // from here on it counts what cannot be given back
    row.kept = 0;
    save(tx, &row).await?;
    decision.events.push(said("offboarding.progressed", Offboarding::from(&row))?);
    decision.jobs.push(runner::job(row.id, cx.at));
    Ok(decision)
}

async fn find_user(tx: &Tx<'_>, id: UserId) -> Result<user::Model, Problem> {
    let users = user::Entity::of(tx.tenant()).filter(user::Column::Id.eq(id));
    users.one(tx).await?.ok_or_else(Problem::not_found)
}

//! `outcome.*`: how activities of a type can end.

use entities::activity_outcome;
use entities::ids::{ActivityTypeId, OutcomeId};
use serde_json::{Value, json};

use super::super::commands::{
    ArchiveOutcome, CreateOutcome, NewOutcome, RestoreOutcome, UpdateOutcome,
};
use super::super::shapes::{self, Ask, Effects};
use super::super::{store, views};
use super::types::{free_key, saved};
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input;
use crate::kernel::problem::Problem;

/// Most outcomes of a type, archived ones too.
pub(super) const OUTCOMES_MAX: usize = 30;

/// A row for a new outcome behind those that are there; nothing is written.
pub(super) async fn fresh(
    tx: &Tx<'_>,
    cx: &CommandContext,
    of: ActivityTypeId,
    new: &NewOutcome,
    known: &[activity_outcome::Model],
) -> Result<activity_outcome::Model, Problem> {
    if known.len() >= OUTCOMES_MAX {
        return Err(Problem::invalid("outcomes", "too_many"));
    }
    let name = input::name("name", &new.name)?;
    shapes::asks(&new.asks)?;
    Ok(activity_outcome::Model {
        tenant_id: tx.tenant(),
        id: cx.fresh(OutcomeId),
        type_id: of,
        key: free_key(&name, known.iter().map(|row| row.key.as_str())),
        name,
        kind: shapes::kind(&new.kind)?,
        asks: asks_kept(&new.asks)?,
        effects: effects_kept(&new.effects.checked(tx).await?)?,
        position: known.iter().map(|row| row.position).max().map_or(0, |last| last + 1),
        created_at: cx.at,
        archived_at: None,
    })
}

pub(in super::super) fn asks_kept(asks: &[Ask]) -> Result<Value, Problem> {
    serde_json::to_value(asks).map_err(|_| Problem::internal())
}

pub(in super::super) fn effects_kept(effects: &Effects) -> Result<Value, Problem> {
    serde_json::to_value(effects).map_err(|_| Problem::internal())
}

pub(in super::super) async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateOutcome,
) -> Decided {
    let kind = store::kind(tx, cmd.activity_type).await?;
    let known = views::outcomes(tx, Some(kind.id)).await?;
    let new = NewOutcome {
        name: cmd.name.clone(),
        kind: cmd.kind.clone(),
        asks: cmd.asks.clone(),
        effects: cmd.effects.clone(),
    };
    let row = fresh(tx, cx, kind.id, &new, &known).await?;
    let reply = json!({ "outcome_id": row.id });
    store::insert_outcomes(tx, vec![row]).await?;
    Ok(Decision::events(vec![saved(tx, kind).await?]).reply(&reply))
}

pub(in super::super) async fn update(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &UpdateOutcome,
) -> Decided {
    let mut row = store::outcome(tx, cmd.outcome).await?;
    if let Some(name) = &cmd.name {
        row.name = input::name("name", name)?;
    }
    if let Some(word) = &cmd.kind {
        row.kind = shapes::kind(word)?;
    }
    if let Some(asks) = &cmd.asks {
        shapes::asks(asks)?;
        row.asks = asks_kept(asks)?;
    }
    if let Some(effects) = &cmd.effects {
        row.effects = effects_kept(&effects.checked(tx).await?)?;
    }
    let kind = store::kind(tx, row.type_id).await?;
    let known = views::outcomes(tx, Some(kind.id)).await?;
    store::save_outcome(tx, &row).await?;
    if let Some(place) = cmd.position {
        let mut order: Vec<_> = known.into_iter().filter(|other| other.id != row.id).collect();
        order.insert(place.min(order.len()), row);
        for (mut outcome, position) in order.into_iter().zip(0i32..) {
            if outcome.position != position {
                outcome.position = position;
                store::save_outcome(tx, &outcome).await?;
            }
        }
    }
    Ok(Decision::events(vec![saved(tx, kind).await?]))
}

/// A type that can be opened keeps an outcome to end with.
pub(in super::super) async fn archive(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ArchiveOutcome,
) -> Decided {
    let mut row = store::outcome(tx, cmd.outcome).await?;
    if row.archived_at.is_some() {
        return Ok(Decision::default());
    }
    let known = views::outcomes(tx, Some(row.type_id)).await?;
    if known.iter().filter(|outcome| outcome.archived_at.is_none()).count() < 2 {
        return Err(Problem::conflict("last_outcome"));
    }
    row.archived_at = Some(cx.at);
    store::save_outcome(tx, &row).await?;
    let kind = store::kind(tx, row.type_id).await?;
    Ok(Decision::events(vec![saved(tx, kind).await?]))
}

pub(in super::super) async fn restore(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &RestoreOutcome,
) -> Decided {
    let mut row = store::outcome(tx, cmd.outcome).await?;
    if row.archived_at.take().is_none() {
        return Ok(Decision::default());
    }
    store::save_outcome(tx, &row).await?;
    let kind = store::kind(tx, row.type_id).await?;
    Ok(Decision::events(vec![saved(tx, kind).await?]))
}

//! `activity_type.*`: the tenant's own kinds of activity.

use std::collections::HashSet;

use entities::activity_type;
use entities::ids::{ActivityTypeId, OutcomeId};
use entities::tenancy::OfTenant;
use sea_orm::QueryOrder;
use serde_json::json;

use super::super::commands::{ArchiveType, CreateType, ReorderTypes, RestoreType, UpdateType};
use super::super::events::type_saved;
use super::super::store;
use super::super::views::{self, Outcome};
use super::outcomes::{OUTCOMES_MAX, fresh};
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::fold::fold;
use crate::kernel::input::{self, Fields};
use crate::kernel::problem::Problem;

/// Most types of a tenant, archived ones too.
const TYPES_MAX: usize = 100;
const COLOURS: i32 = 8;
const ICON: &str = "circle";

fn colour(number: i32) -> Result<i32, Problem> {
    if (1..=COLOURS).contains(&number) {
        Ok(number)
    } else {
        Err(Problem::invalid("colour", "bad_value"))
    }
}

fn icon(name: &str) -> Result<String, Problem> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if (1..=40).contains(&name.len()) && name.bytes().all(plain) {
        Ok(name.to_owned())
    } else {
        Err(Problem::invalid("icon", "bad_value"))
    }
}

pub(in super::super) async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateType,
) -> Decided {
    let mut fields = Fields::default();
    let name = fields.keep(input::name("name", &cmd.name));
    let icon = fields.keep(icon(cmd.icon.as_deref().unwrap_or(ICON)));
    let given = fields.keep(cmd.colour.map(colour).transpose()).flatten();
    fields.done()?;
    let (Some(name), Some(icon)) = (name, icon) else { return Err(Problem::internal()) };
    if cmd.outcomes.len() > OUTCOMES_MAX {
        return Err(Problem::invalid("outcomes", "too_many"));
    }
    let all = all(tx).await?;
    if all.len() >= TYPES_MAX {
        return Err(Problem::invalid("name", "too_many"));
    }
    let position = all.iter().map(|row| row.position).max().map_or(0, |last| last + 1);
    let row = activity_type::Model {
        tenant_id: tx.tenant(),
        id: cx.fresh(ActivityTypeId),
        key: free_key(&name, all.iter().map(|row| row.key.as_str())),
        name,
        icon,
        colour: given.unwrap_or(position % COLOURS + 1),
        position,
        builtin: false,
        created_at: cx.at,
        archived_at: None,
    };
    let mut outcomes = Vec::with_capacity(cmd.outcomes.len());
    for new in &cmd.outcomes {
        outcomes.push(fresh(tx, cx, row.id, new, &outcomes).await?);
    }
    store::insert_type(tx, &row).await?;
    store::insert_outcomes(tx, outcomes.clone()).await?;
    let id = row.id;
    let named: Vec<OutcomeId> = outcomes.iter().map(|outcome| outcome.id).collect();
    let shown = views::shown(row, outcomes.into_iter().map(Outcome::from).collect());
    let reply = json!({ "activity_type_id": id, "outcome_ids": named });
    Ok(Decision::events(vec![type_saved(&shown)?]).reply(&reply))
}

pub(in super::super) async fn update(tx: &Tx<'_>, _: &CommandContext, cmd: &UpdateType) -> Decided {
    let mut row = store::kind(tx, cmd.activity_type).await?;
    let mut fields = Fields::default();
    if let Some(name) = &cmd.name {
        row.name = fields.keep(input::name("name", name)).unwrap_or_default();
    }
    if let Some(named) = &cmd.icon {
        row.icon = fields.keep(icon(named)).unwrap_or_default();
    }
    if let Some(number) = cmd.colour {
        row.colour = fields.keep(colour(number)).unwrap_or_default();
    }
    fields.done()?;
    store::save_type(tx, &row).await?;
    Ok(Decision::events(vec![saved(tx, row).await?]))
}

pub(in super::super) async fn reorder(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &ReorderTypes,
) -> Decided {
    let mut rows = all(tx).await?;
    let live = rows.iter().filter(|row| row.archived_at.is_none()).map(|row| row.id);
    let live: HashSet<ActivityTypeId> = live.collect();
    let asked: HashSet<ActivityTypeId> = cmd.order.iter().copied().collect();
    if asked != live || cmd.order.len() != live.len() {
        return Err(Problem::invalid("order", "unknown_value"));
    }
    // archived ones stand behind the live ones
    let place = |row: &activity_type::Model| cmd.order.iter().position(|id| *id == row.id);
    rows.sort_by_key(|row| (place(row).unwrap_or(usize::MAX), row.position));
    let mut events = Vec::new();
    for (mut row, position) in rows.into_iter().zip(0i32..) {
        if row.position != position {
            row.position = position;
            store::save_type(tx, &row).await?;
            events.push(saved(tx, row).await?);
        }
    }
    Ok(Decision::events(events))
}

pub(in super::super) async fn archive(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ArchiveType,
) -> Decided {
    let mut row = store::kind(tx, cmd.activity_type).await?;
    if row.archived_at.is_some() {
        return Ok(Decision::default());
    }
    row.archived_at = Some(cx.at);
    store::save_type(tx, &row).await?;
    Ok(Decision::events(vec![saved(tx, row).await?]))
}

pub(in super::super) async fn restore(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &RestoreType,
) -> Decided {
    let mut row = store::kind(tx, cmd.activity_type).await?;
    if row.archived_at.take().is_none() {
        return Ok(Decision::default());
    }
    store::save_type(tx, &row).await?;
    Ok(Decision::events(vec![saved(tx, row).await?]))
}

async fn all(tx: &Tx<'_>) -> Result<Vec<activity_type::Model>, Problem> {
    let rows = activity_type::Entity::of(tx.tenant())
        .order_by_asc(activity_type::Column::Position)
        .order_by_asc(activity_type::Column::Id)
        .all(tx)
        .await?;
    Ok(rows)
}

/// The type as it stands, with its outcomes.
pub(super) async fn saved(tx: &Tx<'_>, row: activity_type::Model) -> Result<NewEvent, Problem> {
    let outcomes = views::outcomes(tx, Some(row.id)).await?;
    type_saved(&views::shown(row, outcomes.into_iter().map(Outcome::from).collect()))
}

/// `Yerinde keşif` → `yerinde_kesif`, with a number behind it where that is taken.
pub(super) fn free_key<'k>(name: &str, taken: impl Iterator<Item = &'k str>) -> String {
    let taken: HashSet<&str> = taken.collect();
    let mut key = String::new();
    for c in fold(name).chars().take(60) {
        match c {
            'a'..='z' | '0'..='9' => key.push(c),
            _ if !key.is_empty() && !key.ends_with('_') => key.push('_'),
            _ => {}
        }
    }
    let key = match key.trim_end_matches('_') {
        "" => "own".to_owned(),
        key => key.to_owned(),
    };
    if !taken.contains(key.as_str()) {
        return key;
    }
    let numbered = (2..).map(|n: u32| format!("{key}_{n}"));
    numbered.into_iter().find(|key| !taken.contains(key.as_str())).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::free_key;

    #[test]
    fn a_name_becomes_a_key_of_its_own() {
        assert_eq!(free_key("Yerinde Keşif", std::iter::empty()), "yerinde_kesif");
        assert_eq!(free_key("Keşif", ["kesif", "kesif_2"].into_iter()), "kesif_3");
        assert_eq!(free_key("???", std::iter::empty()), "own");
    }
}

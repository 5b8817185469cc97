//! Rules are made, changed, put on and off, ordered, removed. What a rule waits for stands in the
//! table `watch` exactly while it is on.

use entities::ids::RuleId;
use entities::rule;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;

use super::check;
use crate::db::Tx;
use crate::features::rules::commands::{
    CreateRule, DisableRule, EnableRule, RemoveRule, ReorderRules, RestoreRule, UpdateRule,
};
use crate::features::rules::events::{self, RuleRemoved, RuleSaved, RulesReordered};
use crate::features::rules::parse::Parts;
use crate::features::rules::{defaults, views, watching};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::input;
use crate::kernel::problem::Problem;
use crate::realtime::watch;

/// Rules of one tenant.
const RULES_MAX: usize = 100;

/// A JSON column.
fn column(value: &impl serde::Serialize) -> Result<serde_json::Value, Problem> {
    serde_json::to_value(value).map_err(|_| Problem::internal())
}

pub(in super::super) async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateRule,
) -> Decided {
    let name = input::name("name", &cmd.name)?;
    let parts = Parts {
        trigger: cmd.trigger.clone(),
        conditions: cmd.conditions.clone(),
        actions: cmd.actions.clone(),
        delay_minutes: cmd.delay_minutes,
        hours: cmd.hours.clone().unwrap_or_else(|| "always".to_owned()),
    };
    check::check(tx, &parts).await?;
    let known = views::all(tx).await?;
    if known.len() >= RULES_MAX {
        return Err(Problem::invalid("name", "too_many"));
    }
    let row = rule::Model {
        tenant_id: tx.tenant(),
        id: cx.fresh(RuleId),
        name,
        enabled: cmd.enabled.unwrap_or(true),
        trigger: column(&parts.trigger)?,
        conditions: column(&parts.conditions)?,
        actions: column(&parts.actions)?,
        delay_minutes: parts.delay_minutes,
        hours: parts.hours,
        position: known.last().map_or(0, |last| last.position.saturating_add(1)),
        version: 1,
        builtin: None,
        created_by: cx.by.author(),
        created_at: cx.at,
        updated_at: cx.at,
        removed_at: None,
    };
    rule::Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    listen(tx, &row).await?;
    let id = row.id;
    Ok(Decision::events(vec![saved(tx, cx, row).await?]).reply(&json!({ "rule_id": id })))
}

pub(in super::super) async fn update(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &UpdateRule,
) -> Decided {
    let mut row = views::find(tx, cmd.rule).await?;
    cx.check_version(row.version)?;
    let (trigger, conditions, actions) = views::parts(&row);
    let parts = Parts {
        trigger: cmd.trigger.clone().unwrap_or(trigger),
        conditions: cmd.conditions.clone().unwrap_or(conditions),
        actions: cmd.actions.clone().unwrap_or(actions),
        delay_minutes: cmd.delay_minutes.unwrap_or(row.delay_minutes),
        hours: cmd.hours.clone().unwrap_or_else(|| row.hours.clone()),
    };
    if let Some(name) = &cmd.name {
        row.name = input::name("name", name)?;
    }
    check::check(tx, &parts).await?;
    row.trigger = column(&parts.trigger)?;
    row.conditions = column(&parts.conditions)?;
    row.actions = column(&parts.actions)?;
    row.delay_minutes = parts.delay_minutes;
    row.hours = parts.hours;
    let row = save(tx, cx, row).await?;
    let version = row.version;
    Ok(Decision::events(vec![saved(tx, cx, row).await?]).reply(&json!({ "version": version })))
}

pub(in super::super) async fn enable(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &EnableRule,
) -> Decided {
    turn(tx, cx, cmd.rule, true).await
}

pub(in super::super) async fn disable(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &DisableRule,
) -> Decided {
    turn(tx, cx, cmd.rule, false).await
}

async fn turn(tx: &Tx<'_>, cx: &CommandContext, id: RuleId, on: bool) -> Decided {
    let mut row = views::find(tx, id).await?;
    if row.enabled == on {
        return Ok(Decision::default());
    }
    row.enabled = on;
    let row = save(tx, cx, row).await?;
    Ok(Decision::events(vec![saved(tx, cx, row).await?]))
}

pub(in super::super) async fn reorder(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &ReorderRules,
) -> Decided {
    let known = views::all(tx).await?;
    let mut named = cmd.order.clone();
    named.sort_unstable();
    named.dedup();
    let all = known.iter().all(|row| named.contains(&row.id));
    if !all || named.len() != known.len() || cmd.order.len() != known.len() {
        return Err(Problem::invalid("order", "bad_value"));
    }
    for (place, id) in cmd.order.iter().enumerate() {
        let place = i32::try_from(place).unwrap_or(i32::MAX);
        if known.iter().any(|row| row.id == *id && row.position != place) {
            rule::Entity::change(tx.tenant())
                .col_expr(rule::Column::Position, Expr::value(place))
                .filter(rule::Column::Id.eq(*id))
                .exec(tx)
                .await?;
        }
    }
    let event = events::on_tenant("rule.reordered", &RulesReordered { order: &cmd.order })?;
    Ok(Decision::events(vec![event]))
}

pub(in super::super) async fn remove(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RemoveRule,
) -> Decided {
    let mut row = views::find(tx, cmd.rule).await?;
    // on or off stays, for whoever brings it back; what is removed waits for nothing
    row.removed_at = Some(cx.at);
    let row = save(tx, cx, row).await?;
    Ok(Decision::events(vec![events::on_tenant("rule.removed", &RuleRemoved { id: row.id })?]))
}

pub(in super::super) async fn restore(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RestoreRule,
) -> Decided {
    let found = rule::Entity::of(tx.tenant()).filter(rule::Column::Id.eq(cmd.rule));
    let mut row = found.one(tx).await?.ok_or_else(Problem::not_found)?;
    if row.removed_at.is_none() {
        return Ok(Decision::default());
    }
    if views::all(tx).await?.len() >= RULES_MAX {
        return Err(Problem::invalid("rule", "too_many"));
    }
    row.removed_at = None;
    let row = save(tx, cx, row).await?;
    Ok(Decision::events(vec![saved(tx, cx, row).await?]))
}

/// The product's defaults, unless this tenant has had rules before.
pub(in super::super) async fn make_defaults(tx: &Tx<'_>, cx: &CommandContext) -> Decided {
    let rows = defaults::write(tx, &|| cx.fresh(RuleId), cx.at).await?;
    let mut said = Vec::with_capacity(rows.len());
    for row in rows {
        said.push(saved(tx, cx, row).await?);
    }
    Ok(Decision::events(said))
}

/// Writes a changed row; what it waits for follows.
async fn save(
    tx: &Tx<'_>,
    cx: &CommandContext,
    mut row: rule::Model,
) -> Result<rule::Model, Problem> {
    row.version += 1;
    row.updated_at = cx.at;
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(rule::Column::TenantId);
    active.not_set(rule::Column::Id);
    rule::Entity::change(tx.tenant())
        .set(active)
        .filter(rule::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    listen(tx, &row).await?;
    Ok(row)
}

/// A rule that is on waits for its op, any other for nothing.
pub(in super::super) async fn listen(tx: &Tx<'_>, row: &rule::Model) -> Result<(), Problem> {
    let mut ops = Vec::new();
    if row.enabled && row.removed_at.is_none() {
        let (trigger, _, actions) = views::parts(row);
        let detail = watching::detail(&trigger, row.delay_minutes, &actions);
        ops.push((trigger.op, Some(detail)));
    }
    watch::wait_for(tx, watching::WATCHER, row.id.0, ops).await
}

async fn saved(tx: &Tx<'_>, cx: &CommandContext, row: rule::Model) -> Result<NewEvent, Problem> {
    let rule = views::shown(tx, row, cx.at).await?;
    events::on_tenant("rule.saved", &RuleSaved { rule: &rule })
}

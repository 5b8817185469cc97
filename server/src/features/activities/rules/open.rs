//! `activity.open`: something is to be done with a customer.

use entities::ids::{ActivityId, ActivityTypeId, CustomerId};
use entities::tenancy::OfTenant;
use entities::{activity, activity_type};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::super::answer::four_digits;
use super::super::commands::OpenActivity;
use super::super::events::said;
use super::super::views::Activity;
use super::super::{effects, hearers, store};
use crate::db::Tx;
use crate::features::customers;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input::{self, Fields};
use crate::kernel::problem::Problem;

/// Most open activities of one customer.
const OPEN_MAX: u64 = 200;

pub(in super::super) async fn open(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &OpenActivity,
) -> Decided {
    let customer = customers::live(tx, cx, id).await?;
    let kind = kind_named(tx, &cmd.kind).await?;
    let mut fields = Fields::default();
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let title = given(&cmd.title).map(|title| input::name("title", &title)).transpose();
    let title = fields.keep(title).flatten();
    let body = given(&cmd.body).map(|body| input::text("body", &body)).transpose();
    let body = fields.keep(body).flatten();
    let due_at = cmd.due_at.map(|at| four_digits("due_at", at)).transpose();
    let due_at = fields.keep(due_at).flatten();
    let assignee = cmd.assignee.unwrap_or_else(|| cx.by.user());
    let named = cmd.assignee.flatten();
    fields.keep(hearers::check_assignee(tx, &customer, named).await);
    let card = effects::card_of(tx, &customer, cmd.card).await?;
    if cmd.card.is_some() && card != cmd.card {
        fields.add("card", "unknown_value");
    }
    fields.done()?;
    let held = activity::Entity::of(tx.tenant())
        .filter(activity::Column::CustomerId.eq(id))
        .filter(activity::Column::State.eq(store::OPEN))
        .count(tx)
        .await?;
    if held >= OPEN_MAX {
        return Err(Problem::invalid("activity", "too_many"));
    }
    let row = activity::Model {
        tenant_id: tx.tenant(),
        id: cx.fresh(ActivityId),
        customer_id: id,
        card_id: card,
        type_id: kind.id,
        title: title.unwrap_or(kind.name),
        body,
        assignee,
        due_at,
        state: store::OPEN.to_owned(),
        outcome_id: None,
        answer: None,
        trace: None,
        opened_by: cx.by.author(),
        opened_at: cx.at,
        closed_by: None,
        closed_at: None,
        version: 1,
    };
    store::insert(tx, &row).await?;
    let (told, jobs) = hearers::given(tx, cx, &row).await?;
    let activity = Activity::from(row);
    let mut events = vec![said("activity.opened", &customer, &activity)?];
    events.extend(told);
    let decision = Decision { jobs, ..Decision::events(events) };
    Ok(decision.reply(&json!({ "activity_id": activity.id })))
}

/// A live type by its id or its key.
///
/// # Errors
/// `unknown_value`; `archived` for one that was put away, while the form was open say.
async fn kind_named(tx: &Tx<'_>, named: &str) -> Result<activity_type::Model, Problem> {
    let refuse = || Problem::invalid("type", "unknown_value");
    if named.len() > input::NAME_MAX {
        return Err(refuse());
    }
    let query = activity_type::Entity::of(tx.tenant());
    let query = match named.parse::<ActivityTypeId>() {
        Ok(id) => query.filter(activity_type::Column::Id.eq(id)),
        Err(_) => query.filter(activity_type::Column::Key.eq(named)),
    };
    match query.one(tx).await?.ok_or_else(refuse)? {
        live if live.archived_at.is_none() => Ok(live),
        _ => Err(Problem::invalid("type", "archived")),
    }
}

//! Who is told of an activity: whoever is given one, and those whom an outcome names.

use std::collections::BTreeSet;

use entities::ids::UserId;
use entities::tenancy::OfTenant;
use entities::{activity, customer, role, user};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::effects::Said;
use super::views::Outcome;
use crate::db::Tx;
use crate::features::accounts;
use crate::features::notifications::{self, Kind, Notice};
use crate::kernel::clock::wire_time;
use crate::kernel::command::CommandContext;
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;

/// Most managers that one outcome tells.
const MANAGERS_MAX: u64 = 100;

/// Whoever is given something to do works here and sees the customer whom it is about; else nobody
/// would hear of it, and it would be in nobody's list.
///
/// # Errors
/// `invalid` on `assignee`.
pub(super) async fn check_assignee(
    tx: &Tx<'_>,
    customer: &customer::Model,
    assignee: Option<UserId>,
) -> Result<(), Problem> {
    let Some(assignee) = assignee else { return Ok(()) };
    match accounts::colleagues(tx, &[assignee]).await?.get(&assignee) {
        Some(person) if person.active && person.eyes.sees(&customer.owners.0) => Ok(()),
        _ => Err(Problem::invalid("assignee", "unknown_value")),
    }
}

/// Whoever is given an activity by somebody else hears of it.
pub(super) async fn given(
    tx: &Tx<'_>,
    cx: &CommandContext,
    row: &activity::Model,
) -> Result<Said, Problem> {
    let Some(assignee) = row.assignee.filter(|assignee| Some(*assignee) != cx.by.user()) else {
        return Ok(Said::default());
    };
    let notice = Notice {
        user: assignee,
        kind: Kind::ActivityAssigned,
        key: format!("activity_assigned:{}:{}", row.id, row.version),
        customer: Some(row.customer_id),
        d: json!({
            "activity": row.id,
            "title": row.title,
            "due_at": row.due_at.map(wire_time),
            "by": cx.by.author(),
        }),
    };
    notifications::tell(tx, cx, &[notice]).await
}

/// Those whom the outcome names hear how it ended; who ended it knows.
pub(super) async fn ended(
    tx: &Tx<'_>,
    cx: &CommandContext,
    customer: &customer::Model,
    row: &activity::Model,
    outcome: &Outcome,
    whom: &str,
) -> Result<Said, Problem> {
    let people = match whom {
        "managers" => managers(tx).await?,
        _ => customer.owners.0.clone(),
    };
    let others: BTreeSet<UserId> =
        people.into_iter().filter(|user| Some(*user) != cx.by.user()).collect();
    let notices: Vec<Notice> = others
        .into_iter()
        .map(|user| Notice {
            user,
            kind: Kind::Rule,
            // by command: what is closed again after it was reopened is told again
            key: format!("activity_closed:{}:{}", row.id, cx.id),
            customer: Some(customer.id),
            d: json!({
                "what": "activity",
                "activity": row.id,
                "text": format!("{}: {}", row.title, outcome.name),
                "outcome": outcome.id,
                "by": cx.by.author(),
            }),
        })
        .collect();
    notifications::tell(tx, cx, &notices).await
}

/// Everybody whose role is one that leads: the built-in ones, and those that see reports.
async fn managers(tx: &Tx<'_>) -> Result<Vec<UserId>, Problem> {
    let reports = Permission::ViewReports.name();
    let roles = role::Entity::of(tx.tenant()).all(tx).await?;
    let leading = roles.into_iter().filter(|role| {
        matches!(role.key.as_str(), "admin" | "manager")
            || role.permissions.0.iter().any(|word| word == reports)
    });
    let leading: Vec<String> = leading.map(|role| role.key).collect();
    let people = user::Entity::of(tx.tenant())
        .filter(user::Column::Role.is_in(leading))
        .filter(user::Column::Active.eq(true))
        .select_only()
        .column(user::Column::Id)
        .limit(MANAGERS_MAX)
        .into_tuple()
        .all(tx)
        .await?;
    Ok(people)
}

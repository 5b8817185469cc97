//! What somebody has noted for himself alone sleeps while he has no access: nobody else is told of
//! it, and it rings when he is back.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::ids::UserId;
use entities::tenancy::OfTenant;
use entities::{reminder, user};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ExprTrait, PaginatorTrait, QueryFilter, QuerySelect};

use super::firing;
use super::store::OPEN;
use crate::db::Tx;
use crate::kernel::command::{CommandContext, NewJob};
use crate::kernel::problem::Problem;

/// How many of somebody's open reminders are about no customer.
///
/// # Errors
/// Those of the database.
pub async fn own_of(tx: &Tx<'_>, user: UserId) -> Result<u64, Problem> {
    Ok(reminder::Entity::of(tx.tenant()).filter(own(user)).count(tx).await?)
}

fn own(user: UserId) -> Condition {
    Condition::all()
        .add(reminder::Column::Assignee.eq(user))
        .add(reminder::Column::CustomerId.is_null())
        .add(reminder::Column::State.eq(OPEN))
}

/// Of what is due, puts to sleep what belongs to nobody but somebody without access; how many those
/// are, and what is left to fire.
pub(super) async fn apart(
    tx: &Tx<'_>,
    due: Vec<reminder::Model>,
) -> Result<(usize, Vec<reminder::Model>), Problem> {
    let whose: HashSet<UserId> =
        due.iter().filter(|row| row.customer_id.is_none()).map(|row| row.assignee).collect();
    if whose.is_empty() {
        return Ok((0, due));
    }
    let away: Vec<UserId> = user::Entity::of(tx.tenant())
        .filter(user::Column::Id.is_in(whose))
        .filter(user::Column::Active.eq(false))
        .select_only()
        .column(user::Column::Id)
        // nobody comes back between this look and what is written: `wake` would pass it over
        .lock_shared()
        .into_tuple()
        .all(tx)
        .await?;
    let (asleep, awake): (Vec<_>, Vec<_>) =
        due.into_iter().partition(|row| row.customer_id.is_none() && away.contains(&row.assignee));
    if !asleep.is_empty() {
        reminder::Entity::change(tx.tenant())
            .col_expr(reminder::Column::FireAt, Expr::value(Option::<DateTime<Utc>>::None))
            // when it is woken, firing it must be another command than the one that found it asleep
            .col_expr(reminder::Column::Version, Expr::col(reminder::Column::Version).add(1))
            .filter(reminder::Column::Id.is_in(asleep.iter().map(|row| row.id)))
            .exec(tx)
            .await?;
    }
    Ok((asleep.len(), awake))
}

/// Lets ring what fell due while somebody had no access.
///
/// # Errors
/// Those of the database.
pub async fn wake(tx: &Tx<'_>, cx: &CommandContext, user: UserId) -> Result<Vec<NewJob>, Problem> {
    let due = || Expr::col(reminder::Column::DueAt);
    let unheard = Condition::any()
        .add(reminder::Column::FiredDue.is_null())
        .add(Expr::col(reminder::Column::FiredDue).ne(due()));
    let woken = reminder::Entity::change(tx.tenant())
        .col_expr(reminder::Column::FireAt, due())
        .filter(own(user))
        .filter(reminder::Column::FireAt.is_null())
        .filter(unheard)
        .exec(tx)
        .await?;
    Ok(if woken.rows_affected == 0 { Vec::new() } else { vec![firing::job_at(cx.at)] })
}

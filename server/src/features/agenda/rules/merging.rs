//! What a merge of customers means for their appointments. Asked for by customers, in their
//! transaction, after the customer who keeps them was written.

use entities::appointment;
use entities::ids::{AppointmentId, CustomerId};
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use super::super::events::{Line, of_one};
use super::super::{topic, views};
use crate::db::{Tx, take_topic};
use crate::features::boards;
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;

/// Rows of one statement.
const ROWS_MAX: usize = 500;

/// Gives all appointments of one customer to another: which they were, so that [`take_over`] can
/// take it back, and what is to be said of it.
///
/// # Errors
/// Those of the database, and held when the agenda's turn does not come.
pub async fn repoint(
    tx: &Tx<'_>,
    cx: &CommandContext,
    from: CustomerId,
    to: CustomerId,
) -> Result<(Vec<AppointmentId>, Vec<NewEvent>), Problem> {
    if of(tx, from).await?.is_empty() {
        return Ok(Default::default());
    }
    take_topic(tx, topic::agenda().as_str()).await?;
    let ids = of(tx, from).await?;
    let said = take_over(tx, cx, &ids, from, to).await?;
    Ok((ids, said))
}

async fn of(tx: &Tx<'_>, customer: CustomerId) -> Result<Vec<AppointmentId>, Problem> {
    let ids = appointment::Entity::of(tx.tenant())
        .filter(appointment::Column::CustomerId.eq(customer))
        .order_by_asc(appointment::Column::Id)
        .select_only()
        .column(appointment::Column::Id)
        .into_tuple();
    Ok(ids.all(tx).await?)
}

/// Gives these appointments to another customer, where they are still the first one's. Those that
/// are to come are said again: calendars and open screens name whose they are.
///
/// # Errors
/// As for [`repoint`].
pub async fn take_over(
    tx: &Tx<'_>,
    cx: &CommandContext,
    ids: &[AppointmentId],
    from: CustomerId,
    to: CustomerId,
) -> Result<Vec<NewEvent>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // who changes one of them at this moment writes the whole row, its customer too
    take_topic(tx, topic::agenda().as_str()).await?;
    let mut events = Vec::new();
    for part in ids.chunks(ROWS_MAX) {
        let theirs = |customer: CustomerId| {
            appointment::Column::Id
                .is_in(part.iter().copied())
                .and(appointment::Column::CustomerId.eq(customer))
        };
        let moved: Vec<AppointmentId> = appointment::Entity::of(tx.tenant())
            .filter(theirs(from))
            .select_only()
            .column(appointment::Column::Id)
            .into_tuple()
            .all(tx)
            .await?;
        appointment::Entity::change(tx.tenant())
            .col_expr(appointment::Column::CustomerId, Expr::value(to))
            .col_expr(appointment::Column::Version, Expr::col(appointment::Column::Version).add(1))
            .col_expr(appointment::Column::UpdatedAt, Expr::value(cx.at))
            .filter(theirs(from))
            .exec(tx)
            .await?;
        let coming = appointment::Entity::of(tx.tenant())
            .filter(appointment::Column::Id.is_in(moved))
            .filter(appointment::Column::EndsAt.gte(cx.at))
            .order_by_asc(appointment::Column::StartsAt)
            .all(tx)
            .await?;
        for shown in views::shown(tx, coming).await? {
            events.extend(of_one("appointment.updated", &shown, Line::None)?);
        }
    }
    events.extend(boards::due_changed(tx, cx, to).await?);
    Ok(events)
}

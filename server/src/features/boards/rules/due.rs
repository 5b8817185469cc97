//! `next_due_at` follows what is open for the customer: reminders, appointments, the date set by
//! hand. Asked for by the feature that changes one of them, in its transaction.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entities::card;
use entities::ids::{BoardId, CardId, CustomerId};
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ExprTrait, QueryFilter, QuerySelect};

use super::super::events::{CardShown, audience, on_board};
use super::super::views;
use super::take_board;
use crate::db::Tx;
use crate::features::{agenda, reminders};
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// When something is due next for a customer, dates set by hand left out.
///
/// # Errors
/// Those of the database.
pub(super) async fn followed(
    tx: &Tx<'_>,
    now: DateTime<Utc>,
    customer: CustomerId,
) -> Result<Option<DateTime<Utc>>, Problem> {
    let reminder = reminders::earliest(tx, customer).await?;
    let appointment = agenda::next_starts(tx, now, &[customer]).await?.remove(&customer);
    Ok(earlier(reminder, appointment))
}

/// Puts the customer's live cards right after a reminder or an appointment changed, and says so on
/// the boards where something is different now.
///
/// # Errors
/// Those of the database.
pub async fn due_changed(
    tx: &Tx<'_>,
    cx: &CommandContext,
    customer: CustomerId,
) -> Result<Vec<NewEvent>, Problem> {
    let live = || {
        card::Entity::of(tx.tenant())
            .filter(card::Column::CustomerId.eq(customer))
            .filter(card::Column::ArchivedAt.is_null())
    };
    let boards: Vec<BoardId> =
        live().select_only().column(card::Column::BoardId).into_tuple().all(tx).await?;
    if boards.is_empty() {
        return Ok(Vec::new());
    }
    for board in boards.into_iter().collect::<BTreeSet<_>>() {
        take_board(tx, cx, board).await?;
    }
    let followed = followed(tx, cx.at, customer).await?;
    let mut changed: Vec<CardId> = Vec::new();
    for row in live().all(tx).await? {
        let due = earlier(row.own_due_at, followed);
        if due == row.next_due_at {
            continue;
        }
        card::Entity::change(tx.tenant())
            .filter(card::Column::Id.eq(row.id))
            .col_expr(card::Column::NextDueAt, Expr::value(due))
            .col_expr(card::Column::Version, Expr::col(card::Column::Version).add(1))
            .exec(tx)
            .await?;
        changed.push(row.id);
    }
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let cards = views::cards(tx, &Principal::system(tx.tenant()), &changed).await?;
    let events = cards.iter().map(|card| {
        let event = on_board(card.board_id, "card.updated", &CardShown { card })?;
        Ok(event.heard_by(audience(&card.owners)))
    });
    events.collect()
}

/// The earlier of two dates that may be missing.
pub(super) fn earlier(
    one: Option<DateTime<Utc>>,
    other: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(Ord::min(one, other)),
        (one, other) => one.or(other),
    }
}

//! `card.update`: what is known of this one process: need, amount, next date.

use entities::card;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::json;

use super::super::commands::UpdateCard;
use super::super::error::Error;
use super::super::events::{CardShown, audience, on_board_and_customer};
use super::demands::{date, lost_reason};
use super::due::{earlier, followed};
use super::place::checked;
use super::{live_board, live_cards};
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};

pub(in super::super) async fn update_card(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &UpdateCard,
) -> Decided {
    let amount = cmd.amount.as_ref().and_then(Option::as_ref);
    let need = cmd.need.as_ref().and_then(Option::as_deref);
    let need = checked(need, amount)?;
    let due = cmd.next_due_at.map(|due| due.map(date).transpose()).transpose()?;
    let lost =
        cmd.lost_reason.as_ref().map(|reason| reason.as_deref().map(lost_reason).transpose());
    let lost = lost.transpose()?;

    let board = live_board(tx, cx).await?.id;
    let mut cards = live_cards(tx, cx, board, &[cmd.card]).await?;
    let mut card = cards.pop().ok_or(Error::NotFound)?;
    cx.check_version(card.version)?;
    let seen = card.version;
    card.version += 1;
    if cmd.need.is_some() {
        card.need = need;
    }
    if let Some(amount) = &cmd.amount {
        card.amount.clone_from(amount);
    }
    if let Some(due) = due {
        // the earliest counts: a reminder before the date set by hand is not hidden by it
        card.next_due_at = earlier(due, followed(tx, cx.at, card.customer_id).await?);
    }
    if let Some(lost) = lost {
        card.lost_reason = lost;
    }
    let (minor, currency) = card.amount.clone().map(|m| (m.minor, m.currency)).unzip();
    let mut change = card::Entity::change(tx.tenant())
        .filter(card::Column::Id.eq(card.id))
        .filter(card::Column::Version.eq(seen))
        .col_expr(card::Column::Version, Expr::value(card.version))
        .col_expr(card::Column::Need, Expr::value(card.need.clone()))
        .col_expr(card::Column::AmountMinor, Expr::value(minor))
        .col_expr(card::Column::Currency, Expr::value(currency))
        .col_expr(card::Column::NextDueAt, Expr::value(card.next_due_at))
        .col_expr(card::Column::LostReason, Expr::value(card.lost_reason.clone()));
    if let Some(due) = due {
        change = change.col_expr(card::Column::OwnDueAt, Expr::value(due));
    }
    let done = change.exec(tx).await?;
    if done.rows_affected != 1 {
        return Err(Error::Overtaken.into());
    }
    let place = (board, card.customer_id);
    let d = CardShown { card: &card };
    let events = on_board_and_customer(place, "card.updated", &d, audience(&card.owners))?;
    Ok(Decision::events(events.into()).reply(&json!({ "version": card.version })))
}

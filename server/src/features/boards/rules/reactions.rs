//! What a customer's change means for its cards. Asked for by the feature that changes the
//! customer, in its transaction; answered with events to append.

use std::collections::BTreeSet;

use entities::card;
use entities::ids::{BoardId, CardId, CustomerId, UserId};
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ExprTrait, QueryFilter, QuerySelect};

use super::super::events::{CardAssigned, CardNamed, CardShown, audience, on_board};
use super::super::views::{self, Card};
use super::take_board;
use crate::db::Tx;
use crate::kernel::command::CommandContext;
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// A customer's name, phone, tags or owners are on its cards: every board it stands on hears of
/// them. `before_owners` only where the owners changed.
///
/// # Errors
/// Those of the database.
pub async fn customer_changed(
    tx: &Tx<'_>,
    cx: &CommandContext,
    customer: CustomerId,
    before_owners: Option<&[UserId]>,
) -> Result<Vec<NewEvent>, Problem> {
    if !take_boards(tx, cx, card::Column::CustomerId.eq(customer)).await? {
        return Ok(Vec::new());
    }
    let cards = views::of_customer(tx, &Principal::system(tx.tenant()), customer).await?;
    let mut events = Vec::new();
    for card in &cards {
        events.extend(changed(card, before_owners)?);
    }
    Ok(events)
}

/// Who does not see the card any more hears that it is gone, and nothing of what it is now.
fn changed(card: &Card, before: Option<&[UserId]>) -> Result<Vec<NewEvent>, Problem> {
    let sees = audience(&card.owners);
    let Some(before) = before else {
        let event = on_board(card.board_id, "card.updated", &CardShown { card })?;
        return Ok(vec![event.heard_by(sees)]);
    };
    let assigned = on_board(card.board_id, "card.assigned", &CardAssigned { card, before })?;
    let mut events = vec![assigned.heard_by(sees)];
    if before.iter().any(|owner| !card.owners.contains(owner)) {
        let d = CardNamed { card: card.id, customer_id: card.customer_id };
        let after = card.owners.as_slice().into();
        let loses = Audience::Losing { before: before.into(), after };
        events.push(on_board(card.board_id, "card.withdrawn", &d)?.heard_by(loses));
    }
    Ok(events)
}

/// Takes the topics of the boards that these live cards stand on; false when there are none.
async fn take_boards(
    tx: &Tx<'_>,
    cx: &CommandContext,
    which: sea_orm::sea_query::SimpleExpr,
) -> Result<bool, Problem> {
    let boards: Vec<BoardId> = card::Entity::of(tx.tenant())
        .filter(which)
        .filter(card::Column::ArchivedAt.is_null())
        .select_only()
        .column(card::Column::BoardId)
        .into_tuple()
        .all(tx)
        .await?;
    let boards: BTreeSet<BoardId> = boards.into_iter().collect();
    for board in &boards {
        take_board(tx, cx, *board).await?;
    }
    Ok(!boards.is_empty())
}

/// Gives all cards of one customer to another, archived ones too; for merges. Answers which they
/// were, so that [`repoint_cards`] can take it back.
///
/// # Errors
/// Those of the database.
pub async fn repoint(
    tx: &Tx<'_>,
    cx: &CommandContext,
    from: CustomerId,
    to: CustomerId,
) -> Result<(Vec<CardId>, Vec<NewEvent>), Problem> {
    let cards: Vec<CardId> = card::Entity::of(tx.tenant())
        .filter(card::Column::CustomerId.eq(from))
        .select_only()
        .column(card::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    let events = repoint_cards(tx, cx, &cards, to).await?;
    Ok((cards, events))
}

/// Gives these cards to a customer.
///
/// # Errors
/// Those of the database.
pub async fn repoint_cards(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cards: &[CardId],
    to: CustomerId,
) -> Result<Vec<NewEvent>, Problem> {
    if cards.is_empty() {
        return Ok(Vec::new());
    }
    let which = || card::Column::Id.is_in(cards.iter().copied());
    take_boards(tx, cx, which()).await?;
    let everyone = Principal::system(tx.tenant());
    let before = views::cards(tx, &everyone, cards).await?;
    card::Entity::change(tx.tenant())
        .filter(which())
        .col_expr(card::Column::CustomerId, Expr::value(to))
        .col_expr(card::Column::Version, Expr::col(card::Column::Version).add(1))
        .exec(tx)
        .await?;
    let after = views::cards(tx, &everyone, cards).await?;
    let live = before.iter().zip(&after).filter(|(_, card)| card.archived_at.is_none());
    let mut events = Vec::new();
    for (before, card) in live {
        events.extend(changed(card, Some(&before.owners))?);
    }
    Ok(events)
}

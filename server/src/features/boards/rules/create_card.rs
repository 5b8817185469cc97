//! `card.create`: somebody puts a customer on a board.

use entities::customer;
use entities::ids::{CardId, CustomerId, UserId};
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter};
use serde::Serialize;

use super::super::commands::CreateCard;
use super::super::error::Error;
use super::live_board;
use super::place::{NewPlace, checked, choose_stage, created, insert, placed_before};
use crate::db::Tx;
use crate::features::customers;
use crate::features::notifications::{self, Handover};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::principal::{Permission, Visibility};
use crate::kernel::problem::Problem;

#[derive(Serialize)]
struct Reply {
    card_id: CardId,
    customer_id: CustomerId,
    /// Whether the customer is new.
    created: bool,
    /// Kind of the identity that told who it is.
    matched_by: Option<String>,
}

/// The customer is named by id, or described and resolved like anybody who comes in. One that
/// has a live card on the board keeps it: the answer names that card.
pub(in super::super) async fn create_card(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateCard,
) -> Decided {
    let need = checked(cmd.need.as_deref(), cmd.amount.as_ref())?;
    let board = live_board(tx, cx).await?.id;
    // before the customer is written: a refusal must leave nothing behind
    let stage = choose_stage(tx, board, cmd.stage, false).await?;
    let Who { id: customer, created: is_new, matched_by, owners, mut events } =
        customer_of(tx, cx, cmd).await?;
    let card_id = match placed_before(tx, board, &[customer]).await?.remove(&customer) {
        Some(card) => card,
        None => {
            let place = NewPlace { customer, need, amount: cmd.amount.clone() };
            let cards = insert(tx, cx, (board, stage), vec![place]).await?;
            let card = cards.first().ok_or_else(Problem::internal)?;
            events.extend(created(card)?);
            card.id
        }
    };
    let mut jobs = Vec::new();
    if is_new {
        let handover = Handover { customer, before: Vec::new(), after: owners };
        let (told, more) = notifications::assigned(tx, cx, &[handover]).await?;
        events.extend(told);
        jobs = more;
    }
    let reply = Reply { card_id, customer_id: customer, created: is_new, matched_by };
    Ok(Decision { events, jobs, ..Decision::default() }.reply(&reply))
}

/// Whose card it will be.
struct Who {
    id: CustomerId,
    created: bool,
    matched_by: Option<String>,
    /// Only of somebody new.
    owners: Vec<UserId>,
    events: Vec<NewEvent>,
}

async fn customer_of(tx: &Tx<'_>, cx: &CommandContext, cmd: &CreateCard) -> Result<Who, Error> {
    match (cmd.customer_id, &cmd.customer) {
        (Some(id), None) => known(tx, cx, id).await,
        (None, Some(new)) => described(tx, cx, new.clone()).await,
        (None, None) => Err(Problem::invalid("customer", "required").into()),
        (Some(_), Some(_)) => Err(Problem::invalid("customer", "bad_value").into()),
    }
}

async fn known(tx: &Tx<'_>, cx: &CommandContext, id: CustomerId) -> Result<Who, Error> {
    let row = customer::Entity::of(tx.tenant())
        .filter(customer::Column::Id.eq(id))
        .filter(customers::visible(&cx.by))
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    if row.archived_at.is_some() || row.merged_into.is_some() {
        return Err(Error::Gone);
    }
    Ok(Who { id, created: false, matched_by: None, owners: Vec::new(), events: Vec::new() })
}

async fn described(
    tx: &Tx<'_>,
    cx: &CommandContext,
    mut new: customers::NewCustomer,
) -> Result<Who, Error> {
    if !cx.by.may(Permission::CreateCustomers) {
        return Err(Problem::forbidden().into());
    }
    // who sees only some customers would lose sight of one that nobody owns
    let unowned = new.owners.as_ref().is_none_or(Vec::is_empty);
    if unowned && cx.by.visibility != Visibility::All {
        new.owners = cx.by.user().map(|me| vec![me]);
    }
    let resolved = customers::resolve(tx, cx, &new).await?;
    Ok(Who {
        id: resolved.customer.id,
        created: resolved.created,
        matched_by: resolved.matched_by.map(Into::into),
        owners: resolved.customer.owners.0,
        events: resolved.events,
    })
}

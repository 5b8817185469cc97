//! `card.assign`: owners belong to the customer, so that all its cards follow.

use std::collections::HashSet;

use super::super::commands::AssignCards;
use super::super::error::Error;
use super::{live_board, live_cards, named};
use crate::db::Tx;
use crate::features::customers::{self, AssignOwners};
use crate::features::notifications::{self, Handover};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::problem::Problem;

pub(in super::super) async fn assign_cards(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &AssignCards,
) -> Decided {
    Ok(decide(tx, cx, cmd).await?)
}

async fn decide(tx: &Tx<'_>, cx: &CommandContext, cmd: &AssignCards) -> Result<Decision, Error> {
    let ids = named(cmd.card, cmd.cards.as_deref())?;
    let differs = cmd.add.is_some() || cmd.remove.is_some();
    match (cmd.owners.is_some(), differs) {
        (true, true) => return Err(Problem::invalid("owners", "bad_value").into()),
        (false, false) => return Err(Problem::invalid("owners", "required").into()),
        _ => {}
    }
    let board = live_board(tx, cx).await?.id;
    let cards = live_cards(tx, cx, board, &ids).await?;
    let owners = AssignOwners {
        owners: cmd.owners.clone(),
        add: cmd.add.clone(),
        remove: cmd.remove.clone(),
    };
    let mut events = Vec::new();
    let mut handovers = Vec::new();
    let mut seen = HashSet::new();
    for card in cards.iter().filter(|card| seen.insert(card.customer_id)) {
        let (before, after, said) = customers::assign(tx, cx, card.customer_id, &owners).await?;
        events.extend(said);
        if before != after {
            events.extend(super::customer_changed(tx, cx, card.customer_id, Some(&before)).await?);
        }
        handovers.push(Handover { customer: card.customer_id, before, after });
    }
    let (told, jobs) = notifications::assigned(tx, cx, &handovers).await?;
    events.extend(told);
    Ok(Decision { events, jobs, ..Decision::default() })
}

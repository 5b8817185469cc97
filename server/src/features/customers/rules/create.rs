//! Entering somebody: the matcher decides whether they are new.

use entities::ids::{CardId, CustomerId};
use serde::Serialize;

use crate::db::Tx;
use crate::features::boards::{self, PlaceCard};
use crate::features::customers::commands::CreateCustomer;
use crate::features::customers::events;
use crate::features::customers::matcher::{self, OnMatch};
use crate::features::customers::newcomer::{Checked, House, NewCustomer, check_owners};
use crate::features::notifications::{self, Handover};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;

/// What became of one newcomer.
pub struct Resolved {
    pub customer: entities::customer::Model,
    pub created: bool,
    /// `phone`, `email`, `external` …: the kind of identity that was known.
    pub matched_by: Option<&'static str>,
    /// Not yet with the journal: whoever asked adds them to the decision.
    pub events: Vec<NewEvent>,
}

#[derive(Serialize)]
struct Created {
    customer_id: CustomerId,
    created: bool,
    matched_by: Option<&'static str>,
    card_id: Option<CardId>,
}

/// Finds or makes the customer that this describes. The one matcher of every door.
///
/// # Errors
/// `invalid` for what is not well-formed, `identity_taken` when the match is hidden from the
/// asker, a race when somebody else was faster.
pub async fn resolve(
    tx: &Tx<'_>,
    cx: &CommandContext,
    who: &NewCustomer,
) -> Result<Resolved, Problem> {
    let house = House::load(tx).await?;
    let checked = who.check(&house)?;
    resolve_checked(tx, cx, checked).await
}

/// The same for what was checked already.
///
/// # Errors
/// As [`resolve`].
pub(crate) async fn resolve_checked(
    tx: &Tx<'_>,
    cx: &CommandContext,
    checked: Checked,
) -> Result<Resolved, Problem> {
    check_owners(tx, "owners", &checked.owners).await?;
    let resolution = matcher::resolve(tx, cx, vec![checked], OnMatch::Fill).await?;
    let outcome = resolution.outcomes.first().copied().ok_or_else(Problem::internal)?;
    if outcome.hidden {
        return Err(Problem::conflict("identity_taken"));
    }
    let slot = resolution.slots.get(outcome.slot).ok_or_else(Problem::internal)?;
    // other slots were merely looked up: they own a second identity of the newcomer's
    let said = events::of_slot(tx, cx, slot).await?;
    Ok(Resolved {
        customer: slot.row.clone(),
        created: outcome.created,
        matched_by: outcome.matched_by,
        events: said,
    })
}

pub(in crate::features::customers) async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateCustomer,
) -> Decided {
    if cmd.customer.name.as_deref().is_none_or(|name| name.trim().is_empty()) {
        return Err(Problem::invalid("name", "required"));
    }
    let mut who = cmd.customer.clone();
    // whoever sees only their own would not see what they have just entered
    if who.owners.as_ref().is_none_or(Vec::is_empty)
        && let Some(me) = cx.by.user()
        && !cx.by.sees(&[])
    {
        who.owners = Some(vec![me]);
    }
    let resolved = resolve(tx, cx, &who).await?;
    let mut events = resolved.events;
    let mut card_id = None;
    if cmd.board_id.is_some() || cmd.stage_id.is_some() {
        let place = PlaceCard {
            board: cmd.board_id,
            stage: cmd.stage_id,
            customer: resolved.customer.id,
            need: None,
            amount: None,
        };
        let (card, said) = boards::place_new(tx, cx, place).await?;
        card_id = Some(card);
        events.extend(said);
    }
    let mut jobs = Vec::new();
    if resolved.created {
        let after = resolved.customer.owners.0.clone();
        let handover = Handover { customer: resolved.customer.id, before: Vec::new(), after };
        let (told, more) = notifications::assigned(tx, cx, &[handover]).await?;
        events.extend(told);
        jobs = more;
    }
    let reply = Created {
        customer_id: resolved.customer.id,
        created: resolved.created,
        matched_by: resolved.matched_by,
        card_id,
    };
    Ok(Decision { events, jobs, ..Decision::default() }.reply(&reply))
}

//! A lead becomes a customer, a note, a card and a line on the timeline, all or nothing.

use entities::identity;
use entities::ids::CardId;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::json;

use super::commands::{LeadReceived, ReceiveLead, Received};
use crate::db::Tx;
use crate::features::boards::{self, PlaceCard};
use crate::features::customers::{self, House, NewCustomer};
use crate::features::notifications;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::principal::Principal;
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::Topic;

/// Longest `external_id`, in characters.
const EXTERNAL_MAX: usize = 200;

pub(super) async fn receive(tx: &Tx<'_>, cx: &CommandContext, lead: &ReceiveLead) -> Decided {
    let external = external_id(lead)?.map(|id| customers::external(&cx.by.author(), id));
    if let Some(ident) = &external
        && let Some(known) = received_before(tx, lead, ident).await?
    {
        return Ok(Decision::default().reply(&known));
    }
    let house = House::load(tx).await?;
    let who = NewCustomer {
        name: lead.name.clone(),
        company: lead.company.clone(),
        phones: lead.phones.clone(),
        emails: lead.emails.clone(),
        tags: lead.tags.clone(),
        custom: lead.custom.clone(),
        source: lead.source.clone(),
        utm: lead.utm.clone(),
        note: lead.note.clone(),
        ..NewCustomer::default()
    };
    let mut checked = who.check(&house)?;
    if checked.idents.is_empty() && checked.name.is_none() {
        return Err(Problem::invalid("phones", "required"));
    }
    checked.idents.extend(external);
    // a lead always comes from somewhere; the door is the least that is known
    let source = checked.source.get_or_insert_default();
    source.entry("channel").or_insert_with(|| "api".into());
    let (source, utm, note) = (checked.source.clone(), checked.utm.clone(), checked.note.is_some());

    let resolved = customers::resolve_checked(tx, cx, checked).await?;
    let customer = &resolved.customer;
    let d = LeadReceived {
        customer: customer.id,
        created: resolved.created,
        source,
        utm,
        note,
        need: lead.need.clone(),
        external_id: lead.external_id.clone(),
    };
    let owners = &customer.owners.0;
    let mut events = resolved.events;
    events.push(
        NewEvent::new(Topic::customer(customer.id), "lead.received", &d)?
            .on_timeline_of(customer.id)
            .heard_by(Audience::owners(owners, owners)),
    );
    let card_id = place(tx, cx, lead, customer.id, &mut events).await?;
    let told = json!({ "created": resolved.created, "need": lead.need, "source": d.source });
    let (told, jobs) = notifications::lead_received(tx, cx, customer.id, owners, told).await?;
    events.extend(told);
    let reply = Received {
        customer_id: customer.id,
        card_id,
        created: resolved.created,
        matched_by: resolved.matched_by.map(str::to_owned),
    };
    Ok(Decision { events, jobs, ..Decision::default() }.reply(&reply))
}

fn external_id(lead: &ReceiveLead) -> Result<Option<&str>, Problem> {
    let given = lead.external_id.as_deref().map(str::trim).filter(|id| !id.is_empty());
    match given {
        Some(id) if id.len() > EXTERNAL_MAX * 4 || id.chars().count() > EXTERNAL_MAX => {
            Err(Problem::invalid("external_id", "too_long"))
        }
        Some(id) if id.chars().any(char::is_control) => {
            Err(Problem::invalid("external_id", "bad_value"))
        }
        given => Ok(given),
    }
}

/// The same signal of the same sender, whatever else it says this time.
async fn received_before(
    tx: &Tx<'_>,
    lead: &ReceiveLead,
    external: &customers::Ident,
) -> Result<Option<Received>, Problem> {
    let known = identity::Entity::of(tx.tenant())
        .filter(identity::Column::Kind.eq(external.kind))
        .filter(identity::Column::Value.eq(external.value.as_str()))
        .one(tx)
        .await?;
    let Some(known) = known else { return Ok(None) };
    let cards = boards::cards_of(tx, &Principal::system(tx.tenant()), known.customer_id).await?;
    let wanted = cards.iter().find(|card| lead.board_id.is_none_or(|board| board == card.board_id));
    Ok(Some(Received {
        customer_id: known.customer_id,
        card_id: wanted.map(|card| card.id),
        created: false,
        matched_by: Some(external.kind.to_owned()),
    }))
}

/// On the board that was named, else the first; where there is none, a lead is still a lead.
async fn place(
    tx: &Tx<'_>,
    cx: &CommandContext,
    lead: &ReceiveLead,
    customer: entities::ids::CustomerId,
    events: &mut Vec<NewEvent>,
) -> Result<Option<CardId>, Problem> {
    let need = lead.need.clone();
    let place = PlaceCard { board: lead.board_id, stage: None, customer, need, amount: None };
    match boards::place_new(tx, cx, place).await {
        Ok((card, said)) => {
            events.extend(said);
            Ok(Some(card))
        }
        Err(Problem { class: Class::NotFound, .. }) if lead.board_id.is_none() => Ok(None),
        Err(Problem { class: Class::NotFound, .. }) => {
            Err(Problem::invalid("board_id", "unknown_value"))
        }
        Err(problem) => Err(problem),
    }
}

//! What is said about customers. Stored for ever: a shape may gain fields, never lose one.

use std::collections::BTreeMap;

use entities::customer;
use entities::ids::{CustomFieldId, CustomerId, MergeId, NoteId, UserId};
use serde::Serialize;

use super::fields::CustomField;
use super::matcher::Slot;
use super::views::{Customer, Note};
use crate::db::Tx;
use crate::features::boards;
use crate::gateway::Message;
use crate::kernel::command::CommandContext;
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

#[derive(Serialize, utoipa::ToSchema)]
struct Whole<'a> {
    customer: &'a Customer,
}

#[derive(Serialize, utoipa::ToSchema)]
struct Updated<'a> {
    customer: &'a Customer,
    changed: &'a [&'static str],
}

#[derive(Serialize, utoipa::ToSchema)]
struct Only {
    customer: CustomerId,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Tagged<'a> {
    pub(super) customer: CustomerId,
    pub(super) add: &'a [String],
    pub(super) remove: &'a [String],
    pub(super) tags: &'a [String],
    pub(super) version: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Assigned<'a> {
    pub(super) customer: CustomerId,
    pub(super) owners: &'a [UserId],
    pub(super) before: &'a [UserId],
    pub(super) version: i64,
}

/// Customers of one `customer.changed_many`.
const MANY_MAX: usize = 200;

/// `customer.changed_many`.
#[derive(Serialize, utoipa::ToSchema)]
struct ChangedMany<'a> {
    ids: &'a [CustomerId],
    /// The fields that are others now.
    changed: &'a [&'static str],
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Merged<'a> {
    pub(super) merge: MergeId,
    pub(super) winner: &'a Customer,
    pub(super) loser: CustomerId,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Unmerged<'a> {
    pub(super) merge: MergeId,
    pub(super) winner: &'a Customer,
    pub(super) loser: &'a Customer,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Noted {
    pub(super) note: Note,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct NoteGone {
    pub(super) note: NoteId,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct FieldSaved {
    pub(super) custom_field: CustomField,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct FieldRemoved {
    pub(super) id: CustomFieldId,
}

/// Who took how many out of the house.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Exported {
    pub(super) by: String,
    pub(super) count: u64,
    pub(super) filtered: bool,
}

/// What `messages.json` says of these.
pub(super) fn described() -> Vec<Message> {
    const ON_CUSTOMER: &str = "customer:<id>";
    const ON_BOTH: &str = "customer:<id> and tenant";
    vec![
        Message::event::<Whole<'_>>("customer.created", ON_BOTH),
        Message::event::<Updated<'_>>("customer.updated", ON_BOTH),
        Message::event::<Tagged<'_>>("customer.tagged", ON_CUSTOMER),
        Message::event::<Assigned<'_>>("customer.assigned", ON_CUSTOMER),
        Message::event::<Only>("customer.archived", ON_BOTH),
        Message::event::<Whole<'_>>("customer.restored", ON_BOTH),
        Message::event::<Merged<'_>>("customer.merged", ON_BOTH),
        Message::event::<Unmerged<'_>>("customer.unmerged", ON_BOTH),
        Message::event::<ChangedMany<'_>>("customer.changed_many", "tenant"),
        Message::event::<Exported>("customer.exported", "tenant"),
        Message::event::<Noted>("note.added", ON_CUSTOMER),
        Message::event::<Noted>("note.edited", ON_CUSTOMER),
        Message::event::<NoteGone>("note.removed", ON_CUSTOMER),
        Message::event::<FieldSaved>("custom_field.saved", "tenant"),
        Message::event::<FieldRemoved>("custom_field.removed", "tenant"),
    ]
}

/// On the customer's own topic, heard by those who see these owners.
pub(super) fn on_customer(
    id: CustomerId,
    op: &'static str,
    d: &impl Serialize,
    before: &[UserId],
    after: &[UserId],
) -> Result<NewEvent, Problem> {
    let event = NewEvent::new(Topic::customer(id), op, d)?;
    Ok(event.on_timeline_of(id).heard_by(Audience::owners(before, after)))
}

/// On the customer's topic and, for lists, on the tenant's.
pub(super) fn on_both(event: NewEvent) -> [NewEvent; 2] {
    let also = event.also_on(Topic::tenant());
    [event, also]
}

pub(super) fn created(customer: &Customer) -> Result<[NewEvent; 2], Problem> {
    let owners = &customer.owners;
    let event = on_customer(customer.id, "customer.created", &Whole { customer }, owners, owners)?;
    Ok(on_both(event))
}

/// `before`: the owners as they were.
pub(super) fn updated(
    customer: &Customer,
    changed: &[&'static str],
    before: &[UserId],
) -> Result<[NewEvent; 2], Problem> {
    let d = Updated { customer, changed };
    Ok(on_both(on_customer(customer.id, "customer.updated", &d, before, &customer.owners)?))
}

/// On the customer's topic alone.
pub(super) fn archived_one(row: &customer::Model) -> Result<NewEvent, Problem> {
    let owners = &row.owners.0;
    on_customer(row.id, "customer.archived", &Only { customer: row.id }, owners, owners)
}

pub(super) fn archived(row: &customer::Model) -> Result<[NewEvent; 2], Problem> {
    Ok(on_both(archived_one(row)?))
}

pub(super) fn restored(customer: &Customer) -> Result<[NewEvent; 2], Problem> {
    let owners = &customer.owners;
    let event = on_customer(customer.id, "customer.restored", &Whole { customer }, owners, owners)?;
    Ok(on_both(event))
}

/// On the customer's topic alone.
pub(super) fn restored_one(record: &Customer) -> Result<NewEvent, Problem> {
    let [own, _] = restored(record)?;
    Ok(own)
}

pub(super) fn tagged(
    row: &customer::Model,
    add: &[String],
    remove: &[String],
) -> Result<NewEvent, Problem> {
    let (tags, owners) = (&row.tags.0, &row.owners.0);
    let d = Tagged { customer: row.id, add, remove, tags, version: row.version };
    on_customer(row.id, "customer.tagged", &d, owners, owners)
}

pub(super) fn assigned(
    before: &customer::Model,
    row: &customer::Model,
) -> Result<NewEvent, Problem> {
    let (before, owners) = (&before.owners.0, &row.owners.0);
    let d = Assigned { customer: row.id, owners, before, version: row.version };
    on_customer(row.id, "customer.assigned", &d, before, owners)
}

/// For lists: these customers are to be read again. One event for all whom the same people see,
/// before or after.
pub(super) fn changed_many(
    customers: Vec<(Vec<UserId>, CustomerId)>,
    field: &'static str,
) -> Result<Vec<NewEvent>, Problem> {
    let mut groups: BTreeMap<Vec<UserId>, Vec<CustomerId>> = BTreeMap::new();
    for (see, id) in customers {
        groups.entry(see).or_default().push(id);
    }
    let mut events = Vec::new();
    for (see, ids) in groups {
        for ids in ids.chunks(MANY_MAX) {
            let d = ChangedMany { ids, changed: &[field] };
            let event = NewEvent::new(Topic::tenant(), "customer.changed_many", &d)?;
            events.push(event.heard_by(Audience::owners(&see, &see)));
        }
    }
    Ok(events)
}

pub(super) fn note_event(
    op: &'static str,
    row: &customer::Model,
    d: &impl Serialize,
) -> Result<NewEvent, Problem> {
    on_customer(row.id, op, d, &row.owners.0, &row.owners.0)
}

/// All that is to be said of one resolved customer: the record, its notes, its cards.
pub(crate) async fn of_slot(
    tx: &Tx<'_>,
    cx: &CommandContext,
    slot: &Slot,
) -> Result<Vec<NewEvent>, Problem> {
    let record = slot.record();
    let mut events = Vec::new();
    match &slot.before {
        None => events.extend(created(&record)?),
        Some(before) if !slot.changed.is_empty() => {
            let changed: Vec<&'static str> = slot.changed.iter().copied().collect();
            if slot.changed.contains("archived_at") {
                events.extend(restored(&record)?);
                let was = before.archived_at.map(|at| (record.id, at));
                events.extend(boards::restore_with(tx, cx, was.as_slice()).await?);
            }
            events.extend(updated(&record, &changed, &before.owners.0)?);
            let owners = slot.owners_before();
            events.extend(boards::customer_changed(tx, cx, record.id, owners).await?);
        }
        Some(_) => {}
    }
    for note in &slot.notes {
        let d = Noted { note: Note::from(note.clone()) };
        events.push(note_event("note.added", &slot.row, &d)?);
    }
    Ok(events)
}

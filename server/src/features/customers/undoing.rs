//! Taking back what an import did to customers, as long as nobody has worked on them since.

use std::collections::HashSet;

use entities::ids::{CardId, CustomerId, IdentityId, NoteId};
use entities::tenancy::OfTenant;
use entities::{
    card, customer, customer_owner, customer_tag, identity, merge, note, search_token, topic,
};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::rules::merge::{Fields, fields_of, set_field};
use super::{events, store, views};
use crate::db::Tx;
use crate::features::{activities, agenda, boards, reminders};
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// The fields of a customer as they were at some moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Remembered(Fields);

impl Remembered {
    pub(crate) fn of(row: &customer::Model) -> Self {
        Self(fields_of(row))
    }
}

/// How a customer was, and what was added to them since.
#[derive(Clone, Debug, Default)]
pub(crate) struct Restoration {
    pub(crate) was: Option<Remembered>,
    pub(crate) identities: Vec<IdentityId>,
    pub(crate) notes: Vec<NoteId>,
}

/// Those of these customers that stand as they were left: same version, no notes and no cards but
/// these, no activity, in no merge.
pub(crate) async fn removable(
    tx: &Tx<'_>,
    customers: &[(CustomerId, i64)],
    own_notes: &[NoteId],
    own_cards: &[CardId],
) -> Result<HashSet<CustomerId>, Problem> {
    let ids: Vec<CustomerId> = customers.iter().map(|(id, _)| *id).collect();
    let versions: Vec<(CustomerId, i64)> = customer::Entity::of(tx.tenant())
        .filter(customer::Column::Id.is_in(ids.iter().copied()))
        .filter(customer::Column::MergedInto.is_null())
        .select_only()
        .columns([customer::Column::Id, customer::Column::Version])
        .into_tuple()
        .all(tx)
        .await?;
    let mut free: HashSet<CustomerId> =
        customers.iter().filter(|known| versions.contains(known)).map(|(id, _)| *id).collect();
    let noted: Vec<CustomerId> = note::Entity::of(tx.tenant())
        .filter(note::Column::CustomerId.is_in(ids.iter().copied()))
        .filter(note::Column::Id.is_not_in(own_notes.iter().copied()))
        .select_only()
        .column(note::Column::CustomerId)
        .into_tuple()
        .all(tx)
        .await?;
    let carded: Vec<CustomerId> = card::Entity::of(tx.tenant())
        .filter(card::Column::CustomerId.is_in(ids.iter().copied()))
        .filter(card::Column::Id.is_not_in(own_cards.iter().copied()))
        .select_only()
        .column(card::Column::CustomerId)
        .into_tuple()
        .all(tx)
        .await?;
    let merged: Vec<CustomerId> = merge::Entity::of(tx.tenant())
        .filter(merge::Column::WinnerId.is_in(ids.iter().copied()))
        .select_only()
        .column(merge::Column::WinnerId)
        .into_tuple()
        .all(tx)
        .await?;
    let held = activities::held(tx, &ids).await?;
    let reminded = reminders::has_any(tx, &ids).await?;
    let met = agenda::has_any(tx, &ids).await?;
    for id in noted.iter().chain(&carded).chain(&merged).chain(&reminded).chain(&held).chain(&met) {
        free.remove(id);
    }
    Ok(free)
}

/// Gives a customer back what they were. None, and nothing changes, when their version is another:
/// somebody has worked on them since.
pub(crate) async fn restore(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    version: i64,
    to: &Restoration,
) -> Result<Option<Vec<NewEvent>>, Problem> {
    let found =
        customer::Entity::of(tx.tenant()).filter(customer::Column::Id.eq(id)).one(tx).await?;
    let Some(before) = found.filter(|row| row.version == version && row.merged_into.is_none())
    else {
        return Ok(None);
    };
    identity::Entity::forget(tx.tenant())
        .filter(identity::Column::Id.is_in(to.identities.iter().copied()))
        .filter(identity::Column::CustomerId.eq(id))
        .exec(tx)
        .await?;
    note::Entity::forget(tx.tenant())
        .filter(note::Column::Id.is_in(to.notes.iter().copied()))
        .filter(note::Column::CustomerId.eq(id))
        .exec(tx)
        .await?;
    let mut row = before.clone();
    if let Some(Remembered(fields)) = &to.was {
        for (field, value) in fields {
            set_field(&mut row, field, value);
        }
        let list = |field: &str| fields.get(field).cloned().unwrap_or_default();
        row.owners = serde_json::from_value(list("owners")).unwrap_or(row.owners);
        row.tags = serde_json::from_value(list("tags")).unwrap_or(row.tags);
    }
    let unchanged = fields_of(&row) == fields_of(&before);
    if unchanged && to.identities.is_empty() && to.notes.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let row = store::save(tx, cx, &before, row).await?;
    let known = views::identities(tx, &[id]).await?.remove(&id).unwrap_or_default();
    store::reindex(tx, &row, &known).await?;
    let record = views::record(&row, &known);
    let changed = ["name", "company", "phones", "emails", "quality", "owners", "tags", "custom"];
    let mut said = events::updated(&record, &changed, &before.owners.0)?.to_vec();
    let owners = (before.owners != row.owners).then_some(before.owners.0.as_slice());
    said.extend(boards::customer_changed(tx, cx, id, owners).await?);
    Ok(Some(said))
}

/// Removes customers with all that is only theirs. Their cards must be gone. Who follows one of
/// them hears that they were archived, and finds nobody afterwards.
pub(crate) async fn erase(tx: &Tx<'_>, ids: &[CustomerId]) -> Result<Vec<NewEvent>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let all = || ids.iter().copied();
    note::Entity::forget(tx.tenant())
        .filter(note::Column::CustomerId.is_in(all()))
        .exec(tx)
        .await?;
    identity::Entity::forget(tx.tenant())
        .filter(identity::Column::CustomerId.is_in(all()))
        .exec(tx)
        .await?;
    customer_owner::Entity::forget(tx.tenant())
        .filter(customer_owner::Column::CustomerId.is_in(all()))
        .exec(tx)
        .await?;
    customer_tag::Entity::forget(tx.tenant())
        .filter(customer_tag::Column::CustomerId.is_in(all()))
        .exec(tx)
        .await?;
    search_token::Entity::forget(tx.tenant())
        .filter(search_token::Column::CustomerId.is_in(all()))
        .exec(tx)
        .await?;
    customer::Entity::forget(tx.tenant())
        .filter(customer::Column::Id.is_in(all()))
        .exec(tx)
        .await?;
    let topics: Vec<String> = ids.iter().map(|id| Topic::customer(*id).to_string()).collect();
    let followed: Vec<String> = topic::Entity::of(tx.tenant())
        .filter(topic::Column::Key.is_in(topics))
        .select_only()
        .column(topic::Column::Key)
        .into_tuple()
        .all(tx)
        .await?;
    followed
        .iter()
        .map(|key| {
            let topic = Topic::new(key);
            let d = json!({ "customer": topic.id() });
            NewEvent::new(topic, "customer.archived", &d)
        })
        .collect()
}

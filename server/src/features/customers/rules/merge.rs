//! Two customers are found to be one: everything of the loser moves to the winner, and enough is
//! kept to take it back.

use std::collections::BTreeMap;

use entities::ids::{ActivityId, AppointmentId, CardId, CustomerId, MergeId, NoteId, ReminderId};
use entities::tenancy::OfTenant;
use entities::{customer, identity, merge, note};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect, Set};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::live;
use crate::db::Tx;
use crate::features::customers::commands::{MergeCustomer, Side};
use crate::features::customers::events::{Merged, on_both, on_customer};
use crate::features::customers::{store, tokens, views};
use crate::features::{activities, agenda, boards, reminders};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::problem::Problem;

/// What is needed to take a merge back. Stored for ever: it may gain fields, never lose one.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Before {
    /// The winner's fields as they were, and as the merge left them.
    pub(super) winner: Fields,
    pub(super) winner_after: Fields,
    pub(super) loser: Fields,
    pub(super) identities: Vec<MovedIdentity>,
    pub(super) notes: Vec<NoteId>,
    pub(super) cards: Vec<CardId>,
    #[serde(default)]
    pub(super) reminders: Vec<ReminderId>,
    #[serde(default)]
    pub(super) appointments: Vec<AppointmentId>,
    #[serde(default)]
    pub(super) activities: Vec<ActivityId>,
}

/// An identity that moved; by value, because its row may be replaced meanwhile.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct MovedIdentity {
    pub(super) kind: String,
    pub(super) value: String,
    pub(super) display: String,
    pub(super) position: i32,
}

/// The fields of a customer that a merge decides about, by their names on the wire.
pub(in crate::features::customers) type Fields = BTreeMap<String, Value>;

/// Fields whose side can be chosen. Identities, owners and tags are always united.
const CHOICES: [&str; 9] = [
    "name",
    "company",
    "quality",
    "score_emotional",
    "score_logical",
    "source",
    "utm",
    "custom",
    "last_contact_at",
];

pub(in crate::features::customers) fn fields_of(row: &customer::Model) -> Fields {
    let pairs = [
        ("name", json!(row.name)),
        ("company", json!(row.company)),
        ("quality", json!(row.quality)),
        ("score_emotional", json!(row.score_emotional)),
        ("score_logical", json!(row.score_logical)),
        ("source", json!(row.source)),
        ("utm", json!(row.utm)),
        ("custom", row.custom.clone()),
        ("last_contact_at", json!(row.last_contact_at)),
        ("first_touch_at", json!(row.first_touch_at)),
        ("last_touch_at", json!(row.last_touch_at)),
        ("owners", json!(row.owners)),
        ("tags", json!(row.tags)),
        ("archived_at", json!(row.archived_at)),
    ];
    pairs.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

/// Sets one field from its stored value.
pub(in crate::features::customers) fn set_field(
    row: &mut customer::Model,
    field: &str,
    value: &Value,
) {
    fn read<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
        serde_json::from_value(value.clone()).ok()
    }
    let object = || (!value.is_null()).then(|| value.clone());
    match field {
        "name" => row.name = read(value).unwrap_or_else(|| row.name.clone()),
        "company" => row.company = read(value),
        "quality" => row.quality = read(value),
        "score_emotional" => row.score_emotional = read(value),
        "score_logical" => row.score_logical = read(value),
        "source" => row.source = object(),
        "utm" => row.utm = object(),
        "custom" => row.custom = value.clone(),
        "last_contact_at" => row.last_contact_at = read(value),
        "first_touch_at" => row.first_touch_at = read(value),
        "last_touch_at" => row.last_touch_at = read(value),
        "archived_at" => row.archived_at = read(value),
        _ => {}
    }
}

pub(in crate::features::customers) async fn merge(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &MergeCustomer,
) -> Decided {
    if cmd.other == id {
        return Err(Problem::invalid("other", "bad_value"));
    }
    if let Some(field) = cmd.fields.keys().find(|field| !CHOICES.contains(&field.as_str())) {
        return Err(Problem::invalid(&format!("fields.{field}"), "unknown_value"));
    }
    let winner = live(tx, cx, id).await?;
    let loser = live(tx, cx, cmd.other).await?;
    let (owners_of_winner, owners_of_loser) = (winner.owners.0.clone(), loser.owners.0.clone());

    let identities = move_identities(tx, &winner, &loser).await?;
    let notes = move_notes(tx, &winner, &loser).await?;
    let united = unite(&winner, &loser, &cmd.fields);
    let before = Before {
        winner: fields_of(&winner),
        winner_after: fields_of(&united),
        loser: fields_of(&loser),
        identities,
        notes,
        cards: Vec::new(),
        reminders: Vec::new(),
        appointments: Vec::new(),
        activities: activities::repoint(tx, loser.id, id).await?,
    };
    let winner = store::save(tx, cx, &winner, united).await?;
    let mut gone = loser.clone();
    gone.merged_into = Some(id);
    store::save(tx, cx, &loser, gone).await?;
    tokens::forget(tx, loser.id).await?;
    let known = views::identities(tx, &[id]).await?.remove(&id).unwrap_or_default();
    store::reindex(tx, &winner, &known).await?;

    // cards show the winner's face, so they move after the winner was written
    let (cards, on_boards) = boards::repoint(tx, cx, loser.id, id).await?;
    let (reminders, on_reminders) = reminders::repoint(tx, cx, loser.id, id).await?;
    let (appointments, on_agenda) = agenda::repoint(tx, cx, loser.id, id).await?;
    let before = Before { cards, reminders, appointments, ..before };
    let merge_id = cx.fresh(MergeId);
    merge::Entity::insert(merge::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(merge_id),
        winner_id: Set(id),
        loser_id: Set(loser.id),
        before: Set(serde_json::to_value(&before).map_err(|_| Problem::internal())?),
        at: Set(cx.at),
        by: Set(cx.by.author()),
        undone_at: Set(None),
    })
    .exec_without_returning(tx)
    .await?;

    let record = views::record(&winner, &known);
    let d = Merged { merge: merge_id, winner: &record, loser: loser.id };
    let heard: Vec<_> = owners_of_winner.iter().chain(&owners_of_loser).copied().collect();
    let said = on_customer(id, "customer.merged", &d, &heard, &record.owners)?;
    let on_loser = said.also_on(crate::kernel::topic::Topic::customer(loser.id));
    let mut all = on_both(said).to_vec();
    all.push(on_loser);
    all.extend(on_boards);
    all.extend(on_reminders);
    all.extend(on_agenda);
    all.extend(boards::customer_changed(tx, cx, id, Some(&owners_of_winner)).await?);
    Ok(Decision::events(all).reply(&json!({ "merge_id": merge_id })))
}

/// The winner with what the other knew: chosen fields, gaps filled, owners and tags of both.
fn unite(
    winner: &customer::Model,
    loser: &customer::Model,
    choices: &BTreeMap<String, Side>,
) -> customer::Model {
    let mut row = winner.clone();
    let (own, theirs) = (fields_of(winner), fields_of(loser));
    for field in CHOICES {
        let null = Value::Null;
        let (mine, other) = (own.get(field).unwrap_or(&null), theirs.get(field).unwrap_or(&null));
        let taken = match choices.get(field) {
            Some(Side::Winner) => mine.clone(),
            Some(Side::Other) if field != "name" || !other.is_null() => other.clone(),
            _ if field == "custom" => overlaid(other, mine),
            _ if field == "last_contact_at" => {
                json!(Ord::max(winner.last_contact_at, loser.last_contact_at))
            }
            _ if mine.is_null() => other.clone(),
            _ => mine.clone(),
        };
        set_field(&mut row, field, &taken);
    }
    let earliest = [winner.first_touch_at, loser.first_touch_at].into_iter().flatten().min();
    row.first_touch_at = earliest;
    row.last_touch_at = Ord::max(winner.last_touch_at, loser.last_touch_at);
    for owner in &loser.owners.0 {
        if !row.owners.0.contains(owner) {
            row.owners.0.push(*owner);
        }
    }
    for tag in &loser.tags.0 {
        if !row.tags.0.contains(tag) {
            row.tags.0.push(tag.clone());
        }
    }
    row
}

/// `above` laid over `below`, key by key.
fn overlaid(below: &Value, above: &Value) -> Value {
    let mut all = below.as_object().cloned().unwrap_or_default();
    all.extend(above.as_object().cloned().unwrap_or_default());
    Value::Object(all)
}

async fn move_identities(
    tx: &Tx<'_>,
    winner: &customer::Model,
    loser: &customer::Model,
) -> Result<Vec<MovedIdentity>, Problem> {
    let mut of = views::identities(tx, &[winner.id, loser.id]).await?;
    let last = of.get(&winner.id).into_iter().flatten().map(|i| i.position).max().unwrap_or(-1);
    let moved = of.remove(&loser.id).unwrap_or_default();
    identity::Entity::change(tx.tenant())
        .col_expr(identity::Column::CustomerId, Expr::value(winner.id))
        // behind the winner's own
        .col_expr(
            identity::Column::Position,
            Expr::col(identity::Column::Position).add(last.saturating_add(1)),
        )
        .filter(identity::Column::CustomerId.eq(loser.id))
        .exec(tx)
        .await?;
    let moved = moved.into_iter().map(|row| MovedIdentity {
        kind: row.kind,
        value: row.value,
        display: row.display,
        position: row.position,
    });
    Ok(moved.collect())
}

async fn move_notes(
    tx: &Tx<'_>,
    winner: &customer::Model,
    loser: &customer::Model,
) -> Result<Vec<NoteId>, Problem> {
    let ids = note::Entity::of(tx.tenant())
        .filter(note::Column::CustomerId.eq(loser.id))
        .select_only()
        .column(note::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    note::Entity::change(tx.tenant())
        .col_expr(note::Column::CustomerId, Expr::value(winner.id))
        .filter(note::Column::CustomerId.eq(loser.id))
        .exec(tx)
        .await?;
    Ok(ids)
}

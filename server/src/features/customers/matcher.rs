//! The one matcher: whoever comes in by whichever door ends as exactly one customer.
//!
//! It looks the identities up, fills in what was unknown about those it finds, makes the others,
//! and leaves the last word to the unique index on identities: who loses the race there is decided
//! again and then finds the winner.

use std::collections::{BTreeSet, HashMap};

use entities::ids::{CustomerId, NoteId};
use entities::tenancy::OfTenant;
use entities::{customer, identity, note};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde_json::Value;

use super::fill;
use super::identity::{EXTERNAL, Ident};
use super::newcomer::{CONTACTS_MAX, Checked};
use super::store;
use super::tokens;
use super::views;
use crate::db::Tx;
use crate::kernel::command::CommandContext;
use crate::kernel::principal::{Principal, Visibility};
use crate::kernel::problem::Problem;

/// What a match does to what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnMatch {
    /// Only what was unknown is filled in; somebody showed up again.
    Fill,
    /// What the newcomer says replaces what was known.
    Replace,
    /// Nothing changes.
    Skip,
}

/// One customer of a batch: as found (if so) and as it stands afterwards.
pub(crate) struct Slot {
    pub(crate) before: Option<customer::Model>,
    pub(crate) row: customer::Model,
    /// The fields that changed, by their names on the wire.
    pub(crate) changed: BTreeSet<&'static str>,
    /// All identities afterwards.
    pub(crate) identities: Vec<identity::Model>,
    pub(crate) notes: Vec<note::Model>,
    new_identities: usize,
}

/// What became of one newcomer: which slot, and how it was found there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    pub(crate) slot: usize,
    pub(crate) created: bool,
    /// The kind of identity that matched.
    pub(crate) matched_by: Option<&'static str>,
    /// The match is not shown to the asker; nothing was changed.
    pub(crate) hidden: bool,
}

/// A batch that was resolved: outcomes in the order of the newcomers.
pub(crate) struct Resolution {
    pub(crate) slots: Vec<Slot>,
    pub(crate) outcomes: Vec<Outcome>,
}

/// Resolves newcomers in order; a later one may match an earlier one. All rows are written when
/// this returns.
///
/// # Errors
/// A race when somebody else was faster.
pub(crate) async fn resolve(
    tx: &Tx<'_>,
    cx: &CommandContext,
    newcomers: Vec<Checked>,
    on_match: OnMatch,
) -> Result<Resolution, Problem> {
    let mut known = look_up(tx, &newcomers).await?;
    let mut slots = existing(tx, &known).await?;
    let mut place: HashMap<CustomerId, usize> =
        slots.iter().enumerate().map(|(at, slot)| (slot.row.id, at)).collect();
    let mut outcomes = Vec::with_capacity(newcomers.len());
    for newcomer in newcomers {
        let found = newcomer
            .idents
            .iter()
            .filter_map(|i| {
                known.get(&(i.kind, i.value.clone())).map(|customer| (i.kind, *customer))
            })
            .min_by_key(|(kind, _)| weight(kind));
        let slot = match found {
            Some((_, customer)) => *place.get(&customer).ok_or_else(store::race)?,
            None => {
                let id = cx.fresh(CustomerId);
                let name = newcomer.name.clone().or_else(|| stand_in(&newcomer.idents));
                let name = name.ok_or_else(|| Problem::invalid("name", "required"))?;
                slots.push(Slot {
                    before: None,
                    row: store::fresh(cx, id, name),
                    changed: BTreeSet::new(),
                    identities: Vec::new(),
                    notes: Vec::new(),
                    new_identities: 0,
                });
                place.insert(id, slots.len() - 1);
                slots.len() - 1
            }
        };
        let at = slot;
        let slot = slots.get_mut(slot).ok_or_else(Problem::internal)?;
        let hidden = found.is_some() && !cx.by.sees(&slot.row.owners.0);
        if !hidden && (found.is_none() || on_match != OnMatch::Skip) {
            meet(cx, slot, &newcomer, found.is_some(), on_match, &mut known);
        }
        outcomes.push(Outcome {
            slot: at,
            created: found.is_none(),
            matched_by: found.map(|(kind, _)| kind),
            hidden,
        });
    }
    write(tx, cx, &mut slots).await?;
    Ok(Resolution { slots, outcomes })
}

/// Which match wins when several identities are known: another system's own id is the surest.
fn weight(kind: &str) -> u8 {
    match kind {
        "external" => 0,
        "phone" | "whatsapp" => 1,
        "email" => 2,
        _ => 3,
    }
}

/// Somebody without a name is called by what is known.
fn stand_in(idents: &[Ident]) -> Option<String> {
    idents.iter().find(|ident| ident.kind != "external").map(|ident| ident.display.clone())
}

/// Which identities of these newcomers are known, and whether the asker may see whose they are.
///
/// # Errors
/// Those of the database.
pub(crate) async fn known(
    tx: &Tx<'_>,
    by: &Principal,
    newcomers: &[Checked],
) -> Result<HashMap<(&'static str, String), bool>, Problem> {
    let known = look_up(tx, newcomers).await?;
    if by.visibility == Visibility::All {
        return Ok(known.into_keys().map(|key| (key, true)).collect());
    }
    let ids: BTreeSet<CustomerId> = known.values().copied().collect();
    let ids: Vec<CustomerId> = ids.into_iter().collect();
    let mut seen = BTreeSet::new();
    for part in ids.chunks(500) {
        let rows: Vec<CustomerId> = customer::Entity::of(tx.tenant())
            .filter(customer::Column::Id.is_in(part.iter().copied()))
            .filter(views::visible(by))
            .select_only()
            .column(customer::Column::Id)
            .into_tuple()
            .all(tx)
            .await?;
        seen.extend(rows);
    }
    Ok(known.into_iter().map(|(key, id)| (key, seen.contains(&id))).collect())
}

async fn look_up(
    tx: &Tx<'_>,
    newcomers: &[Checked],
) -> Result<HashMap<(&'static str, String), CustomerId>, Problem> {
    let mut asked: HashMap<&'static str, BTreeSet<&str>> = HashMap::new();
    for ident in newcomers.iter().flat_map(|newcomer| &newcomer.idents) {
        asked.entry(ident.kind).or_default().insert(&ident.value);
    }
    let mut known = HashMap::new();
    for (kind, values) in asked {
        let values: Vec<&str> = values.into_iter().collect();
        for part in values.chunks(500) {
            let rows: Vec<(String, CustomerId)> = identity::Entity::of(tx.tenant())
                .filter(identity::Column::Kind.eq(kind))
                .filter(identity::Column::Value.is_in(part.iter().copied()))
                .select_only()
                .columns([identity::Column::Value, identity::Column::CustomerId])
                .into_tuple()
                .all(tx)
                .await?;
            known.extend(rows.into_iter().map(|(value, customer)| ((kind, value), customer)));
        }
    }
    Ok(known)
}

async fn existing(
    tx: &Tx<'_>,
    known: &HashMap<(&'static str, String), CustomerId>,
) -> Result<Vec<Slot>, Problem> {
    let ids: BTreeSet<CustomerId> = known.values().copied().collect();
    let ids: Vec<CustomerId> = ids.into_iter().collect();
    let mut identities = views::identities(tx, &ids).await?;
    let mut slots = Vec::with_capacity(ids.len());
    for part in ids.chunks(500) {
        let rows = customer::Entity::of(tx.tenant())
            .filter(customer::Column::Id.is_in(part.iter().copied()))
            .all(tx)
            .await?;
        slots.extend(rows.into_iter().map(|row| Slot {
            before: Some(row.clone()),
            identities: identities.remove(&row.id).unwrap_or_default(),
            row,
            changed: BTreeSet::new(),
            notes: Vec::new(),
            new_identities: 0,
        }));
    }
    Ok(slots)
}

/// Brings what a newcomer says into a slot.
fn meet(
    cx: &CommandContext,
    slot: &mut Slot,
    newcomer: &Checked,
    matched: bool,
    on_match: OnMatch,
    known: &mut HashMap<(&'static str, String), CustomerId>,
) {
    let id = slot.row.id;
    let nameless = slot.identities.iter().any(|identity| identity.display == slot.row.name);
    let replace = on_match == OnMatch::Replace;
    fill::from_newcomer(
        &mut slot.row,
        &mut slot.changed,
        newcomer,
        fill::How { nameless, replace },
    );
    // an identity that belongs to somebody else stays theirs: two customers who may be one are
    // found among the duplicates and merged by a person
    let mut new: Vec<Ident> = Vec::new();
    for ident in &newcomer.idents {
        let held = slot.identities.iter().filter(|one| one.kind == ident.kind).count()
            + new.iter().filter(|one| one.kind == ident.kind).count();
        // a form that anybody may send must not make somebody grow for ever
        let fits = ident.kind == EXTERNAL || held < CONTACTS_MAX;
        if fits && !known.contains_key(&(ident.kind, ident.value.clone())) {
            new.push(ident.clone());
        }
    }
    for ident in &new {
        known.insert((ident.kind, ident.value.clone()), id);
        slot.changed.insert(fill::field_of(ident.kind));
    }
    slot.new_identities += new.len();
    let from = slot.identities.len();
    slot.identities.extend(store::identity_rows(cx, id, &new, from));
    if let Some(body) = &newcomer.note {
        slot.notes.push(note::Model {
            tenant_id: cx.by.tenant,
            id: cx.fresh(NoteId),
            customer_id: id,
            body: body.clone(),
            by: cx.by.author(),
            created_at: cx.at,
            edited_at: None,
            removed_at: None,
        });
    }
    if on_match == OnMatch::Fill {
        fill::touch(&mut slot.row, newcomer, cx.at, matched);
        if matched {
            slot.changed.insert("last_touch_at");
        }
    }
    if matched && slot.row.archived_at.take().is_some() {
        slot.changed.insert("archived_at");
    }
}

async fn write(tx: &Tx<'_>, cx: &CommandContext, slots: &mut [Slot]) -> Result<(), Problem> {
    let new: Vec<customer::Model> =
        slots.iter().filter(|slot| slot.before.is_none()).map(|slot| slot.row.clone()).collect();
    store::insert(tx, &new).await?;
    let mut found = Vec::new();
    for slot in slots.iter_mut() {
        match slot.before.as_ref() {
            None => {
                let tokens = store::tokens_of(&slot.row, &slot.identities);
                found.extend(tokens.into_iter().map(|token| (slot.row.id, token)));
            }
            Some(before) if !slot.changed.is_empty() => {
                slot.row = store::save(tx, cx, before, slot.row.clone()).await?;
                let renamed = before.name != slot.row.name || before.company != slot.row.company;
                if renamed || slot.new_identities > 0 {
                    store::reindex(tx, &slot.row, &slot.identities).await?;
                }
            }
            Some(_) => {}
        }
    }
    let identities = slots.iter().flat_map(|slot| slot.added().iter().cloned()).collect();
    store::insert_identities(tx, identities).await?;
    tokens::add(tx, found).await?;
    let notes: Vec<note::Model> =
        slots.iter().flat_map(|slot| slot.notes.iter().cloned()).collect();
    for part in notes.chunks(1_000) {
        let models = part.iter().map(|row| row.clone().into_active_model());
        let models = models.map(sea_orm::ActiveModelTrait::reset_all);
        note::Entity::insert_many(models).exec_without_returning(tx).await?;
    }
    Ok(())
}

impl Slot {
    /// The customer as clients read it.
    pub(crate) fn record(&self) -> views::Customer {
        views::record(&self.row, &self.identities)
    }

    /// The identities that this brought in.
    pub(crate) fn added(&self) -> &[identity::Model] {
        let from = self.identities.len().saturating_sub(self.new_identities);
        self.identities.get(from..).unwrap_or_default()
    }

    /// Owners before, where they are others now.
    pub(crate) fn owners_before(&self) -> Option<&[entities::ids::UserId]> {
        let before = self.before.as_ref()?;
        (before.owners != self.row.owners).then_some(before.owners.0.as_slice())
    }
}

/// A value that is there and not null.
pub(super) fn known_value(value: Option<&Value>) -> bool {
    value.is_some_and(|value| !value.is_null())
}

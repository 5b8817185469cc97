//! Changing a customer's fields, phones and e-mails.

use std::collections::{BTreeSet, HashMap};

use chrono::Datelike;
use entities::ids::CustomerId;
use entities::tenancy::OfTenant;
use entities::{customer, identity};
use sea_orm::{ColumnTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::{Value, json};

use super::live;
use crate::db::Tx;
use crate::features::boards;
use crate::features::customers::commands::UpdateCustomer;
use crate::features::customers::identity::{EMAIL, Ident, PHONE};
use crate::features::customers::newcomer::{self, House};
use crate::features::customers::{events, fill, store, views};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input::{self, Fields};
use crate::kernel::problem::Problem;

pub(in crate::features::customers) async fn update(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &UpdateCustomer,
) -> Decided {
    let before = live(tx, cx, id).await?;
    cx.check_version(before.version)?;
    let house = House::load(tx).await?;
    let mut fields = Fields::default();
    let mut changed = BTreeSet::new();
    let mut row = before.clone();
    set_fields(&mut row, cmd, &house, &mut fields);
    let phones =
        cmd.phones.as_ref().and_then(|p| fields.keep(newcomer::phone_list("phones", p, &house)));
    let emails = cmd.emails.as_ref().and_then(|e| fields.keep(newcomer::email_list("emails", e)));
    fields.done()?;
    note_changes(&before, &row, &mut changed);

    let mut known = views::identities(tx, &[id]).await?.remove(&id).unwrap_or_default();
    for (kind, list) in [(PHONE, phones), (EMAIL, emails)] {
        let Some(list) = list else { continue };
        let same = known.iter().filter(|i| i.kind == kind).map(|i| (&i.value, &i.display));
        if same.eq(list.iter().map(|i| (&i.value, &i.display))) {
            continue;
        }
        refuse_taken(tx, cx, id, kind, &list).await?;
        known = replace_identities(tx, cx, id, kind, list, known).await?;
        changed.insert(fill::field_of(kind));
    }
    if changed.is_empty() {
        return Ok(Decision::default().reply(&json!({ "version": before.version })));
    }
    let row = store::save(tx, cx, &before, row).await?;
    if ["name", "company", "phones", "emails"].iter().any(|field| changed.contains(field)) {
        store::reindex(tx, &row, &known).await?;
    }
    let record = views::record(&row, &known);
    let changed: Vec<&'static str> = changed.into_iter().collect();
    let mut said = events::updated(&record, &changed, &before.owners.0)?.to_vec();
    said.extend(boards::customer_changed(tx, cx, id, None).await?);
    Ok(Decision::events(said).reply(&json!({ "version": row.version })))
}

fn set_fields(row: &mut customer::Model, cmd: &UpdateCustomer, house: &House, fields: &mut Fields) {
    if let Some(name) = &cmd.name
        && let Some(name) = fields.keep(input::name("name", name))
    {
        row.name = name;
    }
    if let Some(company) = &cmd.company {
        let given = company.as_deref().filter(|text| !text.trim().is_empty());
        row.company = given.and_then(|text| fields.keep(input::name("company", text)));
    }
    if let Some(quality) = &cmd.quality {
        let given = quality.as_deref().filter(|text| !text.trim().is_empty());
        row.quality = given.and_then(|text| fields.keep(newcomer::quality(text)));
    }
    for (field, said, place) in [
        ("score_emotional", &cmd.score_emotional, &mut row.score_emotional),
        ("score_logical", &cmd.score_logical, &mut row.score_logical),
    ] {
        match said {
            Some(Some(score)) if !(0..=100).contains(score) => fields.add(field, "bad_value"),
            Some(score) => *place = *score,
            None => {}
        }
    }
    if let Some(said) = &cmd.custom {
        let mut custom = row.custom.as_object().cloned().unwrap_or_default();
        for (key, value) in said {
            match fields.keep(newcomer::custom_value(house, key, value)) {
                Some(Some(value)) => {
                    custom.insert(key.clone(), value);
                }
                Some(None) => {
                    custom.remove(key);
                }
                None => {}
            }
        }
        row.custom = Value::Object(custom);
        if !fill::custom_fits(&row.custom) {
            fields.add("custom", "too_long");
        }
    }
    if let Some(source) = &cmd.source {
        let source = fields.keep(newcomer::context("source", source.as_ref())).flatten();
        row.source = source.map(Value::Object);
    }
    if let Some(at) = cmd.last_contact_at {
        // what both databases can keep
        if at.is_some_and(|at| !(1900..2200).contains(&at.year())) {
            fields.add("last_contact_at", "bad_value");
            return;
        }
        // what the wire can show is what is kept
        row.last_contact_at = at.map(|at| chrono::SubsecRound::trunc_subsecs(at, 3));
    }
}

fn note_changes(
    before: &customer::Model,
    row: &customer::Model,
    changed: &mut BTreeSet<&'static str>,
) {
    let pairs = [
        ("name", before.name != row.name),
        ("company", before.company != row.company),
        ("quality", before.quality != row.quality),
        ("score_emotional", before.score_emotional != row.score_emotional),
        ("score_logical", before.score_logical != row.score_logical),
        ("custom", before.custom != row.custom),
        ("source", before.source != row.source),
        ("last_contact_at", before.last_contact_at != row.last_contact_at),
    ];
    changed.extend(pairs.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field));
}

/// A phone or an e-mail of somebody else is a conflict that says whose, to those who may know.
async fn refuse_taken(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    kind: &str,
    list: &[Ident],
) -> Result<(), Problem> {
    let taken = identity::Entity::of(tx.tenant())
        .filter(identity::Column::Kind.eq(kind))
        .filter(identity::Column::Value.is_in(list.iter().map(|ident| ident.value.as_str())))
        .filter(identity::Column::CustomerId.ne(id))
        .one(tx)
        .await?;
    let Some(taken) = taken else { return Ok(()) };
    let problem = Problem::conflict("identity_taken");
    match views::find(tx, &cx.by, taken.customer_id).await {
        Ok(other) => Err(problem.with(json!({ "customer_id": other.id }))),
        Err(_) => Err(problem),
    }
}

/// Makes the identities of one kind exactly this list, keeping the rows of those that stay.
async fn replace_identities(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    kind: &str,
    list: Vec<Ident>,
    known: Vec<identity::Model>,
) -> Result<Vec<identity::Model>, Problem> {
    let (of_kind, mut rest): (Vec<_>, Vec<_>) = known.into_iter().partition(|i| i.kind == kind);
    let mut old: HashMap<String, identity::Model> =
        of_kind.into_iter().map(|row| (row.value.clone(), row)).collect();
    let mut now = Vec::with_capacity(list.len());
    let mut new = Vec::new();
    for (at, ident) in list.iter().enumerate() {
        let position = i32::try_from(at).unwrap_or(i32::MAX);
        match old.remove(&ident.value) {
            Some(row) if row.position == position && row.display == ident.display => now.push(row),
            Some(row) => {
                let row = identity::Model { position, display: ident.display.clone(), ..row };
                let mut active = row.clone().into_active_model();
                active.position = Set(position);
                active.display = Set(ident.display.clone());
                identity::Entity::change(tx.tenant())
                    .set(active)
                    .filter(identity::Column::Id.eq(row.id))
                    .exec(tx)
                    .await?;
                now.push(row);
            }
            None => {
                let rows = store::identity_rows(cx, id, std::slice::from_ref(ident), at);
                new.extend(rows.iter().cloned());
                now.extend(rows);
            }
        }
    }
    if !old.is_empty() {
        identity::Entity::forget(tx.tenant())
            .filter(identity::Column::Id.is_in(old.into_values().map(|row| row.id)))
            .exec(tx)
            .await?;
    }
    store::insert_identities(tx, new).await?;
    now.append(&mut rest);
    Ok(now)
}

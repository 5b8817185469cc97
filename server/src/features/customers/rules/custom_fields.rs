//! The tenant's own fields on its customers.

use entities::custom_field;
use entities::ids::CustomFieldId;
use entities::lists::StringList;
use entities::tenancy::OfTenant;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use crate::db::Tx;
use crate::features::customers::commands::{
    CreateCustomField, RemoveCustomField, UpdateCustomField,
};
use crate::features::customers::events::{FieldRemoved, FieldSaved};
use crate::features::customers::fields::CustomField;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::fold::fold;
use crate::kernel::input;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Most own fields of a tenant.
const FIELDS_MAX: usize = 60;
const OPTIONS_MAX: usize = 200;
const KINDS: [&str; 5] = ["text", "number", "date", "choice", "bool"];

pub(in crate::features::customers) async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateCustomField,
) -> Decided {
    let label = input::name("label", &cmd.label)?;
    if !KINDS.contains(&cmd.kind.as_str()) {
        return Err(Problem::invalid("kind", "unknown_value"));
    }
    let options = options(cmd.options.as_deref().unwrap_or_default())?;
    if cmd.kind == "choice" && options.0.is_empty() {
        return Err(Problem::invalid("options", "required"));
    }
    let all = custom_field::Entity::of(tx.tenant())
        .order_by_asc(custom_field::Column::Position)
        .all(tx)
        .await?;
    if all.iter().filter(|field| field.archived_at.is_none()).count() >= FIELDS_MAX {
        return Err(Problem::invalid("label", "too_many"));
    }
    let key = key_of(cmd.key.as_deref().unwrap_or(&label))?;
    let last = all.iter().map(|field| field.position).max().unwrap_or(-1);
    let known = all.into_iter().find(|field| field.key == key);
    if known.as_ref().is_some_and(|field| field.archived_at.is_none()) {
        return Err(Problem::invalid("key", "taken"));
    }
    let position = cmd.position.unwrap_or_else(|| last.saturating_add(1));
    let row = custom_field::Model {
        tenant_id: cx.by.tenant,
        // a field that was removed comes back with the values it had
        id: known.as_ref().map_or_else(|| cx.fresh(CustomFieldId), |field| field.id),
        key,
        label,
        kind: cmd.kind.clone(),
        options,
        position,
        created_at: cx.at,
        archived_at: None,
    };
    let active = row.clone().into_active_model().reset_all();
    if known.is_some() {
        overwrite(tx, &row).await?;
    } else {
        custom_field::Entity::insert(active).exec_without_returning(tx).await?;
    }
    saved(row)
}

pub(in crate::features::customers) async fn update(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &UpdateCustomField,
) -> Decided {
    let mut row = find(tx, cmd.id).await?;
    if let Some(label) = &cmd.label {
        row.label = input::name("label", label)?;
    }
    if let Some(said) = &cmd.options {
        row.options = options(said)?;
        if row.kind == "choice" && row.options.0.is_empty() {
            return Err(Problem::invalid("options", "required"));
        }
    }
    row.position = cmd.position.unwrap_or(row.position);
    overwrite(tx, &row).await?;
    saved(row)
}

/// The values stay with the customers; they are just not shown any more.
pub(in crate::features::customers) async fn remove(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RemoveCustomField,
) -> Decided {
    let mut row = find(tx, cmd.id).await?;
    row.archived_at = Some(cx.at);
    overwrite(tx, &row).await?;
    let said =
        NewEvent::new(Topic::tenant(), "custom_field.removed", &FieldRemoved { id: row.id })?;
    Ok(Decision::events(vec![said]))
}

fn saved(row: custom_field::Model) -> Decided {
    let field = CustomField::from(row);
    let d = FieldSaved { custom_field: field.clone() };
    let said = NewEvent::new(Topic::tenant(), "custom_field.saved", &d)?;
    Ok(Decision::events(vec![said]).reply(&field))
}

async fn find(tx: &Tx<'_>, id: CustomFieldId) -> Result<custom_field::Model, Problem> {
    custom_field::Entity::of(tx.tenant())
        .filter(custom_field::Column::Id.eq(id))
        .filter(custom_field::Column::ArchivedAt.is_null())
        .one(tx)
        .await?
        .ok_or_else(Problem::not_found)
}

async fn overwrite(tx: &Tx<'_>, row: &custom_field::Model) -> Result<(), Problem> {
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(custom_field::Column::TenantId);
    active.not_set(custom_field::Column::Id);
    custom_field::Entity::change(tx.tenant())
        .set(active)
        .filter(custom_field::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

fn options(said: &[String]) -> Result<StringList, Problem> {
    if said.len() > OPTIONS_MAX {
        return Err(Problem::invalid("options", "too_many"));
    }
    let mut list = StringList::default();
    for text in said {
        let option = input::name("options", text)?;
        if !list.0.contains(&option) {
            list.0.push(option);
        }
    }
    Ok(list)
}

/// `Doğum günü` → `dogum_gunu`.
fn key_of(text: &str) -> Result<String, Problem> {
    let mut key = String::new();
    for c in fold(text).chars().take(60) {
        match c {
            'a'..='z' | '0'..='9' => key.push(c),
            _ if !key.is_empty() && !key.ends_with('_') => key.push('_'),
            _ => {}
        }
    }
    let key = key.trim_end_matches('_').to_owned();
    if key.is_empty() { Err(Problem::invalid("key", "bad_value")) } else { Ok(key) }
}

#[cfg(test)]
mod tests {
    use super::key_of;

    #[test]
    fn a_label_becomes_a_key() {
        assert_eq!(key_of("Doğum günü").ok().as_deref(), Some("dogum_gunu"));
        assert_eq!(key_of("  İl / İlçe ").ok().as_deref(), Some("il_ilce"));
        assert!(key_of("???").is_err());
    }
}

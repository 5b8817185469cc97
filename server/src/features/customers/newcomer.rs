//! Somebody who comes in by any door: what was said about them, checked and normalised.

use entities::custom_field;
use entities::ids::UserId;
use entities::tenancy::OfTenant;
use entities::{tenant, user};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::identity::{self, Ident};
use crate::db::Tx;
use crate::kernel::input::{self, Fields};
use crate::kernel::problem::Problem;

/// Most phones, and most e-mails, of one customer.
pub(super) const CONTACTS_MAX: usize = 20;
/// Most owners of one customer.
pub(super) const OWNERS_MAX: usize = 20;
/// Most tags of one customer.
pub(super) const TAGS_MAX: usize = 50;
const TAG_CHARS: usize = 60;
/// Most keys of `source` and `utm`, and longest value.
const CONTEXT_KEYS: usize = 40;
const CONTEXT_CHARS: usize = 1_000;

/// A customer as a client describes one. Everything but the name may be missing.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    pub name: Option<String>,
    pub company: Option<String>,
    pub phones: Option<Vec<String>>,
    pub emails: Option<Vec<String>>,
    /// `A` to `D`.
    pub quality: Option<String>,
    pub owners: Option<Vec<UserId>>,
    pub tags: Option<Vec<String>>,
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Map<String, Value>>,
    /// `{channel, campaign, form, …}`; a bare string is the channel.
    #[schema(value_type = Option<Object>)]
    pub source: Option<Value>,
    #[schema(value_type = Option<Object>)]
    pub utm: Option<Value>,
    pub note: Option<String>,
}

/// A [`NewCustomer`] whose every part is well-formed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checked {
    pub(crate) name: Option<String>,
    pub(crate) company: Option<String>,
    /// Phones first, then e-mails, then what other systems call them; no one twice.
    pub(crate) idents: Vec<Ident>,
    pub(crate) quality: Option<String>,
    pub(crate) owners: Vec<UserId>,
    pub(crate) tags: Vec<String>,
    pub(crate) custom: Map<String, Value>,
    pub(crate) source: Option<Map<String, Value>>,
    pub(crate) utm: Option<Map<String, Value>>,
    pub(crate) note: Option<String>,
}

/// What a tenant decides about its customers: default country and own fields.
pub(crate) struct House {
    pub(crate) country: String,
    pub(crate) fields: Vec<custom_field::Model>,
}

impl House {
    /// # Errors
    /// Those of the database.
    pub(crate) async fn load(tx: &Tx<'_>) -> Result<Self, Problem> {
        let country = tenant::Entity::find_by_id(tx.tenant())
            .one(tx)
            .await?
            .map_or_else(|| "TR".to_owned(), |tenant| tenant.country);
        let fields = custom_field::Entity::of(tx.tenant())
            .filter(custom_field::Column::ArchivedAt.is_null())
            .order_by_asc(custom_field::Column::Position)
            .all(tx)
            .await?;
        Ok(Self { country, fields })
    }

    pub(crate) fn field(&self, key: &str) -> Option<&custom_field::Model> {
        self.fields.iter().find(|field| field.key == key)
    }
}

impl NewCustomer {
    /// Checks every field, and tells of all that are wrong at once.
    ///
    /// # Errors
    /// `invalid`.
    pub(crate) fn check(&self, house: &House) -> Result<Checked, Problem> {
        let mut fields = Fields::default();
        let given = |text: &Option<String>| text.as_deref().is_some_and(|t| !t.trim().is_empty());
        let mut name = None;
        if given(&self.name) {
            name = fields.keep(input::name("name", self.name.as_deref().unwrap_or_default()));
        }
        let mut company = None;
        if given(&self.company) {
            company =
                fields.keep(input::name("company", self.company.as_deref().unwrap_or_default()));
        }
        let mut note = None;
        if given(&self.note) {
            note = fields.keep(input::text("note", self.note.as_deref().unwrap_or_default()));
        }
        let phones = self.phones.as_deref().unwrap_or_default();
        let emails = self.emails.as_deref().unwrap_or_default();
        let mut idents = fields.keep(phone_list("phones", phones, house)).unwrap_or_default();
        idents.extend(fields.keep(email_list("emails", emails)).unwrap_or_default());
        let quality = self.quality.as_deref().filter(|q| !q.trim().is_empty());
        let quality = quality.and_then(|q| fields.keep(self::quality(q)));
        let tags = fields.keep(tags("tags", self.tags.as_deref().unwrap_or_default()));
        let owners = self.owners.clone().unwrap_or_default();
        if owners.len() > OWNERS_MAX {
            fields.add("owners", "too_many");
        }
        let mut custom = Map::new();
        for (key, value) in self.custom.iter().flatten() {
            if let Some(value) = fields.keep(custom_value(house, key, value)).flatten() {
                custom.insert(key.clone(), value);
            }
        }
        let source = fields.keep(context("source", self.source.as_ref())).flatten();
        let utm = fields.keep(context("utm", self.utm.as_ref())).flatten();
        fields.done()?;
        let tags = tags.unwrap_or_default();
        Ok(Checked { name, company, idents, quality, owners, tags, custom, source, utm, note })
    }
}

/// # Errors
/// `invalid` on `field`, or on `field.<index>`.
pub(super) fn phone_list(
    field: &str,
    texts: &[String],
    house: &House,
) -> Result<Vec<Ident>, Problem> {
    ident_list(field, texts, |text| identity::phone(text, &house.country))
}

/// # Errors
/// As [`phone_list`].
pub(super) fn email_list(field: &str, texts: &[String]) -> Result<Vec<Ident>, Problem> {
    ident_list(field, texts, identity::email)
}

fn ident_list(
    field: &str,
    texts: &[String],
    parse: impl Fn(&str) -> Result<Ident, &'static str>,
) -> Result<Vec<Ident>, Problem> {
    if texts.len() > CONTACTS_MAX {
        return Err(Problem::invalid(field, "too_many"));
    }
    let mut fields = Fields::default();
    let mut idents: Vec<Ident> = Vec::new();
    // blank lines of a form are no phones
    for (at, text) in texts.iter().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        match parse(text) {
            Ok(ident) if idents.iter().all(|known| known.value != ident.value) => {
                idents.push(ident)
            }
            Ok(_) => {}
            Err(code) => fields.add(&format!("{field}.{at}"), code),
        }
    }
    fields.done().map(|()| idents)
}

/// # Errors
/// `invalid` on `quality`.
pub(crate) fn quality(text: &str) -> Result<String, Problem> {
    match text.trim().to_ascii_uppercase() {
        grade if matches!(grade.as_str(), "A" | "B" | "C" | "D") => Ok(grade),
        _ => Err(Problem::invalid("quality", "unknown_value")),
    }
}

/// Tags, trimmed, in the order named, no one twice.
///
/// # Errors
/// `invalid` on the field.
pub(super) fn tags(field: &str, texts: &[String]) -> Result<Vec<String>, Problem> {
    if texts.len() > TAGS_MAX {
        return Err(Problem::invalid(field, "too_many"));
    }
    let mut tags: Vec<String> = Vec::with_capacity(texts.len());
    for text in texts {
        let tag = input::name(field, text)?;
        if tag.chars().count() > TAG_CHARS {
            return Err(Problem::invalid(field, "too_long"));
        }
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// # Errors
/// `invalid` for what cannot be a tag.
pub(crate) fn check_tags(field: &str, texts: &[String]) -> Result<(), Problem> {
    tags(field, texts).map(drop)
}

/// A value of one of the tenant's own fields; null empties it.
///
/// # Errors
/// `invalid` on `custom.<key>`.
pub(super) fn custom_value(
    house: &House,
    key: &str,
    value: &Value,
) -> Result<Option<Value>, Problem> {
    let shown: String = key.chars().take(60).collect();
    let refuse = |code| Err(Problem::invalid(&format!("custom.{shown}"), code));
    let Some(field) = house.field(key) else { return refuse("unknown_value") };
    if value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()) {
        return Ok(None);
    }
    let fits = match (field.kind.as_str(), value) {
        ("number", Value::Number(n)) => n.as_f64().is_some_and(f64::is_finite),
        ("bool", Value::Bool(_)) => true,
        ("date", Value::String(text)) => {
            chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
        }
        ("choice", Value::String(text)) if !field.options.0.contains(text) => {
            return refuse("unknown_value");
        }
        ("choice", Value::String(_)) => true,
        ("text", Value::String(text)) => {
            input::text(&format!("custom.{key}"), text)?;
            if text.chars().count() > 2_000 {
                return refuse("too_long");
            }
            true
        }
        _ => false,
    };
    if fits { Ok(Some(value.clone())) } else { refuse("bad_value") }
}

/// Where somebody came from: a flat object of short values.
///
/// # Errors
/// `invalid` on the field.
pub(super) fn context(
    field: &str,
    value: Option<&Value>,
) -> Result<Option<Map<String, Value>>, Problem> {
    let object = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(channel)) if field == "source" => {
            Map::from_iter([("channel".to_owned(), Value::from(channel.trim()))])
        }
        Some(Value::Object(object)) => object.clone(),
        Some(_) => return Err(Problem::invalid(field, "bad_value")),
    };
    if object.len() > CONTEXT_KEYS {
        return Err(Problem::invalid(field, "too_many"));
    }
    for (key, value) in &object {
        let long =
            |text: &str| text.len() > CONTEXT_CHARS * 4 || text.chars().count() > CONTEXT_CHARS;
        match value {
            _ if key.chars().count() > 60 => return Err(Problem::invalid(field, "too_long")),
            Value::String(text) if long(text) => {
                return Err(Problem::invalid(&format!("{field}.{key}"), "too_long"));
            }
            Value::Array(_) | Value::Object(_) => {
                return Err(Problem::invalid(&format!("{field}.{key}"), "bad_value"));
            }
            _ => {}
        }
    }
    match object.get("channel") {
        None => {}
        Some(Value::String(channel)) if channel.chars().count() <= TAG_CHARS => {}
        Some(_) => return Err(Problem::invalid("source.channel", "bad_value")),
    }
    Ok((!object.is_empty()).then_some(object))
}

/// Owners must be colleagues who still work here.
///
/// # Errors
/// `invalid` on the field.
pub(crate) async fn check_owners(
    tx: &Tx<'_>,
    field: &str,
    owners: &[UserId],
) -> Result<(), Problem> {
    if owners.is_empty() {
        return Ok(());
    }
    if owners.len() > OWNERS_MAX {
        return Err(Problem::invalid(field, "too_many"));
    }
    let known: Vec<UserId> = user::Entity::of(tx.tenant())
        .filter(user::Column::Id.is_in(owners.iter().copied()))
        .filter(user::Column::Active.eq(true))
        .select_only()
        .column(user::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    if owners.iter().all(|owner| known.contains(owner)) {
        Ok(())
    } else {
        Err(Problem::invalid(field, "unknown_value"))
    }
}

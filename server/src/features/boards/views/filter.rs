//! The filter of a board: what a person may narrow the cards down to.

use chrono::{DateTime, Utc};
use entities::ids::{TenantId, UserId};
use entities::{card, customer, customer_owner, customer_tag, search_token};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::kernel::fold;
use crate::kernel::problem::Problem;

/// Most values of one field.
const VALUES_MAX: usize = 50;
/// Longest search text, in bytes.
const TEXT_MAX: usize = 200;
/// Words of a search that are looked at.
const WORDS_MAX: usize = 6;

/// Several values of one field widen, several fields narrow. All absent = everything.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Filter {
    /// Ids of users, or `none` for cards that nobody owns.
    pub owner: Vec<String>,
    pub source: Vec<String>,
    pub quality: Vec<String>,
    pub tag: Vec<String>,
    /// True: only what is due; false: only what is not.
    pub overdue: Option<bool>,
    /// Words of the name, digits of the phone.
    pub q: Option<String>,
}

impl Filter {
    /// # Errors
    /// `invalid` when it is no JSON of this shape, or too large.
    pub(in super::super) fn parse(text: Option<&str>) -> Result<Self, Problem> {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(Self::default()) };
        let bad = |_| Problem::invalid("filter", "bad_value");
        let filter: Self = serde_json::from_str(text).map_err(bad)?;
        let lists = [&filter.owner, &filter.source, &filter.quality, &filter.tag];
        if lists.iter().any(|list| list.len() > VALUES_MAX) {
            return Err(Problem::invalid("filter", "too_many"));
        }
        let texts = lists.iter().flat_map(|list| list.iter()).chain(&filter.q);
        if texts.clone().any(|text| text.len() > TEXT_MAX) {
            return Err(Problem::invalid("filter", "too_long"));
        }
        if texts.clone().any(|text| text.contains('\0')) {
            return Err(Problem::invalid("filter", "bad_value"));
        }
        Ok(filter)
    }

    /// # Errors
    /// `invalid` when an owner is no id.
    pub(in super::super) fn condition(
        &self,
        tenant: TenantId,
        now: DateTime<Utc>,
    ) -> Result<Condition, Problem> {
        let mut all = Condition::all();
        if !self.owner.is_empty() {
            all = all.add(self.owned(tenant)?);
        }
        if !self.source.is_empty() {
            all = all.add(customer::Column::SourceChannel.is_in(&self.source));
        }
        if !self.quality.is_empty() {
            all = all.add(customer::Column::Quality.is_in(&self.quality));
        }
        if !self.tag.is_empty() {
            let tagged = Query::select()
                .column(customer_tag::Column::CustomerId)
                .from(customer_tag::Entity)
                .and_where(customer_tag::Column::TenantId.eq(tenant))
                .and_where(customer_tag::Column::Tag.is_in(&self.tag))
                .to_owned();
            all = all.add(customer::Column::Id.in_subquery(tagged));
        }
        match self.overdue {
            Some(true) => all = all.add(card::Column::NextDueAt.lt(now)),
            Some(false) => {
                let not_due = Condition::any()
                    .add(card::Column::NextDueAt.is_null())
                    .add(card::Column::NextDueAt.gte(now));
                all = all.add(not_due);
            }
            None => {}
        }
        if let Some(q) = self.q.as_deref().filter(|q| !q.trim().is_empty()) {
            for word in search_words(q) {
                all = all.add(customer::Column::Id.in_subquery(found_by(tenant, &word)));
            }
        }
        Ok(all)
    }

    fn owned(&self, tenant: TenantId) -> Result<Condition, Problem> {
        let mut users: Vec<UserId> = Vec::new();
        let mut any = Condition::any();
        for owner in &self.owner {
            if owner == "none" {
                let owned = owners_of(tenant);
                any = any.add(customer::Column::Id.not_in_subquery(owned));
            } else {
                let id = owner.parse().map_err(|_| Problem::invalid("filter", "bad_value"))?;
                users.push(id);
            }
        }
        if !users.is_empty() {
            let mut owned = owners_of(tenant);
            owned.and_where(customer_owner::Column::UserId.is_in(users));
            any = any.add(customer::Column::Id.in_subquery(owned));
        }
        Ok(any)
    }
}

fn owners_of(tenant: TenantId) -> SelectStatement {
    Query::select()
        .column(customer_owner::Column::CustomerId)
        .from(customer_owner::Entity)
        .and_where(customer_owner::Column::TenantId.eq(tenant))
        .to_owned()
}

/// A prefix of a token is a range of the index.
fn found_by(tenant: TenantId, word: &str) -> SelectStatement {
    Query::select()
        .column(search_token::Column::CustomerId)
        .from(search_token::Entity)
        .and_where(search_token::Column::TenantId.eq(tenant))
        .and_where(search_token::Column::Token.gte(word))
        .and_where(search_token::Column::Token.lt(format!("{word}\u{10ffff}")))
        .to_owned()
}

/// A phone's digits are one word however they are spaced; anything else is words.
fn search_words(q: &str) -> Vec<String> {
    let digits: String = q.chars().filter(char::is_ascii_digit).collect();
    let phone = q.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c));
    if phone && digits.len() >= 3 {
        return vec![digits.trim_start_matches('0').to_owned()];
    }
    let mut words = fold::words(q);
    words.truncate(WORDS_MAX);
    words
}

#[cfg(test)]
mod tests {
    use super::{Filter, search_words};

    #[test]
    fn a_phone_is_one_word_and_a_name_is_several() {
        assert_eq!(search_words("0532 123"), ["532123"]);
        assert_eq!(search_words("Işık 42"), ["isik", "42"]);
    }

    #[test]
    fn strange_filters_are_refused() {
        assert!(Filter::parse(None).is_ok());
        assert!(Filter::parse(Some(r#"{"owner":["none"],"overdue":true,"q":"a"}"#)).is_ok());
        for bad in ["[", "{\"x\":1}", "{\"owner\":1}", "{\"q\":\"a\\u0000\"}"] {
            assert!(Filter::parse(Some(bad)).is_err(), "{bad}");
        }
    }
}

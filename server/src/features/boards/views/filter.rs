//! The filter of a board: what a person may narrow the cards down to.

use chrono::{DateTime, Utc};
use entities::ids::{TenantId, UserId};
use entities::{card, customer, customer_owner, customer_tag};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::features::customers;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Most values of one field.
const VALUES_MAX: usize = 50;
/// Longest search text, in bytes.
const TEXT_MAX: usize = 200;

/// Several values of one field widen, several fields narrow. All absent = everything.
#[derive(Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
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
        // by way of an object: serde would also take a list for a struct
        let fields: Map<String, Value> = serde_json::from_str(text).map_err(bad)?;
        let filter: Self = serde_json::from_value(Value::Object(fields)).map_err(bad)?;
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

    /// Whether every card fits.
    pub(in super::super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// `country` is the tenant's: it tells how a phone is typed.
    ///
    /// # Errors
    /// `invalid` when an owner is no id.
    pub(in super::super) fn condition(
        &self,
        by: &Principal,
        country: &str,
        now: DateTime<Utc>,
    ) -> Result<Condition, Problem> {
        let tenant = by.tenant;
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
            let id = Expr::col((customer::Entity, customer::Column::Id));
            all = all.add(customers::matching_on(by, country, q, &id));
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

#[cfg(test)]
mod tests {
    use super::Filter;

    #[test]
    fn strange_filters_are_refused() {
        assert!(Filter::parse(None).is_ok());
        assert!(Filter::parse(Some(r#"{"owner":["none"],"overdue":true,"q":"a"}"#)).is_ok());
        for bad in ["[", "[]", "{\"x\":1}", "{\"owner\":1}", "{\"q\":\"a\\u0000\"}"] {
            assert!(Filter::parse(Some(bad)).is_err(), "{bad}");
        }
    }
}

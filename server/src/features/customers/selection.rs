//! Customers chosen by what they have in common, not by a page of them: the search and the filter
//! of the list, with the asker's eyes.

use chrono::{DateTime, Utc};
use entities::customer;
use entities::ids::CustomerId;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Map, Value};

use super::filter::{Filter, matching_on};
use super::listing::search_text;
use super::newcomer::House;
use super::views::visible;
use crate::db::Tx;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Everybody whom a search and a filter find, or exactly these, without those.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    pub(crate) q: Option<String>,
    pub(crate) filter: Option<Map<String, Value>>,
    pub(crate) ids: Option<Vec<CustomerId>>,
    pub(crate) except: Vec<CustomerId>,
}

impl Selection {
    async fn condition(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        now: DateTime<Utc>,
    ) -> Result<Condition, Problem> {
        let id = || Expr::col((customer::Entity, customer::Column::Id));
        let mut all = match &self.ids {
            Some(ids) => Condition::all()
                .add(customer::Column::Id.is_in(ids.iter().copied()))
                .add(customer::Column::MergedInto.is_null())
                .add(visible(by)),
            None => {
                let filter = self.filter.as_ref().map(json);
                let mut all = Filter::parse(filter.as_deref())?.condition(by, now)?;
                if let Some(q) = search_text(self.q.as_deref())? {
                    let country = House::load(tx).await?.country;
                    all = all.add(matching_on(by, &country, q, &id()));
                }
                all
            }
        };
        if !self.except.is_empty() {
            all = all.add(customer::Column::Id.is_not_in(self.except.iter().copied()));
        }
        Ok(all)
    }

    /// How many these are.
    ///
    /// # Errors
    /// `invalid` for a filter that is none.
    pub(crate) async fn count(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        now: DateTime<Utc>,
    ) -> Result<u64, Problem> {
        let condition = self.condition(tx, by, now).await?;
        Ok(customer::Entity::of(tx.tenant()).filter(condition).count(tx).await?)
    }

    /// Who these are, at most so many, oldest first.
    ///
    /// # Errors
    /// As [`Self::count`].
    pub(crate) async fn customers(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        now: DateTime<Utc>,
        most: u64,
    ) -> Result<Vec<CustomerId>, Problem> {
        Ok(customer::Entity::of(tx.tenant())
            .filter(self.condition(tx, by, now).await?)
            .order_by_asc(customer::Column::Id)
            .select_only()
            .column(customer::Column::Id)
            .limit(most)
            .into_tuple()
            .all(tx)
            .await?)
    }
}

fn json(filter: &Map<String, Value>) -> String {
    Value::Object(filter.clone()).to_string()
}

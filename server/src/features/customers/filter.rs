//! Which customers a list is about: what the client asked for and what the asker may see, as one
//! condition on the table `customer`.

use chrono::{DateTime, Utc};
use entities::ids::{BoardId, StageId, UserId};
use entities::{card, customer, customer_owner, customer_tag, search_token};
use sea_orm::Condition;
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, Query, SelectStatement, SimpleExpr};
use serde::Deserialize;

use super::tokens;
use super::views::visible;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Most alternatives of one filter.
const ALTERNATIVES_MAX: usize = 100;

/// `filter` of a list, JSON in the query string. All parts must hold; a list means "one of these".
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// User ids, or `none`.
    owner: Option<Vec<String>>,
    tag: Option<Vec<String>>,
    quality: Option<Vec<String>>,
    source: Option<Vec<String>>,
    board: Option<Boards>,
    /// Stages in which they have a live card.
    stage: Option<Vec<StageId>>,
    /// True: those with a live card that is due, on the boards and in the stages named, where some
    /// are; false: those without one there.
    overdue: Option<bool>,
    /// Only archived ones; otherwise only live ones.
    archived: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Boards {
    One(BoardId),
    Many(Vec<BoardId>),
}

impl Filter {
    /// # Errors
    /// `invalid` on `filter`.
    pub(super) fn parse(text: Option<&str>) -> Result<Self, Problem> {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(Self::default()) };
        let filter: Self =
            serde_json::from_str(text).map_err(|_| Problem::invalid("filter", "bad_value"))?;
        let lists = [&filter.owner, &filter.tag, &filter.quality, &filter.source];
        let stages = filter.stage.as_ref().map_or(0, Vec::len);
        let long = stages > ALTERNATIVES_MAX
            || lists.into_iter().flatten().any(|list| list.len() > ALTERNATIVES_MAX);
        let nul = lists.into_iter().flatten().flatten().any(|text| text.contains('\0'));
        if long {
            return Err(Problem::invalid("filter", "too_many"));
        }
        if nul {
            return Err(Problem::invalid("filter", "bad_value"));
        }
        Ok(filter)
    }

    /// Whether it narrows nothing, apart from live or archived.
    pub(super) fn is_plain(&self) -> bool {
        self.owner.is_none()
            && self.tag.is_none()
            && self.quality.is_none()
            && self.source.is_none()
            && self.board.is_none()
            && self.stage.is_none()
            && self.overdue.is_none()
    }

    /// Whether it finds all live customers.
    pub(super) fn is_everybody(&self) -> bool {
        self.is_plain() && self.archived != Some(true)
    }

    /// # Errors
    /// `invalid` for an owner that is no id.
    pub(super) fn condition(
        &self,
        by: &Principal,
        now: DateTime<Utc>,
    ) -> Result<Condition, Problem> {
        let at = Expr::col((customer::Entity, customer::Column::ArchivedAt));
        let live = if self.archived == Some(true) { at.is_not_null() } else { at.is_null() };
        let mut all = Condition::all()
            .add(Expr::col((customer::Entity, customer::Column::MergedInto)).is_null())
            .add(live)
            .add(visible(by));
        if let Some(owners) = &self.owner {
            all = all.add(self::owners(by, owners)?);
        }
        if let Some(tags) = &self.tag {
            let mut with = Query::select();
            with.column(customer_tag::Column::CustomerId)
                .from(customer_tag::Entity)
                .and_where(Expr::col(customer_tag::Column::TenantId).eq(by.tenant))
                .and_where(Expr::col(customer_tag::Column::Tag).is_in(tags.iter().cloned()));
            all = all.add(id().in_subquery(with));
        }
        if let Some(grades) = &self.quality {
            let column = Expr::col((customer::Entity, customer::Column::Quality));
            all = all.add(column.is_in(grades.iter().cloned()));
        }
        if let Some(channels) = &self.source {
            let column = Expr::col((customer::Entity, customer::Column::SourceChannel));
            all = all.add(column.is_in(channels.iter().cloned()));
        }
        let place = self.place();
        if !place.is_empty() {
            all = all.add(id().in_subquery(with_card(by, place.clone())));
        }
        if let Some(overdue) = self.overdue {
            let late = with_card(by, place.add(Expr::col(card::Column::NextDueAt).lt(now)));
            let id = id();
            all = all.add(if overdue { id.in_subquery(late) } else { id.not_in_subquery(late) });
        }
        Ok(all)
    }

    /// Where on the boards a card is looked for; empty: anywhere.
    fn place(&self) -> Condition {
        let mut place = Condition::all();
        if let Some(boards) = &self.board {
            let boards = match boards {
                Boards::One(board) => std::slice::from_ref(board),
                Boards::Many(boards) => boards.as_slice(),
            };
            place = place.add(Expr::col(card::Column::BoardId).is_in(boards.iter().copied()));
        }
        if let Some(stages) = &self.stage {
            place = place.add(Expr::col(card::Column::StageId).is_in(stages.iter().copied()));
        }
        place
    }
}

/// Customers with a live card of this kind.
fn with_card(by: &Principal, which: Condition) -> SelectStatement {
    let mut on = Query::select();
    on.column(card::Column::CustomerId)
        .from(card::Entity)
        .and_where(Expr::col(card::Column::TenantId).eq(by.tenant))
        .cond_where(which)
        .and_where(Expr::col(card::Column::ArchivedAt).is_null());
    on
}

fn id() -> SimpleExpr {
    Expr::col((customer::Entity, customer::Column::Id))
}

fn owners(by: &Principal, said: &[String]) -> Result<Condition, Problem> {
    let mut any = Condition::any();
    let mut ids = Vec::new();
    for owner in said {
        if owner == "none" {
            any = any.add(id().not_in_subquery(owned(by)));
        } else {
            let id: UserId = owner.parse().map_err(|_| Problem::invalid("filter", "bad_value"))?;
            ids.push(id);
        }
    }
    if !ids.is_empty() || said.is_empty() {
        let mut mine = owned(by);
        mine.and_where(Expr::col(customer_owner::Column::UserId).is_in(ids));
        any = any.add(id().in_subquery(mine));
    }
    Ok(any)
}

fn owned(by: &Principal) -> SelectStatement {
    let mut all = Query::select();
    all.column(customer_owner::Column::CustomerId)
        .from(customer_owner::Entity)
        .and_where(Expr::col(customer_owner::Column::TenantId).eq(by.tenant));
    all
}

/// A token of the search that begins with this word: a range, so that the index serves it.
pub(super) fn begins_with(word: &str) -> Condition {
    let token = || Expr::col((search_token::Entity, search_token::Column::Token));
    token().gte(word).and(token().lt(tokens::end_of(word))).into_condition()
}

/// Customers that a search finds, as a condition on any expression that is a customer's id.
/// Nothing to look for finds everybody.
pub fn matching_on(by: &Principal, country: &str, q: &str, customer: &SimpleExpr) -> Condition {
    let mut all = Condition::all();
    for word in tokens::query_words(q, country) {
        let mut with = Query::select();
        with.column(search_token::Column::CustomerId)
            .from(search_token::Entity)
            .and_where(Expr::col(search_token::Column::TenantId).eq(by.tenant))
            .cond_where(begins_with(&word));
        all = all.add(customer.clone().in_subquery(with));
    }
    all
}

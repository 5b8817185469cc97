//! Tags and sources with how many visible customers bear them.

use entities::{customer, customer_tag};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use serde::Serialize;

use super::views::visible;
use crate::db::Tx;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Most words of a list, the most frequent first.
const WORDS_MAX: u64 = 500;

/// A word and how many bear it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Counted {
    name: String,
    count: i64,
}

pub(super) async fn tags(tx: &Tx<'_>, by: &Principal) -> Result<Vec<Counted>, Problem> {
    let tag = || Expr::col((customer_tag::Entity, customer_tag::Column::Tag));
    let mut query = Query::select();
    query
        .expr(tag())
        .expr(tag().count())
        .from(customer_tag::Entity)
        .inner_join(
            customer::Entity,
            Expr::col((customer::Entity, customer::Column::TenantId))
                .equals((customer_tag::Entity, customer_tag::Column::TenantId))
                .and(
                    Expr::col((customer::Entity, customer::Column::Id))
                        .equals((customer_tag::Entity, customer_tag::Column::CustomerId)),
                ),
        )
        .and_where(Expr::col((customer_tag::Entity, customer_tag::Column::TenantId)).eq(by.tenant))
        .add_group_by([tag()])
        .order_by_expr(tag().count(), Order::Desc)
        .order_by_expr(tag(), Order::Asc);
    counted(tx, by, query).await
}

pub(super) async fn sources(tx: &Tx<'_>, by: &Principal) -> Result<Vec<Counted>, Problem> {
    let channel = || Expr::col((customer::Entity, customer::Column::SourceChannel));
    let mut query = Query::select();
    query
        .expr(channel())
        .expr(channel().count())
        .from(customer::Entity)
        .and_where(Expr::col((customer::Entity, customer::Column::TenantId)).eq(by.tenant))
        .and_where(channel().is_not_null())
        .add_group_by([channel()])
        .order_by_expr(channel().count(), Order::Desc)
        .order_by_expr(channel(), Order::Asc);
    counted(tx, by, query).await
}

async fn counted(
    tx: &Tx<'_>,
    by: &Principal,
    mut query: SelectStatement,
) -> Result<Vec<Counted>, Problem> {
    query
        .and_where(Expr::col((customer::Entity, customer::Column::MergedInto)).is_null())
        .and_where(Expr::col((customer::Entity, customer::Column::ArchivedAt)).is_null())
        .cond_where(visible(by))
        .limit(WORDS_MAX);
    let rows = tx.query_all(&query).await?;
    rows.iter()
        .map(|row| Ok(Counted { name: row.try_get_by_index(0)?, count: row.try_get_by_index(1)? }))
        .collect()
}

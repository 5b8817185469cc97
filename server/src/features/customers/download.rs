//! `GET /customers/export.csv`: streamed page by page, and on record before the first byte.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Query};
use chrono::{DateTime, Utc};
use entities::ids::{CustomerId, UserId};
use entities::tenancy::OfTenant;
use entities::{custom_field, customer, user};
use futures_util::{FutureExt, stream};
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, PaginatorTrait, QueryFilter, QuerySelect};
use serde::Deserialize;

use super::commands::ExportCustomers;
use super::export;
use super::filter::{Filter, matching_on};
use super::http::needs;
use super::listing::{search_text, walk};
use super::newcomer::House;
use super::views;
use crate::db::{Db, Tx};
use crate::kernel::clock::Clock;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::hub::Hub;

/// Customers of one page, one chunk of the answer.
const PAGE: u64 = 500;

/// Which customers to export.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct ExportQuery {
    q: Option<String>,
    filter: Option<String>,
}

struct Plan {
    condition: Condition,
    fields: Vec<custom_field::Model>,
    names: HashMap<UserId, String>,
    count: u64,
}

#[utoipa::path(get, path = "/api/v1/customers/export.csv", tag = "customers", params(ExportQuery),
    responses((status = 200, content_type = "text/csv")))]
pub(super) async fn export(
    by: Principal,
    ask: Query<ExportQuery>,
    db: Data<Db>,
    hub: Data<Hub>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    needs(&by, Permission::ExportCustomers)?;
    needs(&by, Permission::ViewCustomers)?;
    let ask = ask.into_inner();
    let filtered = ask.q.is_some() || !Filter::parse(ask.filter.as_deref())?.is_plain();
    let (asker, now) = (by.clone(), clock.now());
    let plan =
        db.read(by.tenant, move |tx| async move { plan(tx, &asker, now, &ask).await }.boxed());
    let plan = Arc::new(plan.await?);
    let d = ExportCustomers { count: plan.count, filtered };
    hub.command(&by, Topic::tenant(), "customer.export", &d, None, None).await?;

    // the mark tells spreadsheets that this is UTF-8
    let mut head = "\u{feff}".as_bytes().to_vec();
    head.extend(export::lines([export::header(&plan.fields)]));
    let first = stream::once(async move { Ok::<_, Problem>(Bytes::from(head)) });
    let tenant = by.tenant;
    let pages = stream::unfold((db, plan, Some(None)), move |(db, plan, at)| async move {
        let after: Option<CustomerId> = at?;
        let ask = plan.clone();
        let page =
            db.read(tenant, move |tx| async move { page(tx, &ask, after).await }.boxed()).await;
        match page {
            Ok((bytes, next)) if !bytes.is_empty() => {
                Some((Ok(Bytes::from(bytes)), (db, plan, next.map(Some))))
            }
            Ok(_) => None,
            // a stream that breaks off is seen by the client; a short file would not be
            Err(problem) => Some((Err(problem), (db, plan, None))),
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(("Content-Disposition", "attachment; filename=\"customers.csv\""))
        .insert_header(("Cache-Control", "no-store"))
        .streaming(futures_util::StreamExt::chain(first, pages)))
}

async fn plan(
    tx: &Tx<'_>,
    by: &Principal,
    now: DateTime<Utc>,
    ask: &ExportQuery,
) -> Result<Plan, Problem> {
    let house = House::load(tx).await?;
    let mut condition = Filter::parse(ask.filter.as_deref())?.condition(by, now)?;
    if let Some(q) = search_text(ask.q.as_deref())? {
        let id = Expr::col((customer::Entity, customer::Column::Id));
        condition = condition.add(matching_on(by, &house.country, q, &id));
    }
    let count = customer::Entity::of(tx.tenant()).filter(condition.clone()).count(tx).await?;
    let names: Vec<(UserId, String)> = user::Entity::of(tx.tenant())
        .select_only()
        .columns([user::Column::Id, user::Column::Name])
        .into_tuple()
        .all(tx)
        .await?;
    Ok(Plan { condition, fields: house.fields, names: names.into_iter().collect(), count })
}

async fn page(
    tx: &Tx<'_>,
    plan: &Plan,
    after: Option<CustomerId>,
) -> Result<(Vec<u8>, Option<CustomerId>), Problem> {
    let rows = walk(tx, &plan.condition, after, PAGE).await?;
    let next = rows.last().filter(|_| rows.len() as u64 == PAGE).map(|row| row.id);
    let records = views::records(tx, &rows).await?;
    let name = |id: &UserId| plan.names.get(id).cloned().unwrap_or_default();
    let lines = records.iter().map(|record| export::row(record, &plan.fields, name));
    Ok((export::lines(lines), next))
}

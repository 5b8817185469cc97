//! Reads of activities. Writes are commands.

use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use entities::ids::CustomerId;
use futures_util::FutureExt;
use serde::Deserialize;

use super::listing::{self, ListQuery, Listed};
use super::views::{self, ActivityType};
use crate::db::Db;
use crate::features::customers;
use crate::kernel::clock::Clock;
use crate::kernel::paging::Page;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/activities", web::get().to(list))
        .route("/activity-types", web::get().to(list_types))
        .route("/customers/{customer}/activities", web::get().to(list_of_customer));
}

/// What these routes say of themselves.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, list_types, list_of_customer))]
pub(super) struct Api;

fn may_view(by: &Principal) -> Result<(), Problem> {
    if by.may(Permission::ViewCustomers) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// Activities of visible customers.
#[utoipa::path(get, path = "/api/v1/activities", tag = "activities", params(ListQuery),
    responses((status = 200, body = Page<Listed>)))]
async fn list(
    by: Principal,
    ask: Query<ListQuery>,
    db: Data<Db>,
    clock: Data<Clock>,
) -> Result<Json<Page<Listed>>, Problem> {
    may_view(&by)?;
    let (ask, now) = (ask.into_inner(), clock.now());
    let page = db.read(by.tenant, move |tx| {
        async move { listing::list(tx, &by, &ask, None, now).await }.boxed()
    });
    Ok(Json(page.await?))
}

/// All types with their outcomes, archived ones too.
#[utoipa::path(get, path = "/api/v1/activity-types", tag = "activities",
    responses((status = 200, body = Page<ActivityType>)))]
async fn list_types(by: Principal, db: Data<Db>) -> Result<Json<Page<ActivityType>>, Problem> {
    may_view(&by)?;
    let types =
        db.read(by.tenant, move |tx| async move { views::activity_types(tx).await }.boxed());
    Ok(Json(Page::whole(types.await?)))
}

/// A page of one customer's.
#[derive(Deserialize, utoipa::IntoParams)]
struct OfCustomer {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// What was and is to be done with a customer, newest first.
#[utoipa::path(get, path = "/api/v1/customers/{customer}/activities", tag = "activities",
    params(("customer" = CustomerId, Path), OfCustomer),
    responses((status = 200, body = Page<Listed>)))]
async fn list_of_customer(
    by: Principal,
    customer: Path<CustomerId>,
    ask: Query<OfCustomer>,
    db: Data<Db>,
    clock: Data<Clock>,
) -> Result<Json<Page<Listed>>, Problem> {
    may_view(&by)?;
    let (id, now) = (customer.into_inner(), clock.now());
    let OfCustomer { limit, cursor } = ask.into_inner();
    let page = db.read(by.tenant, move |tx| {
        async move {
            customers::find(tx, &by, id).await?;
            let ask = ListQuery::of_customer(limit, cursor);
            listing::list(tx, &by, &ask, Some(id), now).await
        }
        .boxed()
    });
    Ok(Json(page.await?))
}

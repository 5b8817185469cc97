//! Reads of work on many, and how many it would be. Writes are commands.

use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use entities::ids::BulkId;
use futures_util::FutureExt;
use serde::Serialize;

use super::commands::StartBulk;
use super::records::{self, Bulk};
use super::rules::start;
use crate::db::Db;
use crate::gateway::Body;
use crate::kernel::clock::Clock;
use crate::kernel::paging::{Page, Paging};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/bulk/preview", web::post().to(preview))
        .route("/bulks", web::get().to(list))
        .route("/bulks/{bulk}", web::get().to(show));
}

#[derive(utoipa::OpenApi)]
#[openapi(paths(preview, list, show))]
pub(super) struct Api;

fn needs(by: &Principal) -> Result<(), Problem> {
    if by.may(Permission::EditCustomers) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// How many it would be done to.
#[derive(Serialize, utoipa::ToSchema)]
struct Preview {
    total: u64,
    /// More than this is refused.
    max: u64,
}

#[utoipa::path(post, path = "/api/v1/bulk/preview", tag = "bulk", request_body = StartBulk,
    responses((status = 200, body = Preview)))]
async fn preview(
    by: Principal,
    body: Body<StartBulk>,
    db: Data<Db>,
    clock: Data<Clock>,
) -> Result<Json<Preview>, Problem> {
    let (ask, now) = (body.0, clock.now());
    let total = db
        .read(by.tenant, move |tx| async move { start::preview(tx, &by, now, &ask).await }.boxed());
    Ok(Json(Preview { total: total.await?, max: start::CUSTOMERS_MAX }))
}

#[utoipa::path(get, path = "/api/v1/bulks", tag = "bulk", params(Paging),
    responses((status = 200, body = Page<Bulk>)))]
async fn list(
    by: Principal,
    paging: Query<Paging>,
    db: Data<Db>,
) -> Result<Json<Page<Bulk>>, Problem> {
    needs(&by)?;
    let paging = paging.into_inner();
    let page =
        db.read(by.tenant, move |tx| async move { records::list(tx, &by, &paging).await }.boxed());
    Ok(Json(page.await?))
}

#[utoipa::path(get, path = "/api/v1/bulks/{bulk}", tag = "bulk",
    params(("bulk" = BulkId, Path)), responses((status = 200, body = Bulk)))]
async fn show(by: Principal, bulk: Path<BulkId>, db: Data<Db>) -> Result<Json<Bulk>, Problem> {
    needs(&by)?;
    let id = bulk.into_inner();
    let row = db.read(by.tenant, move |tx| async move { records::find(tx, &by, id).await }.boxed());
    Ok(Json(Bulk::of(&row.await?)))
}

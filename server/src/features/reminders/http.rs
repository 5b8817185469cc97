//! Reading reminders. Writes are commands on `customer:<id>` and `me`.

use actix_web::web::{self, Data, Json, Query, ServiceConfig};
use futures_util::FutureExt;

use super::report::{self, Behind, ReportQuery};
use super::views::{self, Counts, ListQuery, Reminder};
use crate::db::Db;
use crate::kernel::clock::Clock;
use crate::kernel::paging::Page;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/reminders", web::get().to(list))
        .route("/reminders/counts", web::get().to(counts))
        .route("/reports/overdue", web::get().to(overdue));
}

/// What these routes say of themselves.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, counts, overdue))]
pub(super) struct Api;

fn needs(by: &Principal, permission: Permission) -> Result<(), Problem> {
    if by.may(permission) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// Reminders that I may see, the first due first.
#[utoipa::path(get, path = "/api/v1/reminders", tag = "reminders", params(ListQuery),
    responses((status = 200, body = Page<Reminder>)))]
async fn list(
    by: Principal,
    ask: Query<ListQuery>,
    db: Data<Db>,
    clock: Data<Clock>,
) -> Result<Json<Page<Reminder>>, Problem> {
    needs(&by, Permission::ViewCustomers)?;
    let (ask, now) = (ask.into_inner(), clock.now());
    let page =
        db.read(by.tenant, move |tx| async move { views::list(tx, &by, &ask, now).await }.boxed());
    Ok(Json(page.await?))
}

/// How much of mine is overdue, and how much more is due today.
#[utoipa::path(get, path = "/api/v1/reminders/counts", tag = "reminders",
    responses((status = 200, body = Counts)))]
async fn counts(by: Principal, db: Data<Db>, clock: Data<Clock>) -> Result<Json<Counts>, Problem> {
    needs(&by, Permission::ViewCustomers)?;
    let user = by.user().ok_or_else(Problem::forbidden)?;
    let now = clock.now();
    let read = db
        .read(by.tenant, move |tx| async move { views::counts(tx, &by, user, now).await }.boxed());
    Ok(Json(read.await?))
}

/// Who is behind with what.
#[utoipa::path(get, path = "/api/v1/reports/overdue", tag = "reports", params(ReportQuery),
    responses((status = 200, body = Page<Behind>)))]
async fn overdue(
    by: Principal,
    ask: Query<ReportQuery>,
    db: Data<Db>,
    clock: Data<Clock>,
) -> Result<Json<Page<Behind>>, Problem> {
    needs(&by, Permission::ViewReports)?;
    let (ask, now) = (ask.into_inner(), clock.now());
    let read = db.read(by.tenant, move |tx| {
        async move { report::overdue(tx, &by, &ask, now).await }.boxed()
    });
    Ok(Json(Page::whole(read.await?)))
}

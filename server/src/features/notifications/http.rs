//! Reading one's notifications. Writes are commands on `me`.

use actix_web::web::{self, Data, Json, Query, ServiceConfig};
use entities::ids::UserId;
use futures_util::FutureExt;

use super::views::{self, ListQuery, Notification};
use crate::db::Db;
use crate::kernel::paging::Page;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/notifications", web::get().to(list));
}

/// What these routes say of themselves.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list))]
pub(super) struct Api;

/// Only people are told anything: a key has no centre.
fn person(by: &Principal) -> Result<UserId, Problem> {
    by.user().ok_or_else(Problem::forbidden)
}

/// My notifications, newest first.
#[utoipa::path(get, path = "/api/v1/notifications", tag = "notifications", params(ListQuery),
    responses((status = 200, body = Page<Notification>)))]
async fn list(
    by: Principal,
    ask: Query<ListQuery>,
    db: Data<Db>,
) -> Result<Json<Page<Notification>>, Problem> {
    let (user, ask) = (person(&by)?, ask.into_inner());
    let page =
        db.read(by.tenant, move |tx| async move { views::list(tx, &by, user, &ask).await }.boxed());
    Ok(Json(page.await?))
}

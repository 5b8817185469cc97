//! Reads of saved views. Writes are commands.

use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use entities::ids::ViewId;
use futures_util::FutureExt;
use serde::Deserialize;

use super::records::{self, View};
use crate::db::Db;
use crate::kernel::paging::Page;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/views", web::get().to(list)).route("/views/{view}", web::get().to(show));
}

#[derive(utoipa::OpenApi)]
#[openapi(paths(list, show))]
pub(super) struct Api;

#[derive(Deserialize, utoipa::IntoParams)]
struct OfScreen {
    /// `customers`, `board` or `agenda`; all when absent.
    screen: Option<String>,
}

fn needs(by: &Principal) -> Result<(), Problem> {
    if by.may(Permission::ViewCustomers) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// One's own views, then those of the house.
#[utoipa::path(get, path = "/api/v1/views", tag = "views", params(OfScreen),
    responses((status = 200, body = Page<View>)))]
async fn list(
    by: Principal,
    ask: Query<OfScreen>,
    db: Data<Db>,
) -> Result<Json<Page<View>>, Problem> {
    needs(&by)?;
    let screen = ask.into_inner().screen;
    let found = db.read(by.tenant, move |tx| {
        async move {
            let mut all = match by.in_person() {
                Some(user) => records::own(tx, user).await?,
                None => Vec::new(),
            };
            all.extend(records::shared(tx).await?);
            Ok(all)
        }
        .boxed()
    });
    let mut items = found.await?;
    items.retain(|view| screen.as_ref().is_none_or(|screen| view.screen == *screen));
    Ok(Json(Page::whole(items)))
}

#[utoipa::path(get, path = "/api/v1/views/{view}", tag = "views",
    params(("view" = ViewId, Path)), responses((status = 200, body = View)))]
async fn show(by: Principal, view: Path<ViewId>, db: Data<Db>) -> Result<Json<View>, Problem> {
    needs(&by)?;
    let id = view.into_inner();
    let found =
        db.read(by.tenant, move |tx| async move { records::find(tx, &by, id).await }.boxed());
    Ok(Json(found.await?))
}

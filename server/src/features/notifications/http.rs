//! Reading one's notifications. Writes are commands on `me`.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use entities::ids::{PushSubscriptionId, UserId};
use futures_util::FutureExt;
use serde::Serialize;

use super::push::PushSender;
use super::push::subscriptions::{self, Subscribe, Subscribed};
use super::views::{self, ListQuery, Notification};
use crate::db::Db;
use crate::gateway::Body;
use crate::kernel::clock::Clock;
use crate::kernel::paging::Page;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/notifications", web::get().to(list))
        .route("/push/key", web::get().to(push_key))
        .route("/push/subscriptions", web::post().to(subscribe))
        .route("/push/subscriptions/{subscription}", web::delete().to(unsubscribe));
}

/// What these routes say of themselves.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, push_key, subscribe, unsubscribe))]
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

/// What a browser subscribes with.
#[derive(Serialize, utoipa::ToSchema)]
struct PushKey {
    /// Base64url; null when push is off.
    key: Option<String>,
}

/// The server's public key for Web Push.
#[utoipa::path(get, path = "/api/v1/push/key", tag = "notifications",
    responses((status = 200, body = PushKey)))]
async fn push_key(by: Principal, push: Data<PushSender>) -> Result<Json<PushKey>, Problem> {
    person(&by)?;
    Ok(Json(PushKey { key: push.public_key().map(str::to_owned) }))
}

/// This browser wants to hear of what I am told.
#[utoipa::path(post, path = "/api/v1/push/subscriptions", tag = "notifications",
    request_body = Subscribe, responses((status = 201, body = Subscribed)))]
async fn subscribe(
    by: Principal,
    body: Body<Subscribe>,
    push: Data<PushSender>,
    db: Data<Db>,
    clock: Data<Clock>,
) -> Result<HttpResponse, Problem> {
    let user = person(&by)?;
    let session = by.session().ok_or_else(Problem::forbidden)?;
    let said = body.0;
    if push.public_key().is_none() {
        return Err(Problem::conflict("push_off"));
    }
    if !push.may_call(&said.endpoint) {
        return Err(Problem::invalid("endpoint", "bad_value"));
    }
    said.check()?;
    let (fresh, now) = (PushSubscriptionId(clock.fresh_id()), clock.now());
    let added = db.write(by.tenant, move |tx| {
        let said = said.clone();
        async move { subscriptions::add(tx, fresh, (user, session), now, &said).await }.boxed()
    });
    Ok(HttpResponse::Created().json(Subscribed { id: added.await? }))
}

/// It does not any more.
#[utoipa::path(delete, path = "/api/v1/push/subscriptions/{subscription}", tag = "notifications",
    params(("subscription" = PushSubscriptionId, Path)), responses((status = 204)))]
async fn unsubscribe(
    by: Principal,
    subscription: Path<PushSubscriptionId>,
    db: Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (user, id) = (person(&by)?, subscription.into_inner());
    let gone =
        db.write(by.tenant, move |tx| subscriptions::remove(tx, id, Some(user)).boxed()).await?;
    if gone { Ok(HttpResponse::NoContent().finish()) } else { Err(Problem::not_found()) }
}

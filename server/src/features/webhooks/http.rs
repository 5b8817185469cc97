//! The routes of webhooks: reads, and the writes whose answer holds a secret or is waited for.
//! What is written is written by commands.

use actix_web::web::{Data, Json, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, web};
use entities::ids::{DeliveryId, WebhookId};
use futures_util::FutureExt;
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, OpenApi};

use super::commands::{CreateWebhook, ReplayDelivery, RotateWebhook};
use super::views::{self, Delivery, Revealed, Webhook};
use super::{Webhooks, sender};
use crate::db::Db;
use crate::gateway::{IdempotencyKey, once};
use crate::kernel::clock::Clock;
use crate::kernel::paging::{Page, Paging};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::Hub;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/webhooks").route(web::get().to(list)).route(web::post().to(create)),
    )
    .service(web::resource("/webhooks/{id}/rotate").route(web::post().to(rotate)))
    .service(web::resource("/webhooks/{id}/test").route(web::post().to(test)))
    .service(web::resource("/webhooks/{id}/deliveries").route(web::get().to(deliveries)))
    .service(
        web::resource("/webhooks/{id}/deliveries/{delivery}/replay").route(web::post().to(replay)),
    );
}

/// The part of the interface's description that is about webhooks.
pub fn openapi() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(
        paths(list, create, rotate, test, deliveries, replay),
        components(schemas(Webhook, Revealed, Delivery, CreateWebhook))
    )]
    struct Docs;
    Docs::openapi()
}

fn may_manage(by: &Principal) -> Result<(), Problem> {
    if by.may(Permission::ManageWebhooks) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// All webhooks, oldest first.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks",
    responses((status = 200, description = "all of them", body = Page<Webhook>)))]
async fn list(
    by: Principal,
    db: Data<Db>,
    webhooks: Data<Webhooks>,
) -> Result<Json<Page<Webhook>>, Problem> {
    may_manage(&by)?;
    let rows = db.read(by.tenant, |tx| async move { views::all(tx).await }.boxed()).await?;
    let shown = rows.into_iter().map(|row| Webhook::new(row, &webhooks.secrets));
    Ok(Json(Page::whole(shown.collect())))
}

/// A new webhook with its secret, which is shown this once.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = CreateWebhook,
    responses(
        (status = 201, description = "made", body = Revealed),
        (status = 422, description = "an address or an op that cannot be")))]
async fn create(
    by: Principal,
    key: IdempotencyKey,
    body: Json<CreateWebhook>,
    db: Data<Db>,
    hub: Data<Hub>,
    webhooks: Data<Webhooks>,
) -> Result<HttpResponse, Problem> {
    may_manage(&by)?;
    let receipt =
        hub.command(&by, Topic::tenant(), "webhook.create", &*body, key.command_id(), None).await?;
    #[derive(Deserialize)]
    struct Made {
        webhook_id: WebhookId,
    }
    let made: Option<Made> = receipt.d.and_then(|d| serde_json::from_str(d.get()).ok());
    let id = made.ok_or_else(Problem::internal)?.webhook_id;
    Ok(HttpResponse::Created().json(reveal(&db, &by, &webhooks, id).await?))
}

/// A new secret, which is shown this once.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/rotate", tag = "webhooks",
    params(("id" = String, Path, description = "the webhook")),
    responses(
        (status = 200, description = "with its new secret", body = Revealed),
        (status = 404, description = "there is no such webhook")))]
async fn rotate(
    by: Principal,
    key: IdempotencyKey,
    id: Path<WebhookId>,
    db: Data<Db>,
    hub: Data<Hub>,
    webhooks: Data<Webhooks>,
) -> Result<HttpResponse, Problem> {
    may_manage(&by)?;
    let d = RotateWebhook { webhook: *id };
    hub.command(&by, Topic::tenant(), "webhook.rotate", &d, key.command_id(), None).await?;
    Ok(HttpResponse::Ok().json(reveal(&db, &by, &webhooks, *id).await?))
}

async fn reveal(
    db: &Db,
    by: &Principal,
    webhooks: &Webhooks,
    id: WebhookId,
) -> Result<Revealed, Problem> {
    let row = db.read(by.tenant, move |tx| async move { views::find(tx, id).await }.boxed());
    Ok(Revealed::new(row.await?, &webhooks.secrets))
}

/// Sends a made-up event and waits for the answer.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/test", tag = "webhooks",
    params(("id" = String, Path, description = "the webhook")),
    responses(
        (status = 200, description = "what came back", body = Delivery),
        (status = 404, description = "there is no such webhook")))]
async fn test(
    by: Principal,
    key: IdempotencyKey,
    id: Path<WebhookId>,
    db: Data<Db>,
    clock: Data<Clock>,
    webhooks: Data<Webhooks>,
) -> Result<HttpResponse, Problem> {
    may_manage(&by)?;
    let id = id.into_inner();
    let work = async {
        let hook = db.read(by.tenant, move |tx| async move { views::find(tx, id).await }.boxed());
        let row = sender::test(&webhooks, &db, &clock, hook.await?, &by).await?;
        let shown = serde_json::to_value(Delivery::from(row)).map_err(|_| Problem::internal())?;
        Ok((200, shown))
    };
    let route = format!("POST /webhooks/{id}/test");
    let (_, body): (u16, Value) = once(&db, &clock, &by, &key, &route, b"", work).await?;
    Ok(HttpResponse::Ok().json(body))
}

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
struct Deliveries {
    /// `waiting`, `delivered` or `failed`.
    state: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// What was sent to a webhook and what came back, newest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks",
    params(("id" = String, Path, description = "the webhook"), Deliveries),
    responses(
        (status = 200, description = "a page of deliveries", body = Page<Delivery>),
        (status = 404, description = "there is no such webhook")))]
async fn deliveries(
    by: Principal,
    id: Path<WebhookId>,
    ask: Query<Deliveries>,
    db: Data<Db>,
) -> Result<Json<Page<Delivery>>, Problem> {
    may_manage(&by)?;
    let Deliveries { state, limit, cursor } = ask.into_inner();
    let id = id.into_inner();
    let page = db.read(by.tenant, move |tx| {
        async move {
            let state = state.as_deref().filter(|state| !state.is_empty());
            views::deliveries(tx, id, state, &Paging { limit, cursor }).await
        }
        .boxed()
    });
    Ok(Json(page.await?))
}

/// Sends a delivery once more.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/deliveries/{delivery}/replay", tag = "webhooks",
    params(("id" = String, Path, description = "the webhook"),
        ("delivery" = String, Path, description = "the delivery")),
    responses(
        (status = 202, description = "on its way again"),
        (status = 404, description = "there is no such delivery"),
        (status = 409, description = "the webhook is off")))]
async fn replay(
    by: Principal,
    key: IdempotencyKey,
    ids: Path<(WebhookId, DeliveryId)>,
    hub: Data<Hub>,
) -> Result<HttpResponse, Problem> {
    may_manage(&by)?;
    let (webhook, delivery) = ids.into_inner();
    let d = ReplayDelivery { webhook, delivery };
    let receipt =
        hub.command(&by, Topic::tenant(), "webhook.replay", &d, key.command_id(), None).await?;
    let reply: Value =
        receipt.d.and_then(|d| serde_json::from_str(d.get()).ok()).unwrap_or(Value::Null);
    Ok(HttpResponse::Accepted().json(reply))
}

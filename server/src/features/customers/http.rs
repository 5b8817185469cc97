//! Reading customers over HTTP. Writes are commands; only the own fields have routes of their own,
//! which send the same commands.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use entities::ids::{CustomFieldId, CustomerId};
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};

use super::commands::{CreateCustomField, RemoveCustomField, UpdateCustomField};
use super::counts::{Counted, sources, tags};
use super::duplicates::{self, Candidate, Pair};
use super::fields::{CustomField, custom_fields};
use super::listing::{self, CustomerPage, ListQuery};
use super::timeline::{TimelineItem, TimelineQuery, timeline};
use super::totals::Totals;
use super::views::{self, Detail, Note};
use super::{download, snapshot, story};
use crate::db::Db;
use crate::gateway::{Body, IdempotencyKey};
use crate::kernel::clock::Clock;
use crate::kernel::paging::Page;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::hub::Hub;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.app_data(Data::new(Totals::default()))
        .route("/customers", web::get().to(list))
        .route("/customers/duplicates", web::get().to(pairs))
        .route("/customers/export.csv", web::get().to(download::export))
        .route("/customers/{customer}", web::get().to(show))
        .route("/customers/{customer}/timeline", web::get().to(show_timeline))
        .route("/customers/{customer}/timeline.csv", web::get().to(story::export))
        .route("/customers/{customer}/notes", web::get().to(list_notes))
        .route("/customers/{customer}/duplicates", web::get().to(candidates))
        .route("/tags", web::get().to(list_tags))
        .route("/sources", web::get().to(list_sources))
        .route("/custom-fields", web::get().to(list_fields))
        .route("/custom-fields", web::post().to(create_field))
        .route("/custom-fields/{field}", web::patch().to(update_field))
        .route("/custom-fields/{field}", web::delete().to(remove_field));
}

/// What these routes say of themselves.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    list,
    pairs,
    download::export,
    show,
    show_timeline,
    story::export,
    list_notes,
    candidates,
    list_tags,
    list_sources,
    list_fields,
    create_field,
    update_field,
    remove_field,
))]
pub(super) struct Api;

pub(super) fn needs(by: &Principal, permission: Permission) -> Result<(), Problem> {
    if by.may(permission) { Ok(()) } else { Err(Problem::forbidden()) }
}

#[utoipa::path(get, path = "/api/v1/customers", tag = "customers", params(ListQuery),
    responses((status = 200, body = CustomerPage)))]
async fn list(
    by: Principal,
    ask: Query<ListQuery>,
    db: Data<Db>,
    totals: Data<Totals>,
    clock: Data<Clock>,
) -> Result<Json<CustomerPage>, Problem> {
    needs(&by, Permission::ViewCustomers)?;
    let (ask, now) = (ask.into_inner(), clock.now());
    let page = db.read(by.tenant, move |tx| {
        async move { listing::list(tx, &by, &ask, &totals, now).await }.boxed()
    });
    Ok(Json(page.await?))
}

#[utoipa::path(get, path = "/api/v1/customers/duplicates", tag = "customers",
    responses((status = 200, body = Page<Pair>)))]
async fn pairs(by: Principal, db: Data<Db>) -> Result<Json<Page<Pair>>, Problem> {
    needs(&by, Permission::ViewCustomers)?;
    let pairs =
        db.read(by.tenant, move |tx| async move { duplicates::pairs(tx, &by).await }.boxed());
    Ok(Json(Page::whole(pairs.await?)))
}

/// A customer with what stands around them and the position of their topic.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Shown {
    #[serde(flatten)]
    #[schema(value_type = views::Customer)]
    detail: Detail,
    epoch: Option<String>,
    seq: i64,
}

#[utoipa::path(get, path = "/api/v1/customers/{customer}", tag = "customers",
    params(("customer" = CustomerId, Path)), responses((status = 200, body = Shown)))]
async fn show(
    by: Principal,
    customer: Path<CustomerId>,
    db: Data<Db>,
) -> Result<Json<Shown>, Problem> {
    needs(&by, Permission::ViewCustomers)?;
    let id = customer.into_inner();
    let shown = db.read(by.tenant, move |tx| {
        async move {
            let row = views::find(tx, &by, id).await?;
            let (epoch, seq) = views::position(tx, id).await?;
            Ok(Shown { detail: snapshot::detail(tx, &by, &row).await?, epoch, seq })
        }
        .boxed()
    });
    Ok(Json(shown.await?))
}

#[utoipa::path(get, path = "/api/v1/customers/{customer}/timeline", tag = "customers",
    params(("customer" = CustomerId, Path), TimelineQuery),
    responses((status = 200, body = Page<TimelineItem>)))]
async fn show_timeline(
    by: Principal,
    customer: Path<CustomerId>,
    ask: Query<TimelineQuery>,
    db: Data<Db>,
) -> Result<Json<Page<TimelineItem>>, Problem> {
    needs(&by, Permission::ViewCustomers)?;
    let (id, ask) = (customer.into_inner(), ask.into_inner());
    let page =
        db.read(by.tenant, move |tx| async move { timeline(tx, &by, id, &ask).await }.boxed());
    Ok(Json(page.await?))
}

#[utoipa::path(get, path = "/api/v1/customers/{customer}/notes", tag = "customers",
    params(("customer" = CustomerId, Path)), responses((status = 200, body = Page<Note>)))]
async fn list_notes(
    by: Principal,
    customer: Path<CustomerId>,
    db: Data<Db>,
) -> Result<Json<Page<Note>>, Problem> {
    needs(&by, Permission::ViewCustomers)?;
    let id = customer.into_inner();
    let notes = db.read(by.tenant, move |tx| {
        async move {
            views::find(tx, &by, id).await?;
            views::notes(tx, id, 1_000).await
        }
        .boxed()
    });
    Ok(Json(Page::whole(notes.await?)))
}

#[utoipa::path(get, path = "/api/v1/customers/{customer}/duplicates", tag = "customers",
    params(("customer" = CustomerId, Path)), responses((status = 200, body = Page<Candidate>)))]
async fn candidates(
    by: Principal,
    customer: Path<CustomerId>,
    db: Data<Db>,
) -> Result<Json<Page<Candidate>>, Problem> {
    needs(&by, Permission::ViewCustomers)?;
    let id = customer.into_inner();
    let found = db.read(by.tenant, move |tx| {
        async move {
            let row = views::find(tx, &by, id).await?;
            duplicates::of_one(tx, &by, &row).await
        }
        .boxed()
    });
    Ok(Json(Page::whole(found.await?)))
}

#[utoipa::path(get, path = "/api/v1/tags", tag = "customers",
    responses((status = 200, body = Page<Counted>)))]
async fn list_tags(by: Principal, db: Data<Db>) -> Result<Json<Page<Counted>>, Problem> {
    needs(&by, Permission::ViewCustomers)?;
    let found = db.read(by.tenant, move |tx| async move { tags(tx, &by).await }.boxed());
    Ok(Json(Page::whole(found.await?)))
}

#[utoipa::path(get, path = "/api/v1/sources", tag = "customers",
    responses((status = 200, body = Page<Counted>)))]
async fn list_sources(by: Principal, db: Data<Db>) -> Result<Json<Page<Counted>>, Problem> {
    needs(&by, Permission::ViewCustomers)?;
    let found = db.read(by.tenant, move |tx| async move { sources(tx, &by).await }.boxed());
    Ok(Json(Page::whole(found.await?)))
}

#[utoipa::path(get, path = "/api/v1/custom-fields", tag = "customers",
    responses((status = 200, body = Page<CustomField>)))]
async fn list_fields(by: Principal, db: Data<Db>) -> Result<Json<Page<CustomField>>, Problem> {
    needs(&by, Permission::ViewCustomers)?;
    let fields = db.read(by.tenant, move |tx| async move { custom_fields(tx).await }.boxed());
    Ok(Json(Page::whole(fields.await?)))
}

#[utoipa::path(post, path = "/api/v1/custom-fields", tag = "customers",
    request_body = CreateCustomField, responses((status = 201, body = CustomField)))]
async fn create_field(
    by: Principal,
    key: IdempotencyKey,
    body: Body<CreateCustomField>,
    hub: Data<Hub>,
) -> Result<HttpResponse, Problem> {
    let op = "custom_field.create";
    let done = hub.command(&by, Topic::tenant(), op, &body.0, key.command_id(), None).await?;
    Ok(HttpResponse::Created().json(done.d))
}

/// What of an own field can be changed.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct FieldPatch {
    label: Option<String>,
    options: Option<Vec<String>>,
    position: Option<i32>,
}

#[utoipa::path(patch, path = "/api/v1/custom-fields/{field}", tag = "customers",
    params(("field" = CustomFieldId, Path)), request_body = FieldPatch,
    responses((status = 200, body = CustomField)))]
async fn update_field(
    by: Principal,
    field: Path<CustomFieldId>,
    body: Body<FieldPatch>,
    hub: Data<Hub>,
) -> Result<HttpResponse, Problem> {
    let FieldPatch { label, options, position } = body.0;
    let d = UpdateCustomField { id: field.into_inner(), label, options, position };
    let done = hub.command(&by, Topic::tenant(), "custom_field.update", &d, None, None).await?;
    Ok(HttpResponse::Ok().json(done.d))
}

#[utoipa::path(delete, path = "/api/v1/custom-fields/{field}", tag = "customers",
    params(("field" = CustomFieldId, Path)), responses((status = 204)))]
async fn remove_field(
    by: Principal,
    field: Path<CustomFieldId>,
    hub: Data<Hub>,
) -> Result<HttpResponse, Problem> {
    let d = RemoveCustomField { id: field.into_inner() };
    hub.command(&by, Topic::tenant(), "custom_field.remove", &d, None, None).await?;
    Ok(HttpResponse::NoContent().finish())
}

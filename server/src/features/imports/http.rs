//! Files over HTTP: up, looked at, committed, cancelled, undone.

use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, Json, Path, Query, ServiceConfig};
use entities::ids::ImportId;
use entities::import_row;
use entities::tenancy::OfTenant;
use futures_util::{FutureExt, StreamExt, stream};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;

use super::commands::{CancelImport, StartImport, UndoImport, topic};
use super::mapping::Mapping;
use super::preview::{errors_of_chunk, look_ahead};
use super::rules::state::choose;
use super::views::{self, ImportView, Options, READY, RowError};
use super::{rules, upload};
use crate::config::Settings;
use crate::db::{Db, take_topic};
use crate::features::customers::csv_lines;
use crate::gateway::{Body, IdempotencyKey, Language, once, sha256};
use crate::kernel::clock::Clock;
use crate::kernel::paging::{Page, Paging};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::texts;
use crate::realtime::hub::Hub;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/imports", web::post().to(create))
        .route("/imports", web::get().to(list))
        .route("/imports/{import}", web::get().to(show))
        .route("/imports/{import}/preview", web::post().to(preview))
        .route("/imports/{import}/commit", web::post().to(commit))
        .route("/imports/{import}/cancel", web::post().to(cancel))
        .route("/imports/{import}/undo", web::post().to(undo))
        .route("/imports/{import}/errors.csv", web::get().to(errors));
}

#[derive(utoipa::OpenApi)]
#[openapi(paths(create, list, show, preview, commit, cancel, undo, errors))]
pub(super) struct Api;

/// What the form holds.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only described; the form is read as a stream")]
struct ImportForm {
    /// CSV, XLSX or vCard.
    #[schema(format = Binary)]
    file: String,
}

fn needs(by: &Principal) -> Result<(), Problem> {
    if by.may(Permission::ImportCustomers) { Ok(()) } else { Err(Problem::forbidden()) }
}

#[utoipa::path(post, path = "/api/v1/imports", tag = "imports",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 201, body = ImportView), (status = 413, description = "too big"),
        (status = 422, description = "no list")))]
async fn create(
    by: Principal,
    key: IdempotencyKey,
    Language(language): Language,
    form: Multipart,
    (db, clock, settings): (Data<Db>, Data<Clock>, Data<Settings>),
) -> Result<HttpResponse, Problem> {
    needs(&by)?;
    // a key has no name to import in
    let author = by.user().ok_or_else(Problem::forbidden)?;
    let file = upload::receive(form, settings.limits.import_bytes).await?;
    let digest = match key.is_given() {
        true => sha256(&file.bytes).to_vec(),
        false => Vec::new(),
    };
    let work = async {
        let row = upload::take_in(&db, &clock, &by, author, file).await?;
        let view = serde_json::to_value(views::show(row, language));
        Ok((201, view.map_err(|_| Problem::internal())?))
    };
    let (_, view) = once(&db, &clock, &by, &key, "/imports", &digest, work).await?;
    Ok(HttpResponse::Created().json(view))
}

#[utoipa::path(get, path = "/api/v1/imports", tag = "imports", params(Paging),
    responses((status = 200, body = Page<ImportView>)))]
async fn list(
    by: Principal,
    Language(language): Language,
    paging: Query<Paging>,
    db: Data<Db>,
) -> Result<Json<Page<ImportView>>, Problem> {
    needs(&by)?;
    let paging = paging.into_inner();
    let page =
        db.read(by.tenant, move |tx| async move { views::list(tx, &by, &paging).await }.boxed());
    let (rows, next_cursor) = page.await?;
    let items = rows.into_iter().map(|row| views::show(row, language)).collect();
    Ok(Json(Page { items, next_cursor }))
}

async fn find(db: &Db, by: &Principal, id: ImportId) -> Result<entities::import::Model, Problem> {
    needs(by)?;
    let asker = by.clone();
    db.read(by.tenant, move |tx| async move { views::find(tx, &asker, id).await }.boxed()).await
}

#[utoipa::path(get, path = "/api/v1/imports/{import}", tag = "imports",
    params(("import" = ImportId, Path)), responses((status = 200, body = ImportView)))]
async fn show(
    by: Principal,
    import: Path<ImportId>,
    Language(language): Language,
    db: Data<Db>,
) -> Result<Json<ImportView>, Problem> {
    let row = find(&db, &by, import.into_inner()).await?;
    Ok(Json(views::show(row, language)))
}

/// Another mapping and other options.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Choice {
    #[schema(value_type = Option<Object>)]
    mapping: Option<Mapping>,
    options: Option<Options>,
}

#[utoipa::path(post, path = "/api/v1/imports/{import}/preview", tag = "imports",
    params(("import" = ImportId, Path)), request_body = Choice,
    responses((status = 200, body = ImportView), (status = 409, description = "not ready")))]
async fn preview(
    by: Principal,
    import: Path<ImportId>,
    Language(language): Language,
    body: Body<Choice>,
    db: Data<Db>,
) -> Result<Json<ImportView>, Problem> {
    let id = import.into_inner();
    find(&db, &by, id).await?;
    let (asker, choice) = (by.clone(), body.0);
    let row = db
        .read(by.tenant, move |tx| {
            async move {
                let mut row = views::find(tx, &asker, id).await?;
                rules::state::must_be_ready(&row)?;
                choose(tx, &mut row, choice.mapping.as_ref(), choice.options.as_ref()).await?;
                Ok(row)
            }
            .boxed()
        })
        .await?;
    let outlook = look_ahead(&db, &by, &row).await?;
    let row = db
        .write(by.tenant, move |tx| {
            let mut row = row.clone();
            row.counts = serde_json::json!(outlook.counts);
            row.errors = serde_json::json!(outlook.errors);
            async move {
                // its commands wait until this is written: none can have started it in between
                take_topic(tx, topic(id).as_str()).await?;
                rules::state::must_be_ready(&rules::load(tx, id).await?)?;
                rules::save(tx, &row).await?;
                Ok(row)
            }
            .boxed()
        })
        .await?;
    Ok(Json(views::show(row, language)))
}

#[utoipa::path(post, path = "/api/v1/imports/{import}/commit", tag = "imports",
    params(("import" = ImportId, Path)), request_body(content = Option<Choice>),
    responses((status = 202, body = ImportView), (status = 409, description = "not ready")))]
async fn commit(
    by: Principal,
    import: Path<ImportId>,
    key: IdempotencyKey,
    Language(language): Language,
    body: Bytes,
    (db, hub): (Data<Db>, Data<Hub>),
) -> Result<HttpResponse, Problem> {
    needs(&by)?;
    let id = import.into_inner();
    // "as it was suggested" needs no body
    let choice: Choice = if body.trim_ascii().is_empty() {
        Choice::default()
    } else {
        let value: serde_json::Value =
            serde_json::from_slice(&body).map_err(|_| Problem::bad_json())?;
        crate::kernel::input::refuse_nul(&value)?;
        serde_json::from_value(value).map_err(|e| crate::realtime::registry::shape_of(&e))?
    };
    let Choice { mapping, options } = choice;
    let d = StartImport { import: id, mapping, options };
    hub.command(&by, topic(id), "import.start", &d, key.named(&by.author()), None).await?;
    accepted(&db, &by, id, language).await
}

#[utoipa::path(post, path = "/api/v1/imports/{import}/cancel", tag = "imports",
    params(("import" = ImportId, Path)),
    responses((status = 202, body = ImportView), (status = 409, description = "not running")))]
async fn cancel(
    by: Principal,
    import: Path<ImportId>,
    key: IdempotencyKey,
    Language(language): Language,
    (db, hub): (Data<Db>, Data<Hub>),
) -> Result<HttpResponse, Problem> {
    needs(&by)?;
    let id = import.into_inner();
    let d = CancelImport { import: id };
    hub.command(&by, topic(id), "import.cancel", &d, key.named(&by.author()), None).await?;
    accepted(&db, &by, id, language).await
}

#[utoipa::path(post, path = "/api/v1/imports/{import}/undo", tag = "imports",
    params(("import" = ImportId, Path)),
    responses((status = 202, body = ImportView), (status = 409, description = "nothing to undo")))]
async fn undo(
    by: Principal,
    import: Path<ImportId>,
    key: IdempotencyKey,
    Language(language): Language,
    (db, hub): (Data<Db>, Data<Hub>),
) -> Result<HttpResponse, Problem> {
    needs(&by)?;
    let id = import.into_inner();
    let d = UndoImport { import: id };
    hub.command(&by, topic(id), "import.undo", &d, key.named(&by.author()), None).await?;
    accepted(&db, &by, id, language).await
}

async fn accepted(
    db: &Db,
    by: &Principal,
    id: ImportId,
    language: &str,
) -> Result<HttpResponse, Problem> {
    let row = find(db, by, id).await?;
    Ok(HttpResponse::Accepted().json(views::show(row, language)))
}

#[utoipa::path(get, path = "/api/v1/imports/{import}/errors.csv", tag = "imports",
    params(("import" = ImportId, Path)), responses((status = 200, content_type = "text/csv")))]
async fn errors(
    by: Principal,
    import: Path<ImportId>,
    Language(language): Language,
    db: Data<Db>,
) -> Result<HttpResponse, Problem> {
    let id = import.into_inner();
    let row = find(&db, &by, id).await?;
    let tenant = by.tenant;
    let mut head = "\u{feff}".as_bytes().to_vec();
    head.extend(csv_lines([["row", "field", "code", "message", "value"]
        .map(str::to_owned)
        .to_vec()]));
    let first = stream::once(async move { Ok::<_, Problem>(Bytes::from(head)) });
    // before it ran, the file itself tells; afterwards the rows do
    let ran = row.state != READY;
    let pages = stream::unfold((db, Some(0_i64)), move |(db, at)| async move {
        let at = at?;
        let page = db.read(tenant, move |tx| {
            async move {
                if ran { failed_rows(tx, id, at).await } else { unread_rows(tx, id, at).await }
            }
            .boxed()
        });
        match page.await {
            Ok(Some((errors, next))) => {
                let lines = csv_lines(errors.into_iter().map(|error| line(error, language)));
                Some((Ok(Bytes::from(lines)), (db, Some(next))))
            }
            Ok(None) => None,
            Err(problem) => Some((Err(problem), (db, None))),
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(("Content-Disposition", "attachment; filename=\"errors.csv\""))
        .insert_header(("Cache-Control", "no-store"))
        .streaming(first.chain(pages)))
}

fn line(error: RowError, language: &str) -> Vec<String> {
    let message = texts::text(&error.code, language).to_owned();
    vec![error.row.to_string(), error.field, error.code, message, error.value]
}

type Errors = Option<(Vec<RowError>, i64)>;

async fn unread_rows(tx: &crate::db::Tx<'_>, id: ImportId, chunk: i64) -> Result<Errors, Problem> {
    let errors = errors_of_chunk(tx, id, i32::try_from(chunk).unwrap_or(i32::MAX)).await?;
    Ok(errors.map(|errors| (errors, chunk + 1)))
}

async fn failed_rows(tx: &crate::db::Tx<'_>, id: ImportId, after: i64) -> Result<Errors, Problem> {
    let rows = import_row::Entity::of(tx.tenant())
        .filter(import_row::Column::ImportId.eq(id))
        .filter(import_row::Column::Row.gt(after))
        .filter(import_row::Column::Outcome.eq("failed"))
        .order_by_asc(import_row::Column::Row)
        .limit(1_000)
        .all(tx)
        .await?;
    let Some(last) = rows.last().map(|row| row.row) else { return Ok(None) };
    let read = |row: import_row::Model| serde_json::from_str(&row.error?).ok();
    Ok(Some((rows.into_iter().filter_map(read).collect(), last)))
}

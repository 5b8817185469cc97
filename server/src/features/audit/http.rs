//! `GET /audit` and the same as a file.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::web::{self, Bytes, Data, Json, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use entities::ids::UserId;
use entities::tenancy::OfTenant;
use entities::user;
use futures_util::{FutureExt, StreamExt, stream};
use sea_orm::QuerySelect;
use serde_json::json;

use super::listing::{self, AuditItem, AuditQuery, Position};
use super::note::{Entry, keep};
use crate::db::Db;
use crate::features::customers::csv_lines;
use crate::gateway::ClientAddress;
use crate::kernel::clock::{Clock, wire_time};
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

/// Lines of one chunk of the file.
const CHUNK: u64 = 500;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/audit", web::get().to(list)).route("/audit.csv", web::get().to(file));
}

#[derive(utoipa::OpenApi)]
#[openapi(paths(list, file))]
pub(super) struct Api;

fn needs(by: &Principal) -> Result<(), Problem> {
    if by.may(Permission::ViewAudit) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// Security-relevant acts, newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, body = Page<AuditItem>), (status = 403, description = "audit.view")))]
#[tracing::instrument(name = "audit.list", skip_all)]
async fn list(
    by: Principal,
    ask: Query<AuditQuery>,
    db: Data<Db>,
) -> Result<Json<Page<AuditItem>>, Problem> {
    needs(&by)?;
    let question = ask.question()?;
    let paging = Paging { limit: ask.limit, cursor: ask.cursor.clone() };
    let (limit, after) = (paging.limit()?, paging.after::<Position>()?);
    let lines = db.read(by.tenant, move |tx| {
        async move { listing::page(tx, &question, after, limit + 1).await }.boxed()
    });
    let mut items = lines.await?;
    let next_cursor = paging::cut(&mut items, limit, |item| item.position());
    Ok(Json(Page { items, next_cursor }))
}

/// The same as CSV; taking it is a line of the audit itself.
#[utoipa::path(get, path = "/api/v1/audit.csv", tag = "audit", params(AuditQuery),
    responses((status = 200, content_type = "text/csv"), (status = 403, description = "audit.view")))]
#[tracing::instrument(name = "audit.file", skip_all)]
async fn file(
    by: Principal,
    ask: Query<AuditQuery>,
    db: Data<Db>,
    clock: Data<Clock>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    needs(&by)?;
    if by.seen_by.is_some() {
        // nobody takes a file out of the house in somebody else's name
        return Err(Problem::forbidden());
    }
    let question = Arc::new(ask.question()?);
    let address = ClientAddress::of(&req).0.to_string();
    let taken = Entry::new("audit.exported").by(&by).from(&address);
    let taken = taken.with(json!({ "filtered": !req.query_string().is_empty() }));
    keep(&db, &clock, by.tenant, taken).await?;
    let names = db.read(by.tenant, |tx| {
        async move {
            let names: Vec<(UserId, String)> = user::Entity::of(tx.tenant())
                .select_only()
                .columns([user::Column::Id, user::Column::Name])
                .into_tuple()
                .all(tx)
                .await?;
            Ok(names.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
        }
        .boxed()
    });
    let names: Arc<HashMap<String, String>> = Arc::new(names.await?);

    let mut head = "\u{feff}".as_bytes().to_vec();
    let columns = ["at", "kind", "by", "by_name", "user", "user_name", "address", "d"];
    head.extend(csv_lines([columns.map(str::to_owned).to_vec()]));
    let first = stream::once(async move { Ok::<_, Problem>(Bytes::from(head)) });
    let tenant = by.tenant;
    let begin = (db, question, names, Some(None::<Position>));
    let pages = stream::unfold(begin, move |(db, question, names, at)| async move {
        let (after, ask) = (at?, question.clone());
        let page = db.read(tenant, move |tx| {
            async move { listing::page(tx, &ask, after, CHUNK).await }.boxed()
        });
        match page.await {
            Ok(items) if !items.is_empty() => {
                let next = items.last().filter(|_| items.len() as u64 == CHUNK);
                let next = next.map(|item| Some(item.position()));
                let bytes = csv_lines(items.iter().map(|item| cells(item, &names)));
                Some((Ok(Bytes::from(bytes)), (db, question, names, next)))
            }
            Ok(_) => None,
            // a stream that breaks off is seen; a short file would not be
            Err(problem) => Some((Err(problem), (db, question, names, None))),
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(("Content-Disposition", "attachment; filename=\"audit.csv\""))
        .insert_header(("Cache-Control", "no-store"))
        .streaming(first.chain(pages)))
}

fn cells(item: &AuditItem, names: &HashMap<String, String>) -> Vec<String> {
    let name = |id: &str| names.get(id).cloned().unwrap_or_default();
    let by = item.by.clone().unwrap_or_default();
    let user = item.user.map(|id| id.to_string()).unwrap_or_default();
    let by_name = name(&by);
    let user_name = name(&user);
    vec![
        wire_time(item.at),
        item.kind.clone(),
        by,
        by_name,
        user,
        user_name,
        item.address.clone().unwrap_or_default(),
        item.d.get().to_owned(),
    ]
}

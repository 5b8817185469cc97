//! `GET /customers/{id}/timeline.csv`: a customer's whole story for a spreadsheet, page by page and
//! oldest last, on record before the first byte.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path, Query};
use chrono_tz::Tz;
use entities::ids::CustomerId;
use entities::tenancy::OfTenant;
use entities::{activity_outcome, activity_type, rule, stage, user};
use futures_util::{FutureExt, StreamExt, stream};
use sea_orm::QuerySelect;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::commands::ExportCustomers;
use super::http::needs;
use super::story_words::{Names, sentence, title};
use super::timeline::{TimelineItem, TimelineQuery, timeline};
use super::{export, views};
use crate::db::{Db, Tx};
use crate::features::accounts;
use crate::kernel::clock::wire_time;
use crate::kernel::paging::{LIMIT_MAX, Page};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::kernel::wall;
use crate::realtime::hub::Hub;

/// Which part of the story.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct StoryQuery {
    /// As of the timeline.
    kind: Option<String>,
    /// As of the timeline.
    by: Option<String>,
}

struct Plan {
    by: Principal,
    customer: CustomerId,
    ask: StoryQuery,
    names: Names,
    zone: Tz,
}

#[utoipa::path(get, path = "/api/v1/customers/{customer}/timeline.csv", tag = "customers",
    params(("customer" = CustomerId, Path), StoryQuery),
    responses((status = 200, content_type = "text/csv")))]
pub(super) async fn export(
    by: Principal,
    customer: Path<CustomerId>,
    ask: Query<StoryQuery>,
    db: Data<Db>,
    hub: Data<Hub>,
) -> Result<HttpResponse, Problem> {
    needs(&by, Permission::ExportCustomers)?;
    needs(&by, Permission::ViewCustomers)?;
    let (id, ask, asker) = (customer.into_inner(), ask.into_inner(), by.clone());
    let plan = db.read(by.tenant, move |tx| {
        async move {
            views::find(tx, &asker, id).await?;
            let (names, zone) = (names(tx).await?, accounts::zone(tx).await?);
            let plan = Plan { by: asker, customer: id, ask, names, zone };
            // a question that makes no sense is refused before the answer begins
            page(tx, &plan, None).await?;
            Ok(plan)
        }
        .boxed()
    });
    let plan = Arc::new(plan.await?);
    let d = ExportCustomers { count: 1, filtered: true };
    hub.command(&by, Topic::tenant(), "customer.export", &d, None, None).await?;

    // the mark tells spreadsheets that this is UTF-8
    let mut head = "\u{feff}".as_bytes().to_vec();
    let columns = ["at", "time", "by", "op", "what", "detail"].map(str::to_owned).to_vec();
    head.extend(export::lines([columns]));
    let first = stream::once(async move { Ok::<_, Problem>(Bytes::from(head)) });
    let tenant = by.tenant;
    let pages = stream::unfold((db, plan, Some(None)), move |(db, plan, at)| async move {
        let after: Option<String> = at?;
        let ask = plan.clone();
        let read = db.read(tenant, move |tx| async move { page(tx, &ask, after).await }.boxed());
        match read.await {
            Ok(page) if !page.items.is_empty() => {
                let lines = export::lines(page.items.iter().map(|item| row(&plan, item)));
                Some((Ok(Bytes::from(lines)), (db, plan, page.next_cursor.map(Some))))
            }
            Ok(_) => None,
            // a stream that breaks off is seen by the client; a short file would not be
            Err(problem) => Some((Err(problem), (db, plan, None))),
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(("Content-Disposition", "attachment; filename=\"timeline.csv\""))
        .insert_header(("Cache-Control", "no-store"))
        .streaming(first.chain(pages)))
}

async fn page(
    tx: &Tx<'_>,
    plan: &Plan,
    cursor: Option<String>,
) -> Result<Page<TimelineItem>, Problem> {
    let ask = TimelineQuery {
        kind: plan.ask.kind.clone(),
        by: plan.ask.by.clone(),
        limit: i64::try_from(LIMIT_MAX).ok(),
        cursor,
    };
    timeline(tx, &plan.by, plan.customer, &ask).await
}

/// Names of what events only know by id.
async fn names(tx: &Tx<'_>) -> Result<Names, Problem> {
    async fn pairs<E, C>(tx: &Tx<'_>, id: C, name: C) -> Result<Vec<(Uuid, String)>, Problem>
    where
        E: OfTenant,
        C: sea_orm::ColumnTrait,
    {
        let rows = E::of(tx.tenant()).select_only().columns([id, name]).into_tuple().all(tx);
        Ok(rows.await?)
    }
    let mut all = HashMap::new();
    all.extend(pairs::<user::Entity, _>(tx, user::Column::Id, user::Column::Name).await?);
    all.extend(pairs::<rule::Entity, _>(tx, rule::Column::Id, rule::Column::Name).await?);
    all.extend(pairs::<stage::Entity, _>(tx, stage::Column::Id, stage::Column::Name).await?);
    let (id, name) = (activity_type::Column::Id, activity_type::Column::Name);
    all.extend(pairs::<activity_type::Entity, _>(tx, id, name).await?);
    let (id, name) = (activity_outcome::Column::Id, activity_outcome::Column::Name);
    all.extend(pairs::<activity_outcome::Entity, _>(tx, id, name).await?);
    Ok(Names(all))
}

fn row(plan: &Plan, item: &TimelineItem) -> Vec<String> {
    let d: Value = serde_json::from_str(item.d.get()).unwrap_or_default();
    let is_turkish = plan.by.locale.starts_with("tr");
    let time = wall::local(plan.zone, item.at).format("%Y-%m-%d %H:%M:%S").to_string();
    vec![
        wire_time(item.at),
        time,
        plan.names.author(&item.by, is_turkish),
        item.op.clone(),
        title(&item.op, is_turkish).to_owned(),
        sentence(&item.op, &d, &plan.names),
    ]
}

//! Reads of rules. Writes are commands.

use actix_web::web::{Data, Json, Path, Query, ServiceConfig};
use entities::ids::RuleId;
use entities::rule;
use entities::tenancy::OfTenant;
use futures_util::FutureExt;
use sea_orm::PaginatorTrait;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::commands::MakeDefaults;
use super::preview::{self, Draft, Preview};
use super::views::{self, Rule, Run};
use crate::db::Db;
use crate::kernel::clock::Clock;
use crate::kernel::paging::{Page, Paging};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::Hub;

pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(list_rules).service(list_runs).service(preview_rule);
}

/// The part of the interface's description that is about rules.
pub fn openapi() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(
        paths(list_rules, list_runs, preview_rule),
        components(schemas(Rule, Run, Preview, Draft))
    )]
    struct Rules;
    Rules::openapi()
}

fn may_manage(by: &Principal) -> Result<(), Problem> {
    if by.may(Permission::ManageRules) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// All rules in their order. A tenant that has never had one gets the product's defaults.
#[utoipa::path(get, path = "/api/v1/rules", tag = "rules",
    responses((status = 200, description = "rules in their order", body = Page<Rule>)))]
#[actix_web::get("/rules")]
async fn list_rules(
    by: Principal,
    db: Data<Db>,
    hub: Data<Hub>,
    clock: Data<Clock>,
) -> Result<Json<Page<Rule>>, Problem> {
    may_manage(&by)?;
    let never = db.read(by.tenant, |tx| {
        async move { Ok(rule::Entity::of(tx.tenant()).count(tx).await? == 0) }.boxed()
    });
    if never.await? {
        let system = Principal::system(by.tenant);
        hub.command(&system, Topic::tenant(), "rule.defaults", &MakeDefaults {}, None, None)
            .await?;
    }
    let now = clock.now();
    let rules = db.read(by.tenant, move |tx| async move { views::list(tx, now).await }.boxed());
    Ok(Json(Page::whole(rules.await?)))
}

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
struct Runs {
    /// `waiting`, `running`, `ran`, `skipped` or `failed`.
    state: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// What a rule did, and why it did nothing, newest first.
#[utoipa::path(get, path = "/api/v1/rules/{id}/runs", tag = "rules",
    params(("id" = String, Path, description = "the rule"), Runs),
    responses(
        (status = 200, description = "a page of runs", body = Page<Run>),
        (status = 404, description = "there is no such rule")))]
#[actix_web::get("/rules/{id}/runs")]
async fn list_runs(
    by: Principal,
    id: Path<RuleId>,
    ask: Query<Runs>,
    db: Data<Db>,
) -> Result<Json<Page<Run>>, Problem> {
    may_manage(&by)?;
    let Runs { state, limit, cursor } = ask.into_inner();
    let id = id.into_inner();
    let runs = db.read(by.tenant, move |tx| {
        async move {
            let state = state.as_deref().filter(|state| !state.is_empty());
            views::runs(tx, &by, id, state, &Paging { limit, cursor }).await
        }
        .boxed()
    });
    Ok(Json(runs.await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Previewed {
    rule: Draft,
}

/// How often a rule would have fired in the last seven days.
#[utoipa::path(post, path = "/api/v1/rules/preview", tag = "rules",
    request_body(content_type = "application/json", description = "`{rule: {trigger, conditions}}`"),
    responses(
        (status = 200, description = "how often, with examples", body = Preview),
        (status = 422, description = "no rule")))]
#[actix_web::post("/rules/preview")]
async fn preview_rule(
    by: Principal,
    body: Json<Previewed>,
    db: Data<Db>,
    clock: Data<Clock>,
) -> Result<Json<Preview>, Problem> {
    may_manage(&by)?;
    let (draft, now) = (body.into_inner().rule, clock.now());
    let seen = db.read(by.tenant, move |tx| {
        async move { preview::preview(tx, &by, &draft, now).await }.boxed()
    });
    Ok(Json(seen.await?))
}

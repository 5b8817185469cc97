//! What an offboarding would do, and those that were. Beginning one is a command.

use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use entities::ids::{OffboardingId, TeamId, UserId};
use entities::tenancy::OfTenant;
use entities::user;
use futures_util::FutureExt;
use sea_orm::{ColumnTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::plan::{self, Plan};
use super::views::{self, Counts, Offboarding, Share};
use crate::db::Db;
use crate::features::reminders;
use crate::kernel::clock::Clock;
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/users/{user}/offboarding/preview", web::get().to(preview))
        .route("/offboardings", web::get().to(list));
}

#[derive(utoipa::OpenApi)]
#[openapi(paths(preview, list), components(schemas(Plan)))]
pub(super) struct Api;

fn needs(by: &Principal) -> Result<(), Problem> {
    if by.may(Permission::ManageUsers) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// To whom: one colleague, the people of a team, or, where neither is named, in turn to those of
/// the same role.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
struct PreviewQuery {
    to: Option<UserId>,
    team: Option<TeamId>,
}

/// How much there is, and who would get how much of it.
#[derive(Serialize, utoipa::ToSchema)]
struct Preview {
    #[serde(flatten)]
    counts: Counts,
    /// Open reminders without a customer: they stay with the account and sleep with it.
    own_reminders: u64,
    by: Vec<Share>,
}

/// What would be handed over.
#[utoipa::path(get, path = "/api/v1/users/{user}/offboarding/preview", tag = "users",
    params(("user" = UserId, Path), PreviewQuery),
    responses((status = 200, body = Preview), (status = 403, description = "users.manage"),
        (status = 404, description = "nobody"), (status = 422, description = "no_receivers")))]
#[tracing::instrument(name = "offboarding.preview", skip_all)]
async fn preview(
    by: Principal,
    user: Path<UserId>,
    ask: Query<PreviewQuery>,
    db: Data<Db>,
    clock: Data<Clock>,
) -> Result<Json<Preview>, Problem> {
    needs(&by)?;
    let plan = match (ask.to, ask.team) {
        (Some(_), Some(_)) => return Err(Problem::invalid("team", "bad_value")),
        (Some(to), None) => Plan::User { to },
        (None, Some(team)) => Plan::Team { team },
        (None, None) => Plan::Spread {},
    };
    let (id, now) = (*user, clock.now());
    let shares = db.read(by.tenant, move |tx| {
        async move {
            let users = user::Entity::of(tx.tenant()).filter(user::Column::Id.eq(id));
            let leaver = users.one(tx).await?.ok_or_else(Problem::not_found)?;
            let receivers = plan::receivers(tx, &leaver, &plan).await?;
            let (counts, by) = views::shares(tx, id, now, &receivers).await?;
            let own_reminders = reminders::own_of(tx, id).await?;
            Ok(Preview { counts, own_reminders, by })
        }
        .boxed()
    });
    Ok(Json(shares.await?))
}

/// Those that were begun, newest first.
#[utoipa::path(get, path = "/api/v1/offboardings", tag = "users", params(Paging),
    responses((status = 200, body = Page<Offboarding>), (status = 403, description = "users.manage")))]
#[tracing::instrument(name = "offboarding.list", skip_all)]
async fn list(
    by: Principal,
    paging: Query<Paging>,
    db: Data<Db>,
) -> Result<Json<Page<Offboarding>>, Problem> {
    needs(&by)?;
    let (limit, after) = (paging.limit()?, paging.after::<OffboardingId>()?);
    let rows = db.read(by.tenant, move |tx| views::list(tx, after, limit + 1).boxed());
    let mut items = rows.await?;
    let next_cursor = paging::cut(&mut items, limit, |item| item.id());
    Ok(Json(Page { items, next_cursor }))
}

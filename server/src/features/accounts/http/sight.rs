//! What a colleague may do and would see.

use actix_web::web::{Data, Json, Path};
use entities::ids::{SessionId, UserId};
use futures_util::FutureExt;
use serde::Serialize;
use utoipa::ToSchema;

use super::needs;
use crate::db::Tx;
use crate::features::accounts::Accounts;
use crate::features::accounts::principals::eyes_of;
use crate::features::accounts::views::{self, Rights};
use crate::features::{boards, customers};
use crate::kernel::principal::{Permission, Principal, Scopes, Visibility};
use crate::kernel::problem::Problem;

/// A colleague's rights, and how much they show; never more than the asker may see.
#[derive(Serialize, ToSchema)]
pub(super) struct Sight {
    permissions: Vec<&'static str>,
    scopes: Scopes,
    /// Whose customers are shown under `own` and `team`; empty under `all`.
    circle: Vec<UserId>,
    customers: u64,
    cards: u64,
}

/// What this colleague would see.
#[utoipa::path(get, path = "/api/v1/users/{user}/sight", tag = "users",
    params(("user" = UserId, Path)),
    responses((status = 200, body = Sight), (status = 403, description = "users.manage"),
        (status = 404, description = "nobody")))]
#[tracing::instrument(name = "accounts.sight", skip_all)]
pub(super) async fn show(
    by: Principal,
    accounts: Data<Accounts>,
    user: Path<UserId>,
) -> Result<Json<Sight>, Problem> {
    needs(&by, Permission::ManageUsers)?;
    let (id, tenant) = (*user, by.tenant);
    let sight = accounts.db.read(tenant, move |tx| async move { sight(tx, &by, id).await }.boxed());
    Ok(Json(sight.await?))
}

async fn sight(tx: &Tx<'_>, by: &Principal, id: UserId) -> Result<Sight, Problem> {
    let user = views::find_user(tx, id).await?.ok_or_else(Problem::not_found)?;
    if !user.active {
        let Rights { permissions, scopes } = Rights::none();
        let permissions = permissions.names();
        return Ok(Sight { permissions, scopes, circle: Vec::new(), customers: 0, cards: 0 });
    }
    let session = by.session().unwrap_or(SessionId::NIL);
    let eyes = eyes_of(tx, user, session).await?.lent_to(by);
    let circle = match eyes.visibility {
        Visibility::All => Vec::new(),
        _ => eyes.circle.to_vec(),
    };
    Ok(Sight {
        permissions: eyes.permissions.names(),
        scopes: eyes.scopes(),
        circle,
        customers: customers::count(tx, &eyes).await?,
        cards: boards::count(tx, &eyes).await?,
    })
}

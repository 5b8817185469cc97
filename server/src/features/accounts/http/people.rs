//! Colleagues and invitations. Writes are commands on the tenant's topic.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use entities::ids::{TeamId, TokenId, UserId};
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::needs;
use crate::features::accounts::Accounts;
use crate::features::accounts::commands::{
    ActivateUser, DeactivateUser, InviteUser, RevokeInvitation, UpdateUser,
};
use crate::features::accounts::jobs::link;
use crate::features::accounts::secret_links::{Purpose, link_secret};
use crate::features::accounts::views::{self, AfterUser, Invitation, User};
use crate::gateway::{Body, IdempotencyKey};
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PatchUser {
    name: Option<String>,
    role: Option<String>,
    /// `null` takes the user out of the team.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<TeamId>)]
    team_id: Option<Option<TeamId>>,
}

fn present<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<Option<TeamId>>, D::Error> {
    Option::<TeamId>::deserialize(d).map(Some)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Invite {
    email: String,
    name: String,
    role: String,
    team_id: Option<TeamId>,
}

/// The link is also sent by mail; here for who wants to hand it over another way.
#[derive(Serialize, ToSchema)]
pub(super) struct Invited {
    id: TokenId,
    url: String,
}

/// The people of the tenant, in the order they came.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", params(Paging),
    responses((status = 200, body = Page<User>), (status = 403, description = "users.view")))]
#[tracing::instrument(name = "accounts.users", skip_all)]
pub(super) async fn list(
    by: Principal,
    accounts: Data<Accounts>,
    paging: Query<Paging>,
) -> Result<Json<Page<User>>, Problem> {
    needs(&by, Permission::ViewUsers)?;
    let limit = paging::limit(paging.limit, paging::LIMIT_MAX)?;
    let after = paging.after::<AfterUser>()?.map(|after| after.0);
    let rows = accounts.db.read(by.tenant, move |tx| views::users(tx, after, limit + 1).boxed());
    let mut items: Vec<User> = rows.await?.into_iter().map(User::from).collect();
    let next_cursor = paging::cut(&mut items, limit, |user| AfterUser(user.id));
    Ok(Json(Page { items, next_cursor }))
}

/// Name, role or team of a colleague.
#[utoipa::path(patch, path = "/api/v1/users/{user}", tag = "users", params(("user" = UserId, Path)),
    request_body = PatchUser,
    responses((status = 200, body = User), (status = 403, description = "users.manage, or more rights than one's own"),
        (status = 404, description = "nobody"), (status = 409, description = "last_admin"), (status = 422, description = "fields")))]
#[tracing::instrument(name = "accounts.update_user", skip_all)]
pub(super) async fn update(
    by: Principal,
    accounts: Data<Accounts>,
    user: Path<UserId>,
    Body(body): Body<PatchUser>,
) -> Result<Json<User>, Problem> {
    let d = UpdateUser { user: *user, name: body.name, role: body.role, team_id: body.team_id };
    accounts.hub.command(&by, Topic::tenant(), "user.update", &d, None, None).await?;
    shown(&by, &accounts, *user).await
}

/// Ends all access of a colleague at once.
#[utoipa::path(post, path = "/api/v1/users/{user}/deactivate", tag = "users",
    params(("user" = UserId, Path)),
    responses((status = 200, body = User), (status = 403, description = "users.manage"),
        (status = 404, description = "nobody"), (status = 409, description = "last_admin")))]
#[tracing::instrument(name = "accounts.deactivate_user", skip_all)]
pub(super) async fn deactivate(
    by: Principal,
    accounts: Data<Accounts>,
    key: IdempotencyKey,
    user: Path<UserId>,
) -> Result<Json<User>, Problem> {
    let (d, id) = (DeactivateUser { user: *user }, key.command_id());
    accounts.hub.command(&by, Topic::tenant(), "user.deactivate", &d, id, None).await?;
    accounts.access.forget(by.tenant, Some(*user));
    shown(&by, &accounts, *user).await
}

/// Lets a colleague in again.
#[utoipa::path(post, path = "/api/v1/users/{user}/activate", tag = "users",
    params(("user" = UserId, Path)),
    responses((status = 200, body = User), (status = 403, description = "users.manage"),
        (status = 404, description = "nobody")))]
#[tracing::instrument(name = "accounts.activate_user", skip_all)]
pub(super) async fn activate(
    by: Principal,
    accounts: Data<Accounts>,
    key: IdempotencyKey,
    user: Path<UserId>,
) -> Result<Json<User>, Problem> {
    let (d, id) = (ActivateUser { user: *user }, key.command_id());
    accounts.hub.command(&by, Topic::tenant(), "user.activate", &d, id, None).await?;
    shown(&by, &accounts, *user).await
}

async fn shown(by: &Principal, accounts: &Accounts, id: UserId) -> Result<Json<User>, Problem> {
    let user = accounts.db.read(by.tenant, move |tx| views::find_user(tx, id).boxed()).await?;
    Ok(Json(user.ok_or_else(Problem::not_found)?.into()))
}

/// Invites somebody: a mail with a link, and the link.
#[utoipa::path(post, path = "/api/v1/users/invitations", tag = "users", request_body = Invite,
    responses((status = 201, body = Invited), (status = 403, description = "users.manage, or more rights than one's own"),
        (status = 409, description = "email_taken"), (status = 422, description = "fields")))]
#[tracing::instrument(name = "accounts.invite", skip_all)]
pub(super) async fn invite(
    by: Principal,
    accounts: Data<Accounts>,
    key: IdempotencyKey,
    Body(body): Body<Invite>,
) -> Result<HttpResponse, Problem> {
    let d = InviteUser {
        email: body.email,
        name: body.name,
        role: body.role,
        team_id: body.team_id,
        days: Some(accounts.auth.invitation_days),
    };
    let id = key.command_id();
    let made = accounts.hub.command(&by, Topic::tenant(), "user.invite", &d, id, None).await?;
    #[derive(Deserialize)]
    struct Made {
        id: TokenId,
    }
    let Made { id } =
        made.d.and_then(|d| serde_json::from_str(d.get()).ok()).ok_or_else(Problem::internal)?;
    let secret = link_secret(&accounts.secrets, Purpose::Invitation, by.tenant, id);
    let url = link(&accounts.url, Purpose::Invitation, &secret);
    Ok(HttpResponse::Created().json(Invited { id, url }))
}

/// Invitations that can still be accepted.
#[utoipa::path(get, path = "/api/v1/users/invitations", tag = "users",
    responses((status = 200, body = Page<Invitation>), (status = 403, description = "users.manage")))]
#[tracing::instrument(name = "accounts.invitations", skip_all)]
pub(super) async fn invitations(
    by: Principal,
    accounts: Data<Accounts>,
) -> Result<Json<Page<Invitation>>, Problem> {
    needs(&by, Permission::ManageUsers)?;
    let now = accounts.clock.now();
    let rows = accounts.db.read(by.tenant, move |tx| views::invitations(tx, now).boxed());
    Ok(Json(Page::whole(rows.await?)))
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/api/v1/users/invitations/{invitation}", tag = "users",
    params(("invitation" = TokenId, Path)),
    responses((status = 204, description = "taken back"), (status = 403, description = "users.manage"),
        (status = 404, description = "none")))]
#[tracing::instrument(name = "accounts.revoke_invitation", skip_all)]
pub(super) async fn revoke_invitation(
    by: Principal,
    accounts: Data<Accounts>,
    invitation: Path<TokenId>,
) -> Result<HttpResponse, Problem> {
    let d = RevokeInvitation { invitation: *invitation };
    accounts.hub.command(&by, Topic::tenant(), "invitation.revoke", &d, None, None).await?;
    Ok(HttpResponse::NoContent().finish())
}

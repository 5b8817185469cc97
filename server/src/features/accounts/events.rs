//! What accounts say. Facts with allow-listed fields: no hash, no token, no link.

use entities::ids::{DepartmentId, SessionId, TeamId, TokenId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::views::{Department, Invitation, Rights, Role, Team, Tenant, User};
use crate::kernel::event::NewEvent;
use crate::kernel::principal::{Scopes, Visibility};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Whose rights an event changes; sockets of theirs begin again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Touches {
    Nobody,
    User,
    Everybody,
}

/// `user.joined`, `user.updated`, `user.deactivated`, `user.activated`, `me.updated`.
#[derive(Serialize, ToSchema)]
pub(super) struct UserChanged {
    pub(super) user: User,
    pub(super) access: Touches,
}

/// `user.invited`.
#[derive(Serialize, ToSchema)]
pub(super) struct UserInvited {
    pub(super) invitation: Invitation,
}

/// `invitation.revoked`.
#[derive(Serialize, ToSchema)]
pub(super) struct InvitationRevoked {
    pub(super) id: TokenId,
}

/// `role.created`, `role.updated`.
#[derive(Serialize, ToSchema)]
pub(super) struct RoleUpdated {
    pub(super) role: Role,
    pub(super) access: Touches,
}

/// `role.removed`.
#[derive(Serialize, ToSchema)]
pub(super) struct RoleRemoved {
    pub(super) key: String,
}

/// `department.created`, `department.updated`.
#[derive(Serialize, ToSchema)]
pub(super) struct DepartmentChanged {
    pub(super) department: Department,
}

/// `department.removed`.
#[derive(Serialize, ToSchema)]
pub(super) struct DepartmentRemoved {
    pub(super) id: DepartmentId,
}

/// `team.created`, `team.updated`.
#[derive(Serialize, ToSchema)]
pub(super) struct TeamChanged {
    pub(super) team: Team,
}

/// `team.removed`.
#[derive(Serialize, ToSchema)]
pub(super) struct TeamRemoved {
    pub(super) id: TeamId,
    pub(super) access: Touches,
}

/// `tenant.updated`.
#[derive(Serialize, ToSchema)]
pub(super) struct TenantUpdated {
    pub(super) tenant: Tenant,
}

/// `session.revoked`.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionRevoked {
    pub(super) session: SessionId,
    pub(super) user: UserId,
}

/// `access.changed`.
#[derive(Serialize, ToSchema)]
pub(super) struct AccessChanged {
    pub(super) permissions: Vec<&'static str>,
    pub(super) visibility: Visibility,
    pub(super) scopes: Scopes,
}

pub(super) fn on_tenant(op: &'static str, d: &impl Serialize) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::tenant(), op, d)
}

pub(super) fn user_changed(
    op: &'static str,
    user: User,
    access: Touches,
) -> Result<NewEvent, Problem> {
    on_tenant(op, &UserChanged { user, access })
}

/// To the person's own screens, whatever changed.
pub(super) fn me_updated(user: &User) -> Result<NewEvent, Problem> {
    let d = UserChanged { user: user.clone(), access: Touches::Nobody };
    NewEvent::new(Topic::user(user.id), "me.updated", &d)
}

pub(super) fn access_changed(user: UserId, rights: Rights) -> Result<NewEvent, Problem> {
    let Rights { permissions, scopes } = rights;
    let d =
        AccessChanged { permissions: permissions.names(), visibility: scopes.customers, scopes };
    NewEvent::new(Topic::user(user), "access.changed", &d)
}

/// To the person's screens. Sockets of the session close by it, on other nodes by what the session's
/// row says.
pub(super) fn session_revoked(user: UserId, session: SessionId) -> Result<NewEvent, Problem> {
    let d = SessionRevoked { session, user };
    NewEvent::new(Topic::user(user), "session.revoked", &d)
}

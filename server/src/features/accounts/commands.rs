//! What can be asked of accounts. Those marked *server only* carry what a handler has checked
//! before (a password's hash, a link's token); nobody can send them from outside.

use entities::ids::{DepartmentId, SessionId, TeamId, TokenId, UserId};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::rules;
use crate::db::Tx;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::{Permission, Visibility};
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::Topic;

/// Tells `null` (remove it) from a field that is not there (leave it).
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Option<T>, D::Error> {
    T::deserialize(d).map(Some)
}

/// Sends a link by mail to somebody who may join.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InviteUser {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) role: String,
    #[serde(default)]
    pub(super) team_id: Option<TeamId>,
    /// Filled in by the server; from outside it is the default of a week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) days: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeInvitation {
    pub(super) invitation: TokenId,
}

/// Server only: an invitation was accepted.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JoinUser {
    pub(super) token: TokenId,
    pub(super) name: String,
    pub(super) password_hash: String,
    /// The directory's name for the address.
    pub(super) directory_key: String,
    pub(super) locale: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateUser {
    pub(super) user: UserId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<String>,
    /// `null` takes the user out of the team.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(super) team_id: Option<Option<TeamId>>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeactivateUser {
    pub(super) user: UserId,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActivateUser {
    pub(super) user: UserId,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateRole {
    pub(super) role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) permissions: Option<Vec<String>>,
    /// The same as `scopes.customers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) visibility: Option<Visibility>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) scopes: Option<SomeScopes>,
}

/// The modules whose sight changes.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SomeScopes {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) customers: Option<Visibility>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) agenda: Option<Visibility>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reports: Option<Visibility>,
}

/// A role of the tenant's own, beginning like another or with nothing.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateRole {
    pub(super) name: String,
    /// Key of the role it begins like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveRole {
    pub(super) role: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateDepartment {
    pub(super) name: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateDepartment {
    pub(super) department: DepartmentId,
    pub(super) name: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveDepartment {
    pub(super) department: DepartmentId,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateTeam {
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) department_id: Option<DepartmentId>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateTeam {
    pub(super) team: TeamId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// `null` takes the team out of its department.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(super) department_id: Option<Option<DepartmentId>>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveTeam {
    pub(super) team: TeamId,
}

#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateTenant {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) locale: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) time_zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) currency: Option<String>,
}

/// Server only: one's own name and language.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateMe {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) locale: Option<String>,
}

/// Server only: ends devices' sessions: these, or all but one.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeSessions {
    /// None: all.
    pub(super) sessions: Option<Vec<SessionId>>,
    /// `sign_out`, `everywhere`, `reuse`, `device_list`, `manager`.
    pub(super) because: String,
}

/// Server only: a new password; ends the other sessions.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetPassword {
    pub(super) password_hash: String,
    pub(super) keep: Option<SessionId>,
    /// The reset link that allows it, used up by this.
    pub(super) token: Option<TokenId>,
}

/// # Errors
/// `invalid` on any other topic.
fn tenants(named: &Topic) -> Result<Topic, Problem> {
    match named.as_str() {
        "tenant" => Ok(Topic::tenant()),
        _ => Err(Problem::invalid("topic", "bad_value")),
    }
}

/// # Errors
/// `invalid` on any other topic than a person's.
fn persons(named: &Topic) -> Result<Topic, Problem> {
    match (named.kind(), named.id()) {
        ("user", Some(_)) => Ok(named.clone()),
        _ => Err(Problem::invalid("topic", "bad_value")),
    }
}

/// Who is no server does not even learn that there is such an op.
///
/// # Errors
/// `unknown_op`.
fn server_only(cx: &CommandContext) -> Result<(), Problem> {
    if cx.by.is_server() { Ok(()) } else { Err(Problem::new(Class::Invalid, "unknown_op")) }
}

macro_rules! commands {
    ($($name:ident = $op:literal, $needs:ident, $owner:ident, $check:expr, $rule:path;)*) => {$(
        impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::$needs;

            fn owner(&mut self, named: &Topic) -> Result<Topic, Problem> {
                $owner(named)
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                $check(cx)?;
                $rule(tx, cx, self).await
            }
        }
    )*};
}

fn anybody(_: &CommandContext) -> Result<(), Problem> {
    Ok(())
}

commands! {
    InviteUser = "user.invite", ManageUsers, tenants, anybody, rules::invitations::invite;
    RevokeInvitation = "invitation.revoke", ManageUsers, tenants, anybody, rules::invitations::revoke;
    JoinUser = "user.join", ManageUsers, tenants, server_only, rules::invitations::join;
    UpdateUser = "user.update", ManageUsers, tenants, anybody, rules::users::update;
    DeactivateUser = "user.deactivate", ManageUsers, tenants, anybody, rules::users::deactivate;
    ActivateUser = "user.activate", ManageUsers, tenants, anybody, rules::users::activate;
    UpdateRole = "role.update", ManageRoles, tenants, anybody, rules::roles::update;
    CreateRole = "role.create", ManageRoles, tenants, anybody, rules::roles::create;
    RemoveRole = "role.remove", ManageRoles, tenants, anybody, rules::roles::remove;
    CreateDepartment = "department.create", ManageUsers, tenants, anybody, rules::departments::create;
    UpdateDepartment = "department.update", ManageUsers, tenants, anybody, rules::departments::update;
    RemoveDepartment = "department.remove", ManageUsers, tenants, anybody, rules::departments::remove;
    CreateTeam = "team.create", ManageUsers, tenants, anybody, rules::teams::create;
    UpdateTeam = "team.update", ManageUsers, tenants, anybody, rules::teams::update;
    RemoveTeam = "team.remove", ManageUsers, tenants, anybody, rules::teams::remove;
    UpdateTenant = "tenant.update", ManageTenant, tenants, anybody, rules::tenant::update;
    UpdateMe = "me.update", ManageUsers, persons, server_only, rules::me::update;
    RevokeSessions = "session.revoke", ManageUsers, persons, server_only, rules::me::revoke_sessions;
    SetPassword = "password.set", ManageUsers, persons, server_only, rules::me::set_password;
}

//! # Accounts
//!
//! Businesses, the people in them, what they may do, and how they prove who they are.
//!
//! - **Owns** the tables `tenant`, `user`, `role`, `team`, `department`, `device_session`,
//!   `one_time_token`, `api_key`, `directory`, the topics `tenant` and `user:<id>`, and the events
//!   `user.*`, `invitation.*`, `role.*`, `team.*`, `department.*`, `tenant.*`, `session.*`, `me.*`,
//!   `access.*`.
//! - **Promises**: nobody learns from an answer, or from how long it takes, whether an address is
//!   registered; a refresh token works once; who is deactivated or signed out has no socket and no
//!   right a second later, on any node; nobody gives more rights than he has; one administrator
//!   always remains.
//! - **Does not** keep a secret that can be read: passwords, tokens and keys are stored as hashes.

mod colleagues;
mod commands;
mod error;
mod events;
mod http;
mod jobs;
mod lockout;
mod newcomers;
mod operator;
mod parse;
mod password;
mod principals;
mod reactions;
mod rules;
mod secret_links;
mod seed;
mod sessions;
mod sign_in;
mod topics;
mod views;

use std::sync::Arc;

use actix_web::web::Data;
use secrecy::ExposeSecret;

pub use self::colleagues::{Colleague, active, colleagues, holders, names, tenant_name, zone};
pub use self::http::{openapi, routes};
use self::jobs::SendLink;
use self::lockout::Lockouts;
pub use self::newcomers::{NewTenant, find_slug as tenant_of, refuse_other_secret};
pub use self::operator::{InvitedPerson, Operator};
use self::password::Passwords;
pub use self::principals::{Principals, SocketSignIn, load_principal, standing};
pub use self::rules::users::{end_access, give_access_back};
pub use self::views::{ApiKey, Department, DeviceSession, Invitation, Role, Team, Tenant, User};
use crate::adapters::mail::{self, Templates};
use crate::config::{Auth, Settings};
use crate::db::Db;
use crate::gateway::{Access, Message, PublicUrl, Secrets};
use crate::kernel::clock::Clock;
use crate::realtime::Hub;
use crate::realtime::registry::Registry;
use crate::workers::jobs::{Job, JobWorker};

/// What the handlers of this feature share.
pub struct Accounts {
    db: Db,
    clock: Clock,
    hub: Hub,
    access: Data<Access>,
    secrets: Secrets,
    passwords: Passwords,
    lockouts: Lockouts,
    auth: Auth,
    url: PublicUrl,
    jobs: JobWorker,
}

impl Accounts {
    /// # Errors
    /// When nothing can be hashed here.
    pub fn new(
        settings: &Settings,
        db: &Db,
        clock: &Clock,
        hub: &Hub,
        access: &Data<Access>,
        public_url: &str,
        jobs: &JobWorker,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            db: db.clone(),
            clock: clock.clone(),
            hub: hub.clone(),
            access: access.clone(),
            secrets: Secrets::new(settings.auth.secret.expose_secret()),
            passwords: Passwords::new()?,
            lockouts: Lockouts::default(),
            auth: settings.auth.clone(),
            url: PublicUrl(public_url.into()),
            jobs: jobs.clone(),
        })
    }
}

/// The ops, topics and reactions of accounts.
pub fn commands(registry: &mut Registry, access: &Data<Access>, clock: &Clock) {
    registry.accepts::<commands::InviteUser>();
    registry.accepts::<commands::RevokeInvitation>();
    registry.accepts::<commands::JoinUser>();
    registry.accepts::<commands::UpdateUser>();
    registry.accepts::<commands::DeactivateUser>();
    registry.accepts::<commands::ActivateUser>();
    registry.accepts::<commands::UpdateRole>();
    registry.accepts::<commands::CreateRole>();
    registry.accepts::<commands::RemoveRole>();
    registry.accepts::<commands::CreateDepartment>();
    registry.accepts::<commands::UpdateDepartment>();
    registry.accepts::<commands::RemoveDepartment>();
    registry.accepts::<commands::CreateTeam>();
    registry.accepts::<commands::UpdateTeam>();
    registry.accepts::<commands::RemoveTeam>();
    registry.accepts::<commands::UpdateTenant>();
    registry.accepts::<commands::UpdateMe>();
    registry.accepts::<commands::RevokeSessions>();
    registry.accepts::<commands::SetPassword>();
    registry.topic("tenant", topics::TenantTopic);
    registry.topic("user", topics::MyTopic { clock: clock.clone() });
    reactions::register(registry, access);
}

/// The commands and events of accounts, for `messages.json`.
pub fn messages() -> Vec<Message> {
    vec![
        Message::command::<commands::InviteUser>("tenant"),
        Message::command::<commands::RevokeInvitation>("tenant"),
        Message::command::<commands::UpdateUser>("tenant"),
        Message::command::<commands::DeactivateUser>("tenant"),
        Message::command::<commands::ActivateUser>("tenant"),
        Message::command::<commands::UpdateRole>("tenant"),
        Message::command::<commands::CreateRole>("tenant"),
        Message::command::<commands::RemoveRole>("tenant"),
        Message::command::<commands::CreateDepartment>("tenant"),
        Message::command::<commands::UpdateDepartment>("tenant"),
        Message::command::<commands::RemoveDepartment>("tenant"),
        Message::command::<commands::CreateTeam>("tenant"),
        Message::command::<commands::UpdateTeam>("tenant"),
        Message::command::<commands::RemoveTeam>("tenant"),
        Message::command::<commands::UpdateTenant>("tenant"),
        Message::event::<events::UserChanged>("user.joined", "tenant"),
        Message::event::<events::UserChanged>("user.updated", "tenant"),
        Message::event::<events::UserChanged>("user.deactivated", "tenant"),
        Message::event::<events::UserChanged>("user.activated", "tenant"),
        Message::event::<events::UserInvited>("user.invited", "tenant"),
        Message::event::<events::InvitationRevoked>("invitation.revoked", "tenant"),
        Message::event::<events::RoleUpdated>("role.created", "tenant"),
        Message::event::<events::RoleUpdated>("role.updated", "tenant"),
        Message::event::<events::RoleRemoved>("role.removed", "tenant"),
        Message::event::<events::DepartmentChanged>("department.created", "tenant"),
        Message::event::<events::DepartmentChanged>("department.updated", "tenant"),
        Message::event::<events::DepartmentRemoved>("department.removed", "tenant"),
        Message::event::<events::TeamChanged>("team.created", "tenant"),
        Message::event::<events::TeamChanged>("team.updated", "tenant"),
        Message::event::<events::TeamRemoved>("team.removed", "tenant"),
        Message::event::<events::TenantUpdated>("tenant.updated", "tenant"),
        Message::event::<events::UserChanged>("me.updated", "me"),
        Message::event::<events::SessionRevoked>("session.revoked", "me"),
        Message::event::<events::AccessChanged>("access.changed", "me"),
        Message::server_only("user.join"),
        Message::server_only("me.update"),
        Message::server_only("session.revoke"),
        Message::server_only("password.set"),
    ]
}

/// The jobs of accounts.
///
/// # Errors
/// When mail cannot be sent as configured.
pub fn jobs(
    settings: &Settings,
    db: &Db,
    clock: &Clock,
    public_url: &str,
) -> anyhow::Result<Vec<Arc<dyn Job>>> {
    Ok(vec![Arc::new(SendLink {
        db: db.clone(),
        clock: clock.clone(),
        secrets: Secrets::new(settings.auth.secret.expose_secret()),
        url: PublicUrl(public_url.into()),
        templates: Templates::new()?,
        mailer: mail::open(settings.mail.url.expose_secret(), &settings.mail.from)?,
    })])
}

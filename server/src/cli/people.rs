//! `nabiz tenant …` and `nabiz user …`: what an operator does without a browser. The same
//! commands as over HTTP, decided by the same actors' rules.

use anyhow::Context;
use clap::Subcommand;
use entities::ids::TenantId;

use super::say;
use crate::app::Core;
use crate::config::Settings;
use crate::features::accounts::{InvitedPerson, NewTenant};

#[derive(Subcommand)]
pub(super) enum TenantCommand {
    /// Makes a tenant with its first administrator; the password is read from NABIZ_PASSWORD.
    Create {
        slug: String,
        #[arg(long)]
        name: String,
        #[arg(long)]
        admin: String,
        #[arg(long)]
        email: String,
        #[arg(long, default_value = "tr")]
        locale: String,
    },
    /// Lists tenants.
    List,
}

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Adds a person; the password is read from NABIZ_PASSWORD.
    Create {
        tenant: String,
        email: String,
        #[arg(long)]
        name: String,
        #[arg(long, default_value = "sales")]
        role: String,
    },
    /// Lists the people of a tenant.
    List { tenant: String },
    /// Ends a person's access and open sockets.
    Deactivate { tenant: String, email: String },
    /// Gives access back.
    Activate { tenant: String, email: String },
    /// Sets a password, read from NABIZ_PASSWORD, and ends the person's sessions.
    Password { tenant: String, email: String },
}

pub(super) fn tenant(settings: Settings, command: TenantCommand) -> anyhow::Result<()> {
    with_core(settings, async move |core| match command {
        TenantCommand::Create { slug, name, admin, email, locale } => {
            let new = NewTenant {
                tenant_name: name,
                slug,
                name: admin,
                email,
                password: password()?,
                locale: Some(locale),
            };
            let (tenant, _) = core.operator.create_tenant(&new).await?;
            say(&tenant.to_string());
            Ok(())
        }
        TenantCommand::List => {
            for (slug, tenant) in core.operator.tenants().await? {
                say(&format!("{slug}\t{tenant}"));
            }
            Ok(())
        }
    })
}

pub(super) fn user(settings: Settings, command: UserCommand) -> anyhow::Result<()> {
    with_core(settings, async move |core| match command {
        UserCommand::Create { tenant, email, name, role } => {
            let tenant = find(&core, &tenant).await?;
            let password = password()?;
            let new =
                InvitedPerson { name: &name, email: &email, role: &role, password: &password };
            let id = core.operator.add_person(tenant, &new).await?;
            say(&id.to_string());
            Ok(())
        }
        UserCommand::List { tenant } => {
            let tenant = find(&core, &tenant).await?;
            for user in core.operator.people(tenant).await? {
                let state = if user.active { "active" } else { "deactivated" };
                say(&format!("{}\t{}\t{}\t{}\t{state}", user.id, user.email, user.name, user.role));
            }
            Ok(())
        }
        UserCommand::Deactivate { tenant, email } => {
            set_active(&core, &tenant, &email, false).await
        }
        UserCommand::Password { tenant, email } => {
            core.operator.set_password(&tenant, &email, &password()?).await?;
            say("the password is set");
            Ok(())
        }
        UserCommand::Activate { tenant, email } => set_active(&core, &tenant, &email, true).await,
    })
}

async fn set_active(core: &Core, slug: &str, email: &str, active: bool) -> anyhow::Result<()> {
    let tenant = find(core, slug).await?;
    say(&core.operator.set_active(tenant, email, active).await?.to_string());
    Ok(())
}

async fn find(core: &Core, slug: &str) -> anyhow::Result<TenantId> {
    core.operator.find_tenant(slug).await?.with_context(|| format!("there is no tenant {slug}"))
}

/// Never on the command line, where every process could read it.
fn password() -> anyhow::Result<String> {
    std::env::var("NABIZ_PASSWORD").context("set NABIZ_PASSWORD to the new person's password")
}

fn with_core(
    mut settings: Settings,
    work: impl AsyncFnOnce(Core) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    settings.ensure_secrets()?;
    let url = settings.server.base_url.clone();
    actix_web::rt::System::new().block_on(async move {
        let core = Core::start(settings, &url).await?;
        work(core).await
    })
}

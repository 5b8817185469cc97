//! What whoever runs the server may do without signing in: the command line and the demo. Changes
//! of people are the same commands as everybody's, sent by the server itself.

use entities::ids::{TenantId, TokenId, UserId};
use entities::tenancy::OfTenant;
use entities::{directory, user};
use futures_util::FutureExt;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

use super::commands::{InviteUser, JoinUser};
use super::newcomers::{self, NewTenant};
use super::parse;
use super::password::Passwords;
use super::secret_links::email_mac;
use crate::config::Settings;
use crate::db::Db;
use crate::gateway::{Secrets, hex};
use crate::kernel::clock::Clock;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::Hub;
use crate::realtime::port::Receipt;

/// Most people or tenants that are listed.
const LISTED_MAX: u64 = 10_000;

/// Somebody, as the command line lists people.
pub struct Listed {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: String,
    pub active: bool,
}

/// The hands of the command line.
pub struct Operator {
    db: Db,
    clock: Clock,
    hub: Hub,
    secret: String,
}

impl Operator {
    pub fn new(settings: &Settings, db: &Db, clock: &Clock, hub: &Hub) -> Self {
        let secret = settings.auth.secret.expose_secret().to_owned();
        Self { db: db.clone(), clock: clock.clone(), hub: hub.clone(), secret }
    }

    /// # Errors
    /// As [`newcomers::create_tenant`].
    pub async fn create_tenant(&self, new: &NewTenant) -> Result<(TenantId, UserId), Problem> {
        newcomers::create_tenant(&self.db, &self.clock, &self.secret, new).await
    }

    /// # Errors
    /// `busy` when the database is away.
    pub async fn find_tenant(&self, slug: &str) -> Result<Option<TenantId>, Problem> {
        newcomers::find_slug(&self.db, slug).await
    }

    /// Slugs and ids, by slug.
    ///
    /// # Errors
    /// `busy` when the database is away.
    pub async fn tenants(&self) -> Result<Vec<(String, TenantId)>, Problem> {
        let listed = self.db.lobby(|lobby| {
            async move {
                let rows = directory::Entity::find()
                    .filter(directory::Column::Kind.eq("slug"))
                    .order_by_asc(directory::Column::Key)
                    .limit(LISTED_MAX)
                    .all(lobby)
                    .await?;
                Ok(rows.into_iter().map(|row| (row.key, row.tenant_id)).collect())
            }
            .boxed()
        });
        listed.await
    }

    /// The people of a tenant, by name.
    ///
    /// # Errors
    /// `busy` when the database is away.
    pub async fn people(&self, tenant: TenantId) -> Result<Vec<Listed>, Problem> {
        let listed = self.db.read(tenant, |tx| {
            async move {
                let rows = user::Entity::of(tx.tenant())
                    .order_by_asc(user::Column::Name)
                    .limit(LISTED_MAX)
                    .all(tx)
                    .await?;
                let listed = |row: user::Model| Listed {
                    id: row.id,
                    email: row.email,
                    name: row.name,
                    role: row.role,
                    active: row.active,
                };
                Ok(rows.into_iter().map(listed).collect())
            }
            .boxed()
        });
        listed.await
    }

    /// Adds a person who can sign in at once: an invitation that is accepted on the spot.
    ///
    /// # Errors
    /// `invalid`, `email_taken`, `weak_password`.
    pub async fn add_person(
        &self,
        tenant: TenantId,
        new: &InvitedPerson<'_>,
    ) -> Result<UserId, Problem> {
        #[derive(Deserialize)]
        struct Invited {
            id: TokenId,
        }
        #[derive(Deserialize)]
        struct Joined {
            user_id: UserId,
        }
        let InvitedPerson { name, email, role, password } = *new;
        parse::password(password, email)?;
        let invite = InviteUser {
            email: email.to_owned(),
            name: name.to_owned(),
            role: role.to_owned(),
            team_id: None,
            days: None,
        };
        let by = Principal::system(tenant);
        let topic = Topic::tenant;
        let receipt = self.hub.command(&by, topic(), "user.invite", &invite, None, None).await?;
        let Invited { id } = reply(&receipt)?;
        let passwords = Passwords::new().map_err(|_| Problem::internal())?;
        let mac = email_mac(&Secrets::new(&self.secret), &parse::email_key(email));
        let join = JoinUser {
            token: id,
            name: name.to_owned(),
            password_hash: passwords.hash(password).await?,
            directory_key: hex(&mac),
            locale: "tr".to_owned(),
        };
        let receipt = self.hub.command(&by, topic(), "user.join", &join, None, None).await?;
        let Joined { user_id } = reply(&receipt)?;
        Ok(user_id)
    }

    /// Ends somebody's access, or gives it back.
    ///
    /// # Errors
    /// `not_found`, `last_admin`.
    pub async fn set_active(
        &self,
        tenant: TenantId,
        email: &str,
        active: bool,
    ) -> Result<UserId, Problem> {
        let key = parse::email_key(email);
        let people = self.people(tenant).await?;
        let person = people.into_iter().find(|person| parse::email_key(&person.email) == key);
        let person = person.ok_or_else(Problem::not_found)?;
        let (by, d) = (Principal::system(tenant), json!({ "user": person.id }));
        let op = if active { "user.activate" } else { "user.deactivate" };
        self.hub.command(&by, Topic::tenant(), op, &d, None, None).await?;
        Ok(person.id)
    }

    /// # Errors
    /// `not_found`, `weak_password`.
    pub async fn set_password(&self, slug: &str, email: &str, new: &str) -> Result<(), Problem> {
        newcomers::set_password(&self.db, &self.hub, slug, email, new).await
    }
}

/// A person to be added by the operator.
#[derive(Clone, Copy)]
pub struct InvitedPerson<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub role: &'a str,
    pub password: &'a str,
}

fn reply<T: serde::de::DeserializeOwned>(receipt: &Receipt) -> Result<T, Problem> {
    let d = receipt.d.as_deref().map_or("null", |d| d.get());
    serde_json::from_str(d).map_err(|_| Problem::internal())
}

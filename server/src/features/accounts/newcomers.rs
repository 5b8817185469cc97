//! New tenants, by registration and by the command line; and what the command line does to users.

use entities::directory;
use entities::ids::{ApiKeyId, TenantId, UserId};
use entities::tenancy::OfTenant;
use entities::user;
use futures_util::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::error::Error;
use super::parse;
use super::password::Passwords;
use super::seed::{self, Newcomer, Remember};
use crate::db::Db;
use crate::gateway::{Secrets, hex};
use crate::kernel::clock::Clock;
use crate::kernel::input::{self, Fields};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::Hub;

/// A business that wants to begin.
#[derive(Clone)]
pub struct NewTenant {
    pub tenant_name: String,
    pub slug: String,
    pub name: String,
    pub email: String,
    pub password: String,
    /// `tr` (default) or `en`.
    pub locale: Option<String>,
}

/// Checks everything and creates the tenant with its administrator, roles and board, whole or not
/// at all.
///
/// # Errors
/// `invalid` naming every field that is wrong; `slug_taken`.
pub(super) async fn create_tenant(
    db: &Db,
    clock: &Clock,
    secret: &str,
    new: &NewTenant,
) -> Result<(TenantId, UserId), Problem> {
    let passwords = Passwords::new().map_err(|_| Problem::internal())?;
    let checked = check(new)?;
    let hash = passwords.hash(&new.password).await?;
    write(db, clock, &Secrets::new(secret), checked, hash, None).await
}

/// The fields that were checked; without ids and hash.
pub(super) struct Checked {
    pub(super) tenant_name: String,
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) locale: String,
}

pub(super) fn check(new: &NewTenant) -> Result<Checked, Problem> {
    let mut fields = Fields::default();
    let tenant_name = fields.keep(input::name("tenant_name", &new.tenant_name));
    let slug = fields.keep(parse::slug(&new.slug));
    let name = fields.keep(input::name("name", &new.name));
    let email = fields.keep(parse::email("email", &new.email));
    fields.keep(parse::password(&new.password, &new.email));
    let locale = fields.keep(parse::locale(new.locale.as_deref().unwrap_or("tr")));
    parse::done(fields)?;
    match (tenant_name, slug, name, email, locale) {
        (Some(tenant_name), Some(slug), Some(name), Some(email), Some(locale)) => {
            Ok(Checked { tenant_name, slug, name, email, locale })
        }
        _ => Err(Problem::internal()),
    }
}

pub(super) async fn write(
    db: &Db,
    clock: &Clock,
    secrets: &Secrets,
    checked: Checked,
    password_hash: String,
    remember: Option<Remember>,
) -> Result<(TenantId, UserId), Problem> {
    let Checked { tenant_name, slug, name, email, locale } = checked;
    if find_slug(db, &slug).await?.is_some() {
        return Err(Error::SlugTaken.into());
    }
    let tenant = TenantId(clock.fresh_id());
    let user = UserId(clock.fresh_id());
    let form_key = ApiKeyId(clock.fresh_id());
    let new = Newcomer {
        tenant,
        user,
        form_key,
        tenant_name,
        slug,
        name,
        email,
        password_hash,
        locale,
        remember,
    };
    let (own_clock, secrets, at, wanted) =
        (clock.clone(), secrets.clone(), clock.now(), new.slug.clone());
    let written = db.write(tenant, move |tx| {
        let (clock, secrets, new) = (own_clock.clone(), secrets.clone(), new.clone());
        async move { seed::write(tx, &clock, &secrets, at, &new).await }.boxed()
    });
    match written.await {
        Ok(()) => Ok((tenant, user)),
        // somebody was faster with the same slug
        Err(problem) if problem.fault.is_some() && find_slug(db, &wanted).await?.is_some() => {
            Err(Error::SlugTaken.into())
        }
        Err(problem) => Err(problem),
    }
}

/// The tenant of a slug.
///
/// # Errors
/// `busy` when the database is away.
pub async fn find_slug(db: &Db, slug: &str) -> Result<Option<TenantId>, Problem> {
    let slug = slug.to_owned();
    db.lobby(move |lobby| {
        async move {
            let entry = directory::Entity::find()
                .filter(directory::Column::Kind.eq("slug"))
                .filter(directory::Column::Key.eq(slug))
                .one(lobby)
                .await?;
            Ok(entry.map(|entry| entry.tenant_id))
        }
        .boxed()
    })
    .await
}

/// Sets somebody's password from the command line and ends the person's sessions.
///
/// # Errors
/// `not_found`, or `weak_password`.
pub(super) async fn set_password(
    db: &Db,
    hub: &Hub,
    slug: &str,
    email: &str,
    password: &str,
) -> Result<(), Problem> {
    parse::password(password, email)?;
    let tenant = find_slug(db, slug).await?.ok_or_else(Problem::not_found)?;
    let key = parse::email_key(email);
    let found = db.read(tenant, move |tx| {
        async move {
            let users = user::Entity::of(tx.tenant());
            Ok(users.filter(user::Column::EmailKey.eq(key)).one(tx).await?)
        }
        .boxed()
    });
    let user = found.await?.ok_or_else(Problem::not_found)?;
    let passwords = Passwords::new().map_err(|_| Problem::internal())?;
    let d = super::commands::SetPassword {
        password_hash: passwords.hash(password).await?,
        keep: None,
        token: None,
    };
    let by = Principal::system(tenant);
    hub.command(&by, Topic::user(user.id), "password.set", &d, None, None).await?;
    Ok(())
}

/// The first start writes a mark of the server's secret into the database. With another secret no
/// address would be found and no token fit, so the server refuses to start instead.
///
/// # Errors
/// Says so.
pub async fn refuse_other_secret(db: &Db, secret: &str) -> anyhow::Result<()> {
    let mark = hex(&Secrets::new(secret).mac("mark", &[])[..16]);
    let known = db.lobby(move |lobby| {
        async move {
            let marks = || directory::Entity::find().filter(directory::Column::Kind.eq("secret"));
            if marks().one(lobby).await?.is_none() {
                let row = directory::ActiveModel {
                    kind: Set("secret".to_owned()),
                    key: Set(mark.clone()),
                    tenant_id: Set(TenantId::NIL),
                    user_id: Set(UserId::NIL),
                };
                directory::Entity::insert(row).exec_without_returning(lobby).await?;
            }
            Ok(marks().all(lobby).await?.iter().all(|row| row.key == mark))
        }
        .boxed()
    });
    if known.await? {
        return Ok(());
    }
    anyhow::bail!(
        "auth.secret is not the one this database was used with: restore the old one (a lost file \
         auth.secret belongs beside the database); nothing was changed"
    )
}

/// Notes that somebody was here, and forgets wrong tries.
pub(super) async fn note_sign_in(
    db: &Db,
    clock: &Clock,
    tenant: TenantId,
    id: UserId,
) -> Result<(), Problem> {
    let now = clock.now();
    db.write(tenant, move |tx| {
        async move {
            user::Entity::change(tx.tenant())
                .col_expr(user::Column::LastSeenAt, Expr::value(now))
                .col_expr(user::Column::FailedLogins, Expr::value(0))
                .col_expr(
                    user::Column::LockedUntil,
                    Expr::value(Option::<chrono::DateTime<chrono::Utc>>::None),
                )
                .filter(user::Column::Id.eq(id))
                .exec(tx)
                .await?;
            Ok(())
        }
        .boxed()
    })
    .await
}

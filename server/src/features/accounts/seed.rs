//! What a new tenant begins with: four roles, an administrator, a key for web forms, a board, the
//! usual activities, rules.

use chrono::{DateTime, Utc};
use entities::ids::{ApiKeyId, TenantId, UserId};
use entities::lists::StringList;
use entities::{api_key, command_result, directory, role, tenant, user};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::parse;
use super::rules::ADMIN;
use super::secret_links::{api_key as key_of, email_mac};
use crate::db::Tx;
use crate::features::{activities, boards, rules};
use crate::gateway::{KeyKind, Secrets, hex};
use crate::kernel::clock::Clock;
use crate::kernel::principal::{Permission, Permissions};
use crate::kernel::problem::Problem;

/// Everything about a new business that was checked before.
#[derive(Clone)]
pub(super) struct Newcomer {
    pub(super) tenant: TenantId,
    pub(super) user: UserId,
    pub(super) form_key: ApiKeyId,
    pub(super) tenant_name: String,
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) password_hash: String,
    pub(super) locale: String,
    pub(super) remember: Option<Remember>,
}

/// A registration with an idempotency key: a repetition finds the administrator it made.
#[derive(Clone)]
pub(super) struct Remember {
    pub(super) id: String,
    pub(super) body_hash: String,
}

/// Key, Turkish and English name, what it may.
fn builtin_roles() -> [(&'static str, &'static str, &'static str, Permissions); 4] {
    use Permission as P;
    let all = Permissions::all();
    let but = |without: &[Permission]| -> Permissions {
        P::ALL.iter().copied().filter(|p| all.has(*p) && !without.contains(p)).collect()
    };
    let daily: Permissions = [
        P::ViewBoards,
        P::CreateCards,
        P::EditCards,
        P::MoveCards,
        P::ViewCustomers,
        P::CreateCustomers,
        P::EditCustomers,
        P::ViewUsers,
        P::CreateLeads,
        P::ViewAgenda,
        P::EditAgenda,
        P::UseChat,
    ]
    .into_iter()
    .collect();
    let manager = but(&[P::ManageRoles, P::ManageKeys, P::ManageTenant, P::ManageChannels]);
    [
        (ADMIN, "Yönetici", "Administrator", all),
        ("manager", "Müdür", "Manager", manager),
        ("sales", "Satış", "Sales", daily),
        ("operations", "Operasyon", "Operations", daily),
    ]
}

/// Writes it all into the new tenant's own transaction.
pub(super) async fn write(
    tx: &Tx<'_>,
    clock: &Clock,
    secrets: &Secrets,
    at: DateTime<Utc>,
    new: &Newcomer,
) -> Result<(), Problem> {
    let is_turkish = new.locale.starts_with("tr");
    let entry = directory::ActiveModel {
        kind: Set("slug".to_owned()),
        key: Set(new.slug.clone()),
        tenant_id: Set(new.tenant),
        user_id: Set(UserId::NIL),
    };
    directory::Entity::insert(entry).exec_without_returning(tx).await?;
    let row = tenant::ActiveModel {
        id: Set(new.tenant),
        slug: Set(new.slug.clone()),
        name: Set(new.tenant_name.clone()),
        locale: Set(new.locale.clone()),
        country: Set("TR".to_owned()),
        time_zone: Set("Europe/Istanbul".to_owned()),
        currency: Set("TRY".to_owned()),
        created_at: Set(at),
    };
    tenant::Entity::insert(row).exec_without_returning(tx).await?;
    let roles = builtin_roles().map(|(key, tr, en, permissions)| role::ActiveModel {
        tenant_id: Set(new.tenant),
        key: Set(key.to_owned()),
        name: Set(if is_turkish { tr } else { en }.to_owned()),
        permissions: Set(StringList(permissions.names().into_iter().map(str::to_owned).collect())),
        visibility: Set("all".to_owned()),
        agenda_scope: Set(None),
        reports_scope: Set(None),
        builtin: Set(true),
    });
    role::Entity::insert_many(roles).exec_without_returning(tx).await?;
    write_admin(tx, secrets, at, new).await?;
    write_form_key(tx, secrets, at, new, if is_turkish { "Web formu" } else { "Web form" }).await?;
    boards::create_default(tx, clock, &new.locale).await?;
    activities::create_default(tx, clock, at, &new.locale).await?;
    rules::create_default(tx, clock).await?;
    if let Some(Remember { id, body_hash }) = new.remember.clone() {
        let row = command_result::ActiveModel {
            tenant_id: Set(new.tenant),
            id: Set(id),
            body_hash: Set(body_hash),
            topic: Set(String::new()),
            seq: Set(0),
            result: Set(Some(new.user.to_string())),
            at: Set(at),
        };
        command_result::Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn write_admin(
    tx: &Tx<'_>,
    secrets: &Secrets,
    at: DateTime<Utc>,
    new: &Newcomer,
) -> Result<(), Problem> {
    let email_key = parse::email_key(&new.email);
    let row = user::ActiveModel {
        tenant_id: Set(new.tenant),
        id: Set(new.user),
        email: Set(new.email.clone()),
        email_key: Set(email_key.clone()),
        name: Set(new.name.clone()),
        password_hash: Set(Some(new.password_hash.clone())),
        role: Set(ADMIN.to_owned()),
        team_id: Set(None),
        locale: Set(new.locale.clone()),
        active: Set(true),
        failed_logins: Set(0),
        locked_until: Set(None),
        created_at: Set(at),
        deactivated_at: Set(None),
        last_seen_at: Set(None),
    };
    user::Entity::insert(row).exec_without_returning(tx).await?;
    let entry = directory::ActiveModel {
        kind: Set("email".to_owned()),
        key: Set(hex(&email_mac(secrets, &email_key))),
        tenant_id: Set(new.tenant),
        user_id: Set(new.user),
    };
    directory::Entity::insert(entry).exec_without_returning(tx).await?;
    Ok(())
}

async fn write_form_key(
    tx: &Tx<'_>,
    secrets: &Secrets,
    at: DateTime<Utc>,
    new: &Newcomer,
    name: &str,
) -> Result<(), Problem> {
    let key = key_of(secrets, KeyKind::Form, new.tenant, new.form_key);
    let row = api_key::ActiveModel {
        tenant_id: Set(new.tenant),
        id: Set(new.form_key),
        name: Set(name.to_owned()),
        kind: Set(KeyKind::Form.name().to_owned()),
        prefix: Set(key.text().chars().take(10).collect()),
        secret_hash: Set(hex(&key.hash())),
        permissions: Set(StringList(vec![Permission::CreateLeads.name().to_owned()])),
        created_by: Set(new.user),
        created_at: Set(at),
        last_used_at: Set(None),
        revoked_at: Set(None),
    };
    api_key::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::builtin_roles;
    use crate::kernel::principal::Permission as P;

    #[test]
    fn roles_allow_what_the_contract_says() {
        let roles = builtin_roles();
        assert!(P::ALL.iter().all(|p| roles[0].3.has(*p)));
        for refused in [P::ManageRoles, P::ManageKeys, P::ManageTenant, P::ManageChannels] {
            assert!(!roles[1].3.has(refused));
        }
        assert!(roles[1].3.has(P::ManageUsers) && roles[1].3.has(P::ImportCustomers));
        for refused in [
            P::ManageBoards,
            P::ManageUsers,
            P::MergeCustomers,
            P::ImportCustomers,
            P::ExportCustomers,
            P::ArchiveCards,
            P::ArchiveCustomers,
        ] {
            assert!(!roles[2].3.has(refused) && !roles[3].3.has(refused));
        }
    }
}

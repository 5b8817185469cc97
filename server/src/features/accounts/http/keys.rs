//! API keys: made, shown once, listed by their first characters, revoked.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use entities::api_key;
use entities::ids::{ApiKeyId, AuditId, UserId};
use entities::lists::StringList;
use entities::tenancy::OfTenant;
use futures_util::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{needs, person};
use crate::features::accounts::Accounts;
use crate::features::accounts::secret_links::{api_key as key_of, repeated_id};
use crate::features::accounts::views::{self, ApiKey};
use crate::features::audit::{self, Entry};
use crate::gateway::{Body, ClientAddress, IdempotencyKey, KeyKind, hex};
use crate::kernel::input::{self, Fields};
use crate::kernel::paging::Page;
use crate::kernel::principal::{Permission, Principal, Scopes, Visibility};
use crate::kernel::problem::Problem;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKey {
    name: String,
    /// `api` or `form`.
    kind: String,
    /// Of an `api` key; a form key may only create leads. Default: create leads.
    permissions: Option<Vec<String>>,
}

/// A key with its text, shown once.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeKey {
    #[serde(flatten)]
    shown: ApiKey,
    key: String,
}

/// The keys, newest first; revoked ones stay visible.
#[utoipa::path(get, path = "/api/v1/api-keys", tag = "api-keys",
    responses((status = 200, body = Page<ApiKey>), (status = 403, description = "keys.manage")))]
#[tracing::instrument(name = "accounts.api_keys", skip_all)]
pub(super) async fn list(
    by: Principal,
    accounts: Data<Accounts>,
) -> Result<Json<Page<ApiKey>>, Problem> {
    needs(&by, Permission::ManageKeys)?;
    let keys = accounts.db.read(by.tenant, |tx| views::api_keys(tx).boxed());
    Ok(Json(Page::whole(keys.await?)))
}

/// Makes a key. It never allows more than who made it may.
#[utoipa::path(post, path = "/api/v1/api-keys", tag = "api-keys", request_body = NewKey,
    responses((status = 201, body = MadeKey), (status = 403, description = "keys.manage, or more rights than one's own"),
        (status = 409, description = "idempotency_conflict"), (status = 422, description = "fields")))]
#[tracing::instrument(name = "accounts.create_api_key", skip_all)]
pub(super) async fn create(
    by: Principal,
    accounts: Data<Accounts>,
    key: IdempotencyKey,
    address: ClientAddress,
    Body(body): Body<NewKey>,
) -> Result<HttpResponse, Problem> {
    needs(&by, Permission::ManageKeys)?;
    let maker = person(&by)?;
    let (name, kind, permissions) = check(&by, &body)?;
    let id = match key.command_id() {
        Some(key) => ApiKeyId(repeated_id(&accounts.secrets, by.tenant, maker, &key)),
        None => ApiKeyId(accounts.clock.fresh_id()),
    };
    let made = key_of(&accounts.secrets, kind, by.tenant, id);
    let row = api_key::Model {
        tenant_id: by.tenant,
        id,
        name,
        kind: kind.name().to_owned(),
        prefix: made.text().chars().take(10).collect(),
        secret_hash: hex(&made.hash()),
        permissions: StringList(permissions),
        created_by: maker,
        created_at: accounts.clock.now(),
        last_used_at: None,
        revoked_at: None,
    };
    let made_known = Entry::new("api_key.created").by(&by).from(&address.0.to_string());
    let d = json!({ "id": row.id, "name": row.name, "kind": row.kind,
                    "permissions": row.permissions });
    let row = write(&accounts, row, maker, made_known.with(d)).await?;
    Ok(HttpResponse::Created().json(MadeKey { shown: row.into(), key: made.text() }))
}

fn check(by: &Principal, body: &NewKey) -> Result<(String, KeyKind, Vec<String>), Problem> {
    let mut fields = Fields::default();
    let name = fields.keep(input::name("name", &body.name));
    let kind = KeyKind::parse(&body.kind);
    if kind.is_none() {
        fields.add("kind", "unknown_value");
    }
    let leads = vec![Permission::CreateLeads.name().to_owned()];
    let words = match kind {
        Some(KeyKind::Api) => body.permissions.clone().unwrap_or(leads),
        _ => leads,
    };
    let mut granted: Vec<Permission> = Vec::new();
    for word in &words {
        match Permission::parse(word) {
            Some(permission) if !granted.contains(&permission) => granted.push(permission),
            Some(_) => {}
            None => {
                fields.add("permissions", "unknown_value");
                break;
            }
        }
    }
    fields.done()?;
    // a key sees every record: whoever does not makes none but for leads
    let sees_all = by.scopes() == Scopes::every(Visibility::All);
    let fits = |p: &Permission| by.may(*p) && (sees_all || *p == Permission::CreateLeads);
    if !granted.iter().all(fits) {
        return Err(Problem::forbidden());
    }
    match (name, kind) {
        (Some(name), Some(kind)) => {
            Ok((name, kind, granted.iter().map(|p| p.name().to_owned()).collect()))
        }
        _ => Err(Problem::internal()),
    }
}

/// Written, or found again when the request is a repetition.
async fn write(
    accounts: &Accounts,
    row: api_key::Model,
    maker: UserId,
    entry: Entry,
) -> Result<api_key::Model, Problem> {
    let line = AuditId(accounts.clock.fresh_id());
    accounts
        .db
        .write(row.tenant_id, move |tx| {
            let (row, entry) = (row.clone(), entry.clone());
            async move {
                let known = api_key::Entity::of(tx.tenant())
                    .filter(api_key::Column::Id.eq(row.id))
                    .one(tx)
                    .await?;
                if let Some(known) = known {
                    let same = known.name == row.name
                        && known.kind == row.kind
                        && known.permissions == row.permissions
                        && known.created_by == maker;
                    return match same {
                        true => Ok(known),
                        false => Err(Problem::conflict("idempotency_conflict")),
                    };
                }
                let new = api_key::ActiveModel {
                    tenant_id: Set(row.tenant_id),
                    id: Set(row.id),
                    name: Set(row.name),
                    kind: Set(row.kind),
                    prefix: Set(row.prefix),
                    secret_hash: Set(row.secret_hash),
                    permissions: Set(row.permissions),
                    created_by: Set(row.created_by),
                    created_at: Set(row.created_at),
                    last_used_at: Set(None),
                    revoked_at: Set(None),
                };
                audit::note(tx, line, row.created_at, entry).await?;
                Ok(new.insert(tx).await?)
            }
            .boxed()
        })
        .await
}

/// Revokes a key: nobody can use it a second later.
#[utoipa::path(delete, path = "/api/v1/api-keys/{key}", tag = "api-keys", params(("key" = ApiKeyId, Path)),
    responses((status = 204, description = "revoked"), (status = 403, description = "keys.manage"),
        (status = 404, description = "none")))]
#[tracing::instrument(name = "accounts.revoke_api_key", skip_all)]
pub(super) async fn revoke(
    by: Principal,
    accounts: Data<Accounts>,
    key: Path<ApiKeyId>,
    address: ClientAddress,
) -> Result<HttpResponse, Problem> {
    needs(&by, Permission::ManageKeys)?;
    let (id, now) = (*key, accounts.clock.now());
    let line = AuditId(accounts.clock.fresh_id());
    let entry = Entry::new("api_key.revoked").by(&by).from(&address.0.to_string());
    let entry = entry.with(json!({ "id": id }));
    let revoked = accounts.db.write(by.tenant, move |tx| {
        let entry = entry.clone();
        async move {
            let changed = api_key::Entity::change(tx.tenant())
                .col_expr(api_key::Column::RevokedAt, Expr::value(now))
                .filter(api_key::Column::Id.eq(id))
                .filter(api_key::Column::RevokedAt.is_null())
                .exec(tx)
                .await?;
            if changed.rows_affected > 0 {
                audit::note(tx, line, now, entry).await?;
            }
            Ok(changed.rows_affected)
        }
        .boxed()
    });
    if revoked.await? == 0 {
        return Err(Problem::not_found());
    }
    accounts.access.forget(by.tenant, None);
    Ok(HttpResponse::NoContent().finish())
}

//! What people read and write. A connection is made and changed here and not by a socket: its
//! credentials are sealed before they become a command.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entities::ids::{ChannelId, ConnectionId, HookId};
use futures_util::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::db::Db;
use crate::features::channels::commands::SaveConnection;
use crate::features::channels::views::{self, Channel, Connection, Hook, Item, Wanted, WholeHook};
use crate::features::channels::{Doors, purpose};
use crate::gateway::{Body, IdempotencyKey, PublicUrl, once};
use crate::kernel::clock::Clock;
use crate::kernel::input::Fields;
use crate::kernel::paging::{Page, Paging};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::Hub;

/// Letters of a credential.
const SECRET_MIN: usize = 8;
const SECRET_MAX: usize = 1_000;

/// A connection with its credentials, which are never read out again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConnection {
    name: String,
    /// Signs what the app sends.
    #[schema(value_type = String)]
    app_secret: SecretString,
    /// Said in the handshake.
    #[schema(value_type = String)]
    verify_token: SecretString,
    /// For what is asked of the other system.
    #[schema(value_type = Option<String>)]
    access_token: Option<SecretString>,
}

/// What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangedConnection {
    name: Option<String>,
    #[schema(value_type = Option<String>)]
    app_secret: Option<SecretString>,
    #[schema(value_type = Option<String>)]
    verify_token: Option<SecretString>,
    #[schema(value_type = Option<String>)]
    access_token: Option<SecretString>,
}

fn may_manage(by: &Principal) -> Result<(), Problem> {
    if by.may(Permission::ManageChannels) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// All connections, oldest first.
#[utoipa::path(get, path = "/api/v1/connections", tag = "channels",
    responses((status = 200, description = "all of them", body = Page<Connection>),
        (status = 403, description = "channels.manage")))]
pub(super) async fn connections(
    by: Principal,
    db: Data<Db>,
    url: Data<PublicUrl>,
) -> Result<Json<Page<Connection>>, Problem> {
    may_manage(&by)?;
    let rows = db.read(by.tenant, |tx| async move { views::connections(tx).await }.boxed()).await?;
    let shown = rows.into_iter().map(|row| Connection::new(row, &url.0));
    Ok(Json(Page::whole(shown.collect())))
}

/// A new connection. Only a person makes one, no key.
#[utoipa::path(post, path = "/api/v1/connections", tag = "channels", request_body = NewConnection,
    responses(
        (status = 201, description = "made", body = Connection),
        (status = 403, description = "channels.manage, in person"),
        (status = 422, description = "a credential that cannot be one")))]
pub(super) async fn connect(
    by: Principal,
    key: IdempotencyKey,
    body: Result<Body<NewConnection>, Problem>,
    db: Data<Db>,
    clock: Data<Clock>,
    hub: Data<Hub>,
    doors: Data<Doors>,
    url: Data<PublicUrl>,
) -> Result<HttpResponse, Problem> {
    may_manage(&by)?;
    let Body(new) = body?;
    let told = digest(&new);
    let work = async {
        let id = ConnectionId(clock.fresh_id());
        let given = ChangedConnection {
            name: Some(new.name),
            app_secret: Some(new.app_secret),
            verify_token: Some(new.verify_token),
            access_token: new.access_token,
        };
        let mut sealed = seal(&doors, &by, id, given).await?;
        sealed.hook_key = Some(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        save(&hub, &by, &sealed).await?;
        let shown = shown(&db, &by, id, &url).await?;
        Ok((201, serde_json::to_value(shown).map_err(|_| Problem::internal())?))
    };
    let (_, body) = once(&db, &clock, &by, &key, "POST /connections", &told, work).await?;
    Ok(HttpResponse::Created().json(body))
}

/// Another name or other credentials.
#[utoipa::path(patch, path = "/api/v1/connections/{id}", tag = "channels",
    request_body = ChangedConnection, params(("id" = String, Path, description = "the connection")),
    responses(
        (status = 200, description = "changed", body = Connection),
        (status = 403, description = "channels.manage, in person"),
        (status = 404, description = "there is no such connection"),
        (status = 422, description = "a credential that cannot be one")))]
pub(super) async fn change(
    by: Principal,
    id: Path<ConnectionId>,
    body: Result<Body<ChangedConnection>, Problem>,
    db: Data<Db>,
    hub: Data<Hub>,
    doors: Data<Doors>,
    url: Data<PublicUrl>,
) -> Result<Json<Connection>, Problem> {
    may_manage(&by)?;
    let Body(given) = body?;
    let id = id.into_inner();
    db.read(by.tenant, move |tx| async move { views::connection(tx, id).await }.boxed()).await?;
    let sealed = seal(&doors, &by, id, given).await?;
    save(&hub, &by, &sealed).await?;
    Ok(Json(shown(&db, &by, id, &url).await?))
}

/// What tells one request from another, without keeping what it says.
fn digest(new: &NewConnection) -> Vec<u8> {
    let token = new.access_token.as_ref().map(ExposeSecret::expose_secret);
    let secrets = [new.app_secret.expose_secret(), new.verify_token.expose_secret()];
    format!("{:?}", (&new.name, secrets, token)).into_bytes()
}

/// Checks and seals what was given, each for its own purpose.
async fn seal(
    doors: &Doors,
    by: &Principal,
    id: ConnectionId,
    given: ChangedConnection,
) -> Result<SaveConnection, Problem> {
    let all = [
        ("app_secret", given.app_secret),
        ("verify_token", given.verify_token),
        ("access_token", given.access_token),
    ];
    let mut fields = Fields::default();
    for (field, secret) in &all {
        if let Some(secret) = secret {
            let text = secret.expose_secret();
            if !(SECRET_MIN..=SECRET_MAX).contains(&text.len())
                || !text.bytes().all(|byte| byte.is_ascii_graphic())
            {
                fields.add(field, "bad_value");
            }
        }
    }
    fields.done()?;
    let mut sealed = [None, None, None];
    for (place, (field, secret)) in sealed.iter_mut().zip(all) {
        if let Some(secret) = secret {
            let text = doors.vault().seal(by.tenant, &purpose(id, field), &secret).await?;
            *place = Some(text);
        }
    }
    let [app_secret, verify_token, access_token] = sealed;
    Ok(SaveConnection {
        connection: id,
        hook_key: None,
        name: given.name,
        app_secret,
        verify_token,
        access_token,
    })
}

/// In the name of the person who entrusts the credentials.
async fn save(hub: &Hub, by: &Principal, sealed: &SaveConnection) -> Result<(), Problem> {
    by.in_person().ok_or_else(Problem::forbidden)?;
    hub.command(&by.assisted(), Topic::tenant(), "connection.save", sealed, None, None).await?;
    Ok(())
}

async fn shown(
    db: &Db,
    by: &Principal,
    id: ConnectionId,
    url: &PublicUrl,
) -> Result<Connection, Problem> {
    let row = db.read(by.tenant, move |tx| async move { views::connection(tx, id).await }.boxed());
    Ok(Connection::new(row.await?, &url.0))
}

/// All channels, oldest first.
#[utoipa::path(get, path = "/api/v1/channels", tag = "channels",
    responses((status = 200, description = "all of them", body = Page<Channel>),
        (status = 403, description = "channels.manage")))]
pub(super) async fn channels(by: Principal, db: Data<Db>) -> Result<Json<Page<Channel>>, Problem> {
    may_manage(&by)?;
    let rows = db.read(by.tenant, |tx| async move { views::channels(tx).await }.boxed()).await?;
    Ok(Json(Page::whole(rows.into_iter().map(Channel::from).collect())))
}

/// Which items.
#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct Ledger {
    /// `ready` or `unclaimed`.
    state: Option<String>,
    channel: Option<ChannelId>,
    /// Those of one payload.
    hook: Option<HookId>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// What came in, one thing each, newest first.
#[utoipa::path(get, path = "/api/v1/channels/ledger", tag = "channels", params(Ledger),
    responses((status = 200, description = "a page of items", body = Page<Item>),
        (status = 403, description = "channels.manage")))]
pub(super) async fn ledger(
    by: Principal,
    ask: Query<Ledger>,
    db: Data<Db>,
) -> Result<Json<Page<Item>>, Problem> {
    may_manage(&by)?;
    let Ledger { state, channel, hook, limit, cursor } = ask.into_inner();
    let wanted = Wanted { state, channel, hook };
    let paging = Paging { limit, cursor };
    let page = db
        .read(by.tenant, move |tx| async move { views::items(tx, &wanted, &paging).await }.boxed());
    Ok(Json(page.await?))
}

/// Which payloads.
#[derive(Debug, Deserialize, IntoParams)]
pub(super) struct Hooks {
    /// `received`, `split` or `unreadable`.
    state: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The payloads as they came, without their bodies, newest first.
#[utoipa::path(get, path = "/api/v1/channels/hooks", tag = "channels", params(Hooks),
    responses((status = 200, description = "a page of payloads", body = Page<Hook>),
        (status = 403, description = "channels.manage")))]
pub(super) async fn hooks(
    by: Principal,
    ask: Query<Hooks>,
    db: Data<Db>,
) -> Result<Json<Page<Hook>>, Problem> {
    may_manage(&by)?;
    let Hooks { state, limit, cursor } = ask.into_inner();
    let page = db.read(by.tenant, move |tx| {
        async move {
            let state = state.as_deref().filter(|state| !state.is_empty());
            views::hooks(tx, state, &Paging { limit, cursor }).await
        }
        .boxed()
    });
    Ok(Json(page.await?))
}

/// One payload with its body.
#[utoipa::path(get, path = "/api/v1/channels/hooks/{id}", tag = "channels",
    params(("id" = String, Path, description = "the payload")),
    responses((status = 200, description = "as it came", body = WholeHook),
        (status = 403, description = "channels.manage"),
        (status = 404, description = "there is no such payload")))]
pub(super) async fn hook(
    by: Principal,
    id: Path<HookId>,
    db: Data<Db>,
) -> Result<Json<WholeHook>, Problem> {
    may_manage(&by)?;
    let id = id.into_inner();
    let row = db.read(by.tenant, move |tx| async move { views::hook(tx, id).await }.boxed());
    Ok(Json(row.await?.into()))
}

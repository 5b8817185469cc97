//! What happens on a person's own topic: name and language, sessions, password.

use entities::ids::{AuditId, SessionId, UserId};
use entities::tenancy::OfTenant;
use entities::{device_session, one_time_token, user};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};
use serde_json::json;

use crate::db::Tx;
use crate::features::accounts::commands::{RevokeSessions, SetPassword, UpdateMe};
use crate::features::accounts::error::Error;
use crate::features::accounts::events::{self, Touches};
use crate::features::accounts::parse;
use crate::features::accounts::views::{self, User};
use crate::features::audit::{self, Entry};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::input::{self, Fields};
use crate::kernel::problem::Problem;

async fn topics_user(tx: &Tx<'_>, cx: &CommandContext) -> Result<user::Model, Problem> {
    let id = cx.topic.id().map(UserId).ok_or_else(Problem::not_found)?;
    views::find_user(tx, id).await?.ok_or_else(Problem::not_found)
}

pub(in super::super) async fn update(tx: &Tx<'_>, cx: &CommandContext, cmd: &UpdateMe) -> Decided {
    let mut row: user::ActiveModel = topics_user(tx, cx).await?.into();
    let mut fields = Fields::default();
    if let Some(name) = &cmd.name
        && let Some(name) = fields.keep(input::name("name", name))
    {
        row.name = Set(name);
    }
    if let Some(locale) = &cmd.locale
        && let Some(locale) = fields.keep(parse::locale(locale))
    {
        row.locale = Set(locale);
    }
    fields.done()?;
    if !row.is_changed() {
        return Ok(Decision::default());
    }
    let shown = User::on_topic(row.update(tx).await?);
    Ok(Decision::events(vec![
        events::me_updated(&shown)?,
        events::user_changed("user.updated", shown, Touches::Nobody)?,
    ]))
}

pub(in super::super) async fn revoke_sessions(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RevokeSessions,
) -> Decided {
    let user = topics_user(tx, cx).await?;
    let is_meant = |id: &SessionId| cmd.sessions.as_ref().is_none_or(|these| these.contains(id));
    let ended = end(tx, cx, user.id, is_meant, &cmd.because).await?;
    if ended.is_empty() && cmd.sessions.is_some() {
        return Err(Problem::not_found());
    }
    Ok(Decision::events(ended))
}

pub(in super::super) async fn set_password(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &SetPassword,
) -> Decided {
    let user = topics_user(tx, cx).await?;
    if let Some(id) = cmd.token {
        let token = views::find_token(tx, id).await?;
        token
            .filter(|t| t.kind == "reset" && t.used_at.is_none() && t.expires_at > cx.at)
            .filter(|t| t.user_id == Some(user.id) && user.active)
            .ok_or(Error::TokenExpired)?;
    }
    let id = user.id;
    // one new password uses up every link that was sent for another
    one_time_token::Entity::change(tx.tenant())
        .col_expr(one_time_token::Column::UsedAt, Expr::value(cx.at))
        .filter(one_time_token::Column::UserId.eq(id))
        .filter(one_time_token::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    let mut row: user::ActiveModel = user.into();
    row.password_hash = Set(Some(cmd.password_hash.clone()));
    row.failed_logins = Set(0);
    row.locked_until = Set(None);
    row.update(tx).await?;
    let entry = Entry::new("password.changed").by(&cx.by).about(id);
    let entry = entry.with(json!({ "by_link": cmd.token.is_some() }));
    audit::note(tx, cx.fresh(AuditId), cx.at, entry).await?;
    let ended = end(tx, cx, id, |session| Some(*session) != cmd.keep, "password").await?;
    Ok(Decision::events(ended))
}

async fn end(
    tx: &Tx<'_>,
    cx: &CommandContext,
    user: UserId,
    is_meant: impl Fn(&SessionId) -> bool,
    because: &str,
) -> Result<Vec<NewEvent>, Problem> {
    let open = device_session::Entity::of(tx.tenant())
        .filter(device_session::Column::UserId.eq(user))
        .filter(device_session::Column::RevokedAt.is_null())
        .all(tx)
        .await?;
    let meant: Vec<SessionId> = open.iter().map(|row| row.id).filter(is_meant).collect();
    if meant.is_empty() {
        return Ok(Vec::new());
    }
    for part in meant.chunks(500) {
        device_session::Entity::change(tx.tenant())
            .col_expr(device_session::Column::RevokedAt, Expr::value(cx.at))
            .col_expr(device_session::Column::RevokedBecause, Expr::value(because))
            .filter(device_session::Column::Id.is_in(part.iter().copied()))
            .exec(tx)
            .await?;
    }
    let mut out = Vec::with_capacity(meant.len());
    for session in meant {
        // who is expired has no socket to close and no screen to tell
        let is_live = open.iter().any(|row| row.id == session && row.expires_at > cx.at);
        if is_live {
            out.push(events::session_revoked(user, session)?);
        }
    }
    Ok(out)
}

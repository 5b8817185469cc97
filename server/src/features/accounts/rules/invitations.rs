//! Inviting, and joining by an invitation.

use chrono::Duration;
use entities::ids::{TokenId, UserId};
use entities::tenancy::OfTenant;
use entities::{directory, one_time_token, user};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::{existing_team, role_fits_team, role_within_reach};
use crate::db::Tx;
use crate::features::accounts::commands::{InviteUser, JoinUser, RevokeInvitation};
use crate::features::accounts::error::Error;
use crate::features::accounts::events::{self, InvitationRevoked, Touches, UserInvited};
use crate::features::accounts::views::{self, Invitation, User};
use crate::features::accounts::{jobs, parse};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input::{self, Fields};
use crate::kernel::problem::Problem;

const DAYS_DEFAULT: u32 = 7;
const DAYS_MAX: u32 = 90;
/// Most invitations of a day that nobody has accepted: each is a mail to somebody who did not ask.
const UNANSWERED_MAX: u64 = 200;

/// A later invitation of the same address takes the place of an earlier one.
pub(in super::super) async fn invite(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &InviteUser,
) -> Decided {
    let mut fields = Fields::default();
    let email = fields.keep(parse::email("email", &cmd.email));
    let name = fields.keep(input::name("name", &cmd.name));
    fields.done()?;
    let (email, name) = (email.unwrap_or_default(), name.unwrap_or_default());
    let role = role_within_reach(tx, cx, &cmd.role).await?;
    existing_team(tx, cmd.team_id).await?;
    role_fits_team(tx, cx, &role, cmd.team_id).await?;
    let key = parse::email_key(&email);
    refuse_taken(tx, &key).await?;
    refuse_flood(tx, cx).await?;

    let mut out = Vec::new();
    for earlier in pending(tx, &key).await? {
        use_up(tx, cx, earlier.id).await?;
        out.push(events::on_tenant("invitation.revoked", &InvitationRevoked { id: earlier.id })?);
    }
    let days = cmd.days.filter(|days| (1..=DAYS_MAX).contains(days)).unwrap_or(DAYS_DEFAULT);
    let row = one_time_token::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(cx.fresh(TokenId)),
        kind: Set("invitation".to_owned()),
        // the secret follows from the id and the server's own secret; nothing of it is kept
        secret_hash: Set(String::new()),
        email: Set(email),
        name: Set(name),
        role: Set(cmd.role.clone()),
        team_id: Set(cmd.team_id),
        user_id: Set(None),
        created_by: Set(cx.by.user()),
        created_at: Set(cx.at),
        expires_at: Set(cx.at + Duration::days(i64::from(days))),
        used_at: Set(None),
    };
    let row = row.insert(tx).await?;
    let id = row.id;
    let invitation = Invitation::from(row);
    out.push(events::on_tenant("user.invited", &UserInvited { invitation })?);
    let mut decision = Decision::events(out).reply(&json!({ "id": id }));
    decision.jobs.push(jobs::send_link(id, cx.at));
    Ok(decision)
}

pub(in super::super) async fn revoke(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RevokeInvitation,
) -> Decided {
    let token = views::find_token(tx, cmd.invitation).await?;
    let token = token.filter(|token| token.kind == "invitation").ok_or_else(Problem::not_found)?;
    if token.used_at.is_some() {
        return Err(Problem::not_found());
    }
    use_up(tx, cx, token.id).await?;
    let revoked = events::on_tenant("invitation.revoked", &InvitationRevoked { id: token.id })?;
    Ok(Decision::events(vec![revoked]))
}

/// Decided on the tenant's topic, so that of two clicks one joins.
pub(in super::super) async fn join(tx: &Tx<'_>, cx: &CommandContext, cmd: &JoinUser) -> Decided {
    let token = views::find_token(tx, cmd.token).await?;
    let token = token
        .filter(|t| t.kind == "invitation" && t.used_at.is_none() && t.expires_at > cx.at)
        .ok_or(Error::TokenExpired)?;
    let key = parse::email_key(&token.email);
    refuse_taken(tx, &key).await?;
    if views::find_role(tx, &token.role).await?.is_none() {
        return Err(Error::TokenExpired.into());
    }
    let team = match token.team_id {
        Some(team) => views::find_team(tx, team).await?.map(|team| team.id),
        None => None,
    };
    use_up(tx, cx, token.id).await?;
    let row = user::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(cx.fresh(UserId)),
        email: Set(token.email),
        email_key: Set(key),
        name: Set(cmd.name.clone()),
        password_hash: Set(Some(cmd.password_hash.clone())),
        role: Set(token.role),
        team_id: Set(team),
        locale: Set(cmd.locale.clone()),
        active: Set(true),
        failed_logins: Set(0),
        locked_until: Set(None),
        created_at: Set(cx.at),
        deactivated_at: Set(None),
        last_seen_at: Set(None),
    };
    let user = row.insert(tx).await?;
    let entry = directory::ActiveModel {
        kind: Set("email".to_owned()),
        key: Set(cmd.directory_key.clone()),
        tenant_id: Set(tx.tenant()),
        user_id: Set(user.id),
    };
    directory::Entity::insert(entry).exec_without_returning(tx).await?;
    let id = user.id;
    // who sees a team's records sees one person's more
    let access = match team {
        Some(_) if super::teams_matter(tx).await? => Touches::Everybody,
        _ => Touches::Nobody,
    };
    let joined = events::user_changed("user.joined", User::on_topic(user), access)?;
    Ok(Decision::events(vec![joined]).reply(&json!({ "user_id": id })))
}

async fn refuse_taken(tx: &Tx<'_>, email_key: &str) -> Result<(), Problem> {
    let taken =
        user::Entity::of(tx.tenant()).filter(user::Column::EmailKey.eq(email_key)).one(tx).await?;
    if taken.is_some() { Err(Error::EmailTaken.into()) } else { Ok(()) }
}

/// # Errors
/// `too_many`; those taken back count too, or the limit would be none.
async fn refuse_flood(tx: &Tx<'_>, cx: &CommandContext) -> Result<(), Problem> {
    let since = cx.at - Duration::days(1);
    let sent = one_time_token::Entity::of(tx.tenant())
        .filter(one_time_token::Column::Kind.eq("invitation"))
        .filter(one_time_token::Column::CreatedAt.gt(since))
        .count(tx)
        .await?;
    if sent < UNANSWERED_MAX {
        return Ok(());
    }
    let joined =
        user::Entity::of(tx.tenant()).filter(user::Column::CreatedAt.gt(since)).count(tx).await?;
    if sent < UNANSWERED_MAX + joined { Ok(()) } else { Err(Problem::invalid("email", "too_many")) }
}

async fn pending(tx: &Tx<'_>, email_key: &str) -> Result<Vec<one_time_token::Model>, Problem> {
    let rows = one_time_token::Entity::of(tx.tenant())
        .filter(one_time_token::Column::Kind.eq("invitation"))
        .filter(one_time_token::Column::UsedAt.is_null())
        .all(tx)
        .await?;
    Ok(rows.into_iter().filter(|row| parse::email_key(&row.email) == email_key).collect())
}

async fn use_up(tx: &Tx<'_>, cx: &CommandContext, id: TokenId) -> Result<(), Problem> {
    one_time_token::Entity::change(tx.tenant())
        .col_expr(one_time_token::Column::UsedAt, Expr::value(cx.at))
        .filter(one_time_token::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

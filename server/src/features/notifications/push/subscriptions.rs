//! The browsers of a person. No topic owns them and no screen of anybody else's shows them.

use chrono::{DateTime, Utc};
use entities::ids::{PushSubscriptionId, SessionId, UserId};
use entities::tenancy::OfTenant;
use entities::{device_session, push_subscription};
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::adapters::web_push::Browser;
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// Browsers of one person.
const MOST: u64 = 20;
/// Longest address of a push service.
const ENDPOINT_MAX: usize = 1_000;

/// As `PushSubscription.toJSON()` writes it in a browser.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Subscribe {
    pub(in super::super) endpoint: String,
    keys: SubscriptionKeys,
    /// Taken and not looked at: a browser says so itself when it ends.
    #[serde(default, rename = "expirationTime")]
    #[expect(dead_code, reason = "part of what browsers send")]
    #[schema(value_type = Option<f64>)]
    expiration_time: Option<Value>,
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SubscriptionKeys {
    p256dh: String,
    auth: String,
}

/// The answer to a subscription.
#[derive(Serialize, utoipa::ToSchema)]
pub(in super::super) struct Subscribed {
    pub(in super::super) id: PushSubscriptionId,
}

impl Subscribe {
    /// # Errors
    /// `invalid` on what is no address or no key.
    pub(in super::super) fn check(&self) -> Result<(), Problem> {
        if self.endpoint.len() > ENDPOINT_MAX {
            return Err(Problem::invalid("endpoint", "too_long"));
        }
        match Browser::parse(&self.keys.p256dh, &self.keys.auth) {
            Some(_) => Ok(()),
            None => Err(Problem::invalid("keys", "bad_value")),
        }
    }
}

/// Keeps a browser; one that subscribes again, also for somebody else, is the same browser.
pub(in super::super) async fn add(
    tx: &Tx<'_>,
    fresh: PushSubscriptionId,
    (user, session): (UserId, SessionId),
    at: DateTime<Utc>,
    said: &Subscribe,
) -> Result<PushSubscriptionId, Problem> {
    let known = push_subscription::Entity::of(tx.tenant())
        .filter(push_subscription::Column::Endpoint.eq(said.endpoint.as_str()))
        .one(tx)
        .await?;
    let id = known.as_ref().filter(|row| row.user_id == user).map_or(fresh, |row| row.id);
    if let Some(row) = &known {
        remove(tx, row.id, None).await?;
    }
    let own = push_subscription::Entity::of(tx.tenant())
        .filter(push_subscription::Column::UserId.eq(user))
        .count(tx)
        .await?;
    if own >= MOST {
        return Err(Problem::invalid("endpoint", "too_many"));
    }
    let row = push_subscription::Model {
        tenant_id: tx.tenant(),
        id,
        user_id: user,
        session_id: session,
        endpoint: said.endpoint.clone(),
        p256dh: said.keys.p256dh.clone(),
        auth: said.keys.auth.clone(),
        created_at: at,
    };
    let active = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
    push_subscription::Entity::insert(active).exec_without_returning(tx).await?;
    Ok(id)
}

/// Forgets a browser; with a person, only one of theirs.
pub(in super::super) async fn remove(
    tx: &Tx<'_>,
    id: PushSubscriptionId,
    of: Option<UserId>,
) -> Result<bool, Problem> {
    let mut gone =
        push_subscription::Entity::forget(tx.tenant()).filter(push_subscription::Column::Id.eq(id));
    if let Some(user) = of {
        gone = gone.filter(push_subscription::Column::UserId.eq(user));
    }
    Ok(gone.exec(tx).await?.rows_affected > 0)
}

/// The browsers on which this person is still signed in.
pub(super) async fn live(
    tx: &Tx<'_>,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<push_subscription::Model>, Problem> {
    let mut devices = Query::select();
    devices
        .column(device_session::Column::Id)
        .from(device_session::Entity)
        .and_where(device_session::Column::TenantId.eq(tx.tenant()))
        .and_where(device_session::Column::UserId.eq(user))
        .and_where(device_session::Column::RevokedAt.is_null())
        .and_where(device_session::Column::ExpiresAt.gt(now));
    let rows = push_subscription::Entity::of(tx.tenant())
        .filter(push_subscription::Column::UserId.eq(user))
        .filter(push_subscription::Column::SessionId.in_subquery(devices))
        .order_by_asc(push_subscription::Column::Id)
        .limit(MOST);
    Ok(rows.all(tx).await?)
}

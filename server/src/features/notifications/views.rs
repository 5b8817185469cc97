//! What stands in somebody's notification centre. What is about a customer whom they may not see
//! (any more), or was said where they may not be, is in no list, count or snapshot.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::{CustomerId, NotificationId, UserId};
use entities::notification;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kinds::Kind;
use crate::db::Tx;
use crate::features::customers;
use crate::kernel::clock::wire;
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// How many the snapshot of `me` holds.
pub(super) const LATEST: u64 = 50;

/// Something somebody was told.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Notification {
    pub id: NotificationId,
    pub kind: String,
    #[serde(serialize_with = "wire::time")]
    pub at: DateTime<Utc>,
    #[serde(serialize_with = "wire::optional_time")]
    pub read_at: Option<DateTime<Utc>>,
    pub customer_id: Option<CustomerId>,
    pub customer_name: Option<String>,
    #[schema(value_type = Object)]
    pub d: Value,
}

impl Notification {
    pub(super) fn of(row: notification::Model, customer_name: Option<String>) -> Self {
        let notification::Model { id, kind, at, read_at, customer_id, d, .. } = row;
        Self { id, kind, at, read_at, customer_id, customer_name, d }
    }

    /// Where in the application it leads.
    pub(super) fn path(&self) -> String {
        if let Some(customer) = self.customer_id {
            return format!("/customers/{customer}");
        }
        let is_chat = Kind::parse(&self.kind).is_some_and(Kind::is_chat);
        match (self.d["room"].as_str(), self.d["n"].as_i64()) {
            (Some(room), Some(n)) if is_chat => format!("/chat/{room}?at={n}"),
            _ => "/today".to_owned(),
        }
    }
}

/// The rows of one person's centre.
pub(super) fn centre(by: &Principal, user: UserId) -> Select<notification::Entity> {
    let customer = || Expr::col((notification::Entity, notification::Column::CustomerId));
    let hidden = Kind::hidden_from(by);
    let rows = match hidden.is_empty() {
        true => notification::Entity::of(by.tenant),
        false => {
            notification::Entity::of(by.tenant).filter(notification::Column::Kind.is_not_in(hidden))
        }
    };
    rows.filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::App.eq(true))
        .filter(
            Condition::any()
                .add(notification::Column::CustomerId.is_null())
                .add(customers::visible_on(by, customer())),
        )
}

/// How many are unread.
pub(super) async fn unread(tx: &Tx<'_>, by: &Principal, user: UserId) -> Result<u64, Problem> {
    let unread = centre(by, user).filter(notification::Column::ReadAt.is_null());
    Ok(unread.count(tx).await?)
}

/// The latest, newest first.
pub(super) async fn latest(
    tx: &Tx<'_>,
    by: &Principal,
    user: UserId,
) -> Result<Vec<Notification>, Problem> {
    let rows = centre(by, user)
        .order_by_desc(notification::Column::At)
        .order_by_desc(notification::Column::Id)
        .limit(LATEST);
    named(tx, rows.all(tx).await?).await
}

/// What a client asks of the list.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct ListQuery {
    /// Only what is unread.
    pub(super) unread: Option<bool>,
    pub(super) limit: Option<i64>,
    pub(super) cursor: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Position {
    at: DateTime<Utc>,
    id: NotificationId,
}

pub(super) async fn list(
    tx: &Tx<'_>,
    by: &Principal,
    user: UserId,
    ask: &ListQuery,
) -> Result<Page<Notification>, Problem> {
    let paging = Paging { limit: ask.limit, cursor: ask.cursor.clone() };
    let (limit, after) = (paging.limit()?, paging.after::<Position>()?);
    let mut query = centre(by, user);
    if ask.unread == Some(true) {
        query = query.filter(notification::Column::ReadAt.is_null());
    }
    if let Some(Position { at, id }) = after {
        query = query.filter(
            Condition::any().add(notification::Column::At.lt(at)).add(
                Condition::all()
                    .add(notification::Column::At.eq(at))
                    .add(notification::Column::Id.lt(id)),
            ),
        );
    }
    let mut rows = query
        .order_by_desc(notification::Column::At)
        .order_by_desc(notification::Column::Id)
        .limit(limit + 1)
        .all(tx)
        .await?;
    let next_cursor = paging::cut(&mut rows, limit, |row| Position { at: row.at, id: row.id });
    Ok(Page { items: named(tx, rows).await?, next_cursor })
}

/// Rows with the names of their customers.
pub(super) async fn named(
    tx: &Tx<'_>,
    rows: Vec<notification::Model>,
) -> Result<Vec<Notification>, Problem> {
    let ids: Vec<CustomerId> = rows.iter().filter_map(|row| row.customer_id).collect();
    let names = names(tx, &ids).await?;
    let with = |row: notification::Model| {
        let name = row.customer_id.and_then(|id| names.get(&id).cloned());
        Notification::of(row, name)
    };
    Ok(rows.into_iter().map(with).collect())
}

async fn names(tx: &Tx<'_>, ids: &[CustomerId]) -> Result<HashMap<CustomerId, String>, Problem> {
    let faces = customers::owned(tx, ids).await?;
    Ok(faces.into_iter().map(|(id, known)| (id, known.name)).collect())
}

/// Those of these rows that this person may still know of.
pub(super) async fn visible_to(
    tx: &Tx<'_>,
    by: &Principal,
    rows: Vec<notification::Model>,
) -> Result<Vec<Notification>, Problem> {
    let about: Vec<CustomerId> = rows.iter().filter_map(|row| row.customer_id).collect();
    let known = customers::owned(tx, &about).await?;
    let sees = |row: &notification::Model| match row.customer_id {
        Some(id) => known.get(&id).is_some_and(|customer| by.sees(&customer.owners)),
        None => Kind::parse(&row.kind).is_none_or(|kind| kind.may_be_heard_by(by)),
    };
    let named = |row: notification::Model| {
        let name = row.customer_id.and_then(|id| known.get(&id)).map(|known| known.name.clone());
        Notification::of(row, name)
    };
    Ok(rows.into_iter().filter(sees).map(named).collect())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entities::ids::{CustomerId, NotificationId};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::Notification;

    #[test]
    fn a_notification_leads_to_what_it_is_about() {
        let of = |kind: &str, customer_id: Option<CustomerId>, d: Value| {
            let id = NotificationId(Uuid::nil());
            let (kind, at) = (kind.to_owned(), DateTime::UNIX_EPOCH);
            Notification { id, kind, at, read_at: None, customer_id, customer_name: None, d }.path()
        };
        let said = json!({ "room": "r", "n": 7, "text": "?" });
        assert_eq!(of("mentioned", None, said.clone()), "/chat/r?at=7");
        assert_eq!(of("direct_message", None, said.clone()), "/chat/r?at=7");
        assert_eq!(of("rule", None, said), "/today");
        assert_eq!(of("direct_message", None, json!({})), "/today");
        let about = CustomerId(Uuid::nil());
        assert_eq!(of("rule", Some(about), json!({})), format!("/customers/{about}"));
    }
}

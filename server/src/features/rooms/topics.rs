//! The topics `rooms` and `room:<id>`: who may read them, and their snapshots.

use entities::ids::RoomId;
use entities::tenancy::OfTenant;
use entities::{room, room_member};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde_json::{Value, json};

use super::{forgetting, store, views};
use crate::db::Tx;
use crate::kernel::event::Event;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::registry::TopicKind;

/// Rooms that the list of mine holds, those where something was said last first.
const ROOMS: u64 = 500;
/// Messages that a room shows at first.
const LATEST: i64 = 50;
/// Bytes of one part.
const PART: usize = 50_000;

/// The rooms that somebody is in, as a condition on `room.id`.
pub(super) fn joined_by(tx: &Tx<'_>, me: entities::ids::UserId) -> Condition {
    let mut joined = Query::select();
    joined.column(room_member::Column::RoomId).from(room_member::Entity).cond_where(
        Condition::all()
            .add(room_member::Column::TenantId.eq(tx.tenant()))
            .add(room_member::Column::UserId.eq(me)),
    );
    Condition::all().add(room::Column::Id.in_subquery(joined))
}

pub(super) struct RoomsTopic;

#[async_trait::async_trait]
impl TopicKind for RoomsTopic {
    async fn admit(&self, _: &Tx<'_>, by: &Principal, topic: &Topic) -> Result<(), Problem> {
        store::person(by)?;
        if topic.as_str() == "rooms" { Ok(()) } else { Err(Problem::not_found()) }
    }

    async fn snapshot(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        topic: &Topic,
    ) -> Result<Vec<String>, Problem> {
        self.admit(tx, by, topic).await?;
        let me = store::person(by)?;
        let rows = room::Entity::of(tx.tenant())
            .filter(joined_by(tx, me))
            .filter(room::Column::ArchivedAt.is_null())
            .order_by_desc(room::Column::ActiveAt)
            .order_by_desc(room::Column::Id)
            .limit(ROOMS)
            .all(tx)
            .await?;
        let rooms = views::rooms(tx, Some(me), rows).await?;
        Ok(in_parts(json!({}), "rooms", &rooms))
    }

    async fn replayed(&self, tx: &Tx<'_>, events: Vec<Event>) -> Result<Vec<Event>, Problem> {
        forgetting::without_deleted(tx, events).await
    }
}

pub(super) struct RoomTopic;

#[async_trait::async_trait]
impl TopicKind for RoomTopic {
    async fn admit(&self, tx: &Tx<'_>, by: &Principal, topic: &Topic) -> Result<(), Problem> {
        let id = topic.id().map(RoomId).ok_or_else(Problem::not_found)?;
        store::place(tx, by, id).await.map(drop)
    }

    async fn snapshot(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        topic: &Topic,
    ) -> Result<Vec<String>, Problem> {
        let id = topic.id().map(RoomId).ok_or_else(Problem::not_found)?;
        let place = store::place(tx, by, id).await?;
        let last = place.row.last;
        let latest = views::stretch(tx, &place.row, last - LATEST + 1, last).await?;
        let room = views::room(tx, Some(place.me), place.row).await?;
        let head = json!({ "room": room, "more": latest.before.is_some() });
        Ok(in_parts(head, "messages", &latest.items))
    }

    async fn replayed(&self, tx: &Tx<'_>, events: Vec<Event>) -> Result<Vec<Event>, Problem> {
        forgetting::without_deleted(tx, events).await
    }

    /// Whoever reads a room reads all of it.
    fn is_whole(&self) -> bool {
        true
    }
}

/// The head and as much of the list as one part holds; the rest of the list follows in further
/// parts.
fn in_parts<T: Serialize>(head: Value, list: &str, items: &[T]) -> Vec<String> {
    let (mut parts, mut open) = (Vec::new(), head);
    let mut size = open.to_string().len();
    let mut held: Vec<Value> = Vec::new();
    for item in items {
        let item = json!(item);
        let length = item.to_string().len();
        if size + length > PART && size > 0 {
            open[list] = Value::Array(std::mem::take(&mut held));
            parts.push(std::mem::replace(&mut open, json!({})).to_string());
            size = 0;
        }
        size += length;
        held.push(item);
    }
    open[list] = Value::Array(held);
    parts.push(open.to_string());
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::in_parts;

    #[test]
    fn long_messages_come_in_parts_with_the_head_in_the_first() {
        let messages: Vec<String> = (0..50).map(|n| format!("{n} {}", "ş".repeat(4_000))).collect();
        let parts = in_parts(json!({ "room": "x" }), "messages", &messages);
        assert!(parts.len() > 5 && parts.iter().all(|part| part.len() < 60_000));
        let read: Vec<Value> = parts.iter().map(|p| serde_json::from_str(p).unwrap()).collect();
        assert!(read[0]["room"] == "x" && read[1].get("room").is_none());
        let all: Vec<&Value> =
            read.iter().flat_map(|part| part["messages"].as_array().unwrap()).collect();
        assert_eq!(all.len(), 50);
        assert_eq!(in_parts(json!({}), "rooms", &[0; 0]), [r#"{"rooms":[]}"#]);
    }
}

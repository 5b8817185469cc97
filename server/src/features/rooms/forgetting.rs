//! What was deleted is not said again: who missed it hears the past without the words of messages that
//! are deleted by now. The journal itself stays as it was written.

use std::collections::HashSet;

use entities::ids::MessageId;
use entities::message;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};

use crate::db::Tx;
use crate::kernel::event::Event;
use crate::kernel::problem::Problem;

/// Ids asked for in one statement.
const PART: usize = 500;

/// These events, with nothing in them of messages that are deleted.
///
/// # Errors
/// Those of the database.
pub(super) async fn without_deleted(
    tx: &Tx<'_>,
    mut events: Vec<Event>,
) -> Result<Vec<Event>, Problem> {
    let mut saying: Vec<(usize, Value)> = Vec::new();
    let mut named: HashSet<MessageId> = HashSet::new();
    for (at, event) in events.iter().enumerate() {
        let Ok(mut d) = serde_json::from_str::<Value>(&event.d) else { continue };
        let mut says = false;
        each_said(&mut d, &mut |said| {
            if let Some(id) = id_of(said) {
                says = true;
                named.insert(id);
            }
        });
        if says {
            saying.push((at, d));
        }
    }
    let deleted = deleted(tx, named).await?;
    if deleted.is_empty() {
        return Ok(events);
    }
    for (at, mut d) in saying {
        let mut emptied = false;
        each_said(&mut d, &mut |said| {
            if id_of(said).is_some_and(|id| deleted.contains(&id)) {
                said["text"] = json!("");
                // a quote says that it is of something deleted
                if said.get("deleted").is_some() {
                    said["deleted"] = json!(true);
                }
                emptied = true;
            }
        });
        if emptied {
            events[at].d = d.to_string().into();
        }
    }
    Ok(events)
}

/// The message of an event, or the latest of its room, and what that answers.
fn each_said(d: &mut Value, act: &mut impl FnMut(&mut Value)) {
    for path in ["/message", "/room/message"] {
        if let Some(message) = d.pointer_mut(path) {
            if let Some(quoted) = message.get_mut("reply_to").filter(|quoted| quoted.is_object()) {
                act(quoted);
            }
            if message.is_object() {
                act(message);
            }
        }
    }
}

fn id_of(said: &Value) -> Option<MessageId> {
    said["id"].as_str().and_then(|id| id.parse().ok())
}

async fn deleted(tx: &Tx<'_>, named: HashSet<MessageId>) -> Result<HashSet<MessageId>, Problem> {
    let named: Vec<MessageId> = named.into_iter().collect();
    let mut found = HashSet::new();
    for part in named.chunks(PART) {
        let rows: Vec<MessageId> = message::Entity::of(tx.tenant())
            .filter(message::Column::Id.is_in(part.iter().copied()))
            .filter(message::Column::DeletedAt.is_not_null())
            .select_only()
            .column(message::Column::Id)
            .into_tuple()
            .all(tx)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::each_said;

    #[test]
    fn what_is_said_is_found_wherever_it_stands_in_an_event() {
        let message = json!({ "id": "a", "reply_to": { "id": "b", "deleted": false } });
        for (d, there) in [
            (json!({ "message": message }), vec!["b", "a"]),
            (json!({ "room": { "message": message } }), vec!["b", "a"]),
            (json!({ "message": { "id": "a", "reply_to": null } }), vec!["a"]),
            (json!({ "room": { "message": null } }), vec![]),
            (json!({ "message_id": "a", "emoji": "x" }), vec![]),
        ] {
            let (mut d, mut found) = (d, Vec::new());
            each_said(&mut d, &mut |said| found.push(said["id"].as_str().unwrap().to_owned()));
            assert_eq!(found, there, "{d}");
        }
    }
}

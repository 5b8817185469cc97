//! A topic: one ordered stream of events with one owner.

use std::fmt;
use std::sync::Arc;

use entities::ids::{BoardId, CustomerId, RoomId, TenantId, UserId};
use uuid::Uuid;

/// The name of a topic inside its tenant, as it stands in the journal: `tenant`, `user:<id>`,
/// `board:<id>`, `customer:<id>`, `rooms`, `room:<id>`. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic(Arc<str>);

impl Topic {
    /// Names a topic; whether it exists is the feature's to say.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    pub fn tenant() -> Self {
        Self::new("tenant")
    }

    /// A person's own topic, `me` on the wire.
    pub fn user(id: UserId) -> Self {
        Self::new(&format!("user:{id}"))
    }

    pub fn board(id: BoardId) -> Self {
        Self::new(&format!("board:{id}"))
    }

    pub fn customer(id: CustomerId) -> Self {
        Self::new(&format!("customer:{id}"))
    }

    pub fn room(id: RoomId) -> Self {
        Self::new(&format!("room:{id}"))
    }

    /// The list of everybody's rooms.
    pub fn rooms() -> Self {
        Self::new("rooms")
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the colon: the kind that features register.
    pub fn kind(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// Whether this is the one way to write it: an id in other letters would name a second stream.
    pub fn is_canonical(&self) -> bool {
        self.id().is_none_or(|id| self.0.split_once(':').is_some_and(|(_, s)| s == id.to_string()))
    }

    /// The id behind the colon, if there is a well-formed one.
    pub fn id(&self) -> Option<Uuid> {
        self.0.split_once(':').and_then(|(_, id)| Uuid::parse_str(id).ok())
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A topic of a tenant: what an actor owns.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicKey {
    pub tenant: TenantId,
    pub topic: Topic,
}

/// A position in a topic. `seq` 0 is before the first event and is a position like any other.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Position {
    pub epoch: String,
    pub seq: i64,
}

#[cfg(test)]
mod tests {
    use super::Topic;

    #[test]
    fn an_id_is_written_in_one_way() {
        let id = "0190aaaa-0000-7000-8000-00000000abcd";
        for named in [&format!("board:{id}"), "tenant", "board:x", "agenda", "t:1"] {
            assert!(Topic::new(named).is_canonical(), "{named}");
        }
        let upper = id.to_uppercase();
        let simple = id.replace('-', "");
        for other in [&upper, &simple, &format!("{{{id}}}"), &format!("urn:uuid:{id}")] {
            assert!(!Topic::new(&format!("board:{other}")).is_canonical(), "{other}");
        }
    }
}

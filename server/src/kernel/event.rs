//! Events: facts that were committed. Features make them; the journal gives them their place.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::{CustomerId, UserId};
use serde::{Deserialize, Serialize};

use super::principal::{Permission, Principal};
use super::problem::Problem;
use super::topic::Topic;

/// Who may hear an event, beyond being allowed to read its topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who reads the topic.
    Everyone,
    /// Those who may see a record of these owners (before and after the change).
    Owners(Arc<[UserId]>),
    /// Those who saw a record of its owners before and do not see it any more.
    Losing { before: Arc<[UserId]>, after: Arc<[UserId]> },
    /// Those who see the agenda of one of these people, or the customer of these owners (none:
    /// there is no customer).
    Agenda { people: Arc<[UserId]>, owners: Option<Arc<[UserId]>> },
    /// These people in person and nobody else. For those who are gone it is the last that they hear
    /// of its topic: their subscriptions end with it.
    People { only: Arc<[UserId]>, gone: Arc<[UserId]> },
}

/// The right without which an event is not heard of, whichever topic carries it: the one that its
/// reading over HTTP asks for. What the snapshot of `tenant` shows everybody (people, roles, fields)
/// asks for none; what a rule did stands on its customer's timeline.
pub fn needed(op: &str) -> Option<Permission> {
    match (op.split('.').next().unwrap_or_default(), op) {
        (_, "customer.exported") => Some(Permission::ViewAudit),
        (_, "user.invited") | ("invitation" | "offboarding", _) => Some(Permission::ManageUsers),
        (_, "rule.saved" | "rule.reordered" | "rule.removed") => Some(Permission::ManageRules),
        ("webhook", _) => Some(Permission::ManageWebhooks),
        ("connection" | "channel", _) => Some(Permission::ManageChannels),
        ("import", _) => Some(Permission::ImportCustomers),
        ("bulk", _) => Some(Permission::EditCustomers),
        ("customer", _) => Some(Permission::ViewCustomers),
        ("board" | "card", _) => Some(Permission::ViewBoards),
        ("appointment" | "agenda", _) => Some(Permission::ViewAgenda),
        ("room" | "member" | "message", _) => Some(Permission::UseChat),
        _ => None,
    }
}

/// As an audience stands in the journal.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Owners(Vec<UserId>),
    Losing { before: Vec<UserId>, after: Vec<UserId> },
    Agenda { people: Vec<UserId>, owners: Option<Vec<UserId>> },
    People { only: Vec<UserId>, gone: Vec<UserId> },
}

impl Audience {
    pub fn people(only: &[UserId]) -> Self {
        Self::People { only: only.into(), gone: Arc::from([]) }
    }

    /// Those who are here, and those who leave with this.
    pub fn parting(only: &[UserId], gone: &[UserId]) -> Self {
        Self::People { only: only.into(), gone: gone.into() }
    }

    /// Whose subscriptions end here.
    pub fn gone(&self) -> &[UserId] {
        match self {
            Self::People { gone, .. } => gone,
            _ => &[],
        }
    }

    /// Owners before and after, each once.
    pub fn owners(before: &[UserId], after: &[UserId]) -> Self {
        let mut all: Vec<UserId> = before.iter().chain(after).copied().collect();
        all.sort_unstable();
        all.dedup();
        Self::Owners(all.into())
    }

    pub fn admits(&self, by: &Principal) -> bool {
        match self {
            Self::Everyone => true,
            Self::Owners(owners) => by.sees(owners),
            Self::Losing { before, after } => by.sees(before) && !by.sees(after),
            Self::Agenda { people, owners } => {
                by.agenda.sees(people) || owners.as_ref().is_some_and(|owners| by.sees(owners))
            }
            Self::People { only, gone } => {
                by.in_person().is_some_and(|me| only.contains(&me) || gone.contains(&me))
            }
        }
    }

    /// For the journal; none = everyone.
    pub(crate) fn written(&self) -> Option<String> {
        let written = match self {
            Self::Everyone => return None,
            Self::Owners(owners) => Written::Owners(owners.to_vec()),
            Self::Losing { before, after } => {
                Written::Losing { before: before.to_vec(), after: after.to_vec() }
            }
            Self::Agenda { people, owners } => Written::Agenda {
                people: people.to_vec(),
                owners: owners.as_ref().map(|owners| owners.to_vec()),
            },
            Self::People { only, gone } => {
                Written::People { only: only.to_vec(), gone: gone.to_vec() }
            }
        };
        serde_json::to_string(&written).ok()
    }

    /// From the journal. What cannot be read admits nobody but those who see all.
    pub(crate) fn read(text: Option<&str>) -> Self {
        match text.map(serde_json::from_str) {
            None => Self::Everyone,
            Some(Ok(Written::Owners(owners))) => Self::Owners(owners.into()),
            Some(Ok(Written::Losing { before, after })) => {
                Self::Losing { before: before.into(), after: after.into() }
            }
            Some(Ok(Written::Agenda { people, owners })) => {
                Self::Agenda { people: people.into(), owners: owners.map(Into::into) }
            }
            Some(Ok(Written::People { only, gone })) => {
                Self::People { only: only.into(), gone: gone.into() }
            }
            Some(Err(_)) => Self::Owners(Arc::from([])),
        }
    }
}

/// An event on its way into the journal.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub topic: Topic,
    /// Past tense: `card.moved`.
    pub op: &'static str,
    /// `d` as JSON: exactly the bytes that will be sent. Allow-listed fields, no secrets.
    pub d: Arc<str>,
    /// Set where it belongs on a customer's timeline.
    pub customer: Option<CustomerId>,
    /// Of the copies of a fact, the one that those hear of who wait for facts about customers.
    pub watched: bool,
    pub audience: Audience,
}

impl NewEvent {
    /// # Errors
    /// `internal` when `d` cannot be written as JSON, which is a defect.
    pub fn new(topic: Topic, op: &'static str, d: &impl Serialize) -> Result<Self, Problem> {
        let d = serde_json::to_string(d).map_err(|error| {
            tracing::error!(%error, op, "event cannot be serialised");
            Problem::internal()
        })?;
        let d = d.into();
        Ok(Self { topic, op, d, customer: None, watched: false, audience: Audience::Everyone })
    }

    #[must_use]
    pub fn on_timeline_of(mut self, customer: CustomerId) -> Self {
        self.customer = Some(customer);
        self.watched = true;
        self
    }

    /// A fact of its own that has no line on the timeline; it stands on its customer's topic.
    #[must_use]
    pub fn without_a_line(mut self) -> Self {
        self.customer = None;
        self.watched = true;
        self
    }

    #[must_use]
    pub fn heard_by(mut self, audience: Audience) -> Self {
        self.audience = audience;
        self
    }

    /// The same fact on another topic; only one of the copies should carry the timeline.
    #[must_use]
    pub fn also_on(&self, topic: Topic) -> Self {
        Self { topic, customer: None, watched: false, ..self.clone() }
    }
}

/// An event of the journal.
#[derive(Clone, Debug)]
pub struct Event {
    pub topic: Topic,
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub by: Arc<str>,
    pub op: Arc<str>,
    pub d: Arc<str>,
    pub customer: Option<CustomerId>,
    /// Only while it is being written: whether those hear of it who wait for facts.
    pub watched: bool,
    pub audience: Audience,
    pub cmd: Option<Arc<str>>,
}

impl Event {
    /// Whether somebody who reads the topic hears of this.
    pub fn admits(&self, by: &Principal) -> bool {
        needed(&self.op).is_none_or(|right| by.may(right)) && self.audience.admits(by)
    }
}

//! What the features hand to the machinery: commands by op, kinds of topics, reactions to events.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;

use super::hub::Hub;
use super::watch::{Watch, Watches};
use crate::db::Tx;
use crate::kernel::command::{AnyCommand, Command};
use crate::kernel::event::Event;
use crate::kernel::input;
use crate::kernel::principal::Principal;
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::{Topic, TopicKey};

type Decode = fn(&RawValue, &Topic) -> Result<Decoded, Problem>;

/// A command that was understood.
pub(super) struct Decoded {
    pub(super) owner: Topic,
    pub(super) command: Box<dyn AnyCommand>,
    /// `d` in canonical form (sorted keys, no spaces): what tells a retry from another command.
    pub(super) canonical: String,
}

/// Called on every node that hears the event, after it was published there.
pub type Reaction = Arc<dyn Fn(&Hub, &TopicKey, &Event) + Send + Sync>;

/// How a kind of topic is read.
#[async_trait::async_trait]
pub trait TopicKind: Send + Sync {
    /// Whether this topic exists and may be read by this principal.
    ///
    /// # Errors
    /// `not_found` for what is hidden or foreign, `forbidden` without the permission.
    async fn admit(&self, tx: &Tx<'_>, by: &Principal, topic: &Topic) -> Result<(), Problem>;

    /// The state as this principal sees it: JSON objects of at most 60 KiB, in order; `d` of the
    /// `snap` frames. Never empty.
    ///
    /// # Errors
    /// As `admit`.
    async fn snapshot(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        topic: &Topic,
    ) -> Result<Vec<String>, Problem>;

    /// Events that somebody missed, as they may be heard today: what is not to be read any more is
    /// emptied, or heard by nobody. As many as were given, in their order.
    ///
    /// # Errors
    /// Those of the database.
    async fn replayed(&self, _: &Tx<'_>, events: Vec<Event>) -> Result<Vec<Event>, Problem> {
        Ok(events)
    }

    /// Whether who may read the topic sees all that it is about, so that everybody there may hear
    /// what is said in passing.
    fn is_whole(&self) -> bool {
        false
    }
}

/// Everything the features registered. Built once by `app.rs`.
#[derive(Default)]
pub struct Registry {
    ops: HashMap<&'static str, Decode>,
    kinds: HashMap<&'static str, Arc<dyn TopicKind>>,
    reactions: HashMap<&'static str, Vec<Reaction>>,
    watches: Watches,
}

impl Registry {
    /// Takes a command by its op.
    pub fn accepts<C: Command>(&mut self) {
        self.ops.insert(C::OP, |d, named| {
            // through `Value`, so that the check for U+0000 sees every string once
            let value: Value = serde_json::from_str(d.get()).map_err(|_| Problem::bad_json())?;
            if !value.is_object() {
                // serde would also take a list for a struct, field by field
                return Err(Problem::invalid("d", "bad_value"));
            }
            input::refuse_nul(&value)?;
            let canonical = value.to_string();
            let mut command: C = serde_json::from_value(value).map_err(|error| shape_of(&error))?;
            let owner = command.owner(named)?;
            Ok(Decoded { owner, command: Box::new(command), canonical })
        });
    }

    pub fn topic(&mut self, kind: &'static str, how: impl TopicKind + 'static) {
        self.kinds.insert(kind, Arc::new(how));
    }

    /// Reacts to an event's op on this node; must not block.
    pub fn on(
        &mut self,
        op: &'static str,
        reaction: impl Fn(&Hub, &TopicKey, &Event) + Send + Sync + 'static,
    ) {
        self.reactions.entry(op).or_default().push(Arc::new(reaction));
    }

    /// Looks at events of these ops inside the commit that writes them, for records that wait for
    /// them in the table `watch`.
    pub fn watch(&mut self, ops: &[&'static str], watch: Arc<dyn Watch>) {
        self.watches.add(ops, watch);
    }

    /// Hands the watches to the committer.
    pub(super) fn take_watches(&mut self) -> Watches {
        std::mem::take(&mut self.watches)
    }

    /// All ops, sorted.
    pub fn ops(&self) -> Vec<&'static str> {
        let mut ops: Vec<_> = self.ops.keys().copied().collect();
        ops.sort_unstable();
        ops
    }

    pub(super) fn decode(&self, op: &str, d: &RawValue, named: &Topic) -> Result<Decoded, Problem> {
        let decode = self.ops.get(op).ok_or_else(|| Problem::new(Class::Invalid, "unknown_op"))?;
        decode(d, named)
    }

    pub(super) fn kind(&self, topic: &Topic) -> Result<Arc<dyn TopicKind>, Problem> {
        self.kinds.get(topic.kind()).cloned().ok_or_else(Problem::not_found)
    }

    pub(super) fn react(&self, hub: &Hub, key: &TopicKey, event: &Event) {
        for reaction in self.reactions.get(event.op.as_ref()).into_iter().flatten() {
            reaction(hub, key, event);
        }
    }
}

/// Names the field where serde's text does; the text itself never leaves.
pub fn shape_of(error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let quoted = || text.split('`').nth(1).unwrap_or_default();
    if text.starts_with("missing field") {
        Problem::invalid(quoted(), "required")
    } else if text.starts_with("unknown field") {
        Problem::invalid(quoted(), "unknown_value")
    } else {
        Problem::invalid("d", "bad_value")
    }
}

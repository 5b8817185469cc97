//! What travels between a topic's actor and the committer.

use tokio::sync::oneshot;

use super::journal::Head;
use super::port::Receipt;
use crate::kernel::command::{AnyCommand, CommandContext};
use crate::kernel::event::Event;
use crate::kernel::problem::Problem;
use crate::kernel::topic::{Topic, TopicKey};

/// A command that waits for its turn, with the promise of an answer.
pub(super) struct Submit {
    pub(super) cx: CommandContext,
    /// Hash of author, op and `d`: what tells a retry from another command under the same id.
    pub(super) body_hash: String,
    pub(super) command: Box<dyn AnyCommand>,
    pub(super) reply: oneshot::Sender<Result<Receipt, Problem>>,
}

impl Submit {
    pub(super) fn answer(self, answer: Result<Receipt, Problem>) {
        // The asker may have gone; the stored result answers its retry.
        let _ = self.reply.send(answer);
    }
}

/// The commands of one topic that are decided together.
pub(super) struct Batch {
    pub(super) key: TopicKey,
    pub(super) commands: Vec<Submit>,
    pub(super) done: oneshot::Sender<Outcome>,
}

/// What became of a batch.
pub(super) enum Outcome {
    Committed {
        /// The topic before the batch: events between the actor's head and this one were written
        /// elsewhere and come first.
        base: Head,
        /// All events of this topic that the transaction wrote, gapless from `base`.
        events: Vec<Event>,
        answers: Vec<(Submit, Result<Receipt, Problem>)>,
    },
    /// Nothing is known to have been kept: the database failed, or its answer was lost.
    Failed { problem: Problem, commands: Vec<Submit> },
}

pub(super) fn key(tenant: entities::ids::TenantId, topic: &Topic) -> TopicKey {
    TopicKey { tenant, topic: topic.clone() }
}

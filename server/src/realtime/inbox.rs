//! What waits for a topic's actor. A queue of our own, because a mailbox of actix holds sixteen
//! until its actor runs and refuses an early burst; the mailbox carries only the wake-up.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use actix::Addr;
use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::batch::Submit;
use super::handle::SessionHandle;
use super::hub::Hub;
use super::journal::Head;
use super::port::Subscribe;
use super::topic_actor::{TopicActor, Wake};
use crate::kernel::event::Event;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::topic::TopicKey;

/// Commands that may wait for one topic; beyond that the asker is told to come back.
pub(super) const PENDING_MAX: usize = 1_024;

pub(super) enum Message {
    Submit(Box<Submit>),
    Subscribe(Subscribe, Arc<Principal>),
    Unsubscribe {
        session: u64,
    },
    /// Another topic's transaction wrote here.
    Appended {
        epoch: Arc<str>,
        events: Vec<Event>,
    },
    /// The database's head, as the poll saw it.
    Seen(Head),
    /// A passing remark, for all but its author.
    Remark {
        from: Arc<SessionHandle>,
        k: String,
        d: Box<RawValue>,
    },
    /// The list of who is here was owed to a slow reader.
    PresenceAgain {
        to: Arc<SessionHandle>,
    },
    /// Somebody relies on this topic being heard on this node.
    Keep,
    /// Answered once the actor hears everything that is written from then on.
    Ready(oneshot::Sender<()>),
}

#[derive(Default)]
struct State {
    messages: VecDeque<Message>,
    closed: bool,
}

#[derive(Default)]
pub(super) struct Inbox {
    state: Mutex<State>,
    /// Commands accepted and not yet answered, here and in the actor.
    waiting: AtomicUsize,
    woken: AtomicBool,
    owner: OnceLock<Addr<TopicActor>>,
}

impl Inbox {
    /// Gives back the message when the actor has stopped.
    pub(super) fn push(&self, message: Message) -> Result<(), Message> {
        let message = match message {
            Message::Submit(submit) => {
                if self.waiting.fetch_add(1, Ordering::Relaxed) >= PENDING_MAX {
                    self.waiting.fetch_sub(1, Ordering::Relaxed);
                    metrics::counter!("nabiz_commands_refused_busy").increment(1);
                    submit.answer(Err(Problem::busy()));
                    return Ok(());
                }
                Message::Submit(submit)
            }
            message => message,
        };
        let is_submit = matches!(message, Message::Submit(_));
        let mut state = self.lock();
        if state.closed {
            drop(state);
            if is_submit {
                self.answered(1);
            }
            return Err(message);
        }
        state.messages.push_back(message);
        drop(state);
        self.wake();
        Ok(())
    }

    /// False once the actor has stopped or its thread is gone.
    pub(super) fn is_open(&self) -> bool {
        !self.lock().closed && self.owner.get().is_none_or(Addr::connected)
    }

    pub(super) fn owned_by(&self, owner: Addr<TopicActor>) {
        // set once, by who started the actor
        let _ = self.owner.set(owner);
        self.woken.store(false, Ordering::Release);
        self.wake();
    }

    fn wake(&self) {
        if let Some(owner) = self.owner.get()
            && !self.woken.swap(true, Ordering::AcqRel)
        {
            // full means that a wake-up is waiting; closed is found by `is_open`
            let _ = owner.try_send(Wake);
        }
    }

    pub(super) fn take(&self) -> VecDeque<Message> {
        self.woken.store(false, Ordering::Release);
        std::mem::take(&mut self.lock().messages)
    }

    pub(super) fn answered(&self, commands: usize) {
        self.waiting.fetch_sub(commands, Ordering::Relaxed);
    }

    /// Closes for good if nothing waits; afterwards `push` gives messages back.
    pub(super) fn close_if_empty(&self) -> bool {
        let mut state = self.lock();
        state.closed = state.messages.is_empty();
        state.closed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // no code panics while it holds the lock
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hub {
    /// Whether the topic's actor runs on this node: nobody hears of a topic whose does not.
    pub fn is_running(&self, key: &TopicKey) -> bool {
        self.running(key).is_some()
    }
}

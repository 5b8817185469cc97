//! What the session layer needs from the hub, and the plain messages that pass between them.
//! Sessions know this trait and nothing else of topics; the hub implements it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use entities::ids::SessionId;
use futures_util::future::BoxFuture;
use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::handle::SessionHandle;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Position;

/// What the session layer asks of the hub. No call blocks; answers to `subscribe` are pushed to
/// the handle's outbox.
pub trait SessionHost: Send + Sync + 'static {
    /// Turns an access token into a principal.
    fn authenticate<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<SignedIn, Problem>>;

    /// Enqueues before it returns, so that one socket's commands to one topic keep their order;
    /// the receiver answers after the commit, and after the socket's own `ev` was pushed.
    fn submit(
        &self,
        by: &Principal,
        frame: CommandFrame,
    ) -> oneshot::Receiver<Result<Receipt, Problem>>;

    /// Answers with `subbed` and what follows it, or with `err`, through the handle.
    fn subscribe(&self, sub: Subscribe);

    fn unsubscribe(&self, topic: &str, handle: &Arc<SessionHandle>);

    /// Hands a passing remark (`typing`, `viewing`, `dragging`, `away`) to the topic's others.
    fn ephemeral(&self, topic: &str, from: &Arc<SessionHandle>, k: &str, d: &RawValue);

    /// Presence frames of this topic were dropped for this session; push the full list again.
    fn presence_again(&self, topic: &str, handle: &Arc<SessionHandle>);

    /// The socket ended: drop its subscriptions and its presence. Called exactly once.
    fn gone(&self, handle: &Arc<SessionHandle>);
}

/// A principal with what `welcome` says about it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub principal: Principal,
    /// The device's session in the database, not the socket.
    pub session: SessionId,
    pub expires_at: DateTime<Utc>,
    pub user: serde_json::Value,
    pub tenant: serde_json::Value,
}

/// A command as it stood on the wire.
#[derive(Debug)]
pub struct CommandFrame {
    /// Client-made, unique, at most 64 characters.
    pub id: String,
    pub topic: String,
    pub op: String,
    pub d: Box<RawValue>,
    /// `if.ver`: the version the client saw.
    pub if_ver: Option<i64>,
}

/// The answer to a committed command.
#[derive(Debug)]
pub struct Receipt {
    pub topic: String,
    pub seq: i64,
    /// The stored answer of an earlier send of the same id.
    pub dup: bool,
    pub d: Option<Box<RawValue>>,
}

pub struct Subscribe {
    /// None for the topics of `hello.resume`.
    pub id: Option<String>,
    /// As the client named it; `me` is resolved by the hub.
    pub topic: String,
    pub since: Option<Position>,
    pub snap: bool,
    pub subscriber: Arc<SessionHandle>,
}

/// The last committed `seq` of a topic as this node knows it; shared by the topic's owner and
/// every session that listens, so that a heartbeat can name heads without asking anybody.
#[derive(Debug, Default)]
pub struct TopicHead(AtomicI64);

impl TopicHead {
    pub fn new(seq: i64) -> Self {
        Self(AtomicI64::new(seq))
    }

    pub fn set(&self, seq: i64) {
        self.0.store(seq, Ordering::Release);
    }

    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }
}

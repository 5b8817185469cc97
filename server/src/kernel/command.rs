//! Commands: what a client wants, decided by a feature inside one transaction.

use std::future::Future;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::clock::Clock;
use super::event::NewEvent;
use super::principal::{Permission, Principal};
use super::problem::Problem;
use super::topic::Topic;
use crate::db::Tx;

/// Who, where and when; rules read no other clock and no other identity.
#[derive(Clone)]
pub struct CommandContext {
    pub by: Principal,
    /// The client's id of the command.
    pub id: Arc<str>,
    pub topic: Topic,
    /// The time of the decision.
    pub at: DateTime<Utc>,
    /// `if.ver`: the version the client saw, where it insists.
    pub if_version: Option<i64>,
    pub(crate) clock: Clock,
}

impl CommandContext {
    /// A fresh id for a new record: `cx.fresh(CardId)`.
    pub fn fresh<T>(&self, id: impl FnOnce(Uuid) -> T) -> T {
        id(self.clock.fresh_id())
    }

    /// # Errors
    /// `conflict` / `version_conflict` when the client insisted on another version.
    pub fn check_version(&self, version: i64) -> Result<(), Problem> {
        match self.if_version {
            Some(seen) if seen != version => Err(Problem::conflict("version_conflict")
                .with(serde_json::json!({ "version": version }))),
            _ => Ok(()),
        }
    }
}

/// Work for after the commit; it is written in the same transaction.
#[derive(Clone, Debug)]
pub struct NewJob {
    pub kind: &'static str,
    /// JSON of the job's own shape.
    pub payload: String,
    pub run_at: DateTime<Utc>,
}

/// What a command came to.
#[derive(Debug, Default)]
pub struct Decision {
    /// `res.d`.
    pub reply: Option<Value>,
    /// In order. Those on the command's own topic come first in its stream; others are appended
    /// to theirs in the same transaction.
    pub events: Vec<NewEvent>,
    pub jobs: Vec<NewJob>,
}

impl Decision {
    pub fn events(events: Vec<NewEvent>) -> Self {
        Self { events, ..Self::default() }
    }

    #[must_use]
    pub fn reply(mut self, reply: &impl Serialize) -> Self {
        self.reply = serde_json::to_value(reply).ok();
        self
    }
}

pub type Decided = Result<Decision, Problem>;

/// One op. `d` of the frame is deserialised into the implementor; unknown fields are the
/// implementor's to refuse (`deny_unknown_fields`).
pub trait Command: DeserializeOwned + Send + Sync + 'static {
    /// `noun.verb`.
    const OP: &'static str;
    const NEEDS: Permission;
    /// Whoever is signed in may do this to what is their own; `NEEDS` is not asked.
    const ANYBODY: bool = false;

    /// The topic whose actor decides, given the one the client named; also fills in what the
    /// topic implies (the customer of `customer:<id>`). The default takes the client's word if it
    /// names one of the kinds the command lives on.
    ///
    /// # Errors
    /// `invalid` when the client's topic cannot own this command.
    fn owner(&mut self, named: &Topic) -> Result<Topic, Problem> {
        Ok(named.clone())
    }

    /// Reads and writes rows, returns reply and events. Checks come before the first write, so
    /// that a refusal leaves nothing to roll back. Must not touch clock, randomness or network,
    /// and may run again after a lost race.
    ///
    /// # Errors
    /// Whatever the feature refuses.
    fn decide<'a>(
        &'a self,
        tx: &'a Tx<'a>,
        cx: &'a CommandContext,
    ) -> impl Future<Output = Decided> + Send + 'a;
}

/// A command whose type is forgotten: what the machinery carries.
pub trait AnyCommand: Send + Sync {
    fn op(&self) -> &'static str;
    /// None: whoever is signed in.
    fn needs(&self) -> Option<Permission>;
    fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> BoxFuture<'a, Decided>;
}

impl<C: Command> AnyCommand for C {
    fn op(&self) -> &'static str {
        C::OP
    }

    fn needs(&self) -> Option<Permission> {
        (!C::ANYBODY).then_some(C::NEEDS)
    }

    fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> BoxFuture<'a, Decided> {
        Command::decide(self, tx, cx).boxed()
    }
}

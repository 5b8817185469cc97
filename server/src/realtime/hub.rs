//! The hub: the one way in for a write, and the only place that finds or starts topic actors.

use std::sync::{Arc, OnceLock, Weak};

use actix::{Actor, Arbiter, ArbiterHandle};
use chrono::{DateTime, Utc};
use dashmap::DashMap;
use entities::ids::{SessionId, TenantId, UserId};
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use super::batch::Submit;
use super::bus::{Bus, News};
use super::committer::Committer;
use super::frames::CloseCode;
use super::handle::SessionHandle;
use super::inbox::{Inbox, Message};
use super::poll;
use super::port::{CommandFrame, Receipt, SessionHost, SignedIn, Subscribe};
use super::registry::{Decoded, Registry};
use super::sessions::{Sessions, Whom};
use super::topic_actor::{TopicActor, refuse};
use crate::db::{Db, Engine};
use crate::kernel::clock::Clock;
use crate::kernel::command::CommandContext;
use crate::kernel::event::Event;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::kernel::topic::{Topic, TopicKey};

/// Longest id of a command, in characters.
const ID_MAX: usize = 64;

/// Turns an access token into who asks; the accounts feature does it.
pub trait Authenticator: Send + Sync + 'static {
    fn sign_in<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<SignedIn, Problem>>;

    /// Devices whose session ended after `since`: a node hears so of what another node ended.
    fn ended_since(
        &self,
        tenant: TenantId,
        since: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Vec<SessionId>, Problem>>;
}

/// What every topic actor shares.
pub(super) struct Services {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) registry: Registry,
    pub(super) committer: Committer,
    hub: Arc<OnceLock<Weak<Inner>>>,
}

impl Services {
    pub(super) fn react(&self, key: &TopicKey, event: &Event) {
        if let Some(inner) = self.hub.get().and_then(Weak::upgrade) {
            self.registry.react(&Hub(inner), key, event);
        }
    }

    /// The actor of a topic has stopped.
    pub(super) fn forget(&self, key: &TopicKey, inbox: &Arc<Inbox>) {
        if let Some(inner) = self.hub.get().and_then(Weak::upgrade) {
            inner.actors.remove_if(key, |_, known| Arc::ptr_eq(known, inbox));
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Hub(pub(super) Arc<Inner>);

pub(super) struct Inner {
    services: Arc<Services>,
    actors: DashMap<TopicKey, Arc<Inbox>>,
    arbiters: Vec<ArbiterHandle>,
    sessions: Arc<Sessions>,
    authenticator: Arc<dyn Authenticator>,
}

impl Hub {
    /// Starts the machinery on `threads` arbiters. `jobs_written` is called after every commit
    /// that wrote jobs.
    pub fn start(
        db: Db,
        clock: Clock,
        mut registry: Registry,
        sessions: Arc<Sessions>,
        authenticator: Arc<dyn Authenticator>,
        bus: Arc<dyn Bus>,
        jobs_written: Arc<dyn Fn() + Send + Sync>,
        threads: usize,
    ) -> Self {
        let own: Arc<OnceLock<Weak<Inner>>> = Arc::default();
        let hears = own.clone();
        bus.listen(Box::new(move |news| {
            if let Some(inner) = hears.get().and_then(Weak::upgrade) {
                Hub(inner).heard(news);
            }
        }));
        let watches = registry.take_watches();
        let committer = Committer::start(db.clone(), clock.clone(), bus, jobs_written, watches);
        let services = Arc::new(Services { db, clock, registry, committer, hub: own.clone() });
        let arbiters = (0..threads.max(1)).map(|_| Arbiter::new().handle()).collect();
        let inner =
            Arc::new(Inner { services, actors: DashMap::new(), arbiters, sessions, authenticator });
        // set once, here
        let _ = own.set(Arc::downgrade(&inner));
        let hub = Self(inner);
        let polls = Arc::downgrade(&hub.0);
        hub.0.services.db.detach(poll::run(polls));
        hub
    }

    pub fn sessions(&self) -> &Arc<Sessions> {
        &self.0.sessions
    }

    /// All ops that are understood, sorted.
    pub fn ops(&self) -> Vec<&'static str> {
        self.0.services.registry.ops()
    }

    /// The one way in for a write, from a socket or from HTTP. Enqueues before it returns; the
    /// receiver answers after the commit. A dropped receiver means that the topic's actor died:
    /// repeat with the same id.
    pub fn submit(
        &self,
        by: &Principal,
        frame: CommandFrame,
    ) -> oneshot::Receiver<Result<Receipt, Problem>> {
        let (reply, answer) = oneshot::channel();
        match self.prepare(by, frame) {
            Ok((key, cx, body_hash, decoded)) => {
                let submit = Submit { cx, body_hash, command: decoded.command, reply };
                self.send(&key, Message::Submit(Box::new(submit)));
            }
            Err(problem) => {
                // the receiver is still in our hands
                let _ = reply.send(Err(problem));
            }
        }
        answer
    }

    fn prepare(
        &self,
        by: &Principal,
        frame: CommandFrame,
    ) -> Result<(TopicKey, CommandContext, String, Decoded), Problem> {
        let CommandFrame { id, topic, op, d, if_ver } = frame;
        if id.is_empty() || id.chars().count() > ID_MAX || id.chars().any(char::is_control) {
            return Err(Problem::invalid("id", "bad_value"));
        }
        let named = resolve(by, &topic)?;
        let decoded = self.0.services.registry.decode(&op, &d, &named)?;
        let refused = decoded.command.needs().is_some_and(|needed| !by.may(needed));
        // who looks with somebody else's eyes only looks
        if refused || by.seen_by.is_some() {
            return Err(Problem::forbidden());
        }
        let mut hash = Sha256::new();
        for part in [by.author().as_str(), &op, decoded.owner.as_str(), &decoded.canonical] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let body_hash = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let clock = self.0.services.clock.clone();
        let cx = CommandContext {
            by: by.clone(),
            id: id.into(),
            topic: decoded.owner.clone(),
            at: clock.now(),
            if_version: if_ver,
            clock,
        };
        metrics::counter!("nabiz_commands", "op" => decoded.command.op()).increment(1);
        let key = TopicKey { tenant: by.tenant, topic: decoded.owner.clone() };
        Ok((key, cx, body_hash, decoded))
    }

    /// A command from HTTP or from the server itself; a fresh id when none is given.
    ///
    /// # Errors
    /// Whatever the command refuses; `busy` when the answer was lost.
    pub async fn command(
        &self,
        by: &Principal,
        topic: Topic,
        op: &str,
        d: &impl Serialize,
        id: Option<String>,
        if_ver: Option<i64>,
    ) -> Result<Receipt, Problem> {
        let d: Box<RawValue> = to_raw_value(d).map_err(|_| Problem::internal())?;
        let id = id.unwrap_or_else(|| self.0.services.clock.fresh_id().to_string());
        let topic = topic.to_string();
        let answer = self.submit(by, CommandFrame { id, topic, op: op.to_owned(), d, if_ver });
        answer.await.unwrap_or_else(|_| Err(Problem::busy()))
    }

    /// Closes sockets at once: of one device, of one person, or of a whole tenant.
    pub fn end_sessions(
        &self,
        tenant: TenantId,
        user: Option<UserId>,
        session: Option<SessionId>,
        code: CloseCode,
    ) {
        let whom = match (session, user) {
            (Some(session), _) => Whom::Session(session),
            (None, Some(user)) => Whom::User(tenant, user),
            (None, None) => Whom::Tenant(tenant),
        };
        self.0.sessions.end(&whom, code);
    }

    /// Rights or visibility changed: what was shown before may be hidden now, so the sockets
    /// begin again from a snapshot.
    pub fn access_changed(&self, tenant: TenantId, user: Option<UserId>) {
        self.end_sessions(tenant, user, None, CloseCode::Reset);
    }

    pub(super) fn running_topics(&self) -> Vec<TopicKey> {
        self.0.actors.iter().map(|entry| entry.key().clone()).collect()
    }

    pub(super) fn services(&self) -> &Services {
        &self.0.services
    }

    pub(super) fn engine(&self) -> Engine {
        self.0.services.db.engine()
    }

    pub(super) fn authenticator(&self) -> &dyn Authenticator {
        &*self.0.authenticator
    }

    /// Finds the topic's actor or starts it, and hands over a message.
    pub(super) fn send(&self, key: &TopicKey, mut message: Message) {
        while let Err(returned) = self.owner(key).push(message) {
            message = returned;
        }
    }

    fn owner(&self, key: &TopicKey) -> Arc<Inbox> {
        if let Some(inbox) = self.running(key) {
            return inbox;
        }
        let inbox = Arc::new(Inbox::default());
        match self.0.actors.entry(key.clone()) {
            dashmap::Entry::Occupied(mut known) => {
                if known.get().is_open() {
                    return known.get().clone();
                }
                known.insert(inbox.clone());
            }
            dashmap::Entry::Vacant(place) => {
                place.insert(inbox.clone());
            }
        }
        let (own, services, key) = (inbox.clone(), self.0.services.clone(), key.clone());
        let arbiter = &self.0.arbiters[usize::from(spread(&key)) % self.0.arbiters.len()];
        let addr =
            TopicActor::start_in_arbiter(arbiter, move |_| TopicActor::new(key, own, services));
        inbox.owned_by(addr);
        inbox
    }

    pub(super) fn running(&self, key: &TopicKey) -> Option<Arc<Inbox>> {
        let inbox = self.0.actors.get(key)?.value().clone();
        inbox.is_open().then_some(inbox)
    }

    /// What a transaction wrote to topics beside its own. A topic without an actor has nobody to
    /// tell, but the node still reacts.
    fn heard(&self, news: News) {
        for (key, (epoch, events)) in news {
            let unheard = match self.running(&key) {
                Some(inbox) => match inbox.push(Message::Appended { epoch, events }) {
                    Err(Message::Appended { events, .. }) => events,
                    _ => continue,
                },
                None => events,
            };
            self.react(&key, &unheard);
        }
    }

    fn react(&self, key: &TopicKey, events: &[Event]) {
        for event in events {
            self.0.services.registry.react(self, key, event);
        }
    }
}

/// Which of the arbiters: a hash of tenant and topic.
fn spread(key: &TopicKey) -> u8 {
    let hash = Sha256::new().chain_update(key.tenant.0).chain_update(key.topic.as_str()).finalize();
    hash[0]
}

/// `me` is the asker's own topic; nobody else's may be named but by the server, which has checked.
fn resolve(by: &Principal, named: &str) -> Result<Topic, Problem> {
    match (named, by.user()) {
        ("me", Some(user)) => Ok(Topic::user(user)),
        ("me", None) => Err(Problem::not_found()),
        _ if named.len() > 128 => Err(Problem::invalid("topic", "too_long")),
        _ => {
            let topic = Topic::new(named);
            if !topic.is_canonical() {
                return Err(Problem::not_found());
            }
            let foreign = topic.kind() == "user" && topic.id() != by.user().map(|user| user.0);
            if foreign && !by.is_server() {
                return Err(Problem::not_found());
            }
            Ok(topic)
        }
    }
}

impl SessionHost for Hub {
    fn authenticate<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<SignedIn, Problem>> {
        Box::pin(async move {
            let signed_in = self.0.authenticator.sign_in(token).await?;
            if self.engine() == Engine::Sqlite {
                return Ok(signed_in);
            }
            // A change of rights by another node between the look at the rights and the first
            // moment this node hears of changes would be missed: so listen first, then look.
            let key = TopicKey { tenant: signed_in.principal.tenant, topic: Topic::tenant() };
            let listened = self.running(&key).is_some();
            let (ready, heard) = oneshot::channel();
            self.send(&key, Message::Ready(ready));
            heard.await.map_err(|_| Problem::busy())?;
            if listened { Ok(signed_in) } else { self.0.authenticator.sign_in(token).await }
        })
    }

    fn submit(
        &self,
        by: &Principal,
        frame: CommandFrame,
    ) -> oneshot::Receiver<Result<Receipt, Problem>> {
        Self::submit(self, by, frame)
    }

    fn subscribe(&self, sub: Subscribe) {
        let Some(by) = sub.subscriber.principal() else { return };
        match resolve(&by, &sub.topic) {
            // nothing of ours has a topic of another kind: no actor is started for a guess
            Ok(topic) if self.0.services.registry.kind(&topic).is_ok() => {
                let key = TopicKey { tenant: by.tenant, topic };
                self.send(&key, Message::Subscribe(sub, by));
            }
            _ => refuse(&sub.subscriber, &sub.topic, sub.id.as_deref(), &Problem::not_found()),
        }
    }

    fn unsubscribe(&self, topic: &str, handle: &Arc<SessionHandle>) {
        self.tell(topic, handle, Message::Unsubscribe { session: handle.key() });
    }

    fn ephemeral(&self, topic: &str, from: &Arc<SessionHandle>, k: &str, d: &RawValue) {
        let message = Message::Remark { from: from.clone(), k: k.to_owned(), d: d.to_owned() };
        self.tell(topic, from, message);
    }

    fn presence_again(&self, topic: &str, handle: &Arc<SessionHandle>) {
        self.tell(topic, handle, Message::PresenceAgain { to: handle.clone() });
    }

    fn gone(&self, handle: &Arc<SessionHandle>) {
        for topic in handle.topic_names() {
            self.unsubscribe(&topic, handle);
        }
    }
}

impl Hub {
    /// Tells a running actor; one that does not run has nobody to tell.
    fn tell(&self, topic: &str, handle: &SessionHandle, message: Message) {
        let Some(by) = handle.principal() else { return };
        if let Ok(topic) = resolve(&by, topic)
            && let Some(inbox) = self.running(&TopicKey { tenant: by.tenant, topic })
        {
            // given back: the actor stopped because nobody was there
            let _ = inbox.push(message);
        }
    }
}

//! Who is on a topic: coming, going, and what is said in passing. Nothing here is journalled.

use bytes::Bytes;
use entities::ids::UserId;
use serde_json::value::RawValue;

use super::frames::{self, ServerFrame};
use super::handle::SessionHandle;
use super::presence::Change;
use super::topic_actor::{Subscriber, TopicActor};
use crate::kernel::principal::{Principal, Visibility};

impl TopicActor {
    /// A subscriber is live; he hears who is here, and they hear of him.
    pub(super) fn welcome(&mut self, subscriber: Subscriber) {
        let (user, handle) = (subscriber.by.user(), subscriber.handle.clone());
        self.subscribers.push(subscriber);
        if let Some(user) = user {
            let change = self.presence.join(user, handle.key());
            self.spread(change, handle.key());
            self.tell_who_is_here(&handle);
        }
    }

    pub(super) fn leave(&mut self, session: u64) {
        self.early.retain(|(sub, _)| sub.subscriber.key() != session);
        self.joining.remove(&session);
        let Some(at) = self.subscribers.iter().position(|s| s.handle.key() == session) else {
            return;
        };
        let gone = self.subscribers.swap_remove(at);
        if let Some(user) = gone.by.user() {
            let change = self.presence.leave(user, session);
            self.spread(change, session);
        }
    }

    pub(super) fn tell_who_is_here(&self, to: &SessionHandle) {
        if let Some(subscriber) = self.subscribers.iter().find(|s| s.handle.key() == to.key()) {
            to.push_presence(subscriber.slot, self.presence.full(&self.wire));
        }
    }

    /// `viewing` and `away` change who is seen where; the rest is passed on as it is.
    pub(super) fn remark(&mut self, from: &SessionHandle, k: &str, d: &RawValue) {
        let is_presence = matches!(k, "viewing" | "away");
        if is_presence && let Some(joining) = self.joining.get_mut(&from.key()) {
            return joining.remember(k, d);
        }
        let here = self.subscribers.iter().find(|s| s.handle.key() == from.key());
        let Some(user) = here.and_then(|s| s.by.user()) else { return };
        if is_presence {
            let change = self.presence.remark(user, from.key(), k, d);
            return self.spread(change, from.key());
        }
        let by = user.to_string();
        let frame = frames::json(&ServerFrame::Eph { topic: &self.wire, by: &by, k, d });
        let whole = self.services.registry.kind(&self.key.topic).is_ok_and(|kind| kind.is_whole());
        // whoever sees only some records may not learn of the others in passing
        let hears = |s: &&Subscriber| whole || s.by.visibility == Visibility::All;
        for other in self.others(from.key()).filter(hears) {
            other.handle.push_ephemeral(frame.clone());
        }
    }

    /// These people may not read the topic any more: they hear, and are seen, no longer.
    pub(super) fn part(&mut self, gone: &[UserId]) {
        let is_gone = |by: &Principal| by.user().is_some_and(|user| gone.contains(&user));
        let here = self.subscribers.iter().map(|s| (&s.handle, &s.by));
        let coming = self.joining.values().map(|joining| (&joining.handle, &joining.by));
        let parting: Vec<_> = here
            .chain(coming)
            .filter(|(_, by)| is_gone(by))
            .map(|(handle, _)| handle.clone())
            .collect();
        for handle in parting {
            handle.detach(&self.wire);
            self.leave(handle.key());
        }
    }

    fn spread(&self, change: Option<Change>, from: u64) {
        let Some(change) = change else { return };
        let frame: Bytes = change.frame(&self.wire);
        for other in self.others(from) {
            other.handle.push_presence(other.slot, frame.clone());
        }
    }

    fn others(&self, from: u64) -> impl Iterator<Item = &Subscriber> {
        self.subscribers.iter().filter(move |s| s.handle.key() != from)
    }
}

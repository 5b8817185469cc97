//! The bus carries what was committed to whoever must hear it. It may lose anything without loss
//! of truth: receivers order by `seq`, and what is missing is read from the journal.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::kernel::event::Event;
use crate::kernel::topic::TopicKey;

/// Committed events by topic, each with the topic's epoch, gapless and in order.
pub type News = HashMap<TopicKey, (Arc<str>, Vec<Event>)>;

/// Takes news.
pub type Ear = Box<dyn Fn(News) + Send + Sync>;

/// From committers to hubs. Publishing never blocks and never fails: a bus that is away loses.
pub trait Bus: Send + Sync + 'static {
    fn publish(&self, news: News);

    /// Called once, before anything is published.
    fn listen(&self, ear: Ear);
}

/// One node: the committer's own hub is the only one to tell.
#[derive(Default)]
pub struct LocalBus(OnceLock<Ear>);

impl Bus for LocalBus {
    fn publish(&self, news: News) {
        if let Some(ear) = self.0.get() {
            ear(news);
        }
    }

    fn listen(&self, ear: Ear) {
        // the first listener stays
        let _ = self.0.set(ear);
    }
}

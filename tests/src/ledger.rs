//! What all subscribers of one app heard: one (topic, epoch, seq) must be one payload everywhere.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use serde_json::Value;

type Position = (String, String, u64);

/// Shared by every subscriber of an app, so that agreement is checked in every test.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger(Arc<Mutex<HashMap<Position, Value>>>);

impl Ledger {
    /// Remembers an event; answers what stood there before if that was something else.
    pub(crate) fn hear(
        &self,
        tenant: &str,
        topic: &str,
        epoch: &str,
        ev: &Value,
    ) -> Result<(), String> {
        let Some(seq) = ev["seq"].as_u64() else { return Err(format!("ev without seq: {ev}")) };
        // `me` is another stream for every user; its name alone says not whose.
        if topic == "me" {
            return Ok(());
        }
        // behind the point stands with which rights it was read: the fact is the same for all
        let epoch = epoch.split('.').next().unwrap_or_default();
        let mut heard = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let key = (format!("{tenant}/{topic}"), epoch.to_owned(), seq);
        let known = heard.entry(key).or_insert_with(|| ev.clone());
        if known == ev {
            Ok(())
        } else {
            Err(format!("two payloads at one position: {known} and {ev}"))
        }
    }
}

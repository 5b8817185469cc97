//! Files that people sent: found in two steps, by a link that dies.
use std::{collections::HashMap, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// So long a link works.
const LINK: Duration = Duration::from_secs(5 * 60);
/// So long a file is kept.
const FILE: Duration = Duration::from_secs(7 * 24 * 3_600);

#[derive(Debug, Default)]
pub(super) struct Shelf {
    files: HashMap<String, (Vec<u8>, String)>,
    /// Whose link, and since when.
    links: HashMap<String, (String, Duration)>,
}

impl Shelf {
    pub(super) fn add(&mut self, bytes: &[u8], mime_type: &str) -> String {
        let id = format!("{}", 900_100_200 + self.files.len());
        self.files.insert(id.clone(), (bytes.to_vec(), mime_type.to_owned()));
        id
    }

    /// A fresh link to this file.
    pub(super) fn link(&mut self, id: &str, base: &str, now: Duration) -> Option<Value> {
        let (bytes, mime_type) = self.files.get(id).filter(|_| now < FILE)?;
        let link = format!("l{}", self.links.len());
        self.links.insert(link.clone(), (id.to_owned(), now));
        Some(json!({ "url": format!("{base}/media/{link}"), "mime_type": mime_type,
            "sha256": STANDARD.encode(Sha256::digest(bytes)), "file_size": bytes.len(), "id": id,
            "messaging_product": "whatsapp" }))
    }

    pub(super) fn fetch(&self, link: &str, now: Duration) -> Option<(Vec<u8>, String)> {
        let (id, since) = self.links.get(link)?;
        if now.saturating_sub(*since) >= LINK {
            return None;
        }
        self.files.get(id).cloned()
    }
}

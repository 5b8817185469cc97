//! When Meta refuses a message, at once or by a status afterwards.
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use serde_json::Value;

use super::payloads::{DISPLAYED, Person};

const WINDOW: Duration = Duration::from_secs(24 * 3_600);
/// Between two messages to one person, once the first few are gone.
const PAIR: Duration = Duration::from_secs(6);
const PAIR_BURST: usize = 5;
/// Messages of a number in a second.
const THROUGHPUT: usize = 80;

/// A message that is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: i64,
    pub(super) title: &'static str,
}

pub(super) const fn bad(code: i64, title: &'static str) -> Refusal {
    Refusal { status: 400, code, title }
}

#[derive(Debug, Default)]
pub(super) struct Rules {
    /// When somebody wrote last.
    windows: HashMap<String, Duration>,
    /// When something was sent to somebody.
    pairs: HashMap<String, Vec<Duration>>,
    sent: Vec<Duration>,
    /// Who wants no marketing, by the id that everybody has.
    stopped: HashSet<String>,
    /// Whose a phone is.
    owners: HashMap<String, String>,
}

impl Rules {
    pub(super) fn opened(&mut self, by: &Person, now: Duration) {
        self.meet(by);
        self.windows.insert(by.user_id.clone(), now);
    }

    pub(super) fn stop(&mut self, who: &Person) {
        self.meet(who);
        self.stopped.insert(who.user_id.clone());
    }

    fn meet(&mut self, who: &Person) {
        if let Some(wa_id) = &who.wa_id {
            self.owners.insert(wa_id.clone(), who.user_id.clone());
        }
    }

    /// Counts and judges a message. What is only found out later is answered as a code of its own: the
    /// message is taken, and fails.
    pub(super) fn check(
        &mut self,
        message: &Value,
        templates: &[Value],
        now: Duration,
    ) -> Result<Option<i64>, Refusal> {
        let kind = message["type"].as_str().unwrap_or_default();
        if message["messaging_product"] != "whatsapp" || !is_whole(kind, &message[kind]) {
            return Err(bad(131_008, "Required parameter is missing"));
        }
        let phone = message["to"].as_str().map(|to| to.trim_start_matches('+'));
        let Some(to) = phone.or(message["recipient"].as_str()) else {
            return Err(bad(131_008, "Required parameter is missing"));
        };
        if phone == Some(DISPLAYED) {
            return Err(bad(131_021, "Recipient cannot be sender"));
        }
        // one person, by whichever id
        let to = self.owners.get(to).cloned().unwrap_or_else(|| to.to_owned());
        self.sent.retain(|at| now.saturating_sub(*at) < Duration::from_secs(1));
        if self.sent.len() >= THROUGHPUT {
            return Err(Refusal { status: 429, code: 130_429, title: "Rate limit hit" });
        }
        let pair = self.pairs.entry(to.clone()).or_default();
        pair.retain(|at| now.saturating_sub(*at) < PAIR * PAIR_BURST as u32);
        if pair.len() >= PAIR_BURST {
            return Err(bad(131_056, "Pair rate limit hit"));
        }
        let is_open = self.windows.get(&to).is_some_and(|at| now.saturating_sub(*at) < WINDOW);
        let late = match kind {
            "template" => {
                let template = template(&message["template"], templates)?;
                if phone.is_none() && template["category"] == "AUTHENTICATION" {
                    return Err(bad(131_062, "Business-scoped user id is not supported"));
                }
                let stopped = template["category"] == "MARKETING" && self.stopped.contains(&to);
                stopped.then_some(131_050)
            }
            _ if !is_open => return Err(bad(131_047, "Re-engagement message")),
            _ => None,
        };
        pair.push(now);
        self.sent.push(now);
        Ok(late)
    }
}

/// Whether a message has what its type cannot do without.
fn is_whole(kind: &str, body: &Value) -> bool {
    let says = |field: &str| body[field].as_str().is_some_and(|text| !text.is_empty());
    match kind {
        "text" => says("body"),
        "image" | "video" | "audio" | "document" | "sticker" => says("id") || says("link"),
        "location" => body["latitude"].is_number() && body["longitude"].is_number(),
        "reaction" => says("message_id"),
        "contacts" => body.as_array().is_some_and(|all| !all.is_empty()),
        "interactive" => says("type") && body["action"].is_object(),
        "template" => says("name") && body["language"]["code"].is_string(),
        _ => false,
    }
}

/// The approved template that is meant, with as many parameters as it wants.
fn template<'t>(said: &Value, templates: &'t [Value]) -> Result<&'t Value, Refusal> {
    let found = templates
        .iter()
        .find(|one| one["name"] == said["name"] && one["language"] == said["language"]["code"]);
    let found = found.ok_or(bad(132_001, "Template name does not exist in the translation"))?;
    match found["status"].as_str().unwrap_or_default() {
        "APPROVED" => {}
        "PAUSED" => return Err(bad(132_015, "Template is paused")),
        "DISABLED" => return Err(bad(132_016, "Template is disabled")),
        _ => return Err(bad(132_001, "Template name does not exist in the translation")),
    }
    let wanted = found["components"][0]["text"].as_str().unwrap_or_default().matches("{{").count();
    let body =
        said["components"].as_array().into_iter().flatten().find(|one| one["type"] == "body");
    let given = body.and_then(|one| one["parameters"].as_array()).map_or(0, Vec::len);
    if wanted == given {
        Ok(found)
    } else {
        Err(bad(132_000, "Number of parameters does not match"))
    }
}

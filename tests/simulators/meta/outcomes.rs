//! What is told of a message that was taken: its statuses, with the habits of the real thing.
use serde_json::{Value, json};

use super::payloads::{change, whatsapp};

/// How statuses come.
#[derive(Debug, Clone, Copy, Default)]
pub struct Habits {
    /// `delivered` before `sent`.
    pub disorder: bool,
    /// Every payload twice.
    pub duplicates: bool,
    /// All of a message in one payload.
    pub batches: bool,
}

/// The payloads about one message; with a code it fails.
pub(super) fn of(
    number: &str,
    id: &str,
    message: &Value,
    failed: Option<i64>,
    habits: Habits,
) -> Vec<Value> {
    let mut words = match failed {
        Some(_) => vec!["failed"],
        None => vec!["sent", "delivered", "read"],
    };
    if habits.disorder && words.len() > 1 {
        words.swap(0, 1);
    }
    let statuses: Vec<Value> = words.iter().map(|word| status(id, word, message, failed)).collect();
    let size = if habits.batches { statuses.len() } else { 1 };
    let times = if habits.duplicates { 2 } else { 1 };
    let payloads = statuses.chunks(size).map(|part| whatsapp(&[change(number, &[], &[], part)]));
    payloads.flat_map(|payload| std::iter::repeat_n(payload, times)).collect()
}

fn status(id: &str, word: &str, message: &Value, failed: Option<i64>) -> Value {
    let mut status = json!({ "id": id, "status": word, "timestamp": "1767258011" });
    match message["to"].as_str() {
        Some(to) => status["recipient_id"] = json!(to.trim_start_matches('+')),
        None => status["recipient_user_id"] = message["recipient"].clone(),
    }
    if let Some(callback) = message["biz_opaque_callback_data"].as_str() {
        status["biz_opaque_callback_data"] = json!(callback);
    }
    if let Some(code) = failed {
        status["errors"] = json!([{ "code": code, "title": "Not delivered" }]);
    }
    status
}

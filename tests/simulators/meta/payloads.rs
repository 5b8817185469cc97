//! Payloads in the shapes of Meta's webhooks. All names and numbers are invented.
use serde_json::{Value, json};

/// The phone of every number here, as people see it.
pub const DISPLAYED: &str = "905550000100";

/// Somebody who writes. Without a phone there is only the id that WhatsApp gives for this business.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub wa_id: Option<String>,
    pub user_id: String,
}

impl Person {
    pub fn new(name: &str, wa_id: &str) -> Self {
        let user_id = format!("TR.{wa_id}");
        Self { name: name.to_owned(), wa_id: Some(wa_id.to_owned()), user_id }
    }

    pub fn without_phone(name: &str, user_id: &str) -> Self {
        Self { name: name.to_owned(), wa_id: None, user_id: user_id.to_owned() }
    }

    pub fn contact(&self) -> Value {
        let mut contact = json!({ "profile": { "name": self.name }, "user_id": self.user_id });
        if let Some(wa_id) = &self.wa_id {
            contact["wa_id"] = json!(wa_id);
        }
        contact
    }
}

/// A text message, as it stands in `messages`.
pub fn text(from: &Person, id: &str, body: &str) -> Value {
    let mut message = json!({ "id": id, "timestamp": "1767258000", "type": "text",
        "text": { "body": body } });
    match &from.wa_id {
        Some(wa_id) => message["from"] = json!(wa_id),
        None => message["from_user_id"] = json!(from.user_id),
    }
    message
}

/// A status, as it stands in `statuses`.
pub fn status(id: &str, status: &str, to: &Person) -> Value {
    let mut one = json!({ "id": id, "status": status, "timestamp": "1767258011" });
    match &to.wa_id {
        Some(wa_id) => one["recipient_id"] = json!(wa_id),
        None => one["recipient_user_id"] = json!(to.user_id),
    }
    one
}

/// What came for one number.
pub fn change(number: &str, people: &[&Person], messages: &[Value], statuses: &[Value]) -> Value {
    let contacts: Vec<Value> = people.iter().map(|person| person.contact()).collect();
    let mut value = json!({ "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": DISPLAYED, "phone_number_id": number } });
    if !messages.is_empty() {
        value["contacts"] = json!(contacts);
        value["messages"] = json!(messages);
    }
    if !statuses.is_empty() {
        value["statuses"] = json!(statuses);
    }
    json!({ "field": "messages", "value": value })
}

/// A payload of these changes.
pub fn whatsapp(changes: &[Value]) -> Value {
    json!({ "object": "whatsapp_business_account",
        "entry": [{ "id": "100200300400500", "changes": changes }] })
}

/// One text of one person.
pub fn one_text(number: &str, from: &Person, id: &str, body: &str) -> Value {
    whatsapp(&[change(number, &[from], &[text(from, id, body)], &[])])
}

/// A message to a page.
pub fn page(page: &str, from: &str, mid: &str, body: &str) -> Value {
    json!({ "object": "page", "entry": [{ "id": page, "time": 1_767_258_000_123_i64, "messaging": [{
        "sender": { "id": from }, "recipient": { "id": page }, "timestamp": 1_767_258_000_111_i64,
        "message": { "mid": mid, "text": body } }] }] })
}

/// A lead form of a page that somebody has filled in.
pub fn lead(page: &str, id: u64) -> Value {
    json!({ "object": "page", "entry": [{ "id": page, "time": 1_767_258_000, "changes": [{
        "field": "leadgen", "value": { "leadgen_id": id, "page_id": page, "form_id": "888000111",
            "created_time": 1_767_257_990 } }] }] })
}

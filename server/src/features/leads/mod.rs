//! # Leads
//!
//! A lead is one incoming signal: a form, an advertisement, another system. It resolves to a
//! customer at once and stands on a board.
//!
//! - **Owns** the event `lead.received`.
//! - **Promises**: what is answered 2xx is a customer with a card; a lead sent again by its
//!   `external_id` or `Idempotency-Key` acts once; a hundred leads of one phone are one customer.
//! - **Does not** match by itself: that is the customers' one matcher.

mod commands;
mod http;
mod rules;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use crate::gateway::Message;
use crate::realtime::registry::Registry;

pub fn routes(cfg: &mut ServiceConfig) {
    http::routes(cfg);
}

pub fn openapi() -> utoipa::openapi::OpenApi {
    http::Api::openapi()
}

/// What is said to and by leads.
pub fn messages() -> Vec<Message> {
    vec![
        Message::command::<commands::ReceiveLead>("tenant"),
        Message::event::<commands::LeadReceived>("lead.received", "customer:<id>"),
    ]
}

pub fn commands(registry: &mut Registry) {
    registry.accepts::<commands::ReceiveLead>();
}

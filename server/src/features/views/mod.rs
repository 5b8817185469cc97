//! # Saved views
//!
//! A way to look at a screen (its filter, order, columns) that somebody keeps under a name: for
//! themselves, or for everybody in the house.
//!
//! - **Owns** the table `saved_view` and the events `view.*`.
//! - **Promises**: a personal view is nobody else's business; a shared one is changed only by who
//!   may share; a link by id opens it for everybody who may see it.
//! - **Does not** understand a query: that is the client's, and what it finds is found with the
//!   rights of whoever looks.

mod commands;
mod http;
mod records;
mod rules;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

pub use self::records::{View, own, shared};
use crate::gateway::Message;
use crate::realtime::registry::Registry;

pub fn routes(cfg: &mut ServiceConfig) {
    http::routes(cfg);
}

pub fn openapi() -> utoipa::openapi::OpenApi {
    http::Api::openapi()
}

/// What is said to and by saved views.
pub fn messages() -> Vec<Message> {
    const BOTH: &str = "me or tenant";
    vec![
        Message::command::<commands::SaveView>(BOTH),
        Message::command::<commands::UpdateView>(BOTH),
        Message::command::<commands::RemoveView>(BOTH),
        Message::command::<commands::ReorderViews>(BOTH),
        Message::event::<records::Saved<'_>>("view.saved", BOTH),
        Message::event::<records::Removed>("view.removed", BOTH),
        Message::event::<records::Reordered<'_>>("view.reordered", BOTH),
    ]
}

pub fn commands(registry: &mut Registry) {
    registry.accepts::<commands::SaveView>();
    registry.accepts::<commands::UpdateView>();
    registry.accepts::<commands::RemoveView>();
    registry.accepts::<commands::ReorderViews>();
}

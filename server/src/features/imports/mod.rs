//! # Imports
//!
//! A list of customers comes in as CSV, XLSX or vCard: read once, mapped, looked through, committed
//! in the background, and taken back if it was a mistake.
//!
//! - **Owns** the tables `import`, `import_chunk`, `import_row` and the events `import.progressed`,
//!   `customer.imported`.
//! - **Promises**: each row is written exactly once, also when a node dies in the middle; other
//!   writers get their turn between two chunks; undoing leaves whoever somebody has worked on since.
//! - **Does not** match by itself: that is the customers' one matcher.

mod commands;
mod http;
mod mapping;
mod preview;
mod read;
mod row;
mod rules;
mod runner;
mod upload;
mod views;

use std::sync::Arc;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use crate::db::Db;
use crate::gateway::Message;
use crate::realtime::Hub;
use crate::realtime::registry::Registry;
use crate::workers::jobs::Job;

/// Most tags that an import gives to all its rows.
const TAGS_MAX: usize = 20;

pub fn routes(cfg: &mut ServiceConfig) {
    http::routes(cfg);
}

pub fn openapi() -> utoipa::openapi::OpenApi {
    http::Api::openapi()
}

/// What is said to and by imports.
pub fn messages() -> Vec<Message> {
    vec![
        Message::command::<commands::StartImport>("import:<id>"),
        Message::command::<commands::CancelImport>("import:<id>"),
        Message::command::<commands::UndoImport>("import:<id>"),
        Message::server_only("import.work"),
        Message::server_only("import.tell"),
        Message::event::<views::Progress<'_>>("import.progressed", "tenant"),
        Message::event::<views::Imported<'_>>("customer.imported", "import:<id>"),
    ]
}

pub fn commands(registry: &mut Registry) {
    registry.accepts::<commands::StartImport>();
    registry.accepts::<commands::CancelImport>();
    registry.accepts::<commands::UndoImport>();
    registry.accepts::<commands::WorkImport>();
    registry.accepts::<commands::TellImport>();
}

/// The job that works imports off.
pub fn jobs(db: &Db, hub: &Hub) -> Vec<Arc<dyn Job>> {
    vec![Arc::new(runner::Work { db: db.clone(), hub: hub.clone() })]
}

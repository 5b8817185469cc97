//! # Customers
//!
//! A customer is the de-duplicated person or company behind every lead, card and message.
//!
//! - **Owns** the tables `customer`, `identity`, `customer_owner`, `customer_tag`, `search_token`,
//!   `custom_field`, `note`, `merge` and the events `customer.*`, `note.*`, `custom_field.*`.
//! - **Promises**: the same identity is the same customer, by whichever door and however many at
//!   once; a merge loses nothing and can be undone; nobody finds, counts or exports whom they may
//!   not see.
//! - **Does not** know what customers are wanted for. Boards, leads and imports ask [`resolve`].

mod commands;
mod counts;
mod download;
mod duplicates;
mod events;
mod export;
mod fields;
mod fill;
mod filter;
mod http;
mod identity;
mod listing;
mod lists_of;
mod matcher;
mod newcomer;
mod owned;
mod rules;
mod search;
#[cfg(test)]
mod search_tests;
mod selection;
mod snapshot;
mod store;
mod story;
mod story_words;
#[cfg(test)]
mod tests;
mod timeline;
mod tokens;
mod totals;
mod undoing;
mod views;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

pub(crate) use self::commands::owner_of;
pub(crate) use self::events::of_slot;
pub use self::export::{lines as csv_lines, safe_cell};
pub use self::fields::{CustomField, custom_fields};
pub use self::filter::matching_on;
pub(crate) use self::identity::{Ident, email, external, phone};
pub use self::lists_of::AssignOwners;
pub(crate) use self::matcher::{OnMatch, Resolution, Slot, known, resolve as resolve_many};
pub use self::newcomer::NewCustomer;
pub(crate) use self::newcomer::{Checked, House, check_owners, check_tags, quality};
pub use self::owned::{Owned, owned};
pub(crate) use self::rules::create::resolve_checked;
pub use self::rules::create::{Resolved, resolve};
pub use self::rules::lists::assign;
pub(crate) use self::rules::live;
pub(crate) use self::rules::many::{Change, Deed, Many, change_many, undo_many};
pub use self::rules::touch::{Touch, Touched, touch, untouch};
pub(crate) use self::selection::Selection;
pub(crate) use self::undoing::{Remembered, Restoration, erase, removable, restore};
pub(crate) use self::views::find;
pub use self::views::{Customer, Face, Note, count, faces, visible, visible_on};
use crate::gateway::Message;
use crate::kernel::clock::Clock;
use crate::realtime::registry::Registry;

pub fn routes(cfg: &mut ServiceConfig) {
    http::routes(cfg);
}

pub fn openapi() -> utoipa::openapi::OpenApi {
    http::Api::openapi()
}

/// What is said to and by customers.
pub fn messages() -> Vec<Message> {
    let mut all = commands::described();
    all.extend(events::described());
    all
}

pub fn commands(registry: &mut Registry, clock: &Clock) {
    // the numbering plans of all countries take a moment to load; nobody's first command waits
    std::thread::spawn(|| identity::phone("+1 415 555 2671", "US").is_ok());
    registry.accepts::<commands::CreateCustomer>();
    registry.accepts::<commands::UpdateCustomer>();
    registry.accepts::<commands::TagCustomer>();
    registry.accepts::<commands::AssignCustomer>();
    registry.accepts::<commands::ArchiveCustomer>();
    registry.accepts::<commands::RestoreCustomer>();
    registry.accepts::<commands::MergeCustomer>();
    registry.accepts::<commands::UnmergeCustomer>();
    registry.accepts::<commands::ExportCustomers>();
    registry.accepts::<commands::AddNote>();
    registry.accepts::<commands::EditNote>();
    registry.accepts::<commands::RemoveNote>();
    registry.accepts::<commands::CreateCustomField>();
    registry.accepts::<commands::UpdateCustomField>();
    registry.accepts::<commands::RemoveCustomField>();
    registry.topic("customer", snapshot::CustomerTopic(clock.clone()));
}

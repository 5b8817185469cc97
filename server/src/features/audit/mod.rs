//! # Audit
//!
//! Who did what that matters for security, in one list.
//!
//! - **Owns** the table `audit`: what is no event of a topic (sign-ins and their failures, keys,
//!   looking with a colleague's eyes, files taken out of the house). [`note`] writes it, in the
//!   transaction of the deed.
//! - **Promises**: the list is these and the journal's security events, newest first, each once;
//!   no password, token or hash stands in it; no cell of the file is a formula.
//! - **Does not** decide anything, and forgets nothing before two years.

mod http;
mod listing;
mod note;

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

pub use self::note::{Entry, keep, note};

/// Below `/api/v1`.
pub fn routes(cfg: &mut ServiceConfig) {
    http::routes(cfg);
}

/// What these routes take and answer.
pub fn openapi() -> utoipa::openapi::OpenApi {
    http::Api::openapi()
}

//! What the product does, one folder a feature. `app.rs` alone lists them.

pub mod boards;
pub mod customers;
pub mod leads;

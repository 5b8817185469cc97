//! What the product does, one folder a feature. `app.rs` alone lists them.

pub mod accounts;
pub mod activities;
pub mod agenda;
pub mod audit;
pub mod boards;
pub mod bulk;
pub mod channels;
pub mod customers;
pub mod imports;
pub mod leads;
pub mod notifications;
pub mod offboarding;
pub mod reminders;
pub mod rooms;
pub mod rules;
pub mod views;
pub mod webhooks;

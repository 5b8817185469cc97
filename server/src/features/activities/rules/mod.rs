//! One function a command: rows in, reply and events out.

pub(super) mod change;
pub(super) mod close;
pub(super) mod open;
pub(super) mod outcomes;
pub(super) mod reopen;
pub(super) mod types;

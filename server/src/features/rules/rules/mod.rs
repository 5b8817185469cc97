//! One function a command: rows in, reply and events out.

pub(super) mod assign;
mod check;
pub(super) mod finish;
pub(super) mod write;

//! The outside world behind small traits.

pub mod mail;
pub mod messaging;
pub mod outward;
pub mod vault;
pub mod web_push;

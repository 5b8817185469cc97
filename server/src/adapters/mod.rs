//! The outside world behind small traits.

pub mod mail;
pub mod outward;
pub mod web_push;

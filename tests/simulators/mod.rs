//! Other systems, as far as they talk to us: real HTTP, their signatures, their habits.
pub mod meta;

//! The machinery: topics, their actors, the journal, sessions. Knows no feature.

pub mod registry;

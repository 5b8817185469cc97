//! Durable work after a commit.

pub mod queue;

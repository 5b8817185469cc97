//! Durable work after a commit.

pub mod janitor;
pub mod jobs;
pub mod patience;

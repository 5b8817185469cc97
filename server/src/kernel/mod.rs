//! The words everything else is written in: ids, time, money, principals, commands, events,
//! problems, pages. Knows no feature, no socket and no HTTP.

pub mod clock;
pub mod command;
pub mod event;
pub mod fold;
pub mod input;
pub mod money;
pub mod paging;
pub mod principal;
pub mod problem;
pub mod texts;
pub mod topic;
pub mod wall;

pub use entities::ids;

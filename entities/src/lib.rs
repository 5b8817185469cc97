//! The tables of Nabız. One table a file, typed ids, no logic.

pub mod ids;
pub mod lists;
pub mod tenancy;

pub mod api_key;
pub mod board;
pub mod card;
pub mod command_result;
pub mod custom_field;
pub mod customer;
pub mod customer_owner;
pub mod customer_tag;
pub mod device_session;
pub mod directory;
pub mod event;
pub mod identity;
pub mod import;
pub mod import_chunk;
pub mod import_row;
pub mod job;
pub mod job_due;
pub mod merge;
pub mod note;
pub mod one_time_token;
pub mod role;
pub mod search_token;
pub mod stage;
pub mod team;
pub mod tenant;
pub mod topic;
pub mod user;

//! The fixtures of Nabız's tests: a real server on a free port over a fresh database, users who talk to it by
//! HTTP, and subscribers who check every frame they hear. Nothing here knows the server's inside; what a test
//! sees is what a stranger would see.
mod answer;
mod board;
mod both;
mod cluster;
mod database;
mod ear;
mod ledger;
mod process;
pub mod push;
mod raw;
pub mod receiver;
mod server;
#[path = "../simulators/mod.rs"]
pub mod simulators;
pub mod smtp;
mod subscriber;
mod talk;
mod user;
mod wait;

pub use self::{
    answer::Answer,
    board::{Board, BoardState, at_rest, folded},
    both::{Kind, run},
    cluster::Cluster,
    database::Database,
    process::Process,
    raw::{RawSocket, Reply, declared, frame, raw_http},
    server::{Server, Settings, TestApp},
    subscriber::Subscriber,
    talk::fill_room,
    user::{Lead, PASSWORD, User, token_of, unique},
    wait::{DEADLINE, eventually, within},
};

//! The proof from outside, as one binary: each module is one area of the contract, run on SQLite and PostgreSQL.
mod accounts;
mod activities;
mod auth;
mod backup;
mod bad_input;
mod board_sight;
mod boards;
mod commands;
mod customers;
#[path = "../fault/mod.rs"]
mod fault;
mod gateway;
mod house_rules;
mod imports;
mod isolation;
mod migrations;
mod notifications;
mod plan;
mod presence;
mod reminders;
mod routes;
mod row_security;
mod rule_turns;
mod rules;
mod sockets;
mod two_servers;
mod webhooks;
